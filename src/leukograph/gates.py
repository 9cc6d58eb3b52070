"""The gates of validation that run check queries, each of which says what it looked at: checks and evidence."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from leukograph import engine, evidence, files, questions
from leukograph.errors import FileError
from leukograph.names import LGC, LGO, RDF_TYPE, SH, shorten
from leukograph.records import Answer, Finding, Gate, Rule, Text
from leukograph.rules import CHECKS, EVIDENCE, SHAPES, VIOLATION, WARNING, found
from leukograph.shape_findings import severity, text
from leukograph.shape_graph import Shapes, is_iri, values

if TYPE_CHECKING:
    import pyoxigraph as ox

_SHAPES = (SH + "NodeShape", SH + "PropertyShape")
_KEYS = {"summary", "severity", "fix"}


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
    answers = ((check, engine.select(store, check.sparql, name=check.name)) for check in queries)
    return tuple(sorted(one for check, answer in answers for one in told(check, answer)))


def told(check: Check, answer: Answer) -> Iterator[Finding]:
    """Yield the findings that the rows of a check are."""
    for row in answer.rows:
        cells = dict(zip(answer.columns, row, strict=True))
        focus, value = cells.get("focus"), cells.get("value")
        yield Finding(
            severity=check.severity,
            gate=check.gate,
            rule=LGC + check.name,
            focus=focus.value if focus else "",
            path="",
            value=value.value if value else "",
            term=(f"@{value.language}" if value.language else f"^^{value.datatype}") if isinstance(value, Text) else "",
            message=f"{check.summary} {check.fix}",
        )


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


def shape_rules(shapes: Shapes) -> list[Rule]:
    """Return the rules that named shapes make, in the words of their messages; a message has the form `what; do`."""
    made = []
    for node, said in shapes.said.items():
        if is_iri(node) and any(kind.value in _SHAPES for kind in said.get(RDF_TYPE, ()) if is_iri(kind)):
            words = next((text(one) for one in values(shapes, node, "message")), "")
            words = words or f"A record is not as {shorten(node.value)} asks; mend it."
            summary, _, fix = words.partition("; ")
            grade = severity(shapes, node)
            made.append(Rule(node.value, SHAPES, grade, f"{summary.rstrip('.')}.", fix[:1].upper() + fix[1:]))
    return sorted(made)


def check_rules(queries: Iterable[Check]) -> list[Rule]:
    """Return the rules that check queries make."""
    return [Rule(LGC + one.name, one.gate, one.severity, one.summary, one.fix) for one in queries]
