"""Measures what a million findings take: in memory, by the clock, and as files that hold every one of them."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import ENVIRONMENT, Figures, Section, Setting, shown, table, tell
from benchmarks.validate import whole

MILLION, FEW, EACH = 1_000_000, 1_000, 4
MOST_SECONDS, MOST_GIB = 600, 24
# The kinds of file that hold all findings, and what each of them begins with there; None is what is printed alone.
KINDS = {None: "", "json": '"severity": "', "turtle": "a sh:ValidationResult"}
_HEAD = """@prefix ex: <https://example.org/case/> .
@prefix lgo: <https://w3id.org/leukograph/ontology/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def reports(setting: Setting) -> Section:
    """Validate a file of so many faults, once for each kind of report that holds all of them."""
    number = FEW if setting.runs == 1 else MILLION
    data = setting.folder / f"findings-{number}.ttl"
    data.write_text("".join(_records(number // EACH)), encoding="utf-8")
    rows: list[Sequence[object]] = []
    missed = []
    for kind, begins in KINDS.items():
        tell(f"reports: {kind or 'text'} of {number} findings")
        report = setting.folder / f"findings-{number}.{kind}"
        got = _validated(data, number, f"{kind}={report}" if kind else "", setting.seconds)
        if got is None:
            missed.append(f"{kind or 'text'} of {number} findings: failed, or took longer than {setting.seconds:.0f} s")
            continue
        held = _held(report, begins) if kind else 0
        wrong = [f"{kind} holds {held} of {number} findings"] * bool(kind and held != number)
        over = got["clock"] > MOST_SECONDS or got["mb"] > MOST_GIB * 1024
        missed += wrong + [f"{kind or 'text'}: {got['clock']:.0f} seconds, {got['mb'] / 1024:.1f} GiB"] * over
        size = shown(report.stat().st_size / 1e6) if kind else ""
        rows.append((kind or "none", *(shown(got[name]) for name in ("clock", "work")), shown(got["mb"] / 1024), size))
    text = (
        (
            f"`leukograph validate` of one Turtle file ({data.stat().st_size / 1e6:.0f} MB) with {number} findings, "
            f"once each. What is printed is bounded; files hold all. Aim: {MOST_SECONDS} seconds and {MOST_GIB} GiB "
            "on two cores."
        ),
        "",
        *table(("file of", "seconds by the clock", "processor seconds", "GiB at most", "file, MB"), rows),
    )
    return Section("Reports", text, missed=tuple(missed))


def _records(number: int) -> Iterator[str]:
    """Write quantifiers of which each lacks EACH things: language, definition, scheme and what is said by it."""
    yield _HEAD
    for one in range(number):
        yield f'ex:q{one} a lgo:Quantifier ;\n    rdfs:label "hardly any {one}" .\n'


def _validated(data: Path, number: int, output: str, seconds: float) -> Figures | None:
    words = ["--output", output] if output else []
    call = [sys.executable, "-m", "leukograph", "validate", str(data), "--timeout", str(seconds), *words]
    return whole(call, f"does not conform: {number} violations, 0 warnings", ENVIRONMENT, seconds, code=1)


def _held(report: Path, begins: str) -> int:
    with report.open(encoding="utf-8") as lines:
        return sum(begins in line for line in lines)
