"""Turns shapes into SELECT queries of SPARQL 1.1, one for each constraint, whose rows are what is wrong.

A query looks at the default graph. It selects `?this`, the focus node; `?value` where a value is at fault; `?path`
where the path differs from row to row; and `?other` where a value is compared with another. What is not turned into a
query is left to pyshacl, shape by shape, with the reason.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from leukograph.names import RDF, RDFS, SH
from leukograph.shape_graph import (
    NotCompiledError,
    Shapes,
    Term,
    classes,
    deactivated,
    find,
    iri,
    is_iri,
    one,
    truth,
    values,
)
from leukograph.shape_logic import (
    NAMES,
    SMALLER,
    Work,
    allowed,
    bounds,
    counts,
    enter,
    others,
    properties,
    qualified,
    single,
    way,
)
from leukograph.shape_paths import Path
from leukograph.shape_values import SINGLE, Judge, constant, member

_LOGIC = ("not", "and", "or", "xone", "node")
_CHILDREN = ("property", "node")  # whose own findings are told as well
_HERE = "\x00"  # where the focus of a template goes


class Query(NamedTuple):
    """A constraint as a query: its shape, its component, and how a doubtful row is judged.

    `path` is the predicate of the shape, '' where it is none. `here` says that the focus node is the value, `detail`
    that what is found tells why a node does not conform to the shape of sh:node.
    """

    shape: Term
    component: str
    sparql: str
    path: str = ""
    here: bool = False
    detail: bool = False
    judge: Judge | None = None


class Plan(NamedTuple):
    """The queries of a shapes graph; shapes with targets that are left to pyshacl, each with the reason.

    `whole` is the reason why all of them are left to it, '' where they are not. `touched` are, for each shape with
    targets, the predicates of which it looks at values, and whether odd values are told as pyshacl tells them.
    """

    queries: tuple[Query, ...]
    left: tuple[tuple[Term, str], ...] = ()
    whole: str = ""
    touched: tuple[tuple[Term, frozenset[str], bool], ...] = ()


class Focus(NamedTuple):
    """Where the focus nodes of a shape come from: classes, nodes, subjects and objects of predicates, other shapes."""

    kinds: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    chains: tuple[tuple["Focus", str], ...] = ()


Templates = dict[Term, tuple[list[Query], list[str]]]  # queries without their focus, and what is in doubt in them
Spread = dict[tuple[Term, bool], dict[Focus, None]]


def plan(shapes: Shapes, without: Iterable[Term] = (), *, exact: bool = True) -> Plan:
    """Return the queries of a shapes graph, without the shapes that are to be left to pyshacl.

    Not `exact`, fewer are left: SPARQL's way of comparing values is taken where pyshacl has another, inside sh:not
    and the like.
    """
    try:
        nodes = find(shapes)
    except NotCompiledError as error:
        return Plan((), (), str(error))
    given = dict.fromkeys(without, "")
    left = list(given.items())
    templates: Templates = {}
    aims: dict[Term, Focus] = {}
    sure: dict[Term, bool] = {}
    for node in nodes:
        try:
            focus = None if node in given else _targets(shapes, node)
            if focus is not None:
                sure[node] = _compile(shapes, node, focus, templates, exact=exact)
                aims[node] = focus
        except NotCompiledError as error:
            left.append((node, str(error)))
    spread: Spread = {}
    for node, focus in aims.items():
        _spread(Work(shapes, itertools.count()), node, focus, spread)
    queries = []
    for node, detail in sorted(spread, key=str):
        pattern = _pattern(_united(list(spread[node, detail])), "?this", itertools.count())
        queries += [
            query._replace(sparql=query.sparql.replace(_HERE, pattern), detail=detail) for query in templates[node][0]
        ]
    touched = tuple((node, frozenset(_named(shapes, node, set())), sure[node]) for node in aims)
    return Plan(tuple(queries), tuple(left), "", touched)


def _targets(shapes: Shapes, node: Term) -> Focus | None:
    """Return the targets of a shape (SHACL, 2.1.3), None where it has none or is switched off."""
    if deactivated(shapes, node):
        return None
    focus = Focus(
        tuple(str(iri(each)) for each in classes(shapes, node)),
        tuple(constant(each) for each in values(shapes, node, "targetNode")),
        tuple(str(iri(each)) for each in values(shapes, node, "targetSubjectsOf")),
        tuple(str(iri(each)) for each in values(shapes, node, "targetObjectsOf")),
    )
    return focus if any(focus) else None


def _compile(shapes: Shapes, node: Term, focus: Focus, templates: Templates, *, exact: bool) -> bool:
    """Compile a shape; return whether what it holds is told of odd values as pyshacl tells it."""
    doubts = set(_templates(Work(shapes, itertools.count(), (), exact), node, templates))
    if focus.nodes and "path" in doubts:  # to SPARQL, a node of which nothing is said has no path at all
        raise NotCompiledError("sh:targetNode and a path that may have no step")
    return not doubts - {"path"}


def _templates(work: Work, node: Term, templates: Templates) -> Iterator[str]:
    """Put the queries of a shape, and of those whose findings it tells, among templates; yield what is in doubt."""
    inner = enter(work, node)
    if node not in templates:
        doubts: list[str] = []
        templates[node] = _queries(inner._replace(doubts=(doubts,)), node), doubts
    yield from templates[node][1]
    for name in _CHILDREN:
        for each in values(work.shapes, node, name):
            yield from _templates(inner, each, templates)


def _spread(work: Work, node: Term, focus: Focus, spread: Spread, *, detail: bool = False) -> None:
    """Tell each shape whose findings are told where its focus nodes come from."""
    if deactivated(work.shapes, node):
        return
    spread.setdefault((node, detail), {})[focus] = None
    along = way(work, node)
    below = focus if along is None else Focus(chains=((focus, along.text),))
    for name in _CHILDREN:
        for each in values(work.shapes, node, name):
            _spread(work, each, below, spread, detail=detail or name == "node")


def _named(shapes: Shapes, node: Term, seen: set[Term]) -> Iterator[str]:
    """Yield every IRI that a shape and what it holds could name as a predicate."""
    seen.add(node)
    for each in itertools.chain.from_iterable(shapes.said.get(node, {}).values()):
        if is_iri(each):
            yield each.value
        if each in shapes.said and each not in seen:
            yield from _named(shapes, each, seen)


def _united(found: list[Focus]) -> Focus:
    """Return one focus for several."""
    return Focus(*(tuple(dict.fromkeys(itertools.chain.from_iterable(parts))) for parts in zip(*found, strict=True)))


def _pattern(focus: Focus, it: str, fresh: Iterator[int]) -> str:
    """Return the pattern of focus nodes."""
    parts = []
    if len(focus.kinds) == 1:
        parts.append(f"{it} <{RDF}type>/<{RDFS}subClassOf>* {focus.kinds[0]} .")
    elif focus.kinds:
        kind = f"?f{next(fresh)}"
        parts.append(f"VALUES {kind} {{ {' '.join(focus.kinds)} }} {it} <{RDF}type>/<{RDFS}subClassOf>* {kind} .")
    if focus.nodes:
        parts.append(f"VALUES {it} {{ {' '.join(focus.nodes)} }}")
    parts += [f"{it} {each} ?f{next(fresh)} ." for each in focus.before]
    parts += [f"?f{next(fresh)} {each} {it} ." for each in focus.behind]
    for above, along in focus.chains:
        start = f"?f{next(fresh)}"
        parts.append(f"{_pattern(above, start, fresh)} {start} {along} {it} .")
    return parts[0] if len(parts) == 1 else " UNION ".join(f"{{ {part} }}" for part in parts)


def _queries(work: Work, node: Term) -> list[Query]:
    """Return the queries of the constraints of one shape, without their focus."""
    if deactivated(work.shapes, node):
        return []
    along = way(work, node)
    made = [*_single(work, node, _HERE, along), *_closed(work, node, _HERE, along)]
    made += _of_node(work, node, _HERE) if along is None else _of_set(work, node, _HERE, along)
    properties(work, node)
    return made


def _select(what: str, pattern: str, more: str = "") -> str:
    return f"SELECT DISTINCT {what} WHERE {{ {pattern} }}{more}"


def _single(work: Work, node: Term, focus: str, along: Path | None) -> Iterator[Query]:
    """Yield what is asked of each value alone."""
    it = "?this" if along is None else "?value"
    reach = focus if along is None else f"{focus} ?this {along.text} ?value ."
    what = "?this" if along is None else "?this ?value"
    said = work.shapes.said.get(node, {})
    for name in (name for name in (*SINGLE, *_LOGIC) if SH + name in said):
        component = SINGLE[name][0] if name in SINGLE else NAMES[name]
        for value in values(work.shapes, node, name):
            made = single(work, node, name, value, it)
            wrong = f"FILTER({made.text})"
            if name == "class":  # this way round the members of the class are gathered once
                wrong = f"MINUS {{ {it} {member(value)} }}"
            if made.text == "false":
                continue
            text = _select(what, f"{reach} {wrong}")
            yield Query(node, component, text, along.single if along else "", along is None, judge=made.judge)


def _closed(work: Work, node: Term, focus: str, along: Path | None) -> Iterator[Query]:
    known = allowed(work, node)
    if known is not None:
        it = "?this" if along is None else "?holder"
        reach = focus if along is None else f"{focus} ?this {along.text} {it} ."
        wrong = others(known, "?path", "?value")
        yield Query(node, "Closed", _select("?this ?path ?value", f"{reach} {it} ?path ?value FILTER({wrong})"))


def _of_node(work: Work, node: Term, focus: str) -> Iterator[Query]:
    """Yield what a node shape asks of the node as the one value it has."""
    shapes = work.shapes
    for value in values(shapes, node, "hasValue"):
        yield Query(node, "HasValue", _select("?this", f"{focus} FILTER(!sameTerm(?this, {constant(value)}))"))
    for each in map(iri, values(shapes, node, "equals")):
        text = _select("?this", f"{focus} FILTER NOT EXISTS {{ ?this {each} ?this }}")
        yield Query(node, "Equals", text, here=True)
        text = _select("?this ?value", f"{focus} ?this {each} ?value FILTER(!sameTerm(?this, ?value))")
        yield Query(node, "Equals", text)
    for each in map(iri, values(shapes, node, "disjoint")):
        yield Query(node, "Disjoint", _select("?this", f"{focus} ?this {each} ?this ."), here=True)


def _of_set(work: Work, node: Term, focus: str, along: Path) -> Iterator[Query]:
    """Yield what a property shape asks of all its values together."""
    for component, sparql, judge in _set_queries(work, node, focus, along):
        yield Query(node, component, sparql, along.single, judge=judge)


def _set_queries(work: Work, node: Term, focus: str, along: Path) -> Iterator[tuple[str, str, Judge | None]]:
    there = f"?this {along.text} ?value"
    reach = f"{focus} {there} ."
    least, most = bounds(work, node, "minCount", "maxCount")
    if least == 1:
        yield "MinCount", _select("?this", f"{focus} FILTER NOT EXISTS {{ {there} }}"), None
    elif least:
        yield "MinCount", _counted(f"{focus} OPTIONAL {{ {there} }}", f"< {least}"), None
    if most == 1:  # two that differ are found at once, however many there are
        two = f"?this {along.text} ?one . ?this {along.text} ?two FILTER(!sameTerm(?one, ?two))"
        yield "MaxCount", _select("?this", f"{focus} FILTER EXISTS {{ {two} }}"), None
    elif most is not None:
        yield "MaxCount", _counted(reach, f"> {most}") if most else _select("?this", reach), None
    for shape, fewest, largest in qualified(work, node):
        right = f"FILTER({counts(work, node, shape, '?value')})"
        if largest is not None:
            yield "QualifiedMaxCount", _counted(f"{reach} {right}", f"> {largest}"), None
        if fewest:
            yield "QualifiedMinCount", _counted(f"{focus} OPTIONAL {{ {there} {right} }}", f"< {fewest}"), None
    for value in values(work.shapes, node, "hasValue"):
        lacking = f"FILTER NOT EXISTS {{ ?this {along.text} {constant(value)} }}"
        yield "HasValue", _select("?this", f"{focus} {lacking}"), None
    yield from _compared(work, node, focus, along)


def _compared(work: Work, node: Term, focus: str, along: Path) -> Iterator[tuple[str, str, Judge | None]]:
    """Yield what a property shape asks of its values beside those of another property."""
    shapes, there = work.shapes, f"?this {along.text} ?value"
    reach = f"{focus} {there} ."
    for each in map(iri, values(shapes, node, "equals")):
        both = f"?this {each} ?value"
        yield "Equals", _select("?this ?value", f"{reach} FILTER NOT EXISTS {{ {both} }}"), None
        yield "Equals", _select("?this ?value", f"{focus} {both} FILTER NOT EXISTS {{ {there} }}"), None
    for each in map(iri, values(shapes, node, "disjoint")):
        yield "Disjoint", _select("?this ?value", f"{reach} ?this {each} ?value ."), None
    for name, sign in SMALLER.items():
        for each in map(iri, values(shapes, node, name)):
            less = f"BOUND(?other) && !COALESCE(?value {sign} ?other, false)"
            wrong = f"OPTIONAL {{ ?this {each} ?other }} FILTER(isBlank(?value) || ({less}))"  # refused, not compared
            yield NAMES[name], _select("?this ?value ?other", f"{reach} {wrong}"), Judge("less", each, sign)
    if values(shapes, node, "uniqueLang") and truth(one(shapes, node, "uniqueLang")):
        tag = "(LCASE(LANG(?value)) AS ?tag)"
        more = f" GROUP BY ?this {tag} HAVING (COUNT(DISTINCT ?value) > 1)"
        yield "UniqueLang", f'SELECT ?this WHERE {{ {reach} FILTER(LANG(?value) != "") }}{more}', None


def _counted(pattern: str, how_many: str) -> str:
    return f"SELECT ?this WHERE {{ {pattern} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) {how_many})"
