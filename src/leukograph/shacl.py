"""Runs shapes over triples: as queries where they can be compiled, by pyshacl where not, or where that is asked for."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from leukograph import engine, limits, sandbox
from leukograph.errors import CallError
from leukograph.names import COMPILED, RDF_TYPE, REFERENCE, SH, shorten
from leukograph.records import Gate
from leukograph.rules import SHAPES
from leukograph.shape_findings import Result, finding, kind, nodes, text
from leukograph.shape_graph import Shapes, Term, is_iri, is_literal, named, read, values
from leukograph.shape_queries import Query, plan
from leukograph.shape_values import Judge, may_change, odd

if TYPE_CHECKING:
    import pyoxigraph as ox

SECONDS = 600.0
Ask = Callable[[str], Iterable[Any]]
_MOST_TOLD = 3
_QUERIES = ("select", "ask", "construct", "update")
# A repeat without end around another repeat without end: `(a+)+` and the like try every way of dividing a text.
_TWICE = re.compile(r"\((?:\?:)?(?:[^()\\]|\\.)*[^\\(?][+*]\)(?:[+*]|\{\d+,\})|\((?:\?:)?\[[^\]]*\][+*]\)[+*]")


def shapes_gate(
    triples: Sequence["ox.Triple"],
    rules: Sequence["ox.Quad"],
    *,
    store: "ox.Store | None" = None,
    seconds: float = SECONDS,
    by: str = COMPILED,
) -> Gate:
    """Run the shapes over asserted triples, without inference and within so many seconds, by one of names.ENGINES.

    Each triple is given once; `store` holds the same in any graphs, where there is one already.
    """
    shapes = read(rules)
    refuse(shapes)
    with limits.clock(seconds, "the shapes"):
        if by == REFERENCE:
            return gate(shapes, _by_reference(triples, rules, None), len(triples), {})
        found, left = compiled(engine.of_triples(triples) if store is None else store, triples, rules, shapes)
    return gate(shapes, found, len(triples), left)


def gate(shapes: Shapes, results: Iterable[Result], triples: int, left: dict[Term, str]) -> Gate:
    """Return results as a gate; `left` are the shapes that the reference was asked, each with the reason."""
    known = nodes(shapes)
    findings = {finding(shapes, known.get(one.shape), one) for one in results}
    names, rules = (
        sum(1 for node, said in shapes.said.items() if is_iri(node) and _is(said, kind))
        for kind in ("NodeShape", "PropertyShape")
    )
    looked = f"{names} node shapes and {rules} property shapes on {triples} asserted triples, before any inference"
    if left:
        told = sorted({f"{_called(shapes, node)} ({why})" for node, why in left.items()})
        more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
        looked += f"; by the reference: {', '.join(told[:_MOST_TOLD])}{more}"
    counts = (("node shapes", names), ("property shapes", rules), ("triples", triples))
    return Gate(SHAPES, looked, tuple(sorted(findings)), counts)


def _called(shapes: Shapes, node: Term | None) -> str:
    return "all" if node is None else shorten(named(shapes, node)) or "a shape without name"


def _is(said: dict[str, list[Term]], kind: str) -> bool:
    return any(is_iri(one) and one.value == SH + kind for one in said.get(RDF_TYPE, ()))


def _by_reference(triples: Iterable[Any], rules: Iterable["ox.Quad"], left: set[Term] | None) -> list[Result]:
    from leukograph import datasets, reference

    shapes = datasets.graph(rules) if left is None else reference.aimed(rules, left)
    return reference.results(datasets.of_triples(triples), shapes)


def compiled(
    store: "ox.Store", triples: Sequence[Any], rules: Sequence["ox.Quad"], shapes: Shapes
) -> tuple[list[Result], dict[Term, str]]:
    """Return results and what is left to the reference: what is not compiled, or looks at what a store rewrites."""
    made = plan(shapes)
    if made.whole:
        return _by_reference(triples, rules, None), {None: made.whole}
    left = dict(made.left)
    changed = engine.rewritten(triple for triple in triples if may_change(triple.object))
    links = {triple.predicate.value for triple in changed}
    strange = {triple.predicate.value for triple in triples if odd(triple.object)}
    for node, seen, sure in made.touched:
        if seen & links or (not sure and seen & strange):
            left[node] = "values that stores rewrite or cannot read"
    if len(left) > len(made.left):
        made = plan(shapes, left)
    ask = partial(engine.solutions, store)
    found = [one for query in made.queries for one in results(shapes, query, ask)]
    if changed:
        found = list(_as_written(found, triples, changed))
    return found + (_by_reference(triples, rules, set(left)) if left else []), left


def _as_written(found: Iterable[Result], triples: Iterable[Any], changed: dict[Any, Term]) -> Iterator[Result]:
    """Yield each result once for every way in which its value is written in the data."""
    ways: dict[tuple[str, ...], list[Term]] = {}
    for triple, kept in changed.items():
        ways.setdefault(_key(triple, kept), []).append(triple.object)
    for triple in triples:
        if _key(triple, triple.object) in ways:
            ways[_key(triple, triple.object)].append(triple.object)
    for one in found:
        written = ways.get((one.focus, one.path, one.value, one.term), ())
        yield from (one._replace(value=text(each), term=kind(each)) for each in written) if written else [one]


def _key(triple: Any, value: Term) -> tuple[str, ...]:
    return text(triple.subject), triple.predicate.value, text(value), kind(value)


def results(shapes: Shapes, query: Query, ask: Ask) -> Iterator[Result]:
    """Yield what a query finds; `ask` runs it and returns rows of terms by variable."""
    said = values(shapes, query.shape, "severity")
    severity = text(said[0]) if said else SH + "Violation"
    shape = text(query.shape)
    columns = re.findall(r"\?(\w+)", query.sparql.partition(" WHERE ")[0])
    for row in ask(query.sparql):
        cells = dict(zip(columns, row, strict=True))
        value = cells["this"] if query.here else cells.get("value")
        if query.judge is not None and not _judged(query.judge, value, cells.get("other")):
            continue
        path = text(cells["path"]) if "path" in cells else query.path
        focus = text(cells["this"])
        yield Result(focus, path, text(value), kind(value), shape, query.component, severity, detail=query.detail)


def _judged(judge: Judge, value: Term, other: Term | None) -> bool:
    """Tell whether a doubtful row is wrong; where no two could differ over it, the reference is not asked."""
    if judge.kind == "datatype" and (not is_literal(value) or value.datatype.value != judge.parameter.value):
        return True
    from leukograph import reference

    return reference.wrong(judge, value, other)


def refuse(shapes: Shapes) -> None:
    """Raise CallError for shapes that could leave this process, run a script, or never come to an end."""
    for node, said in shapes.said.items():
        name = shorten(named(shapes, node))
        for asked in _QUERIES:
            for query in said.get(SH + asked, ()):
                sandbox.refuse(text(query), f"shape {name}")
        if any(predicate.startswith(SH + "js") for predicate in said):
            raise CallError(f"shape {name}: scripts are refused. Write the rule in SHACL Core or SPARQL.")
        for one in said.get(SH + "pattern", ()):
            pattern = text(one)
            try:
                re.compile(pattern)
            except re.error as error:
                raise CallError(f"shape {name}: the pattern {pattern!r} is none ({error}). Mend it.") from None
            if _TWICE.search(pattern):
                words = f"the pattern {pattern!r} repeats a repeat and may never come to an end. Write one of the two."
                raise CallError(f"shape {name}: {words}")
