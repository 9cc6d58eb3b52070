"""Starts `leukograph serve` for tests, on loopback and a free port, and speaks with it over plain sockets."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

PAGES = {
    "index.html": "<!doctype html><title>start</title>",
    "404.html": "<!doctype html><title>missing</title>",
    "console/index.html": "<!doctype html><title>console</title>",
    "ask/options-for-subtype/index.html": "<!doctype html><title>ask</title>",
    "data/blinatumomab/index.html": "<!doctype html><title>blinatumomab</title>",
    "graph/page/index.html": "<!doctype html><title>graph</title>",
    "rule/some/index.html": "<!doctype html><title>a rule, which no graph holds</title>",
    "assets/app.js": "'use strict';",
    "assets/oxigraph.wasm": "\0asm",
}


END = b"\r\n\r\n"


class Answer(NamedTuple):
    """An answer: status, headers by lower-case name, body; and how many seconds it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def detail(self) -> str:
        """The sentence of a problem, whose form is checked."""
        assert self.media == "application/problem+json"
        said = self.json()
        assert said["status"] == self.status
        return str(said["detail"])


class Server:
    """A running server; what it said on standard error is gathered in `said`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []
        self.port = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.said.append(line.rstrip("\n"))

    def close(self) -> None:
        self._reader.join(10)
        if self.process.stderr:
            self.process.stderr.close()

    def wait_for(self, words: str, seconds: float = 60) -> str:
        """Wait until it says something, and return the line."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in list(self.said):
                if words in line:
                    return line
            assert self.process.poll() is None or self._reader.is_alive(), self.said
            time.sleep(0.02)
        raise AssertionError(f"it never said {words!r}: {self.said[-5:]}")

    def connect(self, seconds: float = 60, source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds, source_address=(source, 0))

    def raw(self, content: bytes, *, head: bool = False, seconds: float = 60, source: str = "127.0.0.1") -> Answer:
        """Send bytes on a connection of their own and read one answer."""
        begun = time.perf_counter()
        with self.connect(seconds, source) as line:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may answer before all is sent
                line.sendall(content)
            answer = read_answer(line, head=head, begun=begun)
            if b"Connection: close" in content:
                with contextlib.suppress(ConnectionResetError):  # of what it did not read
                    assert not line.recv(1), "something follows the answer"
            return answer

    def ask(
        self,
        target: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        source: str = "127.0.0.1",
    ) -> Answer:
        """Send one request; the target is sent as it stands."""
        given = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", **(headers or {})}
        if body or method == "POST":
            given.setdefault("Content-Length", str(len(body)))
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        sent = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body
        return self.raw(sent, head=method == "HEAD", source=source)

    def query(self, sparql: str, accept: str = "application/sparql-results+json", source: str = "127.0.0.1") -> Answer:
        return self.ask(f"/sparql?query={quote(sparql, safe='')}", headers={"Accept": accept}, source=source)

    def post(self, sparql: str, accept: str = "application/sparql-results+json", source: str = "127.0.0.1") -> Answer:
        headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
        return self.ask("/sparql", "POST", headers, sparql.encode(), source=source)

    def question(self, name: str, accept: str = "application/json", **values: str | list[str]) -> Answer:
        return self.ask(f"/ask/{name}?{urlencode(values, doseq=True)}", headers={"Accept": accept})

    def workers(self) -> dict[int, int]:
        """Return the resident memory, in KiB, of every process of its workers by process id."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                text = path.read_text(encoding="utf-8")
                if f"PPid:\t{self.process.pid}\n" in text and (size := re.search(r"VmRSS:\s+(\d+)", text)):
                    found[int(path.parent.name)] = int(size[1])
        return found

    def memory(self) -> int:
        """Return its own resident memory in KiB."""
        text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        size = re.search(r"VmRSS:\s+(\d+)", text)
        assert size
        return int(size[1])

    def settle(self, number: int, seconds: float = 60) -> None:
        """Wait until so many workers are ready and none is busy being replaced."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            said = self.ask("/health").json()
            if said["workers"] == said["of"] == number and len(self.workers()) == number:
                return
            time.sleep(0.05)
        raise AssertionError(f"not {number} workers: {self.ask('/health').body!r} {self.workers()}")


def read_answer(line: socket.socket, *, head: bool = False, begun: float | None = None) -> Answer:
    """Read one answer with a length, and whether it is whole."""
    begun = time.perf_counter() if begun is None else begun
    top = b""
    while not top.endswith(END):
        seen = line.recv(65536, socket.MSG_PEEK)  # what follows this answer is another's, so nothing more is taken
        assert seen, f"cut off: {top!r}"
        until = (top + seen).find(END)
        top += line.recv(until + len(END) - len(top) if until >= 0 else len(seen))
    first, *lines = top.removesuffix(END).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
    status = int(first.split()[1])
    size = 0 if head or status in (204, 304) else int(headers["content-length"])
    body = b""
    while len(body) < size:
        got = line.recv(size - len(body))
        assert got, f"cut off: {len(body)} of {size} bytes"
        body += got
    return Answer(status, headers, body, time.perf_counter() - begun)


@contextlib.contextmanager
def serving(*words: str, home: Path | None = None) -> Iterator[Server]:
    """Run the server with these options; it ends with SIGTERM, and with exit code 0."""
    environment = {"LEUKOGRAPH_HOME": str(home)} if home else {}
    with started(*words, environment=environment) as server:
        yield server
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(60) == 0, server.said[-5:]


@contextlib.contextmanager
def started(*words: str, environment: Mapping[str, str]) -> Iterator[Server]:
    import os

    port = () if "--port" in words else ("--port", "0")
    command = [sys.executable, "-m", "leukograph", "serve", *port, *words]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    server = Server(process)
    try:
        server.port = int(server.wait_for("serving http://").split("/ (")[0].rpartition(":")[2])
        yield server
    finally:
        process.kill()
        process.wait()
        server.close()


def site(folder: Path) -> Path:
    """Write a small site."""
    for path, text in PAGES.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder
