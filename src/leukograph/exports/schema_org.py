"""schema.org in JSON-LD: each statement as a claim that appears on the page, and the few edges that say no more.

Types, properties and the words on what they mean are those of schema.org release 30.0.
"""

from typing import Any

from leukograph.errors import DataError
from leukograph.material import Carried, Format, Material
from leukograph.names import BASE, DCTERMS, LGO, LGV, ONTOLOGY, PAGE, RDF_TYPE, RDFS, RDFS_LABEL, SKOS, graph_iri
from leukograph.records import Exported

Json = dict[str, Any]

NOTICE = (
    "Not medical advice. This reports what one page for patients says; it states no approval, no effect and no order "
    "among options, and no list in it is complete."
)
# The type of schema.org for each kind of thing that a claim is about. A trial that one joins and a drug class of which
# some other member is meant are neither therapy nor drug: they stay the most generic type.
TYPES = {
    "DiagnosticTest": "MedicalTest",
    "Drug": "Drug",
    "DrugClass": "DrugClass",
    "DrugClassOption": "MedicalEntity",
    "Gene": "Gene",
    "Procedure": "MedicalTherapy",
    "RegimenFamily": "MedicalTherapy",
    "TrialParticipation": "MedicalEntity",
}
ABOUT = tuple(LGO + name for name in ("describesTherapy", "recommendsAction", "concernsGene", "concernsDrugClass"))
# The closed lists that one property alone draws on: which property a keyword stands for is told by its list.
KEYWORDS = {
    LGO + name: LGV + scheme
    for name, scheme in (
        ("hasModality", "modalities"),
        ("hasHedge", "hedges"),
        ("hasQuantifier", "quantifiers"),
        ("hasTiming", "timings"),
        ("coversState", "disease-states"),
        ("forAgeGroup", "age-groups"),
        ("hasResearchStatus", "research-statuses"),
        ("statedAs", "presentation-kinds"),
    )
}
# A statement with one of these says less than that something is a possible treatment of the group: it is a part of
# something else, depends on what was taken before, or stands with a remark on trials. An edge would drop that.
LIMITS = tuple(LGO + name for name in ("withinRegimen", "differentFromPrior", "hasResearchStatus"))
# What a reader of schema.org understands where a facet of a statement does not come whole.
READS = {
    "claim": "told in the text of the claim alone",
    "cue": "a claim with modality, hedge and quantifier as keywords, without the words that license them",
    "evidence-position": "an appearance in a segment of the page, without the names found there",
    "list": "one of a list without order, without the place in it, which would read as a rank",
    "scope-basis": "a group of its own, without the places of the page that set its limits",
    "therapy": "told in the text of the claim alone",
}
_TREATMENTS = ("Drug", "MedicalTherapy")  # of the range of possibleTreatment, those that occur here


class _Writer:
    """Makes nodes, and remembers what they carry and which other nodes they need."""

    def __init__(self, material: Material) -> None:
        self.material, self.carried = material, Carried(material)
        self.nodes: dict[str, Json] = {}

    def label(self, iri: str) -> str:
        found = self.material.value(iri, RDFS_LABEL, PAGE, "ontology")
        if not found:
            raise DataError(f"{iri}: has no label, and this export names it by its label. Give it one.")
        return found

    def refer(self, node: Json) -> Json:
        self.nodes.setdefault(node["@id"], node)
        return {"@id": node["@id"]}

    def thing(self, iri: str) -> Json:
        """Return a reference to what a claim is about."""
        kinds = [one.removeprefix(LGO) for one in self.material.values(iri, RDF_TYPE, PAGE, "ontology")]
        kind = next((one for one in kinds if one in TYPES), "")
        if not kind:
            raise DataError(f"{iri}: its kind has no type of schema.org in this export. Use one of {', '.join(TYPES)}.")
        node: Json = {"@id": iri, "@type": TYPES[kind], "name": self.label(iri), "additionalType": _id(LGO + kind)}
        synonyms = self.material.values(iri, SKOS + "altLabel", PAGE)
        brands = [self.label(one) for one in self.material.values(iri, LGO + "hasBrandName", PAGE)]
        node |= {"alternateName": synonyms} if synonyms else {}
        node |= {"proprietaryName": brands} if brands else {}
        self.carried.exactly(iri, RDF_TYPE, RDFS_LABEL, SKOS + "altLabel", graphs=(PAGE,))
        if brands:
            self.carried.weaker(iri, "drug-knowledge", "the brand name as a proprietary name, without its record")
        return self.refer(node)

    def keyword(self, iri: str, terms: str) -> Json:
        named = {"@id": terms, "@type": "DefinedTermSet", "name": self.label(terms)}
        term: Json = {"@id": iri, "@type": "DefinedTerm", "name": self.label(iri)}
        meaning = self.material.value(iri, SKOS + "definition", "ontology")
        term |= {"description": meaning} if meaning else {}
        return self.refer(term | {"inDefinedTermSet": self.refer(named)})

    def group(self, statement: str) -> Json | None:
        """Return a reference to the group a statement is about: a node of its own, never the disease at large."""
        disease = self.material.value(statement, LGO + "forDisease", PAGE)
        if not disease:
            return None
        states, ages = (self.material.values(statement, LGO + one, PAGE) for one in ("coversState", "forAgeGroup"))
        told = [self.label(disease), " or ".join(map(self.label, states)), " or ".join(map(self.label, ages))]
        name = ", ".join(filter(None, told))
        mark = "-".join(one.rsplit("/", 1)[1] for one in (disease, *states, *ages))
        return self.refer(
            {
                "@id": f"_:group-{mark}",
                "@type": "MedicalCondition",
                "name": name,
                "additionalType": _id(disease),
                "disambiguatingDescription": f"This group only ({name}): not {self.label(disease)} at large, and not "
                "any narrower group.",
                "description": f"As one page describes it. {NOTICE}",
            }
        )

    def segment(self, iri: str, page: str) -> Json:
        self.carried.exactly(iri, RDF_TYPE, RDFS_LABEL, LGO + "ofPage", graphs=(PAGE,))
        return self.refer(
            {
                "@id": iri,
                "@type": "WebPageElement",
                "name": self.label(iri),
                "additionalType": _id(LGO + "Segment"),
                "isPartOf": _id(page),
            }
        )

    def claim(self, iri: str, kind: str, page: str) -> None:
        """Make the claim that a statement is, and the edge to its therapy where that says no more."""
        values = self.material.values
        group = self.group(iri)
        about = [group] if group else []
        about += [self.thing(one) for predicate in ABOUT for one in values(iri, predicate, PAGE)]
        keywords = [self.keyword(one, terms) for key, terms in KEYWORDS.items() for one in values(iri, key, PAGE)]
        mentions = [self.thing(one) for one in values(iri, LGO + "withinRegimen", PAGE)]
        node: Json = {
            "@id": iri,
            "@type": "Claim",
            "name": self.label(iri),
            "additionalType": _id(kind),
            "text": self.material.value(iri, LGO + "paraphrase", PAGE),
            "inLanguage": "en",
            "appearance": [self.segment(one, page) for one in values(iri, LGO + "statedIn", PAGE)],
        }
        note = self.material.value(iri, LGO + "editorialNote", PAGE)
        parts = {"description": note, "about": about, "keywords": keywords, "mentions": mentions}
        self.refer(node | {name: part for name, part in parts.items() if part})
        own = tuple(LGO + one for one in ("paraphrase", "editorialNote", "statedIn", "forDisease", "withinRegimen"))
        self.carried.exactly(iri, RDF_TYPE, RDFS_LABEL, *own, *ABOUT, *KEYWORDS, graphs=(PAGE,))
        for facet, became in READS.items():
            self.carried.weaker(iri, facet, became)
        if group and kind == LGO + "TreatmentOptionStatement" and is_plain(self.material, iri):
            edges = self.nodes[group["@id"]].setdefault("possibleTreatment", [])
            therapies = values(iri, LGO + "describesTherapy", PAGE)
            edges += [
                _id(one) for one in therapies if self.nodes[one]["@type"] in _TREATMENTS and _id(one) not in edges
            ]

    def listing(self, iri: str) -> None:
        """Make a list of claims, without order and without positions."""
        listed = self.material.subjects(LGO + "listedIn", iri, PAGE)
        is_open = self.material.values(iri, LGO + "sourceExhaustive", PAGE) == ["false"]
        self.refer(
            {
                "@id": iri,
                "@type": "ItemList",
                "name": self.label(iri),
                "additionalType": _id(LGO + "OptionList"),
                **({"description": "The page does not call this list complete."} if is_open else {}),
                "itemListOrder": _id("https://schema.org/ItemListUnordered"),
                "itemListElement": [_id(one) for one in listed],
            }
        )
        self.carried.exactly(iri, RDF_TYPE, RDFS_LABEL, graphs=(PAGE,))
        if is_open:
            self.carried.weaker(iri, "list", "the remark that the page does not call the list complete")
        for one in listed:
            self.carried.exactly(one, LGO + "listedIn", graphs=(PAGE,))


def is_plain(material: Material, statement: str) -> bool:
    """Tell whether a statement says as little as `possibleTreatment` does: possible, and nothing that limits it."""
    possible = material.values(statement, LGO + "hasModality", PAGE) == [LGV + "possible"]
    return possible and not any(material.values(statement, one, PAGE) for one in LIMITS)


def _id(iri: str) -> Json:
    return {"@id": iri}


def _schema_org(material: Material) -> Exported:
    writer = _Writer(material)
    page = material.page()
    kinds = material.subjects(RDFS + "subClassOf", LGO + "Statement", ONTOLOGY)
    for iri, kind in sorted((iri, one) for one in kinds for iri in material.instances(one, PAGE)):
        writer.claim(iri, kind, page)
    for iri in material.instances(LGO + "OptionList", PAGE):
        writer.listing(iri)
    writer.carried.exactly(page, RDF_TYPE, RDFS_LABEL, graphs=(PAGE,))
    whole: list[Json] = [
        {
            "@id": graph_iri(PAGE),
            "@type": "Dataset",
            "name": f"What one page says: {writer.label(page)}",
            "description": NOTICE,
            "inLanguage": "en",
            "isBasedOn": _id(page),
            "license": [_id(one) for one in material.values(BASE + "ontology", DCTERMS + "license", ONTOLOGY)],
            "creator": [
                {"@type": "Organization", "name": one}
                for one in material.values(BASE + "ontology", DCTERMS + "creator", ONTOLOGY)
            ],
            "usageInfo": {"@type": "CreativeWork", "text": NOTICE},
        },
        {
            "@id": page,
            "@type": "MedicalWebPage",
            "name": writer.label(page),
            "additionalType": _id(LGO + "Page"),
            "about": [_id(name) for name, node in sorted(writer.nodes.items()) if node["@type"] == "MedicalCondition"],
        },
    ]
    whole += sorted(writer.nodes.values(), key=lambda node: (node["@type"], node["@id"]))
    from json import dumps

    # Every text is English, as the document says: one in another language, or in none, is not had back exactly.
    writer.carried.quads = {one for one in writer.carried.quads if getattr(one.object, "language", "en") == "en"}
    written = dumps({"@context": "https://schema.org", "@graph": whole}, ensure_ascii=False, indent=1) + "\n"
    return Exported((("schema-org.jsonld", written.encode()),), writer.carried.losses())


FORMATS = (
    Format(
        "schema-org",
        "what the page says as claims, in schema.org's words for web pages",
        ".jsonld",
        "search engines and other readers of schema.org",
        "cues, mentions, positions, compositions of regimens; limits of a statement that only its text can tell",
        (PAGE,),
        _schema_org,
    ),
)
