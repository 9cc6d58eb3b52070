"""`leukograph export sssom`: every record and match comes back, and sssom-py accepts it."""

import csv
import io
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from ruamel.yaml import YAML

import checking_tools
from commands import call
from leukograph import exporting, material
from leukograph.errors import DataError
from leukograph.exports import sssom
from leukograph.material import Material
from leukograph.names import GRAPHS, LGD, LGO, PREFIXES, RDF_TYPE, SKOS, graph_iri
from leukograph.records import Exported

ROOT = Path(__file__).parents[1]
MAPPING = PREFIXES["sssom"] + "Mapping"


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module")
def made() -> Exported:
    return exporting.export(str(ROOT), "sssom")


@pytest.fixture(scope="module")
def text(made: Exported) -> str:
    ((name, content),) = made.files
    assert name == "sssom.tsv"
    return content.decode()


def read(text: str) -> tuple[dict[str, object], list[dict[str, str]]]:
    """Return the metadata and the rows, as YAML and a table of tabs are read."""
    lines = text.splitlines(keepends=True)
    block = "".join(line.removeprefix("#") for line in lines if line.startswith("#"))
    table = "".join(line for line in lines if not line.startswith("#"))
    return YAML(typ="safe").load(block), list(csv.DictReader(io.StringIO(table), delimiter="\t"))


def quads_of(text: str) -> set[str]:
    """Return every quad that an SSSOM table stands for: what an importer would write."""
    meta, rows = read(text)
    starts = meta["curie_map"]
    assert isinstance(starts, dict)
    found, graph = set(), f"<{graph_iri('mappings')}>"

    def iri(curie: str) -> str:
        prefix, _, local = curie.partition(":")
        return f"<{starts[prefix]}{local}>"

    for row in rows:
        record = iri(row["record_id"])
        found.add(f"{record} <{RDF_TYPE}> <{MAPPING}> {graph}")
        found.add(f"{iri(row['subject_id'])} {iri(row['predicate_id'])} {iri(row['object_id'])} {graph}")
        version = row["other"].removeprefix(sssom.VERSION)
        if version:
            assert not row["object_source_version"]
            found.add(f'{record} <{PREFIXES["sssom"]}object_source_version> "{version}" {graph}')
        for column, (predicate, spelling) in sssom.RECORD.items():
            if row[column]:
                term = str(ox.Literal(row[column], language="en" if spelling == "en" else None))
                if spelling in ("iri", "full"):
                    term = iri(row[column]) if spelling == "iri" else f"<{row[column]}>"
                found.add(f"{record} <{predicate}> {term} {graph}")
    comment = meta["comment"]
    assert isinstance(comment, str)
    for line in comment.splitlines()[1:]:
        source, licence, notice = line.split(" ", 2)
        found.add(f"<{source}> <{LGO}attribution> {ox.Literal(notice, language='en')} {graph}")
        found.add(f"<{source}> <{PREFIXES['dcterms']}license> {licence} {graph}")
    return found


def test_what_comes_back_and_what_is_lost_are_the_graph(whole: Material, made: Exported, text: str) -> None:
    there = {str(quad) for quad in whole.quads["mappings"]}
    lost = {f"<{loss.record}> {was} <{graph_iri(loss.graph)}>" for loss in made.losses for was in loss.was}
    assert quads_of(text) == there - lost
    kept = {LGO + "fromSource", SKOS + "exactMatch", PREFIXES["sssom"] + "comment"}
    assert not [was for one in lost for was in kept if was in one]


def test_every_record_is_a_row(whole: Material, text: str) -> None:
    _, rows = read(text)
    assert [LGD + row["record_id"].removeprefix("lgd:") for row in rows] == whole.instances(MAPPING, "mappings")
    assert len(rows) == 191
    for row in rows:
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        assert row["subject_label"]
        graph = row["subject_source"].removeprefix("lgg:")
        subject = PREFIXES[row["subject_id"].split(":")[0]] + row["subject_id"].split(":", 1)[1]
        assert whole.values(subject, RDF_TYPE, graph)


def test_the_metadata_says_what_is_known_and_no_more(text: str) -> None:
    meta, rows = read(text)
    assert set(meta) == {
        "sssom_version",
        "mapping_set_id",
        "mapping_set_version",
        "mapping_set_title",
        "creator_label",
        "license",
        "curie_map",
        "comment",
    }
    assert meta["mapping_set_id"] == graph_iri("mappings")
    assert meta["license"] == "https://creativecommons.org/licenses/by/4.0/"
    starts = meta["curie_map"]
    assert isinstance(starts, dict)
    used = {row[key].split(":")[0] for row in rows for key in sssom.CURIES if row[key]}
    assert starts == {prefix: (PREFIXES | dict([sssom.REGISTRY]))[prefix] for prefix in used}
    assert {row["license"] for row in rows} == {meta["license"]}, "the licence of the match, which is ours"
    assert not {"author_id", "author_label", "mapping_date", "mapping_tool", "confidence"} & {*rows[0], *meta}


def test_a_row_names_the_vocabulary_of_its_object_and_the_work_apart(whole: Material, text: str) -> None:
    _, rows = read(text)
    for row in rows:
        prefix = row["object_id"].partition(":")[0]
        assert row["object_source"] == ("" if prefix == "RXNORM" else f"bioregistry:{sssom.VOCABULARIES[prefix]}")
        held = LGD + row["record_id"].removeprefix("lgd:")
        assert [row["see_also"]] == whole.values(held, LGO + "fromSource", "mappings")
        if row["see_also"] in sssom.EXTRACTS:
            assert row["object_source_version"] == ""
            assert row["other"] == sssom.VERSION + whole.value(held, PREFIXES["sssom"] + "object_source_version")
    assert set(sssom.VOCABULARIES) == {row["object_id"].partition(":")[0] for row in rows} - {"RXNORM"}
    assert set(whole.instances(LGO + "Source", "mappings")) >= sssom.EXTRACTS


REGISTERED = """
import csv, json
from importlib.util import find_spec
from pathlib import Path
place = Path(find_spec("prefixmaps").submodule_search_locations[0]) / "data" / "bioregistry.csv"
with place.open(newline="") as file:
    print(json.dumps([[row["prefix"], row["namespace"]] for row in csv.DictReader(file)]))
"""


def test_the_vocabularies_are_those_of_the_bioregistry() -> None:
    ran = checking_tools.run("kgx", "python", "-c", REGISTERED)
    assert ran.returncode == 0, ran.stderr
    held = {(prefix.lower(), start) for prefix, start in json.loads(ran.stdout)}
    assert "rxnorm" not in {prefix for prefix, _ in held}
    owners: dict[str, set[str]] = {}
    for prefix, start in held:
        owners.setdefault(start, set()).add(prefix)
    for prefix, name in sssom.VOCABULARIES.items():
        assert name in {one for one, _ in held}, prefix
        assert name in owners.get(PREFIXES[prefix], {name}), prefix
    assert len([one for one in sssom.VOCABULARIES if PREFIXES[one] in owners]) > 8


def changed(whole: Material, *more: tuple[str, str, ox.NamedNode | ox.Literal]) -> Material:
    name = ox.NamedNode(graph_iri("mappings"))
    added = tuple(ox.Quad(ox.NamedNode(one), ox.NamedNode(two), three, name) for one, two, three in more)
    return Material(whole.root, ("mappings",), whole.quads | {"mappings": (*whole.quads["mappings"], *added)})


def record(**slots: ox.NamedNode | ox.Literal) -> list[tuple[str, str, ox.NamedNode | ox.Literal]]:
    held = {
        "subject_id": ox.NamedNode(LGD + "etoposide"),
        "predicate_id": ox.NamedNode(SKOS + "exactMatch"),
        "object_id": ox.NamedNode(PREFIXES["CHEBI"] + "1"),
        **slots,
    }
    rows = [(LGD + "mapping-new", PREFIXES["sssom"] + slot, term) for slot, term in held.items()]
    source = ox.NamedNode(LGD + "mapping-source-civic")
    kind: ox.NamedNode | ox.Literal = ox.NamedNode(MAPPING)
    return [*rows, (LGD + "mapping-new", RDF_TYPE, kind), (LGD + "mapping-new", LGO + "fromSource", source)]


def test_tabs_quotes_and_line_breaks_come_back(whole: Material) -> None:
    odd = ox.Literal('a\t"b"\nc')
    ((_, content),) = sssom.FORMATS[0].make(changed(whole, *record(object_label=odd))).files
    assert str(odd) in "\n".join(quads_of(content.decode()))


def test_a_comment_in_another_language_is_told_as_weakened(whole: Material) -> None:
    german = ox.Literal("Anmerkung", language="de")
    losses = sssom.FORMATS[0].make(changed(whole, *record(comment=german))).losses
    (mine,) = [loss for loss in losses if loss.record == LGD + "mapping-new"]
    assert (mine.how, mine.became) == ("degraded", "comment, without language or datatype")


@pytest.mark.parametrize(
    ("slot", "term", "complaint"),
    [
        ("object_id", ox.NamedNode("http://example.org/1"), "http://example.org/1: no prefix shortens it"),
        ("subject_id", ox.NamedNode(LGD + "nothing"), "no graph says what .*data/nothing is"),
    ],
)
def test_what_a_row_cannot_hold_is_refused(whole: Material, slot: str, term: ox.NamedNode, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        sssom.FORMATS[0].make(changed(whole, *record(**{slot: term})))


BROKEN = {
    "a justification that is no short form": ("semapv:ManualMappingCuration", "manual", "validation errors"),
    "a prefix that is not declared": (r"#  CHEBI: .*\n", "", "CHEBI"),
    "a version that there is not": (r'sssom_version: "1.1"', 'sssom_version: "9.9"', "9.9"),
}


READER = """
import json
from pathlib import Path
from sssom.parsers import parse_sssom_table
held = parse_sssom_table("ours.sssom.tsv")
rows = held.df.fillna("").to_dict("records")
from sssom.cli import main
main(["validate", "ours.sssom.tsv"], standalone_mode=False)
import sys
from importlib.metadata import packages_distributions
loaded = {name.partition(".")[0] for name in sys.modules}
parts = sorted({one for name, many in packages_distributions().items() if name in loaded for one in many})
Path("theirs.json").write_text(json.dumps({"rows": rows, "parts": parts}))
"""


def test_sssom_py_accepts_it_and_reads_the_same(text: str, tmp_path: Path) -> None:
    (tmp_path / "ours.sssom.tsv").write_text(text, encoding="utf-8")
    ran = checking_tools.run("sssom", "sssom", "validate", "ours.sssom.tsv", folder=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ran = checking_tools.run("sssom", "python", "-W", "ignore", "-c", READER, folder=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads((tmp_path / "theirs.json").read_text(encoding="utf-8"))
    theirs, ours = found["rows"], read(text)[1]
    assert len(theirs) == 191
    assert sorted(map(full, theirs), key=json.dumps) == sorted(map(full, ours), key=json.dumps)
    lines = (ROOT / "tests" / "checkers" / "sssom.txt").read_text(encoding="utf-8").splitlines()
    listed = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    assert listed - {part.lower().replace("_", "-") for part in found["parts"]} == set(), "as small as it can be"


def full(row: dict[str, str]) -> dict[str, str]:
    return {key: row[key] for key in sorted(row) if row[key]}


@pytest.mark.parametrize("name", BROKEN)
def test_sssom_py_refuses_what_is_broken(text: str, name: str, tmp_path: Path) -> None:
    old, new, complaint = BROKEN[name]
    broken = re.sub(old, new, text)
    assert broken != text
    (tmp_path / "broken.sssom.tsv").write_text(broken, encoding="utf-8")
    ran = checking_tools.run("sssom", "sssom", "validate", "broken.sssom.tsv", folder=tmp_path)
    assert ran.returncode != 0
    assert complaint in ran.stdout + ran.stderr


def test_the_page_of_the_documentation_shows_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = (ROOT / "docs" / "exports" / "sssom.md").read_text(encoding="utf-8")
    ((command, told),) = re.findall(r"```console\n\$ leukograph (.*)\n((?:.*\n)*?)```", shown)
    monkeypatch.chdir(tmp_path)
    ran = call(*command.split())
    assert (ran.code, ran.err) == (0, told)
    ((head, row),) = re.findall(r"```tsv\n(.*)\n(.*)\n```", shown)
    (written,) = tmp_path.iterdir()
    lines = written.read_text(encoding="utf-8").splitlines()
    assert head in lines
    assert row in lines
