"""Speaks SPARQL 1.1 with a store: queries, updates and the Graph Store protocol, always about named graphs.

A silent cap on rows is found by counting: a store that gives fewer rows than it counts is not believed.
"""

import json
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, cast
from urllib.parse import quote, urlencode

from leukograph import triples
from leukograph.errors import EndpointError, LimitError
from leukograph.names import XSD
from leukograph.profiles import Target
from leukograph.records import Answer, Cell, Iri, Text
from leukograph.transport import Body, Client, Sent, unseen

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pyoxigraph as ox

PIECE, PAGE = 500, 1000  # triples of one INSERT DATA; rows of one page
_XSD_STRING = XSD + "string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_JSON = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"
_FORM = "application/x-www-form-urlencoded"
_ABSENT = 404


class Dataset(NamedTuple):
    """The graphs that a query may see: those whose union is its default graph, and those with a name."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Found(NamedTuple):
    """What a query gave: a table, a truth value, or triples; the other two are None."""

    table: Answer | None = None
    truth: bool | None = None
    triples: "tuple[ox.Triple, ...] | None" = None


class Store:
    """One store elsewhere, with the client that speaks to it."""

    def __init__(self, target: Target, client: Client) -> None:
        """Take where it is; nothing is sent yet."""
        self.target, self.client = target, client
        client.check(target.query, target.update, *filter(None, (target.graph_store, target.reading)))

    def query(self, sparql: str, dataset: Dataset, *, gives: str = "rows") -> Found:
        """Run a query over exactly these graphs; `gives` says whether it asks for rows (or yes and no) or triples."""
        fields = [("query", sparql)]
        fields += [("default-graph-uri", one) for one in dataset.default]
        fields += [("named-graph-uri", one) for one in dataset.named]
        accept = _JSON if gives == "rows" else _TRIPLES
        sent = self._form(self.target.query, fields, accept)
        with self.client.ask(sent, safe=True) as body:
            what = f"POST {self.target.query}"
            if body.kind in triples.READABLE:
                return Found(triples=tuple(triples.of_answer(cast("BinaryIO", body), body.kind, what)))
            return _read(body, what)

    def select(self, sparql: str, dataset: Dataset) -> Answer:
        """Run a SELECT over exactly these graphs and return its rows."""
        table = self.query(sparql, dataset).table
        if table is None:
            raise EndpointError(f"POST {self.target.query}: the store gives no rows to a SELECT.")
        return table

    def count(self, graph: str) -> int:
        """Return how many triples a named graph has."""
        asked = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        return self._number(asked, Dataset((), (graph,)))

    def rows(self, sparql: str, start: int, dataset: Dataset) -> int:
        """Return how many rows the store counts for a SELECT whose first keyword stands at `start`."""
        return self._number(f"{sparql[:start]}SELECT (COUNT(*) AS ?n) WHERE {{ {{ {sparql[start:]} }} }}", dataset)

    def _number(self, sparql: str, dataset: Dataset) -> int:
        rows = self.select(sparql, dataset).rows
        cell = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
        if not isinstance(cell, Text) or not cell.value.isdecimal():
            raise EndpointError(f"POST {self.target.query}: the store cannot count.")
        return int(cell.value)

    def update(self, sparql: str, *, safe: bool) -> None:
        """Run an update; only a safe one is sent again where no answer comes."""
        with self.client.ask(self._form(self.target.update, [("update", sparql)], "*/*"), safe=safe) as body:
            body.whole()

    def put(self, graph: str, held: triples.Sorted, size: int, seen: Callable[[int], None] = unseen) -> None:
        """Replace a named graph by a file: with PUT where there is a graph store, otherwise piece by piece.

        `seen` hears how many bytes of the file are sent.
        """
        if self.target.graph_store is None:
            self.update(f"CLEAR SILENT GRAPH <{graph}>", safe=True)
            sent = 0
            for piece in triples.pieces(held, PIECE):
                self.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{piece}}} }}", safe=True)
                sent += len(piece.encode())
                seen(sent)
            return
        with open(held.path, "rb") as file:
            place = _of_graph(self.target.graph_store, graph)
            whole = Sent("PUT", place, {"Content-Type": "application/n-triples"}, file, size, seen)
            with self.client.ask(whole, safe=True) as body:
                body.whole()

    def check_graph_store(self) -> None:
        """Raise EndpointError where nothing is at the address of the graph store, not even the default graph."""
        if self.target.reading is None:
            return
        sent = Sent("GET", f"{self.target.reading}{_joint(self.target.reading)}default", {"Accept": _TRIPLES})
        try:
            with self.client.ask(sent, safe=True, allow=(_ABSENT,)) as body:
                status = body.status
        except EndpointError:  # it does not give the default graph, but is there
            return
        if status == _ABSENT:
            raise EndpointError(
                f"GET {self.target.reading}: there is no graph store (status {status}). Name its right address, or "
                "leave it out."
            )

    def graph(self, graph: str, counted: int = 0) -> Iterator["ox.Triple"]:
        """Yield the triples of a named graph, none where there is no such graph; `counted` is what the store counts.

        Without a graph store they come in pages, and a blank node of two pages comes as two.
        """
        if self.target.graph_store is None:
            yield from self._pages(graph)
            return
        what = f"GET {self.target.reading}"
        sent = Sent("GET", _of_graph(self.target.reading or "", graph), {"Accept": _TRIPLES})
        with self.client.ask(sent, safe=True, allow=(_ABSENT,)) as body:
            if body.status == _ABSENT and counted:
                raise EndpointError(
                    f"{what}: there is nothing (status {_ABSENT}), although the store counts {counted} triples in "
                    f"<{graph}>. Name the right address of the graph store."
                )
            if body.status != _ABSENT:
                yield from triples.of_answer(cast("BinaryIO", body), body.kind, what)

    def _pages(self, graph: str) -> Iterator["ox.Triple"]:
        expected, seen = self.count(graph), 0
        while seen < expected:
            asked = (
                f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o "
                f"LIMIT {PAGE} OFFSET {seen}"
            )
            rows = self.select(asked, Dataset((), (graph,))).rows
            if not rows:
                raise EndpointError(f"POST {self.target.query}: the store gives {seen} of {expected} triples.")
            for row in rows:
                yield triples.of_cells(row, seen, f"POST {self.target.query}")
            seen += len(rows)

    def _form(self, url: str, fields: list[tuple[str, str]], accept: str) -> Sent:
        body = urlencode(fields).encode("ascii")
        return Sent("POST", url, {"Content-Type": _FORM, "Accept": accept}, body, len(body))


def _of_graph(base: str, graph: str) -> str:
    return f"{base}{_joint(base)}graph={quote(graph, safe='')}"


def _joint(base: str) -> str:
    return "&" if "?" in base else "?"


def _read(body: Body, what: str) -> Found:
    if body.kind not in (_JSON, "application/json"):
        raise EndpointError(f"{what}: the answer is {body.kind or 'of no named type'} and no SPARQL result in JSON.")
    content = body.whole()
    try:
        read = json.loads(content)
        if "boolean" in read:
            return Found(truth=_truth(read["boolean"]))
        columns = tuple(str(one) for one in read["head"]["vars"])
        rows = tuple(tuple(_cell(row.get(one)) for one in columns) for row in read["results"]["bindings"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise EndpointError(f"{what}: the answer is called {body.kind}, and is no whole SPARQL result.") from None
    if columns == ("__ASK_RETVAL",):  # so Virtuoso answers ASK
        return Found(truth=bool(rows) and isinstance(rows[0][0], Text) and rows[0][0].value in ("1", "true"))
    return Found(table=Answer(columns, rows))


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _cell(term: dict[str, str] | None) -> Cell:
    if term is None:
        return None
    if term["type"] == "uri":
        return Iri(term["value"])
    if term["type"] == "bnode":
        return Iri(f"_:{term['value']}")
    language = term.get("xml:lang", "")
    return Text(str(term["value"]), _LANG_STRING if language else term.get("datatype", _XSD_STRING), language)


def capped(found: int, counted: int, what: str) -> LimitError:
    """Return the error for a store that gave fewer (or more) rows than it counts."""
    return LimitError(f"{what}: the store gives {found} of {counted} rows and does not say so. Ask for less at once.")
