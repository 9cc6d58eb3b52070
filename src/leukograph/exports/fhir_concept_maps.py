"""FHIR R5: the matches of our terms with those of other vocabularies, as a ConceptMap for each source.

Elements and codes are those of the R5 definitions (package hl7.fhir.r5.core, version 5.0.0). The addresses of the other
code systems are those that HL7's terminology marks as preferred (package hl7.terminology.r5, version 7.0.1, naming
systems MeSH, icd10CM, v3-nciThesaurus, v3-rxNorm); a vocabulary without one there, or whose form of a code is not told
there, is left out.
"""

from html import escape
from typing import Any

import pyoxigraph as ox

from leukograph.material import Carried, Format, Material
from leukograph.names import LGD, LGO, LGV, MAPPINGS, PREFIXES, RDF_TYPE, RDFS_LABEL, SKOS, graph_iri
from leukograph.records import Exported

Json = dict[str, Any]

SSSOM = "https://w3id.org/sssom/"
NOTICE = (
    "Not a clinical product and not medical advice: this says which terms mean the same, or nearly the same; it says "
    "nothing of treatment."
)
TAG = {"code": "not-a-clinical-product", "display": NOTICE}
SYSTEMS = {
    PREFIXES["ICD10CM"]: "http://hl7.org/fhir/sid/icd-10-cm",
    PREFIXES["MESH"]: "https://www.nlm.nih.gov/mesh",
    PREFIXES["NCIT"]: "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    PREFIXES["RXNORM"]: "http://www.nlm.nih.gov/research/umls/rxnorm",
}
# From the value set concept-map-relationship. A broad match has the broader term on the other side.
RELATIONS = {
    SKOS + "exactMatch": "equivalent",
    SKOS + "closeMatch": "related-to",
    SKOS + "broadMatch": "source-is-narrower-than-target",
    SKOS + "narrowMatch": "source-is-broader-than-target",
}
NARROWER = "The other term is narrower."  # where a broader source needs a comment (rule cmd-1) and the record has none
_OWN = (LGD, LGO, LGV)
_BARE = (SSSOM + "object_label", SSSOM + "object_source_version")
_CODES = (
    {"code": "record", "type": "Coding", "description": "The record of the mapping in Leukograph."},
    {"code": "justification", "type": "string", "uri": SSSOM + "mapping_justification"},
    {"code": "version", "type": "string", "uri": SSSOM + "object_source_version"},
)


def _split(iri: str, starts: tuple[str, ...]) -> tuple[str, str]:
    start = next((one for one in starts if iri.startswith(one)), "")
    return start, iri.removeprefix(start)


def _target(material: Material, record: str, predicate: str, code: str) -> Json:
    """Return one match: the other code, how it relates, and the record that says so."""
    value = material.value
    told = {
        "justification": value(record, SSSOM + "mapping_justification", MAPPINGS),
        "version": value(record, SSSOM + "object_source_version", MAPPINGS),
    }
    coding = {"system": LGD, "code": _split(record, _OWN)[1], "display": value(record, RDFS_LABEL, MAPPINGS)}
    comment = value(record, SSSOM + "comment", MAPPINGS)
    if RELATIONS[predicate] == "source-is-broader-than-target":
        comment = comment or NARROWER
    display = value(record, SSSOM + "object_label", MAPPINGS)
    return {
        "code": code,
        **({"display": display} if display else {}),
        "relationship": RELATIONS[predicate],
        **({"comment": comment} if comment else {}),
        "property": [
            {"code": "record", "valueCoding": coding},
            *({"code": name, "valueString": text} for name, text in told.items() if text),
        ],
    }


def _groups(material: Material, source: str, carried: Carried) -> list[Json]:
    """Return the matches that a source gives, those from and to the same vocabularies together."""
    groups: dict[tuple[str, str], dict[str, list[Json]]] = {}
    for record in material.instances(SSSOM + "Mapping", MAPPINGS):
        if material.value(record, LGO + "fromSource", MAPPINGS) != source:
            continue
        ours, predicate, other = (
            material.value(record, SSSOM + name, MAPPINGS) for name in ("subject_id", "predicate_id", "object_id")
        )
        (near, name), (far, code) = _split(ours, _OWN), _split(other, tuple(SYSTEMS))
        if not near or not far or predicate not in RELATIONS:
            continue
        targets = groups.setdefault((near, SYSTEMS[far]), {}).setdefault(name, [])
        targets.append(_target(material, record, predicate, code))
        told = ("subject_id", "predicate_id", "object_id", "object_label", "comment", "object_source_version")
        about = (RDF_TYPE, RDFS_LABEL, LGO + "fromSource", SSSOM + "mapping_justification")
        carried.exactly(record, *about, *(SSSOM + one for one in told), graphs=(MAPPINGS,))
        match = (predicate, ox.NamedNode(other))
        carried.quads |= {one for one in material.about(ours, MAPPINGS) if (one.predicate.value, one.object) == match}
    return [
        {
            "source": near,
            "target": far,
            "element": [
                {"code": name, "display": material.value(near + name, RDFS_LABEL), "target": targets}
                for name, targets in sorted(elements.items())
            ],
        }
        for (near, far), elements in sorted(groups.items())
    ]


def _concept_map(material: Material, source: str, carried: Carried) -> Json | None:
    groups = _groups(material, source, carried)
    if not groups:
        return None
    label = material.value(source, RDFS_LABEL, MAPPINGS)
    details = [
        f"{name} {', '.join(material.values(source, predicate, MAPPINGS))}"
        for name, predicate in (
            ("repository", LGO + "sourceRepository"),
            ("file", LGO + "sourceFile"),
            ("version", LGO + "sourceVersion"),
            ("licence", "http://purl.org/dc/terms/license"),
        )
    ]
    origin = f"{label}: {'; '.join(details)}"
    notes = material.value(source, LGO + "attribution", MAPPINGS)
    carried.exactly(source, RDF_TYPE, RDFS_LABEL, LGO + "attribution", graphs=(MAPPINGS,))
    carried.weaker(source, "source", "repository, file, version and licence as one line of citation")
    text = "".join(f"<p>{escape(line)}</p>" for line in (f"Matches by {origin}.", notes, NOTICE))
    return {
        "resourceType": "ConceptMap",
        "id": _split(source, _OWN)[1],
        "meta": {"source": graph_iri(MAPPINGS), "tag": [TAG]},
        "language": "en",
        "text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'},
        "title": label,
        "status": "draft",
        "experimental": True,
        "description": NOTICE,
        "copyright": notes,
        "relatedArtifact": [{"type": "derived-from", "citation": origin}],
        "property": list(_CODES),
        "group": groups,
    }


def _language(quad: ox.Quad) -> str | None:
    bare = isinstance(quad.object, ox.Literal) and quad.predicate.value in _BARE
    return None if bare else "en"


def _bundle(material: Material) -> Exported:
    carried = Carried(material)
    found = [_concept_map(material, one, carried) for one in material.instances(LGO + "Source", MAPPINGS)]
    bundle = {
        "resourceType": "Bundle",
        "id": "leukograph-mappings",
        "meta": {"source": graph_iri(MAPPINGS), "tag": [TAG]},
        "language": "en",
        "type": "collection",
        "entry": [{"fullUrl": LGD + str(one["id"]), "resource": one} for one in found if one],
    }
    # Texts are English, as each resource says, but for two of the other vocabulary that have no language.
    carried.quads = {one for one in carried.quads if getattr(one.object, "language", "en") == _language(one)}
    from json import dumps

    written = dumps(bundle, ensure_ascii=False, indent=1) + "\n"
    return Exported((("fhir-concept-maps.json", written.encode()),), carried.losses())


FORMATS = (
    Format(
        "fhir-concept-maps",
        "matches with other vocabularies, a FHIR R5 ConceptMap for each source",
        ".json",
        "FHIR R5 software",
        "matches with vocabularies for whose codes HL7 names no address",
        (MAPPINGS,),
        _bundle,
    ),
)
