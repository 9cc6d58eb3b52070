"""Rules as SPARQL: as queries over a store of this process, and as queries and updates that any SPARQL 1.1 store runs.

In a store of this process literals are IRIs, so that one can be said to be of a class. Elsewhere they are what they
are, and what a rule asks of one is a filter; two literals are then one where they are the same term.
"""

from collections.abc import Iterable, Sequence

from leukograph import values
from leukograph.axioms import TYPE, Triple, iri
from leukograph.names import XSD
from leukograph.rl_rules import LITERAL, NOT, Rule

_WHOLE = [
    *("integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger", "byte", "short"),
    *("int", "long", "unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
]
_NARROWER = {XSD + "decimal": _WHOLE, XSD + "integer": _WHOLE, XSD + "dateTime": ["dateTimeStamp"]}


def variables(rule: Rule) -> list[str]:
    """Return the variables that a rule tells of: those of its head, of a clash all of its body."""
    told = rule.head or rule.body
    return sorted({term for triple in told for term in triple if term.startswith("?")}) if rule.body else []


def where(rule: Rule, delta: int = -1, graph: str = "") -> str:
    """Return the patterns of a rule; the one of number `delta` looks at a graph of its own."""
    parts = []
    for number, (one, link, other) in enumerate(rule.body):
        pattern = f"{one} {link}{'+' * rule.path} {other}"
        parts.append(f"GRAPH {iri(graph)} {{ {pattern} }}" if number == delta else f"{pattern} .")
    return " ".join([*parts, *(f"FILTER({one})" for one in rule.filters)])


def unknown(head: Iterable[Triple]) -> str:
    """Return the filter by which a rule finds only what is not known yet."""
    return f"FILTER NOT EXISTS {{ {' . '.join(map(' '.join, head))} }}"


def select(rule: Rule, delta: int = -1, graph: str = "", *, fresh: bool = False) -> str:
    """Return a rule as a query for its variables, `ASK` where it has none; with `fresh` only for what is new."""
    names = variables(rule)
    inner = where(rule, delta, graph) + (f" {unknown(rule.head)}" if fresh and rule.head else "")
    if not names:
        return f"ASK {{ {inner} }}"
    distinct = "DISTINCT " * (len({term for triple in rule.body for term in triple if term[0] == "?"}) > len(names))
    return f"SELECT {distinct}{' '.join(names)} WHERE {{ {inner} }}"


def insert(rule: Rule, graphs: Sequence[str], into: str) -> list[str]:
    """Return updates that put what a rule finds in named graphs, and in `into`, into the graph `into`.

    What only an IRI can be is asked for apart, for a literal is no subject.
    """
    body = [triple for triple in rule.body if not _is_filter(triple)]
    subjects = {one for one, _, _ in body}
    values_too = {other for _, link, other in body if link != TYPE and other not in subjects}
    updates = []
    for risky in (False, True):
        head = [triple for triple in rule.head if (triple[0] in values_too) == risky]
        if head:
            guard = "".join(f" FILTER(!isLiteral({one}))" for one in sorted({one for one, _, _ in head} & values_too))
            inner = f"{_portable(rule)}{guard} {unknown(head)}".strip()
            using = " ".join(f"USING {iri(graph)}" for graph in (*graphs, into))
            said = " . ".join(map(" ".join, head))
            updates.append(f"INSERT {{ GRAPH {iri(into)} {{ {said} }} }} {using} WHERE {{ {inner} }}")
    return updates


def clash_query(rule: Rule, graphs: Sequence[str]) -> str:
    """Return a query over named graphs for the terms by which a rule that ends in false is broken."""
    names = sorted({term for triple in rule.body for term in triple if term.startswith("?")})
    chosen = " ".join(f"FROM {iri(graph)}" for graph in graphs)
    return f"SELECT DISTINCT {' '.join(names) or '*'} {chosen} WHERE {{ {_portable(rule)} }}"


def tidy(graphs: Sequence[str], into: str) -> list[str]:
    """Return updates that take out of a graph what is stated in others."""
    inner = f"GRAPH {iri(into)} {{ ?s ?p ?o }}"
    return [f"DELETE {{ {inner} }} WHERE {{ {inner} GRAPH {iri(graph)} {{ ?s ?p ?o }} }}" for graph in graphs]


def _is_filter(triple: Triple) -> bool:
    kind = triple[2]
    return triple[1] == TYPE and (kind == LITERAL or kind.startswith(NOT) or kind[1:-1] in values.TYPES)


def _portable(rule: Rule) -> str:
    """Return the patterns of a rule over literals as they are."""
    body = tuple(triple for triple in rule.body if not _is_filter(triple))
    return " ".join(
        [where(rule._replace(body=body)), *map(_filter, (one for one in rule.body if _is_filter(one)))]
    ).strip()


def _filter(triple: Triple) -> str:
    one, _, kind = triple
    if kind == LITERAL:
        return f"FILTER(isLiteral({one}))"
    name = kind.removeprefix(NOT).strip("<>")
    some = ", ".join(map(iri, (name, *(XSD + each for each in _NARROWER.get(name, ())))))
    if kind.startswith(NOT):
        return f"FILTER(isLiteral({one}) && DATATYPE({one}) NOT IN ({some}))"
    return f"FILTER(isLiteral({one}) && DATATYPE({one}) IN ({some}))"
