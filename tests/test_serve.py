"""`leukograph serve` beside its endpoint: questions, addresses, descriptions, other data, its end, real clients."""

import html
import io
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from commands import call
from leukograph import questions
from leukograph.names import BASE, GRAPHS, LGD, LGO, PREFIXES, graph_iri
from leukograph.serving import complexity, running
from leukograph.serving.memory import Memory
from leukograph.site import frame, lists
from servers_of_ours import PAGES, Answer, Server, read_answer, serving, site, started

ROOT = Path(__file__).parents[1]
TURTLE, NT, JSON_LD = "text/turtle", "application/n-triples", "application/ld+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = site(tmp_path_factory.mktemp("site"))
    with serving("--site", str(folder), "--workers", "2") as running:
        yield running


# Examples of the help


@pytest.mark.parametrize("example", [line.strip() for line in running.EXAMPLES.split("\n")[1:]])
def test_an_example_of_the_help_serves(example: str, tmp_path: Path) -> None:
    folder = str(site(tmp_path / "site"))
    words = shlex.split(example.replace("--port 8080", "").replace("FOLDER", folder))
    assert words[:2] == ["leukograph", "serve"]
    with serving(*words[2:], *([] if "--site" in words else ["--site", folder])) as one:
        assert one.ask("/health").status == 200


# Saved questions


def test_a_question_answers_as_the_command_does(server: Server) -> None:
    words = ("ask", "options-for-subtype", "--disease", "Ph+")
    said = {kind: call(*words, "--format", kind).out for kind in ("json", "csv", "tsv", "ttl", "csv-spreadsheet")}
    for accept, kind in (("application/json", "json"), ("text/csv", "csv"), (TURTLE, "ttl")):
        answer = server.question("options-for-subtype", accept, disease="Ph+")
        assert (answer.status, answer.media) == (200, accept)
        assert answer.body.decode() == said[kind]
    for kind, text in said.items():
        answer = server.ask(f"/ask/options-for-subtype?disease=Ph%2B&format={kind}", headers={"Accept": "image/png"})
        assert (answer.status, answer.body.decode()) == (200, text)


NO_PARAMETER = "options-for-subtype has no parameter nothing. It takes disease, state."
TWICE = "parameter disease was given 2 times. options-for-subtype takes it once."


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("query", "words", "sentence"),
    [
        ("disease=nonsense", ("--disease", "nonsense"), None),
        ("disease=", ("--disease=",), None),
        ("state=relapsed", ("--state", "relapsed"), None),
        ("disease=Ph%2B&nothing=1", None, NO_PARAMETER),  # argparse has words of its own
        ("disease=Ph%2B&disease=ALL", ("--disease", "Ph+", "--disease", "ALL"), TWICE),
        ("with-background=perhaps", None, "parameter with-background is true or false, once."),
        ("format=csv&format=tsv", None, "parameter format was given 2 times. Give it once."),
    ],
)
def test_wrong_parameters_get_the_sentence_of_the_command(
    server: Server, query: str, words: tuple[str, ...] | None, sentence: str | None, slash: str
) -> None:
    target = f"/ask/options-for-subtype{slash}?{query}"
    if words is not None:
        said = call("ask", "options-for-subtype", *words).err.removeprefix("leukograph: ").removesuffix("\n")
        assert sentence in (None, said.replace("--", "parameter "))
        sentence = said.replace("--", "parameter ")
    assert sentence
    for accept in ("application/json", "*/*", "image/png"):  # whether the call is right is decided before the format
        answer = server.ask(target, headers={"Accept": accept})
        assert (answer.status, answer.detail) == (400, sentence)
    shown = server.ask(target, headers={"Accept": BROWSER})
    assert (shown.status, *told(shown)) == (400, "This cannot be asked so", sentence)


def told(answer: Answer) -> tuple[str, str]:
    """Return title and sentence of a page that tells of a problem; it has look and policy of the page for a 404."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (answer.headers["cache-control"], answer.headers["x-frame-options"]) == ("no-store", "DENY")
    assert "Accept" in answer.headers["vary"]
    text = answer.body.decode()
    (title,), (words, *_) = re.findall(r"<h1>(.*?)</h1>", text), re.findall(r"<p>(.*?)</p>", text)
    assert f"<title>{title} · " in text
    ours = frame.document(lists.missing("/"), "/").decode()
    for part in ("There is no such page", re.findall(r"<p>(.*?)</p>", ours)[0]):
        ours = ours.replace(part, "")
    assert text.replace(title, "").replace(words, "") == ours
    return html.unescape(title), html.unescape(words)


def test_an_unknown_question_is_404_with_the_nearest(server: Server) -> None:
    words = call("ask", "options-for-subtyp").err.removeprefix("leukograph: ").removesuffix("\n")
    sentence = words.replace("`leukograph ask`", "/openapi.json")
    assert sentence.endswith(" /openapi.json lists all.")
    for accept in ("application/json", "image/png"):  # what there is not has no format
        for query in ("", "?format=nonsense", "?disease=nonsense"):
            answer = server.ask(f"/ask/options-for-subtyp{query}", headers={"Accept": accept})
            assert (answer.status, answer.detail) == (404, sentence)
    shown = server.ask("/ask/options-for-subtyp", headers={"Accept": BROWSER})
    assert (shown.status, *told(shown)) == (404, "There is no such page", sentence)


def test_a_page_of_a_problem_holds_no_markup_of_the_request(server: Server) -> None:
    shown = server.ask("/ask/options-for-subtype?disease=%3Cscript%3E%24title%24detail", headers={"Accept": BROWSER})
    assert b"<script>$" not in shown.body
    assert told(shown)[1].startswith("unknown value '<script>$title$detail' for parameter disease.")


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("text/html, application/problem+json;q=0.9", "text/html"),
        ("text/html, application/problem+json", "application/problem+json"),
        ("text/html;q=0.9, text/turtle", "application/problem+json"),
        ("text/html;q=0", "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("text/*", "application/problem+json"),
    ],
)
def test_who_prefers_pages_is_told_by_a_page(server: Server, accept: str, media: str) -> None:
    for target in ("/ask/nothing", "/sparql?query=nonsense", "/sparql?nothing=1"):
        assert server.ask(target, headers={"Accept": accept}).media == media
    assert server.ask("/health", "DELETE", {"Accept": accept}).media == media


@pytest.mark.parametrize(
    ("target", "offered"),
    [
        ("/ask/sources", "application/sparql-results+json, text/csv, text/tab-separated-values, text/turtle"),
        (
            "/ask/options-for-subtype?disease=Ph%2B",
            "application/sparql-results+json, text/csv, text/tab-separated-values, text/turtle, text/html",
        ),
        ("/sparql", "text/turtle, application/n-triples, application/rdf+xml, application/ld+json, text/html"),
        (
            "/.well-known/void",
            "text/turtle, application/n-triples, application/rdf+xml, application/ld+json",
        ),
        ("/rule/some", "text/html"),
        (
            "/graph/inferred",
            (
                "text/turtle, application/n-triples, application/ld+json, application/rdf+xml, application/trig, "
                "application/n-quads"
            ),
        ),
        (
            "/data/blinatumomab",
            (
                "text/html, text/turtle, application/n-triples, application/ld+json, application/rdf+xml, "
                "application/trig, application/n-quads"
            ),
        ),
    ],
)
def test_406_lists_what_there_is_at_this_address(server: Server, target: str, offered: str) -> None:
    answer = server.ask(target, headers={"Accept": "image/png"})
    assert (answer.status, answer.detail) == (406, f"Nothing that you accept can be given. Accept one of {offered}.")


def test_a_browser_is_given_the_page_of_a_question(server: Server) -> None:
    page = PAGES["ask/options-for-subtype/index.html"].encode()
    moved = server.ask("/ask/options-for-subtype?disease=Ph%2B", headers={"Accept": BROWSER})
    assert (moved.status, moved.headers["location"]) == (303, "./options-for-subtype/?disease=Ph%2B")
    for target in ("/ask/options-for-subtype/?disease=Ph%2B", "/ask/options-for-subtype/"):
        shown = server.ask(target, headers={"Accept": BROWSER})
        assert (shown.status, shown.body) == (200, page)
        assert shown.headers["content-type"] == "text/html; charset=utf-8"
    data = server.ask("/ask/options-for-subtype/?disease=Ph%2B", headers={"Accept": "text/csv"})
    assert (data.status, data.media) == (200, "text/csv")


def test_background_comes_where_it_is_asked_for(server: Server) -> None:
    without = server.question("class-and-target", agent="blinatumomab")
    words = ("ask", "class-and-target", "--agent", "blinatumomab", "--with-background", "--format", "json")
    whole = server.question("class-and-target", **{"agent": "blinatumomab", "with-background": "true"})
    assert whole.body.decode() == call(*words).out != without.body.decode()
    assert server.question("class-and-target", **{"agent": "x", "with-background": "perhaps"}).status == 400
    assert server.ask("/ask/sources?format=pdf").status == 400
    assert server.ask("/ask/sources", headers={"Accept": "image/png"}).status == 406


def test_every_question_is_described_and_answers_its_own_example(server: Server, root: str) -> None:
    described = server.ask("/openapi.json").json()
    assert described["openapi"].startswith("3.1.")
    for name in questions.names(root):
        question = questions.load(root, name)
        one = described["paths"][f"/ask/{name}"]["get"]
        assert one["summary"] == question.summary
        known = {param["name"]: param for param in one["parameters"]}
        assert set(known) == {*(param.name for param in question.params), "format", "with-background"}
        values = {}
        for param in question.params:
            assert known[param.name]["required"] == param.required
            schema = known[param.name]["schema"]
            values[param.name] = (schema.get("items") or schema)["examples"][0]
        assert server.question(name, **values).status == 200, name


# Addresses


def test_a_thing_sends_to_documents_about_it(server: Server) -> None:
    for accept, place in (
        (BROWSER, "./blinatumomab/"),
        (TURTLE, "./blinatumomab.ttl"),
        (JSON_LD, "./blinatumomab.jsonld"),
        (f"{NT}, {TURTLE};q=0.5", "./blinatumomab.nt"),
        ("*/*", "./blinatumomab/"),
    ):
        answer = server.ask("/data/blinatumomab", headers={"Accept": accept})
        assert (answer.status, answer.headers["location"]) == (303, place)
        assert "Accept" in answer.headers["vary"]
    assert server.ask("/data/blinatumomab", headers={"Accept": "image/png"}).status == 406
    page = server.ask("/data/blinatumomab/", headers={"Accept": BROWSER})
    assert (page.status, page.body.decode()) == (200, PAGES["data/blinatumomab/index.html"])
    assert '<../blinatumomab.ttl>; rel="alternate"; type="text/turtle"' in page.headers["link"]
    turtle = server.ask("/data/blinatumomab/", headers={"Accept": TURTLE})
    assert turtle.body == server.ask("/data/blinatumomab.ttl").body


def test_every_iri_of_the_graph_has_an_address(server: Server, everything: ox.Store) -> None:
    subjects = {quad.subject.value for quad in everything if isinstance(quad.subject, ox.NamedNode)}
    ours = sorted(one.removeprefix(BASE) for one in subjects if one.startswith(BASE))
    assert len(ours) > 500
    head = "HTTP/1.1\r\nHost: x\r\nAccept: text/turtle\r\n\r\n"
    with server.connect() as line:
        for path in ours:
            line.sendall(f"GET /{path} {head}".encode())
            answer = read_answer(line)
            assert (answer.status, answer.headers["location"]) == (303, f"./{path.rpartition('/')[2]}.ttl")
        for path in ours[::40]:
            line.sendall(f"GET /{path}.ttl {head}".encode())
            found = list(ox.parse(read_answer(line).body, format=ox.RdfFormat.TURTLE))
            assert any(quad.subject == ox.NamedNode(BASE + path) for quad in found)


def test_flat_formats_hold_what_is_asserted_and_others_name_the_graphs(server: Server) -> None:
    kinds = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
    flat = [{quad.triple for quad in ox.parse(server.ask(f"/data/blinatumomab.{one}").body, format=kind)}
            for one, kind in kinds.items()]  # fmt: skip
    assert flat[0] == flat[1] == flat[2] != set()
    named = {"jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS}
    whole = [set(ox.parse(server.ask(f"/data/blinatumomab.{one}").body, format=kind)) for one, kind in named.items()]
    assert whole[0] == whole[1] == whole[2]
    graphs = {quad.graph_name for quad in whole[0]}
    assert ox.NamedNode(graph_iri("inferred")) in graphs
    assert ox.NamedNode(graph_iri("page")) in graphs
    asserted = {quad.triple for quad in whole[0] if "inferred" not in str(quad.graph_name)}
    assert asserted == flat[0]


def test_a_graph_is_a_document_itself(server: Server, everything: ox.Store) -> None:
    for graph in GRAPHS:
        answer = server.ask(f"/graph/{graph}", headers={"Accept": NT})
        assert (answer.status, answer.media) == (200, NT)
        held = len(list(everything.quads_for_pattern(None, None, None, ox.NamedNode(graph_iri(graph)))))
        assert len(list(ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES))) == held
    shown = server.ask("/graph/page", headers={"Accept": BROWSER})
    assert (shown.status, shown.headers["location"]) == (303, "./page/")


def test_pages_files_and_what_is_missing(server: Server) -> None:
    script, wasm = "/assets/app.js", "/assets/oxigraph.wasm"
    for path, media in (("/", "text/html"), (script, "text/javascript"), (wasm, "application/wasm")):
        answer = server.ask(path)
        assert (answer.status, answer.media) == (200, media)
        again = server.ask(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
    assert server.ask("/rule/some", headers={"Accept": BROWSER}).headers["location"] == "./some/"
    assert server.ask("/console").headers["location"] == "./console/"
    missing = server.ask("/data/nothing", headers={"Accept": BROWSER})
    assert (missing.status, missing.body.decode()) == (404, PAGES["404.html"])
    assert server.ask("/data/nothing", headers={"Accept": TURTLE}).detail.startswith("Nothing is at this address")
    assert server.ask("/", "HEAD").headers["content-length"] == str(len(PAGES["index.html"]))
    assert json.loads(server.ask("/context.jsonld").body)["@context"]


def test_the_data_is_described_in_void_in_four_formats(server: Server) -> None:
    answer = server.ask("/.well-known/void")
    triples = {quad.triple for quad in ox.parse(answer.body, format=ox.RdfFormat.TURTLE)}
    assert len(triples) > 100
    kinds = {NT: ox.RdfFormat.N_TRIPLES, "application/rdf+xml": ox.RdfFormat.RDF_XML, JSON_LD: ox.RdfFormat.JSON_LD}
    for media, kind in kinds.items():
        other = server.ask("/.well-known/void", headers={"Accept": media})
        assert (other.status, other.media) == (200, media)
        assert {quad.triple for quad in ox.parse(other.body, format=kind)} == triples


def test_health_tells_the_version_and_the_workers(server: Server) -> None:
    said = server.ask("/health").json()
    assert said["status"] == "ok"
    assert said["of"] == 4
    assert len(said["version"]) == 64


# Real clients


def test_rdflib_asks_through_its_store(server: Server, everything_rdflib: rdflib.Dataset) -> None:
    drugs = f"SELECT ?s WHERE {{ ?s a <{LGO}Drug> }}"
    for method in ("GET", "POST", "POST_FORM"):
        store = SPARQLStore(f"http://127.0.0.1:{server.port}/sparql", method=method)
        graph = rdflib.Graph(store)
        there = {row[0] for row in graph.query(drugs)}  # type: ignore[index]
        assert there == set(everything_rdflib.graph(graph_iri("page")).subjects(None, rdflib.URIRef(LGO + "Drug")))
        assert (rdflib.URIRef(LGD + "blinatumomab"), None, None) in graph
        assert bool(graph.query("ASK { ?s ?p ?o }"))


def test_sparqlwrapper_asks_in_every_way(server: Server) -> None:
    wrapper_module = pytest.importorskip("SPARQLWrapper")
    for method, way in (("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")):
        wrapper = wrapper_module.SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql")
        wrapper.setMethod(method)
        wrapper.setRequestMethod(way)
        wrapper.setReturnFormat("json")
        wrapper.setQuery(f"SELECT ?s WHERE {{ ?s a <{LGO}DrugClass> }} LIMIT 4")
        assert len(wrapper.query().convert()["results"]["bindings"]) == 4
        wrapper.setQuery("ASK { ?s ?p ?o }")
        assert wrapper.query().convert()["boolean"] is True
        wrapper.setQuery(f"CONSTRUCT {{ ?s a <{LGO}Drug> }} WHERE {{ ?s a <{LGO}Drug> }}")
        wrapper.setReturnFormat("turtle")
        assert b"Drug" in wrapper.query().convert()


def test_pandas_reads_a_question_as_csv(server: Server) -> None:
    pandas = pytest.importorskip("pandas")
    answer = server.question("options-for-subtype", "text/csv", disease="Ph+")
    table = pandas.read_csv(io.BytesIO(answer.body))
    rows = server.question("options-for-subtype", disease="Ph+").json()["results"]["bindings"]
    assert len(table) == len(rows) > 0


def test_comunica_asks_in_every_form(server: Server) -> None:
    folder = ROOT / ".checkers" / "comunica"
    node = shutil.which("node")
    if node is None or not (folder / "node_modules").exists():
        pytest.skip("the checker comunica is not installed; tests/checkers/README.md says how")
    select = f"SELECT ?s WHERE {{ ?s a <{LGO}DrugClass> }} ORDER BY ?s"
    texts = [select, "ASK { ?s ?p ?o }", "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 7"]
    run = [node, str(folder / "ask.mjs"), f"http://127.0.0.1:{server.port}/sparql", *texts]
    done = subprocess.run(run, capture_output=True, text=True, cwd=folder, timeout=120, check=True)
    rows = [row["s"]["value"] for row in server.query(select).json()["results"]["bindings"]]
    assert json.loads(done.stdout) == {"rows": rows, "truth": True, "quads": 7}


def test_rdflib_reads_addresses(server: Server) -> None:
    graph = rdflib.Graph().parse(f"http://127.0.0.1:{server.port}/data/blinatumomab")
    assert (rdflib.URIRef(LGD + "blinatumomab"), rdflib.RDF.type, rdflib.URIRef(LGO + "Drug")) in graph
    assert PREFIXES["lgd"] == LGD


# Other data, and the end


def test_other_data_takes_its_place_without_a_lost_request(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for part in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / part, home / part)
    folder = site(tmp_path / "site")
    name = (
        f'SELECT ?n WHERE {{ <{LGD}blinatumomab> <{PREFIXES["skos"]}altLabel> ?n FILTER(CONTAINS(?n, "of a test")) }}'
    )
    with serving("--site", str(folder), "--workers", "2", "--watch", "--everything", home=home) as server:
        before = server.query(name)
        assert before.json()["results"]["bindings"] == []
        statuses: list[int] = []
        done = threading.Event()

        def ask() -> None:
            number = 0
            while not done.is_set():
                number += 1
                statuses.append(server.query(f"ASK {{ ?s ?p ?o FILTER({number} > 0) }}").status)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            path = home / "data" / "page" / "broken.ttl"
            path.write_text("this is no Turtle", encoding="utf-8")
            assert "broken.ttl:1" in server.wait_for("the new data cannot be served, the old stays")
            path.unlink()
            server.process.send_signal(signal.SIGHUP)
            server.wait_for("the data is as it was.")
            more = home / "data" / "background" / "test.ttl"
            more.write_text(
                f'<{LGD}blinatumomab> <{PREFIXES["skos"]}altLabel> "name of a test"@en .\n', encoding="utf-8"
            )
            server.process.send_signal(signal.SIGHUP)
            server.wait_for("serving other data")
        finally:
            done.set()
            thread.join(60)
        assert len(statuses) > 20
        assert set(statuses) == {200}
        after = server.query(name)
        assert [row["n"]["value"] for row in after.json()["results"]["bindings"]] == ["name of a test"]
        assert after.headers["etag"] != before.headers["etag"]
        server.settle(4)


def test_sigterm_lets_a_running_query_end_and_takes_no_other(tmp_path: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with started("--site", str(site(tmp_path)), "--workers", "1", "--timeout", "2", environment={}) as server:
        answers = []
        thread = threading.Thread(target=lambda: answers.append(server.query(slow)))
        thread.start()
        time.sleep(0.5)
        workers = server.workers()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        with pytest.raises(OSError, match="refused"):
            server.connect(1)
        thread.join(30)
        assert [one.status for one in answers] == [504]
        assert server.process.wait(30) == 0
        assert server.said[-1] == "leukograph: ended."
        for number in workers:
            assert not Path(f"/proc/{number}").exists()


def test_a_proxy_is_believed_only_where_there_is_one(tmp_path: Path, server: Server) -> None:
    said = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "Accept": NT}
    assert server.ask("/sparql", headers=said).status == 200
    with serving("--site", str(site(tmp_path)), "--workers", "1", "--behind-proxy") as behind:
        assert b"<https://127.0.0.1:" in behind.ask("/sparql", headers=said).body
        assert " 203.0.113.7 GET /sparql 200 " in behind.wait_for("203.0.113.7")
    assert not [line for line in server.said if "203.0.113.7" in line]


def test_workers_end_when_the_server_is_killed(tmp_path: Path) -> None:
    with started("--site", str(site(tmp_path)), "--workers", "1", environment={}) as server:
        workers = server.workers()
        server.process.kill()
        server.process.wait()
        until = time.monotonic() + 20
        while any(Path(f"/proc/{one}").exists() for one in workers) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(Path(f"/proc/{one}").exists() for one in workers)


# The call


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--port", "65536"), "'65536' is no port"),
        (("--timeout", "0.1"), "--timeout 0.1: this is too short"),
        (("--workers", "0"), "'0' is no whole number of at least 1"),
        (("--site", "nowhere"), "--site "),
        (("--host", "192.0.2.1", "--port", "1"), "192.0.2.1:1: cannot be listened on"),
        (("--port", "0", "--max-memory", "30"), "no worker could start. Give more than --max-memory 30."),
        (("surplus",), "unrecognized arguments: surplus"),
    ],
)
def test_a_wrong_call_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    ran = call("serve", *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert ran.err.count("\n") == 1


def test_wrong_data_is_no_server(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for part in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / part, home / part)
    (home / "data" / "page" / "broken.ttl").write_text("this is no Turtle", encoding="utf-8")
    run = [sys.executable, "-m", "leukograph", "serve", "--port", "0"]
    done = subprocess.run(
        run, capture_output=True, text=True, env={"LEUKOGRAPH_HOME": str(home)}, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "broken.ttl:1:" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_help_has_every_option_and_an_example_of_each() -> None:
    with redirect_stderr(io.StringIO()):
        text = call("serve", "--help").out
    top, _, examples = text.partition("examples:")
    options = {word.strip(",") for word in top.split() if word.startswith("--")} - {"--help"}
    assert len(options) == 17
    assert {one for one in options if one not in examples} == set()


# Parts


@pytest.mark.parametrize(
    ("sparql", "nesting", "patterns"),
    [
        ("ASK { ?s ?p ?o }", 1, 1),
        ("ASK { ?s ?p ?o ; ?q ?r , ?t . ?a ?b ?c }", 1, 4),
        ("ASK { ?s <x:a>/<x:b>|^<x:c> ?o }", 1, 4),
        ("ASK { { { } } ?x ?y [ ?z ( 1 2 3 ) ] FILTER(?x IN (1, 2, 3)) }", 3, 3),
        ('ASK { ?s ?p "{{{{ . ; ," # {{{{\n }', 1, 1),
        ('ASK { ?s ?p <x:{{{> , \'a\', """{{""" , 1.5 }', 4, 7),
        ("}}}}", 0, 0),
    ],
)
def test_nesting_and_patterns_are_measured_outside_of_texts(sparql: str, nesting: int, patterns: int) -> None:
    assert complexity.measure(sparql) == (nesting, patterns)


def test_memory_forgets_what_was_not_used_for_longest() -> None:
    memory: Memory[str] = Memory(100, 60)
    for name in "abc":
        memory.put(name, name.upper(), 40)
        memory.get("a")
    assert [memory.get(name) for name in "abc"] == ["A", None, "C"]
    memory.put("large", "x", 61)
    assert memory.get("large") is None
    memory.put("a", "again", 10)
    assert (memory.get("a"), memory.size) == ("again", 50)
