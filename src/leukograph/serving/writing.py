"""Writes what a query gives into memory, in the format asked for, and stops where it grows beyond its limits."""

import io
import json
import re
from collections.abc import Iterable
from typing import IO, Any, TypeVar, cast

import pyoxigraph as ox

from leukograph.errors import CallError, LimitError
from leukograph.names import PREFIXES

Statement = TypeVar("Statement", ox.Triple, ox.Quad)
TABLE = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
# What stands in no XML 1.0 document (its production Char), as UTF-8.
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_QUOTED = re.compile(rb'"(?:[^"]|"")*"')


class Bounded(io.RawIOBase):
    """A place for bytes that takes no more than `most`; one more is a LimitError."""

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        super().__init__()
        self._parts: list[bytes] = []
        self._size, self._most = 0, most

    def write(self, content: Any) -> int:
        """Take more bytes."""
        self._size += len(content)
        if self._size > self._most:
            raise LimitError(f"query: the answer is larger than {self._most} bytes. Ask for less, such as with LIMIT.")
        self._parts.append(bytes(content))
        return len(content)

    def whole(self) -> bytes:
        """Return all bytes."""
        return b"".join(self._parts)


def table(result: ox.QuerySolutions | ox.QueryBoolean, kind: str, most_bytes: int, most_rows: int) -> bytes:
    """Return a table or a truth value in a format by its name in TABLE."""
    place = Bounded(most_bytes)
    result.serialize(cast("IO[bytes]", place), format=TABLE[kind])
    content = place.whole()
    # A row takes a byte at least, so a smaller answer needs no counting.
    if isinstance(result, ox.QuerySolutions) and len(content) > most_rows and rows(content, kind) > most_rows:
        raise LimitError(f"query: more than {most_rows} rows. Ask for less, such as with LIMIT.")
    return _sound(content, xml=kind == "xml")


def rows(content: bytes, kind: str) -> int:
    """Count the rows of a table that is written."""
    if kind == "json":
        return len(json.loads(content)["results"]["bindings"])
    if kind == "xml":
        return content.count(b"<result>")
    lines = content if kind == "tsv" else _QUOTED.sub(b"", content)
    return lines.count(b"\n") - 1


def triples(result: Iterable[Statement], kind: str, most_bytes: int, most_rows: int) -> bytes:
    """Return triples, or quads where the format has named graphs, in a format by its name in GRAPH."""
    place = Bounded(most_bytes)
    counted = _counted(result, most_rows)
    ox.serialize(
        counted,
        cast("IO[bytes]", place),
        format=GRAPH[kind],
        prefixes=PREFIXES if kind in ("ttl", "trig", "rdf") else None,
    )
    return _sound(place.whole(), xml=kind == "rdf")


def _counted(result: Iterable[Statement], most: int) -> Iterable[Statement]:
    for number, one in enumerate(result):
        if number == most:
            raise LimitError(f"query: more than {most} triples. Ask for less, such as with LIMIT.")
        yield one


def _sound(content: bytes, *, xml: bool) -> bytes:
    """Return XML that keeps carriage returns; a character that no XML can hold is a CallError. Others stay as is."""
    if not xml:
        return content
    if _NOT_XML.search(content):
        raise CallError("query: the answer holds a control character, which no XML can hold. Ask for another format.")
    return content.replace(b"\r", b"&#13;")
