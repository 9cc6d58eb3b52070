"""Marks the values of a JSON-LD text, each with the number of its place, so that its reader tells which is which.

The contexts are looked at only for what may not be marked and for what the keys of the text hold.
"""

import itertools
from typing import NamedTuple

from leukograph.trees import Entry, Marked, loads, marks, pieces

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_HOLDING = ("@type", "@value", "@list", "@set", "@graph", "@included")
_SINGLE = ("@language", "@index", "@id", "@type")


class _Contexts(NamedTuple):
    """What all contexts of a text say: IRIs of terms, and which terms are keywords, lists, maps, names of terms."""

    terms: dict[str, str]
    keywords: dict[str, str]
    lists: set[str]
    maps: set[str]
    named: set[str]
    vocabulary: set[str]

    def keyword(self, name: str) -> str:
        return name if name.startswith("@") else self.keywords.get(name, "")


class _Holder:
    """An object or array that is being read: the entry that it is part of, and the key that is read."""

    __slots__ = ("entry", "items", "key", "kind", "name")

    def __init__(self, kind: str, entry: int, name: str = "", key: int = 0, *, items: bool = False) -> None:
        self.kind, self.entry, self.name, self.key, self.items = kind, entry, name, key, items


def marked(text: str, word: str, level: int, whole: str = "") -> Marked:
    """Return a well-formed JSON-LD text with marks; `whole` is the text with all its contexts, if that is another.

    Level 0 marks all values and makes numbers strings for it, level 1 marks strings, level 2 names alone.
    """
    reader = _Reader(text, word, level, whole or text)
    found = itertools.chain(pieces(text), [None])
    for match, following in itertools.pairwise(found):
        if match is None:
            break
        kind = match.lastgroup or ""
        piece, begin = match[kind], match.start(kind)
        if piece in ("{", "["):
            reader.opened(begin, array=piece == "[")
        elif piece in ("}", "]"):
            reader.stack.pop()
        elif kind == "mark" or not reader.stack or reader.stack[-1].kind == "context":
            continue
        elif kind == "string" and following and following["mark"] == ":":
            reader.named(loads(piece), begin, match.end(kind) - 1)
        else:
            reader.said(piece, begin)
    reader.out.append(text[reader.done :])
    return Marked("".join(reader.out), reader.entries, reader.known.terms)


class _Reader:
    def __init__(self, text: str, word: str, level: int, whole: str) -> None:
        self.text, self.level, self.mark = text, level, marks(word)
        self.known = _contexts(loads(whole))
        self.entries: list[Entry] = []
        self.stack: list[_Holder] = []
        self.out: list[str] = []
        self.done = 0

    def put(self, place: int, words: str, over: int = 0) -> None:
        self.out += (self.text[self.done : place], words)
        self.done = place + over

    def new(self, told: tuple[int, str, int], begin: int, text: str | None = None) -> int:
        self.entries.append(Entry(*told, begin, begin, text))
        return len(self.entries) - 1

    def told(self, holder: _Holder) -> tuple[int, str, int]:
        """Return the entry, property and its place under which a value of a holder stands."""
        keyword = self.known.keyword(holder.name)
        if keyword in ("@set", "@value"):
            wrap = self.entries[holder.entry]
            self.entries[holder.entry] = wrap._replace(void=True)
            return wrap.owner, wrap.name, wrap.key
        if keyword in ("@graph", "@included", "@list") or not holder.name:
            return holder.entry if keyword == "@list" else -1, "", holder.key
        return holder.entry, _TYPE if keyword == "@type" else holder.name, holder.key

    def opened(self, begin: int, *, array: bool) -> None:
        top = self.stack[-1] if self.stack else _Holder("array", -1)
        keyword = self.known.keyword(top.name)
        if top.kind == "context" or keyword == "@context":
            made = _Holder("context", -1)
        elif array and (top.items or (top.kind == "object" and top.name in self.known.lists)):
            made = _Holder("array", self.new(self.told(top), begin), "@list", items=True)
        elif array:
            made = _Holder("array", top.entry, top.name, top.key, items=keyword == "@list")
        elif keyword in ("@reverse", "@nest"):
            made = _Holder("object", top.entry)
        elif top.kind == "object" and top.name in self.known.maps:
            made = _Holder("map", top.entry, top.name, top.key)
        else:
            made = _Holder("object", self.new(self.told(top), begin))
        self.stack.append(made)

    def named(self, name: str, begin: int, end: int) -> None:
        top = self.stack[-1]
        if top.kind != "map":
            top.name, top.key = name, begin
        elif top.name in self.known.named and not self.known.keyword(name):
            self.put(end, self.mark(len(self.entries), name))

    def said(self, piece: str, begin: int) -> None:
        top = self.stack[-1]
        keyword, text = self.known.keyword(top.name), piece.startswith('"')
        value = loads(piece) if text else piece
        if keyword == "@id":
            if text and top.entry >= 0 and not value.startswith("@"):
                self.put(begin + len(piece) - 1, self.mark(top.entry, value))
        elif value is not None and piece != "null" and (not keyword or keyword in _HOLDING):
            told = self.told(top)
            if told[1] or told[0] >= 0:
                self.marked_value(piece, begin, value, self.new(told, begin, value), text=text)

    def marked_value(self, piece: str, begin: int, value: str, number: int, *, text: bool) -> None:
        name = self.stack[-1].name
        termed = self.known.keyword(name) == "@type" or name in self.known.vocabulary
        if text and self.level <= 1 and not value.startswith("@") and not (termed and value in self.known.terms):
            self.put(begin + len(piece) - 1, self.mark(number, value))
        elif not text and self.level == 0:
            self.put(begin, f'"{piece}{self.mark(number, value)}"', len(piece))


def _contexts(whole: object) -> _Contexts:
    known = _Contexts({}, {}, set(), set(), set(), set())
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            contexts = one.get("@context", [])
            for context in contexts if isinstance(contexts, list) else [contexts]:
                for term, meaning in context.items() if isinstance(context, dict) else ():
                    _learn(known, term, meaning)
    return known


def _learn(known: _Contexts, term: str, meaning: object) -> None:
    iri = meaning.get("@id", "") if isinstance(meaning, dict) else meaning
    known.terms.setdefault(term, iri if isinstance(iri, str) else "")
    if isinstance(iri, str) and iri.startswith("@"):
        known.keywords[term] = iri
    if isinstance(meaning, dict):
        containers = meaning.get("@container")
        kinds = containers if isinstance(containers, list) else [containers]
        known.lists.update([term] if "@list" in kinds else [])
        known.maps.update([term] if set(_SINGLE) & {str(one) for one in kinds} else [])
        known.named.update([term] if "@id" in kinds else [])
        known.vocabulary.update([term] if meaning.get("@type") == "@vocab" else [])


def expand(terms: dict[str, str], text: str, depth: int = 3) -> str:
    """Return what a term, a short IRI or a name of a vocabulary most likely means."""
    if depth and terms.get(text) and not text.startswith("@"):
        return expand(terms, terms[text], depth - 1)
    prefix, colon, local = text.partition(":")
    if colon and prefix in terms and not local.startswith("//"):
        return expand(terms, terms[prefix], depth - 1) + local if depth else text
    known = not colon and not text.startswith("@") and terms.get("@vocab")
    return known + text if known else text
