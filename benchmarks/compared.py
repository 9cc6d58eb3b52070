"""The sections in which several ways do the same work on graphs of several sizes: the closure and the shapes."""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import (
    Figures,
    Plot,
    Section,
    Setting,
    child,
    growth,
    middle,
    ratio,
    rounds,
    shown,
    table,
    tell,
    there,
)
from benchmarks.scale import write
from benchmarks.ways import TASKS, Way, ontology

FAULTS = 27
CLOSURE_AIMS = {1: 50.0, 10: 150.0}
MOST_GROWTH = 1.1
REFERENCES = ("owlrl", "pyshacl")  # whose result ours must equal


def generated(setting: Setting, times: int, faults: int = 0) -> tuple[str, int]:
    """Return a file of N-Triples with so many copies, and its number of triples; it is made once."""
    path = setting.folder / f"times-{times}-faults-{faults}.nt"
    count = path.with_suffix(".count")
    if not count.exists():
        tell(f"making {path.name}")
        count.write_text(str(write(path, times, faults=faults)), encoding="utf-8")
    return str(path), int(count.read_text(encoding="utf-8"))


def closure(setting: Setting) -> Section:
    """Time the OWL 2 RL closure."""
    words = (
        (
            "From the asserted page, background and ontology. Seconds of the closure, without reading; `lines` tells "
            "whether what is kept of the closure (new triples between terms of the project) is that of leukograph."
        ),
        (
            f"Aims: {CLOSURE_AIMS[1]:.0f} times faster than owlrl at 1 time, {CLOSURE_AIMS[10]:.0f} at 10; exponent at "
            f"most {MOST_GROWTH}."
        ),
    )
    text, plot, ratios, exponent, wrong = _compared("closure", setting, 0)
    missed = wrong + [
        f"closure at {times}: {got:.1f} times faster than owlrl, aim {CLOSURE_AIMS[times]:.0f}"
        for (name, times), got in ratios.items()
        if name == "owlrl" and got < CLOSURE_AIMS.get(times, 0)
    ]
    missed += _too_steep("closure", exponent)
    return Section("Closure", (*words, "", *text), (plot,), tuple(missed))


def shapes(setting: Setting) -> Section:
    """Time our shapes over asserted data."""
    words = (
        (
            f"The shapes of the project over data with {FAULTS} faults. Seconds of the validation, without reading; "
            "`lines` tells whether focus and path of all results are those of leukograph."
        ),
        f"Aims: ahead of every peer at every size; exponent at most {MOST_GROWTH}.",
    )
    text, plot, ratios, exponent, wrong = _compared("shacl", setting, FAULTS)
    missed = wrong + [f"shapes at {times}: {got:.2f} of {name}" for (name, times), got in ratios.items() if got < 1]
    missed += _too_steep("shapes", exponent)
    return Section("Shapes", (*words, "", *text), (plot,), tuple(missed))


def _too_steep(name: str, exponent: float | None) -> list[str]:
    return [f"{name}: grows with exponent {exponent:.2f}"] if exponent and exponent > MOST_GROWTH else []


def _compared(
    task: str, setting: Setting, faults: int
) -> tuple[list[str], Plot, dict[tuple[str, int], float], float | None, list[str]]:
    """Measure every way at every size; return Markdown, plot, how much faster ours is, how it grows, what is wrong."""
    ways, words = there(TASKS[task])
    rows: list[Sequence[object]] = []
    points: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    ratios: dict[tuple[str, int], float] = {}
    alive = set(points)
    wrong: list[str] = []
    for times in setting.sizes:
        path, triples = generated(setting, times, faults)
        chosen = [way for way in ways if times <= way.most and way.name in alive]
        shutil.rmtree(setting.folder / task, ignore_errors=True)
        (setting.folder / task).mkdir()
        results = {way.name: setting.folder / task / f"{way.name}.lines" for way in chosen}
        calls: dict[str, Callable[[], Figures | None]] = {
            way.name: partial(child, task, way, [path, *ontology()], results[way.name], setting.seconds)
            for way in chosen
        }
        tell(f"{task} at {times}: {', '.join(calls)}")
        made = rounds(setting.runs, calls)
        alive &= {one.name for one in ways if one.name in made or times > one.most}
        for way in chosen:
            if way.name not in made:
                rows.append((f"{times} ({triples})", way.name, "failed, or took too long", *[""] * 5))
                wrong += [f"{task} at {times}: leukograph failed, or took too long"] * (way is ways[0])
                continue
            mine, ours = made[way.name], made.get(ways[0].name, made[way.name])
            ratios[way.name, times] = ratio(mine, ours, "work")
            with_reading = ratio(mine, ours, "whole")
            points[way.name].append((triples, max(middle(mine, "work"), 1e-4)))
            same = agreement(results[ways[0].name], results[way.name])
            differs = way.name in REFERENCES and not same.endswith("same")
            wrong += [f"{task} at {times}: the result is not that of {way.name}, which has {same}"] * differs
            work, read = (shown(middle(mine, key)) for key in ("work", "whole"))
            figures = (work, shown(ratios[way.name, times]), read, shown(with_reading), shown(middle(mine, "mb")))
            rows.append((f"{times} ({triples})", way.name, *figures, same))
    over = "÷ leukograph"
    head = ("times (triples)", "who", "seconds", over, "with reading", over, "memory, MB", "lines")
    text = [*table(head, rows), *words]
    line = points[ways[0].name]
    line = [point for point in line if point[0] >= _least(line)]
    exponent = growth(line) if len(line) > 1 else None
    if exponent is not None:
        text += [
            "",
            f"From {line[0][0]:.0f} to {line[-1][0]:.0f} triples leukograph grows with exponent {exponent:.2f}.",
        ]
    beyond = [f"{way.name} beyond {way.most} times" for way in ways if way.most < max(setting.sizes)]
    text += ["", f"Not run: {', '.join(beyond)}."] if beyond else []
    title = {"closure": "OWL 2 RL closure", "shacl": "SHACL"}[task]
    kept = {name: line for name, line in points.items() if line}
    return text, Plot(task, title, "triples", "processor seconds", kept), _others(ratios, ways[0]), exponent, wrong


def _others(ratios: dict[tuple[str, int], float], own: Way) -> dict[tuple[str, int], float]:
    return {key: got for key, got in ratios.items() if key[0] != own.name}


def _least(points: Sequence[tuple[float, float]]) -> float:
    """Return the size from which growth is taken: ten times the first, if larger ones were measured."""
    sizes = [size for size, _ in points]
    later = [size for size in sizes if size > 5 * sizes[0]]
    return later[0] if len(later) > 1 else sizes[0]


def agreement(ours: Path, theirs: Path) -> str:
    """Tell whether two files hold the same lines, or how many of them differ."""
    if not ours.exists():
        return "not compared"
    one, other = (set(path.read_text(encoding="utf-8").splitlines()) for path in (ours, theirs))
    if one == other:
        return f"{len(one)}, the same"
    return f"{len(other)}: {len(one - other)} missing, {len(other - one)} more"
