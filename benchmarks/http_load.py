"""Asks a server over connections that stay open, each the next request as soon as its answer is there."""

import contextlib
import json
import selectors
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any
from urllib.parse import quote

from benchmarks.measure import Figures

# What is asked the n-th time: an address, and a query that is posted to it, '' where nothing is.
Target = Callable[[int], tuple[str, str]]
ACCEPT, FORM = "application/sparql-results+json", "application/x-www-form-urlencoded"
_LAST_CHUNK = b"0\r\n\r\n"


class WrongAnswerError(Exception):
    """An answer that is no 200, or that is not whole."""


def load(port: int, target: Target, connections: int, seconds: float) -> Figures:
    """Return requests per second, and the median and the 99th percentile of their times in milliseconds."""
    numbers = count()
    taken: list[float] = []
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(connections):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting: list[Any] = [bytearray(), 0.0]
            selector.register(line, selectors.EVENT_READ, waiting)
            _send(line, waiting, port, target(next(numbers)))
        begun = time.perf_counter()
        while not taken or time.perf_counter() - begun < seconds:
            for key, _ in selector.select(60):
                got = key.fileobj.recv(1 << 18)  # type: ignore[union-attr]
                key.data[0] += got
                if not got:
                    raise WrongAnswerError("the server closed a connection")
                if complete(key.data[0]):
                    taken.append(time.perf_counter() - key.data[1])
                    _send(key.fileobj, key.data, port, target(next(numbers)))
        whole = time.perf_counter() - begun
    taken.sort()
    return {
        "rate": len(taken) / whole,
        "p50": taken[len(taken) // 2] * 1000,
        "p99": taken[int(len(taken) * 0.99)] * 1000,
    }


def _send(line: Any, waiting: list[Any], port: int, target: tuple[str, str]) -> None:
    path, query = target
    head = f"{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {ACCEPT}\r\n"
    message = f"GET {head}\r\n"
    if query:
        body = f"query={quote(query)}"
        message = f"POST {head}Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    waiting[0] = bytearray()
    waiting[1] = time.perf_counter()
    line.sendall(message.encode())


def complete(buffer: bytearray) -> bool:
    """Tell whether an answer is whole; one that is no 200 raises WrongAnswerError."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return False
    if buffer[9:12] != b"200":
        raise WrongAnswerError(bytes(buffer[:300]).decode(errors="replace"))
    head = bytes(buffer[:end]).lower()
    place = head.find(b"\r\ncontent-length:")
    if place < 0:
        return buffer.endswith(_LAST_CHUNK)
    size = int(head[place + 17 :].partition(b"\r\n")[0])
    return len(buffer) >= end + 4 + size


def rows(port: int, target: tuple[str, str]) -> list[dict[str, str]]:
    """Return the rows of an answer, each variable with its value, to compare those of two servers."""
    path, query = target
    body = f"query={quote(query)}".encode() if query else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, {"Accept": ACCEPT})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        bindings = json.load(answer)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def running(command: Sequence[str], port: int, seconds: float = 60) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server until it listens, and end it afterwards."""
    process = subprocess.Popen(list(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} does not listen")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
