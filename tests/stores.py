"""Starts real SPARQL stores for tests: on loopback, with a free port and a folder of their own, and ends them."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
DirsAllowed = .
VADInstallDir = .
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""


class Server(NamedTuple):
    """A running store: its address and its process."""

    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def oxigraph(folder: Path | None = None, *, verb: str = "serve", kilobytes: int = 0) -> Iterator[Server]:
    """Run `oxigraph serve`, in memory where no folder is named; `kilobytes` is the most that a file of it may have."""
    command = Path(sys.executable).parent / "oxigraph"
    if not command.exists():
        pytest.skip("the command oxigraph is not installed; it is in the extra `test`")
    port = free_port()
    place = ["--location", str(folder)] if folder else []
    bind = ["--bind", f"127.0.0.1:{port}"]
    words = [str(command), verb, *place, *bind]
    if kilobytes:  # writing more fails then, as on a full disk
        words = ["bash", "-c", f'trap "" XFSZ; ulimit -f {kilobytes}; exec "$@"', "bash", *words]
    with _running(words, f"http://127.0.0.1:{port}", "/query") as server:
        yield server


@contextlib.contextmanager
def virtuoso(folder: Path, *, rows: int = 10000) -> Iterator[Server]:
    """Run Virtuoso with a new database in a folder; user and password are dba."""
    command = shutil.which("virtuoso-t")
    if command is None:
        pytest.skip("Virtuoso is not installed; tests/servers/virtuoso installs it")
    port = free_port()
    folder.mkdir(parents=True)
    (folder / "virtuoso.ini").write_text(_INI.format(sql=free_port(), http=port, rows=rows), encoding="utf-8")
    words = [command, "+foreground", "+configfile", "virtuoso.ini"]
    with _running(words, f"http://127.0.0.1:{port}", "/sparql", folder) as server:
        yield server


@contextlib.contextmanager
def _running(command: list[str], url: str, path: str, folder: Path | None = None) -> Iterator[Server]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        _wait(process, f"{url}{path}?query=ASK%7B%7D")
        yield Server(url, process)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(1800):
        assert process.poll() is None, "the store ended at once"
        with contextlib.suppress(OSError):
            opener.open(url, timeout=5).close()
            return
        time.sleep(0.1)
    pytest.fail("the store does not answer")
