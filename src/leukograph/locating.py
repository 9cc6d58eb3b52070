"""Finds where in a set of files a finding stands: the triple that it names, or what comes nearest."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from leukograph.documents import Document, place
from leukograph.engine import plain
from leukograph.records import Place


class Index:
    """Where everything stands: each (document, triple number) by subject, and by object; made when first asked for."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Take documents in the order in which they are looked through."""
        self.documents = tuple(documents)

    @cached_property
    def subjects(self) -> dict[str, list[tuple[int, int]]]:
        """Return where each term is a subject."""
        return self._by(lambda quad: quad.subject)

    @cached_property
    def objects(self) -> dict[str, list[tuple[int, int]]]:
        """Return where each term, or each text of a literal, is an object."""
        return self._by(lambda quad: quad.object)

    def _by(self, part: Callable[[ox.Quad], Any]) -> dict[str, list[tuple[int, int]]]:
        made: dict[str, list[tuple[int, int]]] = {}
        for number, document in enumerate(self.documents):
            for count, quad in enumerate(document.quads):
                made.setdefault(plain(part(quad)), []).append((number, count))
        return made


def index(documents: Iterable[Document]) -> Index:
    """Return an index of documents, those that the user named first."""
    return Index(sorted(documents, key=lambda one: not one.given))


def locate(
    known: Index, focus: str, path: str = "", value: str = "", *, term: str = "", given: bool = False
) -> Place | None:
    """Return where a finding stands: the triple that it names, else the last one with its path, else the subject.

    Of triples with equal text the one of the same `term` (language or datatype) is taken. A focus that is no
    subject is looked for as object, and the value as a subject. `given` looks in files alone that
    the user named. None where nothing of it stands in any file.
    """

    def triple(one: tuple[int, int]) -> tuple[str, str]:
        quad = known.documents[one[0]].quads[one[1]]
        return quad.predicate.value, plain(quad.object)

    def told(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [one for one in found if known.documents[one[0]].given or not given]

    def alike(one: tuple[int, int]) -> bool:
        thing = known.documents[one[0]].quads[one[1]].object
        return isinstance(thing, ox.Literal) and term == (
            f"@{thing.language}" if thing.language else f"^^{thing.datatype.value}"
        )

    own = told(known.subjects.get(focus, []))
    if term and value:
        own = sorted(own, key=lambda one: not alike(one))
    tries = (
        [one for one in own if triple(one) == (path, value)],
        [one for one in own if value and triple(one)[1] == value],
        [one for one in own if triple(one)[0] == path][-1:],
    )
    for found in tries:
        if found:
            return place(known.documents[found[0][0]], found[0][1])
    if own:
        return place(known.documents[own[0][0]], own[0][1], "subject")
    named = [
        one for one in known.objects.get(focus, []) if plain(known.documents[one[0]].quads[one[1]].subject) == value
    ]
    ways = ((named, "object"), (known.objects.get(focus), "object"), (known.subjects.get(value), "subject"))
    for thing, part in ways:
        found = told(thing or [])
        if found:
            return place(known.documents[found[0][0]], found[0][1], part)
    return None


def link(known: Index, focus: str, value: str) -> str:
    """Return the predicate of the one triple, or of triples alike, that leads from focus to value; '' otherwise."""
    quads = [known.documents[number].quads[count] for number, count in known.subjects.get(focus, [])]
    found = {quad.predicate.value for quad in quads if plain(quad.object) == value}
    return found.pop() if len(found) == 1 else ""


def stated(known: Index, subject: str, predicate: str, thing: str) -> Place | None:
    """Return where exactly this triple is written, or None."""
    for number, count in known.subjects.get(subject, []):
        quad = known.documents[number].quads[count]
        if (quad.predicate.value, plain(quad.object)) == (predicate, thing):
            return place(known.documents[number], count)
    return None
