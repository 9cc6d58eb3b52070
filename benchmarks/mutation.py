"""Measures the power to find faults: `python -m benchmarks.mutation --page PAGE.txt`.

Every triple of page, background and mappings is changed by every operator, and the gates of the validation are asked,
with the copy of the page and without it. What passes them is asked of the golden questions; so is every fault of a
sample. The run is kept in a file and goes on where it was stopped. The same files give the same report.
"""

import argparse
import json
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmarks.golden import Golden
from benchmarks.judge import GATES, Judge
from benchmarks.mutants import CORE, GRAPHS, OPERATORS, Mutant, mutants, part
from leukograph import files
from leukograph.names import shorten

SAVED = ".mutation.jsonl"
LEAST, LEAST_OPERATOR = 0.95, 0.80
SAMPLE = 20
_LONG = 60
Found = dict[str, tuple[str, str]]
# Why a fault may pass the validation: graph, class, predicate, and the reason. `*` stands for any.
REASONS = tuple(
    tuple(part.strip() for part in line.split("|"))
    for line in Path(__file__).with_name("survivors.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
_STATE: dict[str, Any] = {}


def verdict(one: tuple[Mutant, bool]) -> tuple[str, str, str]:
    """Return the key of a fault, the gate that finds it or '', and a golden answer that it changes or ''."""
    mutant, sampled = one
    gate = _STATE["judge"].judge(mutant)
    return mutant.key, gate, _STATE["golden"].changed(mutant) if sampled or not gate else ""


def _begin(root: str, page: str | None) -> None:
    _STATE["judge"] = Judge(root, page)
    _STATE["golden"] = Golden(root)


def sample(every: Iterable[Mutant], most: int) -> list[Mutant]:
    """Return about so many faults of each operator in each graph, and of each core part, the same every time."""
    taken: Counter[tuple[str, ...]] = Counter()
    chosen = []
    for one in sorted(every, key=lambda each: each.key):
        groups = [(one.operator, one.graph), *([("core", part(one))] if part(one) else [])]
        if any(taken[group] < most for group in groups):
            chosen.append(one)
            taken.update(groups)
    return chosen


def run(root: str, page: str | None, chosen: list[Mutant], saved: Path | None = None, golden: int = 0) -> Found:
    """Judge faults on every core; what `saved` already holds for the same files is not judged again.

    `golden` is the size of the sample of which the golden questions are asked although a gate finds the fault.
    """
    stamp = f"{golden} {files.digest(sorted(_inputs(root)))}" + (
        files.digest([("page", page.encode())]) if page else ""
    )
    done = _kept(saved, stamp)
    sampled = {one.key for one in sample(chosen, golden)} if golden else set()
    left = [(one, one.key in sampled) for one in chosen if one.key not in done]
    if saved and not done:
        saved.write_text(f"{stamp}\n", encoding="utf-8")
    with (
        saved.open("a", encoding="utf-8") if saved else nullcontext() as log,
        multiprocessing.get_context("spawn").Pool(os.cpu_count(), _begin, (root, page)) as pool,
    ):
        for number, (key, gate, answer) in enumerate(pool.imap_unordered(verdict, left, chunksize=20), 1):
            done[key] = (gate, answer)
            if log:
                log.write(json.dumps([key, gate, answer]) + "\n")
                log.flush()
            if sys.stderr.isatty() or number % 2000 == 0:
                end = "\r" if sys.stderr.isatty() else "\n"
                print(f"{number} of {len(left)} faults", end=end, file=sys.stderr, flush=True)
    return {one.key: done[one.key] for one in chosen}


def _kept(saved: Path | None, stamp: str) -> Found:
    if saved is None or not saved.exists():
        return {}
    head, *lines = saved.read_text(encoding="utf-8").splitlines() or [""]
    whole = [json.loads(line) for line in lines if line.startswith("[") and line.endswith("]")]
    return {key: (gate, answer) for key, gate, answer in whole} if head == stamp else {}


def _inputs(root: str) -> Iterator[tuple[str, bytes]]:
    """Yield what a verdict rests on: the graphs, the rules, the golden rows, and the code that judges."""
    for folder in (*files.PARTS, "tests/questions", "src/leukograph", "benchmarks"):
        for path in sorted(Path(root, folder).rglob("*")):
            if path.suffix in (".ttl", ".rq", ".csv", ".nt", ".py") and path.stem not in ("mutation", "cold_ask"):
                yield path.relative_to(root).as_posix(), path.read_bytes()


def failures(chosen: list[Mutant], found: Found) -> list[str]:
    """Return in words what is below the bar, and each fault that passes without a written reason."""
    said = []
    if _rate(chosen, found) < LEAST:
        said.append(f"{_rate(chosen, found):.1%} of all faults are found, and {LEAST:.0%} is the least")
    for operator in OPERATORS:
        rate = _rate([one for one in chosen if one.operator == operator], found)
        if rate < LEAST_OPERATOR:
            said.append(f"{rate:.1%} of “{operator}” are found, and {LEAST_OPERATOR:.0%} is the least")
    passing = [one for one in chosen if not found[one.key][0] and (part(one) or not reason(one))]
    return said + [f"passes without a reason: {one.graph} {one.kind} {describe(one)}" for one in passing]


def _rate(chosen: list[Mutant], found: Found, without: Iterable[str] = ()) -> float:
    return sum(1 for one in chosen if found[one.key][0] not in ("", *without)) / len(chosen) if chosen else 1.0


def reason(one: Mutant) -> str:
    """Return why a fault may pass, or ''."""
    own = (one.graph, one.kind, shorten(one.predicate))
    return next(
        (why for *keys, why in REASONS if all(key in ("*", mine) for key, mine in zip(keys, own, strict=True))), ""
    )


def describe(one: Mutant) -> str:
    """Return a fault in words: operator, and the triples taken out and put in."""
    out, put = ("; ".join(" ".join(map(_short, quad.triple)) for quad in quads) for quads in (one.out, one.put))
    return f"{one.operator}: {out or 'nothing'} → {put or 'nothing'}"


def _short(term: Any) -> str:
    text = shorten(term.value)
    return text if len(text) < _LONG else f"{text[:_LONG]}…"


def report(chosen: list[Mutant], found: Found, golden: int) -> str:
    """Return the page of Markdown: faults found by operator, core part, class and gate, and those that pass."""
    with_page, without = _rate(chosen, found), _rate(chosen, found, ["page"])
    asked = sample(chosen, golden)
    changed = sum(1 for one in asked if found[one.key][1])
    passing = [one for one in chosen if not found[one.key][0]]
    also = sum(1 for one in passing if found[one.key][1])
    lines = [
        "# The power to find faults",
        "",
        "Made by `python -m benchmarks.mutation --page PAGE.txt --report docs/mutation.md`; not to be edited.",
        "",
        f"Each of {len(chosen)} faults changes one triple of page, background or mappings by one operator. With the",
        f"copy of the page at hand `leukograph validate` finds {with_page:.1%} of them, without it {without:.1%}.",
        f"The golden questions alone find {changed} of a sample of {len(asked)}, and {also} of the {len(passing)}",
        "faults that pass the validation. A fault counts for the first gate that finds it. Gates are asked about the",
        "records that it touches and those that point to them, and the meaning gate is not: these are lower bounds.",
        "",
        *_table("operator", chosen, found, asked, lambda one: one.operator, OPERATORS),
        *_table("part of a claim of the page", [one for one in chosen if part(one)], found, asked, part, tuple(CORE)),
        *_table("graph and class", chosen, found, asked, lambda one: f"{one.graph}: {one.kind}"),
        "## By gate",
        "",
        "| gate | faults found first by it / all |",
        "|---|---|",
        *(f"| {gate} | {sum(1 for each, _ in found.values() if each == gate)} / {len(found)} |" for gate in GATES),
        "",
        "`page` is the proof against the copy of the page.",
        "",
        "## What passes, and why it may",
        "",
        "`--survivors` prints each fault that passes, with the triples that it takes out and puts in.",
        "",
        "| graph | class | predicate | faults | reason |",
        "|---|---|---|---|---|",
    ]
    groups = Counter((one.graph, one.kind, shorten(one.predicate), reason(one)) for one in passing)
    lines += [f"| {' | '.join(key[:3])} | {number} | {key[3]} |" for key, number in sorted(groups.items())]
    return "\n".join(lines) + "\n"


def _table(
    title: str, chosen: list[Mutant], found: Found, asked: Iterable[Mutant], key: Any, order: tuple[str, ...] = ()
) -> list[str]:
    head = f"| {title} | found with the page / faults | without it | changed by them / asked of golden questions |"
    lines = [f"## By {title}", "", head, "|---|---|---|---|"]
    sampled = {one.key for one in asked}
    for name in order or sorted({key(one) for one in chosen}):
        own = [one for one in chosen if key(one) == name]
        if own:
            golden = [found[one.key][1] for one in own if one.key in sampled]
            told = f"{sum(map(bool, golden))} / {len(golden)}" if golden else "none asked"
            lines.append(f"| {name} | {_share(own, found)} | {_share(own, found, ['page'])} | {told} |")
    return [*lines, ""]


def _share(own: list[Mutant], found: Found, without: Iterable[str] = ()) -> str:
    caught = sum(1 for one in own if found[one.key][0] not in ("", *without))
    return f"{caught} / {len(own)} ({_rate(own, found, without):.1%})"


def main() -> int:
    """Run, write the report, and return 1 where the power is below the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="a copy of the page")
    parser.add_argument("--sample", type=int, metavar="N", help="judge about N faults of each operator in each graph")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the page of Markdown here")
    parser.add_argument(
        "--golden", type=int, default=SAMPLE, metavar="N", help="ask golden questions of as many; default %(default)s"
    )
    parser.add_argument("--survivors", action="store_true", help="print each fault that passes")
    given = parser.parse_args()
    root = files.home()
    page = files.read_text(str(given.page)) if given.page else None
    every = list(mutants(Judge(root, None).read))
    if not all(any(one.graph == graph for one in every) for graph in GRAPHS):
        raise SystemExit("a graph without triples has no faults to find")
    chosen = sample(every, given.sample) if given.sample else every
    golden = 0 if given.sample else given.golden
    found = run(root, page, chosen, None if given.sample else Path(SAVED), golden)
    if given.report:
        files.write(str(given.report), report(chosen, found, golden).encode())
    for one in chosen if given.survivors else ():
        if not found[one.key][0]:
            print(f"{one.graph} {one.kind} {describe(one)} [{found[one.key][1] or 'by no golden answer'}]")
    print(f"{_rate(chosen, found):.1%} of {len(chosen)} faults are found with what was at hand")
    bad = failures(chosen, found)
    for line in bad:
        print(line, file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
