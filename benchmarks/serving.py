"""Measures `leukograph serve` against `oxigraph serve` and rdflib-endpoint: the same graphs, the same queries."""

import contextlib
import subprocess
import sys
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from benchmarks.http_load import Target, free_port, load, rows, running
from benchmarks.measure import Figures, Section, Setting, middle, ratio, rounds, shown, table, tell
from benchmarks.ways import command
from leukograph import answers, engine, files, knowledge, questions
from leukograph.names import LGO, RDFS_LABEL

OURS, OXIGRAPH, RDFLIB = "leukograph", "oxigraph serve", "rdflib-endpoint"
SHARE_OF_OXIGRAPH, TIMES_RDFLIB = 0.7, 10.0
CONNECTIONS, SECONDS, QUICK_SECONDS = 4, 3.0, 0.5
QUESTION, VALUES = "options-for-subtype", {"disease": ["Ph+"]}
SMALL = (
    f"SELECT ?statement ?option ?label WHERE {{ ?statement a <{LGO}TreatmentOptionStatement> ; "
    f"<{LGO}describesTherapy> ?option . ?option <{RDFS_LABEL}> ?label FILTER(%d >= 0) }} ORDER BY ?statement ?label"
)
SAVED, SAME, NEW = "saved question", "small query", "small query, new each time"
_AIMED = (SAVED, SAME)
_PEER = """
import sys
import rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph), port=int(sys.argv[2]), log_level="critical")
"""


def serving(setting: Setting) -> Section:
    """Time requests over connections that stay open."""
    seconds = SECONDS if setting.runs > 1 else QUICK_SECONDS
    store = knowledge.open_store(files.home())
    data = setting.folder / "serving.nq"
    engine.canonical(store).dump(str(data), format=ox.RdfFormat.N_QUADS)
    asked = answers.ask(files.home(), QUESTION, VALUES)
    bound = questions.bind(asked.question, {name: tuple(iri for iri, _ in found) for name, found in asked.params})
    with contextlib.ExitStack() as stack:
        ports, words = _started(stack, data)
        calls = {}
        for name, port in ports.items():
            for work, target in _targets(name, bound).items():
                calls[name, work] = partial(_measured, port, target, seconds)
        missed = _compared(ports, bound)
        made = rounds(setting.runs, {f"{name}: {work}": call for (name, work), call in calls.items()})
    lines = []
    for work in (SAVED, SAME, NEW):
        ours = made[f"{OURS}: {work}"]
        for name in ports:
            theirs = made.get(f"{name}: {work}")
            if theirs is None:
                missed.append(f"{name} failed: {work}")
                continue
            share = ratio(ours, theirs, "rate")
            figures = [shown(middle(theirs, key)) for key in ("rate", "p50", "p99")]
            lines.append((work, name, *figures, "" if name == OURS else f"{share:.2f}"))
            aim = {OXIGRAPH: SHARE_OF_OXIGRAPH, RDFLIB: TIMES_RDFLIB}.get(name, 0)
            if work in _AIMED and share < aim:
                missed.append(f"{work}: {share:.2f} times the requests of {name}, aim {aim:g}")
    head = ("what", "who", "requests a second", "p50, ms", "p99, ms", "leukograph ÷ it")
    about = (
        f"{CONNECTIONS} connections that stay open, {seconds:g} seconds each, the client on the same machine; the rows "
        "of all are compared first. Aims, of what is asked again and again: "
        f"{SHARE_OF_OXIGRAPH:.0%} of the requests of Oxigraph's own server, {TIMES_RDFLIB:g} times those of "
        "rdflib-endpoint. Ours remembers answers while the data stands; what it does without that is the last of the "
        "three, where no two queries are the same, and each one goes to a worker and back."
    )
    text = (about, "", *table(head, lines), *words)
    return Section("Serving", text, missed=tuple(missed))


def _started(stack: contextlib.ExitStack, data: Path) -> tuple[dict[str, int], list[str]]:
    """Start every server that is installed, and return their ports, and a word on each that is not."""
    ports, words = {OURS: free_port()}, []
    ours = [sys.executable, "-m", "leukograph", "serve", "--no-log", "--port", str(ports[OURS])]
    stack.enter_context(running(ours, ports[OURS]))
    if found := command("oxigraph"):
        location = str(data.with_suffix(".store"))
        subprocess.run([found, "load", "--location", location, "--file", str(data)], check=True, capture_output=True)
        ports[OXIGRAPH] = free_port()
        bind = ["--bind", f"127.0.0.1:{ports[OXIGRAPH]}", "--union-default-graph"]
        stack.enter_context(running([found, "serve-read-only", "--location", location, *bind], ports[OXIGRAPH]))
    else:
        words.append(f"{OXIGRAPH} was not run: the command oxigraph is not installed.")
    with contextlib.suppress(RuntimeError):
        port = free_port()
        stack.enter_context(running([sys.executable, "-c", _PEER, str(data), str(port)], port))
        ports[RDFLIB] = port
    if RDFLIB not in ports:
        words.append(f"{RDFLIB} was not run: rdflib_endpoint is not installed.")
    tell(f"serving: {', '.join(ports)}")
    return ports, words


def _targets(name: str, bound: str) -> dict[str, Target]:
    path = {OURS: "/sparql", OXIGRAPH: "/query", RDFLIB: "/"}[name]
    saved = (f"/ask/{QUESTION}?disease=Ph%2B", "") if name == OURS else (path, bound)
    small = f"{path}?query={quote(SMALL % 0)}"
    return {
        SAVED: lambda _: saved,
        SAME: lambda _: (small, ""),
        NEW: lambda number: (f"{path}?query={quote(SMALL % (number + 1))}", ""),
    }


def _measured(port: int, target: Target, seconds: float) -> Figures:
    return load(port, target, CONNECTIONS, seconds)


def _compared(ports: dict[str, int], bound: str) -> list[str]:
    """Return what differs between the answers of the servers."""
    missed = []
    for work in (SAVED, SAME, NEW):
        held = {name: rows(port, _targets(name, bound)[work](0)) for name, port in ports.items()}
        missed += [f"{work}: {name} answers otherwise" for name, found in held.items() if found != held[OURS]]
        if not held[OURS]:
            missed.append(f"{work}: no rows")
    return missed
