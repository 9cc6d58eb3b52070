"""`leukograph export fhir` and `fhir-concept-maps`: read by fhir.resources, had back, never an indication."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import checking_tools
from leukograph import exporting, material
from leukograph.errors import DataError
from leukograph.exports import fhir, fhir_concept_maps
from leukograph.material import Material
from leukograph.names import GRAPHS, LGD, LGO, LGV, MAPPINGS, PAGE, RDF_TYPE, RDFS_LABEL, SKOS
from leukograph.records import Exported

ROOT = Path(__file__).parents[1]
CHECK = ROOT / "tests" / "checkers" / "fhir_check.py"
NAMES = ("fhir", "fhir-concept-maps")
BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
ELEMENTS = """
artifactReference caseSensitive citation citedArtifact classification classifier code coding comment component concept
content copyright definition description designation display div element entry experimental fullUrl group id
informationType language meta name path property reference relatedArtifact relationship resource resourceType source
status summary system tag target text title type uri url value valueBoolean valueCoding valueString
"""
XHTML = "{http://www.w3.org/1999/xhtml}"
Json = dict[str, Any]
Said = tuple[str, str, str]


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module")
def made() -> dict[str, Exported]:
    return {name: exporting.export(str(ROOT), name) for name in NAMES}


def bundle(made: Exported) -> Json:
    ((_, content),) = made.files
    read: Json = json.loads(content)
    return read


def resources(read: Json, kind: str) -> list[Json]:
    return [one["resource"] for one in read["entry"] if one["resource"]["resourceType"] == kind]


def words(text: str) -> str:
    return str(ox.Literal(text, language="en"))


def iri(text: str) -> str:
    return str(ox.NamedNode(text))


def coded(coding: Json) -> str:
    return f"{coding['system']}{coding['code']}"


def meant(concept: Json) -> str:
    if "coding" in concept:
        return iri(coded(concept["coding"][0]))
    return str(ox.Literal(concept["text"], datatype=BOOLEAN))


def property_of(type_: Json) -> str:
    return RDF_TYPE if type_.get("text") == "kind" else coded(type_["coding"][0])


def triples(read: Json) -> Iterator[Said]:
    """Yield what a reader has back: of the page as a citation, the comments on it, and the codes of its things."""
    for entry in read["entry"]:
        about, one = entry["fullUrl"], entry["resource"]
        if one["resourceType"] == "Citation":
            yield about, RDFS_LABEL, words(one["citedArtifact"]["title"][0]["text"])
            for part in one["citedArtifact"]["classification"]:
                yield from ((about, property_of(part["type"]), meant(value)) for value in part["classifier"])
        elif one["resourceType"] == "ArtifactAssessment":
            (content,) = one["content"]
            yield about, RDFS_LABEL, words(one["title"])
            yield about, RDF_TYPE, meant(content["type"])
            yield from ((about, LGO + "statedIn", iri(path)) for path in content.get("path", ()))
            for part in content["component"]:
                values = [words(part["summary"])] if "summary" in part else map(meant, part["classifier"])
                yield from ((about, property_of(part["type"]), value) for value in values)
        elif one["url"] == LGD:
            uris = {told["code"]: told["uri"] for told in one["property"]}
            for concept in one["concept"]:
                thing = LGD + concept["code"]
                yield thing, RDFS_LABEL, words(concept["display"])
                for name in concept.get("designation", ()):
                    yield thing, SKOS + "altLabel", words(name["value"])
                for told in concept["property"]:
                    coding, truth = told.get("valueCoding"), str(told.get("valueBoolean")).lower()
                    value = iri(coded(coding)) if coding else str(ox.Literal(truth, datatype=BOOLEAN))
                    yield thing, uris[told["code"]], value


def matches(read: Json) -> Iterator[Said]:
    """Yield what a reader has back of the concept maps."""
    sssom = fhir_concept_maps.SSSOM
    starts = {address: start for start, address in fhir_concept_maps.SYSTEMS.items()}
    relations = {code: match for match, code in fhir_concept_maps.RELATIONS.items()}
    for entry in read["entry"]:
        source, one = entry["fullUrl"], entry["resource"]
        yield source, RDF_TYPE, iri(LGO + "Source")
        yield source, RDFS_LABEL, words(one["title"])
        yield source, LGO + "attribution", words(one["copyright"])
        uris = {told["code"]: told.get("uri") for told in one["property"]}
        for group in one["group"]:
            for element in group["element"]:
                ours = group["source"] + element["code"]
                for target in element["target"]:
                    other, match = starts[group["target"]] + target["code"], relations[target["relationship"]]
                    told = {part["code"]: part for part in target["property"]}
                    record = coded(told.pop("record")["valueCoding"])
                    yield ours, match, iri(other)
                    yield record, RDF_TYPE, iri(sssom + "Mapping")
                    yield record, LGO + "fromSource", iri(source)
                    yield record, RDFS_LABEL, words(target["property"][0]["valueCoding"]["display"])
                    yield record, sssom + "subject_id", iri(ours)
                    yield record, sssom + "predicate_id", iri(match)
                    yield record, sssom + "object_id", iri(other)
                    if "display" in target:
                        yield record, sssom + "object_label", str(ox.Literal(target["display"]))
                    if "comment" in target:
                        yield record, sssom + "comment", words(target["comment"])
                    for name, part in told.items():
                        text = part["valueString"]
                        yield record, str(uris[name]), iri(text) if name == "justification" else str(ox.Literal(text))


@pytest.mark.parametrize(
    ("name", "graph", "importer"), [("fhir", PAGE, triples), ("fhir-concept-maps", MAPPINGS, matches)]
)
def test_what_is_had_back_and_what_is_lost_are_the_graph(
    whole: Material, made: dict[str, Exported], name: str, graph: str, importer: Callable[[Json], Iterator[Said]]
) -> None:
    there = {f"{quad.subject} {quad.predicate} {quad.object}" for quad in whole.quads[graph]}
    lost = {f"{iri(one.record)} {was}" for one in made[name].losses for was in one.was}
    back = {f"{iri(about)} {iri(told)} {value}" for about, told, value in importer(bundle(made[name]))}
    assert len(back) > 200
    assert back == there - lost


def test_every_statement_stands_as_a_comment_on_the_page_with_all_that_limits_it(
    whole: Material, made: dict[str, Exported]
) -> None:
    read = bundle(made["fhir"])
    (page,) = [entry["fullUrl"] for entry in read["entry"] if entry["resource"]["resourceType"] == "Citation"]
    said: dict[str, dict[str, set[str]]] = {}
    for about, told, value in triples(read):
        said.setdefault(about, {}).setdefault(told, set()).add(value)
    statements = {quad.subject.value for quad in whole.quads[PAGE] if quad.predicate.value == LGO + "paraphrase"}  # type: ignore[union-attr]
    assert len(statements) == 23
    limits = "hasModality hasHedge hasQuantifier hasTiming forDisease coversState forAgeGroup hasResearchStatus"
    limits += " withinRegimen differentFromPrior mayIncludePriorDrugs listedIn paraphrase editorialNote"
    for one in statements:
        for limit in [LGO + name for name in limits.split()]:
            assert said[one].get(limit, set()) == {str(term) for term in whole.terms(one, limit, PAGE)}
    for one in resources(read, "ArtifactAssessment"):
        assert one["artifactReference"] == {"reference": page}
        assert set(one) == {"resourceType", "id", "meta", "language", "text", "title", "artifactReference", "content"}


def test_nothing_is_rated_indicated_approved_or_dated(made: dict[str, Exported]) -> None:
    """What would say more than the page is an element or a resource of FHIR, so that its name must not occur."""
    kinds = {name: {one["resource"]["resourceType"] for one in bundle(made[name])["entry"]} for name in NAMES}
    assert kinds == {"fhir": {"Citation", "ArtifactAssessment", "CodeSystem"}, "fhir-concept-maps": {"ConceptMap"}}
    names: set[str] = set()
    values: dict[str, set[str]] = {}
    for name in NAMES:
        for key, value in elements(bundle(made[name])):
            names.add(key)
            if isinstance(value, str):
                values.setdefault(key, set()).add(value)
    assert names == set(ELEMENTS.split())
    assert values["informationType"] == {"container", "comment", "classifier"}
    assert values["status"] == {"draft", "additional"}


def elements(value: Any) -> Iterator[tuple[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            for key, inner in one.items():
                yield key, inner
                yield from elements(inner)


def test_every_code_is_explained_in_the_bundle_and_is_a_name_of_ours(made: dict[str, Exported]) -> None:
    read = bundle(made["fhir"])
    known = {one["url"] + concept["code"] for one in resources(read, "CodeSystem") for concept in one["concept"]}
    codings = [value for _, value in elements(read) if isinstance(value, dict) and "system" in value]
    codings += [one for key, value in elements(read) if key == "coding" for one in value]
    codes = [coded(one) for one in codings]
    assert len(codes) > 500
    assert set(codes) <= known
    assert {one["url"] for one in resources(read, "CodeSystem")} == {LGD, LGO, LGV}
    for one in resources(read, "CodeSystem"):
        listed = [concept["code"] for concept in one["concept"]]
        assert listed == sorted(set(listed))


@pytest.mark.parametrize("name", NAMES)
def test_each_resource_tells_its_layer_and_that_it_is_no_clinical_product(made: dict[str, Exported], name: str) -> None:
    read = bundle(made[name])
    layers = {one["resource"]["meta"]["source"].rsplit("/", 1)[1] for one in read["entry"]}
    assert layers == ({"page", "ontology"} if name == "fhir" else {"mappings"})
    notice = fhir.NOTICE if name == "fhir" else fhir_concept_maps.NOTICE
    assert notice.startswith("Not a clinical product and not medical advice")
    for one in [read, *(entry["resource"] for entry in read["entry"])]:
        assert one["meta"]["tag"] == [{"code": "not-a-clinical-product", "display": notice}]
        assert one["resourceType"] == "Bundle" or notice in one["text"]["div"]
        assert one.get("experimental", True) is True
    for entry in read["entry"]:
        text = ET.fromstring(entry["resource"]["text"]["div"])  # noqa: S314
        assert {part.tag for part in text.iter()} == {XHTML + "div", XHTML + "p"}
        assert all(part.text for part in text)


def test_a_broader_term_always_has_a_comment(whole: Material, made: dict[str, Exported]) -> None:
    """Rule cmd-1 of ConceptMap."""
    told = [value for key, value in elements(bundle(made["fhir-concept-maps"])) if key == "target"]
    targets = [one for value in told if isinstance(value, list) for one in value]
    broader = [one for one in targets if one["relationship"] == "source-is-broader-than-target"]
    assert len(targets) > 80
    assert broader
    assert all(one["comment"] for one in broader)
    bare = changed(whole, MAPPINGS, lambda quad: None if quad.predicate.value.endswith("/comment") else quad)
    ((_, content),) = fhir_concept_maps.FORMATS[0].make(bare).files
    assert content.decode().count(fhir_concept_maps.NARROWER) == len(broader)


def changed(whole: Material, graph: str, change: Callable[[ox.Quad], ox.Quad | None]) -> Material:
    quads = [new for quad in whole.quads[graph] if (new := change(quad))]
    return Material(whole.root, (graph,), {**whole.quads, graph: tuple(quads)})


def replaced(
    subject: str, predicate: str, new: ox.NamedNode | ox.Literal | None = None, name: str = ""
) -> Callable[[ox.Quad], ox.Quad]:
    """Return a change of the object of triples, or of a name wherever it stands."""

    def change(quad: ox.Quad) -> ox.Quad:
        if quad.subject != ox.NamedNode(subject):
            return quad
        about = ox.NamedNode(name) if name else quad.subject
        value = new if new is not None and quad.predicate.value == predicate else quad.object
        return ox.Quad(about, quad.predicate, value, quad.graph_name)

    return change


POINTER = LGD + "pointer-drug-listings"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (replaced(POINTER, "", name=LGD + "x" * 65), "FHIR takes ids of at most 64 characters. Give a shorter name."),
        (replaced(POINTER, LGO + "pointsTo", ox.NamedNode("http://a.example/x")), "are names of this project"),
        (replaced(POINTER, LGO + "hasModality", ox.NamedNode(LGV + "a/b")), "are names of this project"),
        (replaced(LGD + "blinatumomab", LGO + "hasBrandName", ox.Literal("x")), "tell terms, true and false only"),
        (
            replaced(POINTER, RDFS_LABEL, ox.Literal("")),
            "has no label, and FHIR shows a code by its label. Give it one.",
        ),
        (replaced(POINTER, RDF_TYPE, ox.NamedNode(LGO + "Page")), "2 pages, and this export tells of one. Give one."),
    ],
)
def test_what_fhir_cannot_hold_is_told_in_a_sentence(
    whole: Material, change: Callable[[ox.Quad], ox.Quad], complaint: str
) -> None:
    with pytest.raises(DataError, match=complaint):
        fhir.FORMATS[0].make(changed(whole, PAGE, change))


BLINATUMOMAB = LGD + "blinatumomab"
MATCH = LGD + "mapping-blinatumomab-ncit-c62528"


@pytest.mark.parametrize(
    ("name", "graph", "importer", "change"),
    [
        ("fhir", PAGE, triples, replaced(POINTER, LGO + "paraphrase", ox.Literal("nimm", language="de"))),
        ("fhir", PAGE, triples, replaced(POINTER, RDFS_LABEL, ox.Literal("bare"))),
        ("fhir-concept-maps", MAPPINGS, matches, replaced(MATCH, RDFS_LABEL, ox.Literal("x", language="de"))),
        (
            "fhir-concept-maps",
            MAPPINGS,
            matches,
            replaced(MATCH, fhir_concept_maps.SSSOM + "object_label", ox.Literal("x", language="en")),
        ),
    ],
)
def test_a_text_whose_language_is_not_told_is_told_as_lost(
    whole: Material,
    name: str,
    graph: str,
    importer: Callable[[Json], Iterator[Said]],
    change: Callable[[ox.Quad], ox.Quad],
) -> None:
    material = changed(whole, graph, change)
    made = exporting.formats()[name].make(material)
    there = {f"{quad.subject} {quad.predicate} {quad.object}" for quad in material.quads[graph]}
    lost = {f"{iri(one.record)} {was}" for one in made.losses for was in one.was}
    back = {f"{iri(about)} {iri(told)} {value}" for about, told, value in importer(bundle(made))}
    assert there - lost <= back
    assert len(back - there) == 1


def test_text_for_people_is_escaped(whole: Material) -> None:
    sharp = ox.Literal('less < than & "more"', language="en")
    made = fhir.FORMATS[0].make(changed(whole, PAGE, replaced(POINTER, LGO + "paraphrase", sharp)))
    (one,) = [one for one in resources(bundle(made), "ArtifactAssessment") if one["id"] == "pointer-drug-listings"]
    assert ET.fromstring(one["text"]["div"])[0].text == sharp.value  # noqa: S314


def checked(text: str, folder: Path) -> Json:
    (folder / "bundle.json").write_text(text, encoding="utf-8")
    ran = checking_tools.run("fhir", "python", str(CHECK), str(folder / "bundle.json"))
    assert ran.returncode == 0, ran.stderr
    said: Json = json.loads(ran.stdout)
    return said


@pytest.mark.parametrize("name", NAMES)
def test_fhir_resources_reads_it_and_finds_nothing(made: dict[str, Exported], name: str, tmp_path: Path) -> None:
    ((_, content),) = made[name].files
    said = checked(content.decode(), tmp_path)
    assert said == {"fhir": "5.0.0", "read": len(bundle(made[name])["entry"]), "complaints": []}
    assert said["read"] > 10


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"title": "pointer', '"heading": "pointer', "heading: Extra inputs are not permitted"),
        ('"informationType": "container"', '"informationType": "verdict"', "'verdict' is none of comment, classifier"),
        ('"status": "draft"', '"status": "approved"', "'approved' is none of draft, active, retired, unknown"),
        ('"type": "collection"', '"type": "bag"', "'bag' is none of document"),
        ('"content": "fragment",', "", "required"),
        ('"reference": "https://w3id.org/', '"reference": "https://w3id.example/', "is not in the bundle"),
        ('"fullUrl": "https://w3id.org/leukograph/vocabulary"', f'"fullUrl": "{POINTER}"', "twice the same"),
        ('"experimental": true', '"experimental": "perhaps"', "experimental"),
    ],
)  # fmt: skip
def test_the_checker_refuses_a_broken_bundle(
    made: dict[str, Exported], old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    ((_, content),) = made["fhir"].files
    assert old in content.decode()
    said = checked(content.decode().replace(old, new, 1), tmp_path)
    assert any(complaint in one for one in said["complaints"]), said
