"""The one room where rdflib holds the graphs as an `rdflib.Dataset`."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import rdflib
import rdflib.plugins.sparql

from leukograph.names import PREFIXES, XSD, graph_iri

if TYPE_CHECKING:
    import pyoxigraph as ox

_STRING = XSD + "string"


def dataset(parts: Iterable[tuple[str, str, bytes]]) -> rdflib.Dataset:
    """Return a Dataset of (graph, path, content), each graph under its name, with their union as default graph.

    Queries on it never fetch anything: rdflib's loading of graphs named by FROM is switched off.
    """
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    whole = rdflib.Dataset(default_union=True)
    for prefix, start in sorted(PREFIXES.items()):
        whole.bind(prefix, start, override=True)
    for graph, path, content in parts:
        kind = "nt" if path.endswith(".nt") else "turtle"
        whole.graph(rdflib.URIRef(graph_iri(graph))).parse(data=content, format=kind)
    return whole


def graph(quads: "Iterable[ox.Quad]") -> rdflib.Graph:
    """Return triples of pyoxigraph, of whatever graph, as one rdflib.Graph; literals keep their lexical forms."""
    return of_triples(quad.triple for quad in quads)


def of_triples(triples: "Iterable[ox.Triple]") -> rdflib.Graph:
    """Return triples of pyoxigraph as one rdflib.Graph; literals keep their lexical forms."""
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it tells of each ill-typed literal with a traceback
    whole = rdflib.Graph()
    known: dict[Any, rdflib.term.Node] = {}
    for triple in triples:
        for one in triple:
            if one not in known:
                known[one] = node(one)
        subject, predicate, value = triple
        whole.add((known[subject], known[predicate], known[value]))
    return whole


def node(term: Any) -> rdflib.term.Node:
    """Return a term of pyoxigraph as a term of rdflib; a literal keeps its lexical form."""
    kind = type(term).__name__
    if kind == "NamedNode":
        return rdflib.URIRef(term.value)
    if kind == "BlankNode":
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value == _STRING else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)
