"""Pairs the triples of one text that was read twice, whatever its blank nodes are called and in whatever order.

A blank node with a label of its own keeps it in both readings. One without stands in one place of the text alone, so
it is known by the way to it: what it is a value of, or which of the outermost it is.
"""

from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

_Way = tuple[Any, ...]


def pairs(first: Sequence[ox.Quad], second: Sequence[ox.Quad], text: str) -> list[int]:
    """Return for each triple of the first reading the number of the same one in the second; ValueError where one lacks.

    Both readings give what hangs on one node in the order of the text.
    """
    known: dict[_Way, int] = {}
    numbers: dict[ox.Quad | _Way, list[int]] = {}
    for number, key in reversed(list(enumerate(_keys(second, text, known)))):
        numbers.setdefault(key, []).append(number)
    try:
        return [numbers[key].pop() for key in _keys(first, text, known)]
    except (KeyError, IndexError):
        raise ValueError("the two readings are not of one text") from None


def _keys(quads: Sequence[ox.Quad], text: str, known: dict[_Way, int]) -> Sequence[ox.Quad | _Way]:
    """Return the terms of each triple, the number of its way, as `known` holds it, for a blank node without label.

    Where no blank node lacks a label, the triples themselves are returned.
    """
    terms = {term for quad in quads for term in (quad.subject, quad.object, quad.graph_name)}
    bare = {one for one in terms if isinstance(one, ox.BlankNode) and f"_:{one.value}" not in text}
    if not bare:
        return quads
    above: dict[Any, _Way] = {}
    held: dict[_Way, int] = {}
    for quad in quads:
        if quad.object in above:
            raise ValueError("a blank node without label stands in two places")
        if quad.object in bare:
            place = (quad.graph_name, quad.predicate, quad.subject)
            held[place] = held.get(place, 0) + 1
            above[quad.object] = (held[place], *place)
    outermost = (term for quad in quads for term in (quad.graph_name, quad.subject) if term in bare)
    ways: dict[Any, Any] = {
        node: known.setdefault((number,), len(known))
        for number, node in enumerate(dict.fromkeys(one for one in outermost if one not in above))
    }

    def way(term: Any) -> Any:
        chain = []
        while term in bare and term not in ways:
            chain.append(term)
            term = above[term][-1]
        for node in reversed(chain):
            number, graph, predicate, parent = above[node]
            found = (number, ways.get(graph, graph), predicate, ways.get(parent, parent))
            ways[node] = known.setdefault(found, len(known))
        return ways.get(term, term) if not chain else ways[chain[0]]

    return [(way(quad.subject), quad.predicate, way(quad.object), way(quad.graph_name)) for quad in quads]
