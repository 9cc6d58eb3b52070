"""Reads rows and triples from a store elsewhere in bounded pieces, so that no row is missing and none is read in vain.

Whatever judges asks through an `Ask`: a SELECT over the asserted graphs goes in, its whole answer comes out, from the
engine of the store or from the graphs that were read from it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from leukograph import asking, remote, triples
from leukograph.errors import EndpointError, LimitError
from leukograph.names import graph_iri
from leukograph.records import Answer, Iri
from leukograph.remote import PAGE, Dataset, Store

if TYPE_CHECKING:
    import pyoxigraph as ox

Ask = Callable[[str], Answer]


def asker(store: Store, graphs: Iterable[str]) -> Ask:
    """Return what asks a store over graphs of the project, by name, which are default graph and named graphs."""
    every = tuple(map(graph_iri, graphs))
    return lambda sparql: rows(store, sparql, Dataset(every, every))


def rows(store: Store, sparql: str, dataset: Dataset) -> Answer:
    """Return all rows of a SELECT; where the store gives fewer than it counts, they are asked for page by page."""
    table = store.select(sparql, dataset)
    at = asking.prologue(sparql)
    counted = store.rows(sparql, at, dataset)
    if counted > asking.MOST_TRIPLES:
        raise LimitError(f"{store.target.name}: more than {asking.MOST_TRIPLES} rows of one query. Ask for less.")
    if counted == len(table.rows):
        return table
    if not 0 < len(table.rows) < counted:
        raise remote.capped(len(table.rows), counted, store.target.name)
    size = min(len(table.rows), PAGE)
    order = " ".join(f"?{column}" for column in table.columns)
    paged = f"{sparql[:at]}SELECT {order} WHERE {{ {{ {sparql[at:]} }} }} ORDER BY {order} LIMIT {size} OFFSET "
    found: list[tuple[object, ...]] = []
    while len(found) < counted:
        page = store.select(f"{paged}{len(found)}", dataset)
        if not page.rows or page.columns != table.columns:
            raise remote.capped(len(found), counted, store.target.name)
        found += page.rows
    if any(isinstance(cell, Iri) and cell.value.startswith("_:") for row in found for cell in row):
        raise EndpointError(f"{store.target.name}: blank nodes cannot be read in pages. Mend its row limit.")
    if len(set(found)) != counted or len(found) != counted:
        raise remote.capped(len(set(found)), counted, store.target.name)
    return Answer(table.columns, tuple(found))  # type: ignore[arg-type]


def read(ask: Ask, graph: str, inner: str = "", what: str = "") -> "Iterator[ox.Triple]":
    """Yield the triples `?s ?p ?o` of a graph of the project that a pattern lets through."""
    asked = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph_iri(graph)}> {{ {inner} ?s ?p ?o }} }}"
    answer = ask(asked)
    places = [answer.columns.index(name) for name in "spo"]
    for row in answer.rows:
        yield triples.of_cells([row[place] for place in places], 0, what or "the store")


def only(predicates: Iterable[str]) -> str:
    """Return the pattern that lets triples with these predicates through."""
    return f"VALUES ?p {{ {' '.join(f'<{one}>' for one in sorted(set(predicates)))} }}"
