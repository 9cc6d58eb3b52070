"""Times one saved question from a cold start against the bare interpreter and against rdflib from Turtle.

    python -m benchmarks.cold_ask [--runs N]

Each round runs every contender once, one after the other, so that a busy moment of the machine meets all of them.
Figures are processor time (user and system) of the whole process; each ratio is the median of the ratios of the
rounds. Before anything is timed the rows of rdflib and of `leukograph ask` are compared.
"""

import argparse
import csv
import io
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version

MOST_OVER_FLOOR, LEAST_UNDER_RDFLIB = 1.6, 8
FLOOR = "import argparse, pyoxigraph"
CALLS = {
    "options-for-subtype": ["--disease", "Ph+"],
    "is-it-an-option": ["--therapy", "nelarabine", "--disease", "Ph+"],
    "what-should-be-done": ["--disease", "Ph+"],
    "where-is-it-said": ["--entity", "blinatumomab"],
    "page-coverage": [],
}
RDFLIB = """
import sys
import rdflib
from leukograph import files
from leukograph.names import INFERRED, ONTOLOGY, PAGE, graph_iri
dataset = rdflib.Dataset(default_union=True)
root = files.home()
for graph in (ONTOLOGY, PAGE, INFERRED):
    for path in files.graph_files(root, graph):
        kind = "nt" if path.endswith(".nt") else "turtle"
        dataset.graph(rdflib.URIRef(graph_iri(graph))).parse(path, format=kind)
result = dataset.query(open(sys.argv[1], encoding="utf-8").read())
sys.stdout.buffer.write(result.serialize(format="csv"))
"""


def main() -> int:
    """Print the table; exit 1 where the rows of the two differ or an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="rounds; default %(default)s")
    runs = parser.parse_args().runs
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("leukograph", "pyoxigraph", "rdflib")))
    print(
        f"processor milliseconds, medians of {runs} rounds; aim: at most 1.6 × floor, at least 8 × faster than rdflib\n"
    )
    print("| question | floor | ask | ask ÷ floor | rdflib | rdflib ÷ ask |")
    print("|---|---|---|---|---|---|")
    missed = False
    for name, call in CALLS.items():
        with tempfile.NamedTemporaryFile("w", suffix=".rq", encoding="utf-8") as query:
            query.write(_bound(name, call))
            query.flush()
            ask = [sys.executable, "-m", "leukograph", "ask", name, *call, "--format", "csv"]
            commands = {
                "floor": [sys.executable, "-c", FLOOR],
                "ask": ask,
                "rdflib": [sys.executable, "-c", RDFLIB, query.name],
            }
            if _rows(commands["ask"], environment) != _rows(commands["rdflib"], environment):
                print(f"{name}: the rows differ", file=sys.stderr)
                return 1
            times: dict[str, list[float]] = {one: [] for one in commands}
            for _ in range(runs):
                for one, command in commands.items():
                    times[one].append(spent(command, environment))
        floor, ours, theirs = (statistics.median(times[one]) for one in ("floor", "ask", "rdflib"))
        over = statistics.median(a / b for a, b in zip(times["ask"], times["floor"], strict=True))
        under = statistics.median(a / b for a, b in zip(times["rdflib"], times["ask"], strict=True))
        missed = missed or over > MOST_OVER_FLOOR or under < LEAST_UNDER_RDFLIB
        print(f"| {name} | {floor:.0f} | {ours:.0f} | {over:.2f} | {theirs:.0f} | {under:.1f} |", flush=True)
    return 1 if missed else 0


def _bound(name: str, call: list[str]) -> str:
    from leukograph import answers, files, questions

    values = {option.removeprefix("--"): [value] for option, value in zip(call[::2], call[1::2], strict=True)}
    asked = answers.ask(files.home(), name, values)
    return questions.bind(asked.question, {key: tuple(iri for iri, _ in found) for key, found in asked.params})


def _rows(command: list[str], environment: dict[str, str]) -> list[list[str]]:
    out = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    return list(csv.reader(io.StringIO(out.decode(), newline="")))


def spent(command: list[str], environment: dict[str, str]) -> float:
    """Return the processor milliseconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    sys.exit(main())
