"""Tells where the triples of JSON-LD and RDF/XML stand: their own reader reads them again, with marks in the text.

Every value and name gets a mark with the number of its place. The marked text gives the same triples in the same order,
and each shows by its marks where it is from. Blank nodes and what cannot be marked are told by what stands around them.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pyoxigraph as ox

from leukograph import json_ld, rdf_xml
from leukograph.names import XSD
from leukograph.places import Spot
from leukograph.trees import Entry, Marked

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL = f"{_RDF}first", f"{_RDF}rest", f"{_RDF}nil"
_TEXTS = (XSD + "string", f"{_RDF}langString")
_LEVELS = 3
_FEW = 4
_Free = dict[tuple[int, str, str | None], deque[int]]
_NOWHERE = Spot(-1, -1, -1)


def spots(text: str, kind: Any, whole: Callable[[str], str] = str) -> list[Spot]:
    """Return the spot of each triple that a text of JSON-LD or RDF/XML gives, in order; -1 where it does not show.

    `whole` makes of a text what its reader is given: the same with the contexts that it names written out.
    """
    plain = list(ox.parse(whole(text).encode(), format=kind))
    mark: Callable[[str, str, int], Marked] = rdf_xml.marked
    if kind == ox.RdfFormat.JSON_LD:
        mark = partial(json_ld.marked, whole=whole(text))
    word = "qzq"
    while word in text:
        word += "q"
    for level in range(_LEVELS):
        try:
            made = mark(text, word, level)
            read = list(ox.parse(whole(made.text).encode(), format=kind))
        except (SyntaxError, ValueError):
            continue
        if [one.predicate for one in read] == [one.predicate for one in plain]:
            return _Teller(plain, read, made, word).spots()
    return [_NOWHERE] * len(plain)


class _Teller:
    """Tells of each triple which entries its subject and object are."""

    def __init__(self, plain: Sequence[Any], read: Sequence[Any], made: Marked, word: str) -> None:
        self.read, self.entries, self.terms = read, made.entries, made.terms
        self.any = re.compile(f"#{word}h([0-9]+)z|{word}([0-9]+)z")
        self.home: dict[str, int] = {}  # the entries of blank nodes that have no mark
        self.known = [
            (self.marked(one.subject, own.subject), self.marked(one.object, own.object))
            for one, own in zip(read, plain, strict=True)
        ]

    def marked(self, term: Any, own: Any) -> int:
        """Return the number that a term is marked with if without its marks it is its own, or -1."""
        if not isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) or not (match := self.any.search(term.value)):
            return -1
        number = int(match[1] or match[2])
        same = type(term) is type(own) and self.any.sub("", term.value) == own.value
        counted = isinstance(own, ox.Literal) and own.datatype.value not in _TEXTS
        return number if number < len(self.entries) and (same or counted) else -1

    def at(self, number: int) -> tuple[int, int]:
        """Return the entries of subject and object of a triple, -1 for unknown."""
        quad, (subject, thing) = self.read[number], self.known[number]
        subject = self.home.get(quad.subject.value, -1) if subject < 0 else subject
        if thing < 0 and isinstance(quad.object, ox.BlankNode):
            thing = self.home.get(quad.object.value, -1)
        return subject, thing

    def spots(self) -> list[Spot]:
        self.infer()
        while self.claim():
            self.infer()
        cells: dict[str, int] = {}
        for number, quad in enumerate(self.read):
            if quad.predicate.value == _FIRST and self.in_list(number):
                subject, thing = self.at(number)
                cells[quad.subject.value] = self.entries[thing if thing >= 0 else subject].slot
        return [self.spot(number, cells) for number in range(len(self.read))]

    def in_list(self, number: int) -> bool:
        quad = self.read[number]
        return self.known[number][0] < 0 and quad.subject.value in self.home

    def infer(self) -> None:
        """Give each blank node the entry that holds what is said of it, from the inside out, until no more is found."""
        before = -1
        order = range(len(self.read))
        while before != len(self.home):
            before = len(self.home)
            order = order[::-1]
            for number in order:
                quad = self.read[number]
                subject, thing = self.at(number)
                owner = self.entries[thing].owner if thing >= 0 else -1
                follows = quad.predicate.value == _REST and isinstance(quad.object, ox.BlankNode)
                if follows and max(subject, thing) >= 0:
                    self.settle(quad.object, subject)
                    self.settle(quad.subject, thing)
                elif subject < 0 and owner >= 0 and quad.predicate.value != _REST:
                    self.settle(quad.subject, owner)

    def settle(self, term: Any, number: int) -> None:
        if number >= 0 and isinstance(term, ox.BlankNode):
            self.home.setdefault(term.value, number)

    def claim(self) -> bool:
        """Give what is unknown of a subject the entries that say so and are not taken, in order; tell if any was.

        Only where that finds nothing, a blank node of which nothing is known is taken for one that says the same.
        """
        free, taken = self.free()
        return self.give(free, taken, known=True) or self.give(free, taken, known=False)

    def free(self) -> tuple[_Free, set[int]]:
        """Return what is not taken yet, by the entry that holds it (-1: one that is not known yet), and what is."""
        means: dict[str, set[str]] = defaultdict(set)
        taken, subjects = set(self.home.values()), set(self.home.values())
        for number, quad in enumerate(self.read):
            subject, thing = self.at(number)
            taken.add(thing)
            subjects.add(subject)
            if thing >= 0 and self.entries[thing].owner == subject:
                means[self.entries[thing].name].add(quad.predicate.value)
        free: _Free = defaultdict(deque)
        for number, one in enumerate(self.entries):
            if number not in taken and not one.void and one.name:
                for name, text in self.keys(one, means):
                    free[one.owner if one.owner in subjects else -1, name, text].append(number)
        return free, taken

    def give(self, free: _Free, taken: set[int], *, known: bool) -> bool:
        found = False
        for number, quad in enumerate(self.read):
            subject, thing = self.at(number)
            if thing >= 0 or known != (subject >= 0) or quad.predicate.value in (_FIRST, _REST):
                continue
            if not known and not isinstance(quad.subject, ox.BlankNode):
                continue
            blank = isinstance(quad.object, ox.BlankNode)
            text = None if blank or quad.object == ox.NamedNode(_NIL) else getattr(quad.object, "value", "")
            waiting = free[subject, quad.predicate.value, text]
            while waiting and waiting[0] in taken:
                waiting.popleft()
            if waiting:
                taken.add(waiting[0])
                self.known[number] = self.known[number][0], waiting[0]
                self.settle(quad.object, waiting[0])
                if not known:
                    self.settle(quad.subject, self.entries[waiting[0]].owner)
                found = True
        return found

    def keys(self, one: Entry, means: dict[str, set[str]]) -> set[tuple[str, str | None]]:
        names = means.get(one.name, set())
        names = names if 0 < len(names) <= _FEW else {json_ld.expand(self.terms, one.name)}
        texts = {None} if one.text is None else {one.text, json_ld.expand(self.terms, one.text)}
        return {(name, text) for name in names for text in texts}

    def within(self, inner: int, outer: int) -> bool:
        while inner >= 0 and inner != outer:
            inner = self.entries[inner].owner
        return inner >= 0

    def spot(self, number: int, cells: dict[str, int]) -> Spot:
        quad = self.read[number]
        subject, thing = self.at(number)
        if quad.predicate.value in (_FIRST, _REST) and quad.subject.value in cells:
            return Spot(*[cells[quad.subject.value]] * 3)
        if thing >= 0 and (subject < 0 or self.within(thing, subject)):
            one = self.entries[thing]
            holder = subject if subject >= 0 else one.owner
            return Spot(self.entries[holder].begin if holder >= 0 else one.begin, one.key, one.slot)
        if subject < 0:
            return _NOWHERE
        begin = self.entries[subject].begin
        if thing >= 0 and self.within(subject, thing):  # written the other way round
            return Spot(begin, self.entries[subject].key, self.entries[subject].slot)
        return Spot(begin, begin, begin)
