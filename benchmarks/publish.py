"""Publishes generated triples to a local Oxigraph server and measures the memory of the command, to see it stay flat.

    python -m benchmarks.publish [--sizes 100000 1000000]

Each size is a file of N-Triples of its own, published by `leukograph publish --file` in a new process: sorted, staged,
read back, compared, switched, read back again. The server holds it in memory. The figure is the peak of the resident
memory of the command alone.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from importlib.metadata import version
from pathlib import Path

MOST_GROWTH = 1.2
GRAPH = "https://example.org/graph/generated"
# The command, and then what it used at most, in kilobytes, on standard error.
RUN = """
import resource, sys
from leukograph.cli import main
code = main(sys.argv[1:])
print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}", file=sys.stderr)
raise SystemExit(code)
"""


def main() -> int:
    """Print the table; exit 1 where memory grows with the number of triples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000], help="default %(default)s")
    sizes = parser.parse_args().sizes
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("leukograph", "pyoxigraph", "oxigraph")))
    print(f"peak resident memory of `leukograph publish`; aim: at most {MOST_GROWTH} × the first from first to last\n")
    print("| triples | file, MB | peak, MB | seconds |")
    print("|---|---|---|---|")
    peaks = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "generated.nt"
            generate(path, size)
            began = time.monotonic()
            peaks.append(published(path, size))
            took = time.monotonic() - began
            print(f"| {size} | {path.stat().st_size / 1e6:.0f} | {peaks[-1]:.0f} | {took:.0f} |", flush=True)
    return 1 if peaks[-1] > MOST_GROWTH * peaks[0] else 0


def generate(path: Path, size: int) -> None:
    """Write so many triples, shuffled, with the shape of a statement's: links, labels, numbers."""
    start = "https://example.org/data/"
    with path.open("w", encoding="utf-8") as file:
        for number in range(size):
            one = number * 7_919 % size
            objects = (
                f"<{start}n{one // 7}>",
                f'"label – of node {one}"@en',
                f'"{one}"^^<http://www.w3.org/2001/XMLSchema#integer>',
            )
            file.write(f"<{start}n{one // 3}> <{start}p{one % 3}> {objects[one % 3]} .\n")


def published(path: Path, size: int) -> float:
    """Publish a file to a new server and return the peak of memory in megabytes; the server must hold it all."""
    command = Path(sys.executable).parent / "oxigraph"
    port = 17878
    url = f"http://127.0.0.1:{port}"
    words = [str(command), "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait(url)
            call = [sys.executable, "-c", RUN, "publish", url, "--file", str(path), "--into", GRAPH]
            call += ["--timeout", "3000"]
            done = subprocess.run(call, capture_output=True, text=True, check=False)
            if done.returncode or not re.search(rf" 0 +{size} +new", done.stdout):
                raise SystemExit(f"publish failed: {done.stdout}{done.stderr}")
            return int(re.findall(r"^peak (\d+)$", done.stderr, re.MULTILINE)[-1]) / 1e3
        finally:
            server.kill()


def wait(url: str) -> None:
    """Return when the server answers, within half a minute."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        try:
            opener.open(f"{url}/query?query=ASK%7B%7D", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    sys.exit(main())
