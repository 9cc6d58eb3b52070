"""Triples in any number as a sorted file of N-Triples, each once, with its digest; memory stays flat.

Two graphs are the same where the digests of their sorted files are. Blank nodes are named by what is said of them
(RDFC-1.0), whatever a store calls them; only the triples that have some are held in memory.
"""

import heapq
import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import blake2b
from itertools import islice
from typing import BinaryIO, NamedTuple

import pyoxigraph as ox

from leukograph.engine import FORMATS, complaint
from leukograph.errors import CallError, EndpointError
from leukograph.names import BASE, graph_iri
from leukograph.records import Cell, Iri

GENID = BASE + ".well-known/genid/"
READABLE = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}
_AGAIN = re.compile(r"Parser error (?:at|between) line[^:]*: ")
_RUN_BYTES, _MOST_RUNS, _MOST_BLANK = 8 * 1024**2, 64, 100_000


class Sorted(NamedTuple):
    """A graph as a sorted file: its path, how many triples it has, how many with blank nodes, and its digest."""

    path: str
    total: int
    blank: int
    digest: str


def settle(triples: Iterable[ox.Triple], folder: str, name: str, *, skolemise: bool = False) -> Sorted:
    """Write triples to a sorted file in a folder; with `skolemise` blank nodes become IRIs below GENID.

    Raises CallError for triple terms and for more than 100,000 triples with blank nodes.
    """
    blank: list[ox.Triple] = []
    waiting: list[bytes] = []
    runs: list[str] = []
    size = 0
    for triple in triples:
        if isinstance(triple.object, ox.Triple) or isinstance(triple.subject, ox.Triple):
            raise CallError("a triple is about a triple, which SPARQL 1.1 stores cannot hold. Leave it out.")
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            blank.append(triple)
            if len(blank) > _MOST_BLANK:
                raise CallError(f"more than {_MOST_BLANK} triples have blank nodes. Give them IRIs first.")
            continue
        line = f"{triple} .\n".encode()
        waiting.append(line)
        size += len(line)
        if size > _RUN_BYTES:
            runs.append(_run(waiting, folder, f"{name}.{len(runs)}"))
            waiting, size = [], 0
    waiting += [f"{triple} .\n".encode() for triple in _named(blank, skolemise=skolemise)]
    runs.append(_run(waiting, folder, f"{name}.{len(runs)}"))
    count, blanks = 0, 0
    state = blake2b(digest_size=32)
    path = os.path.join(folder, f"{name}.nt")
    with open(path, "wb") as file:
        for line in _merged(_few(runs, folder, name)):
            file.write(line)
            state.update(line)
            count += 1
            blanks += line.startswith(b"_:") or b" _:" in line[: line.find(b'"')]
    return Sorted(path, count, blanks, state.hexdigest())


def _run(lines: list[bytes], folder: str, name: str) -> str:
    path = os.path.join(folder, f"{name}.run")
    lines.sort()
    with open(path, "wb") as file:
        file.writelines(lines)
    return path


def _few(runs: list[str], folder: str, name: str) -> list[str]:
    """Merge runs until they are few enough to be open at once."""
    number = 0
    while len(runs) > _MOST_RUNS:
        path = os.path.join(folder, f"{name}.m{number}.run")
        number += 1
        with open(path, "wb") as file:
            file.writelines(_merged(runs[:_MOST_RUNS]))
        runs = [*runs[_MOST_RUNS:], path]
    return runs


def _merged(runs: list[str]) -> Iterator[bytes]:
    """Yield the lines of sorted files in order, each once, and remove the files."""
    last = b""
    with ExitStack() as stack:
        for line in heapq.merge(*(stack.enter_context(open(run, "rb")) for run in runs)):
            if line != last:
                yield line
            last = line
    for run in runs:
        os.remove(run)


def _named(blank: list[ox.Triple], *, skolemise: bool) -> list[ox.Triple]:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    if not skolemise:
        return [quad.triple for quad in dataset]
    return [ox.Triple(_iri(quad.subject), quad.predicate, _iri(quad.object)) for quad in dataset]  # type: ignore[arg-type]


def _iri(term: object) -> object:
    return ox.NamedNode(GENID + term.value) if isinstance(term, ox.BlankNode) else term


def difference(one: Sorted, other: Sorted) -> str:
    """Return the first line that only one of two sorted files has, shortened, or ''."""
    with open(one.path, "rb") as here, open(other.path, "rb") as there:
        marked = heapq.merge(((line, 0) for line in here), ((line, 1) for line in there))
        last: list[tuple[bytes, int]] = []
        for line, side in marked:
            if last and last[0][0] == line:
                last = []
            elif last:
                break
            else:
                last = [(line, side)]
    if not last:
        return ""
    line, side = last[0]
    return f"{'it lacks' if not side else 'it has'} {line.decode('utf-8', 'replace').strip()[:200]}"


def pieces(held: Sorted, size: int) -> Iterator[str]:
    """Yield the lines of a sorted file, so many at a time, as text."""
    with open(held.path, encoding="utf-8", newline="\n") as file:
        while lines := list(islice(file, size)):
            yield "".join(lines)


def of_file(path: str) -> Iterator[ox.Triple]:
    """Yield the triples of a user's file of N-Triples, Turtle or RDF/XML; what does not parse is a CallError."""
    kind = FORMATS.get(path[path.rfind(".") :].lower())
    if kind is None or kind.supports_datasets:
        raise CallError(f"{path}: one graph is published from a file of one graph. Give .nt, .ttl, .rdf or .owl.")
    try:
        with open(path, "rb") as file:
            if file.read(len(BOM_UTF8)) != BOM_UTF8:
                file.seek(0)
            for quad in ox.parse(input=file, format=kind, rename_blank_nodes=True):
                yield quad.triple
    except SyntaxError as error:
        words = _AGAIN.sub("", complaint(path, error), count=1)
        if "UTF-8" in words:
            words = words.replace("Mend the file at this place.", "Save the file as UTF-8.")
        raise CallError(words) from None
    except OSError as error:
        raise CallError(f"{path}: cannot be read ({error.strerror}). Name a file that you may read.") from None


def of_answer(body: BinaryIO, kind: str, what: str) -> Iterator[ox.Triple]:
    """Yield the triples that a store sends as a content type, one of READABLE; what cannot be read raises."""
    if kind not in READABLE:
        raise EndpointError(f"{what}: the answer is {kind or 'of no named type'} and no RDF that can be read here.")
    try:
        for quad in ox.parse(input=body, format=READABLE[kind], rename_blank_nodes=True):
            yield quad.triple
    except (SyntaxError, ValueError):
        raise EndpointError(f"{what}: the answer is called {kind}, and cannot be read as such.") from None


def fetched(graphs: dict[str, Iterable[ox.Triple]]) -> ox.Store:
    """Return a store with the triples of graphs of the project, by name."""
    store = ox.Store()
    for graph, found in graphs.items():
        name = ox.NamedNode(graph_iri(graph))
        store.bulk_extend(ox.Quad(one.subject, one.predicate, one.object, name) for one in found)
    return store


def quads(some: Iterable[ox.Triple]) -> list[ox.Quad]:
    """Return triples as quads of the default graph."""
    return [ox.Quad(*one) for one in some]


def size(store: ox.Store, graph: str) -> int:
    """Return how many triples a named graph of a store in this process has."""
    return sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def term(cell: Cell, page: int = 0) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
    """Return a cell as a term, None for none; a blank node is the same only within a page."""
    if isinstance(cell, Iri) and cell.value.startswith("_:"):
        return ox.BlankNode(f"p{page}x{cell.value[2:].encode().hex()}")
    if isinstance(cell, Iri):
        return ox.NamedNode(cell.value)
    if cell is None:
        return None
    kind = None if cell.language else ox.NamedNode(cell.datatype)
    return ox.Literal(cell.value, language=cell.language or None, datatype=kind)


def of_cells(row: Iterable[Cell], page: int, what: str) -> ox.Triple:
    """Return a row of subject, predicate, object as a triple; a blank node is the same only within a page."""
    try:
        subject, predicate, object_ = (term(cell, page) for cell in row if cell is not None)
        return ox.Triple(subject, predicate, object_)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        raise EndpointError(f"{what}: a row is no triple. Mend the store.") from None
