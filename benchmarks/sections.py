"""The sections of the benchmark, each of which compares its results before it gives a figure."""

import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import checks, cold_ask, warm_ask
from benchmarks.measure import (
    ENVIRONMENT,
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
from benchmarks.scale import copies, write, write_folder
from benchmarks.validate import PIPELINE, whole
from benchmarks.ways import LOADING, TASKS, Way, ontology

FAULTS = 27
CHECK_SIZES, TELLING = (10, 100), 0.1
CLOSURE_AIMS = {1: 50.0, 10: 150.0}
VALIDATE_AIMS = {1: 30.0, 10: 100.0}
MOST_GROWTH, MOST_LOADING, MOST_GIB, MOST_SECONDS = 1.1, 1.3, 24, 600


def generated(setting: Setting, times: int, faults: int = 0) -> tuple[str, int]:
    """Return a file of N-Triples with so many copies, and its number of triples; it is made once."""
    path = setting.folder / f"times-{times}-faults-{faults}.nt"
    count = path.with_suffix(".count")
    if not count.exists():
        tell(f"making {path.name}")
        count.write_text(str(write(path, times, faults=faults)), encoding="utf-8")
    return str(path), int(count.read_text(encoding="utf-8"))


def cold(setting: Setting) -> Section:
    """Time saved questions from a cold start."""
    lines, missed = cold_ask.tables(setting.runs)
    return Section("Cold answers", tuple(lines), missed=tuple(missed))


def warm(setting: Setting) -> Section:
    """Time every saved question on a store that is open."""
    lines, missed = warm_ask.tables(setting.runs)
    return Section("Warm answers", tuple(lines), missed=tuple(missed))


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
    text, plot, ratios, exponent = _compared("closure", setting, 0)
    missed = [
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
    text, plot, ratios, exponent = _compared("shacl", setting, FAULTS)
    missed = [f"shapes at {times}: {got:.2f} of {name}" for (name, times), got in ratios.items() if got < 1]
    missed += _too_steep("shapes", exponent)
    return Section("Shapes", (*words, "", *text), (plot,), tuple(missed))


def _too_steep(name: str, exponent: float | None) -> list[str]:
    return [f"{name}: grows with exponent {exponent:.2f}"] if exponent and exponent > MOST_GROWTH else []


def _compared(
    task: str, setting: Setting, faults: int
) -> tuple[list[str], Plot, dict[tuple[str, int], float], float | None]:
    """Measure every way at every size; return Markdown, plot, how much faster ours is, and how it grows."""
    ways, words = there(TASKS[task])
    rows: list[Sequence[object]] = []
    points: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    ratios: dict[tuple[str, int], float] = {}
    alive = set(points)
    for times in setting.sizes:
        path, triples = generated(setting, times, faults)
        chosen = [way for way in ways if times <= way.most and way.name in alive]
        results = {way.name: setting.folder / f"{task}-{way.name}.lines" for way in chosen}
        calls: dict[str, Callable[[], Figures | None]] = {
            way.name: partial(child, task, way, [path, *ontology()], results[way.name], setting.seconds)
            for way in chosen
        }
        tell(f"{task} at {times}: {', '.join(calls)}")
        made = rounds(setting.runs, calls)
        alive &= {one.name for one in ways if one.name in made or times > one.most}
        for way in chosen:
            if way.name not in made:
                rows.append((f"{times} ({triples})", way.name, "failed, or took too long", "", "", "", ""))
                continue
            mine, ours = made[way.name], made[ways[0].name]
            ratios[way.name, times] = ratio(mine, ours, "work")
            with_reading = ratio(mine, ours, "whole")
            points[way.name].append((triples, max(middle(mine, "work"), 1e-4)))
            same = _agreement(results[ways[0].name], results[way.name])
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
    return text, Plot(task, title, "triples", "processor seconds", kept), _others(ratios, ways[0]), exponent


def _others(ratios: dict[tuple[str, int], float], own: Way) -> dict[tuple[str, int], float]:
    return {key: got for key, got in ratios.items() if key[0] != own.name}


def _least(points: Sequence[tuple[float, float]]) -> float:
    """Return the size from which growth is taken: ten times the first, if larger ones were measured."""
    sizes = [size for size, _ in points]
    later = [size for size in sizes if size > 5 * sizes[0]]
    return later[0] if len(later) > 1 else sizes[0]


def _agreement(ours: Path, theirs: Path) -> str:
    one, other = (set(path.read_text(encoding="utf-8").splitlines()) for path in (ours, theirs))
    if one == other:
        return f"{len(one)}, the same"
    return f"{len(other)}: {len(one - other)} missing, {len(other - one)} more"


def check_queries(setting: Setting) -> Section:
    """Time each check query at two sizes, and name those that grow faster than the graph."""
    sizes = [size for size in setting.sizes if size in CHECK_SIZES] or list(setting.sizes[:1])
    figures, counts = [], []
    for times in sizes:
        path = setting.folder / f"times-{times}.nq"
        counts.append(write(path, times))
        tell(f"checks at {times}")
        figures.append(checks.timed(str(path)))
    rows: list[Sequence[object]] = []
    missed = []
    for name in sorted(figures[-1], key=lambda one: -_at_most(figures[-1][one])):
        first, last = figures[0][name], figures[-1][name]
        steep = growth([(counts[0], first), (counts[-1], last)]) if first and last and len(sizes) > 1 else None
        if last is None or last >= TELLING:
            cells = [_limited(made[name]) for made in figures]
            rows.append((name, *cells, f"{steep:.2f}" if steep is not None else ""))
        if last is None or (last >= TELLING and (steep or 0) > MOST_GROWTH):
            missed.append(f"check {name} grows faster than the graph")
    head = ("check", *(f"{size} ({number})" for size, number in zip(sizes, counts, strict=True)), "exponent")
    words = (
        f"Processor seconds, once, of checks that take {TELLING} seconds or more; each is stopped at "
        f"{checks.LIMIT:.0f}. Aim: exponent at most {MOST_GROWTH}."
    )
    return Section("Check queries", (words, "", *table(head, rows)), missed=tuple(missed))


def _at_most(taken: float | None) -> float:
    return checks.LIMIT if taken is None else taken


def _limited(taken: float | None) -> str:
    return shown(taken) if taken is not None else f"over {checks.LIMIT:.0f}"


def validation(setting: Setting) -> Section:
    """Time the whole of `leukograph validate`."""
    rows: list[Sequence[object]] = []
    missed = []
    for times in [size for size in setting.sizes if size in VALIDATE_AIMS]:
        folder = setting.folder / f"validate-{times}"
        paths = _folder(folder, times)
        data, triples = generated(setting, times)
        ours = [sys.executable, "-m", "leukograph", "validate", str(folder)]
        theirs = [sys.executable, "-c", PIPELINE, data, *ontology()]
        calls: dict[str, Callable[[], Figures | None]] = {
            "leukograph": partial(whole, ours, "conforms: 0 violations, 0 warnings", ENVIRONMENT, setting.seconds),
            "pipeline": partial(whole, theirs, "True", ENVIRONMENT, setting.seconds),
        }
        tell(f"validate at {times} ({len(paths)} files)")
        made = rounds(setting.runs, calls)
        if len(made) < len(calls):
            missed.append(f"validate at {times}: {', '.join(calls.keys() - made.keys())} failed or took too long")
            continue
        faster = ratio(made["pipeline"], made["leukograph"], "work")
        missed += [f"validate at {times}: {faster:.1f} times faster, aim {VALIDATE_AIMS[times]:.0f}"] * (
            faster < VALIDATE_AIMS[times]
        )
        figures = [shown(middle(made[name], key)) for key in ("work", "mb") for name in ("leukograph", "pipeline")]
        rows.append((f"{times} ({triples})", *figures[:2], f"{faster:.1f}", *figures[2:]))
    head = ("times (triples)", "validate, seconds", "pipeline, seconds", "pipeline ÷ validate", "MB", "pipeline, MB")
    text = [
        (
            "`leukograph validate` of generated files, the whole process, against rdflib, owlrl and pyshacl on the "
            f"same triples. Aims: {VALIDATE_AIMS[1]:.0f} times faster at 1 time, {VALIDATE_AIMS[10]:.0f} at 10. Both "
            "must find nothing."
        ),
        "",
        *table(head, rows),
    ]
    more, late = _large(setting)
    return Section("Validation", (*text, *more), missed=(*missed, *late))


def _folder(folder: Path, times: int, faults: int = 0) -> list[Path]:
    return sorted(folder.glob("*.nq")) if folder.exists() else write_folder(folder, times, faults=faults)


def _large(setting: Setting) -> tuple[list[str], list[str]]:
    rows: list[Sequence[object]] = []
    missed = []
    for times in setting.large[:1]:
        folder = setting.folder / f"validate-{times}"
        _folder(folder, times)
        call = [sys.executable, "-m", "leukograph", "validate", str(folder)]
        tell(f"validate at {times}")
        got = whole(call, "conforms: 0 violations, 0 warnings", ENVIRONMENT, setting.seconds)
        if got is None:
            missed.append(f"validate at {times}: failed, or took longer than {setting.seconds:.0f} seconds")
            continue
        rows.append((times, shown(got["clock"]), shown(got["work"]), shown(got["mb"] / 1024)))
        over = got["clock"] > MOST_SECONDS or got["mb"] > MOST_GIB * 1024
        missed += [f"validate at {times}: {got['clock']:.0f} seconds, {got['mb'] / 1024:.1f} GiB"] * over
    aim = f"Once, at the size of a million triples; aim: {MOST_SECONDS} seconds and {MOST_GIB} GiB on two cores."
    head = ("times", "seconds by the clock", "processor seconds", "GiB at most")
    return ([aim, "", *table(head, rows)] if setting.large else []), missed


def loading(setting: Setting) -> Section:
    """Time the loading of one file of N-Triples, and the writing of all of it."""
    ways, words = there(LOADING)
    rows: list[Sequence[object]] = []
    missed = []
    for times in setting.large:
        path, triples = generated(setting, times)
        chosen = [way for way in ways if times <= way.most]
        results = {way.name: setting.folder / f"loading-{way.name}.lines" for way in chosen}
        calls: dict[str, Callable[[], Figures | None]] = {
            way.name: partial(_fresh, path, way, results[way.name], setting.seconds) for way in chosen
        }
        tell(f"loading at {times}: {', '.join(calls)}")
        made = rounds(setting.runs, calls)
        for name, mine in made.items():
            ours, told = made[ways[0].name], int(results[name].read_text(encoding="utf-8"))
            same = "all" if told == int(results[ways[0].name].read_text(encoding="utf-8")) else f"{told} lines"
            read, wrote = ratio(mine, ours, "read"), ratio(mine, ours, "work")
            figures = (shown(middle(mine, "read")), shown(read), shown(middle(mine, "work")), shown(wrote))
            rows.append((triples, name, *figures, f"{middle(mine, 'read_mb') * 1e6 / triples:.0f}", same))
            slow = name.startswith("oxigraph") and 1 / read > MOST_LOADING
            missed += [f"loading {triples}: {1 / read:.2f} times as long as {name}"] * slow
    head = ("triples", "who", "loading, s", "÷ leukograph", "writing, s", "÷ leukograph", "bytes a triple", "written")
    text = [
        f"Processor seconds, and memory after loading. Aim: at most {MOST_LOADING} times Oxigraph's own loader.",
        "",
        *table(head, rows),
        *words,
    ]
    return Section("Loading and export", tuple(text), missed=tuple(missed))


def _fresh(path: str, way: Way, result: Path, seconds: float) -> Figures | None:
    shutil.rmtree(Path(path).with_suffix(".store"), ignore_errors=True)
    return child("loading", way, [path], result, seconds)


def generator(setting: Setting) -> Section:
    """Say what the generated graphs hold."""
    first, second = list(copies(2))
    lines = [f"The first copy has {first.count(chr(10))} triples, each further one {second.count(chr(10))}."]
    return Section("Generated graphs", (*lines, f"Sizes run: {', '.join(map(str, setting.sizes))} times."))


SECTIONS: dict[str, Callable[[Setting], Section]] = {
    "graphs": generator,
    "cold": cold,
    "warm": warm,
    "closure": closure,
    "shapes": shapes,
    "checks": check_queries,
    "validation": validation,
    "loading": loading,
}
