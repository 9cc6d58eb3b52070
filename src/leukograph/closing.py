"""The front door of inference: what follows from triples, and what contradicts itself, by one engine or the other."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from leukograph import axioms, encoding, fixpoint, rl_rules
from leukograph.axioms import SAME, SUB
from leukograph.encoding import Buckets, Terms
from leukograph.engine import complaint
from leukograph.errors import FileError
from leukograph.names import BASE, COMPILED, RDF_TYPE, REFERENCE
from leukograph.records import Clash, Closure
from leukograph.rl_rules import Program


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


def close(quads: Iterable[ox.Quad], engine: str = COMPILED) -> Closure:
    """Return what follows from triples and what contradicts itself; which graphs they stand in makes no difference.

    Kept is a triple that was not stated, whose subject and object are different IRIs of this project and whose
    predicate is ours, `rdf:type` or `rdfs:subClassOf`. Both engines give the same; `reference` is owlrl.
    """
    stated = list(quads)
    if engine == REFERENCE:
        from leukograph import datasets, reason

        return reason.close(datasets.graph(stated))
    terms = encoding.terms()
    found = encoding.buckets(stated, terms)
    known = encoding.stated_axioms(found, terms)
    while True:
        schema, program = compiled(known)
        plan = fixpoint.plan(program, {*found, *encoding.kinds(program)})
        wanted = sorted(found) if plan.free else sorted(plan.reads)
        present = encoding.encoded(found, wanted, program, terms)
        for name, more in encoding.of_schema(schema, plan.reads).items():
            present.setdefault(name, []).extend(more)
        store = ox.Store()
        store.extend(quad for some in present.values() for quad in some)
        result = fixpoint.run(store, plan, present)
        made = encoding.new_axioms(result.new, result.keys, terms) - known
        if not made:
            break
        known |= made  # as where a property is below one of RDFS, or a class is another by owl:sameAs
    clashes = _explained(stated, schema, result, terms) if result.clashes or terms.doubtful else []
    return Closure(tuple(_lines(result.new, schema, found)), tuple(clashes))


@lru_cache(maxsize=4)
def compiled(known: frozenset[axioms.Triple]) -> tuple[axioms.Schema, Program]:
    """Return axioms with what follows from them, and the rules that they need; made once for the same axioms."""
    schema = axioms.schema(known)
    return schema, rl_rules.compiled(schema)


def _lines(new: list[ox.Quad], schema: axioms.Schema, stated: Buckets) -> list[str]:
    """Return as sorted N-Triples what is new and of this project's words."""
    lines = set()
    for quad in new:
        one, link, other = quad.subject.value, quad.predicate.value, quad.object.value  # type: ignore[union-attr]
        ours = link.startswith(BASE) or link in (RDF_TYPE, SUB[1:-1])
        if ours and one != other and one.startswith(BASE) and other.startswith(BASE):
            lines.add(f"<{one}> <{link}> <{other}> .")
    before = {(str(quad.subject), str(quad.object)) for quad in stated.get(SUB, ())}
    start = f"<{BASE}"
    for below, others in schema.above.items():
        for upper in others if below.startswith(start) else ():
            if below != upper and upper.startswith(start) and (below, upper) not in before:
                lines.add(f"{below} {SUB} {upper} .")
    return sorted(lines)


def _explained(stated: list[ox.Quad], schema: axioms.Schema, result: fixpoint.Run, terms: Terms) -> list[Clash]:
    """Say what contradicts itself, from the axioms and what is said of the things that clash."""
    from leukograph import explaining

    spelt = encoding.spellings(terms)
    about: set[Any] = {term for _, row in result.clashes for term in row}
    for quad in (*stated, *result.new):
        if quad.predicate.value == SAME[1:-1]:
            ends = {encoding.node(quad.subject, terms), encoding.node(quad.object, terms)}
            about |= ends if ends & about else set()
    near = about.union(terms.doubtful, *(spelt.get(one, ()) for one in about))
    near |= {quad.subject for quad in stated if quad.object in terms.doubtful} if terms.doubtful else set()

    def matters(quad: ox.Quad) -> bool:
        return quad.subject in near or quad.object in near or encoding.is_axiom(quad)

    follows: list[Any] = [quad.triple for quad in result.new if matters(quad)]
    follows += [[ox.NamedNode(term[1:-1]) for term in triple] for triple in axioms.follows(schema)]
    return explaining.explain(
        (quad for quad in stated if matters(quad)), ([spelt.get(term, [term]) for term in each] for each in follows)
    )
