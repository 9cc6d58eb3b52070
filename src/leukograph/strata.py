"""In which order rules are run: those that feed others first, those that feed each other together."""

from collections.abc import Iterator, Sequence

from leukograph.axioms import SAME, TYPE
from leukograph.rl_rules import EVERY, Program, Rule, key


def strata(rules: Sequence[Rule]) -> Iterator[tuple[list[Rule], bool]]:
    """Yield rules in groups, and of each whether it feeds itself, so that it must be run again."""
    after = _fed(rules)
    for group in reversed(_circles(after)):
        first = group[0]
        feeds_itself = first in after[first] and not rules[first].path  # a path is followed to its end at once
        yield [rules[one] for one in sorted(group)], len(group) > 1 or feeds_itself


def _fed(rules: Sequence[Rule]) -> list[list[int]]:
    """Return for each rule which others read what it writes."""
    readers: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for name in dict.fromkeys(map(key, rule.body)):
            readers.setdefault(name, []).append(number)
    found = []
    for rule in rules:
        names = set(map(key, rule.head))
        if names & {EVERY, TYPE}:
            found.append(list(range(len(rules))))
        else:
            found.append(sorted({*readers.get(EVERY, ()), *(one for name in names for one in readers.get(name, ()))}))
    return found


def _circles(after: list[list[int]]) -> list[list[int]]:
    """Return the strongly connected parts of a graph, those that feed others last (Tarjan's algorithm)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    path: dict[int, None] = {}
    groups: list[list[int]] = []
    for start in range(len(after)):
        waiting = [] if start in order else [(start, iter(after[start]))]
        while waiting:
            one, others = waiting[-1]
            if one not in order:
                order[one] = low[one] = len(order)
                path[one] = None
            for other in others:
                if other not in order:
                    waiting.append((other, iter(after[other])))
                    break
                if other in path:
                    low[one] = min(low[one], order[other])
            else:
                waiting.pop()
                if waiting:
                    before = waiting[-1][0]
                    low[before] = min(low[before], low[one])
                if low[one] == order[one]:
                    groups.append([])
                    while one in path:
                        groups[-1].append(path.popitem()[0])
    return groups


def steps(program: Program, *, equal: bool = False) -> Iterator[tuple[list[Rule], bool]]:
    """Yield all rules of a program in the order in which any store can run them, and which to repeat until no change.

    `equal` says that the data hold owl:sameAs; where rules of the ontology make some, they are repeated as well.
    """
    singles = list(program.single.values())
    written = {key(triple) for rule in (*program.joins, *singles) for triple in rule.head}
    equal = equal or SAME in written
    free = equal or TYPE in written
    if program.facts:
        yield [Rule("cls-oo", (), (), program.facts)], False
    if singles:
        yield singles, False
    yield from strata([*program.joins, *(program.equality if equal else ()), *(singles if free else ())])
