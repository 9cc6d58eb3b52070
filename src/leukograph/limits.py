"""Bounds what a process may use, where the system can: memory, files, and the time of one piece of work."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from leukograph.errors import LimitError


def cap(name: str, value: int) -> None:
    """Lower a limit of this process, such as RLIMIT_AS, to `value`; where a system has no such limits, do nothing."""
    try:
        import resource
    except ImportError:
        return
    kind = getattr(resource, name)
    _, most = resource.getrlimit(kind)
    lower = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(kind, (lower, lower))


@contextmanager
def clock(seconds: float, what: str) -> Iterator[None]:
    """Let the work within raise LimitError when its time is over; regular expressions are stopped by it too.

    Only the main thread of a POSIX system has such a clock; elsewhere the work is not bounded.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: object) -> None:
        raise LimitError(f"{what}: stopped after {seconds:g} seconds. Give less, simpler patterns, or a longer time.")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM stop the work within as Ctrl-C does, so that it can tidy up and say what stands."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def bell(seconds: float, tell: Callable[[str], None]) -> Iterator[None]:
    """End this process with exit code 2 when the time is over: what no signal reaches, such as a query, ends so too."""

    def over() -> None:
        tell(f"stopped after {seconds:g} seconds. Give less, or a longer --timeout.")
        os._exit(2)

    timer = threading.Timer(seconds, over)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
