"""SSSOM: the mappings as a table with its metadata block. Slots are those of SSSOM 1.1 (sssom-schema 1.1.0a5)."""

import csv
import io
from json import dumps

import pyoxigraph as ox

from leukograph.errors import DataError
from leukograph.facets import facet
from leukograph.material import Carried, Format, Material
from leukograph.names import (
    BACKGROUND,
    BASE,
    DCTERMS,
    LGD,
    LGO,
    MAPPINGS,
    ONTOLOGY,
    PAGE,
    PREFIXES,
    RDF_TYPE,
    RDFS_LABEL,
    expand,
    graph_iri,
    shorten,
)
from leukograph.records import Exported

_SSSOM = PREFIXES["sssom"]
# Slots that a record of ours fills: the property, and how its value is spelled (`en` is text in English).
RECORD = {
    "subject_id": (_SSSOM + "subject_id", "iri"),
    "predicate_id": (_SSSOM + "predicate_id", "iri"),
    "object_id": (_SSSOM + "object_id", "iri"),
    "object_label": (_SSSOM + "object_label", "plain"),
    "mapping_justification": (_SSSOM + "mapping_justification", "iri"),
    "object_source_version": (_SSSOM + "object_source_version", "plain"),
    "see_also": (LGO + "fromSource", "full"),
    "comment": (_SSSOM + "comment", "en"),
}
# The vocabularies of the objects, by the prefix that the Bioregistry has for what our prefix stands for: as
# prefixmaps 0.2.6 has its registry (data/bioregistry.csv). RxNorm is not in it, and has none here.
REGISTRY = ("bioregistry", "https://bioregistry.io/registry/")
VOCABULARIES = {
    prefix: prefix.lower()
    for prefix in (
        *("CADSR", "CHEBI", "CIVIC.GID", "CIVIC.TID", "CIVIC.VID", "DOID", "HGNC", "ICD10CM", "MAXO", "MESH", "MONDO"),
        *("NCBIGENE", "NCIT", "ONCOTREE", "SO", "UMLS"),
    )
} | {"ORPHANET": "orphanet.ordo"}
# Works that hold an extract of a vocabulary: their date is not that of a release of it.
EXTRACTS = {LGD + "mapping-source-mondo-hgnc-import", LGD + "mapping-source-mondo-nci-thesaurus"}
VERSION = "version of the work under see_also: "
# The order of the schema. Authors, dates and confidence are not recorded, and no tool made a mapping: no slot for them.
COLUMNS = (
    "record_id",
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "license",
    "subject_source",
    "object_source",
    "object_source_version",
    "see_also",
    "other",
    "comment",
)
CURIES = ("record_id", "subject_id", "predicate_id", "object_id", "mapping_justification", *COLUMNS[8:10])
_LICENCES = (
    "The matches are the work of the creators, under the licence of the set and its rows. Identifiers and labels were "
    "read in the works that see_also names and keep their licences. These, with the notices that they ask for:"
)


def _row(carried: Carried, record: str) -> dict[str, str]:
    """Return the row of a mapping record, and note what of it can be had back."""
    material = carried.material
    row = {"record_id": _curie(record)}
    for column, (predicate, spelling) in RECORD.items():
        held = material.value(record, predicate, MAPPINGS)
        if not held:
            continue
        row[column] = _curie(held) if spelling == "iri" else held
        if material.terms(record, predicate, MAPPINGS) == [_term(held, spelling)]:
            carried.exactly(record, predicate, graphs=[MAPPINGS])
        else:
            carried.weaker(record, facet(predicate), f"{column}, without language or datatype")
    carried.exactly(record, RDF_TYPE, graphs=[MAPPINGS])
    subject = material.value(record, _SSSOM + "subject_id", MAPPINGS)
    homes = [graph for graph in (ONTOLOGY, PAGE, BACKGROUND) if material.terms(subject, RDF_TYPE, graph)]
    if not homes:
        raise DataError(f"{record}: no graph says what {subject} is. Map a thing that the project has.")
    row["subject_label"] = material.value(subject, RDFS_LABEL, homes[0])
    row["subject_source"] = _curie(graph_iri(homes[0]))
    row["license"] = _licence(material)
    if vocabulary := VOCABULARIES.get(row["object_id"].partition(":")[0]):
        row["object_source"] = f"{REGISTRY[0]}:{vocabulary}"
    if row.get("see_also") in EXTRACTS and "object_source_version" in row:
        row["other"] = VERSION + row.pop("object_source_version")
    return row


def _licence(material: Material) -> str:
    """Return the licence of our own work, to which the matches belong, as the ontology says it."""
    return material.value(BASE + "ontology", DCTERMS + "license", ONTOLOGY)


def _curie(iri: str) -> str:
    curie = shorten(iri)
    if expand(curie) != iri:
        raise DataError(f"{iri}: no prefix shortens it, and SSSOM tables hold short forms. Add its prefix to PREFIXES.")
    return curie


def _term(held: str, spelling: str) -> ox.NamedNode | ox.Literal:
    if spelling in ("iri", "full"):
        return ox.NamedNode(held)
    return ox.Literal(held, language="en") if spelling == "en" else ox.Literal(held)


def _direct(carried: Carried) -> None:
    """Note the matches that stand beside their records: the row of a record gives both."""
    material = carried.material
    for record in material.instances(_SSSOM + "Mapping", MAPPINGS):
        subject, predicate, object_ = (
            material.value(record, _SSSOM + slot, MAPPINGS) for slot in ("subject_id", "predicate_id", "object_id")
        )
        carried.link(subject, predicate, object_, MAPPINGS)


def _notices(carried: Carried) -> list[str]:
    """Return a line for each source with its licence and the notice that it asks for."""
    material, lines = carried.material, [_LICENCES]
    for source in material.instances(LGO + "Source", MAPPINGS):
        notice = material.value(source, LGO + "attribution", MAPPINGS)
        licence = material.value(source, DCTERMS + "license", MAPPINGS)
        lines.append(f"{source} <{licence}> {notice}")
        carried.exactly(source, DCTERMS + "license", graphs=[MAPPINGS])
        if material.terms(source, LGO + "attribution", MAPPINGS) == [_term(notice, "en")]:
            carried.exactly(source, LGO + "attribution", graphs=[MAPPINGS])
    return lines


def _block(carried: Carried, rows: list[dict[str, str]]) -> list[str]:
    """Return the metadata block: YAML, each value in double quotes as JSON writes it, each line behind a #."""
    material, header = carried.material, (BASE + "ontology", ONTOLOGY)
    used = {row[key].partition(":")[0] for row in rows for key in CURIES if key in row}
    starts = PREFIXES | dict([REGISTRY])
    block = {
        "sssom_version": "1.1",
        "mapping_set_id": graph_iri(MAPPINGS),
        "mapping_set_version": material.version(),
        "mapping_set_title": "Leukograph mappings",
        "creator_label": material.values(header[0], DCTERMS + "creator", header[1]),
        "license": _licence(material),
        "curie_map": {prefix: starts[prefix] for prefix in sorted(used)},
        "comment": "\n".join(_notices(carried)),
    }
    lines = []
    for slot, held in block.items():
        if isinstance(held, str):
            lines.append(f"{slot}: {_quoted(held)}")
        elif isinstance(held, dict):
            lines += [f"{slot}:", *(f"  {key}: {_quoted(value)}" for key, value in held.items())]
        else:
            lines += [f"{slot}:", *(f"  - {_quoted(value)}" for value in held)]
    return [f"#{line}" for line in lines]


def _quoted(text: str) -> str:
    return dumps(text, ensure_ascii=False)


def _make(material: Material) -> Exported:
    carried = Carried(material)
    rows = [_row(carried, record) for record in material.instances(_SSSOM + "Mapping", MAPPINGS)]
    _direct(carried)
    table = io.StringIO()
    table.write("".join(f"{line}\n" for line in _block(carried, rows)))
    writer = csv.DictWriter(table, COLUMNS, delimiter="\t", lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return Exported((("sssom.tsv", table.getvalue().encode()),), carried.losses())


FORMATS = (
    Format(
        "sssom",
        "the mappings as an SSSOM table with its metadata",
        ".tsv",
        "sssom-py and other software of mapping sets",
        "names of the records, and files, repositories and versions of their sources",
        (MAPPINGS,),
        _make,
    ),
)
