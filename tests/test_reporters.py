"""The reports of a validation in every format: exact, read back by the tools they are for, safe with hostile data."""

import json
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from junitparser import JUnitXml
from sarif.loader import load_sarif_file  # type: ignore[import-untyped]

from leukograph import __version__, report_page, sarif, verdicts
from leukograph.errors import CallError
from leukograph.formats import visible
from leukograph.names import LGD, LGS, RDF_TYPE, RDFS, RDFS_LABEL, SH
from leukograph.records import Finding, Gate, Place, Report, Rule
from leukograph.reporters import REPORT_FORMATS, write

ROOT = Path(__file__).parents[1]
LABEL, ORDER, FOREIGN = LGS + "Label", LGS + "Order", "http://example.org/rule"
FILE = "d/é x,1.ttl"
SPACED = "urn:a b"
NODE = "urn:leukograph:report"
VOID = {"meta", "br"}
MESSAGE = "Bad\nby 50%. Mend it."


def label(focus: str, value: str, place: Place | None, known: str = "") -> Finding:
    return Finding("violation", "shapes", LABEL, focus, RDFS_LABEL, value, MESSAGE, place, known)


REPORT = Report(
    gates=(
        Gate("syntax", "2 files with 7 triples", ()),
        Gate(
            "shapes",
            "3 shapes on 7 triples",
            (
                Finding("warning", "shapes", ORDER, LGD + "b", "", "nul\x00", "The order is odd. Sort it."),
                Finding("info", "shapes", FOREIGN, "", "", "", "::error::Look at it.", Place("a:b.ttl")),
                label(SPACED, "::error::1%,\u202e", Place(FILE, 12)),
                label(LGD + "a", "<script>\nalert(1)", Place(FILE, 3, 5)),
                label(LGD + "c", "[x](http://y)", Place(FILE, 20, 1), "agreed <b>"),
            ),
            (("shapes", 3), ("triples", 7)),
        ),
        Gate("::proof ##[x]", "1 page", ()),
    ),
    rules=(
        Rule(LGS + "Syntax", "syntax", "violation", "A file does not parse.", "Mend the file."),
        Rule(LABEL, "shapes", "violation", "A label is wrong.", "Mend it."),
        Rule(ORDER, "shapes", "warning", "The order is odd.", "Sort it."),
    ),
)
EMPTY = Report((Gate("syntax", "0 files", ()),))
SHUFFLED = REPORT._replace(gates=tuple(gate._replace(findings=gate.findings[::-1]) for gate in REPORT.gates))


def xml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314


def many(number: int, severity: str = "violation") -> Report:
    found = [
        Finding(severity, "g", LABEL, LGD + f"n{one}", "", "", "Wrong.", Place("a.ttl", one))
        for one in range(1, number + 1)
    ]
    return Report((Gate("g", "1 file", tuple(found)),))


@pytest.mark.parametrize("kind", REPORT_FORMATS)
def test_the_same_findings_in_another_order_give_the_same_text(kind: str) -> None:
    assert write(REPORT, kind) == write(SHUFFLED, kind)
    assert write(REPORT, kind).endswith("\n")
    assert write(EMPTY, kind)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(CallError, match=r"“pdf\\u202e”: choose one of text, json, sarif"):
        write(EMPTY, "pdf\u202e")


@pytest.mark.parametrize(
    ("severity", "known", "fail_on", "conforms"),
    [
        ("violation", "", "violation", False),
        ("warning", "", "violation", True),
        ("warning", "", "warning", False),
        ("info", "", "warning", True),
        ("info", "", "info", False),
        ("violation", "agreed", "info", True),
        ("unheard-of", "", "violation", False),
    ],
)
def test_what_is_new_and_heavy_enough_fails(severity: str, known: str, fail_on: str, *, conforms: bool) -> None:
    finding = Finding(severity, "g", LABEL, "", "", "", "Wrong.", None, known)
    report = Report((Gate("g", "1 file", (finding,)),), fail_on)
    assert verdicts.conforms(report) is conforms
    assert verdicts.counted(report) == ([] if conforms else [finding])
    assert json.loads(write(report, "json"))["conforms"] is conforms
    assert f"sh:conforms {str(conforms).lower()} ;" in write(report, "turtle")
    assert write(report, "text").splitlines()[-1].startswith("conforms: " if conforms else "does not conform: ")


TEXT = r"""
syntax: 0 findings; looked at 2 files with 7 triples
shapes: 5 findings; looked at 3 shapes on 7 triples
::proof ##[x]: 0 findings; looked at 1 page
a:b.ttl: info http://example.org/rule: ::error::Look at it.
d/é x,1.ttl:3:5: violation lgs:Label lgd:a rdfs:label <script>\nalert(1): Bad by 50%. Mend it.
d/é x,1.ttl:12: violation lgs:Label urn:a b rdfs:label ::error::1%,\u202e: Bad by 50%. Mend it.
warning lgs:Order lgd:b nul\u0000: The order is odd. Sort it.
does not conform: 2 violations, 1 warning, 1 info, 1 known
"""


def test_text_is_one_line_for_each_gate_and_finding() -> None:
    assert write(REPORT, "text") == TEXT.lstrip()
    assert write(EMPTY, "text") == "syntax: 0 findings; looked at 0 files\nconforms: 0 violations, 0 warnings\n"
    assert write(many(1), "text").splitlines() == [
        "g: 1 finding; looked at 1 file",
        "a.ttl:1: violation lgs:Label lgd:n1: Wrong.",
        "does not conform: 1 violation, 0 warnings",
    ]


def test_colour_is_on_the_severity_alone() -> None:
    coloured = write(REPORT, "text", colour=True)
    assert coloured.count("\x1b[31mviolation\x1b[0m lgs:Label") == 2
    assert coloured.count("\x1b[33mwarning\x1b[0m lgs:Order") == 1
    assert coloured.count("\x1b") == 6
    assert coloured.replace("\x1b[31m", "").replace("\x1b[33m", "").replace("\x1b[0m", "") == write(REPORT, "text")


@pytest.mark.parametrize(("number", "most", "lines"), [(3, 3, 3), (4, 3, 3), (24, 20, 20), (2, 0, 0), (2, -1, 0)])
def test_a_long_group_is_cut_and_says_so(number: int, most: int, lines: int) -> None:
    texts = write(many(number), "text", max_print=most).splitlines()[1:-1]
    commands = write(many(number), "github", max_print=most).splitlines()[1:-1]
    rest = f"… and {number - lines} more of lgs:Label (--max-print shows more)"
    cut = number > lines
    assert texts[lines:] == ([f"  {rest}"] if cut else [])
    assert commands[lines:] == ([f"::notice::{rest}"] if cut else [])
    assert texts[:lines] == [f"a.ttl:{one}: violation lgs:Label lgd:n{one}: Wrong." for one in range(1, lines + 1)]
    assert [line.split(" ")[0] for line in commands[:lines]] == ["::error"] * lines


def test_findings_of_one_rule_and_message_stand_together() -> None:
    found = [
        Finding("violation", "g", rule, "", "", "", words, Place("a.ttl", line))
        for line, (rule, words) in enumerate([(ORDER, "A."), (LABEL, "A."), (LABEL, "B."), (ORDER, "A.")], start=1)
    ]
    lines = write(Report((Gate("g", "1 file", tuple(found)),)), "text").splitlines()[1:-1]
    assert [line.split(":")[1] for line in lines] == ["1", "4", "2", "3"]


def test_json_holds_everything() -> None:
    whole = json.loads(write(REPORT, "json"))
    assert list(whole) == ["conforms", "failOn", "summary", "gates"]
    assert (whole["conforms"], whole["failOn"]) == (False, "violation")
    assert whole["summary"] == {"violations": 2, "warnings": 1, "infos": 1, "known": 1}
    assert [list(gate) for gate in whole["gates"]] == [["name", "lookedAt", "counts", "findings"]] * 3
    assert whole["gates"][0] == {
        "name": "syntax", "lookedAt": "2 files with 7 triples", "counts": {}, "findings": []
    }  # fmt: skip
    assert whole["gates"][1]["counts"] == {"shapes": 3, "triples": 7}
    found = whole["gates"][1]["findings"]
    assert [(one["file"], one["line"], one["column"], one["known"]) for one in found] == [
        ("a:b.ttl", None, None, None),
        (FILE, 3, 5, None),
        (FILE, 12, None, None),
        (FILE, 20, 1, "agreed <b>"),
        (None, None, None, None),
    ]
    assert found[1] == {
        "severity": "violation",
        "rule": LABEL,
        "ruleShort": "lgs:Label",
        "focus": LGD + "a",
        "focusShort": "lgd:a",
        "path": RDFS_LABEL,
        "value": "<script>\nalert(1)",
        "message": MESSAGE,
        "file": FILE,
        "line": 3,
        "column": 5,
        "known": None,
    }
    assert found[4]["value"] == "nul\x00"
    assert (found[0]["focus"], found[0]["focusShort"], found[0]["path"], found[0]["value"]) == (None,) * 4
    assert "é" in write(REPORT, "json")


GITHUB = r"""
syntax: 0 findings; looked at 2 files with 7 triples
shapes: 5 findings; looked at 3 shapes on 7 triples
: :proof # #[x]: 0 findings; looked at 1 page
::notice file=a%3Ab.ttl,title=http%3A//example.org/rule::::error::Look at it.
::error file=d/é x%2C1.ttl,line=3,col=5,title=lgs%3ALabel::lgd:a rdfs:label <script>\nalert(1): Bad by 50%25. Mend it.
::error file=d/é x%2C1.ttl,line=12,title=lgs%3ALabel::urn:a b rdfs:label ::error::1%25,\u202e: Bad by 50%25. Mend it.
::warning title=lgs%3AOrder::lgd:b nul\u0000: The order is odd. Sort it.
does not conform: 2 violations, 1 warning, 1 info, 1 known
"""


def test_github_gets_one_command_for_each_finding_and_no_other() -> None:
    assert write(REPORT, "github") == GITHUB.lstrip()
    odd = Finding("violation", "g", LABEL, "", "", "", "Wrong.", Place("a\nb%.ttl", 1, 2))
    line = write(Report((Gate("g", "1 file", (odd,)),)), "github").splitlines()[1]
    assert line == "::error file=a%0Ab%25.ttl,line=1,col=2,title=lgs%3ALabel::Wrong."


def test_sarif_is_valid_and_is_read_as_meant(tmp_path: Path) -> None:
    path = tmp_path / "report.sarif"
    path.write_text(write(REPORT, "sarif"), encoding="utf-8")
    schema = json.loads((ROOT / "tests/schemas/sarif-2.1.0.json").read_text(encoding="utf-8"))
    for report in (REPORT, EMPTY, many(3, "info")):
        Draft202012Validator(schema).validate(json.loads(write(report, "sarif")))
    read = load_sarif_file(str(path))
    assert read.get_distinct_tool_names() == ["leukograph"]
    assert [len(read.get_records()), read.get_result_count()] == [5, 5]
    counts = read.get_report()
    assert [counts.get_issue_count_for_severity(one) for one in ("error", "warning", "note")] == [3, 1, 1]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("sarif")), "summary", str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "error: 3" in done.stdout


def test_sarif_says_what_is_wrong_where_and_by_which_rule() -> None:
    whole = json.loads(write(REPORT, "sarif"))
    assert (whole["$schema"], whole["version"]) == ("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0")
    (run,) = whole["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], "informationUri" in driver) == ("leukograph", __version__, False)
    assert (run["columnKind"], run["invocations"]) == ("unicodeCodePoints", [{"executionSuccessful": True}])
    assert [(rule["id"], rule["name"], rule["defaultConfiguration"]["level"]) for rule in driver["rules"]] == [
        ("lgs:Syntax", "Syntax", "error"),
        ("lgs:Label", "Label", "error"),
        ("lgs:Order", "Order", "warning"),
        (FOREIGN, FOREIGN, "note"),
    ]
    assert driver["rules"][1]["shortDescription"] == {"text": "A label is wrong."}
    assert driver["rules"][1]["help"] == {"text": "Mend it."}
    assert [(one["ruleId"], one["ruleIndex"], one["level"]) for one in run["results"]] == [
        (FOREIGN, 3, "note"),
        *[("lgs:Label", 1, "error")] * 3,
        ("lgs:Order", 2, "warning"),
    ]
    assert [one["locations"] for one in run["results"]] == [
        [{"physicalLocation": {"artifactLocation": {"uri": "a%3Ab.ttl"}}}],
        [located({"startLine": 3, "startColumn": 5}, LGD + "a")],
        [located({"startLine": 12}, SPACED)],
        [located({"startLine": 20, "startColumn": 1}, LGD + "c")],
        [{"logicalLocations": [{"fullyQualifiedName": LGD + "b"}]}],
    ]
    assert [one["suppressions"] for one in run["results"]] == [
        *[[]] * 3, [{"kind": "external", "justification": "agreed <b>"}], []
    ]  # fmt: skip
    words = "Bad by 50%. Mend it."
    assert run["results"][1]["message"] == {"text": rf"lgd:a rdfs:label <script>\nalert(1): {words}"}
    assert run["results"][3]["message"] == {"text": f"lgd:c rdfs:label [x] (http://y): {words}"}, "no link"


def located(region: dict[str, int], focus: str) -> dict[str, object]:
    physical = {"artifactLocation": {"uri": "d/%C3%A9%20x%2C1.ttl"}, "region": region}
    return {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": focus}]}


def test_a_fingerprint_stays_when_a_finding_moves() -> None:
    def prints(*found: Finding) -> list[str]:
        run = json.loads(write(Report((Gate("shapes", "1 file", found),)), "sarif"))["runs"][0]
        return [one["partialFingerprints"]["leukograph/v1"] for one in run["results"]]

    first, moved = prints(label(LGD + "a", "x", Place(FILE, 3, 5)), label(LGD + "a", "x", Place("other.ttl", 9)))
    assert first == moved == "0b2b2cc4cc3238d4d5f8f0b82e03fc2db1f9bbca697b397475b17e46a3a6e1d3"
    assert len({*prints(label(LGD + "a", "x", None), label(LGD + "a", "y", None)), *prints(label("", "x", None))}) == 3


def test_a_path_becomes_a_uri_that_stays_below_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def uri(path: str) -> str:
        run = json.loads(write(Report((Gate("g", "1 file", (label("", "", Place(path)),)),)), "sarif"))["runs"][0]
        found = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert isinstance(found, str)
        return found

    assert uri("./data//a b.ttl") == "data/a%20b.ttl"
    assert uri(str(tmp_path / "data" / "ü.ttl")) == "data/%C3%BC.ttl"
    assert uri("../50%.ttl") == tmp_path.parent.as_uri() + "/50%25.ttl"
    assert uri("/elsewhere/a#b.ttl") == Path("/elsewhere/a#b.ttl").as_uri()


def test_sarif_is_cut_where_github_would_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MOST_RESULTS == 25_000
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    (run,) = json.loads(write(REPORT, "sarif"))["runs"]
    assert [(one["level"], one["suppressions"]) for one in run["results"]] == [
        ("error", []), ("error", []), ("warning", [])
    ]  # fmt: skip
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "warning"
    assert note["message"]["text"] == "2 of 5 results are left out: a run holds at most 3."


def test_junit_is_read_with_exact_counts(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text(write(REPORT, "junit"), encoding="utf-8")
    read = JUnitXml.fromfile(str(path))
    assert (read.tests, read.failures, read.errors, read.skipped) == (5, 1, 0, 0)
    assert [(suite.name, suite.tests, suite.failures) for suite in read] == [
        ("syntax", 1, 0),
        ("shapes", 3, 1),
        ("::proof ##[x]", 1, 0),
    ]
    cases = {case.name: case for suite in read for case in suite}
    assert list(cases) == ["lgs:Syntax", "lgs:Label", "lgs:Order", FOREIGN, "::proof ##[x]"]
    assert [name for name, case in cases.items() if not case.is_passed] == ["lgs:Label"]
    (failure,) = cases["lgs:Label"].result
    assert (failure.message, failure.type) == ("Bad by 50%. Mend it.", "violation")
    lines = TEXT.splitlines()
    assert failure.text.splitlines() == [lines[5], lines[6]]
    words = f"{FILE}:20:1: violation lgs:Label lgd:c rdfs:label [x](http://y): Bad by 50%. Mend it."
    assert cases["lgs:Label"].system_out == f"{words} (known: agreed <b>)"
    assert cases["lgs:Order"].system_out == lines[7]
    assert cases["lgs:Syntax"].system_out is None
    assert "time" not in write(REPORT, "junit")


def test_junit_names_the_place_where_there_is_one() -> None:
    cases = {one.get("name"): one for one in xml(write(REPORT, "junit")).iter("testcase")}
    assert {name: (one.get("file"), one.get("line")) for name, one in cases.items() if "file" in one.attrib} == {
        FOREIGN: ("a:b.ttl", None)
    }
    (case,) = xml(write(many(1), "junit")).iter("testcase")
    assert (case.get("classname"), case.get("file"), case.get("line")) == ("g", "a.ttl", "1")
    strict = xml(write(REPORT._replace(fail_on="info"), "junit"))
    assert strict.get("failures") == "3"


def test_junit_says_how_many_more_there_are() -> None:
    (failure,) = xml(write(many(1002), "junit")).iter("failure")
    assert failure.text is not None
    assert len(failure.text.splitlines()) == 1001
    assert failure.text.splitlines()[-1] == "… and 2 more"
    two = [Finding("violation", "g", LABEL, "", "", "", words, None) for words in ("A.", "B.")]
    (failure,) = xml(write(Report((Gate("g", "x", tuple(two)),)), "junit")).iter("failure")
    assert failure.get("message") == "A. … and 1 other message"


def test_turtle_is_a_shacl_report() -> None:
    text = write(REPORT, "turtle")
    triples = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    graph = rdflib.Graph().parse(data=text, format="turtle")
    assert len(graph) == len(triples)
    assert {str(one) for one in graph.subjects()} == {NODE, *(f"{NODE}/result/{number}" for number in range(1, 6))}
    sh, node = rdflib.Namespace(SH), rdflib.URIRef(NODE)
    assert [str(one) for one in graph.subjects(rdflib.RDF.type, sh.ValidationReport)] == [NODE]
    assert graph.value(node, sh.conforms) == rdflib.Literal(False)  # noqa: FBT003
    results = [rdflib.URIRef(f"{NODE}/result/{number}") for number in range(1, 6)]
    assert (
        set(graph.objects(node, sh.result)) == set(results) == set(graph.subjects(rdflib.RDF.type, sh.ValidationResult))
    )
    always = Counter([RDF_TYPE, *(SH + name for name in ("focusNode", "resultMessage", "resultSeverity"))])
    always += Counter([SH + "sourceConstraintComponent", SH + "sourceShape"])
    path, value, comment = SH + "resultPath", SH + "value", RDFS + "comment"
    assert [Counter(map(str, graph.predicates(one))) - always for one in results] == [
        Counter([comment]),
        Counter([path, value, comment]),
        Counter([path, value, comment]),
        Counter([path, value, comment, comment]),
        Counter([value]),
    ]
    assert all(always <= Counter(map(str, graph.predicates(one))) for one in results)
    assert [graph.value(one, sh.focusNode) for one in results] == [
        rdflib.URIRef("urn:leukograph:file:a%3Ab.ttl"),
        rdflib.URIRef(LGD + "a"),
        rdflib.Literal(SPACED),
        rdflib.URIRef(LGD + "c"),
        rdflib.URIRef(LGD + "b"),
    ]
    severities = [sh.Info, *[sh.Violation] * 3, sh.Warning]
    assert [graph.value(one, sh.resultSeverity) for one in results] == severities
    shapes = [rdflib.URIRef(FOREIGN), *[rdflib.URIRef(LABEL)] * 3, rdflib.URIRef(ORDER)]
    assert [graph.value(one, sh.sourceShape) for one in results] == shapes
    values = [None, "<script>\nalert(1)", "::error::1%,\u202e", "[x](http://y)", "nul\x00"]
    assert [graph.value(one, sh.value) for one in results] == [one and rdflib.Literal(one) for one in values]
    assert graph.value(results[1], sh.resultMessage) == rdflib.Literal(MESSAGE, lang="en")
    assert {str(one) for one in graph.objects(results[3], rdflib.RDFS.comment)} == {f"{FILE}:20:1", "known: agreed <b>"}


@pytest.mark.parametrize(
    ("focus", "node"),
    [
        ("http://example.org/é?q=1#f", "<http://example.org/é?q=1#f>"),
        ("urn:x:y", "<urn:x:y>"),
        ("http://u@example.org:80/", "<http://u@example.org:80/>"),
        ("http://example.org/%zz", '"http://example.org/%zz"'),
        ("http://example.org:port/", '"http://example.org:port/"'),
        ("http://example.org/[1]", '"http://example.org/[1]"'),
        ("http://example.org/\u202e", '"http://example.org/\\u202e"'),
        ('say "no" \\ \t', '"say \\"no\\" \\\\ \\t"'),
        ("\ud800:a", '"\\\\ud800:a"'),
        ("", "<urn:leukograph:graph>"),
    ],
)
def test_turtle_writes_as_iri_only_what_is_one(focus: str, node: str) -> None:
    text = write(Report((Gate("g", "1 file", (label(focus, "", None),)),)), "turtle")
    assert f"\n    sh:focusNode {node} ;\n" in text
    assert list(ox.parse(text, format=ox.RdfFormat.TURTLE))


class Page(HTMLParser):
    """Reads a page: the elements with their attributes, the text in each, and whether each end fits a start."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data))

    def inside(self, tag: str) -> list[str]:
        return [text for where, text in self.texts if where == tag]


def test_html_is_one_closed_file_without_script() -> None:
    page = Page(write(REPORT, "html"))
    assert {tag for tag, _ in page.elements} == {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "main", "h2", "table", "tr", "th", "td",
        "span", "section", "details", "summary", "strong", "bdi", "ul", "li", "code", "dl", "dt", "dd",
    }  # fmt: skip
    given = {name for _, attributes in page.elements for name in attributes}
    assert given == {"lang", "charset", "http-equiv", "content", "name", "class", "scope", "open", "title"}
    (style,) = page.inside("style")
    assert not [word for word in ("url(", "@import", "http", "<") if word in style]
    metas = [attributes for tag, attributes in page.elements if tag == "meta"]
    policy = {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"}
    assert policy in metas
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in metas


def test_html_shows_every_finding_in_words() -> None:
    page = Page(write(REPORT, "html"))
    assert page.inside("h1") == ["Does not conform: 2 violations, 1 warning, 1 info, 1 known"]
    assert page.inside("h2") == ["Findings", "Known findings", "Gates"]
    assert page.inside("strong") == ["violation", "warning", "info", "violation"]
    texts = Counter(page.inside("bdi"))
    assert texts["<script>\\nalert(1)"] == texts["::error::1%,\\u202e"] == texts["nul\\u0000"] == 1
    assert texts["Bad by 50%. Mend it."] == 2
    assert (texts[f"{FILE}:3:5"], texts["agreed <b>"], texts["3 shapes on 7 triples"]) == (1, 1, 1)
    titles = {attributes["title"] for tag, attributes in page.elements if tag == "bdi" and "title" in attributes}
    assert titles == {LABEL, ORDER, RDFS_LABEL, *(LGD + name for name in "abc")}
    assert [data for _, data in page.texts if data.isdigit()] == ["0", "5", "0"]
    assert Page(write(EMPTY, "html")).inside("h1") == ["Conforms: 0 violations, 0 warnings"]


def test_html_is_cut_and_says_so() -> None:
    def read(number: int) -> tuple[int, list[str]]:
        page = Page(write(many(number), "html"))
        return sum(tag == "li" for tag, _ in page.elements), [one for one in page.inside("p") if "not shown" in one]

    assert report_page.MOST_ITEMS == 200
    assert read(200) == (200, [])
    assert read(201) == (200, ["1 more finding of this rule is not shown."])
    assert read(203) == (200, ["3 more findings of this rule are not shown."])


def test_what_no_line_can_hold_is_shown_as_an_escape() -> None:
    odd = Finding("violation", "g", LABEL, "\ufffe", "", "a\tb", "Wrong.", Place("\udc80.ttl", 0, 5), "why\nnot")
    report = Report((Gate("g", "1 file", (odd, odd._replace(known=""))),))
    line = "\\udc80.ttl: violation lgs:Label \ufffe a\\tb: Wrong."
    assert write(report, "text").splitlines()[1] == line
    (case,) = xml(write(report, "junit")).iter("testcase")
    assert case.get("file") == "\\udc80.ttl"
    assert case.findtext("failure") == line.replace("\ufffe", "\\ufffe")
    assert "<dd><bdi>why\\nnot</bdi></dd>" in write(report, "html")


STARTS = st.sampled_from(["", "http://", "http://a", "urn:", "a:", LGD, LGS])
ODD = st.sampled_from("%:/?#[]@\\\"<>&'\n\r\t\x00\x85\u2028\ufffe")
WORDS = st.builds(str.__add__, STARTS, st.text(st.characters() | ODD, max_size=8))
PLACES = st.none() | st.builds(Place, WORDS, st.integers(0, 3), st.integers(0, 3))
SEVERITIES = st.sampled_from(["violation", "warning", "info"]) | WORDS
FINDINGS = st.builds(Finding, SEVERITIES, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, PLACES, WORDS)


@settings(max_examples=100, deadline=None)
@given(st.lists(FINDINGS, max_size=4), st.integers(-1, 3))
def test_no_finding_breaks_a_format(found: list[Finding], most: int) -> None:
    report = Report((Gate("g", "1 file", tuple(found)),))
    new = sum(not one.known for one in found)
    made = {kind: write(report, kind, max_print=most).encode("utf-8").decode("utf-8") for kind in REPORT_FORMATS}
    assert len(json.loads(made["json"])["gates"][0]["findings"]) == len(found)
    assert len(json.loads(made["sarif"])["runs"][0]["results"]) == len(found)
    assert visible(made["text"]) == made["text"]
    for kind in ("text", "github"):
        lines = made[kind].split("\n")[:-1]
        assert lines[0] == f"g: {verdicts.count(len(found), 'finding')}; looked at 1 file"
        assert len(lines) - 2 <= new
        if kind == "github":
            assert all(line.startswith(("::error ", "::warning ", "::notice")) for line in lines[1:-1])
    assert len(list(xml(made["junit"]).iter("testcase"))) == len({one.rule for one in found} or {""})
    triples = {quad.triple for quad in ox.parse(made["turtle"], format=ox.RdfFormat.TURTLE)}
    assert sum(triple.predicate.value == SH + "result" for triple in triples) == len(found)
    assert not {tag for tag, _ in Page(made["html"]).elements} & {"script", "a", "img", "b"}
