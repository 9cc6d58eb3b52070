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
FACETS = tuple(sorted({*_BY_PROPERTY.values(), *_BY_START.values(), OTHER}))


def facet(predicate: str) -> str:
    """Return the facet, one of FACETS, of a property (an IRI); OTHER where the project knows none for it."""
    by_start = (name for start, name in _BY_START.items() if predicate.startswith(start))
    return _BY_PROPERTY.get(predicate) or next(by_start, OTHER)


def properties() -> frozenset[str]:
    """Return the properties (IRIs) that are named one by one."""
    return frozenset(_BY_PROPERTY)
