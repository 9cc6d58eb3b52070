"""How it is measured: paired rounds in processes of their own, medians, ratios, growth; and on what machine."""

import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from benchmarks.ways import Way, command, lacking

ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
PEERS = (
    "owlrl",
    "owlrl-turbo",
    "oxigraph",
    "oxrdflib",
    "pyoxigraph",
    "pyrudof",
    "pyshacl",
    "pyshacl-turbo",
    "rdflib",
    "rdflib-endpoint",
)
Figures = dict[str, float]


class Setting(NamedTuple):
    """How much is run: rounds, sizes in times the graph, the times for a million triples, seconds for one process."""

    runs: int
    sizes: tuple[int, ...]
    large: tuple[int, ...]
    seconds: float
    folder: Path


class Plot(NamedTuple):
    """Lines on two logarithmic axes: name to points."""

    name: str
    title: str
    across: str
    up: str
    lines: dict[str, list[tuple[float, float]]]


class Section(NamedTuple):
    """What a section gives: its title, Markdown below it, plots, and the aims that were missed."""

    title: str
    text: tuple[str, ...]
    plots: tuple[Plot, ...] = ()
    missed: tuple[str, ...] = ()


def tell(words: str) -> None:
    """Say how far the run is, on standard error."""
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def machine() -> str:
    """Return date, machine and versions as a paragraph."""
    known = []
    for name in ("leukograph", "reasonable", *PEERS):
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    arq = command("arq")
    if arq:
        said = subprocess.run([arq, "--version"], capture_output=True, text=True, check=False)
        known.append(" ".join((said.stdout + said.stderr).split())[:40])
    return (
        f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {_processor()}{os.cpu_count()} cores, "
        f"Python {platform.python_version()}; {', '.join(sorted(known))}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, " if names and names[0] != "unknown" else ""


def rounds(runs: int, calls: dict[str, Callable[[], Figures | None]]) -> dict[str, list[Figures]]:
    """Call each in turn, so many times over; who gives nothing once is not called again."""
    made: dict[str, list[Figures]] = {name: [] for name in calls}
    for number in range(runs):
        for name, call in calls.items():
            if len(made[name]) == number:
                figures = call()
                made[name] += [figures] if figures is not None else []
    return {name: each for name, each in made.items() if len(each) == runs}


def child(task: str, way: Way, paths: Sequence[str], result: Path, seconds: float) -> Figures | None:
    """Return what a way costs in a process of its own; None where it fails or its time is over."""
    call = [sys.executable, "-m", "benchmarks.child", task, way.name, str(result), *paths]
    try:
        done = subprocess.run(
            call, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=seconds, cwd=_here()
        )
    except subprocess.TimeoutExpired:
        tell(f"{task} {way.name}: over {seconds:.0f} seconds")
        return None
    if done.returncode:
        tell(f"{task} {way.name}: {(done.stderr.strip().splitlines() or ['stopped'])[-1][:200]}")
        return None
    made: Figures = json.loads(done.stdout.splitlines()[-1])
    return made


def _here() -> str:
    return str(Path(__file__).parents[1])


def there(ways: Iterable[Way]) -> tuple[list[Way], list[str]]:
    """Return the ways that can be measured, and a word on each that cannot."""
    known = [(way, lacking(way)) for way in ways]
    words = [f"{way.name} was not run: {', '.join(gone)} is not installed." for way, gone in known if gone]
    return [way for way, gone in known if not gone], words


def middle(figures: Sequence[Figures], key: str) -> float:
    """Return the median of one figure over the rounds."""
    return statistics.median(one[key] for one in figures)


def ratio(over: Sequence[Figures], under: Sequence[Figures], key: str) -> float:
    """Return the median of the ratios of the rounds."""
    pairs = zip(over, under, strict=True)
    return statistics.median(one[key] / max(other[key], 1e-9) for one, other in pairs)


def growth(points: Sequence[tuple[float, float]]) -> float:
    """Return the exponent with which the second of two figures grows from the first point to the last."""
    (first, low), (last, high) = points[0], points[-1]
    return math.log(high / low) / math.log(last / first)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a table of Markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return [*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def shown(number: float) -> str:
    """Return a figure with two digits that count, or whole."""
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}" if number >= 1 else f"{number:.2g}"  # noqa: PLR2004
