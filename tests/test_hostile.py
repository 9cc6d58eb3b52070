"""Files that mean harm end in one clear sentence: nothing is fetched, opened, written or waited for.

Each attack goes through the command. It ends with exit code 2, or 1 where the file can be read, within seconds.
"""

import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from leukograph import cli, documents, intake, spotting
from leukograph.documents import Source

SECONDS = 30
SECRET = "words-that-lie-in-a-file-of-the-user"  # noqa: S105 - no password
DEEP = "this nests more than 200 deep. Give the inner records names of their own."
LONG = "this text has more than 1000000 characters. Keep large texts out of the graph."
NEWER = (
    "what begins here is not of RDF 1.1 (a triple within a triple, a direction, a version). "
    "Write a record of its own for it."
)
DECLARED = "a document type is refused, for entities can unfold without end. Write the text out."
ELSEWHERE = "a context that lies elsewhere is never fetched. Write it out."
ENCODED = "this is not UTF-8. Save the file as UTF-8."
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
DRUG = "<https://w3id.org/leukograph/data/x> a <https://w3id.org/leukograph/ontology/Drug>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
Attack = Callable[..., tuple[int, str, str]]


@pytest.fixture
def attack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Attack:
    """Run `leukograph validate` in a folder of its own and return exit code, output and talk."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        before = sorted(os.walk("."))
        start = time.monotonic()
        code = cli.main(["validate", *words])
        assert time.monotonic() - start < SECONDS
        out, talk = capsys.readouterr()
        assert "Traceback" not in out + talk
        assert SECRET not in out + talk
        assert not {char for char in out + talk if ord(char) < 32} - {"\n"}
        assert sorted(os.walk(".")) == before
        return code, out, talk

    return run


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server that nobody may ask."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle(self) -> None:
            asked.append(self.client_address)

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{made.server_address[1]}"
        made.shutdown()
        thread.join()
    assert asked == []


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("x.ttl", "[ <a:b> " * 100_000, f"1:1601: {DEEP}"),
        ("x.ttl", "[ <a:b> " * 100_000 + "1" + "]" * 100_000 + ".", f"1:1601: {DEEP}"),
        ("x.ttl", "<a:a> <a:b>\n" + "(" * 100_000, f"2:201: {DEEP}"),
        ("x.ttl", "<a:a> <a:b>\n" + "(" * 100_000 + ")" * 100_000 + ".", f"2:201: {DEEP}"),
        ("x.trig", "{ <a:a> <a:b>\n" + "(" * 100_000, f"2:200: {DEEP}"),
        ("x.ttl", "<< " * 100_000, f"1:1: {NEWER}"),
        ("x.ttl", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 100_000, f"1:13: {NEWER}"),
        ("x.nt", "<a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> .", f"1:13: {NEWER}"),
        ("x.jsonld", "[" * 10_000 + "]" * 10_000, f"1:201: {DEEP}"),
        ("x.jsonld", '{"a:b":' * 10_000 + "1" + "}" * 10_000, f"1:1401: {DEEP}"),
        ("x.jsonld", '{"a:b":' * 100_000 + "1" + "}" * 100_000, f"1:1401: {DEEP}"),
        ("x.jsonld", "[" * 100_000, f"1:201: {DEEP}"),
        ("x.rdf", XML + "\n" + "<e:a>" * 100_000, f"2:996: {DEEP}"),
        ("x.rdf", XML + "\n" + "<e:a>" * 100_000 + "</e:a>" * 100_000 + "</rdf:RDF>", f"2:996: {DEEP}"),
        ("x.rdf", f"<!DOCTYPE x [{ENTITIES}]>{XML}<e:a>&l11;</e:a></rdf:RDF>", f"1:1: {DECLARED}"),
        ("x.owl", f'\n<!doctype x [<!ENTITY s SYSTEM "SECRET">]>{XML}<e:a>&s;</e:a></rdf:RDF>', f"2:1: {DECLARED}"),
        ("x.rdf", f'<!DOCTYPE x SYSTEM "SERVER/x.dtd">{XML}</rdf:RDF>', f"1:1: {DECLARED}"),
        ("x.jsonld", '{"@context": "SERVER/c.jsonld", "@id": "a:a"}', f"1:14: {ELSEWHERE}"),
        ("x.jsonld", '{"@context": {"@import": "SERVER/c"}, "@id": "a:a"}', f"1:26: {ELSEWHERE}"),
        ("x.jsonld", '{"@context": [null,\n"SECRET"], "@id": "a:a"}', f"2:1: {ELSEWHERE}"),
        ("x.ttl", '<a:a> <a:b> "é" , "\\uD800" .', "1:20: The escape sequence '\\uD800' is encoding D800 that"),
        ("x.jsonld", '{"a:é": "\\ud800"}', "1:9: Unexpected end of file. Mend the file at this place."),
        ("x.ttl", f'<a:a> <a:b> "{"x" * 20_000_000}" .', f"1:13: {LONG}"),
        ("x.ttl", f'<a:a> <a:b>\n "{"x" * 1_000_001}" .', f"2:2: {LONG}"),
        ("x.nq", f'<a:a> <a:b> "{"x" * 20_000_000}" .', f"1:13: {LONG}"),
        ("x.jsonld", f'{{"@id": "a:a", "a:b": "{"x" * 20_000_000}"}}', f"1:23: {LONG}"),
        ("x.rdf", f'{XML}\n<e:T rdf:about="a:a"><e:p>{"x" * 20_000_000}</e:p></e:T></rdf:RDF>', f"2:22: {LONG}"),
        ("x.ttl", "<a:" + "x" * 3_000_000 + "> <a:b> 1" + ",1" * 200 + " .", " this unfolds to more than 256 MiB. "),
        ("x.jsonld", '{"a:b": "' + '\\"' * 5_000_000, f"1:9: {LONG}"),
        ("x.jsonld", " " * 5_000_000 + '"', "1:5000001: Unexpected end of file. Mend the file at this place."),
        ("x.ttl", "<a:a> " * 3_000_000, "1:19: A dot is expected at the end of statements. Mend the file at this "),
        ("x.ttl", "a" + "." * 5_000_000 + "b", "1:1: a......"),
        ("x.ttl", "\0", "1:1: "),
        ("x.jsonld", "", "1:1: Unexpected end of file, a value was expected. Mend the file at this"),
        ("x.owl", "", "1:1: this is not well-formed XML (no element found). Mend the file at this place."),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_hostile_text_is_refused_at_its_place(
    attack: Attack, tmp_path: Path, server: str, name: str, text: str, wanted: str
) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    text = text.replace("SERVER", server).replace("SECRET", (tmp_path / "secret.txt").as_uri())
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    code, out, talk = attack(name)
    lines = out.splitlines()
    assert code == 2
    assert talk == ""
    assert lines[1].startswith(f"{name}:")
    place, _, words = lines[1].removeprefix(f"{name}:").partition(" violation lgr:syntax: ")
    assert f"{place} {words}".startswith(wanted)
    assert len(lines) == 3
    assert len(lines[1]) < 500


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b'<a:a> <a:b> "\xc3\xa9\xf0\x9f\x98\x80\xff" .', "1:16"),
        (b"# \xc3\xa9\r\n# \xe2\x82\n", "2:3"),
        ("<a:a> <a:b> <a:c> .".encode("utf-16"), "1:1"),
        (b'<a:a> <a:b> "\xed\xa0\x80" .', "1:14"),
    ],
)
def test_the_first_byte_that_is_not_utf_8_is_named(attack: Attack, content: bytes, wanted: str) -> None:
    Path("x.ttl").write_bytes(content)
    code, out, _ = attack("x.ttl")
    assert code == 2
    assert out.splitlines()[1] == f"x.ttl:{wanted}: violation lgr:syntax: {ENCODED}"


def test_an_empty_file_proves_nothing(attack: Attack) -> None:
    Path("x.ttl").write_bytes(b"")
    code, out, _ = attack("x.ttl")
    assert code == 1
    assert "violation lgr:nothing-to-check: No record was looked at, so nothing was proved." in out


def test_what_would_steer_a_terminal_is_found_and_not_printed(attack: Attack) -> None:
    Path("x.ttl").write_text(f'{DRUG} ; {LABEL} "\0\x1b[2J\u202e\\u0007"@en .', encoding="utf-8")
    code, out, _ = attack("x.ttl")
    assert code == 1
    assert [line.partition(": A control")[0] for line in out.splitlines() if "unseen" in line] == [
        "x.ttl:1:131: violation lgr:unseen-character U+0007",
        "x.ttl:1:132: violation lgr:unseen-character U+0000",
        "x.ttl:1:133: violation lgr:unseen-character U+001B",
        "x.ttl:1:137: violation lgr:unseen-character U+202E RIGHT-TO-LEFT OVERRIDE",
    ]
    assert "\u202e" not in out


def test_the_name_of_a_file_cannot_steer_a_terminal(attack: Attack) -> None:
    Path("x\x1b[2J\n.ttl").write_text("?")
    code, out, _ = attack("x\x1b[2J\n.ttl")
    assert code == 2
    assert ":1:1: violation lgr:syntax: " in out


def test_of_several_files_the_guilty_ones_are_named(attack: Attack) -> None:
    for name, text in {
        "a.ttl": "[ <a:b> " * 100_000,
        "b.jsonld": '{"a:b":' * 100_000 + "1" + "}" * 100_000,
        "c.ttl": f"{DRUG} .",
        "d.ttl": "<a:a>\n<a:b> ?",
        "e.rdf": f"{XML}</rdf:RDF>",
    }.items():
        Path(name).write_text(text)
    code, out, _ = attack("e.rdf", "d.ttl", "c.ttl", "b.jsonld", "a.ttl")
    assert code == 2
    assert out.splitlines()[1:] == [
        f"a.ttl:1:1601: violation lgr:syntax: {DEEP}",
        f"b.jsonld:1:1401: violation lgr:syntax: {DEEP}",
        "d.ttl:2:7: violation lgr:syntax: A variable name is not allowed to be empty. Mend the file at this place.",
        "does not conform: 3 violations, 0 warnings",
    ]


@pytest.mark.parametrize(
    ("make", "name", "wanted"),
    [
        (lambda: Path("x.ttl.gz").write_bytes(gzip.compress(bytes(50_000_000))), "x.ttl.gz",
         "x.ttl.gz: a packed file is not read. Unpack it first."),
        (lambda: Path("x.ttl").mkdir(), "x.ttl", "x.ttl: no RDF file there ("),
        (lambda: Path("x").mkdir(), "x", "x: no RDF file there ("),
        (lambda: Path("x.ttl").symlink_to("nowhere"), "x.ttl", "x.ttl: cannot be read (No such file or directory)"),
        (lambda: Path("x.ttl").symlink_to("nowhere"), ".", "./x.ttl: cannot be read (No such file or directory)"),
        (lambda: Path("x.ttl").symlink_to("x.ttl"), "x.ttl", "x.ttl: cannot be read (Too many levels of symbolic"),
        (lambda: Path("x.ttl").symlink_to("/dev/zero"), "x.ttl", "x.ttl: cannot be read (it is no ordinary file)"),
        (lambda: os.mkfifo("x.ttl"), "x.ttl", "x.ttl: cannot be read (it is no ordinary file)"),
        (lambda: None, "x.ttl", "x.ttl: cannot be read (No such file or directory)"),
        (lambda: Path("x.exe").touch(), "x.exe", "x.exe: the ending names no RDF format. Use one of "),
        (lambda: Path("x.ttl").write_bytes(bytes(64 * 1024**2 + 1)), "x.ttl",
         "x.ttl: the file is larger than 64 MiB. Split it into smaller files."),
    ],
)  # fmt: skip
def test_what_is_no_file_to_read_is_refused_unread(
    attack: Attack, make: Callable[[], object], name: str, wanted: str
) -> None:
    make()
    code, out, talk = attack(name)
    assert code == 2
    assert out == ""
    assert talk.startswith(f"leukograph: {wanted}")
    assert talk.count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever may read everything")
def test_a_file_that_may_not_be_read_is_named(attack: Attack) -> None:
    Path("x.ttl").touch(mode=0o000)
    code, _, talk = attack("x.ttl")
    assert (code, talk.partition(" (")[0]) == (2, "leukograph: x.ttl: cannot be read")


def test_a_file_that_vanishes_before_it_is_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = documents.collect

    def gone(named: Any, graph: str | None) -> list[Source]:
        found = listed(named, graph)
        for one in found:
            os.remove(one.path)
        return found

    monkeypatch.setattr(documents, "collect", gone)
    (tmp_path / "x.ttl").touch()
    assert cli.main(["validate", str(tmp_path)]) == 2
    out, talk = capsys.readouterr()
    assert out == ""
    assert talk.startswith(f"leukograph: {tmp_path / 'x.ttl'}: cannot be read (No such file or directory).")


def test_what_a_file_imports_is_never_fetched(attack: Attack, tmp_path: Path, server: str) -> None:
    (tmp_path / "secret.ttl").write_text(f'<a:{SECRET}> <a:b> "{SECRET}" .')
    owl, sh = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/ns/shacl#"
    for name in ("data", "ontology", "shapes"):
        links = f"<{server}/{name}.ttl>, <{(tmp_path / 'secret.ttl').as_uri()}>"
        Path(f"{name}.ttl").write_text(
            f"<{server}/{name}> a <{owl}Ontology> ; <{owl}imports> {links} ; <{sh}shapesGraph> <{server}/s> ;"
            f" <http://www.w3.org/2000/01/rdf-schema#seeAlso> <{server}/r> . {DRUG} ."
        )
    code, out, _ = attack("data.ttl", "--ontology", "ontology.ttl", "--shapes", "shapes.ttl")
    assert code == 1
    assert "violation lgs:Record-label lgd:x" in out


SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<http://e/S> a sh:NodeShape ; sh:targetClass <https://w3id.org/leukograph/ontology/Drug> ; {} .
"""


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("sh:js [ a sh:JSConstraint ; sh:jsFunctionName 'x' ]", "scripts are refused."),
        ("sh:jsLibrary [ sh:jsLibraryURL <SERVER/x.js> ]", "scripts are refused."),
        ("sh:sparql [ sh:select 'SELECT $this { SERVICE <SERVER/> { ?s ?p ?o } }' ]", "SERVICE"),
        ("sh:sparql [ sh:select 'SELECT $this FROM <SERVER/> { ?s ?p ?o }' ]", "FROM"),
        ("sh:property [ sh:path <a:b> ; sh:pattern '^(a+)+$' ]", "the pattern '^(a+)+$' repeats a repeat"),
        ("sh:property [ sh:path <a:b> ; sh:pattern '^([a-z]*)*$' ]", "the pattern '^([a-z]*)*$' repeats a repeat"),
        ("sh:property [ sh:path <a:b> ; sh:pattern '(' ]", "the pattern '(' is none"),
    ],
)
def test_shapes_that_could_leave_or_never_end_are_refused(attack: Attack, server: str, rule: str, wanted: str) -> None:
    Path("s.ttl").write_text(SHAPE.format(rule.replace("SERVER", server)))
    Path("x.ttl").write_text(f"{DRUG} .")
    code, out, talk = attack("x.ttl", "--shapes", "s.ttl")
    assert code == 2
    assert out == ""
    assert wanted in talk
    assert talk.count("\n") == 1


def test_a_pattern_that_looks_harmless_is_stopped_by_the_clock(attack: Attack) -> None:
    Path("s.ttl").write_text(SHAPE.format(f"sh:property [ sh:path {LABEL} ; sh:pattern '^(?=a)(a|aa)+$' ]"))
    Path("x.ttl").write_text(f'{DRUG} ; {LABEL} "{"a" * 60}b"@en .')
    code, out, talk = attack("x.ttl", "--shapes", "s.ttl", "--timeout", "1")
    assert code == 2
    assert out == ""
    assert talk == ("leukograph: the shapes: stopped after 1 seconds. Give less, simpler patterns, or a longer time.\n")


def test_the_reader_of_unknown_files_can_open_neither_file_nor_network(monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"""
import pyoxigraph, socket

def parse(*_, **__):
    said = []
    for act in (lambda: open({__file__!r}), lambda: socket.socket()):
        try:
            act()
            said.append("opened")
        except OSError as error:
            said.append(error.strerror)
    raise SyntaxError(", ".join(said))

pyoxigraph.parse = parse
from leukograph import intake
intake.main()
"""
    run = subprocess.run
    monkeypatch.setattr("leukograph.intake.subprocess.run", lambda _, **more: run([sys.executable, "-c", code], **more))
    words = intake.complaints([("x.ttl", b"")])
    assert words == ["x.ttl: Too many open files, Too many open files. Mend the file at this place."]


def test_a_reader_that_dies_or_dawdles_takes_no_other_file_with_it() -> None:
    files = [("a.ttl", b"<a:a> <a:b> 1 ."), ("b.ttl", b"\n" * 120_000_000), ("c.ttl", b"\n ?")]
    more = "or nests too deeply. Make it smaller or simpler."
    assert intake.complaints(files, memory=100 * 1024**2) == [
        "",
        f"b.ttl: reading this file needs more than 100 MiB of memory {more}",
        (
            "c.ttl:2:2: Parser error at line 2 column 2: A variable name is not allowed to be empty. "
            "Mend the file at this place."
        ),
    ]
    words = [f"{name}: reading this file needs more than 0.001 seconds {more}" for name in ("a.ttl", "c.ttl")]
    assert intake.complaints([files[0], files[2]], seconds=0.001) == words


def test_places_in_one_long_line_are_found_in_one_pass() -> None:
    start = time.monotonic()
    elements = "".join(f"<e:p>é{number}</e:p>" for number in range(50_000))
    text = f'{XML}<e:T rdf:about="a:a">{elements}</e:T></rdf:RDF>'
    found = spotting.spots(text, ox.RdfFormat.RDF_XML)
    assert found[-1].object == text.index("<e:p>é49999")
    values = json.dumps([{"@id": "a:a", "a:b": [f"é{number}" for number in range(50_000)]}], ensure_ascii=False)
    found = spotting.spots(values, ox.RdfFormat.JSON_LD)
    assert found[-1].object == values.index('"é49999')
    assert time.monotonic() - start < SECONDS
