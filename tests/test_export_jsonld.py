"""`leukograph export jsonld` and `jsonld-framed`: what others read back, and a context that cannot drift."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld as pyld  # type: ignore[import-untyped]

from commands import call
from leukograph import contexts, exporting, material
from leukograph.errors import DataError, FileError
from leukograph.exports import jsonld
from leukograph.material import Material
from leukograph.names import CONTEXT, GRAPHS, LGO, OWL, PREFIXES, RDF_TYPE, graph_iri
from test_export import lexical

ROOT = Path(__file__).parents[1]
CHOICES = [*GRAPHS, "all"]


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module")
def everything_written() -> Any:
    return document("jsonld", "all")


def document(name: str, graph: str | None = None) -> Any:
    ((_, content),) = exporting.export(str(ROOT), name, graph).files
    return json.loads(content)


def refused(url: str, _: object) -> NoReturn:
    raise LookupError(f"{url} was asked for")


def by_pyld(written: Any) -> list[str]:
    options = {"format": "application/n-quads", "documentLoader": refused}
    return lexical(ox.parse(pyld.to_rdf(copy.deepcopy(written), options), format=ox.RdfFormat.N_QUADS))


def by_pyoxigraph(written: Any) -> list[str]:
    return lexical(ox.parse(json.dumps(written), format=ox.RdfFormat.JSON_LD))


@pytest.mark.parametrize("graph", CHOICES)
def test_two_readers_get_back_equal_graphs_without_a_network(whole: Material, graph: str) -> None:
    right = lexical([quad for one in (GRAPHS if graph == "all" else [graph]) for quad in whole.quads[one]])
    written = document("jsonld", graph)
    assert right
    assert by_pyld(written) == right
    assert by_pyoxigraph(written) == right


def test_rdflib_gets_back_every_graph_too(whole: Material, everything_written: Any) -> None:
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        read = rdflib.Dataset()
        read.parse(data=json.dumps(everything_written), format="json-ld")
        again = read.serialize(format="nquads", encoding="utf-8")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    right = lexical([quad for graph in GRAPHS for quad in whole.quads[graph]])
    assert lexical(ox.parse(again, format=ox.RdfFormat.N_QUADS)) == right


@pytest.mark.parametrize("read", [by_pyld, by_pyoxigraph])
def test_a_broken_export_is_not_read_back_equal(whole: Material, everything_written: Any, read: Any) -> None:
    right = lexical([quad for graph in GRAPHS for quad in whole.quads[graph]])

    def lost(written: Any) -> None:
        del written["@context"]["hasModality"]

    def recast(written: Any) -> None:
        written["@context"]["forDisease"] = "lgo:forDisease"

    def regrouped(written: Any) -> None:
        written["@graph"][1]["id"] = "lgg:background"

    def stronger(written: Any) -> None:
        (one,) = [
            node for node in written["@graph"][1]["@graph"] if node["id"].endswith("option-nelarabine-ph-negative")
        ]
        one["hasModality"] = "lgv:recommended"

    for spoil in (lost, recast, regrouped, stronger):
        written = copy.deepcopy(everything_written)
        spoil(written)
        assert read(written) != right


def test_a_context_that_lies_elsewhere_would_be_seen(everything_written: Any) -> None:
    written = {**everything_written, "@context": "https://w3id.org/leukograph/context"}
    with pytest.raises(pyld.JsonLdError) as error:
        by_pyld(written)
    assert "https://w3id.org/leukograph/context was asked for" in str(error.getrepr(chain=True))
    with pytest.raises(SyntaxError):
        by_pyoxigraph(written)


def test_the_context_is_as_it_would_be_made() -> None:
    command = [sys.executable, str(ROOT / "docs" / "make_context.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"@context": 1}'])
def test_a_context_that_is_none_is_told_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "context.jsonld").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"context\.jsonld: this holds no context of JSON-LD\. Restore the file\."):
        contexts.context(str(tmp_path))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            '{"@context": "IRI",\n "id": "https://example.org/x", "type": "Drugs"}',
            "2:41: violation lgr:undeclared-class",
        ),
        ('{"@context": "IRI",\n "id": "https://example.org/x", "a": tru}', "2:38: violation lgr:syntax: true expected"),
        ('{"@context": "IRI", "id": "https://example.org/x", "a": tru}', "1: violation lgr:syntax: true expected."),
        ('{"@context": ["IRI", "https://example.org/c"]}', "1:61: violation lgr:syntax: a context that lies elsewhere"),
        ('{"@context": {"@import": "IRI"}}', "1:26: violation lgr:syntax: a context that lies elsewhere"),
    ],
)
def test_validate_takes_the_context_for_its_name_and_fetches_none(
    given: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.jsonld").write_text(given.replace("IRI", CONTEXT), encoding="utf-8")
    ran = call("validate", "x.jsonld")
    assert ran.err == ""
    assert f"x.jsonld:{told}" in ran.out


def test_the_context_names_every_prefix_class_and_property_and_nothing_else(whole: Material) -> None:
    held = contexts.context(whole.root)
    starts = {key: given["@id"] if isinstance(given, dict) else given for key, given in held.items()}
    assert {key: starts[key] for key in PREFIXES} == PREFIXES
    declared = {
        kind: {iri for iri in whole.instances(OWL + kind, "ontology") if iri.startswith(LGO)}
        for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    }
    assert starts.pop("@vocab") == LGO  # so that a name misspelt is a term that is not declared, and not passed over
    own = {starts[key].replace("lgo:", LGO) for key in starts if str(starts[key]).startswith("lgo:")}
    used = {
        quad.predicate.value for quads in whole.quads.values() for quad in quads if quad.predicate.value != RDF_TYPE
    }
    assert own == set().union(*declared.values())
    assert used <= set(jsonld.Names(held).keys)
    links = {iri for iri, (_, kind) in jsonld.Names(held).keys.items() if kind == "@id"}
    assert declared["ObjectProperty"] <= links
    assert not links & declared["DatatypeProperty"]


def test_the_document_reads_like_the_page(everything_written: Any) -> None:
    page = next(one for one in everything_written["@graph"] if one["id"] == "lgg:page")
    option = next(one for one in page["@graph"] if one["id"] == "lgd:option-nelarabine-ph-negative")
    assert option["type"] == "TreatmentOptionStatement"
    assert option["hasModality"] == "lgv:possible"
    assert option["itemPosition"] == 1
    assert option["coversState"] == ["lgv:refractory", "lgv:relapsed"]
    assert option["rdfs:label"] == "nelarabine for T-cell ALL"


def test_each_kind_of_term_comes_back_as_it_was(whole: Material) -> None:
    xsd = PREFIXES["xsd"]
    node, blank = ox.NamedNode, ox.BlankNode
    typed = [
        ("007", "integer"),
        ("-3", "integer"),
        ("9007199254740993", "integer"),
        ("1", "boolean"),
        ("1.50", "decimal"),
    ]
    values: list[Any] = [ox.Literal(text, datatype=node(xsd + kind)) for text, kind in typed]
    values += [
        ox.Literal("x"),
        ox.Literal("x", language="en"),
        ox.Literal("x", language="de"),
        node("urn:x:y"),
        blank("o"),
    ]
    predicates = [LGO + name for name in ("order", "digest", "paraphrase", "hasModality", "sourceExhaustive")]
    subject, shared, graph = node("https://example.org/s"), blank("shared"), node(graph_iri("page"))
    values.append(ox.Literal("9" * 5000, datatype=node(xsd + "integer")))
    quads = [ox.Quad(subject, node(predicate), value, graph) for predicate in predicates for value in values]
    first, rest = (node(PREFIXES["rdf"] + name) for name in ("first", "rest"))
    for predicate in predicates:
        cells = [blank(f"{predicate.rpartition('/')[2]}{number}") for number in range(len(values))]
        quads.append(ox.Quad(subject, node(predicate), cells[0], graph))
        ends: list[Any] = [*cells[1:], node(PREFIXES["rdf"] + "nil")]
        for cell, value, end in zip(cells, values, ends, strict=True):
            quads += [ox.Quad(cell, first, value, graph), ox.Quad(cell, rest, end, graph)]
    quads += [
        ox.Quad(subject, node("urn:x:p"), shared, graph),
        ox.Quad(subject, node("urn:x:q"), shared, graph),
        ox.Quad(shared, first, ox.Literal("half a list"), graph),
        ox.Quad(subject, node("urn:x:l"), node(PREFIXES["rdf"] + "nil"), graph),
        ox.Quad(blank("o"), rest, blank("p"), graph),
        ox.Quad(blank("p"), rest, blank("p"), graph),
        ox.Quad(blank("round"), rest, blank("about"), graph),
        ox.Quad(blank("about"), rest, blank("round"), graph),
        ox.Quad(subject, node("urn:x:l"), blank("bare"), graph),
    ]
    tricky = Material(whole.root, ("page",), {**whole.quads, "page": tuple(quads)})
    ((_, content),) = exporting.formats()["jsonld"].make(tricky).files
    assert by_pyoxigraph(json.loads(content)) == lexical(quads)
    assert by_pyld(json.loads(content)) == lexical(quads)


def test_a_triple_within_a_triple_is_refused_in_a_sentence(whole: Material) -> None:
    one = whole.quads["page"][0]
    quad = ox.Quad(one.subject, one.predicate, one.triple, one.graph_name)
    odd = Material(whole.root, ("page",), {**whole.quads, "page": (quad,)})
    with pytest.raises(DataError, match=r"JSON-LD 1\.1 has no triple terms\. Export it as rdf12\."):
        exporting.formats()["jsonld"].make(odd)


def test_the_tree_and_its_losses_are_the_page(whole: Material) -> None:
    made = exporting.export(str(ROOT), "jsonld-framed")
    written = json.loads(made.files[0][1])
    right = {str(quad) for quad in whole.quads["page"]}
    lost = {f"<{loss.record}> {was} <{graph_iri('page')}>" for loss in made.losses for was in loss.was}
    page = f"<{graph_iri('page')}>"
    for read in (by_pyld(written), by_pyoxigraph(written)):
        told = [line for line in read if line.startswith(page)]
        assert len(told) == 1
        assert "This is a view, not the whole graph" in told[0]
        assert set(read) - set(told) == right - lost
    assert lost < right


def test_each_statement_is_a_tree_with_all_that_belongs_to_it(whole: Material) -> None:
    (page,) = document("jsonld-framed")["@graph"]
    trees = {tree["id"]: tree for tree in page["@graph"]}
    assert len(trees) == 23
    option = trees["lgd:option-nelarabine-ph-negative"]
    assert list(option["population"]) == ["coversState", "forAgeGroup", "forDisease", "scopedBy"]
    assert option["population"]["forDisease"] == "lgo:PhNegativeTCellALL"
    assert option["hasModality"] == "lgv:possible"
    assert option["describesTherapy"]["type"] == "Drug"
    assert option["listedIn"]["sourceExhaustive"] is False
    assert option["evidence"]["statedIn"]["oa:hasSelector"]["oa:start"] == 1017
    for iri in whole.instances(LGO + "TreatmentOptionStatement", "page"):
        tree = trees["lgd:" + iri.rpartition("/")[2]]
        assert {"coversState", "forAgeGroup", "forDisease", "scopedBy"} == set(tree["population"])
        assert tree["hasModality"] == "lgv:possible"


def test_no_tree_says_more_than_the_page(whole: Material) -> None:
    said = {" ".join(map(str, quad.triple)) for quad in whole.quads["page"]}
    for line in by_pyoxigraph(document("jsonld-framed")):
        if not line.startswith(f"<{graph_iri('page')}>"):
            assert line.removesuffix(f" <{graph_iri('page')}>") in said
