"""`leukograph export croissant`: mlcroissant reads it and refuses broken ones; the statements come back whole."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

import checking_tools
from leukograph import exporting, material
from leukograph.errors import DataError
from leukograph.exports import croissant
from leukograph.material import Material
from leukograph.names import GRAPHS, LGO, LGV, PAGE, RDF_TYPE
from leukograph.records import Exported

ROOT = str(Path(__file__).parents[1])
XSD = "http://www.w3.org/2001/XMLSchema#"
LOAD = """
import json, socket, sys

def refuse(*_):
    raise OSError("no network here")

socket.socket.connect = socket.getaddrinfo = refuse
import mlcroissant
records = mlcroissant.Dataset(sys.argv[1]).records("statements")
def plain(value):
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.decode() if isinstance(value, bytes) else None if value != value else value
print(json.dumps([{key: plain(value) for key, value in record.items()} for record in records], default=str))
"""
UNUSED = """
from importlib.metadata import distributions, packages_distributions
names = packages_distributions()
used = {name for module in list(sys.modules) for name in names.get(module.partition(".")[0], ())}
print("unused:", sorted({one.metadata["Name"] for one in distributions()} - used - {"pip", "setuptools"}))
"""
OFFICIAL = """
import json
from mlcroissant._src.core.context import Context, CroissantVersion
from mlcroissant._src.core.rdf import make_context
print(json.dumps(make_context(Context(conforms_to=CroissantVersion.V_1_1))))
"""


@pytest.fixture(scope="module")
def made() -> Exported:
    return exporting.export(ROOT, "croissant")


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(ROOT, [PAGE])


@pytest.fixture
def folder(made: Exported, tmp_path: Path) -> Path:
    for name, content in made.files:
        (tmp_path / name).write_bytes(content)
    return tmp_path


def described(made: Exported) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dict(made.files)["croissant.json"])
    return found


def table(made: Exported) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(dict(made.files)["statements.csv"].decode(), newline="")))


def change(folder: Path, **changes: object) -> str:
    """Change the description, None taking a key away, and return its path."""
    path = folder / "croissant.json"
    whole = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps({key: value for key, value in whole.items() if value is not None}), encoding="utf-8")
    return str(path)


def test_mlcroissant_finds_no_error_and_misses_only_the_date_that_nobody_knows(folder: Path) -> None:
    done = checking_tools.run("mlcroissant", "mlcroissant", "validate", "--jsonld", str(folder / "croissant.json"))
    assert done.returncode == 0, done.stderr
    warnings = [line for line in done.stderr.splitlines() if line.startswith("  -  ")]
    assert len(warnings) == 1
    assert 'Property "https://schema.org/datePublished" is recommended, but does not exist' in warnings[0]


def test_mlcroissant_loads_every_row_as_it_stands(folder: Path, made: Exported) -> None:
    done = checking_tools.run("mlcroissant", "python", "-c", LOAD, str(folder / "croissant.json"))
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    as_text = [
        {key.removeprefix("statements/"): "" if value is None else value for key, value in row.items()}
        for row in loaded
    ]
    for row in as_text:
        if row["itemPosition"] != "":
            row["itemPosition"] = str(int(row["itemPosition"]))
        row |= {key: str(value).lower() for key, value in row.items() if isinstance(value, bool)}
    several = {field["name"] for field in described(made)["recordSet"][0]["field"] if field.get("isArray")}
    assert {"coversState", "cuedBy", "scopedBy"} <= several
    for row in as_text:
        assert all(isinstance(row[name], list) for name in several if row[name])
        row |= {name: " ".join(row[name]) for name in several}
    assert any(len(row["coversState"].split()) == 2 for row in as_text)
    assert len(as_text) == 23
    assert as_text == table(made)


def test_mlcroissant_refuses_what_is_broken(folder: Path, made: Exported) -> None:
    right = described(made)
    run = checking_tools.run
    for key in ("sha256", "contentUrl", "encodingFormat"):
        without = [{name: value for name, value in right["distribution"][0].items() if name != key}]
        path = change(folder, **right | {"distribution": without})
        done = run("mlcroissant", "mlcroissant", "validate", "--jsonld", path)
        assert done.returncode == 1, key
        assert "1 error(s) during the validation" in done.stderr, key
    wrong = [{**right["distribution"][0], "sha256": hashlib.sha256(b"").hexdigest()}]
    done = run("mlcroissant", "python", "-c", LOAD, change(folder, **right | {"distribution": wrong}))
    assert done.returncode != 0
    assert "Hash of downloaded file" in done.stderr
    fields = [dict(field) for field in right["recordSet"][0]["field"]]
    fields[3]["source"] = {"fileObject": {"@id": "statements.csv"}, "extract": {"column": "efficacy"}}
    sets = [{**right["recordSet"][0], "field": fields}]
    done = run("mlcroissant", "python", "-c", LOAD, change(folder, **right | {"recordSet": sets}))
    assert done.returncode != 0
    assert "efficacy" in done.stderr


def test_the_checker_needs_every_package_that_it_is_made_of(folder: Path) -> None:
    done = checking_tools.run("mlcroissant", "python", "-c", LOAD + UNUSED, str(folder / "croissant.json"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "unused: []"
    wanted = (Path(ROOT) / "tests" / "checkers" / "mlcroissant.txt").read_text(encoding="utf-8").splitlines()
    assert all(line.count("==") == 1 and "/" not in line for line in wanted)


def test_the_context_is_the_official_one() -> None:
    done = checking_tools.run("mlcroissant", "python", "-c", OFFICIAL)
    assert done.returncode == 0, done.stderr
    official = json.loads(done.stdout)
    assert official == croissant.CONTEXT
    assert list(official) == list(croissant.CONTEXT)


def test_two_readers_of_json_ld_read_the_same(made: Exported) -> None:
    text = dict(made.files)["croissant.json"]
    one = ox.Dataset(ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri="https://example.org/x/"))
    graph = rdflib.Graph().parse(data=text, format="json-ld", base="https://example.org/x/")
    two = ox.Dataset(ox.parse(graph.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES))
    for dataset in (one, two):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert len(one) > 700
    assert one == two


def test_size_and_checksum_are_those_of_the_table(made: Exported) -> None:
    (file,) = described(made)["distribution"]
    content = dict(made.files)[file["contentUrl"]]
    assert file["contentSize"] == f"{len(content)} B"
    assert file["sha256"] == hashlib.sha256(content).hexdigest()


def terms(cell: str, kind: str) -> list[ox.NamedNode | ox.Literal]:
    """Read a cell as the kind of its field says."""
    if kind == "sc:URL":
        return [ox.NamedNode(one) for one in cell.split(" ")]
    if kind == "sc:Text":
        return [ox.Literal(cell, language="en")]
    datatype = {"sc:Integer": XSD + "integer", "sc:Boolean": XSD + "boolean"}[kind]
    return [ox.Literal(cell, datatype=ox.NamedNode(datatype))]


def test_the_table_and_the_losses_are_the_page_again(made: Exported, whole: Material) -> None:
    """An importer: each column with a property gives the triples back, by the kind that its field names."""
    triples: set[str] = set()
    for row in table(made):
        for field in described(made)["recordSet"][0]["field"]:
            prop, cell = field.get("equivalentProperty"), row[field["name"]]
            if not prop or not cell:
                continue
            triples |= {f"<{row['statement']}> <{prop}> {one}" for one in terms(cell, field["dataType"])}
    lost = {
        f"{loss.record if loss.record.startswith('_:') else f'<{loss.record}>'} {was}"
        for loss in made.losses
        for was in loss.was
    }
    page = {f"{quad.subject} {quad.predicate} {quad.object}" for quad in whole.quads[PAGE]}
    assert len(triples) > 400
    assert triples | lost == page
    assert not triples & lost


def test_no_row_says_more_than_its_statement(made: Exported, whole: Material) -> None:
    rows = table(made)
    assert [row["statement"] for row in rows] == whole.instances(LGO + "Statement")
    for row in rows:
        one = row["statement"]
        assert row["layer"] == "page"
        assert row["hasModality"] == whole.value(one, LGO + "hasModality", PAGE)
        for name in ("forDisease", "coversState", "forAgeGroup", "hasResearchStatus", "scopedBy"):
            assert row[name].split() == whole.values(one, LGO + name, PAGE), name
        assert len(row["limits"].split("; ")) == len(whole.values(one, LGO + "scopedBy", PAGE))
        if row["kind"] == LGO + "TreatmentOptionStatement":
            assert row["hasModality"] == LGV + "possible"
            assert row["kindOfTherapy"] in {"drug", "drug-class option", "procedure", "regimen family",
                                            "trial participation"}  # fmt: skip
            drug = LGO + "Drug" in whole.values(row["describesTherapy"], RDF_TYPE, PAGE)
            assert (row["kindOfTherapy"] == "drug") == drug
        assert row["listExhaustive"] == ("false" if row["listedIn"] else "")
    words = json.dumps(rows).lower() + json.dumps(described(made)["recordSet"][0]["field"]).lower()
    assert [word for word in ("treats", "approved", "indicated", "effective", "first-line") if word in words] == []


def test_no_word_of_background_or_mappings_is_in_the_table(made: Exported) -> None:
    without = material.gather(ROOT, [PAGE])
    page_only = {graph: without.quads[graph] for graph in ("ontology", PAGE, "inferred")}
    bare = Material(ROOT, (PAGE,), {graph: page_only.get(graph, ()) for graph in GRAPHS})
    (one,) = (one for one in croissant.FORMATS if one.name == "croissant")
    assert dict(one.make(bare).files) == dict(made.files)


def test_values_that_fit_into_no_column_are_told(whole: Material) -> None:
    statement = whole.instances(LGO + "TreatmentOptionStatement", PAGE)[0]
    place = whole.quads[PAGE][0].graph_name
    extra = ox.Quad(ox.NamedNode(statement), ox.NamedNode(LGO + "itemPosition"), ox.Literal("x"), place)
    quads = {**whole.quads, PAGE: (*whole.quads[PAGE], extra)}
    (one,) = (one for one in croissant.FORMATS if one.name == "croissant")
    with pytest.raises(DataError, match="itemPosition: its values on statements do not fit into one column"):
        one.make(Material(ROOT, (PAGE,), quads))
