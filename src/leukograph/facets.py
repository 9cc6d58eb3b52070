"""The facets of a record that a loss report speaks of, and the properties that belong to each."""

from leukograph.names import LGO, OA, OWL, RDF, RDFS, SKOS

_TABLE = {
    "wording": "paraphrase topicQuestion",
    "modality": "hasModality",
    "hedge": "hasHedge hasQuantifier hasTiming",
    "cue": "cuedBy cueText spells exactText licensesRecord",
    "scope": "forDisease forAgeGroup coversState ageFormOf",
    "scope-basis": "scopedBy basedOn givenBy setsLimit",
    "list": "listedIn itemPosition introducedBy sourceExhaustive transcriptionComplete",
    "evidence-position": "statedIn namedBy withinSegment digest characterCount mentions",
    "page-structure": "ofPage inSection headedBy hasParent hasSegmentKind order setAside missesDetail describesReason",
    "research-status": "hasResearchStatus",
    "therapy": "describesTherapy differentFromPrior mayIncludePriorDrugs",
    "regimen": (
        "withinRegimen hasComponent ofAgent atDoseIntensity exampleOf markedAsExample definedByAgent "
        "definedByDrugClass definedByDoseIntensity containsAgent containsDrugClass"
    ),
    "as-stated": "statedAs editorialNote",
    "claim": (
        "definesState hasGenus hasDifferentia comparesInRespectOf comparesWith hasDirection observes concernsGene "
        "concernsDrugClass recommendsAction hasPurpose pointsTo"
    ),
    "drug-knowledge": (
        "hasClassification assignsClass hasTargetFact statesTarget hasBrandName hasBrandNameFact statesBrandName "
        "hasDrugClass hasTarget"
    ),
    "resistance": "hasResistanceFact aboutDrug statesEffect seenIn mutationOf",
    "source": (
        "fromSource sourceLocator sourceFile sourceRepository sourceVersion attribution evidenceItem evidenceLevel"
    ),
}
_BY_PROPERTY = {LGO + name: facet for facet, names in _TABLE.items() for name in names.split()} | {
    RDF + "type": "kind",
    RDFS + "label": "name",
    RDFS + "subClassOf": "hierarchy",
    SKOS + "altLabel": "name",
    SKOS + "broader": "hierarchy",
    SKOS + "definition": "wording",
    SKOS + "hiddenLabel": "name",
    SKOS + "inScheme": "kind",
    "http://purl.org/dc/terms/license": "source",
}
_BY_START = {
    OA: "evidence-position",
    OWL: "definition",
    RDF: "definition",
    SKOS: "mapping",
    "https://w3id.org/sssom/": "mapping",
    "http://purl.org/dc/terms/": "dataset",
}
OTHER = "other"
LAYER = "layer"  # not a property of a record: the graph that it stands in
MEANINGS = {
    "as-stated": "how the page presents a thing where that is not what it is, and our remark on it",
    "claim": "what a statement that is no treatment option says: of what, compared with what, recommended for what",
    "cue": "the words of the page that license a modality, a hedge or a quantifier",
    "dataset": "title, creator, licence, version and description of a graph as a whole",
    "definition": "what OWL says of a class or property: definitions, disjointness, restrictions, their parts",
    "drug-knowledge": "class, target and brand name of a drug, and the records that state them",
    "evidence-position": "where on the page something stands: segments, mentions, characters, digests",
    "hedge": "how firmly or of how many the page speaks beside the modality: hedges, quantifiers, timings",
    "hierarchy": "what is a kind of what, or broader than what",
    "kind": "the class of a thing, or the closed list that a term belongs to",
    LAYER: "which named graph a record stands in: page, background, mappings, ontology, inferred",
    "list": "the list in which something stands, its place there, and whether the page calls the list complete",
    "mapping": "a match with a term of another vocabulary, and the record of it",
    "modality": "whether something is possible, or recommended, as the page says it",
    "name": "labels and other names",
    OTHER: "a property that none of these is for; the project has none",
    "page-structure": "pages, sections, kinds of segments and their order; what was left out of the graph and why",
    "regimen": "what a regimen is made of or defined by, of which regimen a therapy is a part, and what is an example",
    "research-status": "whether something is being studied in clinical trials, kept apart from being an option",
    "resistance": "mutation, drug and effect of a record on resistance, and in which disease it was seen",
    "scope": "whom a statement is about: disease, disease states, age group",
    "scope-basis": "what on the page sets each of these limits",
    "source": "where a fact of background or a match was read: work, licence, file, version, evidence item and level",
    "therapy": "which therapy an option is, and whether it differs from or may include what was taken before",
    "wording": "paraphrases, definitions of terms and questions in words",
}
FACETS = tuple(sorted({*_BY_PROPERTY.values(), *_BY_START.values(), LAYER, OTHER}))


def facet(predicate: str) -> str:
    """Return the facet, one of FACETS, of a property (an IRI); OTHER where the project knows none for it."""
    by_start = (name for start, name in _BY_START.items() if predicate.startswith(start))
    return _BY_PROPERTY.get(predicate) or next(by_start, OTHER)


def properties() -> frozenset[str]:
    """Return the properties (IRIs) that are named one by one."""
    return frozenset(_BY_PROPERTY)
