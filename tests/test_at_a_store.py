"""`validate --endpoint` and `build --endpoint` against real stores: what they find and make is what is found here."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from benchmarks import scale

import test_checks
import test_evidence
from commands import call
from leukograph import (
    asking,
    closing,
    engine,
    files,
    judging,
    materialising,
    profiles,
    publishing,
    pulling,
    rule_texts,
    triples,
    validation,
)
from leukograph.errors import EndpointError, LimitError
from leukograph.names import ASSERTED, GRAPHS, INFERRED, INFERRED_BACKGROUND, LGD, LGG, LGO, PAGE, RDF_TYPE, graph_iri
from leukograph.records import Answer, Report
from leukograph.remote import Dataset, Store
from stores import Server, oxigraph, virtuoso

OWN = "https://example.org/graph/own"
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


def of_texts(texts: Iterable[tuple[str, bytes]]) -> Graphs:
    held = engine.empty()  # which writes literals as stores do: what they would rewrite is never published
    for graph, content in texts:
        engine.load(held, graph, "case.ttl", content)
    return {graph: [quad.triple for quad in sorted(in_graph(held, graph), key=str)] for graph in ASSERTED}


def in_graph(held: ox.Store, graph: str) -> Iterator[ox.Quad]:
    return held.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(graph)))


def shipped() -> Graphs:
    return of_texts((graph, text.encode()) for graph, text in test_evidence.texts().values())


def with_cases() -> Graphs:
    """Return the project with forged facts, and every record that a check or a shape has to refuse."""
    made = test_evidence.texts()
    for path in test_evidence.FAULTS:  # as many as can be told at once
        for change in test_evidence.fault(path)["change"]:
            place = change["file"] if "/" in change["file"] else test_evidence.PAGE_FOLDER + change["file"]
            graph, text = made[place]
            if "old" in change and "copy" not in change and text.count(change["old"]) == 1:
                made[place] = graph, text.replace(change["old"], change["new"])
    cases = [(test_checks.marks(path)[1], path) for path in test_checks.CASES]
    cases += [(PAGE, path) for path in sorted((ROOT / "tests" / "shapes").rglob("*.ttl"))]
    more = [(graph, path.read_bytes()) for graph, path in cases if path.stem.startswith("fail-")]
    return of_texts([*((graph, text.encode()) for graph, text in made.values()), *more])


def scaled(faults: int = 0) -> Graphs:
    """Return two copies of the page and the background, with faults."""
    held = engine.empty()
    for text in scale.copies(2, faults=faults):
        held.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    made = {graph: [] if graph in scale.COPIED else some for graph, some in shipped().items()}
    return {
        graph: [*some, *(quad.triple for quad in sorted(in_graph(held, graph), key=str))]
        for graph, some in made.items()
    }


def with_scaled_faults() -> Graphs:
    """Return two copies with two faults of every kind."""
    return scaled(18)


STATES = {one.__name__: one for one in (with_cases, with_scaled_faults)}


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


def digests(store: Store) -> dict[str, tuple[int, str]]:
    """Return size and digest of every graph of a store but those that a build writes."""
    named = store.select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", Dataset()).rows
    graphs = {row[0].value for row in named if row[0]} - {graph_iri(graph) for graph in GRAPHS if graph not in ASSERTED}
    ours = sorted(graph for graph in graphs if graph.startswith((LGG, OWN)))
    return {graph: (store.count(graph), digest(store, graph)) for graph in ours}


def digest(store: Store, graph: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return triples.settle(store.graph(graph), folder, "graph").digest


def lines(store: Store, graph: str) -> set[str]:
    return {f"{one} ." for one in store.graph(graph_iri(graph))}


def follows(graphs: Graphs) -> tuple[set[str], set[str]]:
    """Return what follows here from page and ontology, and what the background adds."""
    some = [ox.Quad(*one) for graph in ("ontology", "page") for one in graphs[graph]]
    first = set(closing.close(some).triples)
    return first, set(closing.close([*some, *(ox.Quad(*one) for one in graphs["background"])]).triples) - first


def told(_: str) -> None:
    """Hear nothing."""


def test_what_follows_is_made_at_the_store_and_nothing_else_is_touched(store: Store) -> None:
    graphs = shipped()
    publish(store, graphs)
    store.update(f"DROP SILENT GRAPH <{OWN}>", safe=True)
    store.update(f"INSERT DATA {{ GRAPH <{OWN}> {{ <urn:s> a <{LGO}Drug> }} }}", safe=True)
    for graph in (INFERRED, INFERRED_BACKGROUND):  # what followed from another state
        store.update(f"CLEAR SILENT GRAPH <{graph_iri(graph)}>", safe=True)
        store.update(f"INSERT DATA {{ GRAPH <{graph_iri(graph)}> {{ <{LGD}imatinib> a <{LGO}Nothing> }} }}", safe=True)
    before = digests(store)
    assert len(before) == len(ASSERTED) + 1
    made = materialising.build(store, told)
    right = dict(zip((INFERRED, INFERRED_BACKGROUND), follows(graphs), strict=True))
    assert {graph: lines(store, graph) for graph in right} == right
    assert made == [materialising.Made(graph, len(some), unchanged=False) for graph, some in right.items()]
    again = materialising.build(store, told)
    assert again == [materialising.Made(graph, len(some), unchanged=True) for graph, some in right.items()]
    assert materialising.remove(store) == {graph: len(some) for graph, some in right.items()}
    assert digests(store) == before
    assert [store.count(graph_iri(graph)) for graph in right] == [0, 0]


def test_what_follows_of_copies_is_made_at_the_store(store: Store) -> None:
    graphs = scaled()
    publish(store, graphs)
    materialising.build(store, told)
    assert (lines(store, INFERRED), lines(store, INFERRED_BACKGROUND)) == follows(graphs)
    assert len(lines(store, INFERRED_BACKGROUND)) > 300


def test_a_contradiction_is_told_with_its_triples_and_nothing_is_changed(store: Store) -> None:
    graphs = shipped()
    wrong = ox.Triple(ox.NamedNode(f"{LGD}imatinib"), ox.NamedNode(RDF_TYPE), ox.NamedNode(f"{LGO}Procedure"))
    publish(store, graphs | {"background": [*graphs["background"], wrong]})
    materialising.remove(store)
    kind = store.target.profile.name
    ran = call("build", "--endpoint", url(store), "--store", kind)
    assert ran.code == 1
    found = re.findall(
        r"violation lgr:contradiction (lgd:imatinib): .* (lgd:imatinib a lgo:\S+; \S+ a lgo:\S+): by", ran.out
    )
    assert found == [("lgd:imatinib", "lgd:imatinib a lgo:Drug; lgd:imatinib a lgo:Procedure")]
    assert [store.count(graph_iri(graph)) for graph in (INFERRED, INFERRED_BACKGROUND)] == [0, 0]


def test_the_command_says_which_store_and_graphs_it_looked_at(store: Store, tmp_path: Path) -> None:
    publish(store, shipped())
    kind, at = store.target.profile.name, store.target.query
    output = tmp_path / "report.json"
    ran = call("validate", "--endpoint", url(store), "--store", kind, "--output", f"json={output}")
    assert (ran.code, ran.err) == (0, "")
    head, lint, *gates, verdict = ran.out.splitlines()
    sizes = ", ".join(f"{graph} ({len(some)})" for graph, some in shipped().items())
    how = {
        "oxigraph": "judged here as well, with the same findings",
        "virtuoso": "they were read and judged here, without its engine",
    }
    looked = f"no file, but 4 graphs with 7520 triples of {at}: {sizes}"
    assert head == f"syntax: 0 findings; looked at {looked}; {how[kind]}"
    assert lint == "lint: 0 findings; looked at nothing, for how triples are written is seen in files alone"
    here = call("validate").out.splitlines()[2:]
    assert [*gates, verdict] == [line.replace("of 23 files", "of 3 graphs without mappings") for line in here]
    assert output.exists()
    read = call("validate", "--endpoint", url(store), "--store", kind, "--here").out.splitlines()
    assert read == [f"syntax: 0 findings; looked at {looked}; {how['virtuoso']}", lint, *gates, verdict]


def test_an_engine_that_errs_is_found_out(servers: dict[str, Server], monkeypatch: pytest.MonkeyPatch) -> None:
    at = servers["oxigraph"].url
    publish(asking.connect(profiles.target(at), None, None, 60), shipped())
    rows = pulling.rows

    def without_minus(store: Store, sparql: str, dataset: Dataset) -> Answer:
        return rows(store, re.sub(r" MINUS \{ [^}]* \}", "", sparql), dataset)

    monkeypatch.setattr(pulling, "rows", without_minus)
    ran = call("validate", "--endpoint", at)
    assert (ran.code, ran.out) == (2, "")
    assert re.search(
        r"its engine finds otherwise than this one \(shapes: 0 findings are lacking, \d{3,} too many\)", ran.err
    )
    monkeypatch.undo()
    monkeypatch.setattr(judging, "MOST_COMPARED", 7519)
    believed = call("validate", "--endpoint", at).out.splitlines()[0]
    assert believed.endswith("; too large to be judged here as well, so its engine is believed")


def url(store: Store) -> str:
    return store.target.query.removesuffix("/query").removesuffix("/sparql")


def test_a_store_that_errs_is_found_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if not store.target.profile.doubted:
        pytest.skip("only a store whose engine is doubted is compared")
    publish(store, shipped())
    materialising.remove(store)
    insert = rule_texts.insert
    monkeypatch.setattr(rule_texts, "insert", lambda rule, *more: insert(rule, *more) if rule.name != "cax-sco" else [])
    with pytest.raises(
        EndpointError, match=r"its engine concludes otherwise \(inferred: \d+ triples are lacking, 0 too"
    ):
        materialising.build(store, told)
    assert store.count(graph_iri(INFERRED)) == 0


def test_rules_without_end_are_stopped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, shipped())
    materialising.remove(store)
    monkeypatch.setattr(materialising, "MOST_ROUNDS", 1)
    with pytest.raises(LimitError, match=r"more than 1 rounds, and still something follows\. Nothing was changed\.$"):
        materialising.build(store, told)
    assert not lines(store, INFERRED)


def test_a_build_that_is_stopped_changes_nothing_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, shipped())
    materialising.remove(store)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(materialising, "_run", stop)
    ran = call("build", "--endpoint", url(store), "--store", store.target.profile.name)
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.endswith("stopped. Nothing was changed.\n")
    assert [store.count(graph_iri(INFERRED) + end) for end in ("", materialising.WORK)] == [0, 0]


def test_a_graph_that_is_not_there_is_an_error(store: Store) -> None:
    publish(store, shipped())
    store.update(f"CLEAR SILENT GRAPH <{graph_iri('mappings')}>", safe=True)
    ran = call("validate", "--endpoint", url(store), "--store", store.target.profile.name)
    assert ran.code == 2
    assert f"holds nothing in <{graph_iri('mappings')}>" in ran.err
    store.update(f"CLEAR SILENT GRAPH <{graph_iri('background')}>", safe=True)
    ran = call("build", "--endpoint", url(store), "--store", store.target.profile.name)
    assert ran.code == 2
    assert f"holds nothing in <{graph_iri('background')}>" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["data"], ["data", "--with-project"], ["data", "--graph", "page"], ["--ontology", "x.ttl"],
        ["--shapes", "x.ttl"], ["--watch"], ["--engine", "reference"],
    ],
)  # fmt: skip
def test_options_that_speak_of_files_are_refused(words: list[str]) -> None:
    ran = call("validate", "--endpoint", "http://127.0.0.1:9", *words)
    assert (ran.code, ran.out) == (2, "")
    assert "speaks of files here, and --endpoint of what a store holds" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["validate", "--here"], "--here speak of a store. Give --endpoint with them."),
        (["validate", "--store", "virtuoso"], "speak of a store. Give --endpoint with them."),
        (["build", "--remove"], "speak of a store. Give --endpoint too."),
        (["build", "--endpoint", "http://127.0.0.1:9", "--check"], "--check speaks of files here"),
        (["build", "--endpoint", "http://127.0.0.1:9", "--engine", "reference"], "--engine reference speaks of files"),
        (["build", "--endpoint", "http://127.0.0.1:9", "--timeout", "5"], "no answer (Connection refused)"),
    ],
)
def test_a_call_that_cannot_be_is_told(words: list[str], said: str) -> None:
    ran = call(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_store_that_gives_few_rows_is_asked_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, shipped())
    dataset, asked = Dataset((graph_iri(PAGE),)), f"PREFIX lgo: <{LGO}>\nSELECT ?m ?t WHERE {{ ?m lgo:exactText ?t }}"
    whole = pulling.rows(store, asked, dataset)
    select = Store.select

    def cut(self: Store, sparql: str, dataset: Dataset) -> Answer:
        found = select(self, sparql, dataset)
        return found._replace(rows=found.rows[:30])

    monkeypatch.setattr(Store, "select", cut)
    paged = pulling.rows(store, asked, dataset)
    assert len(whole.rows) > 60
    assert paged.columns == whole.columns
    assert sorted(paged.rows) == sorted(whole.rows)
    monkeypatch.setattr(Store, "select", lambda *_: Answer(whole.columns, ()))
    monkeypatch.setattr(Store, "rows", lambda *_: 7)
    with pytest.raises(LimitError, match="the store gives 0 of 7 rows and does not say so"):
        pulling.rows(store, asked, dataset)
