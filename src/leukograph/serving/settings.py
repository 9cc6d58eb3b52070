"""What the server may use: every limit by name, with its default."""

import os
from typing import NamedTuple

HOST, PORT = "127.0.0.1", 8000
TIMEOUT_SECONDS = 30.0
MAX_MEMORY_MIB = 1024
MAX_BYTES = 16 * 1024**2
MAX_ROWS = 100_000
MAX_QUERY_BYTES = 100_000
MAX_NESTING = 100
MAX_PATTERNS = 100
QUEUE = 64
MAX_CONNECTIONS = 1000
# A query that runs longer than this is a long one: it makes room for short ones, and its kind is remembered.
LONG_SECONDS = 0.25
HEAD_SECONDS, BODY_SECONDS, SEND_SECONDS, IDLE_SECONDS = 10.0, 20.0, 30.0, 15.0
DRAIN_SECONDS = 10.0  # beyond the time of a query
HEAD_BYTES = 64 * 1024
MEMORY_BYTES, MEMORY_ONE = 32 * 1024**2, 256 * 1024
LONG_KNOWN = 10_000
WATCH_SECONDS = 2.0


def usual_workers() -> int:
    """Return how many queries run at once: one for each core, and one that no single client can take."""
    return (os.cpu_count() or 1) + 1


class Settings(NamedTuple):
    """The limits of one server; seconds, bytes and counts as in the constants of this module."""

    timeout: float = TIMEOUT_SECONDS
    max_memory: int = MAX_MEMORY_MIB
    max_bytes: int = MAX_BYTES
    max_rows: int = MAX_ROWS
    max_query_bytes: int = MAX_QUERY_BYTES
    max_nesting: int = MAX_NESTING
    max_patterns: int = MAX_PATTERNS
    workers: int = 3
    queue: int = QUEUE
    max_connections: int = MAX_CONNECTIONS
    everything: bool = False

    @property
    def long_workers(self) -> int:
        """Return how many long queries run beside the short ones."""
        return max(2, self.workers - 1)
