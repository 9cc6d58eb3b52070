"""Times `leukograph validate` of the project against the obvious pipeline on the same files.

    python -m benchmarks.validate [--runs N]

The pipeline reads ontology, page, background and mappings with rdflib, runs the shapes over them with pyshacl and
closes them with owlrl; it checks less, and says neither line nor evidence. (Over the closure the closed shapes would
refuse what was inferred, and take longer.) Each round runs both, one after the other;
figures are processor time (user and system) of the whole process with its children; the ratio is the median of the
ratios of the rounds. The share of each gate is taken from one process, in the same rounds. Both must find nothing.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version

from benchmarks.cold_ask import spent

PIPELINE = """
import sys
import owlrl, pyshacl, rdflib
from leukograph import files
from leukograph.names import ASSERTED
root = files.home()
graph, shapes = rdflib.Graph(), rdflib.Graph()
for path in sys.argv[1:] or [path for name in ASSERTED for path in files.graph_files(root, name)]:
    graph.parse(path)
for path in files.files_under(root + "/" + files.SHAPES, ".ttl"):
    shapes.parse(path)
conforms, _, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
print(conforms)
"""
# A small process of its own starts the command, for memory counts that of whoever starts it.
WHOLE = """
import json, resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[2:], capture_output=True, text=True, timeout=float(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
figures = {"work": used.ru_utime + used.ru_stime, "clock": time.monotonic() - began, "mb": used.ru_maxrss / 1e3}
print(json.dumps({**figures, "said": done.stdout.splitlines()[-1:]}))
sys.exit(done.returncode)
"""
GATES = """
import json, time
from leukograph import files, validation
marks = []
report = validation.validate(files.home(), tell=lambda gate: marks.append((gate, time.process_time())))
marks.append(("", time.process_time()))
print(json.dumps({gate: end - start for (gate, start), (_, end) in zip(marks, marks[1:])}))
"""


def whole(call: Sequence[str], last: str, environment: dict[str, str], seconds: float) -> dict[str, float] | None:
    """Return processor seconds, seconds by the clock and megabytes of a command; None where it fails or takes longer.

    `last` is the last line that it must print.
    """
    words = [sys.executable, "-c", WHOLE, str(seconds), *call]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    made: dict[str, float | list[str]] = json.loads(done.stdout)
    return {key: one for key, one in made.items() if isinstance(one, float)} if made["said"] == [last] else None


def main() -> int:
    """Print the tables; exit 1 where one of the two finds something, or validate is the slower one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="rounds; default %(default)s")
    runs = parser.parse_args().runs
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    commands = {
        "validate": [sys.executable, "-m", "leukograph", "validate"],
        "pipeline": [sys.executable, "-c", PIPELINE],
    }
    for name, command in commands.items():
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout.splitlines()
        if not said or said[-1] not in ("True", "conforms: 0 violations, 0 warnings"):
            print(f"{name} finds something: {said[-1:]}", file=sys.stderr)
            return 1
    times: dict[str, list[float]] = {name: [] for name in commands}
    shares: dict[str, list[float]] = {}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(spent(command, environment))
        out = subprocess.run([sys.executable, "-c", GATES], env=environment, capture_output=True, check=True).stdout
        whole = json.loads(out)
        for gate, seconds in whole.items():
            shares.setdefault(gate, []).append(seconds / sum(whole.values()))
    ratio = statistics.median(a / b for a, b in zip(times["pipeline"], times["validate"], strict=True))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("leukograph", "pyoxigraph", "rdflib", "owlrl", "pyshacl")))
    print(f"processor seconds, medians of {runs} rounds; aim: no slower than the pipeline\n")
    print("| validate | pipeline | pipeline ÷ validate |\n|---|---|---|")
    ours, theirs = (statistics.median(times[name]) / 1000 for name in ("validate", "pipeline"))
    print(f"| {ours:.1f} | {theirs:.1f} | {ratio:.1f} |\n")
    print("| gate | share of the time |\n|---|---|")
    for gate, found in shares.items():
        print(f"| {gate} | {statistics.median(found):.0%} |")
    return 1 if ratio < 1 else 0


if __name__ == "__main__":
    sys.exit(main())
