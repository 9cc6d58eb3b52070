"""Cuts a SPARQL query into words, names, texts and marks; what is none of them is a Mistake at its place."""

import re
from typing import NamedTuple

VARIABLE, IRI, NAME, BLANK, TEXT, NUMBER, LANGUAGE, WORD, MARK, END = (
    *("variable", "iri", "name", "blank", "text", "number", "language", "word", "mark", "end"),
)
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)+")
_LETTER = r"[^\W\d_]"
_PREFIX = rf"(?:{_LETTER}(?:[\w.·-]*[\w·-])?)?"
_LOCAL = r"(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:(?:[\w.:·-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\.))?)?"
_KINDS = (
    (IRI, re.compile(r"<[^<>\"{}|^`\\\x00-\x20]*>")),
    (BLANK, re.compile(r"_:\w(?:[\w.·-]*[\w·-])?|\[[ \t\r\n]*\]")),
    (VARIABLE, re.compile(r"[?$][\w·]+")),
    (NAME, re.compile(f"{_PREFIX}:{_LOCAL}")),
    (NUMBER, re.compile(r"(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+|\d*\.\d+|\d+", re.ASCII)),
    (LANGUAGE, re.compile(r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?")),
    (WORD, re.compile(r"[^\W\d]\w*")),
    (MARK, re.compile(r"\^\^|&&|\|\||!=|<=|>=|<<|>>|[{}()\[\].,;*/|^?!+=<>&$-]")),
)
_TEXT = re.compile(r"""(?P<quote>'''|\"\"\"|'|")""")
_ESCAPE = re.compile(r"""\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})""")
_BEGUN = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:(?://)?[^\s<>]*")
_BAD = re.compile(r"[^<>]*?(?P<bad>[\"{}|^`\\\x00-\x20])[^<>\r\n]*>")
_QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "`": "'", "´": "'"}
_SHOWN = 40


class Token(NamedTuple):
    """One token: its kind, its text as it stands, and the offset of its first character."""

    kind: str
    text: str
    start: int

    @property
    def upper(self) -> str:
        """The text of a word or mark in capitals, '' of anything else: keywords have no letter case."""
        return self.text.upper() if self.kind in (WORD, MARK) else ""

    @property
    def shown(self) -> str:
        """The text as a sentence quotes it: in one line, and not too long."""
        text = " ".join(self.text.split())
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Mistake(Exception):  # noqa: N818 - it is one of the query
    """What is wrong at an offset of a query, in a sentence that says what to do."""

    def __init__(self, start: int, words: str) -> None:
        """Take both."""
        super().__init__(words)
        self.start, self.words = start, words


def tokens(sparql: str) -> tuple[list[Token], Mistake | None]:
    """Return the tokens of a query, the last one END, and the mistake that ended them early, if one did."""
    found: list[Token] = []
    place = 0
    while True:
        space = _SPACE.match(sparql, place)
        place = space.end() if space else place
        if place == len(sparql):
            return [*found, Token(END, "", place)], None
        try:
            found.append(_next(sparql, place))
        except Mistake as mistake:
            return [*found, Token(END, "", place)], mistake
        place += len(found[-1].text)


def _next(sparql: str, place: int) -> Token:
    if quote := _TEXT.match(sparql, place):
        return Token(TEXT, _text(sparql, place, quote["quote"]), place)
    for kind, pattern in _KINDS:
        match = pattern.match(sparql, place)
        if match and match.group():
            if match.group() == "<":
                _refuse_iri(sparql, place)
            return Token(kind, match.group(), place)
    char = sparql[place]
    if char in _QUOTES:
        raise Mistake(place, f"{char} is no quotation mark of SPARQL. Write {_QUOTES[char]} around a text.")
    if char == "@":
        raise Mistake(place, "the language behind @ is missing. Write one, such as @en.")
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    raise Mistake(place, f"the character {shown} stands in no query. Take it out.")


def _text(sparql: str, place: int, quote: str) -> str:
    at = place + len(quote)
    while at < len(sparql):
        if sparql.startswith(quote, at):
            return sparql[place : at + len(quote)]
        if sparql[at] == "\\":
            escape = _ESCAPE.match(sparql, at)
            if not escape:
                raise Mistake(at, f"{sparql[at : at + 2]} is no escape. Write \\\\ where a backslash is meant.")
            at = escape.end()
        elif len(quote) == 1 and sparql[at] in "\r\n":
            raise Mistake(place, f"this text is not closed on its line. Write {quote} at its end.")
        else:
            at += 1
    raise Mistake(place, f"this text is not closed. Write {quote} at its end.")


def _refuse_iri(sparql: str, place: int) -> None:
    """Raise Mistake where `<` begins an IRI that is none; otherwise it compares."""
    begun = _BEGUN.match(sparql, place)
    if not begun:
        return
    if bad := _BAD.match(sparql, place + 1):
        char = bad["bad"]
        named = "a space" if char == " " else char if char.isprintable() else f"U+{ord(char):04X}"
        if "?" not in bad.group().replace(begun.group()[1:], "", 1) and "$" not in bad.group():
            raise Mistake(bad.start("bad"), f"an IRI cannot hold {named}. Write it as %{ord(char):02X}.")
    if "://" in begun.group():
        raise Mistake(place, "this IRI is not closed. Write > at its end.")
