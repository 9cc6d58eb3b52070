"""Finds where each triple of a Turtle, TriG, N-Triples or N-Quads text stands, by taking nesting and lists apart.

What it gives is the same text flat, one triple a line with blank nodes and lists under names of their own, and the
place of each line's parts. A parser reads the flat text; so escapes, prefixes and numbers are read in one place only.
"""

import bisect
import itertools
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

MAX_DEPTH = 200
MAX_UNFOLDED = 512 * 1024**2
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL = f"<{_RDF}first>", f"<{_RDF}rest>", f"<{_RDF}nil>"
# PN_CHARS_BASE, PN_CHARS_U and PN_CHARS of the Turtle grammar, to stand between square brackets.
_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_FREE = rf"{_BASE}_"
_CHARS = rf"{_FREE}0-9\-\u00B7\u0300-\u036F\u203F\u2040"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]{4,8})*+>"
_LOCAL = rf"(?:(?:[{_FREE}:0-9]|{_ESCAPE})(?:[{_CHARS}:]|{_ESCAPE}|\.++(?=[{_CHARS}:%\\]))*+)?"
_NAME = rf"(?:[{_BASE}](?:[{_CHARS}]|\.++(?=[{_CHARS}]))*+)?:{_LOCAL}"
_STRING = (
    r'(?:"""(?>[^"\\]++|\\.|"{1,2}(?!"))*+"""'
    r"|'''(?>[^'\\]++|\\.|'{1,2}(?!'))*+'''"
    r'|"(?>[^"\\\n\r]++|\\.)*+"'
    r"|'(?>[^'\\\n\r]++|\\.)*+')"
)
_SPACE = r"(?:[ \t\r\n]++|\#[^\r\n]*+)"
_TOKEN = (
    rf"(?P<space>{_SPACE}++)"
    rf"|(?P<literal>{_STRING}(?:{_SPACE}*+(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*+|\^\^{_SPACE}*+(?:{_IRI}|{_NAME})))?)"
    rf"|(?P<blank>_:[{_FREE}0-9](?:[{_CHARS}]|\.++(?=[{_CHARS}]))*+)"
    rf"|(?P<directive>@prefix\b|@base\b|(?i:prefix|base)(?![{_CHARS}:.]))"
    rf"|(?P<graph>(?i:graph)(?![{_CHARS}:.]))"
    rf"|(?P<iri>{_IRI})"
    rf"|(?P<name>{_NAME})"
    rf"|(?P<word>(?:a|true|false)(?![{_CHARS}:]))"
    r"|(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+|\.[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))"
    r"|(?P<mark>[\[\]()},;.]|\{(?!\|))"
)
_NEWER = re.compile(r"<<|>>|\{\||\|\}|~|--|@?version\b", re.IGNORECASE)


class UnfoldedError(Exception):
    """A text taken apart would have more than MAX_UNFOLDED characters, for each triple repeats its subject."""


class Token(NamedTuple):
    """A piece of the text: its kind (a group of the grammar), the piece itself, and where it begins.

    The kind is '' where the grammar of RDF 1.1 knows no such piece; nothing behind it is read.
    """

    kind: str
    text: str
    start: int


class Spot(NamedTuple):
    """Where subject, predicate and object of one triple begin in the text, in characters from nought."""

    subject: int
    predicate: int
    object: int


class Flat(NamedTuple):
    """A text taken apart: the flat text as TriG, the spot of each of its triples, each prefix (name, IRI, start)."""

    text: str
    spots: list[Spot]
    prefixes: list[tuple[str, str, int]]


class _Frame:
    """A statement, a blank node's property list, or a list, that is being read."""

    __slots__ = ("closing", "node", "start", "subject", "tail", "verb")

    def __init__(self, closing: str, start: int, node: str = "") -> None:
        self.closing, self.start, self.node = closing, start, node
        self.subject = (node, start) if node else ("", 0)
        self.verb = ("", 0)
        self.tail = ""


class _Reader:
    def __init__(self, text: str) -> None:
        labels = itertools.chain(["b"], map("b{}x".format, itertools.count()))
        self.mark = next(label for label in labels if f"_:{label}" not in text)
        self.made = self.size = 0
        self.lines: list[str] = []
        self.spots: list[Spot] = []
        self.prefixes: list[tuple[str, str, int]] = []
        self.graph = ""
        self.stack = [_Frame(".", 0)]

    def fresh(self) -> str:
        self.made += 1
        return f"_:{self.mark}{self.made}"

    def emit(self, subject: tuple[str, int], verb: tuple[str, int], thing: tuple[str, int]) -> None:
        triple = f"{subject[0]} {verb[0]} {thing[0]}"
        line = f"{self.graph} {{ {triple} }}" if self.graph else f"{triple} ."
        self.size += len(line)
        if self.size > MAX_UNFOLDED:
            raise UnfoldedError
        self.lines.append(line)
        self.spots.append(Spot(subject[1], verb[1], thing[1]))

    def term(self, text: str, start: int) -> None:
        frame = self.stack[-1]
        if frame.closing == ")":
            node = self.fresh()
            if frame.tail:
                self.emit((frame.tail, start), (_REST, start), (node, start))
            frame.node = frame.node or node
            frame.tail = node
            self.emit((node, start), (_FIRST, start), (text, start))
        elif not frame.subject[0]:
            frame.subject = (text, start)
        elif not frame.verb[0]:
            frame.verb = (text, start)
        else:
            self.emit(frame.subject, frame.verb, (text, start))

    def close(self, start: int) -> None:
        frame = self.stack.pop()
        if frame.closing == ")":
            if frame.tail:
                self.emit((frame.tail, start), (_REST, start), (_NIL, start))
            self.term(frame.node or _NIL, frame.start)
        else:
            self.term(frame.node, frame.start)

    def punctuate(self, mark: str, start: int) -> None:
        frame = self.stack[-1]
        if mark == "[":
            self.stack.append(_Frame("]", start, self.fresh()))
        elif mark == "(":
            self.stack.append(_Frame(")", start))
        elif mark in "])":
            self.close(start)
        elif mark == ";":
            frame.verb = ("", 0)
        elif mark == "{":
            self.graph = frame.subject[0]
            self.stack[-1] = _Frame(".", start)
        elif mark == "}":
            self.graph = ""
            self.stack[-1] = _Frame(".", start)
        elif mark == ".":
            self.stack[-1] = _Frame(".", start)


@cache
def _grammar() -> re.Pattern[str]:
    """Return what a piece of the text is; most texts are never taken apart, and to compile this takes time."""
    return re.compile(_TOKEN, re.DOTALL)


def tokens(text: str, end: int = sys.maxsize) -> Iterator[Token]:
    """Yield the pieces of a text that begin before `end`, without white space and comments."""
    place, end, piece_at = 0, min(end, len(text)), _grammar().match
    while place < end:
        match = piece_at(text, place)
        if match is None:
            yield Token("", text[place], place)
            return
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "", match.group(), place)
        place = match.end()


def token(text: str, start: int) -> str:
    """Return the piece of a text that begins at a spot, a literal with its datatype or language."""
    match = _grammar().match(text, start)
    return match.group() if match else ""


def newer(text: str, start: int) -> bool:
    """Tell whether what no piece of RDF 1.1 is belongs to RDF 1.2: a triple within a triple, a direction, a version."""
    return _NEWER.match(text, start) is not None


def trouble(text: str, end: int = sys.maxsize, most: int = sys.maxsize) -> Token | None:
    """Return the first piece before `end` that cannot be read, or None.

    It is a bracket more than MAX_DEPTH deep, one longer than `most`, or what is no piece (of kind '').
    """
    depth = 0
    for piece in tokens(text, end):
        if piece.kind == "mark":
            depth += (piece.text in "[({") - (piece.text in "])}")
        if depth > MAX_DEPTH or len(piece.text) > most or not piece.kind:
            return piece
    return None


def flatten(text: str, *, quads: bool = False) -> Flat:
    """Take a well-formed text apart; `quads` says that it is N-Quads, in which a fourth term names the graph.

    UnfoldedError where that would be too large.
    """
    reader = _Reader(text)
    rest = tokens(text)
    for kind, piece, start in rest:
        if kind == "directive":
            reader.lines.append(_directive(piece, rest, reader.prefixes))
        elif kind == "mark":
            reader.punctuate(piece, start)
        elif quads:
            terms = [(piece, start)]
            for _, other, begin in rest:
                if other == ".":
                    break
                terms.append((other, begin))
            reader.graph = terms[3][0] if terms[3:] else ""
            reader.emit(terms[0], terms[1], terms[2])
        elif kind != "graph":
            reader.term(piece, start)
    return Flat("\n".join(reader.lines) + "\n", reader.spots, reader.prefixes)


def _directive(word: str, rest: Iterator[Token], prefixes: list[tuple[str, str, int]]) -> str:
    first = next(rest)
    if word.lower().endswith("base"):
        line = f"@base {first.text} ."
    else:
        iri = next(rest)
        prefixes.append((first.text[:-1], iri.text[1:-1], first.start))
        line = f"@prefix {first.text} {iri.text} ."
    if word.startswith("@"):
        next(rest)
    return line


def position(text: str, line: int, column: int) -> int:
    """Return the position that stands at line and column, both from one."""
    starts = _starts(text)
    return starts[min(line, len(starts)) - 1] + column - 1


@lru_cache(maxsize=64)
def _starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text)))


def line_column(text: str, start: int) -> tuple[int, int]:
    """Return line and column, from one and in characters, of a position; a line ends in LF, CRLF or CR."""
    starts = _starts(text)
    line = bisect.bisect_right(starts, start)
    return line, start - starts[line - 1] + 1
