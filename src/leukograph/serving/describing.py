"""Describes the endpoint in the words of SPARQL 1.1 Service Description.

https://www.w3.org/TR/sparql11-service-description/
"""

from leukograph import about
from leukograph.names import DCTERMS, GRAPHS, INFERRED, ONTOLOGY, PAGE, PREFIXES, graph_iri
from leukograph.serving.settings import Settings

_SD, _VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
# As pyoxigraph's formats name them; a test compares them.
FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD"),
)


def turtle(settings: Settings) -> str:
    """Return the description as Turtle; the endpoint is the address that it is read from."""
    usual = GRAPHS if settings.everything else (ONTOLOGY, PAGE, INFERRED)
    named = [f"        sd:namedGraph {_graph(graph)} ;" for graph in usual]
    every = [f"        sd:namedGraph {_graph(graph)} ;" for graph in GRAPHS]
    words = (
        "The default graph is the union of " + ", ".join(usual) + ". A request or FROM may name any available graph."
    )
    return "\n".join([
        f"@prefix dcterms: <{DCTERMS}> .",
        f"@prefix rdfs: <{PREFIXES['rdfs']}> .",
        f"@prefix sd: <{_SD}> .",
        f"@prefix void: <{_VOID}> .",
        "",
        "<>",
        "    a sd:Service ;",
        "    sd:endpoint <> ;",
        "    sd:supportedLanguage sd:SPARQL11Query ;",
        f"    sd:resultFormat {' , '.join(f'<{_FORMATS}{one}>' for one in FORMATS)} ;",
        f'    dcterms:title "{about.TITLE}"@en ;',
        f'    dcterms:description "{about.LIMITS}"@en ;',
        f"    dcterms:license <{about.LICENCE}> ;",
        "    rdfs:seeAlso <.well-known/void> ;",
        "    sd:defaultDataset [",
        "        a sd:Dataset ;",
        f'        sd:defaultGraph [ a sd:Graph ; rdfs:comment "{words}"@en ] ;',
        *named,
        "    ] ;",
        "    sd:availableGraphs [",
        "        a sd:GraphCollection ;",
        *every,
        "    ] ;",
        ".",
        "",
    ])  # fmt: skip


def _graph(graph: str) -> str:
    iri = graph_iri(graph)
    return f"[ a sd:NamedGraph ; sd:name <{iri}> ; sd:graph <{iri}> ]"
