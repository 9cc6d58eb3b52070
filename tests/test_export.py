"""`leukograph export`: what every format promises, and that RDF comes out as it went in."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from commands import call
from leukograph import console, exporting, facets, folders, loss_report, material
from leukograph.errors import DataError
from leukograph.material import Carried, Material
from leukograph.names import GRAPHS, LGO, graph_iri
from leukograph.records import Exported, Loss

ROOT = Path(__file__).parents[1]
RDF = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "trig": "trig", "nquads": "nquads"}
FORMATS = exporting.formats()
UNNAMED = ("turtle", "ntriples", "rdfxml")  # a comment of Turtle is no part of what readers of RDF read
EACH = [(name, graph) for name, one in FORMATS.items() for graph in one.graphs]


@functools.cache
def export(name: str, graph: str) -> Exported:
    return exporting.export(str(ROOT), name, graph)


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


def lexical(quads: object) -> list[str]:
    """Return quads as text, blank nodes named by what is said of them."""
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def expected(whole: Material, name: str, graph: str) -> list[ox.Quad]:
    quads = [quad for one in (GRAPHS if graph == "all" else [graph]) for quad in whole.quads[one]]
    return quads if name in ("trig", "nquads") else [ox.Quad(*quad.triple) for quad in quads]


@pytest.mark.parametrize(("name", "graph"), [one for one in EACH if one[0] in RDF])
def test_rdf_is_lossless_for_two_readers(whole: Material, name: str, graph: str) -> None:
    made = export(name, graph)
    ((file, content),) = made.files
    assert [loss for loss in made.losses if loss.was or loss.facet != facets.LAYER] == []
    right = lexical(expected(whole, name, graph))
    assert right
    assert lexical(ox.parse(content, format=ox.RdfFormat.from_extension(file.rsplit(".", 1)[-1]))) == right
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        read = rdflib.Dataset()
        read.parse(data=content, format=RDF[name])
        again = read.serialize(format="nquads", encoding="utf-8")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    assert lexical(ox.parse(again, format=ox.RdfFormat.N_QUADS)) == right


def held(target: Path) -> dict[str, bytes]:
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def test_bytes_of_every_format_are_equal_whatever_the_hash_seed(tmp_path: Path) -> None:
    """The bundle holds what every other format makes of every graph."""
    words = [sys.executable, "-m", "leukograph", "export", "bundle", "--output", str(tmp_path / "made")]
    seed = str(hash("another") % 1000 + 1)  # this process has a seed of its own
    subprocess.run(words, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, timeout=300)
    assert held(tmp_path / "made") == dict(export("bundle", FORMATS["bundle"].graphs[0]).files)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"bundle", "dcat"}))  # tests of their own write these two
def test_what_is_written_is_what_is_made(name: str, tmp_path: Path) -> None:
    made = export(name, FORMATS[name].graphs[0])
    target = tmp_path / "made"
    assert call("export", name, "--output", str(target)).code == 0
    found = held(target) if target.is_dir() else {made.files[0][0]: target.read_bytes()}
    assert (found.pop(folders.MARK, None) is None) == (len(made.files) == 1)
    assert found == dict(made.files)


@pytest.mark.parametrize(("name", "graph"), EACH)
def test_what_is_lost_is_told_once_and_never_more_than_there_is(whole: Material, name: str, graph: str) -> None:
    made = export(name, graph)
    assert FORMATS[name].loses or not made.losses
    chosen = GRAPHS if graph == "all" else [graph]
    there = [f"{one} {quad.subject} {quad.predicate} {quad.object}" for one in chosen for quad in whole.quads[one]]
    told = [
        f"{loss.graph} {loss.record if loss.record.startswith('_:') else f'<{loss.record}>'} {was}"
        for loss in made.losses
        for was in loss.was
    ]
    assert len(told) == len(set(told))
    assert set(told) <= set(there)
    assert {loss.facet for loss in made.losses} <= set(facets.FACETS) - {facets.OTHER}
    assert all((loss.how == "degraded") == bool(loss.became) for loss in made.losses)


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.loses])
def test_a_format_that_says_it_loses_something_does(name: str) -> None:
    assert any(export(name, graph).losses for graph in FORMATS[name].graphs)


def test_every_property_of_the_graph_has_a_facet_and_none_is_left_over(whole: Material) -> None:
    used = {quad.predicate.value for graph in GRAPHS for quad in whole.quads[graph]}
    assert {one for one in used if facets.facet(one) == facets.OTHER} == set()
    assert facets.properties() - used == set()
    assert facets.facet("http://example.org/p") == facets.OTHER


def test_material_tells_what_a_graph_says_of_a_subject(whole: Material) -> None:
    option = "https://w3id.org/leukograph/data/option-nelarabine-ph-negative"
    assert whole.value(option, LGO + "hasModality") == "https://w3id.org/leukograph/vocabulary/possible"
    assert whole.values(option, LGO + "hasModality", "background") == []
    assert len(whole.instances(LGO + "TreatmentOptionStatement", "page")) == 16
    assert whole.value(option, LGO + "hasHedge") == ""
    with pytest.raises(DataError, match=r"2 values of .*coversState, and this export can tell one"):
        whole.value(option, LGO + "coversState")


def test_what_is_carried_and_what_is_lost_are_the_graph(whole: Material) -> None:
    page = Material(whole.root, ("page",), whole.quads)
    carried = Carried(page)
    option = "https://w3id.org/leukograph/data/option-nelarabine-ph-negative"
    carried.exactly(option, LGO + "hasModality")
    carried.weaker(option, "scope", "the disease alone")
    losses = carried.losses()
    assert sum(len(one.was) for one in losses) == len(whole.quads["page"]) - 1
    mine = {one.facet: one for one in losses if one.record == option}
    assert "modality" not in mine
    assert (mine["scope"].how, mine["scope"].became) == ("degraded", "the disease alone")
    assert mine["cue"] == Loss("page", option, "cue", "lost", mine["cue"].was)


def test_the_losses_are_told_as_text_and_as_json() -> None:
    losses = (
        Loss("page", LGO + "x", "modality", "lost", ("<p> <o>",)),
        Loss("page", LGO + "x", "scope", "degraded", ("<p> <o>", "<p> <q>"), "the disease alone"),
    )
    assert loss_report.as_text("f", ()) == "f: nothing is lost.\n"
    assert loss_report.as_text("f", losses) == (
        "f: what is lost or weakened, by records\n\n     1  modality lost\n     1  scope degraded\n\n"
        "Below: each record with the properties that are not carried. The triples themselves: --losses FILE.json.\n\n"
        "lgo:x (page)\n  modality lost (p)\n  scope degraded (2 p): the disease alone\n"
    )
    read = json.loads(loss_report.as_json("f", losses))
    assert [Loss(**{**one, "was": tuple(one["was"])}) for one in read["losses"]] == list(losses)
    assert read["counts"] == [
        {"facet": "modality", "how": "lost", "records": 1},
        {"facet": "scope", "how": "degraded", "records": 1},
    ]
    assert loss_report.summary(losses) == "modality lost in 1, scope degraded in 1"


def test_a_file_that_does_not_name_its_graph_says_so(whole: Material) -> None:
    """Which layer a record is from is in every export, or is told as lost or weakened."""
    for name, graph in EACH:
        made = export(name, graph)
        content = b"".join(part for file, part in made.files if not file.startswith("losses/"))
        for one in GRAPHS if graph == "all" else [graph]:
            told = [loss for loss in made.losses if loss.facet == facets.LAYER and loss.graph == one]
            gone = sum(len(loss.was) for loss in made.losses if loss.graph == one) == len(whole.quads[one])
            spelled = (graph_iri(one), f"lgg:{one}", f'"{one}"', f",{one},", f">{one}<", f"\t{one}\t")
            named = name not in UNNAMED and any(word.encode() in content for word in spelled)
            assert bool(told) == (not named and not gone), (name, graph, one)
            assert [loss.was for loss in told] == [()] * len(told)
            assert not told or told[0].record == graph_iri(one)


def test_every_facet_is_explained_and_no_other() -> None:
    assert set(facets.MEANINGS) == set(facets.FACETS)


def test_without_output_the_answer_is_all_that_is_printed(tmp_path: Path) -> None:
    ran = call("export", "turtle")
    told = "leukograph: not carried: layer degraded in 1. --losses FILE writes each.\n"
    assert (ran.code, ran.err) == (0, told)
    assert ran.out.startswith(f"# The graph <{graph_iri('page')}> of Leukograph.\n@prefix ")
    assert call("export", "turtle", "--output", str(tmp_path / "x.ttl")) == (0, "", told)
    assert (tmp_path / "x.ttl").read_text(encoding="utf-8") == ran.out
    again = call("export", "turtle", "--losses", str(tmp_path / "l.txt"))
    assert (tmp_path / "l.txt").read_text(encoding="utf-8").startswith("turtle: what is lost or weakened, by records\n")
    assert (again.out, again.err) == (ran.out, "")
    assert call("export", "nquads", "--output", str(tmp_path / "x.nq"), "--losses", str(tmp_path / "l.txt")).code == 0
    assert (tmp_path / "l.txt").read_text(encoding="utf-8") == "nquads: nothing is lost.\n"
    (tmp_path / "x.nq").unlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["l.txt", "x.ttl"]


def test_the_list_names_every_format() -> None:
    ran = call("export", "--list")
    assert ran.code == 0
    assert [name for name in FORMATS if name not in ran.out] == []


def test_the_list_shows_the_graphs_of_every_format_the_usual_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "width", lambda: 400)
    head, _, *lines = call("export", "--list").out.splitlines()
    assert head.split("  ")[-1].strip() == "graphs, the usual first"
    shown = {line.split(" ")[0]: line for line in lines}
    assert {name: line.rstrip().endswith(f"  {', '.join(FORMATS[name].graphs)}") for name, line in shown.items()} == (
        dict.fromkeys(FORMATS, True)
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["tutle"], "'tutle' is no format. Nearest: turtle. Formats are"),
        ([], "name a format. See `leukograph export --list`."),
        (["turtle", "--graph", "all"], "--graph all: turtle holds one graph, and graphs never mix unseen. Choose of"),
        (["turtle", "--graph", "pages"], "argument --graph: invalid choice: 'pages'. Nearest: page. Choices"),
        (["--list", "turtle"], "--list stands alone. Leave the rest out."),
        (["turtle", "--output", "x", "--losses", "./x"], "--losses and --output name the same file. Give two names."),
        (["turtle", "--output", ""], "argument --output: name a file"),
        (["turtle", "--output", "-"], "argument --output: '-' is no file here; name one."),
        (["turtle", "--losses", "-"], "argument --losses: '-' is no file here; name one."),
        (["turtle", "--output", "/"], "/: cannot be written (it is no ordinary file)."),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_a_sentence(words: list[str], complaint: str) -> None:
    ran = call("export", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"leukograph: {complaint}")


MADE = (("a.tsv", b"a\n"), ("sub/b.tsv", b"b\n"))
LOST = (Loss("page", LGO + "x", "modality", "lost", ("<p> <o>",)),)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """A format of two files, which a test may change, and one of one file, which loses as much."""
    made = list(MADE)
    formats = [
        FORMATS["kgx"]._replace(name="two", make=lambda _: Exported(tuple(made), LOST)),
        FORMATS["kgx"]._replace(name="other", make=lambda _: Exported(tuple(made), LOST)),
        FORMATS["turtle"]._replace(name="one", make=lambda _: Exported((made[0],), LOST)),
    ]
    monkeypatch.setattr(exporting, "formats", lambda: {one.name: one for one in formats})
    return made


def read(folder: Path) -> dict[str, bytes]:
    found = held(folder)
    found.pop(folders.MARK)
    return found


def test_several_files_go_into_a_folder_all_or_none(
    two: list[tuple[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("export", "two") == (2, "", "leukograph: two gives several files. Name a folder with --output.\n")
    folder = tmp_path / "out"
    assert call("export", "two", "--output", f"{folder}/").code == 0
    assert read(folder) == dict(MADE)
    two[0] = ("a.tsv", b"new\n")
    replace, calls = os.replace, []

    def full(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) == 4:  # after both files and the mark, the folder itself
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    ran = call("export", "two", "--output", str(folder))
    assert (ran.code, "No space left on device" in ran.err) == (2, True)
    assert read(folder) == dict(MADE)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_export_is_replaced_whole(two: list[tuple[str, bytes]], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert call("export", "two", "--output", str(folder)).code == 0
    two[0] = ("new.tsv", b"new\n")
    assert call("export", "two", "--output", str(folder)).code == 0
    assert read(folder) == dict(two)


@pytest.mark.parametrize(
    ("name", "content", "format_", "complaint"),
    [
        ("mine.txt", b"mine", "two", "holds mine.txt, which is no part of an earlier export. Move it away first."),
        ("sub/b.tsv", b"mine", "two", "sub/b.tsv was changed since its export. Move it away first."),
        ("sub/b.tsv", b"b\n", "other", "holds .leukograph-export and is no earlier export of other. Name a new or"),
        (folders.MARK, b"mine", "two", "holds .leukograph-export and is no earlier export of two. Name a new or"),
        (folders.MARK, None, "two", "holds a.tsv and is no earlier export of two. Name a new or empty folder."),
    ],
)
def test_what_is_not_of_an_earlier_export_is_never_replaced(
    two: list[tuple[str, bytes]], tmp_path: Path, name: str, content: bytes | None, format_: str, complaint: str
) -> None:
    assert two
    folder = tmp_path / "out"
    assert call("export", "two", "--output", str(folder)).code == 0
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    before = held(folder)
    ran = call("export", format_, "--output", str(folder))
    assert (ran.code, ran.out) == (2, "")
    assert f"{folder}: {complaint}" in ran.err
    assert held(folder) == before


def test_a_file_is_no_folder_and_a_folder_no_file(two: list[tuple[str, bytes]], tmp_path: Path) -> None:
    assert two
    path = tmp_path / "list.txt"
    path.write_bytes(b"mine")
    ran = call("export", "two", "--output", str(path))
    assert ran == (2, "", f"leukograph: {path}: is no folder, and two needs one for its files. Name a folder.\n")
    ran = call("export", "one", "--output", f"{tmp_path}/new/")
    assert ran == (2, "", f"leukograph: {tmp_path}/new/: this names a folder. Name a file.\n")
    ran = call("export", "one", "--output", f"{path}/")
    assert ran == (2, "", f"leukograph: {path}/: this names a folder. Name a file.\n")
    assert [one.name for one in tmp_path.iterdir()] == ["list.txt"]
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("losses", ["", "sub/deep/"], ids=["a folder is there", "a file is in the way"])
@pytest.mark.parametrize("format_", ["one", "two"])
def test_an_export_and_its_losses_are_both_written_or_neither(
    two: list[tuple[str, bytes]], tmp_path: Path, losses: str, format_: str
) -> None:
    assert two
    (tmp_path / "sub").mkdir() if not losses else (tmp_path / "sub").write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    place = tmp_path / (f"{losses}l.txt" if losses else "sub")
    for words in (["--output", str(tmp_path / "out")], []):
        if words or format_ == "one":
            ran = call("export", format_, "--losses", str(place), *words)
            assert (ran.code, ran.out) == (2, "")
            assert ran.err.startswith(f"leukograph: {place}: cannot be written (")
    assert sorted(tmp_path.iterdir()) == before
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    ran = call("export", format_, "--losses", str(tmp_path / "l.txt"), "--output", str(blocked / "out"))
    assert ran.code == 2
    assert not (tmp_path / "l.txt").exists()


def test_losses_may_lie_in_the_folder_of_the_export(two: list[tuple[str, bytes]], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    words = ["export", "two", "--output", str(folder)]
    for _ in range(2):
        assert call(*words, "--losses", str(folder / "lost" / "l.json")) == (0, "", "")
        assert read(folder) == {**dict(MADE), "lost/l.json": loss_report.as_json("two", LOST).encode()}
    assert call(*words).code == 0
    assert read(folder) == dict(two)
    ran = call(*words, "--losses", str(folder / "a.tsv"))
    assert (ran.code, ran.out) == (2, "")
    assert "a.tsv: this is a file of the export. Give another name." in ran.err
    assert read(folder) == dict(two)
