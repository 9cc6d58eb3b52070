"""Opening the graphs: the inference is never stale, and no layer is read that was not asked for.

The reasoner is replaced by a counter in all tests but the last, so that "made anew" can be told from "as stored".
"""

import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from leukograph import answers, building, cli, closing, engine, files, knowledge, lookup, questions
from leukograph.names import (
    ASSERTED,
    BACKGROUND,
    INFERRED,
    INFERRED_BACKGROUND,
    LGD,
    LGO,
    MAPPINGS,
    ONTOLOGY,
    PAGE,
    RDF_TYPE,
    graph_iri,
)
from leukograph.records import Closure

ROOT = Path(__file__).parents[1]
STORED = {INFERRED: "data/inferred/page.nt", INFERRED_BACKGROUND: "data/inferred/background.nt"}
INPUTS = {
    graph: [os.path.relpath(path, ROOT).replace(os.sep, "/") for path in files.graph_files(str(ROOT), graph)]
    for graph in ASSERTED
}
BASE_INPUTS = [*INPUTS[ONTOLOGY], *INPUTS[PAGE]]
NO_INPUTS = [
    *INPUTS[MAPPINGS],
    "data/mappings/README.md",
    "ontology/shapes/statement.ttl",
    "queries/questions/sources.rq",
]


class Reasoner:
    """Stands in for the reasoner and counts its runs: each run infers one triple that names the run."""

    def __init__(self) -> None:
        self.runs: list[list[str]] = []
        self.also: tuple[str, ...] = ()

    def __call__(self, sources: list[tuple[str, bytes]], _engine: str) -> Closure:
        self.runs.append([path for path, _ in sources])
        return Closure((f"<{LGD}run-{len(self.runs)}> <{RDF_TYPE}> <{LGO}Drug> .", *self.also), ())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of the project's graphs, to be changed."""
    for part in files.PARTS:
        shutil.copytree(ROOT / part, tmp_path / "home" / part)
    return tmp_path / "home"


@pytest.fixture
def reasoner(monkeypatch: pytest.MonkeyPatch) -> Reasoner:
    counter = Reasoner()
    monkeypatch.setattr(closing, "closure", counter)
    return counter


@pytest.fixture
def built(home: Path, reasoner: Reasoner) -> Path:
    """The copy with its inference stored by the counter: run 1 is the page's, run 2 the background's."""
    building.build(str(home))
    assert runs(home) == (1, 2)
    assert len(reasoner.runs) == 2
    return home


def runs(home: Path, layers: tuple[str, ...] = (BACKGROUND,)) -> tuple[int, ...]:
    """Return which run of the reasoner each inferred graph comes from, as it would be loaded now."""
    loaded = knowledge.parts(str(home), layers)
    lines = [part.content.decode().splitlines()[1] for part in loaded if part.graph in STORED]
    return tuple(int(line.split("run-")[1].split(">")[0]) for line in lines)


def append(path: Path, words: str = "\n# A remark.\n") -> None:
    path.write_text(path.read_text(encoding="utf-8") + words, encoding="utf-8", newline="")


def test_a_stored_inference_is_used_while_the_files_stay_as_they_are(built: Path, reasoner: Reasoner) -> None:
    told: list[str] = []
    for path in built.rglob("*"):
        os.utime(path, (0, 0))  # a date says nothing
    knowledge.open_store(str(built), (BACKGROUND, MAPPINGS), told.append)
    assert runs(built) == (1, 2)
    assert (told, len(reasoner.runs)) == ([], 2)


@pytest.mark.parametrize("path", BASE_INPUTS)
def test_a_change_in_ontology_or_page_makes_both_inferences_anew(built: Path, reasoner: Reasoner, path: str) -> None:
    append(built / path)
    told: list[str] = []
    store = knowledge.open_store(str(built), (), told.append)
    assert engine.subjects(store, RDF_TYPE, LGO + "Drug").count(f"{LGD}run-1") == 0
    assert len(told) == 1
    assert told[0].startswith("the files have changed")
    page_run, background_run = runs(built)
    assert min(page_run, background_run) > 2
    assert len(reasoner.runs) > 2


@pytest.mark.parametrize("path", INPUTS[BACKGROUND])
def test_a_change_in_the_background_makes_its_inference_anew_and_no_other(
    built: Path, reasoner: Reasoner, path: str
) -> None:
    append(built / path)
    assert runs(built, ()) == (1,)
    assert len(reasoner.runs) == 2
    assert runs(built) == (1, 3)
    assert path in reasoner.runs[2]


@pytest.mark.parametrize("path", NO_INPUTS)
def test_a_change_in_what_is_not_inferred_from_makes_nothing_anew(built: Path, reasoner: Reasoner, path: str) -> None:
    append(built / path)
    assert runs(built) == (1, 2)
    assert len(reasoner.runs) == 2


FOLDERS = {ONTOLOGY: "ontology", PAGE: "data/page", BACKGROUND: "data/background"}


def added(folder: Path) -> None:
    (folder / "zz-new.ttl").write_text("# Nothing.\n", encoding="utf-8")


def removed(folder: Path) -> None:
    max(folder.rglob("*.ttl")).unlink()


def renamed(folder: Path) -> None:
    last = max(folder.rglob("*.ttl"))
    last.rename(last.with_name("zz-renamed.ttl"))


def swapped(folder: Path) -> None:
    first, second = sorted(folder.glob("*.ttl") if folder.name == "ontology" else folder.rglob("*.ttl"))[:2]
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def line_ends(folder: Path) -> None:
    for path in folder.rglob("*.ttl"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def without_shapes(folder: Path) -> Path:
    shutil.rmtree(folder / "shapes", ignore_errors=True)
    return folder


@pytest.mark.parametrize("change", [added, removed, renamed, swapped, line_ends])
@pytest.mark.parametrize("graph", FOLDERS)
def test_a_file_added_removed_renamed_or_swapped_makes_the_inference_anew(
    built: Path, graph: str, change: Callable[[Path], None]
) -> None:
    change(without_shapes(built / FOLDERS[graph]))
    page_run, background_run = runs(built)
    assert background_run > 2
    assert (page_run > 2) == (graph != BACKGROUND)


def test_a_file_moved_from_one_layer_to_another_makes_both_inferences_anew(built: Path) -> None:
    shutil.move(built / "data/background/cgi.ttl", built / "data/page/cgi.ttl")
    assert min(runs(built)) > 2


def test_another_way_of_inferring_makes_the_inference_anew(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "INFERENCE_VERSION", b"another")
    assert min(runs(built)) > 2


def cut_in_stamp(content: bytes) -> bytes:
    return content[:100]


def without_stamp(content: bytes) -> bytes:
    return content.split(b"\n", 1)[1]


def without_last_line(content: bytes) -> bytes:
    return content[: content.rstrip(b"\n").rfind(b"\n") + 1]


def without_last_character(content: bytes) -> bytes:
    return content[:-1]


def with_a_triple_more(content: bytes) -> bytes:
    return content + f"<{LGD}blincyto> <{RDF_TYPE}> <{LGO}Drug> .\n".encode()


def with_a_triple_changed(content: bytes) -> bytes:
    return content.replace(b"Drug>", b"Gene>")


def with_a_remark(content: bytes) -> bytes:
    return content + b"# Looks harmless.\n"


def with_other_line_ends(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def with_a_byte_order_mark(content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + content


def with_a_zero_stamp(content: bytes) -> bytes:
    head, body = content.split(b"\n", 1)
    return head[:-64] + b"0" * 64 + b"\n" + body


def emptied(content: bytes) -> bytes:
    return content[:0]


FORGERIES = [
    cut_in_stamp, without_stamp, without_last_line, without_last_character, with_a_triple_more, with_a_triple_changed,
    with_a_remark, with_other_line_ends, with_a_byte_order_mark, with_a_zero_stamp, emptied,
]  # fmt: skip


@pytest.mark.parametrize("graph", STORED)
@pytest.mark.parametrize("forge", FORGERIES)
def test_a_stored_file_that_is_not_as_built_is_not_used(
    built: Path, reasoner: Reasoner, graph: str, forge: Callable[[bytes], bytes]
) -> None:
    path = built / STORED[graph]
    good = path.read_bytes()
    path.write_bytes(forge(good))
    expected = (3, 2) if graph == INFERRED else (1, 3)
    assert runs(built) == expected
    assert path.read_bytes() == forge(good), "reading wrote a file"
    building.build(str(built))
    count = len(reasoner.runs)
    assert runs(built) == (count - 1, count)
    assert len(reasoner.runs) == count


def test_an_absent_or_unreadable_stored_file_is_not_used(built: Path) -> None:
    (built / STORED[INFERRED]).unlink()
    assert runs(built) == (3, 2)
    (built / STORED[INFERRED]).mkdir()
    assert runs(built) == (4, 2)


def test_the_stored_file_of_the_other_graph_is_not_used(built: Path) -> None:
    shutil.copy(built / STORED[INFERRED_BACKGROUND], built / STORED[INFERRED])
    assert runs(built) == (3, 2)


def test_build_tells_what_it_would_write_and_writes_what_is_then_used(built: Path, reasoner: Reasoner) -> None:
    append(built / BASE_INPUTS[0])
    before = {name: (built / name).read_bytes() for name in STORED.values()}
    assert [one.unchanged for one in building.build(str(built), write=False)] == [False, False]
    assert {name: (built / name).read_bytes() for name in STORED.values()} == before
    assert [(one.graph, one.triples) for one in building.build(str(built))] == [(INFERRED, 1), (INFERRED_BACKGROUND, 1)]
    count = len(reasoner.runs)
    assert runs(built) == (count - 1, count)
    assert len(reasoner.runs) == count


@pytest.mark.parametrize(
    ("layers", "graphs"),
    [
        ((), {ONTOLOGY, PAGE, INFERRED}),
        ((PAGE, ONTOLOGY), {ONTOLOGY, PAGE, INFERRED}),
        ((MAPPINGS,), {ONTOLOGY, PAGE, MAPPINGS, INFERRED}),
        ((BACKGROUND,), {ONTOLOGY, PAGE, BACKGROUND, INFERRED, INFERRED_BACKGROUND}),
        ((MAPPINGS, BACKGROUND), {ONTOLOGY, PAGE, BACKGROUND, MAPPINGS, INFERRED, INFERRED_BACKGROUND}),
    ],
)
def test_the_layers_asked_for_are_loaded_and_no_others(built: Path, layers: tuple[str, ...], graphs: set[str]) -> None:
    parts = knowledge.parts(str(built), layers)
    assert {part.graph for part in parts} == graphs
    assert sorted(part.path for part in parts if part.graph in ASSERTED) == sorted(
        path for graph in graphs & set(ASSERTED) for path in INPUTS[graph]
    )
    store = knowledge.open_store(str(built), layers)
    assert {str(quad.graph_name) for quad in store} == {f"<{graph_iri(graph)}>" for graph in graphs}


def test_without_terms_the_definitions_of_terms_stay_out_and_nothing_else_does(built: Path) -> None:
    only = engine.empty()
    engine.load(only, ONTOLOGY, str(built / files.TERMS))
    assert named(knowledge.open_store(str(built))) - named(knowledge.open_store(str(built), terms=False)) == named(only)


def named(store: ox.Store) -> set[ox.Quad]:
    """Return the quads without blank nodes, whose names change with every reading."""
    return {quad for quad in store if not {type(quad.subject), type(quad.object)} & {ox.BlankNode}}


def test_other_layers_need_neither_background_nor_mappings_to_be_there(built: Path) -> None:
    shutil.rmtree(built / "data/background")
    shutil.rmtree(built / "data/mappings")
    (built / STORED[INFERRED_BACKGROUND]).unlink()
    assert runs(built, ()) == (1,)


def example(name: str) -> dict[str, list[str]]:
    words = shlex.split(questions.load(str(ROOT), name).example)[3:]
    words = [word for word in words if word != "--with-background"]
    values: dict[str, list[str]] = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        values.setdefault(option.removeprefix("--"), []).append(value)
    return values


@pytest.mark.parametrize("name", questions.names(str(ROOT)))
def test_no_question_reads_the_background_without_being_told(
    built: Path, reasoner: Reasoner, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Only to find a name that its own graphs do not know are others opened, and never to answer from them."""
    stored = (ROOT / STORED[INFERRED]).read_text(encoding="utf-8").splitlines()
    reasoner.also = tuple(line for line in stored if line.startswith("<"))
    building.build(str(built))
    question = questions.load(str(built), name)
    store = knowledge.open_store(str(built), [layer for layer in question.layers if layer in (PAGE, MAPPINGS)])
    kinds = {param.name: param for param in question.params}
    values = example(name)
    found_here = all(lookup.find(store, kinds[key], text) for key, given in values.items() for text in given)
    read: list[str] = []
    real = files.graph_files

    def listen(root: str, graph: str) -> list[str]:
        read.append(graph)
        return real(root, graph)

    monkeypatch.setattr(files, "graph_files", listen)
    asked = answers.ask(str(built), name, values)
    assert not {BACKGROUND, INFERRED_BACKGROUND} & set(asked.graphs)
    assert ({BACKGROUND, INFERRED_BACKGROUND} & set(read) == set()) == found_here
    if found_here:
        shutil.rmtree(built / "data/background")
        assert answers.ask(str(built), name, values).answer == asked.answer


def test_an_answer_follows_a_change_of_the_files(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the true reasoner: a dose that is raised by hand puts the composition under another family too."""
    call = ["ask", "regimen-composition", "--regimen", "fludarabine-based regimen", "--format", "csv"]
    assert cli.main(call) == 0
    assert "high-dose cytarabine-based regimen" not in capsys.readouterr().out
    monkeypatch.setenv(files.HOME_VARIABLE, str(home))
    (path,) = (home / "data/page").rglob("regimens.ttl")
    block = "lgd:component-fludarabine-regimen-cytarabine\n"
    before, found, after = path.read_text(encoding="utf-8").partition(block)
    assert found
    path.write_text(before + block + after.replace("lgv:dose-not-stated", "lgv:high-dose", 1), encoding="utf-8")
    assert cli.main(call) == 0
    shown = capsys.readouterr()
    assert "fludarabine-based regimen; high-dose cytarabine-based regimen" in shown.out
    assert shown.err.startswith("leukograph: the files have changed since `leukograph build`")
