"""The one room where rdflib holds the graphs as an `rdflib.Dataset`."""

import logging
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import rdflib
import rdflib.plugins.sparql
from rdflib.namespace import OWL, RDF, RDFS, SH

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


@lru_cache(maxsize=4096)
def built_in(iri: str) -> bool:
    """Tell whether an IRI is a term of RDF, RDFS, OWL or SHACL."""
    term = rdflib.URIRef(iri)
    return (
        any(term in one for one in (RDF, RDFS, OWL, SH))
        or re.fullmatch(rf"{re.escape(str(RDF))}_[1-9]\d*", iri) is not None
    )


@lru_cache(maxsize=1)
def built_in_terms() -> frozenset[str]:
    """Return every term of RDF, RDFS, OWL and SHACL."""
    return frozenset(str(term) for one in (RDF, RDFS, OWL, SH) for term in dir(one) if str(term).startswith("http"))


def graph(quads: "Iterable[ox.Quad]") -> rdflib.Graph:
    """Return triples of pyoxigraph, of whatever graph, as one rdflib.Graph; literals keep their lexical forms."""
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it tells of each ill-typed literal with a traceback
    whole = rdflib.Graph()
    known: dict[Any, rdflib.term.Node] = {}
    for quad in quads:
        for term in quad.triple:
            if term not in known:
                known[term] = node(term)
        subject, predicate, value = quad.triple
        whole.add((known[subject], known[predicate], known[value]))
    return whole


def subjects(quads: "Iterable[ox.Quad]") -> set[rdflib.term.Node]:
    """Return the subjects of triples of pyoxigraph, as `graph` has them."""
    return {node(subject) for subject in {quad.subject for quad in quads}}


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
