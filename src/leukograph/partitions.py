"""Counts triples as VoID does: of a graph, by class and by property, by class of subject and kind of object."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from leukograph.names import BASE, RDF_TYPE

Triple = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]


class PropertyPart(NamedTuple):
    """The triples with one property; `classes` and `datatypes` count them by the type of the object."""

    iri: str
    triples: int
    subjects: int
    objects: int
    classes: tuple[tuple[str, int], ...]
    datatypes: tuple[tuple[str, int], ...]


class ClassPart(NamedTuple):
    """The instances of one class, the triples of which they are the subject, and these by property."""

    iri: str
    entities: int
    triples: int
    properties: tuple[PropertyPart, ...]


class Counts(NamedTuple):
    """The numbers of a set of triples; `entities` are subjects whose IRI is one of the project."""

    triples: int
    entities: int
    subjects: int
    objects: int
    classes: tuple[ClassPart, ...]
    properties: tuple[PropertyPart, ...]


def count(quads: Iterable[ox.Quad]) -> Counts:
    """Return the numbers of the triples of quads; a triple that stands in several graphs counts once."""
    triples: set[Triple] = set()
    for quad in quads:
        if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
            continue  # the project has no triple terms, and VoID has no numbers for them
        triples.add((quad.subject, quad.predicate, quad.object))
    kinds: dict[object, set[str]] = {}
    for subject, predicate, thing in triples:
        if predicate.value == RDF_TYPE and isinstance(thing, ox.NamedNode):
            kinds.setdefault(subject, set()).add(thing.value)
    of_class: dict[str, list[Triple]] = {}
    for triple in triples:
        for kind in kinds.get(triple[0], ()):
            of_class.setdefault(kind, []).append(triple)
    subjects = {subject for subject, _, _ in triples}
    return Counts(
        len(triples),
        sum(isinstance(one, ox.NamedNode) and one.value.startswith(BASE) for one in subjects),
        len(subjects),
        len({thing for _, _, thing in triples}),
        tuple(
            ClassPart(iri, len({subject for subject, _, _ in held}), len(held), _by_property(held, kinds))
            for iri, held in sorted(of_class.items())
        ),
        _by_property(triples, kinds),
    )


def _by_property(triples: Iterable[Triple], kinds: dict[object, set[str]]) -> tuple[PropertyPart, ...]:
    grouped: dict[str, list[Triple]] = {}
    for triple in triples:
        grouped.setdefault(triple[1].value, []).append(triple)
    parts = []
    for iri, held in sorted(grouped.items()):
        classes: Counter[str] = Counter(kind for _, _, thing in held for kind in kinds.get(thing, ()))
        types: Counter[str] = Counter(thing.datatype.value for _, _, thing in held if isinstance(thing, ox.Literal))
        subjects, objects = {one[0] for one in held}, {one[2] for one in held}
        found = (tuple(sorted(classes.items())), tuple(sorted(types.items())))
        parts.append(PropertyPart(iri, len(held), len(subjects), len(objects), *found))
    return tuple(parts)
