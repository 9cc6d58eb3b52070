"""Writes what a validation found as SARIF 2.1.0, which code scanning and editors read."""

from leukograph import __version__
from leukograph.names import shorten
from leukograph.records import Finding, Report, Rule
from leukograph.verdicts import one_line, ordered, rank, said

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = ("note", "warning", "error")
MOST_RESULTS = 25_000  # GitHub refuses a run with more


def sarif(report: Report) -> str:
    """Return the report as SARIF; known findings are suppressed results, the heaviest stay where there are too many."""
    from json import dumps

    found = ordered(report)
    rules = _rules(report.rules, found)
    places = {rule.iri: place for place, rule in enumerate(rules)}
    invocation: dict[str, object] = {"executionSuccessful": True}
    if len(found) > MOST_RESULTS:
        left = len(found) - MOST_RESULTS
        words = f"{left} of {len(found)} results are left out: a run holds at most {MOST_RESULTS}."
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": words}}]
        found = sorted(found, key=lambda one: (bool(one.known), -rank(one.severity)))[:MOST_RESULTS]
    driver = {"name": "leukograph", "version": __version__, "rules": [_descriptor(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_result(one, places[one.rule]) for one in found],
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rules(listed: tuple[Rule, ...], found: list[Finding]) -> list[Rule]:
    """Return the rules that are listed, and behind them those that were found broken and are not."""
    rules = {rule.iri: rule for rule in listed}
    for one in found:
        rules.setdefault(one.rule, Rule(one.rule, one.gate, one.severity, shorten(one.rule), ""))
    return list(rules.values())


def _descriptor(rule: Rule) -> dict[str, object]:
    short = one_line(shorten(rule.iri))
    described: dict[str, object] = {
        "id": short,
        "name": short.partition(":")[2] if short != rule.iri else short,
        "shortDescription": {"text": one_line(rule.summary) or short},
        "fullDescription": {"text": one_line(rule.summary) or short},
        "defaultConfiguration": {"level": _LEVELS[rank(rule.severity)]},
    }
    return {**described, "help": {"text": one_line(rule.fix)}} if rule.fix else described


def _result(one: Finding, place: int) -> dict[str, object]:
    location = {**_physical(one), **_logical(one)}
    return {
        "ruleId": one_line(shorten(one.rule)),
        "ruleIndex": place,
        "level": _LEVELS[rank(one.severity)],
        "message": {"text": said(one).replace("](", "] (")},  # no value becomes a link
        "locations": [location] if location else [],
        "partialFingerprints": {"leukograph/v1": _fingerprint(one)},
        "suppressions": [{"kind": "external", "justification": one.known}] if one.known else [],
    }


def _physical(one: Finding) -> dict[str, object]:
    path, line, column = one.place or ("", 0, 0)
    if not path:
        return {}
    where: dict[str, object] = {"artifactLocation": {"uri": _uri(path)}}
    if line:
        where["region"] = {"startLine": line, **({"startColumn": column} if column else {})}
    return {"physicalLocation": where}


def _logical(one: Finding) -> dict[str, object]:
    return {"logicalLocations": [{"fullyQualifiedName": one.focus}]} if one.focus else {}


def _uri(path: str) -> str:
    """Return a path below the working folder as a relative reference, any other as a `file:` URI."""
    import os
    from urllib.parse import quote

    whole, folder = os.path.abspath(path).replace(os.sep, "/"), os.getcwd().replace(os.sep, "/").rstrip("/") + "/"
    if whole.startswith(folder):
        return quote(whole.removeprefix(folder))
    return "file:///" + quote(whole.removeprefix("/"), safe="/:")


def _fingerprint(one: Finding) -> str:
    """Return a digest that stays the same when the finding moves to another line."""
    from hashlib import sha256
    from json import dumps

    return sha256(dumps([one.rule, one.focus, one.path, one.value]).encode("ascii")).hexdigest()
