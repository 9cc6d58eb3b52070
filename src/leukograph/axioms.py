"""What an ontology says, closed under the rules for schemas of OWL 2 RL (OWL 2 Profiles, chapter 4.3, table 9).

Terms are text as N-Triples writes it. Blank nodes have been given IRIs before.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from leukograph.names import OWL, RDF, RDFS
from leukograph.tuples import NamedTuple

Triple = tuple[str, str, str]
Links = dict[str, set[str]]
Role = tuple[str, bool]  # a property, and whether it is taken from subject to object
T = TypeVar("T")

# A triple with one of these predicates, or of one of these types, is an axiom or a part of one.
_PREDICATES = """
equivalentClass disjointWith complementOf intersectionOf unionOf oneOf onProperty someValuesFrom allValuesFrom hasValue
maxCardinality maxQualifiedCardinality onClass equivalentProperty propertyDisjointWith inverseOf propertyChainAxiom
hasKey members distinctMembers assertionProperty
"""
_CLASSES = """
Class FunctionalProperty InverseFunctionalProperty IrreflexiveProperty SymmetricProperty AsymmetricProperty
TransitiveProperty ObjectProperty DatatypeProperty AllDifferent AllDisjointClasses AllDisjointProperties
"""
PREDICATES = frozenset(
    [*(OWL + name for name in _PREDICATES.split()), RDF + "first", RDF + "rest"]
    + [RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")]
)
CLASSES = frozenset([*(OWL + name for name in _CLASSES.split()), RDF + "Property"])


def iri(text: str) -> str:
    """Return an IRI as N-Triples writes it."""
    return f"<{text}>"


def owl(name: str) -> str:
    """Return a term of OWL as N-Triples writes it."""
    return iri(OWL + name)


TYPE, FIRST, REST, NIL = (iri(RDF + name) for name in ("type", "first", "rest", "nil"))
SUB, SUB_PROPERTY, DOMAIN, RANGE = (iri(RDFS + name) for name in ("subClassOf", "subPropertyOf", "domain", "range"))
THING, NOTHING, CLASS, SAME = (owl(name) for name in ("Thing", "Nothing", "Class", "sameAs"))


class Schema(NamedTuple):
    """Axioms, and what follows from them.

    `links` are the pairs of each predicate, `kinds` the members of each type, `domains` and `ranges` what is stated.
    `above` has for a class all classes above it, at any distance; so has `above_property` for properties, and `roles`
    for a property in one direction all that hold with it, some of them turned.
    """

    links: dict[str, list[tuple[str, str]]]
    kinds: Links
    above: Links
    above_property: Links
    roles: dict[Role, set[Role]]
    domains: Links
    ranges: Links


def schema(triples: Iterable[Triple]) -> Schema:
    """Return the closure of axioms; the order of the triples makes no difference."""
    links: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, object_ in sorted(set(triples)):
        links.setdefault(predicate, []).append((subject, object_))
    kinds = _many((kind, one) for one, kind in links.get(TYPE, ()))
    kinds.setdefault(CLASS, set()).update((THING, NOTHING))  # cls-thing, cls-nothing1
    known = Schema(links, kinds, {}, {}, {}, _many(links.get(DOMAIN, ())), _many(links.get(RANGE, ())))
    below = _steps(known, SUB_PROPERTY, "equivalentProperty")
    known.above_property.update((one, _reach(below, one)) for one in below)  # scm-spo, scm-eqp1
    known.above.update(_classes(known))
    known.roles.update(_roles(known, below))
    return known


def follows(known: Schema) -> Iterator[Triple]:
    """Yield what follows about classes and properties: scm-cls, scm-sco, scm-spo, scm-dom1 and 2, scm-rng1 and 2."""
    for kind in known.kinds[CLASS]:
        yield kind, SUB, kind
    for link, order in ((SUB, known.above), (SUB_PROPERTY, known.above_property)):
        for one, others in order.items():
            for other in others:
                yield one, link, other
    for link, stated in ((DOMAIN, known.domains), (RANGE, known.ranges)):
        for one in {*stated, *known.above_property}:
            for by in (one, *known.above_property.get(one, ())):
                for kind in stated.get(by, ()):
                    for upper in (kind, *known.above.get(kind, ())):
                        yield one, link, upper


def pairs(known: Schema, name: str) -> list[tuple[str, str]]:
    """Return what a property of OWL relates."""
    return known.links.get(owl(name), [])


def grouped(known: Schema, name: str) -> Links:
    """Return the values of a property of OWL by subject."""
    return _many(pairs(known, name))


def lists(known: Schema, name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each subject of a property of OWL whose values are lists, with the members.

    A list that runs in a circle ends where it began. Where a cell has several members, which are then the same by
    owl:sameAs, one of them will do, for what is said of it is said of all.
    """
    first, rest = (dict(reversed(known.links.get(link, []))) for link in (FIRST, REST))
    for one, start in pairs(known, name):
        found: dict[str, str] = {}
        head = start
        while head in first and head not in found:
            found[head] = first[head]
            head = rest.get(head, NIL)
        yield one, list(found.values())


def restrictions(known: Schema, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield each restriction of a kind: its class, its property and what it asks for."""
    on = grouped(known, "onProperty")
    for one, asked in pairs(known, name):
        for link in sorted(on.get(one, ())):
            yield one, link, asked


def above(known: Schema, kind: str) -> set[str]:
    """Return every class above a class, without itself."""
    return known.above.get(kind, set()) - {kind}


def _many(some: Iterable[tuple[str, str]]) -> Links:
    found: Links = {}
    for one, other in some:
        found.setdefault(one, set()).add(other)
    return found


def _reach(steps: dict[T, set[T]], start: T) -> set[T]:
    found: set[T] = set()
    waiting = [start]
    while waiting:
        for one in steps.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _steps(known: Schema, up: str, both: str) -> Links:
    steps = _many(known.links.get(up, ()))
    for one, other in pairs(known, both):
        steps.setdefault(one, set()).add(other)
        steps.setdefault(other, set()).add(one)
    return steps


def _classes(known: Schema) -> Links:
    """Order the classes by scm-sco, scm-eqc1, scm-cls, scm-int, scm-uni, scm-hv, scm-svf1 and 2, scm-avf1 and 2."""
    steps = _steps(known, SUB, "equivalentClass")
    for one, inner in lists(known, "intersectionOf"):
        steps.setdefault(one, set()).update(inner)
    for one, inner in lists(known, "unionOf"):
        for part in inner:
            steps.setdefault(part, set()).add(one)
    every = known.kinds[CLASS]
    for kind in every:
        steps.setdefault(kind, set()).add(THING)
    steps[NOTHING] = steps.get(NOTHING, set()) | every
    names = ("hasValue", "someValuesFrom", "allValuesFrom")
    asked = {name: list(restrictions(known, name)) for name in names}
    while True:
        found = {one: _reach(steps, one) for one in steps}
        more = [(one, other) for one, other in _between(known, asked, found) if other not in found.get(one, ())]
        if not more:
            return found
        for one, other in more:
            steps.setdefault(one, set()).add(other)


def _between(known: Schema, asked: dict[str, list[Triple]], found: Links) -> Iterator[tuple[str, str]]:
    """Yield which restriction is below which: one whose property, or whose class, is below that of the other.

    A property or class is below itself where it is declared (scm-op, scm-dp, scm-cls).
    """
    declared = known.kinds[CLASS].union(
        *(known.kinds.get(kind, ()) for kind in (owl("ObjectProperty"), owl("DatatypeProperty"), iri(RDF + "Property")))
    )
    for name, some in asked.items():
        by: dict[tuple[str, str], list[str]] = {}
        for one, link, value in some:
            by.setdefault((link, value), []).append(one)
        for one, link, value in some:
            for upper in known.above_property.get(link, set()) | ({link} & declared):
                for other in by.get((upper, value), ()):
                    yield (other, one) if name == "allValuesFrom" else (one, other)
            for upper in found.get(value, set()) | ({value} & declared) if name != "hasValue" else ():
                for other in by.get((link, upper), ()):
                    yield one, other


def _roles(known: Schema, below: Links) -> dict[Role, set[Role]]:
    """Order the properties, each in both directions, by prp-spo1, prp-eqp1 and 2, prp-inv1 and 2, prp-symp."""
    steps: dict[Role, set[Role]] = {}

    def step(one: str, other: str, *, turned: bool) -> None:
        for way in (True, False):
            steps.setdefault((one, way), set()).add((other, way is not turned))

    for one, others in below.items():
        for other in others:
            step(one, other, turned=False)
    for one, other in pairs(known, "inverseOf"):
        step(one, other, turned=True)
        step(other, one, turned=True)
    for one in known.kinds.get(owl("SymmetricProperty"), ()):
        step(one, one, turned=True)
    return {role: _reach(steps, role) for role in steps if role[1]}
