"""Makes the table of docs/shacl.md: the test suite of SHACL Core, run in both ways.

    python docs/make_shacl.py [--check] [FOLDER]

FOLDER holds the suite (`manifest.ttl` and its folders), ../shared/suites/shacl-core by default; it is read in place.
With --check nothing is written; exit 1 where the page is not as it would be made.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from leukograph import datasets, engine, reference, shacl, shape_graph
from leukograph.errors import CallError
from leukograph.names import RDF_TYPE, SH
from leukograph.shape_findings import Result, kind, text
from leukograph.shape_graph import Shapes, Term, values

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "shacl.md"
SUITE = ROOT.parent / "shared" / "suites" / "shacl-core"
MARKS = "<!-- suite: begin -->\n", "<!-- suite: end -->\n"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
Told = frozenset[tuple[str, ...]]


class Case(NamedTuple):
    """A test: its name, its triples and shapes, and the results that are right, None where a failure is."""

    name: str
    data: tuple[ox.Triple, ...]
    shapes: tuple[ox.Quad, ...]
    right: Told | None


class Verdict(NamedTuple):
    """Whether the compiled way and the reference are right, whether they agree, and what was left to the reference."""

    compiled: bool
    reference: bool
    agree: bool
    left: str


def cases(suite: Path) -> Iterator[Case]:
    """Yield the tests of a suite, sorted by name."""
    for path in sorted(suite.glob("*/*.ttl")):
        quads = _quads(path)
        said = shape_graph.read(quads)
        for node in said.said:
            if any(text(each) == SHT + "Validate" for each in values(said, node, RDF_TYPE)):
                (action,), (result,) = (values(said, node, MF + name) for name in ("action", "result"))
                parts = []
                for name in ("dataGraph", "shapesGraph"):
                    (address,) = values(said, action, SHT + name)
                    other = Path(address.value.removeprefix("file://"))
                    parts.append(quads if other == path else _quads(other))
                data = tuple(dict.fromkeys(quad.triple for quad in parts[0]))
                right = None if text(result) == SHT + "Failure" else _right(said, result)
                yield Case(path.relative_to(suite).with_suffix("").as_posix(), data, tuple(parts[1]), right)


def _quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))


def _right(said: Shapes, report: Term) -> Told:
    made = set()
    for node in values(said, report, "result"):
        one = {name: values(said, node, name) for name in _FIELDS}
        path, value = ((one[name] or [None])[0] for name in ("resultPath", "value"))
        component = text(one["sourceConstraintComponent"][0]).removeprefix(SH).removesuffix("ConstraintComponent")
        shape, severity = (text((one[name] or [None])[0]) for name in ("sourceShape", "resultSeverity"))
        found = Result(text(one["focusNode"][0]), _path(path), text(value), kind(value), shape, component, severity)
        made.add(_told(found))
    return frozenset(made)


_FIELDS = (*("focusNode", "resultPath", "value", "sourceConstraintComponent", "sourceShape", "resultSeverity"),)


def _path(path: Term | None) -> str:
    return text(path) if path is not None and shape_graph.is_iri(path) else ""


def _told(one: Result) -> tuple[str, ...]:
    """Return what is compared of a result; a shape without a name is one with each other."""
    shape = "_:" if one.shape.startswith("_:") else one.shape
    return one.focus, one.path, one.value, one.term, shape, one.component, one.severity


def judge(case: Case) -> Verdict:
    """Run a test in both ways."""
    known = shape_graph.read(case.shapes)
    left: dict[Term, str] = {}
    made: list[Told | None] = []
    for compiled in (True, False):
        try:
            if compiled:
                found, left = shacl.compiled(engine.of_triples(case.data), case.data, case.shapes, known)
            else:
                found = reference.results(datasets.of_triples(case.data), datasets.graph(case.shapes))
            made.append(frozenset(_told(one) for one in found if not one.detail))
        except CallError:
            made.append(None)
    ours, theirs = made
    return Verdict(ours == case.right, theirs == case.right, ours == theirs, "; ".join(sorted(set(left.values()))))


def table(judged: dict[str, Verdict]) -> str:
    """Return what the page says of the suite."""
    counts = [sum(getattr(one, name) for one in judged.values()) for name in ("compiled", "reference", "agree")]
    wholly = sum(1 for one in judged.values() if not one.left)
    lines = [
        f"Of {len(judged)} tests, the compiled way gives the expected report in {counts[0]}, the reference in",
        f"{counts[1]}; the two agree in {counts[2]}. {wholly} were compiled with nothing left to the reference.",
        "The others, and those in which a report is not as expected:",
        "",
        "| test | compiled | reference | left to the reference |",
        "|---|---|---|---|",
    ]
    for name, one in judged.items():
        if one.left or not (one.compiled and one.reference):
            right = ["as expected" if each else "differs" for each in (one.compiled, one.reference)]
            lines.append(f"| `{name}` | {right[0]} | {right[1]} | {one.left} |")
    return "\n".join(lines) + "\n"


def page(suite: Path) -> str:
    """Return the page with a new table."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    judged = {case.name: judge(case) for case in cases(suite)}
    return f"{before}{MARKS[0]}{table(judged)}{MARKS[1]}{after}"


def main(words: list[str]) -> int:
    """Write the page, or compare it."""
    suite = Path(next((word for word in words if not word.startswith("--")), SUITE)).resolve()
    made = page(suite)
    if "--check" in words:
        return int(made != PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
