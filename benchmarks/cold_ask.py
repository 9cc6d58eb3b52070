"""Times saved questions from a cold start against the bare interpreter with the engine, and against other engines.

    python -m benchmarks.cold_ask [--runs N]

Each round runs every contender once, one after the other, so that a busy moment of the machine meets all of them.
Figures are processor time (user and system) of the whole process; each ratio is the median of the ratios of the
rounds. Before anything is timed the rows of every contender and of `leukograph ask` are compared. Who is not installed
is named and left out. Oxigraph's own command reads no files in a query, so its store is made beforehand, and it has
less to do than the others.
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
from importlib.util import find_spec

from benchmarks.ways import command
from leukograph import answers, files, knowledge, questions

MOST_OVER_FLOOR, LEAST_UNDER_RDFLIB = 1.5, 8
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
dataset = rdflib.Dataset(store=sys.argv[1], default_union=True)
root = files.home()
for graph in (ONTOLOGY, PAGE, INFERRED):
    for path in files.graph_files(root, graph):
        kind = "nt" if path.endswith(".nt") else "turtle"
        dataset.graph(rdflib.URIRef(graph_iri(graph))).parse(path, format=kind)
result = dataset.query(open(sys.argv[2], encoding="utf-8").read())
sys.stdout.buffer.write(result.serialize(format="csv"))
"""


def main() -> int:
    """Print the tables; exit 1 where rows differ or an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="rounds; default %(default)s")
    lines, missed = tables(parser.parse_args().runs)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("leukograph", "pyoxigraph", "rdflib")), end="\n\n")
    print("\n".join(lines))
    for words in missed:
        print(words, file=sys.stderr)
    return 1 if missed else 0


def tables(runs: int) -> tuple[list[str], list[str]]:
    """Return a table of Markdown, and what was missed."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    lines = [
        (
            f"Processor milliseconds, medians of {runs} rounds; aim: at most {MOST_OVER_FLOOR} × floor, at least "
            f"{LEAST_UNDER_RDFLIB} × faster than rdflib."
        ),
        "",
    ]
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        peers, absent = _peers(folder)
        others = [f"{name} | {name} ÷ ask" for name in peers]
        lines.append(f"| question | {' | '.join(['floor', 'ask', 'ask ÷ floor', *others])} |")
        lines.append("|---" * (4 + 2 * len(others)) + "|")
        for name, call in CALLS.items():
            query = os.path.join(folder, f"{name}.rq")
            with open(query, "w", encoding="utf-8") as file:
                file.write(_bound(name, call))
            commands = {
                "floor": [sys.executable, "-c", FLOOR],
                "ask": [sys.executable, "-m", "leukograph", "ask", name, *call, "--format", "csv"],
                **{peer: [*words, query] for peer, words in peers.items()},
            }
            rows = {one: _rows(words, environment) for one, words in commands.items() if one != "floor"}
            missed += [f"{name}: the rows of {one} differ" for one, found in rows.items() if found != rows["ask"]]
            times: dict[str, list[float]] = {one: [] for one in commands}
            for _ in range(runs):
                for one, words in commands.items():
                    times[one].append(spent(words, environment))
            over = _ratio(times["ask"], times["floor"])
            cells = [f"{statistics.median(times[one]):.0f}" for one in ("floor", "ask")] + [f"{over:.2f}"]
            for peer in peers:
                under = _ratio(times[peer], times["ask"])
                cells += [f"{statistics.median(times[peer]):.0f}", f"{under:.1f}"]
                slow = peer == "rdflib" and under < LEAST_UNDER_RDFLIB
                missed += [f"{name}: {under:.1f} times faster than rdflib, aim {LEAST_UNDER_RDFLIB}"] * slow
            missed += [f"{name}: {over:.2f} times the floor, aim {MOST_OVER_FLOOR}"] * (over > MOST_OVER_FLOOR)
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, "", *absent], missed


def _ratio(over: list[float], under: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def _peers(folder: str) -> tuple[dict[str, list[str]], list[str]]:
    """Return the commands of the peers that are there, to which the file of the query is added, and who is not."""
    data, store = os.path.join(folder, "data.nt"), os.path.join(folder, "store")
    peers = {"rdflib": [sys.executable, "-c", RDFLIB, "default"]}
    absent = []
    if find_spec("oxrdflib"):
        peers["oxrdflib"] = [sys.executable, "-c", RDFLIB, "Oxigraph"]
    else:
        absent.append("oxrdflib was not run: it is not installed.")
    with open(data, "w", encoding="utf-8") as file:
        file.writelines(f"{quad.triple} .\n" for quad in sorted(knowledge.open_store(files.home()), key=str))
    oxigraph, arq = command("oxigraph"), command("arq")
    if oxigraph:
        words = ["load", "--location", store, "--file", data, "--format", "nt"]
        subprocess.run([oxigraph, *words], check=True, capture_output=True)
        peers["oxigraph"] = [oxigraph, "query", "--location", store, "--results-format", "csv", "--query-file"]
    else:
        absent.append("Oxigraph's command was not run: it is not installed.")
    if arq:
        peers["Jena ARQ"] = [arq, "--results=csv", f"--data={data}", "--query"]
    else:
        absent.append("Jena ARQ was not run: it is not installed.")
    return peers, absent


def _bound(name: str, call: list[str]) -> str:
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
