"""Every shape accepts one record and refuses another: `tests/shapes/<file of shapes>/{pass,fail}-<why>.ttl`.

A line `# expect: ex:focus lgs:Rule Violation` names one finding; the findings on the records of a case are exactly
those. All cases are judged in one run beside the project's graphs, so their records have names of their own; the run
is made by the compiled queries and by the reference, and both must find the same.
"""

import re
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, SH

import shape_engines
from leukograph import coverage, files, reason, shape_graph
from leukograph.names import ASSERTED, shorten
from leukograph.records import Finding

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "shapes"
EX = "https://example.org/case/"
CASES = sorted(FOLDER.glob("*/*.ttl"))
Expected = set[tuple[str, str, str]]


def expected(path: Path) -> Expected:
    marks = re.findall(r"^# expect: (\S+) (\S+) (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {(focus, rule, severity.lower()) for focus, rule, severity in marks}


def ident(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def subjects(path: Path) -> set[str]:
    graph = rdflib.Graph().parse(path)
    return {"ex:" + str(one).removeprefix(EX) for one in graph.subjects() if str(one).startswith(EX)}


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    paths = files.files_under(str(ROOT / "ontology" / "shapes"), ".ttl")
    return reason.parse([(path, files.read(path)) for path in paths])


@pytest.fixture(scope="module")
def found() -> dict[str, Expected]:
    """The findings on each focus node, of the project and all cases together, equal in both ways."""
    own = [path for graph in ASSERTED for path in files.graph_files(str(ROOT), graph)]
    by_focus: dict[str, Expected] = {}
    for one in shape_engines.both(shape_engines.read(*own, *CASES), shape_engines.project_shapes()).findings:
        by_focus.setdefault(focus(one), set()).add((focus(one), shorten(one.rule), one.severity))
    return by_focus


def focus(found: Finding) -> str:
    return "ex:" + found.focus.removeprefix(EX) if found.focus.startswith(EX) else shorten(found.focus)


def test_every_file_of_shapes_has_cases() -> None:
    assert {path.stem for path in (ROOT / "ontology" / "shapes").glob("*.ttl")} == {path.parent.name for path in CASES}


def test_every_case_is_named_pass_or_fail_and_expects_so() -> None:
    assert len(CASES) > 100
    for path in CASES:
        assert path.stem.startswith("fail-" if expected(path) else "pass-"), path


def test_no_record_stands_in_two_cases() -> None:
    seen: dict[str, Path] = {}
    for path in CASES:
        for one in subjects(path):
            assert seen.setdefault(one, path) == path


@pytest.mark.parametrize("path", CASES, ids=ident)
def test_a_case_gives_exactly_the_expected_findings(path: Path, found: dict[str, Expected]) -> None:
    records = subjects(path)
    assert records
    assert {mark[0] for mark in expected(path)} <= records
    assert {mark for one in records for mark in found.get(one, set())} == expected(path)


def test_the_project_itself_conforms(found: dict[str, Expected]) -> None:
    assert [one for one in found if not one.startswith("ex:")] == []


def test_every_rule_is_refused_at_least_once(shapes: rdflib.Graph) -> None:
    tried = {rule for path in CASES for _, rule, _ in expected(path)}
    rules = {one for one in shapes.subjects(RDF.type, SH.PropertyShape) if isinstance(one, rdflib.URIRef)}
    own_rules = (SH.closed, SH["or"], SH.xone, SH["and"], SH["not"], SH["class"], SH["in"], SH.nodeKind, SH.pattern)
    nodes = {
        one for one in shapes.subjects(RDF.type, SH.NodeShape) if any((one, rule, None) in shapes for rule in own_rules)
    }
    assert len(rules) > 100
    helpers = {one for rule in (SH.node, SH["not"]) for one in shapes.objects(None, rule)}
    assert {shorten(str(one)) for one in rules | (nodes - helpers)} - tried == set()


def test_every_rule_has_an_iri_a_severity_and_a_message(shapes: rdflib.Graph) -> None:
    for kind in (SH.PropertyShape, SH.NodeShape):
        for one in shapes.subjects(RDF.type, kind):
            assert isinstance(one, rdflib.URIRef)
            if kind == SH.PropertyShape:
                assert shapes.value(one, SH.severity) == SH.Violation, one
                assert [
                    words.language for words in shapes.objects(one, SH.message) if isinstance(words, rdflib.Literal)
                ] == ["en"], one


def covered(data: str, shapes: str, *, whole: bool = True) -> tuple[tuple[Finding, ...], dict[str, int]]:
    """What coverage says of data under the project's shapes and further ones."""
    quads = shape_engines.turtle(data)
    known = shape_graph.read([*shape_engines.project_shapes(), *shape_engines.turtle(shapes)])
    seen = coverage.see(shape_engines.triples(quads))
    gate = coverage.coverage(seen, known, {quad.subject for quad in quads}, (), whole=whole)
    return gate.findings, dict(gate.counts)


def test_coverage_sees_a_shape_without_focus_and_a_record_without_shape() -> None:
    prefixes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/case/> .\n"
    data = "<https://example.org/case/a> <https://example.org/case/b> <https://example.org/case/c> ."
    findings, counts = covered(data, prefixes + "ex:Lonely a sh:NodeShape ; sh:targetClass ex:Nothing .")
    rules = {(shorten(one.rule), one.focus) for one in findings}
    assert ("lgr:shape-without-focus", "https://example.org/case/Lonely") in rules
    assert ("lgr:record-without-shape", "https://example.org/case/a") in rules
    assert counts["triples under no closed shape"] == 1


def test_coverage_never_passes_where_nothing_was_looked_at() -> None:
    findings, _ = covered("", "", whole=False)
    assert [shorten(one.rule) for one in findings] == ["lgr:nothing-to-check"]
