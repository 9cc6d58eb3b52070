"""Lets known findings stand for a time: each with a reason and the day on which it counts again."""

import datetime
import re
import tomllib
from collections.abc import Iterable
from typing import NamedTuple

from leukograph import files
from leukograph.errors import FileError
from leukograph.names import expand, shorten
from leukograph.records import Finding, Gate, Place, Report
from leukograph.rules import RULES, found

_TEXTS = ("rule", "reason")
_NEVER = {RULES[name].iri for name in ("syntax", "list-without-end", "nothing-to-check")}
_PARTS = ("focus", "path", "value")
_FULL = re.compile(r"https?://|urn:|_:", re.IGNORECASE)


class Known(NamedTuple):
    """One entry of a baseline: the line it begins at, the rule, what of a finding must be equal, why, until when."""

    place: Place
    rule: str
    parts: tuple[tuple[str, str], ...]
    reason: str
    expires: datetime.date


def load(path: str) -> list[Known]:
    """Return the entries of a baseline file; whatever is no entry in full is a FileError at its line."""
    text = files.read_text(path)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        place = f"{path}:{match[1]}:{match[2]}" if match else path
        raise FileError(f"{place}: {str(error).partition(' (at ')[0]}. Mend the TOML.") from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*known\s*\]\]", line)]
    entries = read.get("known", [])
    if set(read) - {"known"} or not isinstance(entries, list) or len(lines) != len(entries):
        raise FileError(f"{path}:1: a baseline is made of [[known]] entries, each on a line of its own. Write them so.")
    return [_known(Place(path, line), entry) for line, entry in zip(lines, entries, strict=True)]


def _known(place: Place, entry: object) -> Known:
    where = f"{place.path}:{place.line}"
    if not isinstance(entry, dict):
        raise FileError(f"{where}: this is no entry. Write rule, reason and expires below [[known]].")
    surplus = sorted(set(entry) - {*_TEXTS, *_PARTS, "expires"})
    if surplus:
        raise FileError(f"{where}: unknown key {surplus[0]!r}. Use rule, focus, path, value, reason, expires.")
    for key in (*_TEXTS, *(set(_PARTS) & set(entry))):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise FileError(f"{where}: {key} is missing or empty. Write it as text.")
    if type(entry.get("expires")) is not datetime.date:
        raise FileError(f"{where}: expires is missing or no date. Write a day such as 2027-01-31, without quotes.")
    if _long(entry["rule"]) in _NEVER:
        raise FileError(f"{where}: {entry['rule']} cannot be let stand, for nothing would be proved. Mend the files.")
    if not _FULL.match(_long(entry["rule"])):
        raise FileError(
            f"{where}: rule {entry['rule']!r} is no IRI, nor is its prefix known. Write it as a report does."
        )
    parts = tuple((key, entry[key] if key == "value" else _long(entry[key])) for key in _PARTS if key in entry)
    return Known(place, _long(entry["rule"]), parts, entry["reason"].strip(), entry["expires"])


def _long(text: str) -> str:
    return expand(text) or text


def apply(report: Report, entries: Iterable[Known], today: datetime.date) -> Report:
    """Mark the findings that an entry knows, and add a gate that tells of entries whose time is over or that know none.

    An entry counts up to and on the day that it names.
    """
    entries = list(entries)
    used: set[int] = set()
    gates = []
    for gate in report.gates:
        made = []
        for one in gate.findings:
            fitting = [number for number, entry in enumerate(entries) if _fits(entry, one)]
            used.update(fitting)
            living = [entries[number].reason for number in fitting if entries[number].expires >= today]
            made.append(one._replace(known=living[0]) if living else one)
        gates.append(gate._replace(findings=tuple(made)))
    said = []
    rules = {one.iri for one in report.rules}
    for number, entry in enumerate(entries):
        focus = dict(entry.parts).get("focus", "")
        if number not in used:
            loose = next((text for key, text in entry.parts if key != "value" and not _FULL.match(text)), "")
            more = f"No prefix of the project begins {loose}." if loose else ""
            more = more if entry.rule in rules else "There is no such rule."
            said.append(found("known-finding-gone", entry.place, focus=focus, value=entry.rule, more=more))
        elif entry.expires < today:
            more = f"It ended on {entry.expires}."
            said.append(found("known-finding-expired", entry.place, focus=focus, value=entry.rule, more=more))
    looked = f"{len(entries)} known findings on {today}"
    return report._replace(gates=(*gates, Gate("baseline", looked, tuple(said), (("entries", len(entries)),))))


def _fits(entry: Known, one: Finding) -> bool:
    """Tell whether an entry knows a finding; a value is written as it is, or short where it is an IRI."""
    wanted = dict(entry.parts)
    iri = not one.term and _long(wanted.get("value", "")) == one.value
    same = all(getattr(one, key) == text for key, text in wanted.items() if key != "value")
    return entry.rule == one.rule and same and (iri or wanted.get("value", one.value) == one.value)


def write(report: Report) -> str:
    """Return a baseline of every finding, in which reason and expires are left to be written."""
    lines = ["# Known findings. Write for each why it may stand, and the last day on which it may."]
    for one in dict.fromkeys(
        (one.rule, one.focus, one.path, one.value if one.term else shorten(one.value))
        for gate in report.gates
        for one in gate.findings
    ):
        lines += ["", "[[known]]", f"rule = {_quoted(shorten(one[0]))}"]
        parts = (shorten(one[1]), shorten(one[2]), one[3])
        lines += [f"{key} = {_quoted(text)}" for key, text in zip(_PARTS, parts, strict=True) if text]
        lines += ['reason = ""', 'expires = ""']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    from json import dumps

    return (
        dumps(text, ensure_ascii=True) if text.isascii() else dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    )
