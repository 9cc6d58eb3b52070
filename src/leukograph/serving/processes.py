"""One worker as the server sees it: a process and the socket to it."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from leukograph.serving import framing
from leukograph.serving.settings import Settings

if TYPE_CHECKING:
    from leukograph.serving.pool import Data, Job, Pool

_COMMAND = [sys.executable, "-P", "-m", "leukograph.serving.worker"]
_NULL = subprocess.DEVNULL
_SHORT_NICE, _LONG_NICE = 3, 15
_PIECE = 1 << 18


class Worker:
    """A process that answers one job at a time; `last` says that it shall get no more."""

    def __init__(self, settings: Settings, data: "Data", pool: "Pool") -> None:
        """Start the process and send it what it needs to know."""
        self._loop = asyncio.get_running_loop()
        self.data, self.pool, self.last = data, pool, False
        self.job: Job | None = None
        self.warmed: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._buffer = bytearray()
        self._out = bytearray(framing.frame(json.dumps(settings._asdict()).encode()) + framing.frame(data.content))
        self._line, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                _COMMAND,
                stdin=other.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._nice(_SHORT_NICE)
        self._line.settimeout(0)
        self._loop.add_reader(self._line, self._read)
        self._loop.add_writer(self._line, self._write)

    @property
    def warm(self) -> bool:
        """Tell whether it has everything and waits for jobs."""
        return self.warmed.done() and not self.warmed.exception() and not self.ended.done()

    def ask(self, job: "Job", seconds: float) -> None:
        """Give it a job, of which nothing is heard after so many seconds but that it is late."""
        self.job = job
        if job.long:
            self._nice(_LONG_NICE)
        message = framing.frame(job.request)
        try:
            sent = self._line.send(message)
        except BlockingIOError:
            sent = 0
        except OSError:  # it has just ended; that is read next
            return
        if sent < len(message):
            self._out += message[sent:]
            self._loop.add_writer(self._line, self._write)
        self._timer = self._loop.call_later(seconds, self._late)

    def more(self, seconds: float) -> None:
        """Let it go on with its job, behind others."""
        self._nice(_LONG_NICE)
        self._timer = self._loop.call_later(seconds, self._late)

    def calm(self) -> bool:
        """Let it stand before others again; tell whether the system allows it."""
        return self._nice(_SHORT_NICE)

    def kill(self) -> None:
        """End it at once; what it was doing is lost."""
        self._cancel()
        with contextlib.suppress(OSError):
            self._process.kill()

    def _nice(self, value: int) -> bool:
        try:
            os.setpriority(os.PRIO_PROCESS, self._process.pid, value)
        except OSError:
            return False
        return True

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        if self.job:
            self.pool.late(self, self.job)

    def _write(self) -> None:
        try:
            del self._out[: self._line.send(memoryview(self._out)[:_PIECE].tobytes())]
        except BlockingIOError:
            return
        except OSError:
            self._out.clear()
        if not self._out:
            self._loop.remove_writer(self._line)

    def _read(self) -> None:
        try:
            got = self._line.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            got = b""
        if not got:
            self._gone()
            return
        self._buffer += got
        reply = framing.decoded(self._buffer)
        if reply is None:
            return
        self._buffer = bytearray()
        if not self.warmed.done():
            self.warmed.set_result(None)
            self.pool.warm(self)
            return
        self._cancel()
        job, self.job = self.job, None
        if job:
            self.pool.answered(self, job, reply)

    def _gone(self) -> None:
        """Tidy up behind the process, which has ended or closed its line, and tell."""
        self._cancel()
        self._loop.remove_reader(self._line)
        self._loop.remove_writer(self._line)
        self._line.close()
        with contextlib.suppress(OSError):
            self._process.kill()
        if not self.warmed.done():
            self.warmed.set_exception(ChildProcessError("a worker did not start"))
            self.warmed.exception()  # it may be that nobody waits for it
        waiting = self._loop.run_in_executor(None, self._process.wait)
        waiting.add_done_callback(lambda _: None if self.ended.done() else self.ended.set_result(None))
        job, self.job = self.job, None
        self.pool.gone(self, job)
