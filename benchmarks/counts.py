"""Counts work that does not depend on the machine, and compares it with what was written down.

    python -m benchmarks.counts [--write]

Each task is done once; counted are the calls of the engine (queries, updates, loads), the rows of its answers and the
lines of the result. A figure that grew by more than a tenth fails; `--write` writes the figures as they are now. Where
`valgrind` is installed, the instructions of one question from a cold start are counted too, as a share of those of the
bare interpreter with the engine, so that the figure holds for other versions of Python.
"""

import argparse
import csv
import io
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pyoxigraph as ox

from benchmarks import cold_ask, scale, ways
from benchmarks.warm_ask import example, warm
from leukograph import engine, files, gates, knowledge, questions
from leukograph.names import BACKGROUND, MAPPINGS
from leukograph.records import Answer

FIGURES = Path(__file__).with_name("counts.csv")
MOST = 1.1
# What a call of a store is counted as.
_CALLS = {
    "query": "queries",
    "update": "updates",
    "load": "loads",
    "bulk_load": "loads",
    "extend": "extensions",
    "bulk_extend": "extensions",
    "quads_for_pattern": "lookups",
}
_INSTRUCTIONS = re.compile(r"I\s+refs:\s+([\d,]+)")


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Count what the engine is asked while this is open; nothing of the engine is changed for it."""
    made: Counter[str] = Counter()

    def note(frame: FrameType, event: str, arg: object) -> None:
        if event == "c_call" and isinstance(getattr(arg, "__self__", None), ox.Store):
            name = _CALLS.get(getattr(arg, "__name__", ""))
            made.update([name] if name else [])
        elif event == "return" and isinstance(arg, Answer) and frame.f_code is engine.table.__code__:
            made["rows"] += len(arg.rows)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield made
    finally:
        sys.setprofile(before)


def asking() -> dict[str, int]:
    """Answer the example of every saved question on one open store."""
    root = files.home()
    store = knowledge.open_store(root, (BACKGROUND, MAPPINGS))
    examples = [example(root, name) for name in questions.names(root)]
    with counting() as made:
        for question, bound in examples:
            warm(store, question, bound)
    return dict(made)


def checking() -> dict[str, int]:
    """Run every check over two copies of the graph with faults in them."""
    store = _two_copies(18)
    queries = gates.load_checks(files.home())
    with counting() as made:
        gate = gates.checks(store, queries)
    return {**made, "lines": len(gate.findings)}


def closing() -> dict[str, int]:
    """Close two copies of the graph."""
    store = _two_copies(0)
    with counting() as made:
        lines = ways.close(store)
    return {**made, "lines": len(lines)}


def shaping() -> dict[str, int]:
    """Run the shapes over two copies of the graph with faults in them."""
    read = (_two_copies(18), ways.loaded(ways.shapes()))
    with counting() as made:
        lines = ways.shacl(read)
    return {**made, "lines": len(lines)}


TASKS: dict[str, Callable[[], dict[str, int]]] = {
    "questions": asking,
    "checks": checking,
    "closure": closing,
    "shapes": shaping,
}


def _two_copies(faults: int) -> ox.Store:
    store = ways.loaded(ways.ontology())
    for text in scale.copies(2, faults=faults):
        store.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    return store


def instructions() -> int | None:
    """Return what a cold `ask` costs in hundredths of the floor; None where nobody can count instructions."""
    valgrind = ways.command("valgrind")
    if not valgrind:
        return None
    name, call = next(iter(cold_ask.CALLS.items()))
    commands = (
        [sys.executable, "-m", "leukograph", "ask", name, *call, "--format", "csv"],
        [sys.executable, "-c", cold_ask.FLOOR],
    )
    found = []
    for command in commands:
        with tempfile.TemporaryDirectory() as folder:
            words = [valgrind, "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={folder}/out", *command]
            around = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": folder}
            around.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled in the first run, and not counted
            subprocess.run(command, env=around, capture_output=True, check=False)
            done = subprocess.run(words, env=around, capture_output=True, text=True, check=False)
        match = _INSTRUCTIONS.search(done.stderr)
        if done.returncode or match is None:
            return None
        found.append(int(match[1].replace(",", "")))
    return round(100 * found[0] / found[1])


def written() -> dict[tuple[str, str], int]:
    """Return the figures that were written down, by task and what is counted."""
    rows = csv.DictReader(io.StringIO(FIGURES.read_text(encoding="utf-8")))
    return {(row["task"], row["counted"]): int(row["figure"]) for row in rows}


def grown(known: dict[tuple[str, str], int], now: dict[tuple[str, str], int]) -> list[str]:
    """Return a sentence for each figure that grew by more than a tenth, or that was never written down."""
    said = []
    for (task, counted), figure in sorted(now.items()):
        before = known.get((task, counted))
        if before is None:
            said.append(f"{task}: {figure} {counted}, of which nothing is written down. Write it with --write.")
        elif figure > before * MOST:
            said.append(f"{task}: {figure} {counted} instead of {before}. Find out why, or write it with --write.")
    return said


def count(tasks: dict[str, Callable[[], dict[str, int]]]) -> dict[tuple[str, str], int]:
    """Return the figures of tasks."""
    return {(name, counted): figure for name, task in tasks.items() for counted, figure in task().items()}


def main() -> int:
    """Print the figures, or write them; exit 1 where one grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write them to {FIGURES.name}")
    given = parser.parse_args()
    now = count(TASKS)
    cost = instructions()
    now.update({("cold ask", "hundredths of the floor's instructions"): cost} if cost else {})
    if given.write:
        lines = [f"{task},{counted},{figure}\n" for (task, counted), figure in sorted(now.items())]
        FIGURES.write_text("".join(["task,counted,figure\n", *lines]), encoding="utf-8")
    for (task, counted), figure in sorted(now.items()):
        print(f"{task}: {figure} {counted}")
    said = grown(written(), now)
    for words in said:
        print(words, file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
