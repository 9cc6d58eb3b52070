"""What `leukograph validate` is measured against: the obvious pipeline on the same triples, whole and by its parts.

The pipeline reads ontology and data with rdflib, runs the shapes over them with pyshacl and closes them with owlrl; it
checks less, and says neither line nor evidence. (Over the closure the closed shapes would refuse what was inferred, and
take longer.) Figures are processor time (user and system) of the whole process with its children.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

from benchmarks.measure import Figures

PIPELINE = """
import sys, time
import owlrl, pyshacl, rdflib
from leukograph import files
from leukograph.names import ASSERTED
marks = [("start", 0.0), ("syntax", time.process_time())]
root = files.home()
graph, shapes = rdflib.Graph(), rdflib.Graph()
for path in sys.argv[1:] or [path for name in ASSERTED for path in files.graph_files(root, name)]:
    graph.parse(path)
for path in files.files_under(root + "/" + files.SHAPES, ".ttl"):
    shapes.parse(path)
marks.append(("shapes", time.process_time()))
conforms, _, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
marks.append(("meaning", time.process_time()))
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
"""
GATES = """
import sys, time
from leukograph import files, validation
marks = [("start", 0.0)]
scope = validation.Scope(named=tuple(sys.argv[1:]))
report = validation.validate(files.home(), scope, lambda gate: marks.append((gate, time.process_time())))
conforms = not any(gate.findings for gate in report.gates)
"""
SHARES = """
import json
marks.append(("", time.process_time()))
print(json.dumps({part: end - start for (part, start), (_, end) in zip(marks, marks[1:])}))
print(conforms)
"""
# A small process of its own starts the command, for memory counts that of whoever starts it.
WHOLE = """
import json, resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[2:], capture_output=True, text=True, timeout=float(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
figures = {"work": used.ru_utime + used.ru_stime, "clock": time.monotonic() - began, "mb": used.ru_maxrss / 1e3}
print(json.dumps({**figures, "said": done.stdout.splitlines()[-2:]}))
sys.exit(done.returncode)
"""
# The parts of validate that the pipeline has as well, and what they are there.
SAME = {
    "start": "starting and importing",
    "syntax": "reading; in `validate` with the place of each triple",
    "shapes": "shapes",
    "meaning": "closure; in `validate` with what contradicts itself",
}


def whole(call: Sequence[str], last: str, environment: dict[str, str], seconds: float, code: int = 0) -> Figures | None:
    """Return processor seconds, seconds by the clock and megabytes of a command.

    None where it takes longer or ends with another exit code than the one given. `last` is the last line that
    it must print; seconds of parts that the line before tells are figures as well.
    """
    words = [sys.executable, "-c", WHOLE, str(seconds), *call]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != code:
        return None
    made = json.loads(done.stdout)
    *before, said = made.pop("said") or [""]
    parts = json.loads(before[0]) if before and before[0].startswith("{") else {}
    return {**made, **parts} if said == last else None
