"""The front door of inference: what follows from triples, and what contradicts itself, by one engine or the other."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import Any

import pyoxigraph as ox

from leukograph import axioms, encoding, fixpoint, rl_rules
from leukograph.axioms import SAME, SUB
from leukograph.encoding import Terms
from leukograph.engine import complaint
from leukograph.errors import FileError
from leukograph.names import BASE, COMPILED, RDF_TYPE, REFERENCE
from leukograph.records import Clash, Closure
from leukograph.rl_rules import Program

_TYPE, _SUB, _SAME = (ox.NamedNode(iri) for iri in (RDF_TYPE, SUB[1:-1], SAME[1:-1]))


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
    unequal: set[ox.NamedNode] = set()
    made: frozenset[axioms.Triple] = frozenset()
    while True:
        here = encoding.renamed(found, terms)
        known = encoding.stated_axioms(here, terms) | made
        schema, program = compiled(known)
        plan = fixpoint.plan(program, {*here, *encoding.kinds(program)})
        wanted = sorted(here) if plan.free else sorted(plan.reads | {SAME})
        present = encoding.encoded(here, wanted, program, terms)
        for name, more in encoding.of_schema(schema, plan.reads).items():
            present.setdefault(name, []).extend(more)
        store = ox.Store()
        store.extend(quad for some in present.values() for quad in some)
        result = fixpoint.run(store, plan, present)
        same = [one for one in (*present.get(SAME, ()), *_equal(result)) if one.subject != one.object]
        if same:  # from now on one name stands for both, and all begins anew
            unequal |= encoding.merge(((one.subject, one.object) for one in same), terms)
            made = frozenset()
            continue
        new = encoding.new_axioms(result.new, result.keys, terms) - known
        if not new:
            break
        made |= new  # as where a property is below one of RDFS
    clashing = {term for _, row in result.clashes for term in row} | unequal
    clashes = _explained(stated, schema, result, terms, clashing) if clashing or terms.doubtful else []
    return Closure(tuple(_lines(stated, result.new, schema, terms)), tuple(clashes))


def _equal(result: fixpoint.Run) -> list[ox.Quad]:
    return [quad for quad in result.new if quad.predicate == _SAME] if SAME in result.keys else []


@lru_cache(maxsize=4)
def compiled(known: frozenset[axioms.Triple]) -> tuple[axioms.Schema, Program]:
    """Return axioms with what follows from them, and the rules that they need; made once for the same axioms."""
    schema = axioms.schema(known)
    return schema, rl_rules.compiled(schema)


def _lines(stated: list[ox.Quad], new: list[ox.Quad], schema: axioms.Schema, terms: Terms) -> list[str]:
    """Return as sorted N-Triples what is new and of this project's words."""
    lines = {line for quad in new for line in [_line(*quad.triple)] if line}
    start = f"<{BASE}"
    for below, others in schema.above.items():
        lines.update(f"{below} {SUB} {upper} ." for upper in others if below != upper and upper.startswith(start))
    lines = {line for line in lines if line.startswith(start)}
    if terms.same:
        lines |= _renamed_lines(stated, new, schema, terms)
        return sorted(lines - {line for quad in stated for line in [_line(*quad.triple)] if line})
    below_stated = (quad for quad in stated if quad.predicate == _SUB)
    return sorted(lines - {f"{quad.triple} ." for quad in below_stated})


def _line(one: Any, link: Any, other: Any) -> str:
    """Return a triple as N-Triples, '' where it is not kept."""
    if not (isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode)) or one == other:
        return ""
    ours = link.value.startswith(BASE) or link in (_TYPE, _SUB)
    return f"{one} {link} {other} ." if ours and one.value.startswith(BASE) and other.value.startswith(BASE) else ""


def _renamed_lines(stated: list[ox.Quad], new: list[ox.Quad], schema: axioms.Schema, terms: Terms) -> set[str]:
    """Return what holds of names that are one (eq-rep-s, eq-rep-p, eq-rep-o), of each of them."""
    heads = set(terms.same.values())
    spelt = encoding.spellings(terms)
    every: list[Any] = [[encoding.node(term, terms) for term in quad.triple] for quad in stated]
    every += [quad.triple for quad in new]
    every += [[ox.NamedNode(term[1:-1]) for term in triple] for triple in axioms.follows(schema)]
    return {
        line
        for triple in every
        if triple[1] != _SAME and not heads.isdisjoint(triple)
        for line in (_line(*names) for names in product(*(spelt.get(term, [term]) for term in triple)))
        if line
    }


def _explained(
    stated: list[ox.Quad], schema: axioms.Schema, result: fixpoint.Run, terms: Terms, about: set[Any]
) -> list[Clash]:
    """Say what contradicts itself, from the axioms and what is said of the things that clash."""
    from leukograph import explaining

    spelt = encoding.spellings(terms)
    about = {terms.same.get(one, one) for one in about}
    odd = terms.doubtful.union(*(spelt[one] for one in about if isinstance(spelt.get(one, [one])[0], ox.Literal)))
    about |= {encoding.node(quad.subject, terms) for quad in stated if odd and quad.object in odd}
    near = about.union(odd, *(spelt.get(one, ()) for one in about))

    def matters(quad: ox.Quad) -> bool:
        return quad.subject in near or quad.object in near or encoding.is_axiom(quad)

    data = [quad for quad in stated if matters(quad)]
    follows: list[Any] = [quad.triple for quad in result.new if matters(quad)]
    if terms.same:
        plain = (quad for quad in data if quad.predicate != _SAME and quad.object not in terms.doubtful)
        follows += [[encoding.node(term, terms) for term in quad.triple] for quad in plain]
    follows += [[ox.NamedNode(term[1:-1]) for term in triple] for triple in axioms.follows(schema)]
    return explaining.explain(data, ([spelt.get(term, [term]) for term in triple] for triple in follows))
