"""What a report of validation comes to: what counts, in which order and groups, and how a finding reads in words."""

from collections.abc import Iterable

from leukograph.errors import at
from leukograph.formats import visible
from leukograph.names import shorten
from leukograph.records import Finding, Gate, Report

_PARTS = 3  # focus, path and value
SEVERITIES = ("info", "warning", "violation")


def rank(severity: str) -> int:
    """Return how much a severity weighs; one that is not known weighs as much as the worst."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES) - 1


def fails(finding: Finding, fail_on: str) -> bool:
    """Tell whether a finding makes the validation fail: it is not known and weighs at least as much as `fail_on`."""
    return not finding.known and rank(finding.severity) >= rank(fail_on)


def counted(report: Report) -> list[Finding]:
    """Return the findings that make the validation fail, in order of place."""
    return [one for one in ordered(report) if fails(one, report.fail_on)]


def conforms(report: Report) -> bool:
    """Tell whether no finding makes the validation fail."""
    return not counted(report)


def ordered(report: Report) -> list[Finding]:
    """Return the findings of all gates in order of place."""
    return by_place(one for gate in report.gates for one in gate.findings)


def by_place(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in order of place, those without one last."""
    return sorted(findings, key=_place_key)


def _place_key(one: Finding) -> tuple[bool, str, int, int, tuple[str, ...]]:
    path, line, column = one.place or ("", 0, 0)
    rest = (one.rule, one.focus, one.path, one.value, one.message, one.severity, one.known)
    return one.place is None, path, line, column, rest


def tally(report: Report) -> dict[str, int]:
    """Return how many findings there are of each severity, and how many are known and count under none."""
    found = ordered(report)
    fresh = [rank(one.severity) for one in found if not one.known]
    numbers = {f"{name}s": fresh.count(weight) for weight, name in reversed(list(enumerate(SEVERITIES)))}
    return {**numbers, "known": len(found) - len(fresh)}


def verdict(report: Report) -> str:
    """Return what the report comes to as one line."""
    numbers = tally(report)
    parts = [count(numbers["violations"], "violation"), count(numbers["warnings"], "warning")]
    parts += [count(numbers["infos"], "info")] if numbers["infos"] else []
    parts += [f"{numbers['known']} known"] if numbers["known"] else []
    return f"{'conforms' if conforms(report) else 'does not conform'}: {', '.join(parts)}"


def count(number: int, word: str) -> str:
    """Return a number with its noun, as in `1 finding` and `2 findings`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def gate_line(gate: Gate) -> str:
    """Return as one line how many findings a gate has, known ones too, and what it looked at."""
    return one_line(f"{gate.name}: {count(len(gate.findings), 'finding')}; looked at {gate.looked_at}")


def groups(findings: list[Finding]) -> list[list[Finding]]:
    """Return findings in groups of equal rule and message, in order of the first of each."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        found.setdefault((one.rule, one.message), []).append(one)
    return list(found.values())


def one_line(text: str) -> str:
    """Return text as one line that is safe to print: line feeds and tabs are shown as escapes too."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def where(finding: Finding) -> str:
    """Return the place of a finding as `path:line:column`, or '' where it has none."""
    if finding.place is None:
        return ""
    path, line, column = finding.place
    return one_line(at(path, line or None, (line and column) or None))


def subject(finding: Finding) -> str:
    """Return the short forms of the focus, path and value of a finding, as far as there are any."""
    return " ".join(one_line(one) for one in names(finding) if one)


def names(finding: Finding) -> tuple[str, ...]:
    """Return focus, path and value of a finding in short form, '' where there is none."""
    return (
        finding.names
        if len(finding.names) == _PARTS
        else tuple(shorten(one) for one in (finding.focus, finding.path, finding.value))
    )


def message(finding: Finding) -> str:
    """Return the message of a finding as one line."""
    return " ".join(visible(finding.message).split())


def said(finding: Finding) -> str:
    """Return the message of a finding behind what it is about."""
    about = subject(finding)
    return f"{about}: {message(finding)}" if about else message(finding)


def as_line(finding: Finding, severity: str = "") -> str:
    """Return a finding as one line in the form that editors follow, with `severity` as its word where given."""
    place, rule, about = where(finding), one_line(shorten(finding.rule)), subject(finding)
    head = [f"{place}:"] if place else []
    words = " ".join([*head, severity or one_line(finding.severity), rule, *([about] if about else [])])
    return f"{words}: {message(finding)}"


def more(number: int, rule: str) -> str:
    """Return the line that stands for the findings of a group that are not printed."""
    return f"… and {number} more of {one_line(shorten(rule))} (--max-print shows more)"


def encodable(report: Report) -> Report:
    """Return the report with lone surrogates, as file names can hold them, shown as escapes."""
    gates = [gate._replace(findings=tuple(_encodable(one) for one in gate.findings)) for gate in report.gates]
    return report._replace(gates=tuple(gates))


def _encodable(one: Finding) -> Finding:
    severity, gate, rule, focus, path, value, words, place, known, short, term = one
    texts = [_escaped(text) for text in (severity, gate, rule, focus, path, value, words, known)]
    severity, gate, rule, focus, path, value, words, known = texts
    place = place and place._replace(path=_escaped(place.path))
    return Finding(severity, gate, rule, focus, path, value, words, place, known, tuple(map(_escaped, short)), term)


def _escaped(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
