"""The one room where rdflib holds the graphs as an `rdflib.Dataset`."""

from collections.abc import Iterable

import rdflib
import rdflib.plugins.sparql

from leukograph.names import PREFIXES, graph_iri


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
