"""The gates of validation, each of which says what it looked at: shapes (the one room of pyshacl), checks, evidence."""

import io
import os
import re
import warnings
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, NamedTuple

import pyshacl
import rdflib
from rdflib.namespace import RDF, RDFS

from leukograph import datasets, engine, evidence, files, limits, questions, sandbox
from leukograph.errors import CallError, FileError, LeukographError
from leukograph.names import LGC, LGO, RDF_TYPE, SH, shorten
from leukograph.records import Finding, Gate, Rule, Text
from leukograph.rules import CHECKS, COVERAGE, EVIDENCE, INFO, RULES, SHAPES, VIOLATION, WARNING, found
from leukograph.verdicts import count

if TYPE_CHECKING:
    import pyoxigraph as ox

SECONDS = 600.0
_SH = rdflib.Namespace(SH)
_WORDS = {
    *(RDF.type, RDFS.label, RDFS.comment, _SH.message, _SH.name, _SH.description, _SH.severity, _SH.order, _SH.group),
    *(_SH.deactivated, _SH.ignoredProperties),
}
_TRUE = rdflib.Literal(True)  # noqa: FBT003 - rdflib takes values by position
_KEYS = {"summary", "severity", "fix"}
_QUERIES = (_SH.select, _SH.ask, _SH.construct, _SH.update)
# A repeat without end around another repeat without end: `(a+)+` and the like try every way of dividing a text.
_TWICE = re.compile(r"\((?:\?:)?(?:[^()\\]|\\.)*[^\\(?][+*]\)(?:[+*]|\{\d+,\})|\((?:\?:)?\[[^\]]*\][+*]\)[+*]")


class Check(NamedTuple):
    """A check query as its file gives it: no rows is right; each row is a finding with ?focus and ?value.

    `gate` is `checks`, or `evidence` for those that prove a claim by the words and places it rests on.
    """

    name: str
    summary: str
    severity: str
    fix: str
    sparql: str
    gate: str = CHECKS


def shacl(graph: rdflib.Graph, shapes: rdflib.Graph, *, seconds: float = SECONDS) -> Gate:
    """Run the shapes over asserted triples, without inference and within so many seconds."""
    refuse(shapes)
    try:
        # pyshacl prints what it raises as well
        with limits.clock(seconds, "the shapes"), warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")  # pyshacl warns of shapes that hold themselves, which it can run
            conforms, report, words = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    except LeukographError:
        raise
    except Exception as error:  # what shapes can be wrong in has no end, and pyshacl raises as many kinds
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise CallError(f"the shapes cannot be run: {reason}. Mend the shapes.") from None
    if not isinstance(report, rdflib.Graph):
        raise CallError(f"the shapes cannot be run: {' '.join(str(words).split())[:200]}. Mend the shapes.")
    findings = [_finding(report, result, shapes) for result in report.subjects(RDF.type, _SH.ValidationResult)]
    if not conforms and not findings:
        raise CallError("the shapes refuse the graph without saying why. Mend the shapes.")
    named = sum(1 for shape in shapes.subjects(RDF.type, _SH.NodeShape) if isinstance(shape, rdflib.URIRef))
    rules = sum(1 for shape in shapes.subjects(RDF.type, _SH.PropertyShape) if isinstance(shape, rdflib.URIRef))
    looked = f"{named} node shapes and {rules} property shapes on {len(graph)} asserted triples, before any inference"
    counts = (("node shapes", named), ("property shapes", rules), ("triples", len(graph)))
    return Gate(SHAPES, looked, tuple(sorted(set(findings))), counts)


def refuse(shapes: rdflib.Graph) -> None:
    """Raise CallError for shapes that could leave this process, run a script, or never come to an end."""
    for asked in _QUERIES:
        for shape, query in shapes.subject_objects(asked):
            sandbox.refuse(str(query), f"shape {_held(shapes, shape)}")
    for shape, predicate, _ in shapes:
        if str(predicate).startswith(SH + "js"):
            raise CallError(
                f"shape {_held(shapes, shape)}: scripts are refused. Write the rule in SHACL Core or SPARQL."
            )
    for shape, pattern in shapes.subject_objects(_SH.pattern):
        try:
            re.compile(str(pattern))
        except re.error as error:
            words = f"the pattern {str(pattern)!r} is none ({error}). Mend it."
            raise CallError(f"shape {_held(shapes, shape)}: {words}") from None
        if _TWICE.search(str(pattern)):
            words = f"the pattern {str(pattern)!r} repeats a repeat and may never come to an end. Write one of the two."
            raise CallError(f"shape {_held(shapes, shape)}: {words}")


def _held(shapes: rdflib.Graph, shape: rdflib.term.Node) -> str:
    return _name(_rule(shapes, shape))


def _name(shape: object) -> str:
    return shorten(str(shape))


def _finding(report: rdflib.Graph, result: rdflib.term.Node, shapes: rdflib.Graph) -> Finding:
    source = report.value(result, _SH.sourceShape)
    words = "; ".join(sorted({str(words) for words in report.objects(result, _SH.resultMessage)}))
    if source is not None and (source, _SH.message, None) not in shapes:
        words = f"{' '.join(words.split()).rstrip('.')}. Mend the record, or give the shape a message of its own."
    path = report.value(result, _SH.resultPath)
    return Finding(
        severity=_severity(report.value(result, _SH.resultSeverity)),
        gate=SHAPES,
        rule=_rule(shapes, source),
        focus=_text(report.value(result, _SH.focusNode)),
        path=str(path) if isinstance(path, rdflib.URIRef) else "",
        value=_text(report.value(result, _SH.value)),
        message=words,
        term=_kind(report.value(result, _SH.value)),
    )


def _severity(term: rdflib.term.Node | None) -> str:
    """Return violation, warning or info; a severity of someone's own stops, as a violation does."""
    return WARNING if term == _SH.Warning else INFO if term == _SH.Info else VIOLATION


def _kind(term: rdflib.term.Node | None) -> str:
    """Return the language or datatype of a literal, as `@en` or `^^` and an IRI, '' for what is no literal."""
    if not isinstance(term, rdflib.Literal):
        return ""
    return f"@{term.language}" if term.language else f"^^{term.datatype or rdflib.XSD.string}"


def _text(term: rdflib.term.Node | None) -> str:
    return "" if term is None else f"_:{term}" if isinstance(term, rdflib.BNode) else str(term)


def _rule(shapes: rdflib.Graph, source: rdflib.term.Node | None) -> str:
    """Return the IRI of a shape, or of the nearest shape with a name that holds it."""
    seen: set[rdflib.term.Node] = set()
    while source is not None and not isinstance(source, rdflib.URIRef) and source not in seen:
        seen.add(source)
        source = min(shapes.subjects(None, source), key=str, default=None)
    return str(source) if isinstance(source, rdflib.URIRef) else RULES["shape-without-name"].iri


def load_checks(root: str) -> list[Check]:
    """Return every check query; a header without summary, severity and fix is a FileError."""
    made = []
    for path in files.files_under(os.path.join(root, *files.CHECKS.split("/")), ".rq"):
        text = files.read_text(path)
        head = {key: value for _, key, value in questions.header(path, text)}
        if set(head) - {"gate"} != _KEYS or head["severity"] not in (VIOLATION, WARNING):
            raise FileError(
                f"{path}:1: a check has summary, severity (violation or warning) and fix. Write these three."
            )
        gate = head.get("gate", CHECKS)
        if gate not in (CHECKS, EVIDENCE):
            raise FileError(f"{path}:1: unknown gate {gate!r}. Write evidence, or leave it out.")
        name = os.path.basename(path)[:-3]
        made.append(Check(name, head["summary"], head["severity"], head["fix"], text, gate))
    return made


def checks(store: "ox.Store", queries: Sequence[Check]) -> Gate:
    """Run check queries over all asserted graphs."""
    looked = f"{len(queries)} checks on {len(store)} quads"
    return Gate(CHECKS, looked, _rows(store, queries), (("checks", len(queries)), ("quads", len(store))))


def _rows(store: "ox.Store", queries: Iterable[Check]) -> tuple[Finding, ...]:
    findings = []
    for check in queries:
        answer = engine.select(store, check.sparql, name=check.name)
        for row in answer.rows:
            cells = dict(zip(answer.columns, row, strict=True))
            focus, value = cells.get("focus"), cells.get("value")
            findings.append(
                Finding(
                    severity=check.severity,
                    gate=check.gate,
                    rule=LGC + check.name,
                    focus=focus.value if focus else "",
                    path="",
                    value=value.value if value else "",
                    term=(f"@{value.language}" if value.language else f"^^{value.datatype}")
                    if isinstance(value, Text)
                    else "",
                    message=f"{check.summary} {check.fix}",
                )
            )
    return tuple(sorted(findings))


def evidence_gate(store: "ox.Store", queries: Sequence[Check], pages: Sequence[tuple[str, str]]) -> Gate:
    """Check claims against the words and places they rest on, and every passage against copies of its page.

    `pages` are (path, text); without a copy of a page its structure alone is checked, and the report says so.
    """
    findings = list(_rows(store, queries))
    known = evidence.pages(store)
    recorded = set(engine.subjects(store, RDF_TYPE, LGO + "Segment"))
    if not known and engine.having(store, LGO + "statedIn"):
        findings.append(found("no-segment"))
    copies = {evidence.sha256(text): (path, text) for path, text in pages}
    words: list[str] = []
    counts = [("checks", len(queries)), ("pages", len(known))]
    strangers = [digest for digest in copies if digest not in {own for _, own, _ in known}]
    alone = [page for page, digest, _ in known if digest not in copies]
    standing = evidence.passages_of(store, [page for page, _, _ in known])
    for page, own, length in known:
        digest = own
        passages = standing[page]
        segments = recorded & set(engine.subjects(store, LGO + "ofPage", page))
        if not any(one.kind == evidence.SEGMENT for one in passages):
            if not segments:
                findings.append(found("no-segment", focus=page))
            words.append(f"{len(segments)} segments of {shorten(page)}, none with position and digest")
            continue
        if [page] == alone and len(strangers) == 1:  # one page and one copy are left: they are meant for each other
            digest = strangers[0]
            path, text = copies[digest]
            only_ends = evidence.sha256(evidence.bare(text)) == own
            copies[digest] = (path, evidence.bare(text) if only_ends else text)
            ends = ", by its line ends or byte order mark alone" if only_ends else ""
            more = f"The digest of {path} is {digest}{ends}."
            findings.append(found("copy-of-another-page", focus=page, path=LGO + "digest", value=own, more=more))
        elif digest not in copies:
            told = f"the structure of {len(passages)} passages of {shorten(page)}, of which no copy is at hand (--page)"
            words.append(told)
            continue
        words.append(f"{len(passages)} passages against the copy of {shorten(page)}")
        counts.append((f"passages proved of {shorten(page)}", len(passages)))
        unplaced = len(segments - {one.iri for one in passages})
        findings += _proof(store, page, copies[digest][1], length, unplaced)
    if len(alone) != 1 or len(strangers) != 1:
        findings += [found("copy-of-another-page", value=one, more=f"It is {copies[one][0]}.") for one in strangers]
    looked = f"{len(queries)} checks of what claims rest on; " + ("; ".join(words) or "no page")
    return Gate(EVIDENCE, looked, tuple(sorted(findings)), tuple(counts))


def _proof(store: "ox.Store", page: str, text: str, length: str, unplaced: int) -> list[Finding]:
    """Prove the passages of a page; `unplaced` segments have no position, which is told elsewhere."""
    proof = evidence.verify(store, text, page)
    lost = [one.span for one in proof.segments(evidence.LOST)]
    # A stretch that a wrong position leaves free is no second fault.
    pairs = [(one.iri, gap) for one in lost for gap in proof.new if one.start < gap[1] and gap[0] < one.end]
    bare = [gap for gap in proof.new if gap not in {near for _, near in pairs}]
    bare = bare if len(bare) > len(lost) - len({iri for iri, _ in pairs}) + unplaced else []
    findings = [
        found("passage-elsewhere", focus=one.span.iri, path=LGO + "digest", value=one.span.digest)
        for one in proof.passages
        if one.status != evidence.SAME
    ]
    findings += [found("text-without-segment", focus=page, value=f"{start}–{end}") for start, end in bare]
    if length != str(len(text)):
        more = f"It has {len(text)}."
        findings.append(found("character-count", focus=page, path=LGO + "characterCount", value=length, more=more))
    return findings


def shape_rules(shapes: rdflib.Graph) -> list[Rule]:
    """Return the rules that named shapes make, in the words of their messages; a message has the form `what; do`."""
    made = []
    for kind in (_SH.NodeShape, _SH.PropertyShape):
        for shape in shapes.subjects(RDF.type, kind):
            if isinstance(shape, rdflib.URIRef):
                words = str(
                    shapes.value(shape, _SH.message) or f"A record is not as {shorten(str(shape))} asks; mend it."
                )
                summary, _, fix = words.partition("; ")
                grade = _severity(shapes.value(shape, _SH.severity))
                made.append(Rule(str(shape), SHAPES, grade, f"{summary.rstrip('.')}.", fix[:1].upper() + fix[1:]))
    return sorted(made)


def check_rules(queries: Iterable[Check]) -> list[Rule]:
    """Return the rules that check queries make."""
    return [Rule(LGC + one.name, one.gate, one.severity, one.summary, one.fix) for one in queries]


def coverage(
    graph: rdflib.Graph,
    shapes: rdflib.Graph,
    data: Iterable[rdflib.term.Node],
    terms: Iterable[rdflib.term.Node],
    *,
    described: Iterable[rdflib.term.Node] = (),
    whole: bool = True,
    only_terms: bool = False,
    own: rdflib.Graph | None = None,
) -> Gate:
    """Find shapes without a focus node, records under no closed shape, and that nothing was looked at at all.

    `data` are the subjects of data files, `terms` those of the ontology: what the ontology defines (a disease, a drug
    class) is judged as a term there, so that any shape will do. A shape of the project without a focus is a finding
    where the `whole` project is judged; one of the user's `own` shapes (a graph) always is. `described` are subjects
    of the ontology files that are judged: each must be a term, or something that a shape looks at. With `only_terms`
    there are no data files, and `data` are the terms of an ontology that stands alone.
    """
    below = _subclasses(graph)
    findings: list[Finding] = []
    closed: set[rdflib.term.Node] = set()
    looked: set[rdflib.term.Node] = set()
    counts: list[tuple[str, int]] = []
    records = set(data)
    for shape in sorted(shapes.subjects(RDF.type, _SH.NodeShape), key=str):
        focus = _focus_nodes(graph, shapes, shape, below)
        if focus is None:
            continue
        looked |= focus
        counts.append((_name(shape), len(focus)))
        if not focus and whole:
            findings.append(found("shape-without-focus", focus=str(shape)))
        if shapes.value(shape, _SH.closed) == _TRUE:
            closed |= focus
    findings += _idle(graph, shapes, own, below) if own is not None else []
    records = records & looked if only_terms else records
    alone = set() if only_terms else records - closed - (set(terms) & looked)
    alone |= {one for one in set(described) - looked if not _is_term(graph, one)}
    findings += [found("record-without-shape", focus=_text(one)) for one in alone]
    met = sum(1 for _, number in counts if number)
    if own is not None:
        findings += [found("shape-without-constraint", focus=_text(one)) for one in _asking_nothing(own)]
    if not records or not met:
        findings.append(found("nothing-to-check"))
    triples = sum(1 for one in alone for _ in graph.triples((one, None, None)))
    segments = set(graph.subjects(RDF.type, rdflib.URIRef(LGO + "Segment")))
    stated = {one for one in graph.objects(None, rdflib.URIRef(LGO + "statedIn")) if one in segments}
    words = (
        f"{met} of {len(counts)} shapes with targets met a node; {count(len(records), 'record')} in data files, "
        f"{count(triples, 'triple')} under no closed shape; {len(stated)} of {len(segments)} segments under a statement"
    )
    more = [("records", len(records)), ("triples under no closed shape", triples), ("segments", len(segments))]
    more.append(("segments under a statement", len(stated)))
    return Gate(COVERAGE, words, tuple(sorted(findings)), (*more, *counts))


def _is_term(graph: rdflib.Graph, node: rdflib.term.Node) -> bool:
    """Tell whether an ontology declares this, as a class, a property, an axiom or the ontology itself."""
    kinds = graph.objects(node, RDF.type)
    return isinstance(node, rdflib.BNode) or any(datasets.built_in(str(kind)) for kind in kinds)


def _asking_nothing(own: rdflib.Graph) -> list[rdflib.term.Node]:
    """Find node shapes of someone's own that hold nothing but targets and words."""
    target = SH + "target"
    asking = {shape for shape, said, _ in own if said not in _WORDS and not str(said).startswith(target)}
    return [one for one in own.subjects(RDF.type, _SH.NodeShape) if one not in asking]


def _idle(
    graph: rdflib.Graph,
    shapes: rdflib.Graph,
    own: rdflib.Graph,
    below: dict[rdflib.term.Node, set[rdflib.term.Node]],
) -> list[Finding]:
    """Find shapes of someone's own that are switched off, or look at no node and are part of no other shape."""
    kinds = (_SH.NodeShape, _SH.PropertyShape)
    there = {one for kind in kinds for one in own.subjects(RDF.type, kind)} | set(own.subjects(_SH.property))
    idle = []
    for shape in there:
        held = any(True for _ in shapes.subjects(None, shape))
        off = shapes.value(shape, _SH.deactivated) == _TRUE
        if off or not (held or _focus_nodes(graph, shapes, shape, below)):
            idle.append(found("shape-without-focus", focus=_text(shape)))
    return idle


def _focus_nodes(
    graph: rdflib.Graph,
    shapes: rdflib.Graph,
    shape: rdflib.term.Node,
    below: dict[rdflib.term.Node, set[rdflib.term.Node]],
) -> set[rdflib.term.Node] | None:
    kinds = set(shapes.objects(shape, _SH.targetClass))
    if (shape, RDF.type, RDFS.Class) in shapes:
        kinds.add(shape)
    nodes = set(shapes.objects(shape, _SH.targetNode))
    before = set(shapes.objects(shape, _SH.targetSubjectsOf))
    behind = set(shapes.objects(shape, _SH.targetObjectsOf))
    if not (kinds or nodes or before or behind):
        return None
    focus = {one for kind in kinds for each in below.get(kind, {kind}) for one in graph.subjects(RDF.type, each)}
    focus |= {one for one in nodes if (one, None, None) in graph or (None, None, one) in graph}
    focus |= {one for predicate in before for one in graph.subjects(predicate, None)}
    return focus | {one for predicate in behind for one in graph.objects(None, predicate)}


def _subclasses(graph: rdflib.Graph) -> dict[rdflib.term.Node, set[rdflib.term.Node]]:
    kinds = set(graph.objects(None, RDFS.subClassOf))
    return {kind: {one for one in graph.transitive_subjects(RDFS.subClassOf, kind) if one} for kind in kinds}
