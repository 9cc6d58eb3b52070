"""The open query: every form and format, which graphs it sees, what it refuses, and that a limit really ends it."""

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import commands
from commands import Ran
from leukograph import files, sandbox
from leukograph.errors import CallError
from leukograph.names import ASSERTED, BACKGROUND, GRAPHS, INFERRED, LGG, MAPPINGS, ONTOLOGY, PAGE, graph_iri

ROOT = Path(__file__).parents[1]
NEEDS_BASH = pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
CLOSED = (ONTOLOGY, PAGE, INFERRED)
PREFIXES = """PREFIX lgd: <https://w3id.org/leukograph/data/>
PREFIX lgo: <https://w3id.org/leukograph/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
ROWS = (
    PREFIXES
    + """SELECT ?drug ?name ?count {
  VALUES (?drug ?name ?count) {
    (lgd:nelarabine "a, \\"b\\"|<c>"@en 3)
    (UNDEF "plain" UNDEF)
    (<https://example.org/x> "2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date> true)
  }
}"""
)
UNSEEN = [
    "FILTER('c'<'a>b')SERVICE <X> { ?a ?b ?c } FILTER('a' = 'a')",
    "FILTER(1<2&&'>'=\"'\")SERVICE <X> { ?a ?b ?c } FILTER(\"a\" != 'a')",
    "VALUES ?v { '''a' 'b' } SERVICE <X> { ?a ?b ?c } VALUES ?w { '' 'a' }",
]
CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def call(*words: str) -> Ran:
    return commands.call("query", *words)


def run(*words: str, stdin: bytes = b"", variables: dict[str, str] | None = None) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "leukograph", "query", *words],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **(variables or {})},
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


class Asker:
    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "q.rq")

    def __call__(self, sparql: str | bytes, *options: str) -> Ran:
        Path(self.path).write_bytes(sparql.encode() if isinstance(sparql, str) else sparql)
        return call(self.path, *options)

    def error(self, sparql: str | bytes, *options: str) -> str:
        ran = self(sparql, *options)
        start = f"leukograph: {self.path}:"
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), ran
        assert ran.err.startswith(start)
        assert ran.err.endswith(".\n")
        return ran.err[len(start) : -1].removeprefix(" ")


@pytest.fixture
def ask(tmp_path: Path) -> Asker:
    return Asker(tmp_path)


def asserted(graph: str) -> list[ox.Triple]:
    paths = [Path(path) for path in files.graph_files(str(ROOT), graph)]
    kinds = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES}
    return [quad.triple for path in paths for quad in ox.parse(path.read_bytes(), format=kinds[path.suffix])]


def named(triples: list[ox.Triple]) -> set[str]:
    return {str(one) for one in triples if not any(isinstance(term, ox.BlankNode) for term in one)}


def rows(ran: Ran) -> list[list[str]]:
    assert (ran.code, ran.err) == (0, ""), ran
    found = ox.parse_query_results(ran.out.encode(), format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    return [[str(term) for term in solution] for solution in found]


def counts(ran: Ran) -> dict[str, int]:
    return {row[0][1:-1]: int(row[1].partition("^^")[0].strip('"')) for row in rows(ran)}


def alive(mark: str) -> list[int]:
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and int(place.name) != os.getpid():
            with contextlib.suppress(OSError):
                running = ") Z" not in (place / "stat").read_text(encoding="utf-8", errors="replace")
                if running and mark.encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
    return found


def test_a_select_is_a_table_that_leaves_out_nothing(ask: Asker) -> None:
    assert ask(ROWS) == (
        0,
        (
            "drug                   name        count\n"
            "---------------------  ----------  -----\n"
            'lgd:nelarabine         a, "b"|<c>  3\n'
            "                       plain\n"
            "https://example.org/x  2026-01-02  true\n"
        ),
        "",
    )


def test_a_select_is_csv_with_carriage_returns(ask: Asker) -> None:
    assert ask(ROWS, "--format", "csv") == (
        0,
        (
            'drug,name,count\r\nhttps://w3id.org/leukograph/data/nelarabine,"a, ""b""|<c>",3\r\n,plain,\r\n'
            "https://example.org/x,2026-01-02,true\r\n"
        ),
        "",
    )


def test_a_select_is_tsv_with_terms_in_full(ask: Asker) -> None:
    assert ask(ROWS, "--format", "tsv") == (
        0,
        (
            '?drug\t?name\t?count\n<https://w3id.org/leukograph/data/nelarabine>\t"a, \\"b\\"|<c>"@en\t3\n\t"plain"\t\n'
            '<https://example.org/x>\t"2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date>\ttrue\n'
        ),
        "",
    )


def test_a_select_is_markdown_with_its_signs_escaped(ask: Asker) -> None:
    assert ask(ROWS, "--format", "markdown") == (
        0,
        (
            '| drug | name | count |\n| --- | --- | --- |\n| lgd:nelarabine | a, "b"\\|\\<c\\> | 3 |\n|  | plain |  |\n'
            "| https://example.org/x | 2026-01-02 | true |\n"
        ),
        "",
    )


def test_a_select_is_the_json_of_sparql_and_nothing_beside(ask: Asker) -> None:
    ran = ask(ROWS, "--format", "json")
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "head": {"vars": ["drug", "name", "count"]},
        "results": {
            "bindings": [
                {
                    "drug": {"type": "uri", "value": "https://w3id.org/leukograph/data/nelarabine"},
                    "name": {"type": "literal", "value": 'a, "b"|<c>', "xml:lang": "en"},
                    "count": {"type": "literal", "value": "3", "datatype": xsd + "integer"},
                },
                {"name": {"type": "literal", "value": "plain"}},
                {
                    "drug": {"type": "uri", "value": "https://example.org/x"},
                    "name": {"type": "literal", "value": "2026-01-02", "datatype": xsd + "date"},
                    "count": {"type": "literal", "value": "true", "datatype": xsd + "boolean"},
                },
            ]
        },
    }


@pytest.mark.parametrize("kind", ["table", "csv", "tsv", "markdown"])
def test_an_ask_is_one_word(ask: Asker, kind: str) -> None:
    assert ask("ASK { ?s a ?o }", "--format", kind) == (0, "true\n", "")
    assert ask("ASK { ?s a ?s }", "--format", kind) == (0, "false\n", "")


def test_an_ask_is_the_json_of_sparql(ask: Asker) -> None:
    ran = ask("ASK { ?s a ?o }", "--format", "json")
    assert (ran.code, json.loads(ran.out), ran.err) == (0, {"head": {}, "boolean": True}, "")


@pytest.mark.parametrize("options", [(), ("--format", "ttl")])
def test_a_construct_is_turtle_with_the_prefixes_it_uses(ask: Asker, options: tuple[str, ...]) -> None:
    sparql = PREFIXES + "CONSTRUCT { lgd:b lgo:is [] . lgd:a rdfs:label 'x'@en } WHERE {}"
    assert ask(sparql, *options) == (
        0,
        (
            "@prefix lgd: <https://w3id.org/leukograph/data/> .\n"
            "@prefix lgo: <https://w3id.org/leukograph/ontology/> .\n"
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
            'lgd:a rdfs:label "x"@en .\n'
            "lgd:b lgo:is _:c14n0 .\n"
        ),
        "",
    )


def test_a_describe_is_turtle_with_all_that_is_said_of_a_thing(ask: Asker) -> None:
    ran = ask(PREFIXES + "DESCRIBE lgd:nelarabine")
    iri = ox.NamedNode("https://w3id.org/leukograph/data/nelarabine")
    expected = {str(one) for graph in CLOSED for one in asserted(graph) if one.subject == iri}
    assert (ran.code, ran.err) == (0, "")
    assert {str(quad.triple) for quad in ox.parse(ran.out, format=ox.RdfFormat.TURTLE)} == expected


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "markdown"])
@pytest.mark.parametrize("sparql", ["CONSTRUCT WHERE { ?s a ?o }", "DESCRIBE <https://example.org/x>"])
def test_triples_are_no_table(ask: Asker, sparql: str, kind: str) -> None:
    sentence = f"--format {kind} is for SELECT. A CONSTRUCT or DESCRIBE gives Turtle (ttl)."
    assert ask(sparql, "--format", kind) == (2, "", f"leukograph: {sentence}\n")


def test_a_select_for_a_spreadsheet_is_guarded(ask: Asker) -> None:
    sparql = 'SELECT ?x ?y { VALUES (?x ?y) { ("=1+1" -2) } }'
    assert ask(sparql, "--format", "csv-spreadsheet") == (0, "\ufeffx,y\r\n'=1+1,'-2\r\n", "")
    assert ask(sparql, "--format", "csv") == (0, "x,y\r\n=1+1,-2\r\n", "")


def test_a_table_is_no_turtle(ask: Asker) -> None:
    sentence = "--format ttl is for CONSTRUCT and DESCRIBE. A SELECT gives the others."
    assert ask("SELECT * {}", "--format", "ttl") == (2, "", f"leukograph: {sentence}\n")


def test_columns_of_a_star_stand_as_the_query_first_mentions_them(ask: Asker) -> None:
    sparql = 'SELECT * { VALUES ?z { "1" } BIND("2" AS ?a) VALUES ?m { "3" } }'
    assert ask(sparql, "--format", "csv") == (0, "z,a,m\r\n1,2,3\r\n", "")


def test_no_row_is_told_beside_the_answer(ask: Asker) -> None:
    assert ask("SELECT ?s { ?s a ?s }") == (0, "", "leukograph: no rows\n")
    assert ask("SELECT ?s { ?s a ?s }", "--format", "csv") == (0, "s\r\n", "")
    assert ask("SELECT ?s { ?s a ?s }", "--format", "tsv") == (0, "?s\n", "")


def test_a_row_without_a_value_is_an_answer(ask: Asker) -> None:
    ran = ask("SELECT (1/0 AS ?x) {}")
    assert (ran.code, ran.out, ran.err) == (0, "x\n-\n\n", "")


def test_an_answer_goes_to_a_file_whole(ask: Asker, tmp_path: Path) -> None:
    assert ask(ROWS, "--format", "csv", "--output", str(tmp_path / "new" / "a.csv")) == (0, "", "")
    assert (tmp_path / "new" / "a.csv").read_bytes().decode() == ask(ROWS, "--format", "csv").out
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.csv", "new", "q.rq"]


def test_the_default_graph_is_page_ontology_and_what_follows_and_no_more(ask: Asker) -> None:
    found = rows(ask("SELECT ?s ?p ?o { ?s ?p ?o FILTER(!ISBLANK(?s) && !ISBLANK(?o)) }", "--format", "tsv"))
    expected = set().union(*(named(asserted(graph)) for graph in CLOSED))
    assert {" ".join(row) for row in found} == expected
    assert len(found) == len(expected)


def test_everything_adds_background_mappings_and_what_follows_and_no_more(ask: Asker) -> None:
    sparql = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(!ISBLANK(?s) && !ISBLANK(?o)) }"
    found = rows(ask(sparql, "--everything", "--format", "tsv"))
    assert {" ".join(row) for row in found} == set().union(*(named(asserted(graph)) for graph in GRAPHS))


@pytest.mark.parametrize(("options", "graphs"), [((), CLOSED), (("--everything",), GRAPHS)])
def test_each_graph_stands_under_its_name(ask: Asker, options: tuple[str, ...], graphs: tuple[str, ...]) -> None:
    ran = ask("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", *options, "--format", "tsv")
    assert counts(ran) == {graph_iri(graph): len(set(asserted(graph))) for graph in graphs}


@pytest.mark.parametrize("graph", GRAPHS)
def test_from_a_graph_asks_that_graph_alone(ask: Asker, graph: str) -> None:
    sparql = "SELECT ?s (COUNT(*) AS ?n) FROM <X> { ?s ?p ?o FILTER(!ISBLANK(?s)) } GROUP BY ?s"
    found = counts(ask(sparql.replace("<X>", f"<{graph_iri(graph)}>"), "--everything", "--format", "tsv"))
    subjects = [one.subject.value for one in asserted(graph) if isinstance(one.subject, ox.NamedNode)]
    assert found == {subject: subjects.count(subject) for subject in set(subjects)}


def test_from_two_graphs_asks_both_and_from_named_asks_by_name(ask: Asker) -> None:
    page, ontology, inferred = (graph_iri(graph) for graph in (PAGE, ONTOLOGY, INFERRED))
    both = "SELECT (<x:n> AS ?x) (COUNT(*) AS ?n) FROM <X> FROM <Y> { ?s ?p ?o }"
    assert counts(ask(both.replace("<X>", f"<{page}>").replace("<Y>", f"<{inferred}>"), "--format", "tsv")) == {
        "x:n": len(asserted(PAGE)) + len(asserted(INFERRED))
    }
    by_name = "SELECT ?g (COUNT(*) AS ?n) FROM NAMED <X> FROM NAMED <Y> { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    found = counts(ask(by_name.replace("<X>", f"<{page}>").replace("<Y>", f"<{ontology}>"), "--format", "tsv"))
    assert found == {page: len(asserted(PAGE)), ontology: len(asserted(ONTOLOGY))}
    assert ask(f"ASK FROM NAMED <{page}> {{ ?s ?p ?o }}") == (0, "false\n", "")


@pytest.mark.parametrize("graph", [BACKGROUND, MAPPINGS, "inferred-background"])
def test_from_a_graph_is_honoured_without_everything(ask: Asker, graph: str) -> None:
    assert ask(f"ASK FROM <{graph_iri(graph)}> {{ ?s ?p ?o }}") == (0, "true\n", "")


@pytest.mark.parametrize(
    ("clause", "named_there"),
    [
        ("FROM <file:///etc/hostname>", "<file:///etc/hostname>"),
        ("FROM <https://example.org/x.ttl>", "<https://example.org/x.ttl>"),
        ("from <http://127.0.0.1/>", "<http://127.0.0.1/>"),
        ("FROM NAMED <file:///etc/hostname>", "<file:///etc/hostname>"),
        ("FROM\n# here\nNAMED # there\n<file:///etc/hostname>", "<file:///etc/hostname>"),
        ("FROM <page>", "<page>"),
        ("FROM ex:page", "ex:page"),
        ("FROM NAMED ex:page", "ex:page"),
        ("FROM <https://w3id.org/leukograph/graph/>", "<https://w3id.org/leukograph/graph/>"),
        ("FROM <https://w3id.org/leukograph/graph/page> FROM <file:///x>", "<file:///x>"),
        ("FROM <https://w3id.org/leukograph/graph/../x>", "<https://w3id.org/leukograph/graph/../x>"),
        ("FR\\u004FM <file:///x>", "<file:///x>"),
    ],
)
def test_from_anywhere_else_is_refused(ask: Asker, clause: str, named_there: str) -> None:
    sparql = (
        f"BASE <https://w3id.org/leukograph/graph/> PREFIX ex: <https://example.org/> SELECT * {clause} {{ ?s ?p ?o }}"
    )
    assert ask.error(sparql) == (
        f"FROM {named_there} is refused. Name a graph of the project in full, such as "
        "<https://w3id.org/leukograph/graph/page>."
    )


def test_from_anywhere_else_is_refused_without_a_space(ask: Asker) -> None:
    assert "is refused" in ask.error("SELECT * FROMNAMED<file:///etc/hostname> { ?s ?p ?o }")


class Listener(NamedTuple):
    address: str
    calls: list[bytes]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        calls: list[bytes] = []

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        calls.append(connection.recv(1000))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield Listener(f"http://127.0.0.1:{server.getsockname()[1]}/", calls)
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


@pytest.mark.parametrize(
    "where",
    [
        "SERVICE <X> { ?a ?b ?c }",
        "service <X> { ?a ?b ?c }",
        "SeRvIcE<X>{ ?a ?b ?c }",
        "SERVICE SILENT <X> { ?a ?b ?c }",
        "SERVICE\n\t<X> { ?a ?b ?c }",
        "SERVICE # why\n <X> { ?a ?b ?c }",
        "?s ?p ?o.SERVICE<X>{ ?a ?b ?c }",
        "\\u0053ERVICE <X> { ?a ?b ?c }",
        "\\U00000053\\u0045RVICE <X> { ?a ?b ?c }",
        "SERVICE ex: { ?a ?b ?c }",
        "BIND(<X> AS ?g) SERVICE ?g { ?a ?b ?c }",
        "BIND(<X> AS ?g) SERVICE$g { ?a ?b ?c }",
        "BIND('SERVICE' AS ?g) SERVICE <X> { ?a ?b ?c }",
        "BIND('''it's''' AS ?g) SERVICE <X> { ?a ?b ?c }",
        'BIND("\\"" AS ?g) SERVICE <X> { ?a ?b ?c }',
        "# '\n SERVICE <X> { ?a ?b ?c }",
        "{ SELECT * { OPTIONAL { SERVICE <X> { ?a ?b ?c } } } }",
        "FILTER EXISTS { SERVICE <X> { ?a ?b ?c } }",
        "GRAPH ?g { SERVICE <X> { ?a ?b ?c } }",
        "SERVICESILENT<X>{ ?a ?b ?c }",
        "SERVICEex: { ?a ?b ?c }",
        "?s ?p 1SERVICE<X>{ ?a ?b ?c }",
        "VALUES ?v { true } OPTIONAL { ?s ?p trueSERVICE<X>{ ?a ?b ?c } }",
        "# a comment ends here\rSERVICE <X> { ?a ?b ?c }",
        'BIND("\\u0022" AS ?v) SERVICE <X> { ?a ?b ?c } BIND("\\u0022" AS ?w)',
        "OPTIONAL { ?s ex:a\\#b ?o } SERVICE <X> { ?a ?b ?c }\n",
        "OPTIONAL { ?s ex:a\\'b ?o } SERVICE <X> { ?a ?b ?c } FILTER(\"'\" != '')",
        "FILTER(1<2)SERVICEex:#>\n{ ?a ?b ?c }",
        "?s ?p ?o FILTER(?s<ex:b)SERVICEex:#>\n{ ?a ?b ?c }",
    ],
)
def test_a_query_never_leaves_the_machine(ask: Asker, listener: Listener, where: str) -> None:
    sparql = f"{PREFIXES}PREFIX ex: <X> SELECT * {{ {where} }}".replace("<X>", f"<{listener.address}>")
    sentence = ask.error(sparql, "--timeout", "10")
    assert listener.calls == []
    assert sentence == "SERVICE is refused; a query never leaves this process. Ask without it."


@pytest.mark.parametrize(("silent", "code"), [("", 2), ("SILENT ", 0)])
def test_what_would_get_past_the_refusal_has_no_network(
    ask: Asker, listener: Listener, monkeypatch: pytest.MonkeyPatch, silent: str, code: int
) -> None:
    monkeypatch.setattr(sandbox, "refuse", lambda *_: ())
    ran = ask(f"SELECT * {{ SERVICE {silent}<{listener.address}> {{ ?a ?b ?c }} }}", "--timeout", "10")
    assert listener.calls == []
    assert ran.code == code
    assert ("SERVICE is refused" in ran.err) is (code == 2)


@pytest.mark.parametrize("where", UNSEEN)
def test_service_is_refused_by_name_behind_odd_signs(ask: Asker, where: str) -> None:
    sentence = ask.error(f"SELECT * {{ {where} }}".replace("<X>", "<http://127.0.0.1:9/>"))
    assert sentence == "SERVICE is refused; a query never leaves this process. Ask without it."


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?service ?load ?from { BIND(1 AS ?service) BIND(2 AS ?load) BIND(3 AS ?from) }",
        "SELECT $SERVICE { BIND(1 AS $SERVICE) }",
        "PREFIX ex: <https://example.org/> SELECT * { OPTIONAL { ?s ex:service ?o . ?s ex:load ex:INSERT } }",
        "PREFIX load: <https://example.org/> SELECT * { OPTIONAL { ?s load:x ?o } }",
        "SELECT * { OPTIONAL { ?s <https://example.org/SERVICE> <https://example.org/#LOAD> } }",
        "SELECT ('SERVICE <https://example.org/> {}' AS ?x) (\"LOAD <x:y>\" AS ?y) {}",
        "SELECT ('''a\n'SERVICE' <x:y>''' AS ?x) (\"\"\"FROM <x:y>\"\"\" AS ?y) {}",
        "SELECT ('it\\'s SERVICE' AS ?x) (\"a\\\\\" AS ?y) {}",
        "# SERVICE <x:y> { }\nSELECT * { } # FROM <x:y>, LOAD",
        "#LOAD <x:y>\nASK { }",
        "SELECT ('x'@service AS ?x) {}",
        "SELECT (1 AS ?x) { FILTER(1<2) FILTER(2>1) }",
        "SELECT ('\\u0053ERVICE' AS ?x) {}",
    ],
)
def test_a_word_that_only_looks_like_it_is_not_refused(ask: Asker, sparql: str) -> None:
    ran = ask(sparql, "--format", "tsv")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("update", "word"),
    [
        ("LOAD <file:///etc/hostname>", "LOAD"),
        ("load silent <https://example.org/> into graph <x:y>", "LOAD"),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", "INSERT"),
        ("DELETE DATA { <x:a> <x:b> <x:c> }", "DELETE"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE"),
        ("WITH <x:g> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "DELETE"),
        ("INSERT { ?s ?p 1 } WHERE { SELECT * { ?s ?p ?o } }", "INSERT"),
        ("CLEAR ALL", "CLEAR"),
        ("Drop Graph <x:g>", "DROP"),
        ("CREATE GRAPH <x:g>", "CREATE"),
        ("ADD <x:g> TO DEFAULT", "ADD"),
        ("MOVE <x:g> TO <x:h>", "MOVE"),
        ("COPY DEFAULT TO <x:h>", "COPY"),
        ("PREFIX select: <x:y>\n# SELECT\nCLEAR ALL", "CLEAR"),
        ("\\u0043LEAR ALL", "CLEAR"),
    ],
)
def test_an_update_is_refused(ask: Asker, update: str, word: str) -> None:
    assert ask.error(update) == f"{word} is refused; a query only reads. Write ASK, CONSTRUCT, DESCRIBE, SELECT."


@pytest.mark.parametrize("update", ["SELECT * {} ; CLEAR ALL", "ASK {} INSERT DATA { <x:a> <x:b> <x:c> }"])
def test_an_update_behind_a_query_is_a_syntax_error(ask: Asker, update: str) -> None:
    column = len(update.partition("}")[0]) + 3
    word = (
        "a query does not end in ;. Take it out."
        if ";" in update
        else "INSERT stands behind the end of the query. Take it out."
    )
    assert ask.error(update) == f"1:{column}: {word}"


@pytest.mark.parametrize(
    ("sparql", "sentence"),
    [
        ("garbage", "1:1: a query does not begin with garbage. Write SELECT, ASK, CONSTRUCT or DESCRIBE."),
        ("SELECT *\n{ ?s ?p }", "2:9: the pattern lacks its object behind ?p. Write one before }."),
        ("ASK {\n\n", "3:1: the { opened at 1:5 is not closed. Write } at the end."),
        ("# nothing", "1:10: there is no query here. Write SELECT, ASK, CONSTRUCT or DESCRIBE."),
    ],
)
def test_a_syntax_error_is_told_with_line_and_column(ask: Asker, sparql: str, sentence: str) -> None:
    assert ask.error(sparql) == sentence


@pytest.mark.parametrize("sparql", [b"\xff", b"ASK { ?s ?p '\xe9' }", "ASK {}".encode("utf-16")])
def test_a_query_that_is_not_utf_8_is_refused_with_its_byte(ask: Asker, sparql: bytes) -> None:
    byte = next(number for number, one in enumerate(sparql) if one > 127)
    assert ask.error(sparql) == f"1: byte {byte} is not UTF-8. Save the file as UTF-8."
    sentence = f"leukograph: standard input: byte {byte} is not UTF-8. Give the query as UTF-8.\n"
    assert run("-", stdin=sparql) == (2, "", sentence)


def test_a_folder_is_no_query(tmp_path: Path) -> None:
    sentence = f"leukograph: {tmp_path}: cannot be read (Is a directory). Name a file that you may read.\n"
    assert call(str(tmp_path)) == (2, "", sentence)
    absent = tmp_path / "absent.rq"
    sentence = f"leukograph: {absent}: cannot be read (No such file or directory). Name a file that you may read.\n"
    assert call(str(absent)) == (2, "", sentence)


def test_standard_input_is_read_and_named() -> None:
    assert run("-", stdin=b"ASK { ?s a ?o }") == (0, "true\n", "")
    ran = run("-", stdin=b"ASK")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("leukograph: standard input:1:4: ")


@pytest.mark.parametrize(
    "sparql",
    [
        "ASK " + "{" * 5_000 + "}" * 5_000,
        "SELECT (" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) {}",
        "SELECT * { FILTER(" + "!" * 50_000 + "true) }",
    ],
    ids=["braces", "parentheses", "negations"],
)
def test_deep_nesting_ends_in_one_sentence(ask: Asker, sparql: str) -> None:
    expected = "the query ended its process; it nests too deeply or needs more than 4 GiB. Make it simpler."
    assert ask.error(sparql) == expected


def test_a_query_that_is_too_large_is_refused(ask: Asker) -> None:
    head = "ASK {} #"
    assert ask(head + "x" * (100_000 - len(head))).code == 0
    assert ask.error(head + "x" * (100_001 - len(head))) == "the query is larger than 100000 bytes. Make it smaller."
    assert ask.error(head + "é" * 50_000) == "the query is larger than 100000 bytes. Make it smaller."


def test_too_many_rows_are_refused_and_as_many_as_allowed_are_not(ask: Asker) -> None:
    sparql = "SELECT ?x { VALUES ?x { 1 2 3 } }"
    assert ask.error(sparql, "--max-rows", "2") == "more than 2 rows. Ask for less, or give --max-rows more."
    assert ask(sparql, "--max-rows", "3", "--format", "csv") == (0, "x\r\n1\r\n2\r\n3\r\n", "")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--timeout", value) for value in ("0", "-1", "abc", "nan", "inf", "1e9", "")),
        *(("--max-rows", value) for value in ("0", "-1", "abc", "1.5", "")),
    ],
)
def test_a_limit_that_is_none_is_refused_by_name(ask: Asker, option: str, value: str) -> None:
    ran = ask("ASK {}", f"{option}={value}")
    assert (ran.code, ran.out) == (2, "")
    assert option in ran.err.splitlines()[-1]


@pytest.mark.parametrize("option", ["--timeout", "--max-rows"])
def test_a_limit_that_is_none_is_refused_without_names_of_the_inside(ask: Asker, option: str) -> None:
    ran = ask("ASK {}", option, "0")
    assert ran.code == 2
    assert "_positive" not in ran.err
    assert "_count" not in ran.err


def test_the_time_limit_ends_a_query_and_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "cartesian.rq"
    path.write_text(CARTESIAN, encoding="utf-8")
    mark = f"M{uuid.uuid4().hex}"
    start = time.monotonic()
    ran = run(str(path), "--timeout", "1", variables={mark: "1"})
    took = time.monotonic() - start
    sentence = f"leukograph: {path}: stopped after 1 seconds. Ask for less, or give --timeout more.\n"
    assert ran == (2, "", sentence)
    assert 1 <= took < 3
    assert alive(mark) == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are counted in /proc")
def test_a_query_whose_command_was_killed_ends_within_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "cartesian.rq"
    path.write_text(CARTESIAN, encoding="utf-8")
    mark = f"M{uuid.uuid4().hex}"
    command = [sys.executable, "-m", "leukograph", "query", str(path), "--timeout", "1"]
    started = subprocess.Popen(
        command, env={**os.environ, mark: "1"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: len(alive(mark)) == 2, 5)
        assert len(alive(mark)) == 2
        started.kill()
        started.wait()
        wait_until(lambda: not alive(mark), 3)
        assert alive(mark) == []
    finally:
        for process in alive(mark):
            os.kill(process, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("part", "times"),
    [
        (".", 20_000),
        ("-", 20_000),
        ("a.", 8_000),
        ("\\'", 6_000),
        ("'''\n'", 20_000),
        ("<a", 50_000),
        ("?", 100_000),
        ("a:", 50_000),
        ('"a', 50_000),
        ("'''\\", 25_000),
        ("service", 14_000),
        ("from ", 20_000),
    ],
)
def test_the_search_for_what_is_refused_takes_no_time_to_speak_of(part: str, times: int) -> None:
    start = time.process_time()
    with contextlib.suppress(CallError):
        sandbox.refuse(part * times)
    assert time.process_time() - start < 0.2


@NEEDS_BASH
@pytest.mark.parametrize(
    "limit",
    [
        "-v 5000000",
        "-v 3000000",
        "-c 0",
    ],
)
def test_a_limit_that_the_system_sets_stays(tmp_path: Path, limit: str) -> None:
    path = tmp_path / "q.rq"
    path.write_text("ASK { ?s a ?o }", encoding="utf-8")
    script = f"ulimit {limit}; exec {shlex.join([sys.executable, '-m', 'leukograph', 'query', str(path)])}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"true\n", b"")


def test_a_folder_with_files_named_as_modules_changes_nothing(
    ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert ask("ASK { ?s a ?o }") == (0, "true\n", "")


BLANK = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(ISBLANK(?s) || ISBLANK(?o)) }"


@pytest.mark.parametrize(
    ("sparql", "options"),
    [
        ("SELECT ?s ?p ?o { ?s ?p ?o }", ("--everything", "--format", "csv")),
        ("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p", ("--format", "tsv")),
        (BLANK, ("--format", "json")),
        ("CONSTRUCT WHERE { ?s ?p ?o }", ()),
        ("DESCRIBE <https://w3id.org/leukograph/ontology/BCellALL>", ()),
        (BLANK + " ORDER BY ?s ?p ?o", ("--format", "csv")),
        (f"{PREFIXES}SELECT ?s {{ ?s a ?kind }} ORDER BY ?s LIMIT 20", ("--format", "csv")),
    ],
)
def test_two_runs_give_the_same_bytes(tmp_path: Path, sparql: str, options: tuple[str, ...]) -> None:
    path = tmp_path / "q.rq"
    path.write_text(sparql, encoding="utf-8")
    first, second = (run(str(path), *options, variables={"PYTHONHASHSEED": seed}) for seed in ("1", "2"))
    assert (first.code, first.err) == (0, "")
    assert len(first.out) > 200
    assert first == second


def test_blank_nodes_are_named_by_the_order_in_which_they_turn_up(ask: Asker) -> None:
    sparql = "SELECT ?a ?b ?c { BIND(BNODE() AS ?a) BIND(BNODE() AS ?b) BIND(?a AS ?c) }"
    assert ask(sparql, "--format", "tsv") == (0, "?a\t?b\t?c\n_:new0\t_:new1\t_:new0\n", "")


def test_what_a_literal_hides_is_shown_as_an_escape(ask: Asker) -> None:
    sparql = "SELECT ?x { VALUES ?x { 'a\\u001B[31mb' 'c\\u202Ed' 'e\\u0007f' } }"
    assert ask(sparql) == (0, "x\n------------\na\\u001b[31mb\nc\\u202ed\ne\\u0007f\n", "")
    assert ask(sparql, "--format", "markdown").out.splitlines()[2:] == [
        "| a\\\\u001b\\[31mb |",
        "| c\\\\u202ed |",
        "| e\\\\u0007f |",
    ]
    assert "\x1b" not in ask(sparql, "--format", "json").out


WORDS = st.sampled_from(
    [
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "WHERE",
        "FROM",
        "NAMED",
        "SERVICE",
        "LOAD",
        "INSERT",
        "GRAPH",
        "FILTER",
        "PREFIX",
        "BASE",
        "ex:",
        "ex:a",
        "?s",
        "$o",
        "<x:y>",
        "<file:///x>",
        "'a'",
        '"b"',
        "'''c'''",
        "'",
        '"',
        "'''",
        '"""',
        "{",
        "}",
        "(",
        ")",
        ".",
        ";",
        ",",
        "*",
        "#",
        "\\",
        "\\u0053",
        "\\U00000053",
        "@en",
        "^^",
        "1",
        "true",
        "[]",
        "_:b",
        "\n",
        "\r",
    ]
)
SOUP = st.lists(WORDS, max_size=12).flatmap(lambda words: st.sampled_from([" ".join(words), "".join(words)]))


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=60), SOUP))
@example("\\u")
@example("\\UFFFFFFFF")
@example("\\uD800")
@example("'")
@example("SELECT * FROM")
def test_any_text_is_refused_in_one_sentence_or_let_through(text: str) -> None:
    sentence = "name: let through."
    try:
        sandbox.refuse(text, "name")
    except CallError as error:
        sentence = str(error)
    assert re.fullmatch(r"name: .*\.", sentence, re.DOTALL)


@settings(max_examples=12, deadline=None)
@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), SOUP))
@example("\x00")
@example("\ufeffASK {}")
@example("SELECT (<x:y>(1) AS ?x) {}")
@example("SELECT ?x ?x {}")
@example("SELECT (1 AS ?x) { BIND(1 AS ?x) }")
def test_any_text_as_a_query_ends_in_an_answer_or_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.rq"
    path.write_bytes(text.encode())
    ran = call(str(path), "--format", "json", "--timeout", "20")
    assert ran.code in (0, 2)
    if ran.code == 2:
        assert ran.out == ""
        assert "Traceback" not in ran.err
        assert ran.err.startswith(("leukograph: ", "usage: "))


def test_the_graphs_that_are_named_in_the_help_are_all_there_are() -> None:
    ran = call("--help")
    assert ran.code == 0
    assert [graph for graph in GRAPHS if graph_iri(graph) not in ran.out] == []
    assert set(ASSERTED) < set(GRAPHS)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ASK { GRAPH <urn:x> { ?s ?p ?o } }", "GRAPH <urn:x> is refused; it is no graph of the project. Name one in"),
        ("PREFIX e: <urn:e/> ASK{graph e:x{?s ?p ?o}}", "GRAPH <urn:e/x> is refused; it is no graph of the project."),
        ("PREFIX : <urn:e/> ASK { GRAPH :x { ?s ?p ?o } }", "GRAPH <urn:e/x> is refused; it is no graph of the"),
        (
            f"ASK {{ GRAPH <{LGG}background> {{ ?s ?p ?o }} }}",
            "background> is not seen. Add --everything, or name it by",
        ),
        (f"PREFIX g: <{LGG}> ASK {{ GRAPH g:mappings {{ ?s ?p ?o }} }}", "mappings> is not seen. Add --everything"),
        (f"ASK FROM NAMED <{LGG}page> {{ GRAPH <{LGG}ontology> {{ ?s ?p ?o }} }}", "ontology> is not seen."),
    ],
)
def test_a_graph_that_would_be_silently_empty_is_refused(text: str, complaint: str, root: str) -> None:
    with pytest.raises(CallError, match=re.escape(complaint)):
        sandbox.query(root, text, ())


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ GRAPH <{LGG}page> {{ ?s ?p ?o }} }}",
        f"PREFIX g: <{LGG}> ASK {{ GRAPH g:page {{ ?s ?p ?o }} }}",
        f"ASK FROM NAMED <{LGG}background> {{ GRAPH <{LGG}background> {{ ?s ?p ?o }} }}",
        'ASK { GRAPH ?graph { ?s ?p ?o } # GRAPH <urn:x>\n FILTER("GRAPH <urn:x>" != ?graph) }',
        "PREFIX graph: <urn:x/> ASK { ?graph ?p ?o OPTIONAL { ?graph <urn:x> graph:a . ?s graph:a <urn:x> } }",
    ],
)
def test_a_graph_of_the_project_and_what_only_looks_like_a_name_of_one_is_taken(text: str, root: str) -> None:
    assert sandbox.query(root, text, ()).truth is True
