"""One version of all that is served, with the answers that are remembered while it stands."""

from collections.abc import Hashable
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from leukograph.serving import framing, making
from leukograph.serving.memory import Memory
from leukograph.serving.pool import Data
from leukograph.serving.settings import MEMORY_BYTES, MEMORY_ONE

if TYPE_CHECKING:
    from leukograph.serving.framing import Reply

_SHORT = 16


class Generation:
    """What `making` made, and what was answered from it."""

    def __init__(self, made: bytes) -> None:
        """Take it as one."""
        named = framing.unpacked(made)
        self.version = named[making.VERSION].decode()
        self.data = Data(self.version, named[making.DATA])
        self.openapi, self.void = named[making.OPENAPI], named[making.VOID]
        self.problem = named[making.PROBLEM]
        self.questions = named[making.QUESTIONS].decode().split("\n")
        self.iris = frozenset(named[making.IRIS].decode().split("\n"))
        start = len(making.PAGE)
        self.pages = {key[start:]: content for key, content in named.items() if key.startswith(making.PAGE)}
        self.answers: Memory[Reply] = Memory(MEMORY_BYTES, MEMORY_ONE)
        self.requests: Memory[tuple[bytes, bytes]] = Memory(MEMORY_BYTES, MEMORY_ONE)

    @cached_property
    def etag(self) -> str:
        """Return the validator of what is the same bytes as long as the data is the same."""
        return f'"{self.version[:_SHORT]}"'

    def etag_of(self, key: Hashable) -> str:
        """Return the validator of an answer: weak, for an engine may give the same rows in another order."""
        own = blake2b(repr(key).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
        return f'W/"{self.version[:_SHORT]}-{own}"'
