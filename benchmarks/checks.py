"""Times every check query at each size, each in a copy of this process that stops when its time is over.

    python -m benchmarks.checks FILE.nq [--seconds N]

A check that grows faster than the graph is what large inputs wait for: these figures name it.
"""

import argparse
import os
import signal
import sys
import time

import pyoxigraph as ox

from benchmarks import ways
from leukograph import engine, files, gates

LIMIT = 60.0


def timed(path: str, seconds: float = LIMIT) -> dict[str, float | None]:
    """Return the processor seconds of each check over the ontology and a file of N-Quads; None where it is stopped."""
    store = ways.loaded(ways.ontology())
    store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    return {check.name: _alone(store, check, seconds) for check in gates.load_checks(files.home())}


def _alone(store: ox.Store, check: gates.Check, seconds: float) -> float | None:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # a running query sees no handler of Python: the process ends
        signal.setitimer(signal.ITIMER_PROF, seconds)
        engine.select(store, check.sparql, name=check.name)
        os.write(writing, str(time.process_time()).encode())  # of this copy alone, which has done nothing else
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    _, status = os.waitpid(child, 0)
    return float(text) if os.waitstatus_to_exitcode(status) == 0 else None


def main() -> int:
    """Print the seconds of each check, the slowest first; exit 1 where one was stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="N-Quads, such as benchmarks.scale makes")
    parser.add_argument("--seconds", type=float, default=LIMIT, help="for each check; default %(default)s")
    given = parser.parse_args()
    made = timed(given.file, given.seconds)
    for name, taken in sorted(made.items(), key=lambda pair: (pair[1] is not None, -(pair[1] or 0))):
        print(f"{name}: " + (f"{taken:.3f}" if taken is not None else f"over {given.seconds:.0f}"))
    return 1 if None in made.values() else 0


if __name__ == "__main__":
    sys.exit(main())
