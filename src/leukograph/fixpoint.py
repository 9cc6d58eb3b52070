"""Runs the rules of an ontology over a store until nothing new follows.

Each rule is a SPARQL query. Rules are run in the order in which they feed each other, those that feed themselves in
rounds, where one pattern of a rule looks only at what the round before has found (semi-naive evaluation).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyoxigraph as ox

from leukograph.axioms import TYPE
from leukograph.rl_rules import EVERY, Program, Rule, key
from leukograph.rule_texts import select, variables
from leukograph.strata import strata
from leukograph.tuples import NamedTuple

_DELTA = ox.NamedNode("urn:leukograph:delta")
Row = Sequence[Any]


class Plan(NamedTuple):
    """Which rules of a program can find anything: those of one pattern, the others, and those that end in false.

    `reads` are the keys that matter. Where a plan is `free`, any class can be given, and what follows from one triple
    alone is not known from the start. Names that are one are no matter of a plan: one stands for all of them.
    """

    singles: tuple[Rule, ...]
    rules: tuple[Rule, ...]
    clashes: tuple[Rule, ...]
    facts: tuple[Rule, ...]
    reads: frozenset[str]
    free: bool


class Run(NamedTuple):
    """What a run has found: new triples and their keys, each clash with its terms; and how many queries and rounds."""

    new: list[ox.Quad]
    keys: set[str]
    clashes: list[tuple[Rule, tuple[Any, ...]]]
    queries: int
    rounds: int


class _State(NamedTuple):
    """A run under way: the store, the keys that rules read, all triples that matter, the new ones, what was counted."""

    store: ox.Store
    reads: set[str]
    seen: set[ox.Quad]
    new: list[ox.Quad]
    keys: set[str]
    work: dict[str, int]


def plan(program: Program, present: Iterable[str]) -> Plan:
    """Return the part of a program that can find anything in triples with the keys `present`."""
    keys = {*present, *map(key, program.facts)}
    singles = [program.single[name] for name in sorted(keys & program.single.keys())]
    keys |= _written(singles)
    waiting, live = list(program.joins), list[Rule]()
    while ready := [rule for rule in waiting if all(key(triple) in keys for triple in rule.body)]:
        live += ready
        keys |= _written(ready)
        waiting = [rule for rule in waiting if rule not in ready]
    free = TYPE in keys or TYPE in program.single  # then data can have keys that nothing here tells of
    if free:
        singles, live = list(program.single.values()), list(program.joins)
    clashes = [rule for rule in program.clashes if free or all(key(triple) in keys for triple in rule.body)]
    facts = (Rule("cls-oo", (), (), program.facts),) if program.facts else ()
    reads = {key(triple) for rule in (*live, *clashes, *singles) for triple in rule.body}
    reads |= _written((*live, *singles, *facts))
    return Plan(tuple(singles), tuple(live), tuple(clashes), facts, frozenset(reads), free)


def run(store: ox.Store, made: Plan, present: dict[str, list[ox.Quad]]) -> Run:
    """Run a plan over the default graph of a store, which grows; `present` are its triples by key."""
    read = {key(triple) for rule in (*made.rules, *made.clashes) for triple in rule.body}
    state = _State(store, read, set(), [], set(), {"queries": 0, "rounds": 0})
    for name in present if made.free else _written((*made.rules, *made.singles, *made.facts)) & present.keys():
        state.seen.update(present[name])
    for rule in (*made.facts, *made.singles):
        _take(state, rule, _rows(state, rule))
    for group, again in strata([*made.rules, *(made.singles if made.free else ())]):
        new = [quad for rule in group for quad in _take(state, rule, _rows(state, rule), again=again)]
        while again and new:
            new = _round(state, group, new)
    found = []
    for rule in made.clashes:
        told = tuple(map(_node, rule.head[0])) if rule.head else ()
        found += [(rule, told or tuple(row)) for row in _rows(state, rule)]
    return Run(state.new, state.keys, found, state.work["queries"], state.work["rounds"])


def _written(rules: Iterable[Rule]) -> set[str]:
    return {key(triple) for rule in rules for triple in rule.head}


def _rows(state: _State, rule: Rule, delta: int = -1, *, fresh: bool = False) -> Iterable[Row]:
    if not rule.body:
        return [()]
    state.work["queries"] += 1
    answer: Any = state.store.query(select(rule, delta, _DELTA.value, fresh=fresh))
    return answer if variables(rule) else [()] * bool(answer)


def _take(state: _State, rule: Rule, rows: Iterable[Row], *, again: bool = False) -> list[ox.Quad]:
    """Draw the conclusions of a rule for rows of its variables, and return those that are new."""
    names = variables(rule)
    found = [row for row in rows]  # noqa: C416 - unlike `list`, a loop that a clock can stop
    new: list[ox.Quad] = []
    for triple in rule.head if found else ():
        one, link, other = (names.index(term) if term in names else _node(term) for term in triple)
        made = [
            ox.Quad(
                row[one] if isinstance(one, int) else one,
                row[link] if isinstance(link, int) else link,
                row[other] if isinstance(other, int) else other,
            )
            for row in found
        ]
        name = key(triple)
        fresh = list(dict.fromkeys(quad for quad in made if quad not in state.seen))
        state.seen.update(fresh)
        state.keys.update(map(_key, fresh) if name in (EVERY, TYPE) else [name] * bool(fresh))
        if again or name == TYPE or not state.reads.isdisjoint((name, EVERY)):
            state.store.extend(fresh)
        new += fresh
    state.new.extend(new)
    return new


def _round(state: _State, group: list[Rule], delta: list[ox.Quad]) -> list[ox.Quad]:
    """Run rules once more, each pattern in turn over the new triples alone, and return what they find."""
    state.work["rounds"] += 1
    state.store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, _DELTA) for quad in delta)
    keys = set(map(_key, delta))
    new = []
    for rule in group:
        for number, triple in enumerate(rule.body):
            if key(triple) in keys or key(triple) == EVERY:
                new += _take(state, rule, _rows(state, rule, -1 if rule.path else number, fresh=True), again=True)
    state.store.remove_graph(_DELTA)
    return new


def _key(quad: ox.Quad) -> str:
    link = str(quad.predicate)
    return f"a {quad.object}" if link == TYPE else link


def _node(text: str) -> ox.NamedNode:
    return ox.NamedNode(text[1:-1])
