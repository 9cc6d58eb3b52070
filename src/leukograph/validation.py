"""Finds what is wrong: syntax, shapes (the one room of pyshacl), checks, evidence, meaning, and what none looked at."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyshacl
import rdflib
from rdflib.namespace import RDF, RDFS

from leukograph import engine, evidence, files, questions, reason
from leukograph.errors import CallError, DataError, FileError
from leukograph.names import ASSERTED, LGC, LGO, MAPPINGS, ONTOLOGY, SH, shorten
from leukograph.records import Finding, Gate, Iri

if TYPE_CHECKING:
    import pyoxigraph as ox

SYNTAX, SHAPES, CHECKS, EVIDENCE, MEANING, COVERAGE = "syntax", "shapes", "checks", "evidence", "meaning", "coverage"
VIOLATION, WARNING = "violation", "warning"
_SH = rdflib.Namespace(SH)
_TRUE = rdflib.Literal(True)  # noqa: FBT003 - rdflib takes values by position
_UNLOOKED = {
    "shape-without-focus": "the shape looks at no node, so it can find nothing. Add a record, or remove the shape.",
    "triple-without-shape": "no closed shape looks at this record. Give it a class that has one.",
}
_KEYS = ("summary", "severity", "fix")


class Check(NamedTuple):
    """A check query as its file gives it: no rows is right; each row is a finding with ?focus and ?value."""

    name: str
    summary: str
    severity: str
    fix: str
    sparql: str


def validate(root: str, *, page: str | None = None, extra: Iterable[tuple[str, str]] = ()) -> tuple[Gate, ...]:
    """Validate the graphs as asserted, then what follows from them, and return every gate with its findings.

    `page` is the text of a copy of the page, to prove the evidence against; `extra` are further Turtle files as
    (graph, path), judged together with the project's own. The gates after syntax run only where every file parses.
    """
    sources = _sources(root, extra)
    syntax = _syntax(sources)
    if syntax.findings:
        return (syntax,)
    graph = reason.parse([(path, content) for _, path, content in sources])
    shapes = reason.parse(
        [(path, files.read(path)) for path in files.files_under(os.path.join(root, *files.SHAPES.split("/")), ".ttl")]
    )
    return (
        syntax,
        shacl(graph, shapes),
        _checks(root, sources),
        evidence_gate(sources, page),
        _meaning(sources),
        coverage(graph, shapes, sources),
    )


def shacl(graph: rdflib.Graph, shapes: rdflib.Graph) -> Gate:
    """Run the shapes over asserted triples, without inference."""
    conforms, report, words = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    if not isinstance(report, rdflib.Graph):
        raise CallError(f"the shapes cannot be run: {' '.join(str(words).split())[:200]}. Mend the shapes.")
    findings = [_finding(report, result) for result in report.subjects(RDF.type, _SH.ValidationResult)]
    if not conforms and not findings:
        raise CallError("the shapes refuse the graph without saying why. Mend the shapes.")
    named = sum(1 for shape in shapes.subjects(RDF.type, _SH.NodeShape) if isinstance(shape, rdflib.URIRef))
    rules = sum(1 for shape in shapes.subjects(RDF.type, _SH.PropertyShape) if isinstance(shape, rdflib.URIRef))
    looked = f"{named} node shapes and {rules} property shapes on {len(graph)} asserted triples, before any inference"
    return Gate(SHAPES, looked, tuple(sorted(set(findings))))


def _finding(report: rdflib.Graph, result: rdflib.term.Node) -> Finding:
    source = report.value(result, _SH.sourceShape)
    return Finding(
        severity=str(report.value(result, _SH.resultSeverity)).rsplit("#", 1)[-1].lower(),
        gate=SHAPES,
        rule=str(source) if isinstance(source, rdflib.URIRef) else "",
        focus=str(report.value(result, _SH.focusNode) or ""),
        path=str(report.value(result, _SH.resultPath) or ""),
        value=str(report.value(result, _SH.value) or ""),
        message="; ".join(sorted({str(words) for words in report.objects(result, _SH.resultMessage)})),
    )


def load_checks(root: str) -> list[Check]:
    """Return every check query; a header without summary, severity and fix is a FileError."""
    found = []
    for path in files.files_under(os.path.join(root, *files.CHECKS.split("/")), ".rq"):
        text = files.read_text(path)
        head = {key: value for _, key, value in questions.header(path, text)}
        if sorted(head) != sorted(_KEYS) or head["severity"] not in (VIOLATION, WARNING):
            raise FileError(
                f"{path}:1: a check has summary, severity (violation or warning) and fix. Write these three."
            )
        found.append(Check(os.path.basename(path)[:-3], head["summary"], head["severity"], head["fix"], text))
    return found


def _sources(root: str, extra: Iterable[tuple[str, str]]) -> list[tuple[str, str, bytes]]:
    own = [(graph, path) for graph in ASSERTED for path in files.graph_files(root, graph)]
    return [(graph, path, files.read(path)) for graph, path in [*own, *extra]]


def _syntax(sources: list[tuple[str, str, bytes]]) -> Gate:
    findings = []
    triples = 0
    for graph, path, content in sources:
        store = engine.empty()
        try:
            engine.load(store, graph, path, content)
            triples += len(store)
        except FileError as error:
            place, _, words = str(error).partition(": ")
            findings.append(Finding(VIOLATION, SYNTAX, "syntax", "", "", "", words, place))
    return Gate(SYNTAX, f"{len(sources)} files with {triples} triples", tuple(findings))


def _store(sources: list[tuple[str, str, bytes]]) -> "ox.Store":
    store = engine.empty()
    for graph, path, content in sources:
        engine.load(store, graph, path, content)
    return store


def _checks(root: str, sources: list[tuple[str, str, bytes]]) -> Gate:
    store = _store(sources)
    checks = load_checks(root)
    findings = []
    for check in checks:
        answer = engine.select(store, check.sparql, name=check.name)
        for row in answer.rows:
            cells = dict(zip(answer.columns, row, strict=True))
            focus, value = cells.get("focus"), cells.get("value")
            findings.append(
                Finding(
                    severity=check.severity,
                    gate=CHECKS,
                    rule=LGC + check.name,
                    focus=focus.value if focus else "",
                    path="",
                    value=(shorten(value.value) if isinstance(value, Iri) else value.value) if value else "",
                    message=f"{check.summary} {check.fix}",
                )
            )
    return Gate(CHECKS, f"{len(checks)} checks on {len(store)} quads", tuple(sorted(findings)))


def evidence_gate(sources: list[tuple[str, str, bytes]], page: str | None) -> Gate:
    """Prove every passage against the copy of the page; without one, say that only their structure was checked."""
    store = _store(sources)
    try:
        proof = evidence.verify(store, page or "")
    except DataError as error:
        return Gate(EVIDENCE, "no segment", (Finding(VIOLATION, EVIDENCE, "evidence", "", "", "", str(error)),))
    count = len(proof.passages)
    if page is None:
        return Gate(EVIDENCE, f"the structure of {count} passages; no copy of the page at hand (--page)", ())
    wrong = [
        (one.span.iri, LGO + "digest", one.span.digest, "the passage does not stand at its position. Mend the position")
        for one in proof.passages
        if one.status != evidence.SAME
    ]
    if not proof.identical:
        wrong.append(("", LGO + "digest", proof.digest, "the copy is not the page of the graph. Give the page itself"))
    else:
        spans = (f"characters {start}–{end}" for start, end in proof.new)
        wrong += [("", "", span, "no segment covers this text of the page. Add a segment for it") for span in spans]
        lengths = engine.select(store, f"SELECT ?page ?n WHERE {{ ?page <{LGO}characterCount> ?n }} ORDER BY ?page ?n")
        for _, cell in lengths.rows:
            if cell and cell.value != str(len(page)):
                wrong.append(
                    ("", LGO + "characterCount", cell.value, f"the page has {len(page)} characters. Write that")
                )
    findings = [
        Finding(VIOLATION, EVIDENCE, "evidence", focus, path, value, f"{words}.") for focus, path, value, words in wrong
    ]
    return Gate(EVIDENCE, f"{count} passages against the copy of the page", tuple(sorted(findings)))


def _meaning(sources: list[tuple[str, str, bytes]]) -> Gate:
    inputs = [(path, content) for graph, path, content in sources if graph != MAPPINGS]
    result = reason.closure(inputs)
    findings = [
        Finding(VIOLATION, MEANING, "contradiction", "", "", "", f"{words}. Mend one of the two.")
        for words in result.contradictions
    ]
    looked = f"the OWL 2 RL closure of {len(inputs)} files, {len(result.triples)} new triples"
    return Gate(MEANING, looked, tuple(findings))


def coverage(graph: rdflib.Graph, shapes: rdflib.Graph, sources: list[tuple[str, str, bytes]]) -> Gate:
    """Find node shapes without a focus node, and records in data files whose triples no closed shape looks at.

    What the ontology defines (a disease, a drug class) is judged as a term there, so that any shape will do.
    """
    below = _subclasses(graph)
    found: list[tuple[str, str]] = []
    closed: set[rdflib.term.Node] = set()
    looked: set[rdflib.term.Node] = set()
    targets = 0
    for shape in sorted(shapes.subjects(RDF.type, _SH.NodeShape), key=str):
        focus = _focus_nodes(graph, shapes, shape, below)
        if focus is None:
            continue
        targets += 1
        looked |= focus
        if not focus:
            found.append(("shape-without-focus", str(shape)))
        if shapes.value(shape, _SH.closed) == _TRUE:
            closed |= focus
    data = reason.parse([(path, content) for name, path, content in sources if name != ONTOLOGY])
    records = set(data.subjects())
    terms = set(reason.parse([(path, content) for name, path, content in sources if name == ONTOLOGY]).subjects())
    found += [("triple-without-shape", str(one)) for one in records - closed - (terms & looked)]
    findings = [Finding(VIOLATION, COVERAGE, rule, focus, "", "", _UNLOOKED[rule]) for rule, focus in found]
    return Gate(
        COVERAGE, f"{targets} shapes with targets, {len(records)} records in data files", tuple(sorted(findings))
    )


def _focus_nodes(
    graph: rdflib.Graph,
    shapes: rdflib.Graph,
    shape: rdflib.term.Node,
    below: dict[rdflib.term.Node, set[rdflib.term.Node]],
) -> set[rdflib.term.Node] | None:
    kinds = set(shapes.objects(shape, _SH.targetClass))
    nodes = set(shapes.objects(shape, _SH.targetNode))
    before = set(shapes.objects(shape, _SH.targetSubjectsOf))
    behind = set(shapes.objects(shape, _SH.targetObjectsOf))
    if not (kinds or nodes or before or behind):
        return None
    found = {one for kind in kinds for each in below.get(kind, {kind}) for one in graph.subjects(RDF.type, each)}
    found |= nodes & set(graph.all_nodes())
    found |= {one for predicate in before for one in graph.subjects(predicate, None)}
    return found | {one for predicate in behind for one in graph.objects(None, predicate)}


def _subclasses(graph: rdflib.Graph) -> dict[rdflib.term.Node, set[rdflib.term.Node]]:
    kinds = set(graph.objects(None, RDFS.subClassOf))
    return {kind: {one for one in graph.transitive_subjects(RDFS.subClassOf, kind) if one} for kind in kinds}
