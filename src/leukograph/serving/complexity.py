"""Measures how deep a query nests and how many patterns it joins, before any engine reads it.

Deep nesting ends the process of an engine, and the time to plan grows with the cube of the patterns, whatever the data.
"""

import re

from leukograph import sandbox
from leukograph.errors import CallError

_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
_MARK = re.compile(r"[{}()\[\];,/|^]|\.(?![\w])")
_MARKS = re.compile(r"[{(\[;,./|^]")


def refuse(sparql: str, most_nesting: int, most_patterns: int) -> None:
    """Raise CallError for a query that nests deeper, or has more patterns and steps of paths, than it may."""
    if len(_MARKS.findall(sparql)) <= min(most_nesting, most_patterns):  # then neither can be more
        return
    nesting, patterns = measure(sparql)
    if nesting > most_nesting:
        raise CallError(f"query: it nests {nesting} deep, and {most_nesting} is the most here. Make it simpler.")
    if patterns > most_patterns:
        raise CallError(
            f"query: it has {patterns} patterns and steps of paths, and {most_patterns} is the most here. Ask in parts."
        )


def measure(sparql: str) -> tuple[int, int]:
    """Return how deep brackets nest, and how many triple patterns, groups and steps of paths there are, at most."""
    code, _ = sandbox.code_of(sparql)
    deepest = patterns = 0
    open_: list[str] = []
    for mark in _MARK.findall(code):
        if mark in _OPEN:
            open_.append(mark)
            deepest = max(deepest, len(open_))
            patterns += mark == "{"
        elif mark in _CLOSE:
            del open_[-1:]
        elif mark in "/|^" or open_[-1:] != ["("]:  # what is listed in parentheses are arguments and values
            patterns += bool(open_)
    return deepest, patterns
