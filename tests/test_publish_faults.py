"""What `publish`, `ask` and `query` do with a store that fails: one sentence, and what stands is the truth.

A small store in this process speaks SPARQL over pyoxigraph, and breaks in one way at a time.
"""

import base64
import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pyoxigraph as ox
import pytest

from commands import call
from leukograph import asking, credentials, profiles, publishing, staging, transport, triples
from leukograph.credentials import Credentials
from leukograph.errors import CallError, EndpointError, LimitError
from leukograph.names import graph_iri
from leukograph.remote import Dataset, Store
from leukograph.staging import STAGING
from leukograph.transport import Client, Sent
from stores import oxigraph

OWN = "https://example.org/graph/own"
PAGE = [graph_iri(one) for one in ("page", "ontology", "inferred")]
RESULTS = "application/sparql-results+json"
Break = Callable[["Handler"], bool]


def rows(data: ox.Store, sparql: str, default: list[str], named: list[str]) -> bytes:
    """Answer a SELECT or ASK over exactly these graphs, as JSON."""
    unions = [ox.NamedNode(one) for one in default]
    result = data.query(sparql, default_graph=list(unions), named_graphs=[ox.NamedNode(one) for one in named])
    assert not isinstance(result, ox.QueryTriples)
    return result.serialize(format=ox.QueryResultsFormat.JSON) or b""


def always(status: int, body: bytes = b"", kind: str = "text/plain", **more: str) -> Break:
    def break_(one: "Handler") -> bool:
        one.say(status, body, kind, length=None, **more)
        return True

    return break_


class Fake(ThreadingHTTPServer):
    """A store with a fault: `break_` answers a request itself and returns True, or leaves it to the store."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.data = ox.Store()
        self.break_: Break = lambda _: False
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def count(self, graph: str) -> int:
        return sum(1 for _ in self.data.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


class Handler(BaseHTTPRequestHandler):
    server: Fake
    body = b""

    def log_message(self, *_: object) -> None:
        pass

    def handle_any(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        if not self.server.break_(self):
            self.work()

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the names that http.server looks for

    def work(self) -> None:
        parts = urlsplit(self.path)
        data = self.server.data
        if parts.path == "/store" and parts.query == "default":
            return self.say(200, b"", "application/n-triples")
        if parts.path == "/store":
            graph = ox.NamedNode(parse_qs(parts.query)["graph"][0])
            if self.command == "PUT":
                data.remove_graph(graph)
                data.load(input=self.body, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
                return self.say(204, b"")
            held = (quad.triple for quad in data.quads_for_pattern(None, None, None, graph))
            return self.say(200, ox.serialize(held, format=ox.RdfFormat.N_TRIPLES) or b"", "application/n-triples")
        fields = parse_qs(self.body.decode())
        if parts.path == "/update":
            data.update(fields["update"][0])
            return self.say(204, b"")
        found = rows(data, fields["query"][0], fields.get("default-graph-uri", []), fields.get("named-graph-uri", []))
        return self.say(200, found, RESULTS)

    def say(
        self, status: int, body: bytes, kind: str = "text/plain", *, length: int | None = None, **more: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def cut(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    @property
    def sparql(self) -> str:
        fields = parse_qs(self.body.decode("utf-8", "replace"))
        return (fields.get("query") or fields.get("update") or [""])[0]


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    server.data.add(ox.Quad(ox.NamedNode("urn:old"), ox.NamedNode("urn:p"), ox.Literal("old"), ox.NamedNode(OWN)))
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.nt"
    path.write_text("".join(f'<urn:s{n}> <urn:p> "{n}" .\n' for n in range(1200)), encoding="utf-8")
    return path


def pieces(folder: Path, url: str) -> str:
    path = folder / "store.toml"
    path.write_text(f'query = "{url}/query"\nupdate = "{url}/update"\n', encoding="utf-8")
    return str(path)


def store_of(url: str, seconds: float = 5, auth: str | None = None) -> Store:
    return asking.connect(profiles.target(url), auth, None, seconds)


def on(method: str, path: str, act: Callable[[Handler], object], *, graph: str = "") -> Break:
    def break_(one: Handler) -> bool:
        if one.command != method or urlsplit(one.path).path != path or graph not in one.path + one.sparql:
            return False
        act(one)
        return True

    return break_


def half(one: Handler) -> None:
    """Say how long the answer is, and leave off in the middle."""
    one.say(200, b'<urn:s1> <urn:p> "1" .\n' * 20, "application/n-triples", length=1000)


def short(one: Handler) -> None:
    """Answer with half of the triples and a length that is right."""
    one.say(200, b'<urn:s1> <urn:p> "1" .\n', "application/n-triples")


STAGED = "staging"
NOTHING = "Nothing was switched: the graphs stand as they were."
FAULTS: dict[str, tuple[Break, str]] = {
    "no room": (
        on("PUT", "/store", lambda one: one.say(507, b"No space left on device")),
        "has no room left (status 507)",
    ),
    "no room, 500": (on("PUT", "/store", lambda one: one.say(500, b"disk full")), "(status 500). It says: disk full"),
    "read only": (on("PUT", "/store", lambda one: one.say(403, b"")), "the store forbids it (status 403)."),
    "not supported": (on("PUT", "/store", lambda one: one.say(405, b"")), "does not do this (status 405)."),
    "too large": (on("PUT", "/store", lambda one: one.say(413, b"")), "finds it too large (status 413)."),
    "cut off while sending": (on("PUT", "/store", Handler.cut), "no answer ("),
    "lost": (
        on("PUT", "/store", lambda one: one.say(204, b"")),
        "does not give back what it was given: 0 of 1200 triples",
    ),
    "cut off while reading": (on("GET", "/store", half, graph=STAGED), "the answer was cut off"),
    "fewer are read": (
        on("GET", "/store", short, graph=STAGED),
        "counts 1200 triples and gives 1. Mend its row limit.",
    ),
    "wrong type": (
        on("GET", "/store", lambda one: one.say(200, b"<p>Hello", "text/html"), graph=STAGED),
        "the answer is text/html and no RDF that can be read here.",
    ),
    "unreadable": (
        on("GET", "/store", lambda one: one.say(200, b"<urn:s> <urn:p", "application/n-triples"), graph=STAGED),
        "the answer is called application/n-triples, and cannot be read as such.",
    ),
    "count is no JSON": (
        on("POST", "/query", lambda one: one.say(200, b'{"head": {"vars": ["n"]}, "res', RESULTS), graph=STAGED),
        "is called application/sparql-results+json, and is no whole SPARQL result.",
    ),
    "count is a page": (
        on("POST", "/query", lambda one: one.say(200, b"<p>Log in", "text/html"), graph=STAGED),
        "the answer is text/html and no SPARQL result in JSON.",
    ),
    "count is a truth": (
        on("POST", "/query", lambda one: one.say(200, b'{"head": {}, "boolean": true}', RESULTS), graph=STAGED),
        "the store gives no rows to a SELECT.",
    ),
    "sent elsewhere": (
        on("PUT", "/store", lambda one: one.say(307, b"", Location="http://example.org/store")),
        "the store sends to another place (http://example.org), where nothing is sent by itself.",
    ),
    "sent in circles": (
        on("PUT", "/store", lambda one: one.say(307, b"", Location=one.path)),
        "the store sends from one address to the next. Name the last one.",
    ),
    "made to another request": (
        on("PUT", "/store", lambda one: one.say(302, b"", Location="/other")),
        "the store sends elsewhere (status 302). Name the right address.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_before_the_switch_leaves_the_old_graph(name: str, fake: Fake, own: Path) -> None:
    fake.break_, sentence = FAULTS[name]
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN, "--timeout", "5")
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert ran.err.endswith(f"{NOTHING}\n")
    assert ran.err.count("\n") == 1
    assert (fake.count(OWN), fake.count(OWN + STAGING)) == (1, 0)
    fake.break_ = lambda _: False
    assert call("publish", fake.url, "--file", str(own), "--into", OWN).code == 0
    assert (fake.count(OWN), fake.count(OWN + STAGING)) == (1200, 0)


@pytest.mark.parametrize("words", [[], ["--dry-run"]])
def test_a_graph_store_that_is_not_there_is_told(fake: Fake, own: Path, tmp_path: Path, words: list[str]) -> None:
    place = Path(pieces(tmp_path, fake.url))
    place.write_text(f'{place.read_text(encoding="utf-8")}graph-store = "{fake.url}/stor"\n', encoding="utf-8")
    fake.break_ = on("GET", "/stor", lambda one: one.say(404, b""))
    ran = call("publish", str(place), "--file", str(own), "--into", OWN, *words)
    assert (ran.code, ran.out) == (2, "")
    sentence = f"GET {fake.url}/stor: there is nothing (status 404), although the store counts 1 triples in <{OWN}>. "
    assert ran.err == f"leukograph: {sentence}Name the right address of the graph store. Nothing was written.\n"
    ran = call("publish", str(place), "--file", str(own), "--into", f"{OWN}-new", *words)
    assert (ran.code, ran.out) == (2, "")
    sentence = f"GET {fake.url}/stor: there is no graph store (status 404). Name its right address, or leave it out. "
    assert ran.err == f"leukograph: {sentence}Nothing was written.\n"


def test_a_switch_that_fails_says_what_stands(fake: Fake, own: Path) -> None:
    fake.break_ = on("POST", "/update", lambda one: one.say(500, b"no"), graph="MOVE")
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert ran.code == 2
    assert f"This stands now: <{OWN}> holds 1 triples, as many as before. What was checked may still be" in ran.err
    assert (fake.count(OWN), fake.count(OWN + STAGING)) == (1, 1200)


def test_a_switch_whose_answer_is_lost_is_found_to_be_done_and_never_sent_twice(fake: Fake, own: Path) -> None:
    def act(one: Handler) -> None:
        fake.data.update(one.sparql)
        one.cut()

    fake.break_ = on("POST", "/update", act, graph="MOVE")
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert (ran.code, "replaced" in ran.out) == (0, True)
    assert fake.count(OWN) == 1200


def test_a_switch_that_empties_the_graph_is_told(fake: Fake, own: Path) -> None:
    def act(one: Handler) -> None:
        fake.data.remove_graph(ox.NamedNode(OWN))
        one.say(200, b"")

    fake.break_ = on("POST", "/update", act, graph="MOVE")
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert ran.code == 2
    assert f"the switch went wrong. This stands now: <{OWN}> holds 0 triples, before 1." in ran.err


def test_whoever_stops_it_is_told_what_stands(fake: Fake, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = staging._wrong  # noqa: SLF001 - between reading back and switching

    def stop(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(staging, "_wrong", stop)
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert (ran.code, ran.err) == (130, f"leukograph: stopped. {NOTHING}\n")
    assert (fake.count(OWN), fake.count(OWN + STAGING)) == (1, 0)
    monkeypatch.setattr(staging, "_wrong", wrong)
    update = Store.update

    def stopped(self: Store, sparql: str, *, safe: bool) -> None:
        update(self, sparql, safe=safe)
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "update", stopped)
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert (ran.code, "replaced" in ran.out) == (0, True), "it was stopped too late"
    assert fake.count(OWN) == 1200


@pytest.mark.skipif(os.name != "posix", reason="the process is stopped by a signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
@pytest.mark.parametrize(
    ("method", "graph", "stands"),
    [("GET", quote(OWN, safe=""), "Nothing was written."), ("PUT", STAGED, NOTHING), ("GET", STAGED, NOTHING)],
    ids=["while comparing", "while sending", "while reading back"],
)  # fmt: skip
def test_a_process_that_is_stopped_tidies_up_and_says_what_stands(
    fake: Fake, own: Path, tmp_path: Path, number: int, method: str, graph: str, stands: str
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def wait(one: Handler) -> bool:
        if one.command == method and urlsplit(one.path).path == "/store" and graph in one.path:
            if method == "GET":
                one.send_response(200)
                one.send_header("Content-Type", "application/n-triples")
                one.end_headers()
                one.wfile.write(b"<urn:s> <urn:p> <urn:o> .\n")
            else:
                fake.data.load(input=one.body, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(OWN + STAGING))
            reached.set()
            go_on.wait(20)
            one.close_connection = True
            return True
        return False

    fake.break_ = wait
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    words = [sys.executable, "-m", "leukograph", "publish", fake.url, "--file", str(own), "--into", OWN]
    with subprocess.Popen(
        words, env={**os.environ, "TMPDIR": str(temporary)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert reached.wait(20)
        assert len(list(temporary.iterdir())) == 1
        time.sleep(0.2)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        go_on.set()
    assert (out.decode(), err.decode()) == ("", f"leukograph: stopped. {stands}\n")
    assert process.returncode == 130
    assert list(temporary.iterdir()) == []
    assert (fake.count(OWN), fake.count(OWN + STAGING)) == (1, 0)


def test_whoever_stops_it_twice_is_told_what_is_left(fake: Fake, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(staging, "_wrong", stop)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "update", stop)
        ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    left = f"<{OWN}{STAGING}> may be left over; the next publish drops it."
    assert ran == (130, "", f"leukograph: stopped. {NOTHING} {left}\n")
    monkeypatch.undo()
    assert fake.count(OWN + STAGING) == 1200


def test_what_a_killed_publish_left_is_dropped_where_the_graph_is_as_it_should_be(fake: Fake, own: Path) -> None:
    words = ["publish", fake.url, "--file", str(own), "--into", OWN]
    assert call(*words).code == 0
    staged = ox.NamedNode(OWN + STAGING)
    fake.data.add(ox.Quad(ox.NamedNode("urn:left"), ox.NamedNode("urn:p"), ox.Literal("x"), staged))
    dry = call(*words, "--dry-run")
    assert (dry.code, dry.err) == (0, "")
    assert "unchanged; 1 triples of an earlier staging graph would be dropped" in " ".join(dry.out.split())
    assert fake.count(staged.value) == 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "update", always_fails)
        ran = call(*words)
    left = f"<{OWN}{STAGING}> may be left over; the next publish drops it."
    assert ran == (2, "", f"leukograph: The graphs stand as they should. {left}\n")
    ran = call(*words)
    assert "unchanged; 1 triples of an earlier staging graph were dropped" in " ".join(ran.out.split())
    assert (fake.count(OWN), fake.count(staged.value)) == (1200, 0)
    assert "dropped" not in call(*words).out


def always_fails(*_: object, **__: object) -> None:
    raise EndpointError("no")


@pytest.mark.parametrize("piecewise", [False, True])
def test_how_much_is_sent_is_told_while_it_is(fake: Fake, own: Path, tmp_path: Path, *, piecewise: bool) -> None:
    own.write_text("".join(f'<urn:s{n}> <urn:p> "{n}" .\n' for n in range(9000)), encoding="utf-8")
    said: list[str] = []
    place = pieces(tmp_path, fake.url) if piecewise else fake.url
    store = asking.connect(profiles.target(place), None, None, 5)
    publishing.publish(store, {OWN: triples.of_file(str(own))}, tell=said.append)
    sent = [int(one.split()[-2]) for one in said if one.startswith(f"staging <{OWN}>, ")]
    assert sent == sorted(sent)
    assert len(sent) > 3
    assert sent[-1] == 100
    assert said[-2:] == [f"reading back <{OWN}>", "switching"]


@pytest.mark.parametrize("columns", [60, 200])
def test_what_became_of_the_graphs_is_as_wide_as_the_terminal(
    fake: Fake, own: Path, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN + "-with-a-name-of-some-length")
    assert max(map(len, ran.out.splitlines())) <= columns


def test_all_graphs_are_switched_in_one_update(fake: Fake) -> None:
    assert call("publish", fake.url, "--graph", "page", "--graph", "ontology").code == 0
    updates = [path for method, path, _ in fake.seen if path == "/update"]
    assert updates == ["/update"]
    assert fake.count(graph_iri("page")) > fake.count(graph_iri("ontology")) > 1000


def test_a_store_that_is_busy_for_a_moment_is_asked_again(fake: Fake, own: Path) -> None:
    busy = iter([503, 429, 0, 502] + [0] * 100)

    def break_(one: Handler) -> bool:
        status = next(busy)
        if status:
            one.say(status, b"")
        return bool(status)

    fake.break_ = break_
    assert call("publish", fake.url, "--file", str(own), "--into", OWN).code == 0
    assert fake.count(OWN) == 1200


def test_patience_has_an_end(fake: Fake, own: Path) -> None:
    fake.break_ = always(503)
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert (ran.code, len(fake.seen)) == (2, 3)
    assert ran.err.endswith("the store is not ready (status 503). Nothing was written.\n")


@pytest.mark.parametrize("drip", [False, True])
def test_a_slow_store_is_left(fake: Fake, own: Path, *, drip: bool) -> None:
    def slow(one: Handler) -> None:
        if drip:
            one.send_response(200)
            one.send_header("Content-Type", "application/n-triples")
            one.end_headers()
        for _ in range(100):
            time.sleep(0.1)
            if drip:
                try:
                    one.wfile.write(b"#\n")
                except OSError:
                    return

    fake.break_ = on("GET", "/store", slow, graph=STAGED)
    began = time.monotonic()
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN, "--timeout", "1")
    assert time.monotonic() - began < 6
    assert ran.code == 2
    assert "no whole answer within 1 seconds. Give --timeout more." in ran.err
    assert ran.err.endswith(f"{NOTHING}\n")
    assert fake.count(OWN) == 1


def test_pieces_hold_at_most_500_triples_and_are_cleared_first(fake: Fake, own: Path, tmp_path: Path) -> None:
    updates: list[str] = []

    def break_(one: Handler) -> bool:
        if one.path == "/update":
            updates.append(one.sparql)
        return False

    fake.break_ = break_
    assert call("publish", pieces(tmp_path, fake.url), "--file", str(own), "--into", OWN).code == 0
    assert updates[0] == f"CLEAR SILENT GRAPH <{OWN}{STAGING}>"
    assert [one.count(" .\n") for one in updates[1:-1]] == [500, 500, 200]
    assert updates[-1] == f"MOVE <{OWN}{STAGING}> TO <{OWN}>"
    assert fake.count(OWN) == 1200


def test_a_store_that_caps_pages_is_read_to_the_end_and_one_that_stops_is_told(
    fake: Fake, own: Path, tmp_path: Path
) -> None:
    def act(one: Handler, most: int = 70) -> None:
        read = json.loads(rows(fake.data, one.sparql, [], [OWN + STAGING]))
        read["results"]["bindings"] = read["results"]["bindings"][:most]
        one.say(200, json.dumps(read).encode(), RESULTS)

    place = pieces(tmp_path, fake.url)
    fake.break_ = on("POST", "/query", act, graph=f"<{OWN}{STAGING}> {{ ?s ?p ?o }} }} ORDER")
    assert call("publish", place, "--file", str(own), "--into", OWN).code == 0
    own.write_text("<urn:s> <urn:p> <urn:o> .\n", encoding="utf-8")
    fake.break_ = on("POST", "/query", lambda one: act(one, 0), graph=f"<{OWN}{STAGING}> {{ ?s ?p ?o }} }} ORDER")
    ran = call("publish", place, "--file", str(own), "--into", OWN)
    assert ran.code == 2
    assert f"the store gives 0 of 1 triples. {NOTHING}" in ran.err


def test_rows_that_are_missing_are_missed(fake: Fake, tmp_path: Path) -> None:
    assert call("publish", fake.url, "--graph", "page", "--graph", "ontology", "--graph", "inferred").code == 0

    def capped(one: Handler) -> bool:
        if one.path != "/query" or "COUNT(*)" in one.sparql:
            return False
        found = rows(fake.data, one.sparql, PAGE, [])
        read = json.loads(found)
        read["results"]["bindings"] = read["results"]["bindings"][:3]
        one.say(200, json.dumps(read).encode(), RESULTS)
        return True

    fake.break_ = capped
    ran = call("ask", "options-for-subtype", "--disease", "Ph+", "--endpoint", fake.url)
    assert (ran.code, ran.out) == (2, "")
    assert "the store gives 3 of 5 rows and does not say so." in ran.err
    path = tmp_path / "q.rq"
    path.write_text("SELECT ?s WHERE { ?s ?p ?o } LIMIT 9", encoding="utf-8")
    ran = call("query", str(path), "--endpoint", fake.url)
    assert (ran.code, "the store gives 3 of 9 rows" in ran.err) == (2, True)
    path.write_text(f"SELECT ?s FROM <{graph_iri('page')}> WHERE {{ ?s ?p ?o }} LIMIT 9", encoding="utf-8")  # noqa: S608
    ran = call("query", str(path), "--endpoint", fake.url)
    assert (ran.code, "it was not checked whether the store left rows out" in ran.err) == (0, True)


def test_an_engine_that_changes_a_word_is_found_out(fake: Fake) -> None:
    assert call("publish", fake.url, "--graph", "page", "--graph", "ontology", "--graph", "inferred").code == 0

    def liar(one: Handler) -> bool:
        if one.path != "/query" or "COUNT(*)" in one.sparql:
            return False
        found = rows(fake.data, one.sparql, PAGE, [])
        one.say(200, found.replace(b"may include", b"must include"), RESULTS)
        return True

    fake.break_ = liar
    words = ["ask", "options-for-subtype", "--disease", "Ph+"]
    ran = call(*words, "--endpoint", fake.url)
    assert (ran.code, ran.out) == (2, "")
    assert "its answer differs from the answer here" in ran.err
    assert call(*words, "--endpoint", fake.url, "--here").out == call(*words).out


def test_a_question_asks_for_exactly_its_graphs(fake: Fake) -> None:
    assert call("publish", fake.url).code == 0
    sets: list[set[str]] = []

    def watch(one: Handler) -> bool:
        fields = parse_qs(one.body.decode())
        if "default-graph-uri" in fields:
            sets.append(set(fields["default-graph-uri"]))
        return False

    fake.break_ = watch
    assert call("ask", "options-for-subtype", "--disease", "Ph+", "--endpoint", fake.url).code == 0
    page = {graph_iri(one) for one in ("page", "ontology", "inferred")}
    assert sets
    assert set(map(frozenset, sets)) == {frozenset(page)}
    sets.clear()
    assert (
        call("ask", "class-and-target", "--agent", "blinatumomab", "--with-background", "--endpoint", fake.url).code
        == 0
    )
    assert {graph_iri("background"), graph_iri("inferred-background")} | page == set().union(*sets)


@pytest.mark.parametrize("kind", ["MD5", "SHA-256"])
def test_digest_is_as_the_standard_says(kind: str) -> None:
    """The example of RFC 7616, section 3.9.1."""
    challenge = (
        f'realm="http-auth@example.org", qop="auth, auth-int", algorithm={kind}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    given = Credentials("Mufasa", "Circle of Life")
    own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    said = credentials.digest(given, challenge, "GET", "/dir/index.html", 1, own)
    right = {
        "MD5": "8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }
    assert f'response="{right[kind]}"' in said
    with pytest.raises(EndpointError, match="a kind of Digest that is not known here"):
        credentials.digest(given, 'realm="x", nonce="y", algorithm=SHA-512-256', "GET", "/", 1, own)


def test_a_store_that_never_stops_giving_is_left(fake: Fake, own: Path) -> None:
    def endless(one: Handler) -> None:
        one.send_response(200)
        one.send_header("Content-Type", "application/n-triples")
        one.end_headers()
        number = 0
        with contextlib.suppress(OSError):
            while True:
                one.wfile.write(b"".join(b"<urn:s%d> <urn:p> <urn:o> .\n" % (number + add) for add in range(1000)))
                number += 1000
        one.close_connection = True

    fake.break_ = on("GET", "/store", endless, graph=STAGED)
    ran = call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert ran.code == 2
    assert f"counts 1200 triples and gives more. Mend its row limit. {NOTHING}" in ran.err


def test_what_is_secret_is_sent_where_it_belongs_and_shown_nowhere(
    fake: Fake, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEUKOGRAPH_USER", "me")
    monkeypatch.setenv("LEUKOGRAPH_PASSWORD", "sesame-open")
    coded = base64.b64encode(b"me:sesame-open").decode()
    said = lambda one: one.say(401, f"{one.headers['Authorization']} sesame-open".encode())  # noqa: E731
    fake.break_ = on("GET", "/store", said)
    ran = call("publish", fake.url, "--auth", "basic", "--file", str(own), "--into", OWN)
    assert ran.code == 2
    assert fake.seen[0][2]["Authorization"] == f"Basic {coded}"
    assert "does not accept this user and password, or this token (status 401). It says: Basic … …" in ran.err
    assert "sesame" not in ran.err
    assert coded not in ran.err
    assert "sesame" not in repr(credentials.find(None))
    fake.seen.clear()
    fake.break_ = always(307, Location="http://127.0.0.1:9/x")
    assert call("publish", fake.url, "--auth", "basic", "--file", str(own), "--into", OWN).code == 2
    fake.seen.clear()
    fake.break_ = lambda _: False
    call("publish", fake.url, "--file", str(own), "--into", OWN)
    assert [head for _, _, head in fake.seen if "Authorization" in head] == [], "this kind of store asks for none"
    assert {head["User-Agent"] for _, _, head in fake.seen} == {transport.AGENT}


USER = {"LEUKOGRAPH_USER": "me"}
PASSWORD = {"LEUKOGRAPH_PASSWORD": "sesame"}
TOKEN = {"LEUKOGRAPH_TOKEN": "sesame"}


@pytest.mark.parametrize(
    ("given", "auth", "complaint"),
    [
        ({}, "basic", "auth basic needs user and password, and there is none."),
        ({}, "digest", "auth digest needs user and password, and there is none."),
        ({}, "bearer", "auth bearer needs a token, and there is none."),
        (USER, "basic", "auth basic needs user and password, and one of the two is missing."),
        (PASSWORD, "digest", "auth digest needs user and password, and one of the two is missing."),
        (TOKEN, "basic", "auth basic needs user and password, and there is none."),
        (USER | PASSWORD, "bearer", "auth bearer needs a token, and there is none."),
    ],
)
def test_credentials_that_cannot_be_used_are_told(
    fake: Fake, given: dict[str, str], auth: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ran = call("publish", fake.url, "--auth", auth, "--dry-run")
    assert ran == (2, "", f"leukograph: {complaint} {credentials.WHERE}\n")
    assert fake.seen == []


def test_credentials_that_are_not_asked_for_are_told_and_not_sent(
    fake: Fake, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["publish", fake.url, "--file", str(own), "--into", OWN, "--dry-run"]
    assert call(*words).err == ""
    monkeypatch.setenv("LEUKOGRAPH_TOKEN", "sesame")
    ran = call(*words)
    assert (ran.code, ran.err.count("\n")) == (0, 1)
    assert "user and password, or the token, are not sent: this kind of store asks for none. Give --auth." in ran.err
    fake.break_ = always(401, b"who?")
    ran = call(*words)
    assert ran.code == 2
    assert (
        f"the store asks who you are (status 401). It says: who? Is --auth none right? {credentials.WHERE}" in ran.err
    )


def test_a_store_that_may_be_read_without_a_password_is(fake: Fake, tmp_path: Path) -> None:
    place = Path(pieces(tmp_path, fake.url))
    place.write_text(f'{place.read_text(encoding="utf-8")}auth = "basic"\n', encoding="utf-8")
    assert asking.connect(profiles.target(str(place)), None, None, 5).count(OWN) == 1


def test_a_token_is_sent_as_bearer(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEUKOGRAPH_TOKEN", "a.b-c")
    assert store_of(fake.url, auth="bearer").count(OWN) == 1
    assert fake.seen[0][2]["Authorization"] == "Bearer a.b-c"


def test_digest_is_asked_for_first_and_a_stale_nonce_renewed(
    fake: Fake, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEUKOGRAPH_USER", "me")
    monkeypatch.setenv("LEUKOGRAPH_PASSWORD", "sesame")
    nonces = [f"n{number}" for number in range(50)]

    def guard(one: Handler) -> bool:
        given = one.headers.get("Authorization", "")
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', given))
        known = said.get("nonce") == nonces[0] and int(said["nc"], 16) <= 3
        if known:
            first = hashlib.md5(b"me:r:sesame").hexdigest()  # noqa: S324
            second = hashlib.md5(f"{one.command}:{one.path}".encode()).hexdigest()  # noqa: S324
            middle = f"{said['nonce']}:{said['nc']}:{said['cnonce']}:auth"
            right = hashlib.md5(f"{first}:{middle}:{second}".encode()).hexdigest()  # noqa: S324
            assert said["response"] == right
            return False
        nonces.pop(0)
        one.say(401, b"", WWW_Authenticate=f'Digest realm="r", nonce="{nonces[0]}", qop="auth"')
        return True

    fake.break_ = guard
    assert call("publish", fake.url, "--auth", "digest", "--file", str(own), "--into", OWN).code == 0
    assert fake.count(OWN) == 1200
    assert len(nonces) < 49, "more than one nonce was needed"


@pytest.mark.parametrize(
    ("content", "mode", "complaint"),
    [
        ('user = "me"\npassword = "p"\n', 0o644, "others can read it. Make it yours alone: chmod 600"),
        ('user = "me"\npassword = secret\n', 0o600, "this is no TOML. Write user = and password =, or token ="),
        ('user = "me"\npasswort = "secret"\n', 0o600, "write user and password, or token, each in quotes"),
        ("token = 7\n", 0o600, "write user and password, or token, each in quotes"),
        ("", 0o600, "write user and password, or token, each in quotes"),
        ('token = "secret\\n"\n', 0o600, "has a character that cannot be sent. Give plain text."),
    ],
)
def test_a_file_of_credentials_is_ones_own(tmp_path: Path, content: str, mode: int, complaint: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(CallError) as told:
        credentials.find(str(path))
    assert complaint in str(told.value)
    assert "secret" not in str(told.value)
    path.write_text('user = "me"\npassword = "p"\n', encoding="utf-8")
    path.chmod(0o600)
    assert credentials.find(str(path)).basic() == "Basic bWU6cA=="


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["publish", "localhost:7878"], "'localhost:7878' is no address of a store and no .toml file."),
        (["publish", "ftp://x/"], "is no address of a store. Give http(s)://host:port/path."),
        (["publish", "http://me:sesame@x/"], "an address must not hold a user or password."),
        (["publish", "http://x:sesame/"], "the address has no port that could be."),
        (["publish", "http://x/#a"], "cannot be asked for. Write it in ASCII, without"),
        (["publish", "http://x/", "--file", "own.nt"], "--file and --into stand together, and without --graph."),
        (["publish", "http://x/", "--file", "o.nt", "--into", "a b"], "--into 'a b' is no IRI for a graph."),
        (["publish", "http://x/", "--file", "o.nt", "--into", graph_iri("page")], "this is a graph of the project"),
        (["publish", "http://x/", "--file", "o.nt", "--into", "urn:x-arq:DefaultGraph"], "this is the default graph"),
        (["publish", "http://127.0.0.1:9/", "--file", "o.trig", "--into", OWN], "one graph is published from"),
        (["publish", "http://127.0.0.1:9/", "--file", "none.nt", "--into", OWN], "none.nt: cannot be read"),
        (["publish", "http://x/", "--store", "neo4j"], "argument --store: invalid choice: 'neo4j'. Choices are"),
        (["publish", "http://x/", "--store", "virtuso"], "invalid choice: 'virtuso'. Nearest: virtuoso. Choices are"),
        (["publish", "none.toml"], "none.toml: cannot be read"),
        (["ask", "sources", "--store", "fuseki"], "--store speaks of a store. Give --endpoint with it."),
        (["ask", "sources", "--endpoint", ""], "'' is no address of a store and no .toml file."),
        (["query", "q.rq", "--endpoint", ""], "'' is no address of a store"),
        (["query", "q.rq", "--store", "fuseki"], "--store, --auth and --credentials speak of a store."),
        (["ask", "sources", "--source", ""], ": cannot be read"),
        (["ask", "sources", "--here"], "--here speaks of a store. Give --endpoint with it."),
        (["ask", "sources", "--endpoint", "http://x/", "--format", "ttl"], "--format ttl shows what the files here"),
        (["ask", "sources", "--endpoint", "http://x/", "--source", "p"], "--source shows what the files here hold"),
        (["ask", "sources", "--endpoint", "http://x/", "--timeout", "no"], "'no' is no number of seconds"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_a_sentence(
    words: list[str], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("q.rq").write_text("ASK {}", encoding="utf-8")
    ran = call(*words)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
    assert ran.err.count("\n") == 1
    assert "sesame" not in ran.err


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("store = ", "Mend the file at this place."),
        ('password = "sesame"', "unknown key 'password'. Use store, url,"),
        ('store = "neo4j"\nurl = "http://x"', "unknown store 'neo4j'. Stores are oxigraph,"),
        ('store = "fuseki"', "no url. Give it, or query and update."),
        ('url = "http://x"\nauth = "kerberos"', "unknown auth 'kerberos'. Use none, basic, digest, bearer."),
        ("url = 7", "url is no text. Put it in quotes."),
        ('url = "http://x"\nskolemise = "false"', "skolemise is neither true nor false. Write one of the two"),
        ('url = "http://x"\nhere = 0', "here is neither true nor false. Write one of the two, without quotes."),
        ('url = "http://x"\nqeury = "http://x/q"', "unknown key 'qeury'. Nearest: query. Use store,"),
        ('store = "fuzeki"\nurl = "http://x"', "unknown store 'fuzeki'. Nearest: fuseki. Stores are"),
        ('url = "http://me:sesame@x/"', "an address must not hold a user or password."),
        ('url = "ftp://x"', "'ftp://x' is no address of a store."),
        ('url = "http://x:y"', "the address has no port that could be."),
    ],
)
def test_a_wrong_profile_is_told_in_a_sentence(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CallError, match=f"^{re.escape(str(path))}: .*{re.escape(complaint)}"):
        profiles.target(str(path))


def test_true_and_false_of_a_profile_are_what_they_say(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    for skolemise, here in ((True, False), (False, True)):
        path.write_text(
            f'\ufeffstore = "sparql11"\nurl = "http://x"\nskolemise = {skolemise}\nhere = {here}'.lower(), "utf-8"
        )
        profile = profiles.target(str(path)).profile
        assert (profile.skolemise, profile.here) == (skolemise, here)


@pytest.mark.parametrize("store", ["oxigraph", "virtuoso", "sparql11", "rdf4j"])
def test_without_a_url_there_are_those_addresses_alone_that_are_said(tmp_path: Path, store: str) -> None:
    path = tmp_path / "s.toml"
    said = f'store = "{store}"\nquery = "http://x/q"\nupdate = "http://x/u"\n'
    path.write_text(said, encoding="utf-8")
    assert profiles.target(str(path))[1:] == ("http://x/q", "http://x/u", None, None)
    path.write_text(f'{said}graph-store = "http://x/g"\n', encoding="utf-8")
    assert profiles.target(str(path))[1:] == ("http://x/q", "http://x/u", "http://x/g", "http://x/g")
    path.write_text(f'{said}url = "http://x/base/"\n', encoding="utf-8")
    behind = profiles.PROFILES[store].graph_store
    assert profiles.target(str(path)).graph_store == (None if behind is None else f"http://x/base{behind}")


def test_a_profile_gives_the_addresses_that_the_documentation_shows() -> None:
    text = (Path(__file__).parents[1] / "docs" / "publishing.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", text, re.MULTILINE))
    assert set(rows) == set(profiles.PROFILES)
    for name, one in profiles.PROFILES.items():
        cells = [cell.strip() for cell in rows[name].split("|")]
        bare = "the address itself"
        paths = [f"`{path}`" if path else bare for path in (one.query, one.update)]
        store = "none" if one.graph_store is None else f"`{one.graph_store}`" if one.graph_store else bare
        assert cells[:5] == [*paths, store, one.auth, "union" if one.union else "empty"], name


@pytest.mark.parametrize("url", ["http://example.org/", "http://10.0.0.1/", "http://localhost.example.org/"])
def test_a_password_never_goes_over_an_open_line(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEUKOGRAPH_TOKEN", "t")
    with pytest.raises(CallError, match="a password never goes over plain HTTP to another machine"):
        asking.connect(profiles.target(url), "bearer", None, 1)
    for near in ("http://localhost:1/", "http://127.0.0.9/", "http://[::1]:1/", "https://example.org/"):
        asking.connect(profiles.target(near), "bearer", None, 1)


def test_proxies_are_used_but_not_for_this_machine(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", fake.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert store_of(fake.url).count(OWN) == 1
    assert fake.seen[-1][1] == "/query"
    fake.break_ = always(418)
    with pytest.raises(EndpointError, match="status 418"):
        store_of("http://store.invalid").count(OWN)
    assert fake.seen[-1][1] == "http://store.invalid/query"


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Fake]:
    """A store that speaks TLS, with a certificate that nobody vouches for."""
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", "k.pem", "-out", "c.pem"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is not there to make a certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    server = Fake()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    server.data.add(ox.Quad(ox.NamedNode("urn:old"), ox.NamedNode("urn:p"), ox.Literal("old"), ox.NamedNode(OWN)))
    server.url = f"https://localhost:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EndpointError, match=r"not to be trusted \(.*\)\. If an authority .* in SSL_CERT_FILE\.$"):
        store_of(secure.url).count(OWN)
    assert secure.seen == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "c.pem"))
    assert store_of(secure.url).count(OWN) == 1


def test_plain_http_to_a_port_with_tls_is_told(secure: Fake) -> None:
    with pytest.raises(EndpointError, match=r"/query: this port speaks TLS\. Write https://\.$"):
        store_of(secure.url.replace("https", "http")).count(OWN)
    assert secure.seen == []


@pytest.mark.parametrize(
    "said", ["The plain HTTP request was sent to HTTPS port", "Client sent an HTTP request to an HTTPS server."]
)
def test_a_server_that_says_that_it_speaks_tls_is_understood(fake: Fake, said: str) -> None:
    fake.break_ = always(400, f"<title>{said}</title>".encode())
    with pytest.raises(EndpointError, match=r"/query: this port speaks TLS\. Write https://\.$"):
        store_of(fake.url).count(OWN)


def test_tls_to_a_port_of_plain_http_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oxigraph's server waits a minute for the end of what it takes for a request."""
    monkeypatch.setattr(transport, "_HANDSHAKE", 0.5)
    with oxigraph() as server:
        began = time.monotonic()
        ran = call("publish", server.url.replace("http:", "https:"), "--dry-run")
        assert time.monotonic() - began < 10
    assert (ran.code, ran.out) == (2, "")
    assert "/query: this port does not speak TLS. Write http://." in ran.err


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "this port does not speak TLS. Write http://."),
        (b"", "no connection with TLS ("),
    ],
)
def test_a_handshake_that_fails_is_not_repeated(answer: bytes, sentence: str) -> None:
    met: list[bytes] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = server.accept()
                with line:
                    met.append(line.recv(1000)[:1])
                    line.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(EndpointError, match=re.escape(sentence)):
            store_of(f"https://127.0.0.1:{server.getsockname()[1]}").count(OWN)
    assert met.count(b"\x16") == 1, "a handshake begins with this byte"


def test_an_answer_without_end_is_left(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport.Body.whole, "__defaults__", (1000,))
    fake.break_ = always(200, b" " * 5000, kind=RESULTS)
    with pytest.raises(LimitError, match="the answer is larger than 1000 bytes"):
        store_of(fake.url).count(OWN)


def test_a_redirect_within_the_store_is_followed(fake: Fake) -> None:
    def moved(one: Handler) -> bool:
        if one.path == "/query":
            one.say(308, b"", Location="/sparql")
            return True
        one.path = one.path.replace("/sparql", "/query")
        return False

    fake.break_ = moved
    assert store_of(fake.url).count(OWN) == 1


@pytest.mark.parametrize("word", [b"true", b"1"])
def test_virtuoso_says_yes_in_a_row(fake: Fake, word: bytes) -> None:
    row = b'{"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": [{"__ASK_RETVAL": '
    row += b'{"type": "literal", "value": "%s"}}]}}'
    fake.break_ = always(200, row % word, kind=RESULTS)
    assert store_of(fake.url).query("ASK {}", Dataset()).truth is True
    fake.break_ = always(200, row % b"0", kind=RESULTS)
    assert store_of(fake.url).query("ASK {}", Dataset()).truth is False


def test_sorting_in_many_runs_is_sorting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(count: int) -> Iterator[ox.Triple]:
        for number in range(count):
            yield ox.Triple(ox.NamedNode(f"urn:{number * 7919 % 1000}"), ox.NamedNode("urn:p"), ox.Literal('–\n"\\'))
            yield ox.Triple(ox.BlankNode(), ox.NamedNode("urn:q"), ox.NamedNode(f"urn:{number % 3}"))

    whole = triples.settle(made(500), str(tmp_path), "a")
    monkeypatch.setattr(triples, "_RUN_BYTES", 100)
    monkeypatch.setattr(triples, "_MOST_RUNS", 3)
    again = triples.settle(made(500), str(tmp_path), "b")
    assert again.digest == whole.digest
    assert (again.total, again.blank) == (1000, 500)
    lines = Path(again.path).read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.nt", "b.nt"]
    assert triples.difference(whole, again) == ""
    other = triples.settle(made(499), str(tmp_path), "c")
    assert triples.difference(whole, other).startswith("it lacks ")
    assert triples.difference(other, whole).startswith("it has ")


def test_blank_nodes_beyond_measure_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triples, "_MOST_BLANK", 3)
    many = (ox.Triple(ox.BlankNode(), ox.NamedNode("urn:p"), ox.Literal("x")) for _ in range(4))
    with pytest.raises(CallError, match="more than 3 triples have blank nodes"):
        triples.settle(many, str(tmp_path), "x")


def test_nothing_is_published_into_an_empty_graph(fake: Fake, tmp_path: Path) -> None:
    empty = tmp_path / "empty.ttl"
    empty.write_text("# nothing\n", encoding="utf-8")
    ran = call("publish", fake.url, "--file", str(empty), "--into", OWN)
    assert (ran.code, f"<{OWN}> would be empty" in ran.err) == (2, True)
    assert fake.count(OWN) == 1
    broken = tmp_path / "broken.ttl"
    broken.write_text("<urn:s> <urn:p> ", encoding="utf-8")
    ran = call("publish", fake.url, "--file", str(broken), "--into", OWN)
    assert (ran.code, f"{broken}:1:" in ran.err) == (2, True)
    assert fake.seen == []


def test_a_client_takes_bytes_and_files() -> None:
    assert Sent("GET", "http://x/", {}).length == 0
    assert not Client("none", Credentials(), 1).given


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.ttl", b'<urn:s> <urn:p> "\xe9" .\n', "a.ttl:1:18: Invalid UTF-8: {}. Save the file as UTF-8."),
        ("b.ttl", b"<urn:s> <urn:p> 1 .\n<urn:", "b.ttl:2:1: Unexpected end of file. Mend the file at this place."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_with_its_place_once(
    fake: Fake, tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    ran = call("publish", fake.url, "--file", str(tmp_path / name), "--into", OWN)
    reason = "incomplete utf-8 byte sequence from index 0"
    assert ran == (2, "", f"leukograph: {tmp_path}/{complaint.format(reason)}\n")


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.NT", "a.RDF"])
def test_a_byte_order_mark_and_capitals_of_an_ending_do_no_harm(fake: Fake, tmp_path: Path, name: str) -> None:
    line = "<urn:s> <urn:p> <urn:o> .\n"
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    xml = f'{head}<rdf:Description rdf:about="urn:s"><u:p rdf:resource="urn:o"/></rdf:Description></rdf:RDF>'
    (tmp_path / name).write_text(f"\ufeff{xml if name.endswith('RDF') else line}", encoding="utf-8")
    assert call("publish", fake.url, "--file", str(tmp_path / name), "--into", OWN).code == 0
    assert fake.count(OWN) == 1
