"""`validate --endpoint` and `build --endpoint` against real stores: what they find and make is what is found here."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

import test_checks
import test_evidence
from benchmarks import scale
from leukograph import asking, engine, files, judging, profiles, publishing, validation
from leukograph.names import ASSERTED, PAGE, graph_iri
from leukograph.records import Report
from leukograph.remote import Store
from stores import Server, oxigraph, virtuoso

ROOT = Path(__file__).parents[1]
KINDS = ("oxigraph", "virtuoso")
COMPARED = ("shapes", "checks", "evidence", "meaning", "coverage")
Found = set[tuple[str, ...]]
Graphs = dict[str, list[ox.Triple]]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    with oxigraph() as one:
        found = {"oxigraph": one}
        if shutil.which("virtuoso-t") is None:
            yield found
        else:
            with virtuoso(tmp_path_factory.mktemp("virtuoso") / "db") as other:
                yield {**found, "virtuoso": other}


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, servers: dict[str, Server], monkeypatch: pytest.MonkeyPatch) -> Store:
    kind = str(request.param)
    if kind not in servers:
        pytest.skip("Virtuoso is not installed; tests/servers/virtuoso installs it")
    if kind == "virtuoso":
        monkeypatch.setenv("LEUKOGRAPH_USER", "dba")
        monkeypatch.setenv("LEUKOGRAPH_PASSWORD", "dba")
    return asking.connect(profiles.target(servers[kind].url, kind), None, None, 60)


class State(NamedTuple):
    """Graphs as they are published, and what is found in them here."""

    graphs: Graphs
    here: Report


def of_texts(texts: Iterator[tuple[str, bytes]]) -> Graphs:
    held = engine.empty()  # which writes literals as stores do: what they would rewrite is never published
    for graph, content in texts:
        engine.load(held, graph, "case.ttl", content)
    return {graph: [quad.triple for quad in sorted(in_graph(held, graph), key=str)] for graph in ASSERTED}


def in_graph(held: ox.Store, graph: str) -> Iterator[ox.Quad]:
    return held.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(graph)))


def shipped() -> Graphs:
    return of_texts((graph, text.encode()) for graph, text in test_evidence.texts().values())


def with_cases() -> Graphs:
    """Return the project with every record that a check or a shape has to refuse."""
    cases = [(test_checks.marks(path)[1], path) for path in test_checks.CASES]
    cases += [(PAGE, path) for path in sorted((ROOT / "tests" / "shapes").rglob("*.ttl"))]
    more = ((graph, path.read_bytes()) for graph, path in cases if path.stem.startswith("fail-"))
    own = ((graph, text.encode()) for graph, text in test_evidence.texts().values())
    return of_texts(iter([*own, *more]))


def with_forgeries() -> Graphs:
    """Return the project with as many of the forged facts as can be told at once."""
    made = test_evidence.texts()
    for path in test_evidence.FAULTS:
        for change in test_evidence.fault(path)["change"]:
            place = change["file"] if "/" in change["file"] else test_evidence.PAGE_FOLDER + change["file"]
            graph, text = made[place]
            if "old" in change and "copy" not in change and text.count(change["old"]) == 1:
                made[place] = graph, text.replace(change["old"], change["new"])
    return of_texts((graph, text.encode()) for graph, text in made.values())


def with_scaled_faults() -> Graphs:
    """Return two copies of the page and the background, with two faults of every kind."""
    made = shipped() | {"page": [], "background": []}
    for text in scale.copies(2, faults=18):
        for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS):
            made[quad.graph_name.value.rpartition("/")[2]].append(quad.triple)  # type: ignore[union-attr]
    return made


STATES = {one.__name__: one for one in (shipped, with_cases, with_forgeries, with_scaled_faults)}


@pytest.fixture(scope="module", params=STATES)
def state(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> State:
    graphs = STATES[request.param]()
    home = tmp_path_factory.mktemp("home")
    for part in files.PARTS:
        shutil.copytree(ROOT / part, home / part)
    for graph in ASSERTED:
        paths = [Path(path) for path in files.graph_files(str(home), graph)]
        for path in paths:
            path.unlink()
        paths[0].write_text("".join(f"{one} .\n" for one in graphs[graph]), encoding="utf-8")
    return State(graphs, validation.validate(str(home)))


def publish(store: Store, graphs: Graphs) -> None:
    publishing.publish(store, {graph_iri(graph): iter(some) for graph, some in graphs.items()})


def findings(report: Report, gate: str) -> Found:
    """Return what a gate says, without places; a blank node has no name that two stores share."""
    return {
        tuple(
            re.sub(r"^_:.*", "_:", part)
            for part in (*one[:6], re.sub(r" See also .*(?= Mend)", "", one.message), one.term)
        )
        for each in report.gates
        if each.name == gate
        for one in each.findings
    }


def test_what_a_store_holds_is_judged_as_it_is_here(store: Store, state: State) -> None:
    publish(store, state.graphs)
    at = judging.place(store, lambda _: None)
    assert (at.held is None) == (store.target.profile.name == "oxigraph")
    there = judging.judge(str(ROOT), at, seconds=60, tell=lambda _: None)
    for gate in COMPARED:
        assert findings(there, gate) == findings(state.here, gate), gate
    numbers = {gate: len(findings(there, gate)) for gate in COMPARED}
    print(store.target.profile.name, numbers)
