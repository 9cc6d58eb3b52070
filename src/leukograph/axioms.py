"""What an ontology says, closed under the rules for schemas of OWL 2 RL (OWL 2 Profiles, chapter 4.3, table 9).

Terms are text as N-Triples writes it. Blank nodes have been given IRIs before.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from leukograph.names import OWL, RDF, RDFS


def iri(text: str) -> str:
    """Return an IRI as N-Triples writes it."""
    return f"<{text}>"


TYPE, FIRST, REST, NIL = (iri(RDF + name) for name in ("type", "first", "rest", "nil"))
SUB, SUB_PROPERTY, DOMAIN, RANGE = (iri(RDFS + name) for name in ("subClassOf", "subPropertyOf", "domain", "range"))
THING, NOTHING, CLASS, SAME = (iri(OWL + name) for name in ("Thing", "Nothing", "Class", "sameAs"))
_PREDICATES = """
equivalentClass disjointWith complementOf intersectionOf unionOf oneOf onProperty someValuesFrom allValuesFrom hasValue
maxCardinality maxQualifiedCardinality onClass equivalentProperty propertyDisjointWith inverseOf propertyChainAxiom
hasKey members distinctMembers assertionProperty
"""
_CLASSES = """
Class ObjectProperty DatatypeProperty FunctionalProperty InverseFunctionalProperty IrreflexiveProperty SymmetricProperty
AsymmetricProperty TransitiveProperty AllDifferent AllDisjointClasses AllDisjointProperties
"""
# A triple with one of these predicates, or of one of these types, is an axiom or a part of one.
PREDICATES = frozenset({*(OWL + name for name in _PREDICATES.split()), *(RDF + name for name in ("first", "rest"))}) | {
    RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")
}
CLASSES = frozenset(OWL + name for name in _CLASSES.split())

Triple = tuple[str, str, str]
Links = dict[str, set[str]]


class Schema(NamedTuple):
    """Axioms by predicate, and what follows of them: above each class and property all others, each at any distance.

    `domains` and `ranges` hold what is stated; `kinds` are the members of each type, `links` the pairs of each predicate.
    """

    links: dict[str, list[tuple[str, str]]]
    kinds: Links
    above: Links
    above_property: Links
    roles: dict[tuple[str, bool], set[tuple[str, bool]]]
    domains: Links
    ranges: Links


def owl(name: str) -> str:
    """Return a term of OWL as N-Triples writes it."""
    return iri(OWL + name)


def schema(triples: Iterable[Triple]) -> Schema:
    """Return the closure of axioms; the order of the triples makes no difference."""
    links: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, object_ in sorted(set(triples)):
        links.setdefault(predicate, []).append((subject, object_))
    kinds = _many((kind, one) for one, kind in links.get(TYPE, ()))
    kinds.setdefault(CLASS, set()).update((THING, NOTHING))  # cls-thing, cls-nothing1
    made = Schema(
        links, kinds, {}, {}, {}, _many(links.get(DOMAIN, ())), _many(links.get(RANGE, ()))
    )
    made.above_property.update(_reach(_steps(made, SUB_PROPERTY, "equivalentProperty")))  # scm-spo, scm-eqp1
    made.above.update(_classes(made))
    made.roles.update(_roles(made))
    return made


def pairs(known: Schema, name: str) -> list[tuple[str, str]]:
    """Return what a property of OWL relates."""
    return known.links.get(owl(name), [])


def lists(known: Schema, name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each subject of a property of OWL whose values are lists, with the members."""
    first, rest = _first(known, FIRST), _first(known, REST)
    for one, start in pairs(known, name):
        found: dict[str, str] = {}
        head = start
        while head in first and head not in found:
            found[head] = first[head]
            head = rest.get(head, NIL)
        yield one, list(found.values())


def restrictions(known: Schema, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield each restriction of a kind: its class, its property and what it asks for."""
    on = _many(pairs(known, "onProperty"))
    for one, asked in pairs(known, name):
        for link in sorted(on.get(one, ())):
            yield one, link, asked


def follows(known: Schema) -> Iterator[Triple]:
    """Yield what follows from axioms about classes and properties (scm-sco, scm-spo, scm-dom and scm-rng 1 and 2)."""
    for kind in known.kinds[CLASS]:
        yield kind, SUB, kind
    for one, others in known.above.items():
        for other in others:
            yield one, SUB, other
    for one, others in known.above_property.items():
        for other in others:
            yield one, SUB_PROPERTY, other
    for link, stated in ((DOMAIN, known.domains), (RANGE, known.ranges)):
        for one in {*stated, *known.above_property}:
            for by in (one, *known.above_property.get(one, ())):
                for kind in stated.get(by, ()):
                    for upper in (kind, *known.above.get(kind, ())):
                        yield one, link, upper


def above(known: Schema, kind: str) -> set[str]:
    """Return every class above a class, without itself."""
    return known.above.get(kind, set()) - {kind}


def _many(some: Iterable[tuple[str, str]]) -> Links:
    found: Links = {}
    for one, other in some:
        found.setdefault(one, set()).add(other)
    return found


def _first(known: Schema, predicate: str) -> dict[str, str]:
    """Return one value of each subject: where several are the same by owl:sameAs, any will do, as types are copied."""
    return dict(reversed(known.links.get(predicate, [])))


def _steps(known: Schema, up: str, both: str) -> Links:
    steps = _many(known.links.get(up, ()))
    for one, other in pairs(known, both):
        steps.setdefault(one, set()).add(other)
        steps.setdefault(other, set()).add(one)
    return steps


def _reach(steps: Links) -> Links:
    return {one: _from(steps, one) for one in steps}


def _from(steps: Links, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for one in steps.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _classes(known: Schema) -> Links:
    """Close the classes by scm-sco, scm-eqc1, scm-cls, scm-int, scm-uni, scm-hv, scm-svf1 and 2, scm-avf1 and 2."""
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
    asked = {
        name: list(restrictions(known, name)) for name in ("hasValue", "someValuesFrom", "allValuesFrom")
    }
    while True:
        found = _reach(steps)
        more = [(one, other) for one, other in _between(known, asked, found) if other not in found.get(one, ())]
        if not more:
            return found
        for one, other in more:
            steps.setdefault(one, set()).add(other)


def _between(known: Schema, asked: dict[str, list[tuple[str, str, str]]], found: Links) -> Iterator[tuple[str, str]]:
    """Yield which restriction is below which (table 9): one on a property above or a class above the other's."""
    for name, some in asked.items():
        by: dict[tuple[str, str], list[str]] = {}
        for one, link, value in some:
            by.setdefault((link, value), []).append(one)
        for one, link, value in some:
            below = name != "allValuesFrom"
            for upper in (*known.above_property.get(link, ()), link):
                for other in by.get((upper, value), ()):
                    yield (one, other) if below else (other, one)
            for upper in found.get(value, ()) if name != "hasValue" else ():
                for other in by.get((link, upper), ()):
                    yield one, other


def _roles(known: Schema) -> dict[tuple[str, bool], set[tuple[str, bool]]]:
    """Close the properties, each forward and backward, by prp-spo1, prp-eqp1 and 2, prp-inv1 and 2, prp-symp."""
    steps: dict[tuple[str, bool], set[tuple[str, bool]]] = {}

    def step(one: str, other: str, *, turned: bool) -> None:
        for way in (True, False):
            steps.setdefault((one, way), set()).add((other, way is not turned))

    for one, others in _steps(known, SUB_PROPERTY, "equivalentProperty").items():
        for other in others:
            step(one, other, turned=False)
    for one, other in pairs(known, "inverseOf"):
        step(one, other, turned=True)
        step(other, one, turned=True)
    for one in known.kinds.get(owl("SymmetricProperty"), ()):
        step(one, one, turned=True)
    found = {}
    for start in [one for one in steps if one[1]]:
        seen: set[tuple[str, bool]] = set()
        waiting = [start]
        while waiting:
            for one in steps.get(waiting.pop(), ()):
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)
        found[start] = seen
    return found
