"""Looks at JSON-LD and RDF/XML as text: how deep and long it is, and what marks its places can carry."""

import contextlib
import json
import re
import xml.parsers.expat
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_JSON = re.compile(r'\s*+(?:(?P<string>"(?>[^"\\]++|\\.)*+")|(?P<mark>[\[\]{}:,])|(?P<other>[^\s\[\]{}:,"]++))')
_LONG_KEY = 100
_MOST_CONTEXTS = 100  # so often a text may name one context; written out, it takes more room than its name
_BENT = re.compile(r"|(?:.*/)?\.\.?|[^/?#]*//[^/?#]*")  # IRIs that would lead elsewhere with more at their end


class Entry(NamedTuple):
    """One place of a text that can be part of a triple: an object, an array of a list, an element, or a single value.

    `owner` is the number of the entry whose property it stands under (-1: none), `name` that property as it is
    written, `key` where that stands, `begin` where the entry itself does, `slot` where it is told as a value, and
    `text` what it says if it is a single value. A `void` one only wraps others.
    """

    owner: int
    name: str
    key: int
    begin: int
    slot: int
    text: str | None = None
    void: bool = False


class Marked(NamedTuple):
    """A text whose values carry marks, the entries by the numbers of the marks, and what its terms mean."""

    text: str
    entries: list[Entry]
    terms: dict[str, str]


Marks = Callable[[int, str], str]


def marks(word: str) -> Marks:
    """Return what makes the mark of an entry by its number and the value that it is written behind."""

    def made(number: int, value: str) -> str:
        return f"#{word}h{number}z" if _BENT.fullmatch(value) else f"{word}{number}z"

    return made


def pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield the pieces of a JSON text as far as it is well-formed."""
    end = 0
    while match := _JSON.match(text, end):
        yield match
        end = match.end()


def deepest_json(text: str, most: int) -> int:
    """Return where a JSON text nests deeper than `most`, or -1."""
    depth = 0
    for match in pieces(text):
        mark = match["mark"]
        if mark and mark in "[]{}":
            depth += 1 if mark in "[{" else -1
            if depth > most:
                return match.start("mark")
    return -1


def longest_json(text: str, most: int) -> int:
    """Return where a string of a JSON text is longer than `most`, closed or not, or -1."""
    end = 0
    for match in pieces(text):
        if len(match["string"] or "") > most:
            return match.start("string")
        end = match.end()
    rest = text[end:].lstrip()
    return len(text) - len(rest) if len(rest) > most else -1


def context_elsewhere(text: str, own: str = "") -> int:
    """Return where a JSON-LD text names a context that lies elsewhere and would be fetched, or -1.

    `own` is the IRI of a context that is at hand, for which `with_context` writes it out.
    """
    known = _own_contexts(text, own)
    return next((start for start, _, _ in _contexts(text) if start not in known), -1)


def with_context(text: str, own: str, written: str) -> str:
    """Return a JSON-LD text with a context written out (in JSON, on one line) where the text names it by its IRI."""
    for start in reversed(_own_contexts(text, own)):
        text = text[:start] + written + text[start + len(own) + 2 :]
    return text


def _own_contexts(text: str, own: str) -> list[int]:
    found = [start for start, piece, key in _contexts(text) if own and (piece, key) == (f'"{own}"', "@context")]
    return found[:_MOST_CONTEXTS]


def _contexts(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield where a JSON-LD text names a context by an address, the piece of the text, and the key that asks for it."""
    listed: list[str] = []
    last, awaited = "", ""
    for match in pieces(text):
        piece = match[match.lastgroup or 0]
        if match["string"]:
            if awaited or (listed and listed[-1]):
                yield match.start("string"), piece, awaited or listed[-1]
            last = piece
        elif piece in ("[", "{"):
            listed.append(awaited if piece == "[" else "")
        elif piece in ("]", "}") and listed:
            listed.pop()
        awaited = _key(last) if piece == ":" and _key(last) in ("@context", "@import") else ""


def loads(text: str) -> Any:
    """Return JSON read with numbers as they are written, however long, and with raw control characters."""
    return json.loads(text, strict=False, parse_int=str, parse_float=str)


def _key(piece: str) -> str:
    try:
        return str(loads(piece)) if len(piece) < _LONG_KEY else ""
    except ValueError:
        return ""


class _TooDeepError(Exception):
    pass


def deepest_xml(text: str, most: int) -> int:
    """Return where an XML text nests deeper than `most`, or -1; what is no XML is left to its reader."""
    reader = xml.parsers.expat.ParserCreate("utf-8")
    depth, place = 0, -1

    def opened(*_: object) -> None:
        nonlocal depth, place
        depth += 1
        if depth > most:
            place = reader.CurrentByteIndex
            raise _TooDeepError

    def closed(_: str) -> None:
        nonlocal depth
        depth -= 1

    reader.StartElementHandler, reader.EndElementHandler = opened, closed
    with contextlib.suppress(_TooDeepError, xml.parsers.expat.ExpatError):
        reader.Parse(text.encode(), True)  # noqa: FBT003
    return place if place < 0 else len(text.encode()[:place].decode(errors="ignore"))


def malformed_xml(text: str) -> tuple[int, str]:
    """Return where an XML text stops being well-formed and why, or -1 and ''."""
    reader = xml.parsers.expat.ParserCreate("utf-8")
    try:
        reader.Parse(text.encode(), True)  # noqa: FBT003
    except xml.parsers.expat.ExpatError as error:
        words = xml.parsers.expat.ErrorString(error.code)
        return len(text.encode()[: reader.ErrorByteIndex].decode(errors="ignore")), words
    return -1, ""


def unnamed_xml(text: str) -> int:
    """Return where the first element of a well-formed XML text begins that is in no namespace, or -1."""
    reader = xml.parsers.expat.ParserCreate("utf-8", " ")
    place = -1

    def opened(name: str, _: object) -> None:
        nonlocal place
        if place < 0 and " " not in name:
            place = reader.CurrentByteIndex

    reader.StartElementHandler = opened
    with contextlib.suppress(xml.parsers.expat.ExpatError):
        reader.Parse(text.encode(), True)  # noqa: FBT003
    return place if place < 0 else len(text.encode()[:place].decode(errors="ignore"))
