"""Measures everything against its peers and writes the report with its plots.

    python -m benchmarks [SECTION…] [--quick] [--report docs/benchmarks.md]

Without a section all are run. A section replaces its own part of the report and leaves the others as they are, each
with its date, machine and versions. `--quick` runs each section small, to see that it works; its figures prove nothing.
Figures are processor seconds, medians of at least five rounds in which every contender runs once, each in a process of
its own; each ratio is the median of the ratios of the rounds. A contender that is not installed is named and left out.
Exits with 1 where an aim is missed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Section, Setting, machine, tell
from benchmarks.plots import svg
from benchmarks.sections import SECTIONS

SIZES, MILLION, TEN_MILLIONS = (1, 10, 100, 1000), 255, 2542
REPORT = "docs/benchmarks.md"
HEAD = """# Benchmarks

<!-- Made by `python -m benchmarks`; not to be edited. -->

What is measured, and how: [benchmarks/README.md](../benchmarks/README.md). Every ratio is of one run, in which each
contender ran in turn.
"""


def main() -> int:
    """Run sections, write the report, and return 1 where an aim is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("section", nargs="*", help=f"of {', '.join(SECTIONS)}; default all")
    parser.add_argument("--quick", action="store_true", help="one round at the smallest size")
    parser.add_argument("--runs", type=int, default=5, help="rounds; default %(default)s")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="in times the graph; default 1 10 100 1000")
    parser.add_argument("--ten-millions", action="store_true", help="load and export ten million triples as well")
    parser.add_argument("--seconds", type=float, default=3600, help="for one process; default %(default)s")
    parser.add_argument("--report", type=Path, metavar="FILE", help=f"write it here ({REPORT}), else show it")
    parser.add_argument("--folder", type=Path, help="keep generated files here, for the next run")
    given = parser.parse_args()
    unknown = sorted(set(given.section) - set(SECTIONS))
    if unknown:
        parser.error(f"no section {unknown[0]!r}. Sections are {', '.join(SECTIONS)}.")
    large = (MILLION, TEN_MILLIONS) if given.ten_millions else (MILLION,)
    with tempfile.TemporaryDirectory() as spare:
        folder = given.folder or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        setting = Setting(given.runs, tuple(given.sizes), large, given.seconds, folder.resolve())
        if given.quick:
            setting = setting._replace(runs=1, sizes=(1,), large=(1,))
        missed: list[str] = []
        for name in given.section or SECTIONS:
            tell(f"section {name}")
            section = SECTIONS[name](setting)
            missed += section.missed
            put(section, given.report, quick=given.quick)
    for words in missed:
        print(words, file=sys.stderr)
    return 1 if missed else 0


def put(section: Section, report: Path | None, *, quick: bool) -> None:
    """Print a section, or write it into its place in the report, with its plots beside."""
    kind = "A quick run, which proves nothing. " if quick else ""
    lines = [f"## {section.title}", "", f"{kind}{machine()}", "", *section.text]
    if section.missed:
        lines += ["", "Missed:", "", *(f"- {words}" for words in section.missed)]
    if report is not None:
        plots = report.with_suffix("")
        plots.mkdir(parents=True, exist_ok=True)
        for plot in section.plots:
            (plots / f"{plot.name}.svg").write_text(svg(plot), encoding="utf-8")
            lines += ["", f"![{plot.title}: {plot.up} over {plot.across}]({plots.name}/{plot.name}.svg)"]
    text = "\n".join(lines).rstrip().replace("\n\n\n", "\n\n") + "\n"
    if report is None:
        print(text)
        return
    parts = report.read_text(encoding="utf-8").split("\n## ")[1:] if report.exists() else []
    known = {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}
    known[section.title] = text
    report.write_text("\n".join([HEAD, *known.values()]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
