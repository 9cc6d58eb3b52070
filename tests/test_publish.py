"""`leukograph publish` and `--endpoint` against real stores: what is there afterwards, and that answers are equal."""

import os
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import test_questions
from commands import call
from leukograph import answers, asking, formats, material, profiles, remote
from leukograph.errors import EndpointError, LeukographError, LimitError
from leukograph.names import BACKGROUND, GRAPHS, LGD, LGO, LGV, graph_iri
from leukograph.remote import Dataset, Store
from leukograph.staging import STAGING
from leukograph.triples import GENID
from stores import Server, oxigraph, virtuoso

ROOT = str(Path(__file__).parents[1])
OWN = "https://example.org/graph/own"
NOTHING = "Nothing was switched: the graphs stand as they were."
KINDS = ("oxigraph", "virtuoso")


@pytest.fixture(scope="module")
def ox_server() -> Iterator[Server]:
    with oxigraph() as server:
        yield server


@pytest.fixture(scope="module")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso") / "db") as server:
        yield server


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = str(request.param)
    if name == "virtuoso":
        monkeypatch.setenv("LEUKOGRAPH_USER", "dba")
        monkeypatch.setenv("LEUKOGRAPH_PASSWORD", "dba")
    return name


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> str:
    server = request.getfixturevalue("ox_server" if kind == "oxigraph" else "virtuoso_server")
    return str(server.url)


@pytest.fixture
def store(kind: str, url: str) -> Store:
    return asking.connect(profiles.target(url, kind), None, None, 60)


@pytest.fixture
def published(kind: str, published_once: dict[str, Store]) -> Store:
    return published_once[kind]


def canonical(triples: object) -> set[str]:
    dataset = ox.Dataset(ox.Quad(*one) for one in triples)  # type: ignore[attr-defined]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))


@pytest.fixture(scope="module")
def whole() -> material.Material:
    return material.gather(ROOT, GRAPHS)


def test_every_graph_is_there_as_it_is_here(published: Store, whole: material.Material) -> None:
    for graph in GRAPHS:
        right = canonical(quad.triple for quad in whole.quads[graph])
        assert canonical(published.graph(graph_iri(graph))) == right
        assert published.count(graph_iri(graph)) == len(right)
        assert published.count(graph_iri(graph) + STAGING) == 0


def test_the_default_graph_of_the_store_stays_empty(ox_server: Server) -> None:
    assert call("publish", ox_server.url).code == 0
    store = asking.connect(profiles.target(ox_server.url), None, None, 60)
    assert not store.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1", Dataset()).rows


def test_publishing_again_changes_nothing(published: Store, kind: str, url: str) -> None:
    ran = call("publish", url, "--store", kind)
    assert ran.code == 0
    assert ran.out.count("unchanged") == len(GRAPHS)
    assert published.count(graph_iri("page")) > 2000


@pytest.mark.parametrize("how", ["staging", "pieces"])
def test_a_graph_is_replaced_whole(store: Store, kind: str, url: str, tmp_path: Path, how: str) -> None:
    graph = f"{OWN}-{how}"
    place = url if how == "staging" else str(toml(tmp_path, kind, url))
    words = ["--store", kind] if how == "staging" else []
    own = tmp_path / "own.nt"
    lines = [f'<urn:s{n}> <urn:p> "a – „{n}“ \\u0041 \\\\u0041 \\n \\"", "x"@de-AT, {n} .' for n in range(1200)]
    own.with_suffix(".ttl").write_text("\n".join(lines), encoding="utf-8")
    ran = call("publish", place, *words, "--file", str(own.with_suffix(".ttl")), "--into", graph)
    assert (ran.code, ran.err) == (0, "")
    assert "new" in ran.out
    assert store.count(graph) == 3600
    own.write_text("<urn:s> <urn:p> <urn:o> .\n" * 3, encoding="utf-8")
    dry = call("publish", place, *words, "--file", str(own), "--into", graph, "--dry-run")
    assert "would be replaced" in dry.out
    assert store.count(graph) == 3600
    assert "replaced" in call("publish", place, *words, "--file", str(own), "--into", graph).out
    assert list(map(str, store.graph(graph))) == ["<urn:s> <urn:p> <urn:o>"]


def toml(folder: Path, kind: str, url: str) -> Path:
    """Write a profile that knows no graph store, so that everything goes by INSERT DATA and SELECT."""
    query, update = ("/query", "/update") if kind == "oxigraph" else ("/sparql", "/sparql-auth")
    auth = "none" if kind == "oxigraph" else "digest"
    path = folder / "store.toml"
    path.write_text(f'query = "{url}{query}"\nupdate = "{url}{update}"\nauth = "{auth}"\n', encoding="utf-8")
    return path


def test_without_a_graph_store_blank_nodes_become_iris(
    store: Store, kind: str, url: str, tmp_path: Path, whole: material.Material
) -> None:
    ran = call("publish", str(toml(tmp_path, kind, url)), "--graph", "ontology")
    assert ran.code == 0, ran.err
    held = set(map(str, store.graph(graph_iri("ontology"))))
    assert len(held) == len(whole.quads["ontology"])
    assert not [one for one in held if "_:" in one.split('"')[0]]
    named = [one for one in held if GENID in one]
    assert len(named) == sum("_:" in str(quad).split('"')[0] for quad in whole.quads["ontology"])
    back = canonical(unnamed(one) for one in store.graph(graph_iri("ontology")))
    assert back == canonical(quad.triple for quad in whole.quads["ontology"])
    again = call("publish", str(toml(tmp_path, kind, url)), "--graph", "ontology")
    assert "unchanged" in again.out
    assert "replaced" in call("publish", url, "--store", kind, "--graph", "ontology").out


def unnamed(triple: ox.Triple) -> ox.Triple:
    def one(term: object) -> object:
        named = isinstance(term, ox.NamedNode) and term.value.startswith(GENID)
        return ox.BlankNode(term.value.removeprefix(GENID)) if named else term  # type: ignore[attr-defined]

    return ox.Triple(one(triple.subject), triple.predicate, one(triple.object))  # type: ignore[arg-type]


def test_a_literal_that_the_store_rewrites_is_seen(store: Store, kind: str, url: str, tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text("<urn:s> <urn:p> 1.50 .", encoding="utf-8")
    graph = f"{OWN}-rewritten"
    ran = call("publish", url, "--store", kind, "--file", str(own), "--into", graph)
    assert (ran.code, ran.out) == (2, "")
    assert "does not give back what it was given: 1 of 1 triples, and it " in ran.err
    assert "; a literal that it rewrites, such as 1.50 to 1.5, has to be given as it keeps it. Nothing was" in ran.err
    assert "Nothing was switched: the graphs stand as they were.\n" in ran.err
    assert store.count(graph) == store.count(graph + STAGING) == 0


@pytest.mark.parametrize("path", test_questions.CASES, ids=test_questions.ident)
def test_every_question_gives_equal_rows(path: Path, kind: str, published_once: dict[str, Store]) -> None:
    name, values, with_background = test_questions.call(path)
    """By the engine of the store, for no profile says `here`."""
    said: list[str] = []
    assert not published_once[kind].target.profile.here
    run = asking.runner(ROOT, published_once[kind], tell=said.append)
    far = answers.ask_open(ROOT, name, values, with_background=with_background, elsewhere=run)[0]
    near = test_questions.answer(path)
    assert set(far.answer.columns) == set(near.answer.columns)
    places = [far.answer.columns.index(column) for column in near.answer.columns]
    found = [tuple(test_questions.ours(row[place]) for place in places) for row in far.answer.rows]
    assert found == [tuple(map(test_questions.ours, row)) for row in near.answer.rows]
    assert far.words == near.words
    assert [one for one in said if "another state" in one] == []


@pytest.fixture(scope="module")
def published_once(request: pytest.FixtureRequest) -> "Lazy":
    return Lazy(request)


class Lazy(dict[str, Store]):
    """Publishes to a store when it is first asked for."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        super().__init__()
        self.request = request

    def __missing__(self, kind: str) -> Store:
        server = self.request.getfixturevalue("ox_server" if kind == "oxigraph" else "virtuoso_server")
        assert call("publish", server.url, "--store", kind).code == 0
        self[kind] = asking.connect(profiles.target(server.url, kind), None, None, 60)
        return self[kind]


def test_ask_at_an_endpoint_prints_what_ask_prints(published: Store, kind: str, url: str) -> None:
    assert published
    words = ["ask", "options-for-subtype", "--disease", "T-cell ALL"]
    assert call(*words, "--endpoint", url, "--store", kind).out == call(*words).out


def test_a_page_question_never_sees_background(published: Store, kind: str, url: str) -> None:
    """Where background and the whole store lie in one union, the graphs that are named are all that is seen."""
    drugs = f"SELECT ?s WHERE {{ ?s a <{LGO}DrugClass> }} ORDER BY ?s"
    page = published.select(drugs, Dataset((graph_iri("page"), graph_iri("ontology"), graph_iri("inferred"))))
    more = published.select(drugs, Dataset(tuple(map(graph_iri, GRAPHS))))
    assert len(page.rows) <= len(more.rows)
    facts = f"SELECT ?f WHERE {{ ?f a <{LGO}ResistanceFact> }}"
    assert not published.select(facts, Dataset((graph_iri("page"), graph_iri("ontology"), graph_iri("inferred")))).rows
    assert published.select(facts, Dataset((graph_iri(BACKGROUND),))).rows
    assert url
    assert kind


def test_free_queries_see_what_they_see_here(published: Store, kind: str, url: str, tmp_path: Path) -> None:
    assert published
    for number, (text, words) in enumerate(
        [
            (f"ASK {{ ?s a <{LGO}ResistanceFact> }}", []),
            (f"ASK {{ ?s a <{LGO}ResistanceFact> }}", ["--everything"]),
            (f"PREFIX o: <{LGO}> # SELECT\nSELECT ?s WHERE {{ ?s a o:Drug }} ORDER BY ?s", ["--format", "csv"]),
            (f"SELECT ?g WHERE {{ GRAPH ?g {{ ?s a <{LGO}Drug> }} }} GROUP BY ?g ORDER BY ?g", ["--format", "csv"]),
            (f"CONSTRUCT WHERE {{ ?s <{LGO}ageFormOf> ?o }}", []),
        ]
    ):
        path = tmp_path / f"{number}.rq"
        path.write_text(text, encoding="utf-8")
        near, far = (
            call("query", str(path), *words),
            call("query", str(path), *words, "--endpoint", url, "--store", kind),
        )
        assert far.code == 0, far.err
        assert far.out == near.out


def test_an_empty_store_is_no_silence_of_the_page() -> None:
    with oxigraph() as server:
        ran = call("ask", "options-for-subtype", "--disease", "Ph+", "--endpoint", server.url)
    assert (ran.code, ran.out) == (2, "")
    assert f"holds nothing in <{graph_iri('ontology')}>, <{graph_iri('page')}>" in ran.err
    assert ran.err.endswith("so it cannot tell what the page says. Publish there first.\n")


def test_a_free_query_of_an_empty_store_is_no_answer_either(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    with oxigraph() as server:
        path.write_text("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", encoding="utf-8")
        ran = call("query", str(path), "--endpoint", server.url)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.endswith("so it cannot tell what the page says. Publish there first.\n")
        path.write_text(f"ASK FROM <{graph_iri('page')}> {{ ?s ?p ?o }}", encoding="utf-8")
        assert call("query", str(path), "--endpoint", server.url).code == 2
        assert call("publish", server.url, "--graph", "ontology").code == 0
        path.write_text("ASK { ?s ?p ?o }", encoding="utf-8")
        ran = call("query", str(path), "--endpoint", server.url)
        assert (ran.code, ran.out) == (0, "true\n")
        assert "holds nothing in page, inferred; what belongs there cannot be found.\n" in ran.err
        path.write_text("ASK { GRAPH <urn:other> { ?s ?p ?o } }", encoding="utf-8")
        ran = call("query", str(path), "--endpoint", server.url)
        assert (ran.code, ran.out) == (2, "")
        assert "GRAPH <urn:other> is refused; it is no graph of the project. Name one in full" in ran.err


def test_another_state_of_the_graph_is_told(ox_server: Server) -> None:
    assert call("publish", ox_server.url).code == 0
    store = asking.connect(profiles.target(ox_server.url), None, None, 60)
    store.update(f"INSERT DATA {{ GRAPH <{graph_iri('page')}> {{ <urn:s> <urn:p> <urn:o> }} }}", safe=True)
    ran = call("ask", "options-for-subtype", "--disease", "Ph+", "--endpoint", ox_server.url)
    assert ran.code == 0
    assert "holds another state of page (2432 triples, here 2431); the answer is of what it holds" in ran.err
    other = (
        "The store holds another state of the graph: what is not listed here may be stated on the page all the same."
    )
    assert other in " ".join(ran.out.split())
    assert "not stated on this page" not in " ".join(ran.out.split())
    ran = call("ask", "options-for-subtype", "--disease", "Ph+", "--endpoint", ox_server.url, "--here")
    assert other in " ".join(ran.out.split())
    assert "holds another state of page (2432 triples, here 2431)" in ran.err
    ran = call("ask", "options-for-subtype", "--disease", "Ph+", "--format", "csv", "--endpoint", ox_server.url)
    assert ran.err.endswith(f"leukograph: {other}\n")
    store.update(f"DELETE DATA {{ GRAPH <{graph_iri('page')}> {{ <urn:s> <urn:p> <urn:o> }} }}", safe=True)


def test_an_answer_that_differs_is_no_answer(ox_server: Server) -> None:
    """As many triples as here and other rows: a graph that was changed, or an engine that evaluates otherwise."""
    assert call("publish", ox_server.url).code == 0
    store = asking.connect(profiles.target(ox_server.url), None, None, 60)
    option = f"<{LGD}option-nelarabine-ph-negative> <{LGO}hasModality>"
    right, wrong = (f"GRAPH <{graph_iri('page')}> {{ {option} <{LGV}{one}> }}" for one in ("possible", "recommended"))
    store.update(f"DELETE DATA {{ {right} }}; INSERT DATA {{ {wrong} }}", safe=True)
    ran = call("ask", "options-for-subtype", "--disease", "T-cell ALL", "--endpoint", ox_server.url)
    store.update(f"DELETE DATA {{ {wrong} }}; INSERT DATA {{ {right} }}", safe=True)
    assert (ran.code, ran.out) == (2, "")
    assert "its answer differs from the answer here, although its graphs hold as many triples" in ran.err


def test_here_needs_graphs_that_can_be_read_whole(published: Store, kind: str, url: str, tmp_path: Path) -> None:
    assert published
    words = ["ask", "options-for-subtype", "--disease", "T-cell ALL", "--endpoint", str(toml(tmp_path, kind, url))]
    ran = call(*words, "--here")
    assert (ran.code, ran.out) == (2, "")
    assert "blank nodes cannot be read in pages. Publish them with --skolemise, or through this profile." in ran.err
    assert call("publish", words[-1], "--graph", "ontology").code == 0
    assert call(*words, "--here").out == call(*words[:4]).out
    assert call("publish", url, "--store", kind, "--graph", "ontology").code == 0


def test_a_row_limit_that_is_not_told_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEUKOGRAPH_USER", "dba")
    monkeypatch.setenv("LEUKOGRAPH_PASSWORD", "dba")
    with virtuoso(tmp_path / "db", rows=50) as server:
        ran = call("publish", server.url, "--store", "virtuoso", "--graph", "page")  # its graph store is capped too
        assert ran.code == 2
        assert "counts 2431 triples and gives 51. Mend its row limit. Nothing was switched" in ran.err
        path = tmp_path / "q.rq"
        path.write_text("SELECT ?s ?p WHERE { ?s ?p ?o }", encoding="utf-8")
        place = toml(tmp_path, "virtuoso", server.url)  # pages are as long as the store lets them be
        assert call("publish", str(place), "--graph", "inferred").code == 0
        ran = call("query", str(path), "--endpoint", server.url, "--store", "virtuoso")
        assert (ran.code, ran.out) == (2, "")
        assert "the store gives 50 of " in ran.err
        assert "rows and does not say so. Ask for less at once." in ran.err


def test_a_wrong_password_is_refused_in_words(
    virtuoso_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.nt"
    own.write_text("<urn:s> <urn:p> <urn:o> .\n", encoding="utf-8")
    words = ["publish", virtuoso_server.url, "--store", "virtuoso", "--file", str(own), "--into", f"{OWN}-refused"]
    monkeypatch.setenv("LEUKOGRAPH_USER", "dba")
    monkeypatch.setenv("LEUKOGRAPH_PASSWORD", "secret-and-wrong")
    ran = call(*words)
    assert ran.code == 2
    assert "the store does not accept this user and password, or this token (status 401)." in ran.err
    assert NOTHING in ran.err
    assert "secret" not in ran.err
    monkeypatch.delenv("LEUKOGRAPH_USER")
    monkeypatch.delenv("LEUKOGRAPH_PASSWORD")
    ran = call(*words)
    assert ran.code == 2
    assert "the store asks who you are (status 401)." in ran.err
    assert NOTHING in ran.err
    assert asking.connect(profiles.target(virtuoso_server.url, "virtuoso"), None, None, 60).count(words[-1]) == 0


def test_a_store_that_is_only_read_keeps_what_it_has(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    with oxigraph(folder) as server:
        assert call("publish", server.url, "--graph", "inferred").code == 0
    with oxigraph(folder, verb="serve-read-only") as server:
        ran = call("publish", server.url, "--graph", "inferred")
        assert (ran.code, "unchanged" in ran.out) == (0, True)
        own = tmp_path / "own.nt"
        own.write_text("<urn:s> <urn:p> <urn:o> .\n", encoding="utf-8")
        ran = call("publish", server.url, "--file", str(own), "--into", OWN)
        assert ran.code == 2
        assert "Nothing was switched: the graphs stand as they were." in ran.err
        store = asking.connect(profiles.target(server.url), None, None, 60)
        assert (store.count(OWN), store.count(graph_iri("inferred")) > 0) == (0, True)


def test_a_server_that_is_killed_half_way_has_the_old_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "db"
    own = tmp_path / "own.nt"
    own.write_text("<urn:s> <urn:p> <urn:o> .\n", encoding="utf-8")
    with oxigraph(folder) as server:
        assert call("publish", server.url, "--file", str(own), "--into", OWN).code == 0
        own.write_text("".join(f"<urn:s{n}> <urn:p> <urn:o> .\n" for n in range(2000)), encoding="utf-8")
        place = toml(tmp_path, "oxigraph", server.url)
        update, seen = remote.Store.update, []

        def dying(self: Store, sparql: str, *, safe: bool) -> None:
            seen.append(sparql)
            if len(seen) == 3:  # after the first of four pieces
                server.process.kill()
                server.process.wait()
            update(self, sparql, safe=safe)

        monkeypatch.setattr(remote.Store, "update", dying)
        began = time.monotonic()
        ran = call("publish", str(place), "--file", str(own), "--into", OWN)
        assert time.monotonic() - began < 30
        monkeypatch.undo()
    assert ran.code == 2
    assert "no answer (Connection refused). Is the store running? Nothing was switched" in ran.err
    assert f"<{OWN}{STAGING}> may be left over; the next publish drops it." in ran.err
    with oxigraph(folder) as server:
        store = asking.connect(profiles.target(server.url), None, None, 60)
        assert list(map(str, store.graph(OWN))) == ["<urn:s> <urn:p> <urn:o>"]
        assert call("publish", server.url, "--file", str(own), "--into", OWN).code == 0
        assert (store.count(OWN), store.count(OWN + STAGING)) == (2000, 0)


@pytest.mark.skipif(os.name != "posix", reason="the size of files is bounded by `ulimit`")
def test_a_store_whose_disk_is_full_has_the_old_graph(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    own = tmp_path / "own.nt"
    own.write_text("<urn:s> <urn:p> <urn:o> .\n", encoding="utf-8")
    with oxigraph(folder, kilobytes=1500) as server:
        assert call("publish", server.url, "--file", str(own), "--into", OWN).code == 0
        own.write_text("".join(f"<urn:s{n}> <urn:p> <urn:o{n}> .\n" for n in range(20000)), encoding="utf-8")
        ran = call("publish", server.url, "--file", str(own), "--into", OWN)
        assert ran.code == 2
        assert "File too large. Nothing was switched: the graphs stand as they were." in ran.err
    with oxigraph(folder) as server:
        store = asking.connect(profiles.target(server.url), None, None, 60)
        assert list(map(str, store.graph(OWN))) == ["<urn:s> <urn:p> <urn:o>"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is always full")
def test_no_room_here_is_told(ox_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leukograph import triples

    def full(*_: object) -> str:
        with open("/dev/full", "wb", buffering=0) as file:
            file.write(b"x")
        return ""

    monkeypatch.setattr(triples, "_run", full)
    own = tmp_path / "own.nt"
    own.write_text("<urn:s> <urn:p> <urn:o> .\n", encoding="utf-8")
    ran = call("publish", ox_server.url, "--file", str(own), "--into", OWN)
    assert ran.code == 2
    assert ran.err.endswith("No space left on device. Make room. Nothing was sent.\n")


def test_the_examples_of_the_help_run(ox_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.nt").write_text("<urn:s> <urn:p> <urn:o> .\n", encoding="utf-8")
    Path("my-store.toml").write_text(f'store = "oxigraph"\nurl = "{ox_server.url}"\n', encoding="utf-8")
    shown = call("publish", "--help").out
    examples = re.findall(r"^  leukograph (publish .*)$", shown, re.MULTILINE)
    assert len(examples) == 3
    for example in examples:
        words = [re.sub(r"^https?://(localhost|example.org/ds).*", ox_server.url, one) for one in example.split()]
        ran = call(*["oxigraph" if one == "fuseki" else one for one in words])
        assert (ran.code, ran.err) == (0, ""), example


PAGE = (Path(ROOT) / "docs" / "publishing.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ leukograph (.*)\n((?:.*\n)*?)```", PAGE)


def test_the_documentation_shows_what_comes() -> None:
    assert len(CONSOLE) >= 3
    with oxigraph() as server:
        for command, output in CONSOLE:
            words = [server.url if one == "http://localhost:7878" else one for one in shlex.split(command)]
            ran = call(*words)
            assert ran.out == output, command
            assert ran.code == 0


def test_errors_are_those_of_the_project() -> None:
    assert issubclass(EndpointError, LeukographError)
    assert issubclass(LimitError, LeukographError)
    assert formats.ANSWER_FORMATS
