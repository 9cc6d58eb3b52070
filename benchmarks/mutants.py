"""Makes faulty copies of the data: each changes one triple by one operator, the same in every run."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import pyoxigraph as ox

from leukograph import documents, engine
from leukograph.names import LGD, LGO, OA, ONTOLOGY, RDF_TYPE, graph_iri

OPERATORS = (
    "delete",
    "predicate replaced",
    "object of the same kind",
    "object of another kind",
    "object unknown",
    "value changed plausibly",
    "language tag dropped",
    "second value added",
    "evidence swapped",
    "subject renamed",
)
GRAPHS = ("page", "background", "mappings")
# What a claim rests on, of which two records can have each other's.
_EVIDENCE = {
    LGO + name
    for name in (
        "statedIn", "cuedBy", "namedBy", "scopedBy", "givenBy", "withinSegment", "introducedBy", "headedBy", "spells",
        "mentions", "listedIn", "fromSource", "sourceLocator", "evidenceItem",
    )
} | {OA + "hasSelector"}  # fmt: skip
_UNKNOWN = LGD + "nothing-of-this-name"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


class Mutant(NamedTuple):
    """One fault: the operator, the graph and class of the record, its predicate, the quads taken out and put in."""

    key: str
    operator: str
    graph: str
    kind: str
    predicate: str
    out: tuple[ox.Quad, ...]
    put: tuple[ox.Quad, ...]


class Known(NamedTuple):
    """What a fault is chosen from: classes of things, things of classes, values and predicates of each graph."""

    kinds: dict[str, str]
    things: dict[str, list[ox.NamedNode]]
    values: dict[tuple[str, str, str], list[ox.NamedNode | ox.Literal]]
    predicates: dict[str, list[ox.NamedNode]]
    holders: dict[tuple[str, str], list[ox.Quad]]


def known(read: Sequence[documents.Document]) -> Known:
    """Return what the documents of the project hold."""
    quads = [(one.graph, quad) for one in read for quad in one.quads]
    kinds = {
        engine.plain(quad.subject): engine.plain(quad.object) for _, quad in quads if quad.predicate.value == RDF_TYPE
    }
    things: dict[str, set[str]] = defaultdict(set)
    for thing, kind in kinds.items():
        if thing.startswith(("http", "urn")):
            things[kind].add(thing)
    values: dict[tuple[str, str, str], set[ox.NamedNode | ox.Literal]] = defaultdict(set)
    predicates: dict[str, set[str]] = defaultdict(set)
    holders: dict[tuple[str, str], list[ox.Quad]] = defaultdict(list)
    for graph, quad in quads:
        if graph != ONTOLOGY and not isinstance(quad.object, ox.BlankNode | ox.Triple):
            kind = kinds.get(engine.plain(quad.subject), "")
            values[graph, kind, quad.predicate.value].add(quad.object)
            predicates[graph].add(quad.predicate.value)
            holders[kind, quad.predicate.value].append(quad)
    return Known(
        kinds,
        {kind: [ox.NamedNode(one) for one in sorted(found)] for kind, found in things.items()},
        {key: sorted(found, key=str) for key, found in values.items()},
        {graph: [ox.NamedNode(one) for one in sorted(found)] for graph, found in predicates.items()},
        holders,
    )


def mutants(read: Sequence[documents.Document]) -> Iterator[Mutant]:
    """Yield every fault of every triple of page, background and mappings, in the order of the files."""
    store = known(read)
    there = {quad.triple for document in read for quad in document.quads}
    for document in read:
        if document.graph in GRAPHS:
            for quad in document.quads:
                for operator in OPERATORS:
                    made = _made(store, document.graph, quad, operator)
                    if made is not None and (made[0] or any(one.triple not in there for one in made[1])):
                        kind = store.kinds.get(engine.plain(quad.subject), "").rpartition("/")[2] or "other triples"
                        key = hashlib.sha256(f"{operator} {document.graph} {quad.triple}".encode()).hexdigest()[:16]
                        out, put = made
                        yield Mutant(key, operator, document.graph, kind, quad.predicate.value, out, put)


def _choose(found: Sequence[ox.NamedNode | ox.Literal], seed: str, *not_: object) -> ox.NamedNode | ox.Literal | None:
    left = [one for one in found if one not in not_]
    return left[int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) % len(left)] if left else None


Change = tuple[tuple[ox.Quad, ...], tuple[ox.Quad, ...]] | None


def _made(store: Known, graph: str, quad: ox.Quad, operator: str) -> Change:
    """Return the quads that an operator takes out and puts in, or None where it cannot be applied."""
    seed = f"{operator} {quad.triple}"
    subject, predicate, thing = quad.subject, quad.predicate, quad.object
    made: Change = None
    if operator == "delete":
        made = (quad,), ()
    elif operator == "predicate replaced":
        other = _choose(store.predicates[graph], seed, predicate)
        made = ((quad,), (ox.Quad(subject, other, thing),)) if isinstance(other, ox.NamedNode) else None
    elif operator == "subject renamed" and isinstance(subject, ox.NamedNode):
        made = (quad,), (ox.Quad(ox.NamedNode(subject.value + "-renamed"), predicate, thing),)
    elif operator == "second value added":
        added = _plausible(store, graph, quad, seed)
        made = None if added is None else ((), (ox.Quad(subject, predicate, added),))
    elif operator == "evidence swapped" and predicate.value in _EVIDENCE:
        made = _swapped(store, quad, seed)
    else:
        value = _other_object(store, graph, quad, operator, seed)
        made = None if value is None else ((quad,), (ox.Quad(subject, predicate, value),))
    return made


def _other_object(
    store: Known, graph: str, quad: ox.Quad, operator: str, seed: str
) -> ox.NamedNode | ox.Literal | None:
    thing = quad.object
    if operator == "value changed plausibly":
        return _plausible(store, graph, quad, seed)
    if isinstance(thing, ox.Literal):
        return ox.Literal(thing.value) if operator == "language tag dropped" and thing.language else None
    kind = store.kinds.get(engine.plain(thing), "")
    if operator == "object of the same kind":
        return _choose(store.things.get(kind, []), seed, thing)
    if operator == "object of another kind":
        kinds = [ox.NamedNode(one) for one in sorted(store.things) if one.startswith(LGO) and one != kind]
        other = _choose(kinds, seed)
        return _choose(store.things[other.value], seed, thing) if other is not None else None
    return ox.NamedNode(_UNKNOWN) if operator == "object unknown" else None


def _plausible(store: Known, graph: str, quad: ox.Quad, seed: str) -> ox.NamedNode | ox.Literal | None:
    """Return another value that stands behind this predicate on records of this class; a number is one off."""
    thing = quad.object
    if isinstance(thing, ox.Literal) and thing.datatype.value == _INTEGER:
        return ox.Literal(str(int(thing.value) + 1), datatype=thing.datatype)
    if isinstance(thing, ox.Literal) and thing.value in ("true", "false"):
        return ox.Literal("false" if thing.value == "true" else "true", datatype=thing.datatype)
    kind = store.kinds.get(engine.plain(quad.subject), "")
    return _choose(store.values[graph, kind, quad.predicate.value], seed, thing)


def _swapped(store: Known, quad: ox.Quad, seed: str) -> Change:
    """Let two records of one class have each other's evidence."""
    kind = store.kinds.get(engine.plain(quad.subject), "")
    holders = store.holders[kind, quad.predicate.value]
    own = {one.object for one in holders if one.subject == quad.subject}
    others = [one for one in holders if one.object not in own]
    others = [
        one for one in others if not any(each.subject == one.subject and each.object == quad.object for each in holders)
    ]
    if not others:
        return None
    other = others[int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) % len(others)]
    return (quad, other), (
        ox.Quad(quad.subject, quad.predicate, other.object),
        ox.Quad(other.subject, other.predicate, quad.object),
    )


@contextmanager
def within(store: ox.Store, one: Mutant) -> Iterator[None]:
    """Put a fault into a store for the time of the work within, and take it out again."""
    name = ox.NamedNode(graph_iri(one.graph))
    out, put = (
        [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads] for quads in (one.out, one.put)
    )
    put = [quad for quad in put if quad not in store]
    _exchange(store, out, put)
    try:
        yield
    finally:
        _exchange(store, put, out)


def _exchange(store: ox.Store, out: Sequence[ox.Quad], put: Sequence[ox.Quad]) -> None:
    for quad in out:
        store.remove(quad)
    store.extend(put)


CORE = {
    "disease": {LGO + one for one in ("forDisease", "hasGenus")},
    "state": {LGO + one for one in ("coversState", "definesState")},
    "therapy": {LGO + one for one in ("describesTherapy", "withinRegimen", "ofAgent")},
    "modality": {LGO + one for one in ("hasModality", "hasHedge", "hasQuantifier", "licensesRecord")},
    "scope": {LGO + one for one in ("scopedBy", "setsLimit", "basedOn", "givenBy", "forAgeGroup")},
    "evidence": {LGO + one for one in ("statedIn", "cuedBy", "namedBy", "withinSegment", "mentions", "digest")}
    | {OA + one for one in ("hasSelector", "start", "end")},
}


def part(one: Mutant) -> str:
    """Return which core part of a claim of the page a fault touches, or ''."""
    if one.graph != "page":
        return ""
    return next((name for name, predicates in CORE.items() if one.predicate in predicates), "")
