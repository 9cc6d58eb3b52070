"""`leukograph export obograph`: other software reads it, and all but what is told as lost can be had back from it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import checking_tools
from leukograph import exporting, material, names
from leukograph.material import Material
from leukograph.names import (
    GRAPHS,
    LGD,
    LGO,
    MAPPINGS,
    ONTOLOGY,
    OWL,
    PAGE,
    RDF,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SKOS,
    graph_iri,
)
from leukograph.records import Exported

ROOT = Path(__file__).parents[1]
CHOICES = (*GRAPHS, "all")
SH = "http://www.w3.org/ns/shacl#"
LANGUAGE = "http://purl.org/dc/terms/language"
TYPES = {
    ("CLASS", None): "Class",
    ("PROPERTY", "OBJECT"): "ObjectProperty",
    ("PROPERTY", "DATA"): "DatatypeProperty",
    ("PROPERTY", "ANNOTATION"): "AnnotationProperty",
}
Made = Callable[[str], Exported]
# The keys of schema/obographs-schema.json in github.com/geneontology/obographs, with what stands under each.
META: dict[str, Any] = {
    "definition": "value",
    "synonyms": ["value"],
    "xrefs": ["value"],
    "basicPropertyValues": ["value"],
    "version": "",
}
SCHEMA: dict[str, dict[str, Any]] = {
    "document": {"graphs": ["graph"]},
    "graph": {
        "id": "", "lbl": "", "meta": "meta", "nodes": ["node"], "edges": ["edge"],
        "logicalDefinitionAxioms": ["definition"], "propertyChainAxioms": ["chain"],
    },
    "node": {"id": "", "lbl": "", "type": "", "propertyType": "", "meta": "meta"},
    "edge": {"sub": "", "pred": "", "obj": ""},
    "meta": META,
    "value": {"pred": "", "val": "", "synonymType": "", "meta": "meta"},
    "definition": {"definedClassId": "", "genusIds": [""], "restrictions": ["restriction"]},
    "restriction": {"propertyId": "", "fillerId": ""},
    "chain": {"predicateId": "", "chainPredicateIds": [""]},
}  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module")
def made() -> Made:
    kept: dict[str, Exported] = {}
    return lambda graph: kept.setdefault(graph, exporting.export(str(ROOT), "obograph", graph))


def graphs(export: Exported) -> list[dict[str, Any]]:
    ((name, content),) = export.files
    assert name == "obograph.json"
    read: list[dict[str, Any]] = json.loads(content)["graphs"]
    return read


def iri(text: str) -> ox.NamedNode:
    return ox.NamedNode(text)


def restored(export: Exported) -> Iterator[ox.Quad]:
    """Yield the quads that a document holds: how a reader of it would get RDF again."""
    document = graphs(export)
    classes = {node["id"] for graph in document for node in graph["nodes"] if node.get("type") == "CLASS"}
    for graph in document:
        layer = iri(graph["id"])
        for subject, predicate, said in (*nodes(graph), *edges(graph), *axioms(graph, classes)):
            yield ox.Quad(iri(subject) if isinstance(subject, str) else subject, iri(predicate), said, layer)


def nodes(graph: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for node in graph["nodes"]:
        one, meta = node["id"], node.get("meta", {})
        kind = TYPES.get((node.get("type"), node.get("propertyType")))
        if kind:
            yield one, RDF_TYPE, iri(OWL + kind)
        if "lbl" in node:
            yield one, RDFS_LABEL, ox.Literal(node["lbl"], language="en")
        if "definition" in meta:
            yield one, SKOS + "definition", ox.Literal(meta["definition"]["val"], language="en")
        for synonym in meta.get("synonyms", []):
            assert synonym["pred"] == "hasRelatedSynonym"
            yield one, synonym["synonymType"], value(synonym)
        for xref in meta.get("xrefs", []):
            yield one, xref["pred"], iri(names.expand(xref["val"]) or xref["val"])
        for other in meta.get("basicPropertyValues", []):
            yield one, other["pred"], value(other)


def value(one: dict[str, Any]) -> ox.Literal | ox.NamedNode:
    said = [(more["pred"], more["val"]) for more in one.get("meta", {}).get("basicPropertyValues", [])]
    if not said:
        return ox.Literal(one["val"], language="en")
    ((predicate, term),) = said
    if predicate == SH + "nodeKind":
        assert term == SH + "IRI"
        return iri(one["val"])
    if predicate == LANGUAGE:
        return ox.Literal(one["val"], language=term)
    assert predicate == SH + "datatype"
    return ox.Literal(one["val"], datatype=iri(term))


def edges(graph: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for edge in graph["edges"]:
        predicate = {"is_a": RDFS + "subClassOf", "type": RDF_TYPE}.get(edge["pred"], edge["pred"])
        yield edge["sub"], predicate, iri(edge["obj"])


def axioms(graph: dict[str, Any], classes: set[str]) -> Iterator[tuple[Any, str, Any]]:
    for axiom in graph["logicalDefinitionAxioms"]:
        node, members = ox.BlankNode(), [iri(one) for one in axiom["genusIds"]]
        for one in axiom["restrictions"]:
            restriction = ox.BlankNode()
            members.append(restriction)  # type: ignore[arg-type]
            yield restriction, RDF_TYPE, iri(OWL + "Restriction")
            yield restriction, OWL + "onProperty", iri(one["propertyId"])
            kind = "someValuesFrom" if one["fillerId"] in classes else "hasValue"
            yield restriction, OWL + kind, iri(one["fillerId"])
        yield axiom["definedClassId"], OWL + "equivalentClass", node
        yield node, RDF_TYPE, iri(OWL + "Class")
        yield from listed(node, OWL + "intersectionOf", members)
    for chain in graph["propertyChainAxioms"]:
        steps = [iri(one) for one in chain["chainPredicateIds"]]
        yield from listed(chain["predicateId"], OWL + "propertyChainAxiom", steps)


def listed(subject: object, predicate: str, members: list[Any]) -> Iterator[tuple[Any, str, Any]]:
    for member in members:
        cell = ox.BlankNode()
        yield subject, predicate, cell
        yield cell, RDF + "first", member
        subject, predicate = cell, RDF + "rest"
    yield subject, predicate, iri(RDF + "nil")


def lexical(quads: Iterator[ox.Quad] | list[ox.Quad]) -> list[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


@pytest.mark.parametrize("graph", CHOICES)
def test_what_is_not_told_as_lost_can_be_had_back(whole: Material, made: Made, graph: str) -> None:
    export = made(graph)
    lost = {(one.graph, one.record, was) for one in export.losses for was in one.was}
    kept = [
        quad
        for name in (GRAPHS if graph == "all" else (graph,))
        for quad in whole.quads[name]
        if (name, str(quad.subject).strip("<>"), f"{quad.predicate} {quad.object}") not in lost
    ]
    assert kept
    assert lexical(list(restored(export))) == lexical(kept)


def test_only_axioms_without_a_form_are_lost(whole: Material, made: Made) -> None:
    for graph in GRAPHS:
        assert bool(made(graph).losses) == (graph == ONTOLOGY)
    losses = made("all").losses
    assert losses == made(ONTOLOGY).losses
    assert sum(len(one.was) for one in losses) == 82
    assert all(one.record.startswith("_:") and one.how == "lost" for one in losses)
    heads = {"owl#AllDisjointClasses", "rdf-schema#subClassOf"}
    tops = [was for one in losses for was in one.was if any(head in was for head in heads)]
    assert len(tops) == 6
    (ontology,) = graphs(made(ONTOLOGY))
    defined = {axiom["definedClassId"] for axiom in ontology["logicalDefinitionAxioms"]}
    assert defined == set(whole.instances(LGO + "Disease")) - {LGO + "AcuteLymphoblasticLeukemia"}
    assert len(ontology["propertyChainAxioms"]) == 5


@pytest.mark.parametrize("graph", CHOICES)
def test_nothing_is_said_that_the_graph_does_not_say(whole: Material, made: Made, graph: str) -> None:
    """No edge but `is_a` leaves a class; an exact match is an xref in its own graph; graphs are never merged."""
    document = graphs(made(graph))
    assert [one["id"] for one in document] == [graph_iri(name) for name in (GRAPHS if graph == "all" else (graph,))]
    things = {str(quad.subject)[1:-1] for quad in whole.quads[ONTOLOGY] if str(quad.object).startswith(f"<{OWL}")}
    for one in document:
        assert one["meta"]["basicPropertyValues"] == [{"pred": LANGUAGE, "val": "en"}]
        assert ("version" in one["meta"]) == (one["lbl"] == ONTOLOGY)
        individuals = {node["id"] for node in one["nodes"] if node.get("type") == "INDIVIDUAL"}
        for edge in one["edges"]:
            assert edge["pred"] == "is_a" or edge["sub"] in individuals
        assert not individuals & (things - {LGO.rstrip("/")})
        matched = [node["id"] for node in one["nodes"] if "xrefs" in node.get("meta", {})]
        assert bool(matched) == (one["lbl"] == MAPPINGS)
        assert {edge["pred"] for edge in one["edges"]} <= {"is_a", "type"} | {
            quad.predicate.value for quad in whole.quads[one["lbl"]]
        }
        for edge in one["edges"]:
            if edge["pred"] == LGO + "describesTherapy":
                assert edge["sub"] in whole.instances(LGO + "TreatmentOptionStatement", PAGE)


@pytest.mark.parametrize("graph", CHOICES)
def test_a_document_holds_what_the_schema_knows_and_nothing_else(made: Made, graph: str) -> None:
    ((_, content),) = made(graph).files
    assert list(misfits(json.loads(content), "document")) == []


def test_what_the_schema_does_not_know_is_seen() -> None:
    bad = {"graphs": [{"id": 1, "nodes": {}, "edges": [{"subj": "x"}], "meta": {"comments": []}}]}
    assert sorted(misfits(bad, "document")) == ["edge.subj", "graph.id", "graph.nodes", "meta.comments"]


def misfits(one: dict[str, Any], kind: str) -> Iterator[str]:
    for key, held in one.items():
        wanted = SCHEMA[kind].get(key)
        inner = wanted[0] if isinstance(wanted, list) else wanted
        members = held if isinstance(held, list) else [held]
        if inner is None or isinstance(held, list) != isinstance(wanted, list):
            yield f"{kind}.{key}"
        elif inner:
            for member in members:
                yield from misfits(member, inner)
        elif not all(isinstance(member, str) for member in members):
            yield f"{kind}.{key}"


READ = """
import json, sys
import fastobo, obographs
head, *frames = str(fastobo.load_graph(sys.argv[1])).split("\\n\\n")
clauses = []
for frame in frames:
    kind, name, *lines = frame.strip().split("\\n")
    clauses += [(name.removeprefix("id: "), line) for line in lines]
document = obographs.read(sys.argv[1], squeeze=False)
print(json.dumps({
    "frames": len(frames),
    "names": dict(sorted((name, text[6:]) for name, text in clauses if text.startswith("name: "))),
    "parents": sorted([name, text[6:]] for name, text in clauses if text.startswith("is_a: ")),
    "graphs": [
        [one.id, len(one.nodes), len(one.edges), len(one.logicalDefinitionAxioms), len(one.propertyChainAxioms)]
        for one in document.graphs
    ],
    "definition": [
        [axiom.genusIds, [[more.propertyId, more.fillerId] for more in axiom.restrictions]]
        for axiom in document.graphs[0].logicalDefinitionAxioms if axiom.definedClassId.endswith("/PhPositiveALL")
    ],
    "xrefs": sorted(
        xref.val for graph in document.graphs for node in graph.nodes if node.id.endswith("/blinatumomab") and node.meta
        for xref in node.meta.xrefs or []
    ),
}))
"""


def test_two_readers_find_what_the_graph_holds(whole: Material, made: Made, tmp_path: Path) -> None:
    ((_, content),) = made("all").files
    (tmp_path / "o.json").write_bytes(content)
    done = checking_tools.run("obographs", "python", "-c", READ, "o.json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    ontology = whole.quads[ONTOLOGY]
    subjects = {quad.subject.value for quad in ontology if isinstance(quad.subject, ox.NamedNode)}
    (read, *_) = graphs(made("all"))
    labels = {node["id"]: node["lbl"] for node in read["nodes"] if node["type"] != "INDIVIDUAL" and "lbl" in node}
    assert len(labels) == 166
    # fastobo reads the first graph, which is the ontology, and of an individual no more than that there is one.
    assert found["frames"] == len(subjects)
    assert found["names"] == labels
    assert found["parents"] == sorted(
        [quad.subject.value, str(quad.object)[1:-1]]
        for quad in ontology
        if quad.predicate.value == RDFS + "subClassOf" and isinstance(quad.subject, ox.NamedNode)
    )
    assert [one[0] for one in found["graphs"]] == [graph_iri(name) for name in GRAPHS]
    assert found["graphs"][0][1:] == [len(subjects), len(read["edges"]), 17, 5]
    assert found["graphs"][1][1:] == [374, 1484, 0, 0]
    ph_positive = [[LGO + "hasPhiladelphiaStatus", "https://w3id.org/leukograph/vocabulary/ph-positive"]]
    assert found["definition"] == [[[LGO + "AcuteLymphoblasticLeukemia"], ph_positive]]
    assert found["xrefs"] == sorted(map(names.shorten, whole.values(LGD + "blinatumomab", SKOS + "exactMatch")))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"type": "CLASS"', b'"type": "KLASS"'),
        (b'"graphs": [', b'"graphs": [['),
        (b'"pred": "hasRelatedSynonym"', b'"pred": "hasSynonym"'),
    ],
)
def test_two_readers_refuse_a_broken_document(made: Made, tmp_path: Path, right: bytes, wrong: bytes) -> None:
    ((_, content),) = made(ONTOLOGY).files
    assert right in content
    for reader in ("fastobo.load_graph(sys.argv[1])", "obographs.read(sys.argv[1], squeeze=False)"):
        script = f"import sys, fastobo, obographs\n{reader}"
        (tmp_path / "o.json").write_bytes(content)
        assert checking_tools.run("obographs", "python", "-c", script, "o.json", folder=tmp_path).returncode == 0
        (tmp_path / "o.json").write_bytes(content.replace(right, wrong, 1))
        done = checking_tools.run("obographs", "python", "-c", script, "o.json", folder=tmp_path)
        assert done.returncode != 0, reader


def test_an_axiom_without_a_form_is_lost_whole_and_ends() -> None:
    """A list in a circle, a value that is a class, a restriction before its class, and texts of other kinds."""
    blank, thing = "_:{}".format, "<http://e.org/x>"
    lines = [
        f"{thing} <{OWL}equivalentClass> _:e .",
        f"_:e <{RDF_TYPE}> <{OWL}Class> .",
        f"_:e <{OWL}intersectionOf> _:l .",
        f"_:l <{RDF}first> {thing} .",
        f"_:l <{RDF}rest> _:l .",
        f"{thing} <{OWL}equivalentClass> _:f .",
        f"_:f <{RDF_TYPE}> <{OWL}Class> .",
        f"_:f <{OWL}intersectionOf> _:m .",
        f"_:m <{RDF}first> {blank('r')} .",
        f"_:m <{RDF}rest> _:n .",
        f"_:n <{RDF}first> {thing} .",
        f"_:n <{RDF}rest> <{RDF}nil> .",
        f"_:r <{RDF_TYPE}> <{OWL}Restriction> .",
        f"_:r <{OWL}onProperty> <http://e.org/p> .",
        f"_:r <{OWL}hasValue> <http://e.org/v> .",
        f'{thing} <{RDFS_LABEL}> "eins"@de .',
        f'{thing} <{SKOS}altLabel> "zwei"@de .',
        f'{thing} <{SKOS}altLabel> "=1" .',
        f'{thing} <{SKOS}definition> "a"@en .',
        f'{thing} <{SKOS}definition> "b"@en .',
        f'{thing} <http://e.org/n> "007"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        f"{thing} <{SKOS}exactMatch> <http://e.org/y> .",
    ]
    layer = iri(graph_iri(ONTOLOGY))
    triples = ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    quads = tuple(sorted((ox.Quad(one.subject, one.predicate, one.object, layer) for one in triples), key=str))
    own = Material(str(ROOT), (ONTOLOGY,), dict.fromkeys(GRAPHS, ()) | {ONTOLOGY: quads})
    export = exporting.formats()["obograph"].make(own)
    assert sum(len(one.was) for one in export.losses) == 15
    assert lexical(list(restored(export))) == sorted(f"<http://e.org/x> {line[17:-2]} {layer}" for line in lines[15:])
