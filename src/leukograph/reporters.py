"""Writes what a validation found: as lines for people and editors, and in the formats that other tools read."""

from leukograph.errors import CallError
from leukograph.formats import visible
from leukograph.names import LGR, RDFS, SH, is_iri, shorten
from leukograph.records import Finding, Report
from leukograph.report_page import html
from leukograph.sarif import sarif
from leukograph.verdicts import (
    as_line,
    by_place,
    conforms,
    count,
    encodable,
    fails,
    gate_line,
    groups,
    message,
    more,
    names,
    one_line,
    ordered,
    rank,
    said,
    tally,
    verdict,
    where,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

REPORT_FORMATS = ("text", "json", "sarif", "junit", "github", "turtle", "html")
_COLOURS = {"violation": "\x1b[31m", "warning": "\x1b[33m"}
_RESET = "\x1b[0m"
_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
_NODE = "urn:leukograph:report"
_FILE = "urn:leukograph:file:"
_GRAPH = "urn:leukograph:graph"
_SEVERITIES = ("sh:Info", "sh:Warning", "sh:Violation")
_LONGEST_CASE = 1000
_PART = r"[!$&-;=?-Z_a-z~%\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd]"
_HOST = r"[!$&-.0-9;=A-Z_a-z~%\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]"
_IRI = rf"[A-Za-z][A-Za-z0-9+.-]*:(//({_HOST}*@)?{_HOST}*(:[0-9]*)?(?![^/?#])|(?!//)){_PART}*(#{_PART}*)?"


def write(report: Report, kind: str, *, max_print: int = 20, colour: bool = False) -> str:
    """Return the report in one of the REPORT_FORMATS; at most `max_print` lines of a group where people read it."""
    report = encodable(report)
    if kind == "text":
        return text(report, max_print=max_print, colour=colour)
    if kind == "github":
        return github(report, max_print=max_print)
    writers = {"json": json, "sarif": sarif, "junit": junit, "turtle": turtle, "html": html}
    if kind not in writers:
        raise CallError(f"there is no report format “{visible(kind)}”: choose one of {', '.join(REPORT_FORMATS)}")
    return writers[kind](report)


def text(report: Report, *, max_print: int = 20, colour: bool = False) -> str:
    """Return a line for each gate, the findings that are not known as lines `path:line:column: …`, and the verdict."""
    lines = [gate_line(gate) for gate in report.gates]
    for group in groups([one for one in ordered(report) if not one.known]):
        shown = group[: max(max_print, 0)]
        lines += [as_line(one, _coloured(one.severity) if colour else "") for one in shown]
        lines += [f"  {more(len(group) - len(shown), group[0].rule)}"] if len(shown) < len(group) else []
    return "\n".join([*lines, verdict(report)]) + "\n"


def _coloured(severity: str) -> str:
    return f"{_COLOURS[severity]}{severity}{_RESET}" if severity in _COLOURS else severity


def json(report: Report) -> str:
    """Return the whole report as JSON, IRIs in full and short, null where something is absent."""
    from json import dumps

    whole = {
        "conforms": conforms(report),
        "failOn": report.fail_on,
        "summary": tally(report),
        "gates": [
            {
                "name": gate.name,
                "lookedAt": gate.looked_at,
                "counts": dict(gate.counts),
                "findings": [_json_finding(one) for one in by_place(gate.findings)],
            }
            for gate in report.gates
        ],
    }
    return dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _json_finding(one: Finding) -> dict[str, str | int | None]:
    path, line, column = one.place or ("", 0, 0)
    texts: dict[str, str | int] = {
        "severity": one.severity,
        "rule": one.rule,
        "ruleShort": shorten(one.rule),
        "focus": one.focus,
        "focusShort": names(one)[0],
        "path": one.path,
        "value": one.value,
        "message": one.message,
        "file": path,
        "line": line,
        "column": column,
        "known": one.known,
    }
    return {name: value or None for name, value in texts.items()}


def github(report: Report, *, max_print: int = 20) -> str:
    """Return the findings that are not known as workflow commands of GitHub, between the gates and the verdict."""
    lines = [_no_command(gate_line(gate)) for gate in report.gates]
    for group in groups([one for one in ordered(report) if not one.known]):
        shown = group[: max(max_print, 0)]
        lines += [_command(one) for one in shown]
        rest = len(group) - len(shown)
        lines += [f"::notice::{_escaped(more(rest, group[0].rule))}"] if rest else []
    return "\n".join([*lines, _no_command(verdict(report))]) + "\n"


def _no_command(line: str) -> str:
    """Return a line in which the runner of GitHub finds no command of either of its two syntaxes."""
    return line.replace("::", ": :").replace("##[", "# #[")


def _command(one: Finding) -> str:
    path, line, column = one.place or ("", 0, 0)
    named = {"file": path, "line": line, "col": line and column, "title": shorten(one.rule)}
    values = {name: _escaped(visible(str(value))) for name, value in named.items() if value}
    given = ",".join(f"{name}={value.replace(':', '%3A').replace(',', '%2C')}" for name, value in values.items())
    return f"::{_COMMANDS.get(one.severity, 'error')} {given}::{_escaped(said(one))}"


def _escaped(line: str) -> str:
    return line.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def junit(report: Report) -> str:
    """Return JUnit XML: a suite for each gate, in it a case for each rule, which fails where a finding counts."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites", name="leukograph")
    for gate in report.gates:
        suite = SubElement(root, "testsuite", name=_xml(gate.name))
        cases: dict[str, list[Finding]] = {rule.iri: [] for rule in report.rules if rule.gate == gate.name}
        for one in by_place(gate.findings):
            cases.setdefault(one.rule, []).append(one)
        for iri, found in (cases or {"": []}).items():
            suite.append(_case(gate.name, iri, found, report.fail_on))
    for element in (*root, root):
        element.set("tests", str(len(list(element.iter("testcase")))))
        element.set("failures", str(len(list(element.iter("failure")))))
        element.set("errors", "0")
        element.set("skipped", "0")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(gate: str, iri: str, found: list[Finding], fail_on: str) -> "Element":
    from xml.etree.ElementTree import Element, SubElement

    case = Element("testcase", name=_xml(shorten(iri) or gate), classname=_xml(gate))
    places = {one.place for one in found}
    place = places.pop() if len(places) == 1 else None
    if place:
        case.set("file", _xml(place.path))
        if place.line:
            case.set("line", str(place.line))
    failing = [one for one in found if fails(one, fail_on)]
    if failing:
        others = len({one.message for one in failing}) - 1
        words = message(failing[0]) + (f" … and {count(others, 'other message')}" if others else "")
        worst = max((one.severity for one in failing), key=rank)
        SubElement(case, "failure", message=_xml(words), type=_xml(worst)).text = _lines(failing)
    passing = [one for one in found if not fails(one, fail_on)]
    if passing:
        SubElement(case, "system-out").text = _lines(passing)
    return case


def _lines(found: list[Finding]) -> str:
    lines = [as_line(one) + (f" (known: {one_line(one.known)})" if one.known else "") for one in found[:_LONGEST_CASE]]
    rest = len(found) - len(lines)
    return _xml("\n".join([*lines, *([f"… and {rest} more"] if rest else [])]))


def _xml(text: str) -> str:
    """Return text without the characters that XML 1.0 cannot hold."""
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def turtle(report: Report) -> str:
    """Return the report as a SHACL validation report in Turtle; what is known says so in a comment."""
    found = ordered(report)
    results = [f"<{_NODE}/result/{number}>" for number in range(1, len(found) + 1)]
    about = ["a sh:ValidationReport", f"sh:conforms {'true' if conforms(report) else 'false'}"]
    about += ["sh:result\n        " + ",\n        ".join(results)] if results else []
    blocks = [_block(f"<{_NODE}>", about)]
    blocks += [_block(node, _result(one)) for node, one in zip(results, found, strict=True)]
    heads = f"@prefix rdfs: <{RDFS}> .\n@prefix sh: <{SH}> .\n"
    return "\n".join([heads, *blocks])


def _block(subject: str, about: list[str]) -> str:
    return subject + " " + " ;\n    ".join(about) + " .\n"


def _result(one: Finding) -> list[str]:
    about = [
        "a sh:ValidationResult",
        f"sh:focusNode {_term(one.focus or _file_iri(one))}",
        f"sh:resultMessage {_literal(one.message)}@en",
        f"sh:resultSeverity {_SEVERITIES[rank(one.severity)]}",
        f"sh:sourceConstraintComponent <{LGR}constraint>",
        f"sh:sourceShape {_term(one.rule)}",
    ]
    about += [f"sh:resultPath <{one.path}>"] if _writable(one.path) else []
    about += [f"sh:value {_term(one.value)}"] if one.value else []
    about += [f"rdfs:comment {_literal(where(one))}"] if where(one) else []
    return [*about, *([f"rdfs:comment {_literal(f'known: {one.known}')}"] if one.known else [])]


def _file_iri(one: Finding) -> str:
    from urllib.parse import quote

    return _FILE + quote(one.place.path) if one.place and one.place.path else _GRAPH


def _term(text: str) -> str:
    return f"<{text}>" if _writable(text) else _literal(text)


def _writable(text: str) -> bool:
    """Tell whether every parser of Turtle takes the text between angle brackets: stricter than `is_iri`."""
    from re import fullmatch, search

    plain = is_iri(text) and visible(text) == text and not search("%(?![0-9A-Fa-f]{2})", text)
    return plain and fullmatch(_IRI, text) is not None


def _literal(text: str) -> str:
    """Return text as a string of Turtle; `visible` writes control characters as Turtle escapes them."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{visible(escaped)}"'
