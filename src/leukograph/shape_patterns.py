"""Turns regular expressions as Python reads them into ones that SPARQL reads alike (XPath, and the crate `regex`)."""

import re
from typing import NamedTuple

_BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace())  # what \s is to Python
_ODD = "wWbBD"  # letters, words and digits are counted alike in ASCII alone
_SIGNS = frozenset(r".^$*+?{}[]()|\-")  # what XPath allows behind a backslash
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_ENDS = ("", ")", "|")


class Pattern(NamedTuple):
    """A pattern for REGEX, and how far it decides: `exact`, `ascii` (texts of ASCII alone) or `none`."""

    text: str
    decides: str


class _ForeignError(Exception):
    """The pattern holds what other dialects lack or read otherwise."""


def pattern(text: str, flags: str = "") -> Pattern:
    """Return a pattern that matches where Python's does."""
    made, place, odd = [], 0, False
    try:
        while place < len(text):
            odd |= text[place] == "\\" and text[place + 1 : place + 2] in _ODD
            written, place = _piece(text, place, flags)
            made.append(written)
    except _ForeignError:
        return Pattern("", "none")
    return Pattern("".join(made), "ascii" if odd else "exact")


def _piece(text: str, place: int, flags: str) -> tuple[str, int]:
    """Return one piece of a pattern as SPARQL writes it, and where the next begins."""
    char, behind = text[place], text[place + 1 : place + 2]
    if char == "\\":
        return _escaped(behind), place + 2
    if char == "[":
        end = _class_end(text, place)
        return _class(text[place + 1 : end]), end + 1
    found = _COUNT.match(text, place)
    if found and (found[1] or found[3]):
        return f"{{{found[1] or 0}{found[2]}{found[3]}}}", found.end()
    if text.startswith("(?:", place):
        return "(", place + len("(?:")
    if char == "$" and "m" not in flags and behind in _ENDS:  # to Python the end is before a last line break too
        return "(\n?$)", place + 1
    possessive = char in "*+?" and behind == "+"
    if char in "{}]" or (char == "$" and "m" not in flags) or (char == "(" and behind == "?") or possessive:
        raise _ForeignError
    return "[^\n]" if char == "." else char, place + 1


def _escaped(char: str) -> str:
    if char == "s":
        return f"[{_BLANKS}]"
    if char == "S":
        return f"[^{_BLANKS}]"
    if char in "nrt":
        return {"n": "\n", "r": "\r", "t": "\t"}.get(char, "")
    if char == "d" or char in _ODD:
        return f"\\{char}"
    if char.isalnum() or not char:
        raise _ForeignError
    return f"\\{char}" if char in _SIGNS else char


def _class_end(text: str, place: int) -> int:
    end = place + 1 + (text[place + 1 : place + 2] == "^")
    end += text[end : end + 1] == "]"
    while end < len(text) and text[end] != "]":
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise _ForeignError
    return end


def _class(inner: str) -> str:
    """Return a class of characters; what sets, or a letter behind a backslash, could mean elsewhere is refused."""
    start = "^" if inner.startswith("^") else ""
    made, place, inner = [], 0, inner.removeprefix("^")
    while place < len(inner):
        char, place = inner[place], place + 1
        if char == "\\":
            char, place = inner[place : place + 1], place + 1
            made.append({"s": _BLANKS, "d": "\\d"}.get(char) or _member(char))
        elif char == "-" and place not in (1, len(inner)):
            made.append("-")
        else:
            made.append(f"\\{char}" if char in "[]^-" else char)
    found = "".join(made)
    if not found or any(sign * 2 in found for sign in "&~-"):
        raise _ForeignError
    return f"[{start}{found}]"


def _member(char: str) -> str:
    if char in _ODD or char == "S":
        raise _ForeignError
    return _escaped(char)
