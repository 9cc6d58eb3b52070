"""`leukograph serve` against the query operation of the SPARQL 1.1 Protocol, clause by clause, over sockets."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from commands import call
from leukograph.names import GRAPHS, LGG, LGO, graph_iri
from leukograph.serving import describing
from servers_of_ours import Answer, Server, read_answer, serving, site

SELECT = f"SELECT ?s WHERE {{ ?s a <{LGO}DrugClass> }} ORDER BY ?s LIMIT 3"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = f"CONSTRUCT {{ ?s a <{LGO}DrugClass> }} WHERE {{ ?s a <{LGO}DrugClass> }} ORDER BY ?s LIMIT 3"
DESCRIBE = f"DESCRIBE <{LGO}DrugClass>"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, NT, RDF_XML, JSON_LD = "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = site(tmp_path_factory.mktemp("site"))
    with serving("--site", str(folder), "--workers", "2") as running:
        yield running


def number(answer: Answer) -> int:
    assert answer.status == 200
    (row,) = answer.json()["results"]["bindings"]
    return int(row["n"]["value"])


def form(**fields: str | list[str]) -> bytes:
    return urlencode({name.replace("_", "-"): value for name, value in fields.items()}, doseq=True).encode()


# 2.1.1 query via GET; 2.1.2 via POST with parameters; 2.1.3 via POST directly


def test_the_three_ways_to_ask_give_the_same_bytes(server: Server) -> None:
    by_get = server.query(SELECT)
    by_form = server.ask("/sparql", "POST", {"Content-Type": FORM, "Accept": JSON}, form(query=SELECT))
    direct = server.ask("/sparql", "POST", {"Content-Type": DIRECT, "Accept": JSON}, SELECT.encode())
    assert (by_get.status, by_form.status, direct.status) == (200, 200, 200)
    assert by_get.body == by_form.body == direct.body
    assert len(by_get.json()["results"]["bindings"]) == 3


def test_head_is_get_without_the_body(server: Server) -> None:
    whole = server.ask(f"/sparql?query={quote(SELECT)}", headers={"Accept": JSON})
    head = server.ask(f"/sparql?query={quote(SELECT)}", "HEAD", {"Accept": JSON})
    assert (head.status, head.body) == (200, b"")
    assert head.headers.keys() == whole.headers.keys()
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == whole.headers[name]


def test_letters_beyond_ascii_arrive_in_every_way(server: Server) -> None:
    sparql = 'SELECT ("Blincyto® é 中 \U0001f600" AS ?x) {}'
    plus = f"/sparql?query={quote(sparql).replace('%20', '+')}"
    posted = server.ask("/sparql", "POST", {"Content-Type": f"{DIRECT}; charset=UTF-8"}, sparql.encode())
    by_form = server.ask("/sparql", "POST", {"Content-Type": f"{FORM}; charset=utf-8"}, form(query=sparql))
    for answer in (server.query(sparql), server.ask(plus), posted, by_form):
        assert answer.json()["results"]["bindings"] == [
            {"x": {"type": "literal", "value": "Blincyto® é 中 \U0001f600"}}
        ]


def test_a_form_may_stand_in_chunks(server: Server) -> None:
    body = form(query=ASK)
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(body[n : n + 7]), body[n : n + 7]) for n in range(0, len(body), 7))
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert server.raw(head + pieces + b"0\r\n\r\n").json() == {"head": {}, "boolean": True}


def test_a_post_of_javas_client_which_offers_h2c_is_answered(server: Server) -> None:
    """The client of the JDK offers an upgrade with each request, and some parsers then lose the body."""
    body = form(query=SELECT)
    head = (
        "POST /sparql HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        f"Content-Length: {len(body)}\r\nHost: 127.0.0.1:{server.port}\r\n"
        "HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAABgAGAAA\r\nUpgrade: h2c\r\n"
        f"User-Agent: Java-http-client/17.0.1\r\nAccept: {JSON}\r\nContent-Type: {FORM}\r\n\r\n"
    )
    answer = server.raw(head.encode() + body)
    assert answer.status == 200
    assert len(answer.json()["results"]["bindings"]) == 3


def test_one_connection_carries_many_requests_one_after_the_other_and_at_once(server: Server) -> None:
    one = f"GET /sparql?query={quote(SELECT)} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n".encode()
    other = f"GET /sparql?query={quote(ASK)} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n".encode()
    with server.connect() as line:
        for _ in range(3):
            line.sendall(one)
            assert len(read_answer(line).json()["results"]["bindings"]) == 3
        line.sendall(one[:40])
        line.sendall(one[40:] + b"")
        assert len(read_answer(line).json()["results"]["bindings"]) == 3
        line.sendall(one + other)
        assert len(read_answer(line).json()["results"]["bindings"]) == 3
        assert read_answer(line).json()["boolean"] is True


# 2.1.4 dataset


def test_the_default_graph_is_that_of_the_verb_query(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "count.rq"
    for sparql in (COUNT, COUNT_NAMED):
        path.write_text(sparql, encoding="utf-8")
        said = call("query", str(path), "--format", "csv")
        assert number(server.query(sparql)) == int(said.out.splitlines()[1])


def test_a_request_names_the_default_and_the_named_graphs(server: Server) -> None:
    sizes = {}
    for graph in GRAPHS:
        target = f"/sparql?{urlencode({'query': COUNT, 'default-graph-uri': graph_iri(graph)})}"
        sizes[graph] = number(server.ask(target))
        assert sizes[graph] > 0
    both = {"query": COUNT, "default-graph-uri": [graph_iri("page"), graph_iri("background")]}
    assert number(server.ask(f"/sparql?{urlencode(both, doseq=True)}")) == sizes["page"] + sizes["background"]
    named = {"named-graph-uri": [graph_iri("page"), graph_iri("mappings")]}
    target = f"/sparql?{urlencode({'query': COUNT_NAMED, **named}, doseq=True)}"
    assert number(server.ask(target)) == sizes["page"] + sizes["mappings"]
    empty = f"/sparql?{urlencode({'query': COUNT, **named}, doseq=True)}"
    assert number(server.ask(empty)) == 0, "named graphs alone leave the default graph empty"
    target = f"/sparql?{urlencode({'query': COUNT_NAMED, 'default-graph-uri': graph_iri('page')})}"
    assert number(server.ask(target)) == 0, "default graphs alone leave no named graph"


def test_the_graphs_of_a_request_may_stand_in_a_form_or_beside_a_direct_post(server: Server) -> None:
    in_form = form(query=COUNT, default_graph_uri=graph_iri("page"))
    by_form = server.ask("/sparql", "POST", {"Content-Type": FORM}, in_form)
    target = f"/sparql?default-graph-uri={quote(graph_iri('page'))}"
    direct = server.ask(target, "POST", {"Content-Type": DIRECT}, COUNT.encode())
    assert number(by_form) == number(direct) < number(server.query(COUNT))


def test_the_graphs_of_a_request_stand_before_those_of_the_query(server: Server) -> None:
    inner = COUNT.replace("WHERE", f"FROM <{graph_iri('mappings')}> WHERE")
    in_query = number(server.query(inner))
    in_request = number(server.ask(f"/sparql?{urlencode({'query': inner, 'default-graph-uri': graph_iri('page')})}"))
    page = number(server.ask(f"/sparql?{urlencode({'query': COUNT, 'default-graph-uri': graph_iri('page')})}"))
    assert in_request == page != in_query


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["http://127.0.0.1:1/x", "file:///etc/passwd", LGG + "nothing", "", "page"])
def test_other_graphs_are_refused(server: Server, name: str, graph: str) -> None:
    answer = server.ask(f"/sparql?{urlencode({'query': COUNT, name: graph})}")
    assert answer.status == 400
    assert answer.detail.startswith(f"The graph <{graph}> is refused. ")


# 2.1.5 accepted response formats; 2.1.6 success


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("application/json", "application/json"),
        (XML, XML),
        ("application/xml", "application/xml"),
        (CSV, CSV),
        (TSV, TSV),
        ("text/*", "text/xml"),
        (f"{JSON};q=0.1, {CSV};q=0.9", CSV),
        (f"{CSV};q=0.5, */*;q=0.4", CSV),
        (f"{JSON};q=0, {XML}", XML),
        (f"{JSON};q=0, */*", XML),
        (f"{JSON};q=0, {XML};q=0, */*;q=0.1", CSV),
        (f"application/*;q=0, {TSV};q=0.001", TSV),
        (f"*/*, {JSON};q=0.5", "application/json"),
        (f"image/png, {XML};q=0.2", XML),
        (f"{XML}; Q=0.3 , {CSV} ;q=0.2", XML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        (f"{XML};q=7, {CSV};q=0.2", CSV),
        (", ;;, nonsense, */;q=1, " + CSV, CSV),
        (f"{TURTLE}, {XML};q=0.1", XML),
    ],
)
def test_the_format_of_a_table_is_negotiated(server: Server, accept: str, media: str) -> None:
    answer = server.ask(f"/sparql?query={quote(SELECT)}", headers={"Accept": accept} if accept else {})
    assert (answer.status, answer.media) == (200, media)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", TURTLE),
        ("*/*", TURTLE),
        (TURTLE, TURTLE),
        (NT, NT),
        ("text/plain", "text/plain"),
        (RDF_XML, RDF_XML),
        (JSON_LD, JSON_LD),
        (f"{TURTLE};q=0, */*;q=0.1", NT),
        (f"{RDF_XML};q=0.8, {NT};q=0.9", NT),
        (f"{JSON}, {RDF_XML};q=0.1", RDF_XML),
    ],
)
@pytest.mark.parametrize("sparql", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
def test_the_format_of_triples_is_negotiated(server: Server, sparql: str, accept: str, media: str) -> None:
    answer = server.ask(f"/sparql?query={quote(sparql)}", headers={"Accept": accept} if accept else {})
    assert (answer.status, answer.media) == (200, media)
    kinds = {TURTLE: ox.RdfFormat.TURTLE, RDF_XML: ox.RdfFormat.RDF_XML, JSON_LD: ox.RdfFormat.JSON_LD}
    triples = [quad.triple for quad in ox.parse(answer.body, format=kinds.get(media, ox.RdfFormat.N_TRIPLES))]
    assert len(triples) == 3 if sparql is CONSTRUCT else len(triples) > 3


@pytest.mark.parametrize(
    ("sparql", "accept"),
    [
        (SELECT, "image/png"),
        (SELECT, TURTLE),
        (CONSTRUCT, JSON),
        (ASK, NT),
        (SELECT, f"{JSON};q=0"),
        (SELECT, "*/*;q=0"),
        (CONSTRUCT, "image/png"),
        (DESCRIBE, f"{XML}, {JSON}"),
    ],
)
def test_what_cannot_be_given_is_406_with_what_this_form_of_query_can(server: Server, sparql: str, accept: str) -> None:
    answer = server.query(sparql, accept)
    media = (JSON, XML, CSV, TSV) if sparql in (SELECT, ASK) else (TURTLE, NT, RDF_XML, JSON_LD)
    sentence = f"Nothing that you accept can be given. Accept one of {', '.join(media)}."
    assert (answer.status, answer.detail) == (406, sentence)
    wrong = server.query("nonsense", accept)  # whether the query is right is decided before its format
    assert (wrong.status, wrong.media) == (400, "application/problem+json")


def test_select_and_ask_in_every_format_say_the_same(server: Server) -> None:
    rows = [row["s"]["value"] for row in server.query(SELECT).json()["results"]["bindings"]]
    space = {"s": "http://www.w3.org/2005/sparql-results#"}
    found = ElementTree.fromstring(server.query(SELECT, XML).body).findall(".//s:uri", space)  # noqa: S314
    assert [one.text for one in found] == rows
    table = list(csv.reader(io.StringIO(server.query(SELECT, CSV).body.decode())))
    assert table == [["s"], *([row] for row in rows)]
    assert server.query(SELECT, TSV).body.decode().splitlines() == ["?s", *(f"<{row}>" for row in rows)]
    assert server.query(ASK).json() == {"head": {}, "boolean": True}
    truth = ElementTree.fromstring(server.query(ASK, XML).body).find("s:boolean", space)  # noqa: S314
    assert truth is not None
    assert truth.text == "true"
    assert server.query(ASK, CSV).body == server.query(ASK, TSV).body == b"true"


def test_xml_keeps_carriage_returns_and_refuses_what_no_xml_holds(server: Server) -> None:
    space = {"s": "http://www.w3.org/2005/sparql-results#"}
    kept = server.query('SELECT ("a\\r\\nb" AS ?x) {}', XML)
    value = ElementTree.fromstring(kept.body).find(".//s:literal", space)  # noqa: S314
    assert value is not None
    assert value.text == "a\r\nb"
    triples = server.query('CONSTRUCT { <x:a> <x:b> "a\\rb" } {}', RDF_XML)
    assert [quad.object for quad in ox.parse(triples.body, format=ox.RdfFormat.RDF_XML)] == [ox.Literal("a\rb")]
    for sparql, accept in (
        ('SELECT ("\\u0001" AS ?x) {}', XML),
        ('CONSTRUCT { <x:a> <x:b> "\\uFFFE" } {}', RDF_XML),
    ):
        refused = server.query(sparql, accept)
        assert refused.status == 406
        assert "which no XML can hold" in refused.detail
        assert server.query(sparql, f"{JSON}, {TURTLE}").status == 200


# 2.1.7 failure


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (f"/sparql?query={quote('SELECT nonsense')}", "query:1:8: nonsense is no variable. Write ?"),
        ("/sparql?query=", "The query is empty"),
        ("/sparql?query=%20%0A", "The query is empty"),
        ("/sparql?other=1", "There is no query"),
        (f"/sparql?default-graph-uri={quote(graph_iri('page'))}", "There is no query"),
        (f"/sparql?query={quote(ASK)}&query={quote(ASK)}", "There are 2 queries"),
        ("/sparql?update=" + quote("CLEAR ALL"), "The parameter update is refused"),
        (f"/sparql?query={quote(ASK)}&update=x", "The parameter update is refused"),
        (f"/sparql?query={quote(ASK)}&using-graph-uri=x", "The parameter using-graph-uri is refused"),
        ("/sparql?query=ASK%7B%20%3Fs%20%3Fp%20%22%ff%22%7D", "A parameter is not UTF-8"),
        ("/sparql?query=%C3%28", "A parameter is not UTF-8"),
        ("/sparql?query=%ED%A0%80", "A parameter is not UTF-8"),
        (f"/sparql?query={quote(ASK)}&x=%fe", "A parameter is not UTF-8"),
        ("/sparql?" + "&".join(["a=1"] * 300), "There are more than 200 parameters"),
        (f"/sparql?query={quote('SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }')}", "query: SERVICE is"),
        (f"/sparql?query={quote('ASK FROM <http://127.0.0.1:1/> { ?s ?p ?o }')}", "query: FROM <http://127"),
        (f"/sparql?query={quote('ASK FROM <file:///etc/passwd> { ?s ?p ?o }')}", "query: FROM <file:///etc"),
        (f"/sparql?query={quote('LOAD <http://127.0.0.1:1/>')}", "query: LOAD is refused"),
        (f"/sparql?query={quote('INSERT DATA { <x:a> <x:b> <x:c> }')}", "query: INSERT is refused"),
        (f"/sparql?query={quote('DROP ALL')}", "query: DROP is refused"),
        (f"/sparql?query={quote(f'SELECT * {{ GRAPH <{LGG}background> {{ ?s ?p ?o }} }}')}", "query: GRAPH <"),
        ("/sparql?query=ASK%00%7B%7D", "query:1:4: the character U+0000 stands in no query"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_400_with_a_sentence(server: Server, target: str, words: str) -> None:
    answer = server.ask(target)
    assert answer.status == 400
    assert answer.detail.startswith(words)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("content_type", "body", "status", "words"),
    [
        (DIRECT, b'ASK { ?s ?p "\xff" }', 400, "Byte 13 of the query is not UTF-8"),
        (FORM, b"query=ASK%7B%20%3Fs%20%3Fp%20%22%ff%22%7D", 400, "A parameter is not UTF-8"),
        (FORM, b"query=\xff", 400, "A parameter is not UTF-8"),
        (FORM, b"", 400, "There is no query"),
        (DIRECT, b"", 400, "The query is empty"),
        (FORM, form(query=ASK, update="DROP ALL"), 400, "The parameter update is refused"),
        (FORM, form(update="DROP ALL"), 400, "The parameter update is refused"),
        ("application/sparql-update", b"DROP ALL", 415, "Updates are refused"),
        ("text/plain", ASK.encode(), 415, "The content type 'text/plain' is not read"),
        ("", ASK.encode(), 415, "The content type '(none)' is not read"),
        ("multipart/form-data; boundary=x", b"--x--", 415, "The content type 'multipart/form-data' is not read"),
        (f"{DIRECT}; charset=utf-16", ASK.encode("utf-16"), 415, "The charset 'utf-16' is not read"),
        (f"{DIRECT}; charset=iso-8859-1", ASK.encode(), 415, "The charset 'iso-8859-1' is not read"),
    ],
)
def test_a_wrong_post_has_its_status(server: Server, content_type: str, body: bytes, status: int, words: str) -> None:
    answer = server.ask("/sparql", "POST", {"Content-Type": content_type} if content_type else {}, body)
    assert answer.status == status
    assert answer.detail.startswith(words)
    if words.startswith("The content type"):
        assert DIRECT in answer.headers["accept-post"]


def test_a_query_in_the_address_and_in_the_body_is_refused(server: Server) -> None:
    answer = server.ask(f"/sparql?query={quote(ASK)}", "POST", {"Content-Type": DIRECT}, ASK.encode())
    assert answer.status == 400
    assert answer.detail.startswith("There are 2 queries")


def test_a_compressed_body_is_415(server: Server) -> None:
    answer = server.ask("/sparql", "POST", {"Content-Type": DIRECT, "Content-Encoding": "gzip"}, b"\x1f\x8b")
    assert answer.status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "QUERY"])
@pytest.mark.parametrize("target", ["/sparql", "/data/blinatumomab", "/ask/sources"])
def test_other_methods_are_405_with_those_that_are_done(server: Server, method: str, target: str) -> None:
    answer = server.ask(target, method)
    assert answer.status == 405
    allowed = "GET, HEAD, POST, OPTIONS" if target == "/sparql" else "GET, HEAD, OPTIONS"
    assert answer.headers["allow"] == allowed


def test_the_graph_store_protocol_is_not_here(server: Server) -> None:
    assert server.ask("/sparql?default", "PUT", {"Content-Type": TURTLE}, b"<x:a> <x:b> <x:c> .").status == 405
    assert server.ask("/graph/page", "POST", {"Content-Type": TURTLE}, b"<x:a> <x:b> <x:c> .").status == 405


# Around the protocol: service description, cross-origin use, validators.


def test_without_a_query_the_service_describes_itself(server: Server) -> None:
    answer = server.ask("/sparql", headers={"Accept": TURTLE})
    assert (answer.status, answer.media) == (200, TURTLE)
    here = f"http://127.0.0.1:{server.port}/sparql"
    found = {quad.triple for quad in ox.parse(answer.body, format=ox.RdfFormat.TURTLE, base_iri=here)}
    endpoint = ox.Triple(ox.NamedNode(here), ox.NamedNode(SD + "endpoint"), ox.NamedNode(here))
    assert endpoint in found
    named = {str(one.object)[1:-1] for one in found if one.predicate.value == SD + "name"}
    assert named == set(map(graph_iri, GRAPHS))
    kinds = {str(one.object)[1:-1] for one in found if one.predicate.value == SD + "resultFormat"}
    tables = {one.iri for one in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML)}
    tables |= {one.iri for one in (ox.QueryResultsFormat.CSV, ox.QueryResultsFormat.TSV)}
    triples = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)
    assert {one for one in kinds if "JSON-LD" not in one} == {
        one for one in tables | {each.iri for each in triples} if "json-ld" not in one.lower()
    }
    assert len(kinds) == len(describing.FORMATS)
    other = server.ask("/sparql", headers={"Accept": NT})
    assert (other.status, other.media) == (200, NT)
    assert f"<{here}> <{SD}endpoint> <{here}> .".encode() in other.body


def test_a_browser_at_the_endpoint_is_sent_to_the_console(server: Server) -> None:
    answer = server.ask("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status, answer.headers["location"]) == (303, "./console/")


def test_pages_elsewhere_may_ask(server: Server) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "content-type"
    answer = server.ask("/sparql", "OPTIONS", asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    for one in (server.query(ASK), server.query("nonsense")):
        assert one.headers["access-control-allow-origin"] == "*"


def test_an_answer_has_a_validator_of_its_own(server: Server) -> None:
    target = f"/sparql?query={quote(SELECT)}"
    first = server.ask(target, headers={"Accept": JSON})
    etag = first.headers["etag"]
    for held in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
        again = server.ask(target, headers={"Accept": JSON, "If-None-Match": held})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    changed = [
        server.ask(target, headers={"Accept": CSV, "If-None-Match": etag}),
        server.ask(f"/sparql?query={quote(ASK)}", headers={"Accept": JSON, "If-None-Match": etag}),
        server.ask(target, headers={"Accept": JSON, "If-None-Match": '"x"'}),
    ]
    assert [one.status for one in changed] == [200, 200, 200]
    assert len({etag, *(one.headers["etag"] for one in changed[:2])}) == 3
    wrong = server.ask("/sparql?query=nonsense", headers={"If-None-Match": "*"})
    assert wrong.status == 400


@pytest.mark.parametrize("call_", ["RAND()", "NOW()", "UUID()", "STRUUID()", "rand ( )"])
def test_what_differs_each_time_has_no_validator_and_is_never_remembered(server: Server, call_: str) -> None:
    sparql = f"SELECT ({call_} AS ?x) {{}}"
    answers = [server.query(sparql) for _ in range(2)]
    assert all("etag" not in one.headers for one in answers)
    assert answers[0].body != answers[1].body


def test_errors_are_problems_and_headers_are_safe(server: Server) -> None:
    for answer in (server.query(ASK), server.query("nonsense"), server.ask("/nothing"), server.ask("/sparql", "PUT")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
    assert json.loads(server.query("nonsense").body)["title"] == "Bad Request"


def test_the_log_names_no_query(server: Server) -> None:
    server.query("SELECT ?secretOfMine WHERE { ?secretOfMine ?p ?o } LIMIT 1")
    server.post("SELECT ?anotherSecret WHERE { ?anotherSecret ?p ?o } LIMIT 1")
    server.question("options-for-subtype", disease="secretDisease")
    server.ask("/data/%1b%5b31m%E2%80%AEx")
    line = server.wait_for("\\u001b[31m\\u202ex")
    assert " 127.0.0.1 GET /data/" in line
    said = "\n".join(server.said)
    assert " GET /sparql 200 " in said
    assert " POST /sparql 200 " in said
    assert " GET /ask/options-for-subtype 400 " in said
    assert "ecret" not in said
