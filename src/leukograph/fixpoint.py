"""Runs the rules of an ontology over a store until nothing new follows.

Each rule is a SPARQL query. Rules are run in the order in which they feed each other, those that feed themselves in
rounds, where one pattern of a rule looks only at what the round before has found (semi-naive evaluation).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from leukograph.axioms import SAME, TYPE
from leukograph.rl_rules import EVERY, Atom, Program, Rule, key
from leukograph.tuples import NamedTuple

_DELTA = ox.NamedNode("urn:leukograph:delta")
Row = Sequence[Any]


class Plan(NamedTuple):
    """Which rules of a program can find anything: those of one pattern, the others, and those that end in false.

    `keys` are those of all triples that there can be, `reads` those that rules ask about. Where a plan is `free`, a name
    can be taken for another, or any class be given, and what has one pattern is no longer known from the start.
    """

    singles: tuple[Rule, ...]
    rules: tuple[Rule, ...]
    clashes: tuple[Rule, ...]
    keys: frozenset[str]
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
    reads: frozenset[str]
    seen: set[ox.Quad]
    new: list[ox.Quad]
    keys: set[str]
    work: dict[str, int]


def plan(program: Program, present: Iterable[str]) -> Plan:
    """Return the part of a program that can find anything in triples with the keys `present`."""
    keys = {*present, *(key(atom) for atom in program.facts)}
    singles = [program.single[name] for name in sorted(keys & program.single.keys())]
    keys |= {key(atom) for rule in singles for atom in rule.head}
    waiting = list(program.joins)
    live: list[Rule] = []
    while ready := [rule for rule in waiting if all(key(atom) in keys for atom in rule.body)]:
        live += ready
        keys |= {key(atom) for rule in ready for atom in rule.head}
        waiting = [rule for rule in waiting if rule not in ready]
    free = SAME in keys or TYPE in keys  # then data can have keys that nothing here tells of
    if free:
        singles = list(program.single.values())
        live = [*program.joins, *(program.equality if SAME in keys else ())]
    clashes = [rule for rule in program.clashes if free or all(key(atom) in keys for atom in rule.body)]
    reads = {key(atom) for rule in (*live, *clashes, *singles) for atom in rule.body}
    writes = {key(atom) for rule in (*live, *singles) for atom in rule.head} | {key(atom) for atom in program.facts}
    return Plan(tuple(singles), tuple(live), tuple(clashes), frozenset(keys), frozenset(reads | writes), free)


def run(store: ox.Store, program: Program, made: Plan, present: dict[str, list[ox.Quad]]) -> Run:
    """Run a plan over the default graph of a store, which grows; `present` are its triples by key."""
    reads = frozenset(key(atom) for rule in (*made.rules, *made.clashes) for atom in rule.body)
    writes = {key(atom) for rule in (*made.rules, *made.singles) for atom in rule.head}
    writes |= {key(atom) for atom in program.facts}
    state = _State(store, reads, set(), [], set(), {"queries": 0, "rounds": 0})
    for name in present if made.free else writes & present.keys():
        state.seen.update(present[name])
    _take(state, Rule("cls-oo", (), (), program.facts), [()])
    for rule in made.singles:
        _take(state, rule, _rows(state, rule))
    for group, again in _strata([*made.rules, *(made.singles if made.free else ())]):
        new = [quad for rule in group for quad in _take(state, rule, _rows(state, rule), again=again)]
        while again and new:
            new = _round(state, group, new)
    found = [(rule, tuple(row) or tuple(map(_term, rule.head[0]))) for rule in made.clashes for row in _rows(state, rule)]
    return Run(state.new, state.keys, found, state.work["queries"], state.work["rounds"])


def where(rule: Rule, delta: int = -1, *, fresh: bool = False) -> str:
    """Return the patterns of a rule as SPARQL; the one of number `delta` looks at the graph of what is new.

    With `fresh` only what is not known yet follows.
    """
    parts = []
    for number, (one, link, other) in enumerate(rule.body):
        pattern = f"{one} {link}{'+' * rule.path} {other}"
        parts.append(f"GRAPH {_DELTA} {{ {pattern} }}" if number == delta else f"{pattern} .")
    parts += [f"FILTER({one})" for one in rule.filters]
    if fresh and rule.head:
        parts.append(f"FILTER NOT EXISTS {{ {' . '.join(' '.join(atom) for atom in rule.head)} }}")
    return " ".join(parts)


def variables(rule: Rule) -> list[str]:
    """Return the variables that a rule tells of: those of its head, of a clash all of its body."""
    return sorted({term for atom in rule.head or rule.body for term in atom if term.startswith("?")})


def _rows(state: _State, rule: Rule, delta: int = -1, *, fresh: bool = False) -> Iterable[Row]:
    names = variables(rule) if rule.body else []
    state.work["queries"] += 1
    if not names:
        truth = not rule.body or bool(state.store.query(f"ASK {{ {where(rule, delta)} }}"))
        return [()] if truth else []
    several = len({term for atom in rule.body for term in atom if term.startswith("?")}) > len(names) or delta >= 0
    text = f"SELECT {'DISTINCT ' * several}{' '.join(names)} WHERE {{ {where(rule, delta, fresh=fresh)} }}"
    return state.store.query(text)  # type: ignore[return-value]


def _take(state: _State, rule: Rule, rows: Iterable[Row], *, again: bool = False) -> list[ox.Quad]:
    """Draw the conclusions of a rule for rows of its variables, and return those that are new."""
    names = variables(rule)
    found = list(rows)
    new: list[ox.Quad] = []
    for atom in rule.head if found else ():
        places = [names.index(term) if term.startswith("?") else _term(term) for term in atom]
        made = [
            ox.Quad(*(row[place] if isinstance(place, int) else place for place in places)) for row in found
        ]
        fresh = [quad for quad in made if quad not in state.seen]
        state.seen.update(fresh)
        state.keys.update([key(atom)] if not atom[1].startswith("?") and key(atom) != TYPE else map(_key, fresh))
        if again or EVERY in state.reads or key(atom) in state.reads or key(atom) == TYPE:
            state.store.extend(fresh)
        new += fresh
    state.new.extend(new)
    return new


def _term(text: str) -> Any:
    return ox.NamedNode(text[1:-1])


def _round(state: _State, group: list[Rule], delta: list[ox.Quad]) -> list[ox.Quad]:
    """Run rules once more, each pattern in turn over the new triples alone, and return what they find."""
    state.work["rounds"] += 1
    state.store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, _DELTA) for quad in delta)
    keys = {_key(quad) for quad in delta}
    new = []
    for rule in group:
        for number, atom in enumerate(rule.body):
            name = key(atom)
            if name in keys or name == EVERY or (name == TYPE and any(one.startswith("a ") for one in keys)):
                looked = -1 if rule.path else number
                new += _take(state, rule, _rows(state, rule, looked, fresh=True), again=True)
    state.store.remove_graph(_DELTA)
    return new


def _key(quad: ox.Quad) -> str:
    link = str(quad.predicate)
    return f"a {quad.object}" if link == TYPE else link


def _strata(rules: Sequence[Rule]) -> Iterator[tuple[list[Rule], bool]]:
    """Yield rules in groups, those that feed others first; and whether a group feeds itself (Tarjan's algorithm)."""
    readers: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for name in dict.fromkeys(key(atom) for atom in rule.body):
            readers.setdefault(name, []).append(number)
    every = readers.get(EVERY, [])
    after: list[list[int]] = []
    for rule in rules:
        names = {key(atom) for atom in rule.head}
        fed = {*every, *(one for name in names for one in readers.get(name, ()))}
        after.append(sorted(range(len(rules)) if names & {EVERY, TYPE} else fed))
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    groups: list[list[int]] = []

    def visit(start: int) -> None:
        waiting = [(start, iter(after[start]))]
        order[start] = low[start] = len(order)
        path.append(start)
        while waiting:
            one, others = waiting[-1]
            for other in others:
                if other not in order:
                    order[other] = low[other] = len(order)
                    path.append(other)
                    waiting.append((other, iter(after[other])))
                    break
                if other in path:
                    low[one] = min(low[one], order[other])
            else:
                waiting.pop()
                if waiting:
                    low[waiting[-1][0]] = min(low[waiting[-1][0]], low[one])
                if low[one] == order[one]:
                    place = path.index(one)
                    groups.append(path[place:])
                    del path[place:]

    for number in range(len(rules)):
        if number not in order:
            visit(number)
    for group in reversed(groups):
        feeds_itself = group[0] in after[group[0]] and not rules[group[0]].path  # a path is followed to its end at once
        yield [rules[one] for one in sorted(group)], len(group) > 1 or feeds_itself
