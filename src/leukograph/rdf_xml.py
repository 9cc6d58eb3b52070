"""Marks the names and values of an RDF/XML text, each with the number of its place, so that its reader tells which."""

import re
import xml.parsers.expat
from typing import NamedTuple

from leukograph.trees import Entry, Marked, marks

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_SEPARATOR = " "
_SUBJECT = (f"{_RDF}about", f"{_RDF}ID", f"{_RDF}nodeID")
_OBJECT = (f"{_RDF}resource", f"{_RDF}ID", f"{_RDF}nodeID")
_APART = (f"{_RDF}datatype", f"{_RDF}parseType")
_ATTRIBUTE = re.compile(r"\s+([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CLOSED = re.compile(r"\s*(/>)")
_NAME = re.compile(r"<[^\s/>]+")


class _Attribute(NamedTuple):
    name: str
    value: str
    start: int
    end: int


class _Element:
    """An element that is being read: a node, a property or neither, its entry, that of its type, its end if empty."""

    __slots__ = ("empty", "entry", "kind", "parse", "plain", "start", "tag", "type")

    def __init__(self, kind: str, entry: int, start: int, tag: str, empty: int) -> None:
        self.kind, self.entry, self.start, self.tag, self.empty = kind, entry, start, tag, empty
        self.parse, self.plain, self.type = "", True, -1


def marked(text: str, word: str, level: int) -> Marked:
    """Return a well-formed RDF/XML text with marks; level 0 marks all values, the others names alone."""
    reader = _Reader(text, word, level)
    reader.read()
    out, done = [], 0
    for start, over, words in sorted(reader.edits):
        out += [text[done:start], words]
        done = start + over
    return Marked("".join([*out, text[done:]]), reader.entries, {})


class _Reader:
    def __init__(self, text: str, word: str, level: int) -> None:
        self.text, self.content, self.level, self.mark = text, text.encode(), level, marks(word)
        self.entries: list[Entry] = []
        self.edits: list[tuple[int, int, str]] = []
        self.stack: list[_Element] = []
        self.reached = (0, 0)  # the same place in bytes and in characters
        self.expat = xml.parsers.expat.ParserCreate("utf-8", _SEPARATOR)
        self.expat.ordered_attributes = True
        self.expat.StartElementHandler, self.expat.EndElementHandler = self.opened, self.closed

    def read(self) -> None:
        self.expat.Parse(self.content, True)  # noqa: FBT003

    def here(self) -> int:
        index, (before, characters) = self.expat.CurrentByteIndex, self.reached
        self.reached = index, characters + len(self.content[before:index].decode(errors="ignore"))
        return self.reached[1]

    def new(self, owner: int, name: str, begin: int, slot: int, text: str | None = None) -> int:
        self.entries.append(Entry(owner, name, slot, begin, slot, text))
        return len(self.entries) - 1

    def put(self, number: int, one: _Attribute) -> None:
        self.edits.append((one.end, 0, self.mark(number, one.value)))

    def attributes(self, start: int, known: list[str]) -> tuple[str, list[_Attribute], int]:
        """Return the name of a tag as written, its attributes with their places, and where it closes itself or -1."""
        tag = next(_NAME.finditer(self.text, start)).group()[1:]
        end, written = start + 1 + len(tag), []
        while match := _ATTRIBUTE.match(self.text, end):
            end = match.end()
            if match[1] != "xmlns" and not match[1].startswith("xmlns:"):
                written.append(match)
        pairs = zip(known[::2], known[1::2], written, strict=True)
        found = [_Attribute(name.replace(_SEPARATOR, ""), value, m.start(1), m.end() - 1) for name, value, m in pairs]
        close = _CLOSED.match(self.text, end)
        return tag, found, close.start(1) if close else -1

    def opened(self, name: str, known: list[str]) -> None:
        start, above = self.here(), self.stack[-1] if self.stack else None
        iri = name.replace(_SEPARATOR, "")
        tag, attributes, empty = self.attributes(start, known)
        kind = _below(above)
        if above is None and iri == f"{_RDF}RDF":
            kind = "root"
        made = _Element(kind, above.entry if above else -1, start, tag, empty)
        if kind == "node":
            made.entry = self.node(above, made, iri, attributes)
        elif kind == "property" and above:
            made.entry = self.new(above.entry, iri, start, start)
            self.property(made, attributes)
        if above:
            above.plain = above.plain and kind == "skip"
        self.stack.append(made)

    def node(self, above: _Element | None, made: _Element, iri: str, attributes: list[_Attribute]) -> int:
        start = made.start
        if above is None or above.kind == "root":
            number = self.new(-1, "", start, start)
        elif above.parse == "Collection":
            number = self.new(above.entry, "", start, start)
        else:
            held = self.entries[above.entry]
            self.entries[above.entry] = held._replace(void=True)
            number = self.new(held.owner, held.name, start, held.slot)
        typed = self.new(number, f"{_RDF}type", start, start, iri)
        if not self.level and iri != f"{_RDF}Description":
            made.type = typed
            self.edits.append((start + 1 + len(made.tag), 0, self.mark(typed, iri)))
        for one in attributes:
            if one.name in _SUBJECT:
                self.put(number, one)
            else:
                self.attribute(number, one)
        return number

    def property(self, made: _Element, attributes: list[_Attribute]) -> None:
        for one in attributes:
            if one.name == f"{_RDF}parseType":
                made.parse = one.value if one.value in ("Resource", "Collection") else "Literal"
            elif one.name in _OBJECT:
                self.put(made.entry, one)
                made.plain = made.plain and one.name == f"{_RDF}ID"
            else:
                made.plain = not self.attribute(made.entry, one) and made.plain

    def attribute(self, owner: int, one: _Attribute) -> bool:
        """Note an attribute that stands for a property, and return whether it does."""
        if one.name in _APART or one.name.startswith(_XML):
            return False
        number = self.new(owner, one.name, one.start, one.start, one.value)
        if not self.level:
            self.put(number, one)
        return True

    def closed(self, _: str) -> None:
        one, end = self.stack.pop(), self.here()
        literal = one.kind == "property" and one.plain and one.parse in ("", "Literal")
        if one.type >= 0 and one.empty < 0:
            self.edits.append((end + 2 + len(one.tag), 0, self.mark(one.type, one.tag)))
        if not literal:
            return
        self.entries[one.entry] = self.entries[one.entry]._replace(text="")
        if self.level:
            return
        if one.empty >= 0:
            self.edits.append((one.empty, 2, f">{self.mark(one.entry, one.tag)}</{one.tag}>"))
        else:
            self.edits.append((end, 0, self.mark(one.entry, one.tag)))


def _below(above: _Element | None) -> str:
    """Return what an element right below another is."""
    if above is None or above.kind == "root":
        return "node"
    if above.kind == "node" or above.parse == "Resource":
        return "property"
    return "skip" if above.kind == "skip" or above.parse == "Literal" else "node"
