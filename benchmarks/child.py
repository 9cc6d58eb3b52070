"""Runs one way of one task in a process of its own and prints what it cost, as one line of JSON.

    python -m benchmarks.child TASK WAY RESULT FILE…

The modules that a way needs are imported first, so that neither reading nor working pays for them; the lines of the
result go to the file RESULT.
"""

import json
import os
import resource
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.ways import TASKS

_OURS = ("rdflib", "leukograph.closing", "leukograph.gates", "leukograph.reason", "leukograph.shacl")


def spent() -> float:
    """Return the processor seconds of this process and its children, of all their threads."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def held() -> float:
    """Return the most memory that this process held so far, in megabytes.

    What the system reports of resources would count the memory of the process that started this one.
    """
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(text.partition("VmHWM:")[2].split()[0]) / 1e3


def grown(before: float) -> float:
    """Return the memory that came since, or that a command which this process started held at most."""
    return max(held() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3)


def main() -> None:
    """Read, work, tell."""
    task, name, result, *paths = sys.argv[1:]
    (way,) = (one for one in TASKS[task] if one.name == name)
    for module in (*_OURS, *way.needs):
        if find_spec(module) is not None:
            import_module(module)
    before, start, clock = held(), spent(), time.monotonic()
    read = way.read(paths)
    loaded, middle = grown(before), spent()
    made = way.work(read)
    end, told = spent(), time.monotonic() - clock
    most = grown(before)
    Path(result).write_text("".join(f"{line}\n" for line in way.tell(made)), encoding="utf-8")
    figures = {"read": middle - start, "work": end - middle, "whole": end - start, "clock": told}
    print(json.dumps({**figures, "read_mb": loaded, "mb": most}), flush=True)
    os._exit(0)  # what takes a large graph down again is nobody's work


if __name__ == "__main__":
    main()
