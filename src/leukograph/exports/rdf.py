"""RDF 1.1 as it is: Turtle, TriG, N-Triples, N-Quads, RDF/XML. Equal graphs, literals spelled as here.

A file of one graph holds all its triples and cannot say in RDF which graph it is: that is told as the one loss.
"""

import pyoxigraph as ox

from leukograph.facets import LAYER
from leukograph.material import Format, Material, prefixes
from leukograph.names import ALL, GRAPHS, PAGE, graph_iri
from leukograph.records import Exported, Loss

_ONE = (PAGE, *(graph for graph in GRAPHS if graph != PAGE))
_ALL = (ALL, *GRAPHS)


def _turtle(material: Material) -> Exported:
    return _one_graph(material, "turtle.ttl", ox.RdfFormat.TURTLE)


def _ntriples(material: Material) -> Exported:
    return _one_graph(material, "ntriples.nt", ox.RdfFormat.N_TRIPLES)


def _rdfxml(material: Material) -> Exported:
    return _one_graph(material, "rdfxml.rdf", ox.RdfFormat.RDF_XML)


def _trig(material: Material) -> Exported:
    quads = material.of_chosen()
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes(quads)) or b""
    return Exported((("trig.trig", written),))


def _nquads(material: Material) -> Exported:
    return Exported((("nquads.nq", ox.serialize(material.of_chosen(), format=ox.RdfFormat.N_QUADS) or b""),))


def _one_graph(material: Material, name: str, kind: ox.RdfFormat) -> Exported:
    quads = material.of_chosen()
    triples = [quad.triple for quad in quads]
    known = None if kind == ox.RdfFormat.N_TRIPLES else prefixes(quads)
    written = ox.serialize(triples, format=kind, prefixes=known) or b""
    (graph,) = material.chosen
    became = ""
    if kind == ox.RdfFormat.TURTLE:
        written = f"# The graph <{graph_iri(graph)}> of Leukograph.\n".encode() + written
        became = "a comment in the first line, which readers of RDF pass over"
    unnamed = Loss(graph, graph_iri(graph), LAYER, "degraded" if became else "lost", (), became)
    return Exported(((name, written),), (unnamed,))


_UNNAMED = "the name of the graph; of its triples nothing"
FORMATS = (
    Format("turtle", "one graph as Turtle", ".ttl", "any RDF software", _UNNAMED, _ONE, _turtle),
    Format("ntriples", "one graph as N-Triples", ".nt", "any RDF software, line by line", _UNNAMED, _ONE, _ntriples),
    Format("rdfxml", "one graph as RDF/XML", ".rdf", "OWL editors and older RDF software", _UNNAMED, _ONE, _rdfxml),
    Format("trig", "graphs under their names as TriG", ".trig", "any RDF software with named graphs", "", _ALL, _trig),
    Format("nquads", "graphs under their names as N-Quads", ".nq", "any store, line by line", "", _ALL, _nquads),
)
