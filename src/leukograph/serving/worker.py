"""A process that answers one request after the other, until it is killed or retires; it opens no file and no network.

What it knows comes through the socket that is its standard input: first its limits and the data, then requests.
"""

import json
import os
import resource
import signal
import socket
from importlib import import_module
from typing import BinaryIO

from leukograph import engine, limits, sandbox
from leukograph.serving import framing
from leukograph.serving.answering import answer
from leukograph.serving.framing import Reply
from leukograph.serving.held import Held
from leukograph.serving.settings import Settings

READY = Reply(100, "", stable=False, body=b"")
SPARE_SECONDS = 2.0
GROWN_BYTES = 64 * 1024**2
_LATE = (*engine.LATE, "encodings.idna", "encodings.raw_unicode_escape", "encodings.unicode_escape")
_PAGE_BYTES = resource.getpagesize()


def main() -> None:
    """Serve the requests of the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    line = socket.socket(fileno=0)
    stream = line.makefile("rb")
    first, content = framing.unframed(stream), framing.unframed(stream)
    if first is None or content is None:
        os._exit(0)
    settings = Settings(**json.loads(first))
    limits.cap("RLIMIT_CORE", 0)
    limits.cap("RLIMIT_AS", settings.max_memory * 1024**2)
    held = _warm(content, settings)
    own = os.open("/proc/self/statm", os.O_RDONLY) if os.path.exists("/proc/self/statm") else -1
    sandbox.close_off(settings.timeout)
    line.sendall(framing.encoded(READY))
    _serve(line, stream, held, settings, own)
    os._exit(0)


def _serve(line: socket.socket, stream: BinaryIO, held: Held, settings: Settings, own: int) -> None:
    """Answer until the other end is gone, or until answers have left much memory behind."""
    most = _used(own) + GROWN_BYTES
    signal.setitimer(signal.ITIMER_REAL, 0)
    while (request := framing.unframed(stream)) is not None:
        # The process that holds the clock may be gone; then this one ends by itself.
        signal.setitimer(signal.ITIMER_REAL, settings.timeout + SPARE_SECONDS)
        reply = answer(held, settings, json.loads(request))
        signal.setitimer(signal.ITIMER_REAL, 0)
        line.sendall(framing.encoded(reply))
        del reply
        if _used(own) > most:
            return


def _warm(content: bytes, settings: Settings) -> Held:
    """Open what the requests will need, among it every module that is imported late: nothing can be opened later."""
    for name in _LATE:
        import_module(name)
    held = Held(framing.unpacked(content))
    answer(held, settings, {"kind": "sparql", "query": "ASK {}", "default": [], "named": [], "table": ("json", "")})
    return held


def _used(own: int) -> int:
    """Return how many bytes this process holds in memory; 0 where the system does not tell."""
    return int(os.pread(own, 100, 0).split()[1]) * _PAGE_BYTES if own >= 0 else 0


if __name__ == "__main__":
    main()
