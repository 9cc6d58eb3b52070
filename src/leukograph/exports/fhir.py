"""FHIR R5: what the page says as comments on the page, never as an indication, with a list of the codes it uses.

Elements, cardinalities and required codes are those of the R5 definitions (package hl7.fhir.r5.core, version 5.0.0).
"""

from html import escape
from typing import Any

import pyoxigraph as ox

from leukograph.errors import DataError
from leukograph.material import Carried, Format, Material
from leukograph.names import LGD, LGO, LGV, ONTOLOGY, PAGE, RDF_TYPE, RDFS, RDFS_LABEL, SKOS, XSD, graph_iri
from leukograph.records import Exported

Json = dict[str, Any]
Term = ox.NamedNode | ox.BlankNode | ox.Literal


def _terms(names: str) -> tuple[str, ...]:
    return tuple(LGO + name for name in names.split())


NOTICE = (
    "Not a clinical product and not medical advice: this reports what one page for patients says. It states no "
    "approval, no indication, no effect and no order among options, and no list in it is complete."
)
TAG = {"code": "not-a-clinical-product", "display": NOTICE}
# The sentences of a record, all of them words of this project.
WORDS = _terms("paraphrase describesReason topicQuestion editorialNote")
# What a statement says, beside its kind (`type`), its words (`summary`) and its place on the page (`path`).
# The place in a list is left out: `quantity` is a rating, and a number beside an option would read as a rank.
SAYS = _terms(
    "hasModality hasHedge hasQuantifier hasTiming forDisease coversState forAgeGroup scopedBy hasResearchStatus "
    "describesTherapy differentFromPrior mayIncludePriorDrugs withinRegimen listedIn statedAs "
    "definesState hasGenus hasDifferentia comparesInRespectOf comparesWith hasDirection observes concernsGene "
    "concernsDrugClass recommendsAction hasPurpose pointsTo"
)
# The records that codes stand for, and what the list of codes says of each beside kind, label and synonyms.
THINGS = _terms(
    "BrandName Component DiagnosticTest Drug DrugClassOption Gene OptionList PointerTarget Procedure "
    "RegimenComposition Scope TrialParticipation"
)
TELLS = _terms(
    "atDoseIntensity basedOn concernsDrugClass concernsGene coversState exampleOf forAgeGroup forDisease "
    "hasBrandName hasComponent markedAsExample ofAgent scopedBy setsLimit sourceExhaustive transcriptionComplete"
)
# What a reader of FHIR understands where a facet of a statement does not come whole.
READS = {
    "cue": "a comment on the page with its modality, hedge and quantifier, without the words that license them",
    "evidence-position": "a comment on a segment of the page, without the names found there",
    "list": "one of a list that is not complete, without the place in it, which would read as a rank",
}
_KIND = "kind"
_LAYERS = {LGD: PAGE, LGO: "ontology", LGV: "ontology"}
_NAMES = {LGD: "LeukographData", LGO: "LeukographOntology", LGV: "LeukographVocabulary"}
_BOOLEAN = XSD + "boolean"
_LONGEST_ID = 64  # of the datatype id in R5


class _Writer:
    """Writes resources, and remembers what they carry and which codes they use."""

    def __init__(self, material: Material) -> None:
        self.material, self.carried = material, Carried(material)
        self.used: set[str] = set()

    def label(self, iri: str) -> str:
        found = self.material.value(iri, RDFS_LABEL, _LAYERS[_split(iri)[0]])
        if not found:
            raise DataError(f"{iri}: has no label, and FHIR shows a code by its label. Give it one.")
        return found

    def coding(self, iri: str) -> Json:
        self.used.add(iri)
        system, code = _split(iri)
        return {"system": system, "code": code, "display": self.label(iri)}

    def concept(self, term: Term) -> Json:
        """Return a CodeableConcept: of a term its coding, of true or false the word."""
        if isinstance(term, ox.NamedNode):
            return {"coding": [self.coding(term.value)]}
        return {"text": getattr(term, "value", "")}

    def resource(self, kind: str, name: str, graph: str, *lines: str) -> Json:
        """Return the beginning of a resource: its layer, its language and its text for people."""
        if len(name) > _LONGEST_ID:
            raise DataError(f"{name}: FHIR takes ids of at most {_LONGEST_ID} characters. Give a shorter name.")
        text = "".join(f"<p>{escape(line)}</p>" for line in (*lines, NOTICE))
        return {
            "resourceType": kind,
            "id": name,
            "meta": {"source": graph_iri(graph), "tag": [TAG]},
            "language": "en",
            "text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'},
        }

    def citation(self, page: str) -> Json:
        """Return the page as a Citation: its title, and what is not known of it."""
        title = self.label(page)
        missing = self.material.terms(page, LGO + "missesDetail", PAGE)
        unknown = ", ".join(self.label(term.value) for term in missing if isinstance(term, ox.NamedNode))
        self.carried.exactly(page, RDFS_LABEL, RDF_TYPE, LGO + "missesDetail")
        kinds = [self.concept(term) for term in self.material.terms(page, RDF_TYPE, PAGE)]
        misses = {"type": {"coding": [self.coding(LGO + "missesDetail")]}}
        return {
            **self.resource("Citation", _split(page)[1], PAGE, f"The page: {title}.", f"Not known of it: {unknown}."),
            "status": "draft",
            "experimental": True,
            "citedArtifact": {
                "title": [{"text": title}],
                "classification": [
                    {"type": {"text": _KIND}, "classifier": kinds},
                    {**misses, "classifier": [self.concept(term) for term in missing]},
                ],
            },
        }

    def statement(self, iri: str, kind: str, page: str) -> Json:
        """Return a statement, or a topic left out, as an ArtifactAssessment with all that limits it."""
        parts: list[Json] = []
        lines = []
        for predicate in (*WORDS, *SAYS):
            terms = self.material.terms(iri, predicate, PAGE)
            if not terms:
                continue
            about = {"type": {"coding": [self.coding(predicate)]}}
            if predicate in WORDS:
                words = self.material.value(iri, predicate, PAGE)
                parts.append({"informationType": "comment", "summary": words, **about})
                lines.append(words)
            else:
                values = [self.concept(term) for term in terms]
                parts.append({"informationType": "classifier", **about, "classifier": values})
                if predicate != LGO + "scopedBy":
                    lines.append(f"{self.label(predicate)}: {', '.join(map(_shown, values))}.")
        self.carried.exactly(iri, RDF_TYPE, RDFS_LABEL, LGO + "statedIn", *WORDS, *SAYS)
        for facet, became in READS.items():
            self.carried.weaker(iri, facet, became)
        path = self.material.values(iri, LGO + "statedIn", PAGE)
        content = {
            "informationType": "container",
            "type": {"coding": [self.coding(kind)]},
            **({"path": path} if path else {}),
            "component": parts,
        }
        return {
            **self.resource("ArtifactAssessment", _split(iri)[1], PAGE, *lines),
            "title": self.label(iri),
            "artifactReference": {"reference": page},
            "content": [content],
        }

    def entry(self, iri: str) -> Json:
        """Return what the list of codes says of one."""
        system, code = _split(iri)
        layer = _LAYERS[system]
        made: Json = {"code": code, "display": self.label(iri)}
        definition = self.material.value(iri, SKOS + "definition", layer)
        if definition:
            made["definition"] = definition
        synonyms = self.material.values(iri, SKOS + "altLabel", layer)
        if synonyms:
            made["designation"] = [{"language": "en", "value": one} for one in synonyms]
        if system == LGD:
            self.carried.exactly(iri, RDF_TYPE, RDFS_LABEL, SKOS + "altLabel", *TELLS)
            said = [(_KIND, term) for term in self.material.terms(iri, RDF_TYPE, layer)]
            said += [(_split(one)[1], term) for one in TELLS for term in self.material.terms(iri, one, layer)]
            made["property"] = [{"code": name, **self.value(term)} for name, term in said]
        return made

    def value(self, term: Term) -> Json:
        if isinstance(term, ox.NamedNode):
            return {"valueCoding": self.coding(term.value)}
        if isinstance(term, ox.Literal) and term.datatype.value == _BOOLEAN:
            return {"valueBoolean": term.value == "true"}
        raise DataError(f"{term}: FHIR codes of this export tell terms, true and false only. Give one of them.")

    def code_system(self, system: str, entries: list[Json]) -> Json:
        """Return the codes that one namespace gives to this bundle; there are more of them."""
        name = system.rstrip("/").rsplit("/", 1)[1]
        line = f"Codes of Leukograph that this bundle uses, from {system}."
        made = {
            **self.resource("CodeSystem", name, _LAYERS[system], line),
            "url": system,
            "name": _NAMES[system],
            "title": line,
            "status": "draft",
            "experimental": True,
            "description": NOTICE,
            "caseSensitive": True,
            "content": "fragment",
        }
        properties = [{"code": _KIND, "uri": RDF_TYPE, "type": "Coding"}]
        for name in sorted({one["code"] for entry in entries for one in entry.get("property", ())} - {_KIND}):
            values = [one for entry in entries for one in entry.get("property", ()) if one["code"] == name]
            kind = "boolean" if "valueBoolean" in values[0] else "Coding"
            properties.append({"code": name, "uri": LGO + name, "description": self.label(LGO + name), "type": kind})
        return {**made, **({"property": properties} if system == LGD else {}), "concept": entries}


def _split(iri: str) -> tuple[str, str]:
    """Return the namespace and the name of one of our IRIs."""
    for start in _LAYERS:
        name = iri.removeprefix(start)
        if name != iri and "/" not in name:
            return start, name
    raise DataError(f"{iri}: FHIR codes of this export are names of this project. Give such a name.")


def _stated(material: Material) -> list[str]:
    """Return the kinds of statement there are, and the topic that the page does not treat."""
    return [*material.subjects(RDFS + "subClassOf", LGO + "Statement", ONTOLOGY), LGO + "LeftOutTopic"]


def _is_told(term: object) -> bool:
    return not isinstance(term, ox.Literal) or term.language == "en" or term.datatype.value == _BOOLEAN


def _shown(concept: Json) -> str:
    return str(concept["coding"][0]["display"] if "coding" in concept else concept["text"])


def _fhir(material: Material) -> Exported:
    writer = _Writer(material)
    page = material.page()
    resources = [writer.citation(page)]
    for iri, kind in sorted((iri, one) for one in _stated(material) for iri in material.instances(one, PAGE)):
        resources.append(writer.statement(iri, kind, page))
    writer.used |= {iri for thing in THINGS for iri in material.instances(thing, PAGE)}
    entries: dict[str, Json] = {}
    while writer.used - set(entries):  # what is said of a code may use further codes
        entries |= {iri: writer.entry(iri) for iri in sorted(writer.used - set(entries))}
    for system in _LAYERS:
        own = [entries[iri] for iri in sorted(entries) if iri.startswith(system)]
        resources.append(writer.code_system(system, own))
    bundle = {
        "resourceType": "Bundle",
        "id": "leukograph",
        "meta": {"tag": [TAG]},
        "language": "en",
        "type": "collection",
        "entry": [{"fullUrl": _address(one), "resource": one} for one in resources],
    }
    # Every text is English, as each resource says: one in another language, or in none, is not had back exactly.
    writer.carried.quads = {one for one in writer.carried.quads if _is_told(one.object)}
    from json import dumps

    written = dumps(bundle, ensure_ascii=False, indent=1) + "\n"
    return Exported((("fhir.json", written.encode()),), writer.carried.losses())


def _address(resource: Json) -> str:
    """Return the fullUrl: the IRI that the resource is about; it is no address of a FHIR server."""
    if resource["resourceType"] == "CodeSystem":
        return str(resource["url"]).rstrip("/")
    return LGD + str(resource["id"])


FORMATS = (
    Format(
        "fhir",
        "what the page says as comments on it, a FHIR R5 Bundle",
        ".json",
        "FHIR R5 software",
        "cues, mentions, positions and places in lists; it makes no indication of an option",
        (PAGE,),
        _fhir,
    ),
)
