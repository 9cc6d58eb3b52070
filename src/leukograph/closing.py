"""The front door of inference: what follows from triples, and what contradicts itself, by one engine or the other."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from leukograph import axioms, fixpoint, rl_rules, values
from leukograph.axioms import PREDICATES, SAME, SUB
from leukograph.engine import complaint
from leukograph.errors import FileError
from leukograph.names import BASE, COMPILED, OWL, RDF, REFERENCE, XSD
from leukograph.records import Clash, Closure
from leukograph.rl_rules import BLANK, LITERAL, NOT, Program
from leukograph.tuples import NamedTuple

_TYPE = RDF + "type"
_PROXY = "urn:leukograph:value:"
_PLAIN = (XSD + "string", RDF + "langString")
_NUMBERS = (OWL + "maxCardinality", OWL + "maxQualifiedCardinality")
_KNOWN = ox.NamedNode(LITERAL[1:-1])
_A = ox.NamedNode(_TYPE)
_MARKUP = (RDF + "XMLLiteral", RDF + "HTML")  # whether it is well-formed is for others to say
_AXIOMS = {*map(axioms.iri, PREDICATES), *(f"a {axioms.iri(kind)}" for kind in axioms.CLASSES)}


class _Terms(NamedTuple):
    """What stands for blank nodes and literals in the store: an IRI for each node, and for each value."""

    nodes: dict[Any, ox.NamedNode]
    literals: dict[object, tuple[ox.NamedNode, list[ox.Literal]]]
    wrong: list[ox.Literal]


def close(quads: Iterable[ox.Quad], engine: str = COMPILED) -> Closure:
    """Return what follows from triples and what contradicts itself, as `reason.close` does; graphs make no difference.

    Kept is a triple that was not stated, whose subject and object are different IRIs of this project and whose
    predicate is ours, `rdf:type` or `rdfs:subClassOf`.
    """
    stated = list(quads)
    if engine == REFERENCE:
        from leukograph import datasets, reason

        return reason.close(datasets.graph(stated))
    terms = _Terms({}, {}, [])
    buckets, axioms_stated = _sorted(stated, terms)
    schema = frozenset(axioms_stated)
    while True:
        known, program = _program(schema)
        plan = fixpoint.plan(program, {*buckets, *_literal_keys(program)})
        present = _present(buckets, known, program, plan, terms)
        store = ox.Store()
        store.extend(quad for name in present for quad in present[name])
        result = fixpoint.run(store, program, plan, present)
        more = _new_axioms(result, terms) - schema
        if not more:
            break
        schema |= more  # data makes axioms, where a property is below one of RDFS or OWL, or a name is another's
    clashes = _explained(stated, known, result, terms) if result.clashes or terms.wrong else []
    return Closure(tuple(_lines(result.new, known, buckets)), tuple(clashes))


def closure(sources: list[tuple[str, bytes]], engine: str = COMPILED) -> Closure:
    """Return what follows from Turtle contents, given as (path, content): see `close`.

    A file that does not parse raises FileError. From the same contents is inferred only once in a process.
    """
    return _closure(tuple(sources), engine)


@lru_cache(maxsize=4)
def _closure(sources: tuple[tuple[str, bytes], ...], engine: str) -> Closure:
    if engine == REFERENCE:
        from leukograph import reason

        return reason.closure(list(sources))
    quads: list[ox.Quad] = []
    for path, content in sources:
        try:
            quads += ox.parse(content, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        except SyntaxError as error:
            raise FileError(complaint(path, error)) from None
    return close(quads)


@lru_cache(maxsize=4)
def _program(schema: frozenset[axioms.Triple]) -> tuple[axioms.Schema, Program]:
    known = axioms.schema(schema)
    return known, rl_rules.compiled(known)


def _sorted(quads: list[ox.Quad], terms: _Terms) -> tuple[dict[str, list[ox.Quad]], list[axioms.Triple]]:
    """Return triples by key, and the axioms among them; literals that have no value are noted."""
    buckets: dict[str, list[ox.Quad]] = {}
    schema: list[axioms.Triple] = []
    for quad in quads:
        link, other = quad.predicate.value, quad.object
        if link == _TYPE and isinstance(other, ox.NamedNode):
            buckets.setdefault(f"a <{other.value}>", []).append(quad)
            if other.value in axioms.CLASSES:
                schema.append(_axiom(quad, terms))
            continue
        if link == _TYPE:
            buckets.setdefault(f"a {_encoded(other, terms)}", []).append(quad)
        else:
            buckets.setdefault(f"<{link}>", []).append(quad)
        if link in PREDICATES:
            schema.append(_axiom(quad, terms))
        if isinstance(other, ox.Literal) and other.datatype.value not in _PLAIN and _is_wrong(other):
            terms.wrong.append(other)
    return buckets, schema


def _is_wrong(literal: ox.Literal) -> bool:
    """Tell whether a literal has no value, or might have none."""
    kind = literal.datatype.value
    try:
        values.read(literal.value, kind)
    except ValueError:
        return True
    return kind in _MARKUP


def _axiom(quad: ox.Quad, terms: _Terms) -> axioms.Triple:
    link, other = quad.predicate, quad.object
    asked = str(other if link.value in _NUMBERS else _encoded(other, terms))
    return str(_encoded(quad.subject, terms)), str(link), asked


def _new_axioms(result: fixpoint.Run, terms: _Terms) -> frozenset[axioms.Triple]:
    """Return the axioms among what follows from data."""
    if not result.keys & _AXIOMS:
        return frozenset()
    written = {node: forms[0] for node, forms in terms.literals.values()}
    found = set()
    for quad in result.new:
        if quad.predicate.value in PREDICATES or (quad.predicate == _A and quad.object.value in axioms.CLASSES):
            other = written.get(quad.object, quad.object) if quad.predicate.value in _NUMBERS else quad.object
            found.add((str(quad.subject), str(quad.predicate), str(other)))
    return frozenset(found)


def _encoded(term: Any, terms: _Terms) -> ox.NamedNode:
    if isinstance(term, ox.NamedNode):
        return term
    if isinstance(term, ox.BlankNode):
        return terms.nodes.setdefault(term, ox.NamedNode(BLANK + term.value))
    try:
        value = values.read(term.value, term.datatype.value, term.language or "")
    except ValueError:
        value = None
    known = value if value and value[1] is not None else term
    node, forms = terms.literals.setdefault(known, (ox.NamedNode(f"{_PROXY}{len(terms.literals)}"), []))
    if term not in forms:
        forms.append(term)
    return node


def _literal_keys(program: Program) -> Iterator[str]:
    yield f"a {LITERAL}"
    for kind in program.kinds:
        yield f"a {kind}"
        yield f"a {NOT}{kind[1:]}"


def _present(
    buckets: dict[str, list[ox.Quad]], known: axioms.Schema, program: Program, plan: fixpoint.Plan, terms: _Terms
) -> dict[str, list[ox.Quad]]:
    """Return the triples that rules ask about, as they stand in the store, by key."""
    wanted = buckets.keys() if plan.free else plan.reads
    present = {
        name: [ox.Quad(_encoded(one.subject, terms), one.predicate, _encoded(one.object, terms)) for one in quads]
        for name, quads in buckets.items()
        if name in wanted
    }
    for subject, link, other in axioms.follows(known):
        if link in plan.reads:
            quad = ox.Quad(*(ox.NamedNode(term[1:-1]) for term in (subject, link, other)))
            present.setdefault(link, []).append(quad)
    for value, (node, forms) in terms.literals.items():
        for kind in _kinds(value, forms[0], program):
            present.setdefault(f"a {kind}", []).append(ox.Quad(node, _A, ox.NamedNode(kind[1:-1])))
    return present


def _kinds(value: object, literal: ox.Literal, program: Program) -> list[str]:
    """Return of what kind a literal is, and of what it is not (OWL 2 Profiles, table 8: dt-type2, dt-not-type)."""
    try:
        known = values.read(literal.value, literal.datatype.value, literal.language or "")
    except ValueError:
        known = None
    if known is None:
        return []
    kinds = sorted(program.kinds)
    return [LITERAL, *(kind if values.holds(kind[1:-1], known) else f"{NOT}{kind[1:]}" for kind in kinds)]


def _lines(new: list[ox.Quad], known: axioms.Schema, buckets: dict[str, list[ox.Quad]]) -> list[str]:
    """Return as sorted N-Triples what is new and of this project's words."""
    lines = set()
    for quad in new:
        one, link, other = quad.subject.value, quad.predicate.value, quad.object.value
        ours = link == _TYPE or link.startswith(BASE) or link == SUB[1:-1]
        if ours and one != other and one.startswith(BASE) and other.startswith(BASE):
            lines.add(f"<{one}> <{link}> <{other}> .")
    stated = {(str(quad.subject), str(quad.object)) for quad in buckets.get(SUB, ())}
    for one, others in known.above.items():
        for other in others if one.startswith(f"<{BASE}") else ():
            if one != other and other.startswith(f"<{BASE}") and (one, other) not in stated:
                lines.add(f"{one} {SUB} {other} .")
    return sorted(lines)


def _explained(stated: list[ox.Quad], known: axioms.Schema, result: fixpoint.Run, terms: _Terms) -> list[Clash]:
    """Say what contradicts itself, from the axioms and what is said of the things that clash."""
    from leukograph import explaining

    about: set[Any] = {term for _, row in result.clashes for term in row}
    nodes = {node: [blank] for blank, node in terms.nodes.items()}
    spelt: dict[Any, list[Any]] = {**nodes, **{node: forms for node, forms in terms.literals.values()}}
    same = [quad for quad in (*stated, *result.new) if quad.predicate.value == SAME[1:-1]]
    for quad in same:
        one, other = _encoded(quad.subject, terms), _encoded(quad.object, terms)
        if one in about or other in about:
            about |= {one, other}
    near = about.union(*(spelt.get(one, ()) for one in about), terms.wrong)
    near |= {quad.subject for quad in stated if quad.object in terms.wrong} if terms.wrong else set()
    data = [quad for quad in stated if quad.subject in near or quad.object in near or _is_axiom(quad)]
    follows: list[Any] = [
        [spelt.get(term, [term]) for term in quad.triple]
        for quad in result.new
        if quad.subject in near or quad.object in near or _is_axiom(quad)
    ]
    for triple in axioms.follows(known):
        follows.append([spelt.get(node, [node]) for node in (ox.NamedNode(term[1:-1]) for term in triple)])
    return explaining.explain(data, follows)


def _is_axiom(quad: ox.Quad) -> bool:
    if quad.predicate.value == _TYPE:
        return quad.object.value in axioms.CLASSES
    return quad.predicate.value in PREDICATES
