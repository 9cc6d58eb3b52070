"""Over every format and every record: no export states a stronger relation, an approval, or a wider scope.

Each format has a reader here that gives what a user of it finds: triples of our vocabulary, ties between a therapy and
whom it is for that do not go by a statement, and the terms of others that it uses. One check holds all of them to the
graph. A format without a reader fails.
"""

import csv
import functools
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest

import test_export_fhir as fhir
import test_export_graphs as graphs
import test_export_kgx as kgx
import test_export_obograph as obograph
import test_export_schema_org as schema_org
import test_export_sssom as sssom
from leukograph import biolink, bundling, exporting, material
from leukograph.material import Material
from leukograph.names import GRAPHS, LGD, LGO, LGV, RDF_TYPE, RDFS_LABEL
from leukograph.records import Exported

ROOT = Path(__file__).parents[1]
FORMATS = exporting.formats()
OPTION = LGO + "TreatmentOptionStatement"
LIMITS = ("forDisease", "coversState", "forAgeGroup", "hasModality", "withinRegimen", "hasResearchStatus")
# Relations that say no more of a therapy and a group than that it is a possible option, or in trials.
WEAK = {"possibleTreatment", biolink.OPTION}
STRONG = re.compile(r"approv|indicat|efficac|effective|first.?line|recommended|ranking|\btreats\b|cures", re.IGNORECASE)


class Tie(NamedTuple):
    """A therapy and whom it is for, tied by a relation of the format, with the names that both ends have there."""

    relation: str
    statement: str
    therapy: str
    group: str


class Said(NamedTuple):
    """What a reader of an export finds in it."""

    triples: set[str]
    terms: set[str]
    ties: tuple[Tie, ...] = ()


def of_quads(quads: Iterator[ox.Quad] | list[ox.Quad] | set[ox.Quad]) -> Said:
    held = [quad.triple for quad in quads if not isinstance(quad.object, ox.Triple)]  # what is quoted is not said
    terms = {one.predicate.value for one in held} | {str(one.object) for one in held if one.predicate.value == RDF_TYPE}
    return Said({str(one) for one in held}, terms)


def of_rdf(files: Exported) -> Said:
    parsed = (ox.parse(part, format=ox.RdfFormat.from_extension(name.rsplit(".", 1)[-1])) for name, part in files.files)
    return of_quads([quad for quads in parsed for quad in quads])


def of_tree(files: Exported) -> Said:
    return of_quads(list(ox.parse(files.files[0][1], format=ox.RdfFormat.JSON_LD)))


def keys(held: Any) -> set[str]:
    """Return every key of a JSON document, and the kinds that it gives its objects."""
    if isinstance(held, list):
        return set().union(*map(keys, held))
    if not isinstance(held, dict):
        return set()
    kinds = {str(held[key]) for key in ("resourceType", "type", "@type") if isinstance(held.get(key), str)}
    return {*held, *kinds}.union(*map(keys, held.values()))


def of_fhir(files: Exported) -> Said:
    read = fhir.bundle(files)
    back = fhir.triples(read) if "ArtifactAssessment" in str(read) else fhir.matches(read)
    return Said({f"<{one}> <{two}> {three}" for one, two, three in back}, keys(read))


def of_schema_org(files: Exported) -> Said:
    quads = schema_org.parsed(json.loads(files.files[0][1]))
    read = schema_org.Read(quads)
    ties = []
    for (subject, relation), objects in read.values.items():
        kinds = {one.removeprefix(schema_org.SCHEMA) for one in read.of(subject, RDF_TYPE)}
        if "MedicalCondition" in kinds:
            things = [one for one in objects if one.startswith(LGD)]
            ties += [Tie(relation, "", one, read.of(subject, "name")[0]) for one in things]
    terms = {quad.predicate.value.removeprefix(schema_org.SCHEMA) for quad in quads}
    return Said({f"<{one}> <{two}> {three}" for one, two, three in schema_org.triples(read)}, terms, tuple(ties))


def of_kgx(files: Exported) -> Said:
    read = kgx.Files.__new__(kgx.Files)
    read.made, read.text = files, {name: content.decode() for name, content in files.files}
    read.context = json.loads(read.text["leukograph_context.jsonld"])["@context"]
    nodes, edges = read.lines("nodes"), read.lines("edges")
    found = {quad.rpartition(" <")[0] for quad in kgx.quads_of(read, nodes, edges)}
    names, ties = {node["id"]: node["name"] for node in nodes}, []
    diseases = {node["id"] for node in nodes if "biolink:Disease" in node["category"]}
    for edge in edges:
        for column, name in (("modality", "hasModality"), ("hedge", "hasHedge")):
            if column in edge:
                found.add(f"<{edge['statement'][0]}> <{LGO}{name}> <{read.expand(edge[column])}>")
        if {edge["subject"], edge["object"]} & diseases and not {edge["subject"], edge["object"]} <= diseases:
            ties.append(
                Tie(
                    edge["predicate"].removeprefix("biolink:"),
                    edge.get("statement", [""])[0],
                    names[edge["subject"]],
                    names[edge["object"]],
                )
            )
    return Said(
        found, {edge["predicate"] for edge in edges} | {key for one in nodes + edges for key in one}, tuple(ties)
    )


def of_croissant(files: Exported) -> Said:
    held = dict(files.files)
    fields = json.loads(held["croissant.json"])["recordSet"][0]["field"]
    found = set()
    for row in csv.DictReader(io.StringIO(held["statements.csv"].decode(), newline="")):
        for field in fields:
            if "equivalentProperty" in field and row[field["name"]]:
                cells = row[field["name"]].split() if field["dataType"] == "sc:URL" else []
                values = [f"<{one}>" for one in cells] or [_literal(row[field["name"]], field["dataType"])]
                found |= {f"<{row['statement']}> <{field['equivalentProperty']}> {one}" for one in values}
    return Said(found, {field["name"] for field in fields})


def _literal(text: str, kind: str) -> str:
    if kind == "sc:Text":
        return str(ox.Literal(text, language="en"))
    datatype = {"sc:Integer": "integer", "sc:Boolean": "boolean"}[kind]
    return str(ox.Literal(text, datatype=ox.NamedNode(graphs.XSD + datatype)))


def of_sssom(files: Exported) -> Said:
    text = files.files[0][1].decode()
    meta, rows = sssom.read(text)
    return Said({quad.rpartition(" <")[0] for quad in sssom.quads_of(text)}, {*meta, *rows[0]})


def of_obograph(files: Exported) -> Said:
    said = of_quads(list(obograph.restored(files)))
    return said._replace(terms=said.terms | keys(json.loads(files.files[0][1])))


def of_bundle(files: Exported) -> Said:
    """Read every file by the reader of its format; the rest says nothing of any therapy."""
    parts: dict[tuple[str, str], list[tuple[str, bytes]]] = {}
    for path, content in files.files:
        first, _, rest = path.partition("/")
        name, folder = first.partition(".")[0], rest.rpartition("/")[0]
        one = FORMATS.get(name)
        if first == "losses" or path in ("LICENSE", "LICENSE-DATA", "NOTICE", bundling.SUMS):
            continue
        if path == "README.md":
            prose = re.sub(r"`.*?`", "", content.decode())  # without the names of files
            assert not [label for label in _therapy_names() if label in prose]
            continue
        assert one, f"{path}: of no format"
        parts.setdefault((name, path if one.ending else folder), []).append((path.rsplit("/", 1)[-1], content))
    said = [READERS[name](Exported(tuple(held))) for (name, _), held in parts.items()]
    assert {name for name, _ in parts} == set(FORMATS) - {"bundle"}
    return Said(
        set().union(*(one.triples for one in said)),
        set().union(*(one.terms for one in said)),
        tuple(tie for one in said for tie in one.ties),
    )


READERS: dict[str, Callable[[Exported], Said]] = {
    **dict.fromkeys(("turtle", "ntriples", "rdfxml", "trig", "nquads", "rdf12", "nanopub"), of_rdf),
    **dict.fromkeys(("dcat", "sparql-examples"), of_rdf),
    **dict.fromkeys(("jsonld", "jsonld-framed"), of_tree),
    **dict.fromkeys(("fhir", "fhir-concept-maps"), of_fhir),
    **{name: lambda files, read=read: of_quads(read(files)) for name, read in graphs.READERS.items()},  # type: ignore[misc]
    "bundle": of_bundle,
    "croissant": of_croissant,
    "kgx": of_kgx,
    "obograph": of_obograph,
    "schema-org": of_schema_org,
    "sssom": of_sssom,
}


@functools.cache
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


def _therapy_names() -> set[str]:
    options = whole().instances(OPTION, "page")
    therapies = {one for option in options for one in whole().values(option, LGO + "describesTherapy", "page")}
    return {label for one in therapies for label in whole().values(one, RDFS_LABEL)}


def labels(iri: str) -> list[str]:
    return whole().values(iri, RDFS_LABEL, "page", "ontology")


def faults(said: Said) -> list[str]:
    """Return in what an export says more than the graph: relation, scope, modality, approval."""
    graph = whole()
    known = {str(quad.triple) for quads in graph.quads.values() for quad in quads}
    ours = {one for one in said.triples if one.split(" ", 2)[1].startswith(f"<{LGO}") and not one.startswith("_:")}
    found = [f"not in the graph: {one}" for one in ours - known]
    options = graph.instances(OPTION, "page")
    therapies = {f"<{one}>" for option in options for one in graph.values(option, LGO + "describesTherapy", "page")}
    diseases = {f"<{one}>" for one in graph.instances(LGO + "Disease")}
    for one in said.triples:
        subject, _, object_ = one.split(" ", 2)
        if {subject, object_} & therapies and {subject, object_} & diseases:
            found.append(f"relation: {one}")
    for option in options:
        if any(one.startswith(f"<{option}> <{LGO}describesTherapy>") for one in said.triples):
            for limit in LIMITS:
                held = {str(quad.triple) for quad in graph.about(option, "page") if quad.predicate.value == LGO + limit}
                found += [f"scope: {option} without {limit}" for one in held - said.triples]
    for tie in said.ties:
        of = [one for one in options if tie.statement in ("", one) and _fits(tie, one)]
        trials = [one for one in of if graph.values(one, LGO + "hasResearchStatus") and tie.relation == biolink.TRIALS]
        if not of:
            found.append(f"scope: {tie}")
        if tie.relation not in WEAK and not trials:
            found.append(f"relation: {tie}")
    return found + [
        f"term: {one}" for one in said.terms if STRONG.search(one) and not one.strip("<").startswith((LGO, LGV))
    ]


def _fits(tie: Tie, option: str) -> bool:
    """Tell whether a tie names the therapy and the whole group of an option, and what the option is a part of."""
    value = whole().values
    limits = [
        *value(option, LGO + "coversState"),
        *value(option, LGO + "forAgeGroup"),
        *value(option, LGO + "forDisease"),
    ]
    (therapy,) = value(option, LGO + "describesTherapy")
    part = [label for one in value(option, LGO + "withinRegimen") for label in labels(one)]
    part += ["different"] * bool(value(option, LGO + "differentFromPrior"))
    same = tie.therapy == therapy or labels(therapy)[0] in tie.therapy
    return same and all(labels(one)[0] in tie.group for one in limits) and all(one in tie.therapy for one in part)


def exports(name: str) -> list[Exported]:
    chosen = ("all",) if "all" in FORMATS[name].graphs else FORMATS[name].graphs
    return [exporting.export(str(ROOT), name, graph) for graph in chosen]


def test_every_format_has_a_reader_here() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_no_export_says_more_than_the_page(name: str) -> None:
    said = [READERS[name](made) for made in exports(name)]
    assert any(one.triples for one in said)
    assert [fault for one in said for fault in faults(one)] == []
    if name in ("kgx", "schema-org"):
        assert any(one.ties for one in said), "these tie therapy and group in words of their own"


# What would say more, as it would be written: format, what stands there, what is put in its place, the fault seen.
SPOILT = [
    ("turtle", "lgd:nelarabine a lgo:Drug",
     "lgd:nelarabine lgo:namedAsOptionFor lgo:PhNegativeALL ; a lgo:Drug", "relation"),
    ("turtle", "lgo:coversState lgv:refractory , lgv:relapsed", "lgo:coversState lgv:relapsed", "scope"),
    ("ntriples", "hasModality> <https://w3id.org/leukograph/vocabulary/possible>",
     "hasModality> <https://w3id.org/leukograph/vocabulary/recommended>", "not in the graph"),
    ("trig", "lgo:forAgeGroup lgv:childhood ;", "", "scope"),
    ("rdf12", ")>> .", ")>> . lgd:nelarabine lgo:namedAsOptionFor lgo:PhNegativeALL .", "relation"),
    ("kgx", '"biolink:treats_or_applied_or_studied_to_treat"', '"biolink:treats"', "relation"),
    ("kgx", ', refractory or relapsed, childhood"', '"', "scope"),
    ("kgx", ", within chemotherapy regimen with a different drug combination", "", "scope"),
    ("schema-org", '"possibleTreatment"', '"primaryPrevention"', "relation"),
    ("schema-org", 'ALL, refractory or relapsed, childhood"', 'ALL"', "scope"),
    ("croissant", "vocabulary/refractory https://w3id.org/leukograph/vocabulary/relapsed",
     "vocabulary/relapsed", "scope"),
    ("csv", "leukograph/vocabulary/childhood", "leukograph/vocabulary/adult", "not in the graph"),
    ("fhir", '"experimental":', '"approvalDate":', "term"),
    ("dcat", "dcterms:license", "<urn:x:approvedFor>", "term"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "fault"), SPOILT)
def test_what_says_more_is_seen(name: str, old: str, new: str, fault: str) -> None:
    made = exports(name)[0] if name != "turtle" else exporting.export(str(ROOT), name)
    if name == "ntriples":
        made = exporting.export(str(ROOT), name, "page")
    assert any(old.encode() in content for _, content in made.files)
    spoilt = Exported(tuple((path, content.replace(old.encode(), new.encode())) for path, content in made.files))
    found = faults(READERS[name](spoilt))
    assert [one for one in found if one.startswith(fault)], found[:3]
