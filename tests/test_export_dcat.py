"""`leukograph export dcat`: every number recounted by rdflib from the exported files, every checksum from the bytes."""

import hashlib
import mimetypes
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, VOID, XSD

from leukograph import about, bundling, description, exporting, exports, material
from leukograph.names import BASE, GRAPHS, LGO, graph_iri
from leukograph.records import Exported

ROOT = Path(__file__).parents[1]
SHAPES = Path(__file__).parent / "export_shapes" / "dcat.ttl"
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
DATASET = rdflib.URIRef(description.DATASET)
# What SIB's editor asks in order to complete classes and properties: https://github.com/sib-swiss/sparql-editor
EDITOR = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
WHERE {
  ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
  ?pp void:property ?prop .
  OPTIONAL {
    { ?pp void:classPartition [ void:class ?objectClass ] } UNION
    { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
  }
}"""


@pytest.fixture(scope="module")
def made() -> Exported:
    return exporting.export(str(ROOT), "dcat")


@pytest.fixture(scope="module")
def bundle() -> dict[str, bytes]:
    return dict(exporting.export(str(ROOT), "bundle").files)


@pytest.fixture(scope="module")
def described(made: Exported) -> rdflib.Graph:
    return rdflib.Graph().parse(data=made.files[0][1], format="turtle")


@pytest.fixture(scope="module")
def exported(bundle: dict[str, bytes]) -> rdflib.Dataset:
    """The graphs as rdflib reads them from the exported N-Quads, literals as they are spelled."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=bundle["nquads.nq"], format="nquads")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return dataset


def graphs(exported: rdflib.Dataset) -> dict[rdflib.URIRef, rdflib.Graph]:
    union = rdflib.Graph()
    for triple in exported.triples((None, None, None)):
        union.add(triple)
    found = {rdflib.URIRef(graph_iri(graph)): exported.graph(graph_iri(graph)) for graph in GRAPHS}
    return {DATASET: union, **found}


def number(described: rdflib.Graph, node: rdflib.term.Node, prop: rdflib.URIRef) -> int:
    found = list(described.objects(node, prop))
    assert len(found) == 1, (node, prop)
    assert isinstance(found[0], rdflib.Literal)
    return int(found[0])


def test_two_readers_read_the_same(made: Exported, described: rdflib.Graph) -> None:
    ((name, content),) = made.files
    assert name == "dcat.ttl"
    one = ox.Dataset(ox.parse(content, format=ox.RdfFormat.TURTLE))
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        again = rdflib.Graph().parse(data=content, format="turtle").serialize(format="nt", encoding="utf-8")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    two = ox.Dataset(ox.parse(again, format=ox.RdfFormat.N_TRIPLES))
    assert len(one) == len(two) == len(described) > 4000
    for dataset in (one, two):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert one == two


@pytest.fixture(scope="module", params=["dcat.ttl", "sparql-examples.ttl"])
def numbered(request: pytest.FixtureRequest, bundle: dict[str, bytes]) -> rdflib.Graph:
    """Both files that give the numbers of the graphs."""
    return rdflib.Graph().parse(data=bundle[request.param], format="turtle")


def test_the_numbers_of_every_graph_are_those_that_rdflib_counts(
    numbered: rdflib.Graph, exported: rdflib.Dataset
) -> None:
    for node, graph in graphs(exported).items():
        classes = set(graph.objects(None, RDF.type))
        assert number(numbered, node, VOID.triples) == len(graph) > 100
        assert number(numbered, node, VOID.distinctSubjects) == len(set(graph.subjects()))
        assert number(numbered, node, VOID.distinctObjects) == len(set(graph.objects()))
        assert number(numbered, node, VOID.properties) == len(set(graph.predicates()))
        assert number(numbered, node, VOID.classes) == len(classes)
        ours = {one for one in graph.subjects() if isinstance(one, rdflib.URIRef) and one.startswith(BASE)}
        assert number(numbered, node, VOID.entities) == len(ours)
        assert str(numbered.value(node, VOID.uriSpace)) == BASE


def test_the_partitions_of_every_graph_are_those_that_rdflib_counts(
    numbered: rdflib.Graph, exported: rdflib.Dataset
) -> None:
    for node, graph in graphs(exported).items():
        by_class = {
            numbered.value(part, VOID["class"]): (
                number(numbered, part, VOID.entities),
                number(numbered, part, VOID.triples),
            )
            for part in numbered.objects(node, VOID.classPartition)
        }
        counted = {}
        for kind in set(graph.objects(None, RDF.type)):
            members = set(graph.subjects(RDF.type, kind))
            counted[kind] = (len(members), sum(1 for one in members for _ in graph.triples((one, None, None))))
        assert by_class == counted
        by_property = {
            numbered.value(part, VOID.property): tuple(
                number(numbered, part, prop) for prop in (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects)
            )
            for part in numbered.objects(node, VOID.propertyPartition)
        }
        assert by_property == {
            prop: (
                sum(1 for _ in graph.triples((None, prop, None))),
                len(set(graph.subjects(prop, None))),
                len(set(graph.objects(None, prop))),
            )
            for prop in set(graph.predicates())
        }


def test_the_default_graph_is_what_an_export_of_the_dataset_has_there(
    described: rdflib.Graph, bundle: dict[str, bytes]
) -> None:
    (default,) = described.objects(DATASET, SD.defaultGraph)
    for name, kind in (("trig.trig", ox.RdfFormat.TRIG), ("nquads.nq", ox.RdfFormat.N_QUADS)):
        there = [one for one in ox.parse(bundle[name], format=kind) if one.graph_name == ox.DefaultGraph()]
        assert number(described, default, VOID.triples) == len(there)
    assert not list(described.objects(default, SD.graph))


def test_the_editor_would_complete_what_the_graph_has_and_nothing_else(
    described: rdflib.Graph, exported: rdflib.Dataset
) -> None:
    union = graphs(exported)[DATASET]
    found = {tuple(row) for row in described.query(EDITOR)}  # type: ignore[arg-type]
    expected: set[tuple[rdflib.term.Node | None, ...]] = set()
    for subject, kind in union.subject_objects(RDF.type):
        for prop, thing in union.predicate_objects(subject):
            kinds = set(union.objects(thing, RDF.type))
            expected |= {(kind, prop, one, None) for one in kinds}
            if isinstance(thing, rdflib.Literal):
                datatype = RDF.langString if thing.language else thing.datatype or XSD.string
                expected.add((kind, prop, None, datatype))
            elif not kinds:
                expected.add((kind, prop, None, None))
    mixed = {row[:2] for row in expected if row[2] or row[3]}
    expected = {row for row in expected if row[2] or row[3] or row[:2] not in mixed}
    assert found == expected
    assert len(found) > 500


def test_every_checksum_and_size_is_that_of_the_file_in_the_bundle(
    described: rdflib.Graph, bundle: dict[str, bytes]
) -> None:
    files = set()
    for node in described.objects(DATASET, DCAT.distribution):
        path = str(described.value(node, DCTERMS.identifier))
        assert str(node) == f"{description.DATASET}/{path}"
        files.add(path)
        assert number(described, node, DCAT.byteSize) == len(bundle[path])
        value = described.value(described.value(node, SPDX.checksum), SPDX.checksumValue)
        assert isinstance(value, rdflib.Literal)
        assert value.value == hashlib.sha256(bundle[path]).digest()
    own = {path for path in bundle if path.startswith("losses/")}
    assert set(bundle) - own - files == {"LICENSE", "LICENSE-DATA", "NOTICE", "README.md", "SHA256SUMS", "dcat.ttl"}


def test_media_types_are_those_of_others_tables() -> None:
    for ending in ("ttl", "nt", "nq", "trig", "rdf", "jsonld"):
        kind = ox.RdfFormat.from_extension(ending)
        assert kind
        assert description.media_type(f"x.{ending}") == kind.media_type.partition(";")[0]
    known = mimetypes.MimeTypes(filenames=()).types_map[True]
    for ending in ("csv", "tsv", "json", "txt", "html"):
        assert description.media_type(f"a.b.{ending}") == known[f".{ending}"]
    assert description.media_type("x.unheard-of") == ""


def test_the_form_is_that_of_the_shapes_and_what_is_broken_or_invented_is_refused(described: rdflib.Graph) -> None:
    shapes = rdflib.Graph().parse(SHAPES)
    conforms, _, words = pyshacl.validate(described, shacl_graph=shapes)
    assert conforms, words
    first = next(described.objects(DATASET, DCAT.distribution))
    checksum = described.value(first, SPDX.checksum)
    partition = next(described.objects(DATASET, VOID.propertyPartition))
    for node, prop in ((DATASET, DCTERMS.license), (first, DCAT.byteSize), (checksum, SPDX.checksumValue),
                       (partition, VOID.triples), (DATASET, DCTERMS.source)):  # fmt: skip
        broken = rdflib.Graph() + described
        broken.remove((node, prop, None))
        assert not pyshacl.validate(broken, shacl_graph=shapes)[0], prop
    for prop in (DCTERMS.issued, DCTERMS.publisher, DCAT.landingPage, VOID.sparqlEndpoint):
        broken = rdflib.Graph() + described
        broken.add((DATASET, prop, rdflib.URIRef("https://example.org/")))
        assert not pyshacl.validate(broken, shacl_graph=shapes)[0], prop


def test_layers_stay_apart_and_each_says_what_it_comes_from(described: rdflib.Graph) -> None:
    whole = material.gather(str(ROOT), GRAPHS)
    (page,) = whole.instances(LGO + "Page")
    named = {
        described.value(node, SD.name): described.value(node, SD.graph)
        for node in described.objects(DATASET, SD.namedGraph)
    }
    assert named == {rdflib.URIRef(graph_iri(graph)): rdflib.URIRef(graph_iri(graph)) for graph in GRAPHS}

    def origins(graph: str) -> set[str]:
        return {str(one) for one in described.objects(rdflib.URIRef(graph_iri(graph)), PROV.wasDerivedFrom)}

    assert origins("page") == {page}
    for graph in ("background", "mappings"):
        assert origins(graph) == set(whole.instances(LGO + "Source", graph))
    assert origins("inferred") == {graph_iri("ontology"), graph_iri("page")}
    assert origins("inferred-background") == {graph_iri(one) for one in ("ontology", "page", "background")}
    for source in whole.instances(LGO + "Source"):
        licences = {str(one) for one in described.objects(rdflib.URIRef(source), DCTERMS.license)}
        assert licences == set(whole.values(source, str(DCTERMS.license)))
        assert licences
        rights = described.value(rdflib.URIRef(source), DCTERMS.rights)
        assert str(described.value(rights, rdflib.RDFS.label)) == whole.value(source, LGO + "attribution")


def test_what_is_said_of_the_project_is_what_its_own_files_say() -> None:
    from ruamel.yaml import YAML

    cited = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["title"] == about.TITLE
    assert cited["abstract"] == about.SUMMARY
    assert [one["name"] for one in cited["authors"]] == [about.CREATOR]
    assert list(about.KEYWORDS) == cited["keywords"]
    assert "date-released" not in cited, "a date of release is known now: describe it as dcterms:issued"
    assert cited["license"] == ["MIT", "CC-BY-4.0"]
    licence = (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    assert about.LICENCE in licence
    assert "Copyright (c) 2026 The Leukograph authors" in licence
    assert "Copyright (c) 2026 The Leukograph authors" in about.RIGHTS


def test_all_data_is_told_as_lost(made: Exported) -> None:
    whole = material.gather(str(ROOT), GRAPHS)
    assert sum(len(loss.was) for loss in made.losses) == sum(map(len, whole.quads.values()))


def test_no_format_that_describes_is_described_by_itself() -> None:
    assert {one.name for one in bundling.FORMATS} & set(exports.found()) == set()
