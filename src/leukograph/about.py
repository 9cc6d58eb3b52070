"""What descriptions of the project say of it as a whole. Title, creator and keywords are those of CITATION.cff."""

TITLE = "Leukograph: what one page says about refractory and relapsed childhood ALL"
SUMMARY = "A knowledge graph of one patient-education page, with modality, scope and proven position for every claim."
LIMITS = (
    "It reports what the page says and no more: an option is a possible one and no approval, ranking or advice; no "
    "list is complete unless the page calls it so; what is not listed is not stated on the page, which is no verdict. "
    "It is not medical advice and no clinical product."
)
UNKNOWN = "Publisher, date and web address of the page are not in it: they are unknown, and none is invented."
CREATOR = "The Leukograph authors"
KEYWORDS = ("knowledge graph", "acute lymphoblastic leukemia", "SPARQL", "SHACL", "OWL", "evidence")
# Of the data: LICENSE-DATA. What was taken from other sources keeps their licences, which the graph itself holds.
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RIGHTS = (
    "Ontology, data and questions: CC BY 4.0, Copyright (c) 2026 The Leukograph authors. The program that wrote this: "
    "MIT. Facts and identifiers taken from other sources keep the licences of those sources, which are named with "
    "their attributions."
)
