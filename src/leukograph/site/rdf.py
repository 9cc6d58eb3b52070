"""The RDF of one IRI: what asserted graphs say of it as Turtle, and every graph under its name as JSON-LD."""

import json
from typing import TYPE_CHECKING, Any

from leukograph import engine
from leukograph.engine import plain
from leukograph.exports.jsonld import Writer
from leukograph.names import ASSERTED, GRAPHS, PREFIXES, graph_iri, shorten
from leukograph.site.frame import up
from leukograph.site.known import Known

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyoxigraph as ox

_CONTEXT = "context.jsonld"


def beside(known: Known, iri: str) -> tuple[tuple[str, bytes], ...]:
    """Return the files that lie beside the page of an IRI: index.jsonld and index.ttl."""
    return (("index.jsonld", json_ld(known, iri)), ("index.ttl", turtle(known, iri)))


def turtle(known: Known, iri: str) -> bytes:
    """Return what each asserted graph says of an IRI, under a comment that names the graph.

    What was inferred stays out: in one flat file it could not be told from what a source says.
    """
    heads: set[str] = set()
    body: list[str] = []
    for graph in ASSERTED:
        quads = _whole(known, iri, graph)
        if quads:
            lines = engine.turtle((quad.triple for quad in quads), PREFIXES).splitlines()
            heads |= {line for line in lines if line.startswith("@prefix")}
            rest = [line for line in lines if not line.startswith("@prefix")]
            body += ["", f"# {graph_iri(graph)}", *rest]
    return ("\n".join([*sorted(heads), *body]).strip() + "\n").encode()


def json_ld(known: Known, iri: str) -> bytes:
    """Return what every graph says of an IRI, each under its own name, in JSON-LD; the context lies at the root."""
    graphs = []
    for graph in GRAPHS:
        quads = _whole(known, iri, graph)
        if quads:
            graphs.append({"id": shorten(graph_iri(graph)), "@graph": Writer(known.spellings, tuple(quads)).nodes()})
    document = {"@context": up(known.address(iri)) + _CONTEXT, "@graph": graphs}
    return _written(document)


def of_shape(known: Known, iri: str) -> tuple[tuple[str, bytes], ...]:
    """Return the files that lie beside the page of a shape: what the shapes of the project say of it."""
    held = _hanging(known.shapes.about, iri)
    text = engine.turtle((quad.triple for quad in held), PREFIXES)
    document = {
        "@context": up(known.address(iri)) + _CONTEXT,
        "@graph": Writer(known.spellings, tuple(held)).nodes(),
    }
    return (("index.jsonld", _written(document)), ("index.ttl", text.encode()))


def _whole(known: Known, iri: str, graph: str) -> "list[ox.Quad]":
    return _hanging(lambda subject: known.material.about(subject, graph), iri)


def _hanging(about: "Callable[[str], list[ox.Quad]]", iri: str) -> "list[ox.Quad]":
    """Return what is said of an IRI, with the blank nodes that hang on it."""
    found: list[ox.Quad] = []
    seen, waiting = {iri}, [iri]
    for subject in waiting:
        for quad in about(subject):
            found.append(quad)
            name = plain(quad.object)
            if name.startswith("_:") and not hasattr(quad.object, "datatype") and name not in seen:
                seen.add(name)
                waiting.append(name)
    return found


def _written(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def quads(known: Known) -> bytes:
    """Return all graphs as N-Quads, sorted."""
    lines = sorted(f"{quad} ." for graph in GRAPHS for quad in known.material.quads[graph])
    return ("\n".join(lines) + "\n").encode()
