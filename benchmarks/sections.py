"""The sections of the benchmark, each of which compares its results before it gives a figure."""

import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import checks, cold_ask, warm_ask
from benchmarks.compared import MOST_GROWTH, closure, generated, shapes
from benchmarks.measure import (
    ENVIRONMENT,
    Figures,
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
from benchmarks.reports import MOST_GIB, MOST_SECONDS, reports
from benchmarks.scale import copies, write, write_folder
from benchmarks.serving import serving
from benchmarks.validate import GATES, PIPELINE, SAME, SHARES, whole
from benchmarks.ways import LOADING, Way, ontology

CHECK_SIZES, TELLING = (10, 100), 0.1
VALIDATE_AIMS = {1: 30.0, 10: 100.0}
MOST_LOADING = 1.3


def cold(setting: Setting) -> Section:
    """Time saved questions from a cold start."""
    lines, missed = cold_ask.tables(setting.runs)
    return Section("Cold answers", tuple(lines), missed=tuple(missed))


def warm(setting: Setting) -> Section:
    """Time every saved question on a store that is open."""
    lines, missed = warm_ask.tables(setting.runs)
    return Section("Warm answers", tuple(lines), missed=tuple(missed))


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
    parts: list[str] = []
    missed = []
    for times in [size for size in setting.sizes if size in VALIDATE_AIMS]:
        folder = setting.folder / f"validate-{times}"
        paths = _folder(folder, times)
        data, triples = generated(setting, times)
        ours = [sys.executable, "-m", "leukograph", "validate", str(folder)]
        theirs = [sys.executable, "-c", PIPELINE + SHARES, data, *ontology()]
        gates = [sys.executable, "-c", GATES + SHARES, str(folder)]
        calls: dict[str, Callable[[], Figures | None]] = {
            "leukograph": partial(whole, ours, "conforms: 0 violations, 0 warnings", ENVIRONMENT, setting.seconds),
            "pipeline": partial(whole, theirs, "True", ENVIRONMENT, setting.seconds),
            "gates": partial(whole, gates, "True", ENVIRONMENT, setting.seconds),
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
        parts += ["", *_parts(f"{times} ({triples})", made["gates"], made["pipeline"])]
    head = ("times (triples)", "validate, seconds", "pipeline, seconds", "pipeline ÷ validate", "MB", "pipeline, MB")
    text = [
        (
            "`leukograph validate` of generated files, the whole process, against rdflib, owlrl and pyshacl on the "
            f"same triples. Aims: {VALIDATE_AIMS[1]:.0f} times faster at 1 time, {VALIDATE_AIMS[10]:.0f} at 10. Both "
            "must find nothing."
        ),
        "",
        *table(head, rows),
        "Where the time goes: what both do, and what `validate` does besides. Seconds; the ratio is that of the sums.",
        *parts,
    ]
    more, late = _large(setting)
    return Section("Validation", (*text, *more), missed=(*missed, *late))


def _parts(size: str, ours: list[Figures], theirs: list[Figures]) -> list[str]:
    """Return a table of what the parts of validate take, beside those of the pipeline."""
    names = [name for name in ours[0] if name not in ("work", "clock", "mb")]
    besides = [name for name in names if name not in SAME]
    both = [(SAME[name], middle(ours, name), middle(theirs, name)) for name in SAME]
    sums = [sum(column) for column in ([one for _, one, _ in both], [one for _, _, one in both])]
    rows: list[Sequence[object]] = [
        (words, shown(one), shown(other), f"{other / one:.1f}") for words, one, other in both
    ]
    rows.append(("**what both do**", *map(shown, sums), f"**{sums[1] / sums[0]:.1f}**"))
    rows += [(f"{name}, only in `validate`", shown(middle(ours, name)), "", "") for name in besides]
    return table((f"part, at {size}", "validate", "pipeline", "pipeline ÷ validate"), rows)


def _folder(folder: Path, times: int, faults: int = 0) -> list[Path]:
    return sorted(folder.glob("*.nq")) if folder.exists() else write_folder(folder, times, faults=faults)


def _large(setting: Setting) -> tuple[list[str], list[str]]:
    rows: list[Sequence[object]] = []
    missed = []
    for times in setting.large[:1]:
        folder = setting.folder / f"validate-{times}"
        triples = sum(path.read_bytes().count(b"\n") for path in _folder(folder, times))
        call = [sys.executable, "-m", "leukograph", "validate", str(folder)]
        tell(f"validate at {times}")
        got = whole(call, "conforms: 0 violations, 0 warnings", ENVIRONMENT, setting.seconds)
        if got is None:
            missed.append(f"validate at {times}: failed, or took longer than {setting.seconds:.0f} seconds")
            continue
        rows.append((f"{times} ({triples})", shown(got["clock"]), shown(got["work"]), shown(got["mb"] / 1024)))
        over = got["clock"] > MOST_SECONDS or got["mb"] > MOST_GIB * 1024
        missed += [f"validate at {times}: {got['clock']:.0f} seconds, {got['mb'] / 1024:.1f} GiB"] * over
    aim = f"Once, at the size of a million triples; aim: {MOST_SECONDS} seconds and {MOST_GIB} GiB on two cores."
    head = ("times (triples)", "seconds by the clock", "processor seconds", "GiB at most")
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
        if ways[0].name not in made:
            missed.append(f"loading {triples}: failed, or took too long")
            continue
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
    "reports": reports,
    "loading": loading,
    "serving": serving,
}
