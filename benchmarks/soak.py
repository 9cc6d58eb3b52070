"""Lets many clients ask a running server for a long time, good and hostile, and misses nothing.

    python -m benchmarks.soak --minutes 60 [--connections 10000]

Some ask saved questions, queries and addresses, whose every answer is compared with the first one; others attack: with
queries that take too long, too much memory or too many bytes, with slow heads, with answers that they never read, and
with thousands of connections. Now and then the data is read anew. It exits with 1 where an answer is lost, wrong or
half, where a good client waits ten seconds, or one time in a hundred longer than a query may take, or where memory
grows.
"""

import argparse
import contextlib
import hashlib
import random
import resource
import signal
import socket
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from benchmarks.http_load import ACCEPT, free_port, running
from leukograph.names import LGD, LGO

TIMEOUT, WORKERS, LATE = 3, 3, 10
GROWTH_KIB, RETURN, FEW = 48 * 1024, 60, 50
_PARTS = {"p50": 0.5, "p99": 0.99, "longest": 0.999999}
GOOD = (
    f"/sparql?query={quote(f'SELECT ?s WHERE {{ ?s a <{LGO}DrugClass> }} ORDER BY ?s')}",
    f"/sparql?query={quote(f'ASK {{ <{LGD}blinatumomab> a <{LGO}Drug> }}')}",
    "/ask/options-for-subtype?disease=Ph%2B",
    "/ask/subtypes?format=csv",
    "/data/blinatumomab.ttl",
    "/graph/page",
    "/.well-known/void",
    "/openapi.json",
)
_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(%d > 0) }"
_ALL = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f FILTER(%d > 0) }"
_GROWN = " ".join(
    f"BIND(CONCAT({', '.join([f'?{one}'] * 9)}) AS ?{two})" for one, two in zip("abcdefg", "bcdefgh", strict=True)
)
_BOMB = f"SELECT ?h WHERE {{ BIND('{'x' * 5000}' AS ?a) {_GROWN} FILTER(%d >= 0) }}"
_DEEP = "SELECT * WHERE " + "{" * 1000 + " ?s ?p %d " + "}" * 1000
ATTACKS = {_COUNT: {503, 504}, _ALL: {413, 503}, _BOMB: {507, 503, 504}, _DEEP: {400, 414}}


class Watch:
    """What was seen: how many answers of each kind, and what was wrong."""

    def __init__(self, port: int, seconds: float) -> None:
        """Begin with nothing; it ends after so many seconds."""
        self.port, self.until = port, time.monotonic() + seconds
        self.seen: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.taken: list[float] = []
        self._first: dict[str, str] = {}
        self._lock = threading.Lock()

    def part(self, share: float) -> float:
        """Return the time within which this share of the good answers came."""
        taken = sorted(self.taken)
        return taken[int(len(taken) * share)] if taken else 0.0

    @property
    def goes_on(self) -> bool:
        """Tell whether it is not over."""
        return time.monotonic() < self.until and len(self.wrong) < FEW

    def miss(self, words: str) -> None:
        """Note what is wrong."""
        with self._lock:
            self.wrong.append(words[:300])

    def ask(self, target: str, source: str) -> tuple[int, bytes, float]:
        """Return status, body and seconds of one request; a body that is not whole raises OSError."""
        from http.client import HTTPConnection

        begun = time.perf_counter()
        line = HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(source, 0))
        with contextlib.closing(line):
            line.request("GET", target, headers={"Accept": f"{ACCEPT}, */*;q=0.5"})
            answer = line.getresponse()
            return answer.status, answer.read(), time.perf_counter() - begun

    def good(self, source: str, number: int) -> None:
        """Ask what is right again and again, some of it new each time, and compare each answer with the first."""
        chance = random.Random(number)  # noqa: S311 - no secret
        while self.goes_on:
            target = chance.choice(GOOD)
            if chance.random() < 1 / 3:
                fresh = f"SELECT ?s WHERE {{ ?s a <{LGO}DrugClass> FILTER({chance.getrandbits(40)} >= 0) }} ORDER BY ?s"
                target = f"/sparql?query={quote(fresh)}"
            kind = "new query" if "FILTER" in target else target[:40]
            try:
                status, body, taken = self.ask(target, source)
            except Exception as error:  # each is a lost answer
                self.miss(f"lost: {kind}: {type(error).__name__} {error}")
                continue
            mark = f"{status} {hashlib.sha256(body).hexdigest()}"
            with self._lock:
                first = self._first.setdefault(kind, mark)
                self.seen[f"good {status}"] += 1
                self.taken.append(taken)
            if status != 200 or mark != first:  # noqa: PLR2004
                self.miss(f"wrong: {kind}: {status} {body[:120]!r}")
            if taken > LATE:
                self.miss(f"late: {kind}: {taken:.1f} seconds")
            time.sleep(0.01)

    def hostile(self, source: str, number: int) -> None:
        """Ask what takes too much; each answer has one of the statuses that it may have."""
        chance = random.Random(-number)  # noqa: S311 - no secret
        while self.goes_on:
            text, statuses = chance.choice(list(ATTACKS.items()))
            target = f"/sparql?query={quote(text % chance.getrandbits(40))}"
            try:
                status, body, _ = self.ask(target, source)
            except Exception as error:  # each is a lost answer
                self.miss(f"lost under attack: {type(error).__name__} {error}")
                continue
            with self._lock:
                self.seen[f"hostile {status}"] += 1
            if status not in statuses:
                self.miss(f"wrong under attack: {text[:40]} {status} {body[:120]!r}")

    def crowd(self, source: str, number: int) -> None:
        """Open very many connections, some slow and some that never read, and let them go again."""
        while self.goes_on:
            lines: list[socket.socket] = []
            for place in range(number):
                if not self.goes_on:
                    break
                with contextlib.suppress(OSError):
                    line = socket.create_connection(("127.0.0.1", self.port), 10, (source, 0))
                    lines.append(line)
                    line.sendall(b"GET /graph/page HTTP/1.1\r\nHost: x\r\n" + b"\r\n" * (place % 50 == 0))
            with self._lock:
                self.seen["connections"] += len(lines)
            time.sleep(1)
            for line in lines:
                line.close()
            time.sleep(2)


def resident(process: int) -> int:
    """Return the memory of a process and of its children in KiB."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            fields = dict(line.partition(":")[::2] for line in path.read_text(encoding="utf-8").splitlines())
            if str(process) in (fields["Pid"].strip(), fields["PPid"].strip()) and "VmRSS" in fields:
                total += int(fields["VmRSS"].split()[0])
    return total


def settled(process: int, level: int) -> tuple[int, float]:
    """Return the memory in KiB once it is at the level or below, or after RETURN seconds, and the seconds it took.

    When the last client leaves, queries and a reading of the data may go on until their time is over.
    """
    begun = time.monotonic()
    while (left := resident(process)) > level and time.monotonic() < begun + RETURN:
        time.sleep(0.25)
    return left, time.monotonic() - begun


def main() -> int:
    """Run for the minutes that the call names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--minutes", type=float, default=60, help="default %(default)s")
    parser.add_argument("--connections", type=int, default=10_000, help="of the crowd; default %(default)s")
    parser.add_argument("--good", type=int, default=4, help="good clients; default %(default)s")
    parser.add_argument("--hostile", type=int, default=4, help="hostile clients; default %(default)s")
    given = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = min(given.connections, (hard if hard > 0 else given.connections + FEW) - FEW * 4)
    port = free_port()
    command = [sys.executable, "-m", "leukograph", "serve", "--port", str(port), "--no-log"]
    command += ["--timeout", str(TIMEOUT), "--workers", str(WORKERS), "--max-memory", "512", "--max-bytes", "4000000"]
    with running(command, port) as process:
        Watch(port, 0).ask(GOOD[0], "127.0.0.2")  # which waits until all is ready
        warm = Watch(port, 3)
        warm.good("127.0.0.2", 0)
        watch = Watch(port, given.minutes * 60)
        base = resident(process.pid)
        threads = [threading.Thread(target=watch.good, args=("127.0.0.2", n)) for n in range(given.good)]
        threads += [threading.Thread(target=watch.hostile, args=("127.0.0.3", n)) for n in range(given.hostile)]
        threads.append(threading.Thread(target=watch.crowd, args=("127.0.0.4", crowd)))
        for thread in threads:
            thread.start()
        while watch.goes_on:
            time.sleep(min(10, max(watch.until - time.monotonic(), 0.1)))
            if watch.goes_on:
                process.send_signal(signal.SIGHUP)
            print(f"{time.strftime('%H:%M:%S')} {dict(watch.seen)} {resident(process.pid)} KiB", file=sys.stderr)
        for thread in threads:
            thread.join()
        left, back = settled(process.pid, base + GROWTH_KIB)
        if left > base + GROWTH_KIB:
            watch.miss(f"memory grew from {base} to {left} KiB, and in {RETURN} seconds it did not return")
        if watch.part(0.99) > TIMEOUT:
            watch.miss(f"one good answer of a hundred took longer than {watch.part(0.99):.1f} seconds")
        if process.poll() is not None:
            watch.miss(f"the server ended with {process.returncode}")
    for words in warm.wrong + watch.wrong:
        print(words, file=sys.stderr)
    times = ", ".join(f"{name} {watch.part(share) * 1000:.0f} ms" for name, share in _PARTS.items())
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(watch.seen.items()))
    print(
        f"{given.minutes:g} minutes: {counts}; good answers took {times} (before the others came p50 "
        f"{warm.part(0.5) * 1000:.1f} ms); memory {base} KiB before, {left} KiB {back:.1f} seconds after; "
        f"{len(warm.wrong + watch.wrong)} wrong"
    )
    return 1 if warm.wrong or watch.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
