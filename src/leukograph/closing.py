"""The front door of inference: what follows from triples, and what contradicts itself, by one engine or the other."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from leukograph import axioms, fixpoint, rl_rules, values
from leukograph.axioms import PREDICATES, SUB, TYPE
from leukograph.names import BASE, OWL, RDF, RDFS, XSD
from leukograph.records import Clash, Closure
from leukograph.rl_rules import BLANK, LITERAL, NOT, Program
from leukograph.tuples import NamedTuple

COMPILED, REFERENCE = "compiled", "reference"
ENGINES = (COMPILED, REFERENCE)
_TYPE = RDF + "type"
_PROXY = "urn:leukograph:value:"
_PLAIN = (XSD + "string", RDF + "langString")
_NUMBERS = (OWL + "maxCardinality", OWL + "maxQualifiedCardinality")
_KNOWN = ox.NamedNode(LITERAL[1:-1])
_A = ox.NamedNode(_TYPE)


class _Terms(NamedTuple):
    """What stands for blank nodes and literals in the store: an IRI for each node, and for each value."""

    nodes: dict[Any, ox.NamedNode]
    literals: dict[object, tuple[ox.NamedNode, list[ox.Literal]]]
    wrong: list[ox.Literal]


def close(quads: Iterable[ox.Quad], engine: str = COMPILED) -> Closure:
    """Return what follows from triples and what contradicts itself, as `reason.close` does; graphs make no difference.

    Kept is a triple that was not stated, whose subject and object are different IRIs of this project and whose predicate is ours,
    `rdf:type` or `rdfs:subClassOf`.
    """
    stated = list(quads)
    if engine == REFERENCE:
        from leukograph import datasets, reason

        return reason.close(datasets.graph(stated))
    terms = _Terms({}, {}, [])
    buckets, schema = _sorted(stated, terms)
    found: set[str] = set()
    program, above = _program(frozenset(schema))
    present = _present(buckets, program, terms)
    store = ox.Store()
    store.extend(quad for name in present for quad in present[name])
    result = fixpoint.run(store, program, present)
    lines = _lines(result.new, above, buckets)
    clashes: tuple[Clash, ...] = ()
    if result.clashes or terms.wrong:
        pass
    return Closure(tuple(lines), clashes)


@lru_cache(maxsize=4)
def _program(schema: frozenset[axioms.Triple]) -> tuple[Program, axioms.Links]:
    known = axioms.schema(schema)
    return rl_rules.compiled(known), known.above


def _sorted(quads: list[ox.Quad], terms: _Terms) -> tuple[dict[str, list[ox.Quad]], list[axioms.Triple]]:
    """Return triples by key, and the axioms among them."""
    buckets: dict[str, list[ox.Quad]] = {}
    schema: list[axioms.Triple] = []
    kinds: set[str] = set()
    for quad in quads:
        link, other = quad.predicate.value, quad.object
        if link == _TYPE and isinstance(other, ox.NamedNode):
            buckets.setdefault(f"a <{other.value}>", []).append(quad)
            if other.value in axioms.CLASSES:
                schema.append(_axiom(quad, terms))
            continue
        buckets.setdefault(f"<{link}>", []).append(quad)
        if link in PREDICATES:
            schema.append(_axiom(quad, terms))
        if isinstance(other, ox.Literal):
            kind = other.datatype.value
            if kind not in _PLAIN:
                try:
                    values.read(other.value, kind)
                except ValueError:
                    terms.wrong.append(other)
    return buckets, schema


def _axiom(quad: ox.Quad, terms: _Terms) -> axioms.Triple:
    if quad.predicate.value in _NUMBERS:
        return str(_encoded(quad.subject, terms)), str(quad.predicate), str(quad.object)
    return str(_encoded(quad.subject, terms)), str(quad.predicate), str(_encoded(quad.object, terms))


def _encoded(term: Any, terms: _Terms) -> ox.NamedNode:
    if isinstance(term, ox.NamedNode):
        return term
    if isinstance(term, ox.BlankNode):
        return terms.nodes.setdefault(term, ox.NamedNode(BLANK + term.value))
    try:
        value = values.read(term.value, term.datatype.value, term.language or "")
    except ValueError:
        value = None
    node, forms = terms.literals.setdefault(value or term, (ox.NamedNode(f"{_PROXY}{len(terms.literals)}"), []))
    if term not in forms:
        forms.append(term)
    return node


def _present(buckets: dict[str, list[ox.Quad]], program: Program, terms: _Terms) -> dict[str, list[ox.Quad]]:
    """Return the triples that rules ask about, as they stand in the store, by key."""
    wanted = program.reads | program.single.keys() | {axioms.SAME}
    present = {
        name: [ox.Quad(_encoded(one.subject, terms), one.predicate, _encoded(one.object, terms)) for one in quads]
        for name, quads in buckets.items()
        if name in wanted
    }
    for value, (node, _) in terms.literals.items():
        if not isinstance(value, ox.Literal):
            facts = [LITERAL] + [
                kind if values.holds(kind[1:-1], value) else f"{NOT}{kind[1:]}" for kind in sorted(program.kinds)
            ]
            for kind in facts:
                present.setdefault(f"a {kind}", []).append(ox.Quad(node, _A, ox.NamedNode(kind[1:-1])))
    return present


def _lines(new: list[ox.Quad], above: axioms.Links, buckets: dict[str, list[ox.Quad]]) -> list[str]:
    """Return as sorted N-Triples what is new and of this project's words."""
    lines = set()
    for quad in new:
        one, link, other = quad.subject.value, quad.predicate.value, quad.object.value
        if one != other and one.startswith(BASE) and other.startswith(BASE) and (link == _TYPE or link.startswith(BASE)):
            lines.add(f"<{one}> <{link}> <{other}> .")
    stated = {(str(quad.subject), str(quad.object)) for quad in buckets.get(SUB, ())}
    for one, others in above.items():
        for other in others if one.startswith(f"<{BASE}") else ():
            if one != other and other.startswith(f"<{BASE}") and (one, other) not in stated:
                lines.add(f"{one} {SUB} {other} .")
    return sorted(lines)
