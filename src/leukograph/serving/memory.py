"""Remembers answers within one version of the data, up to a size; what was not used for longest is forgotten first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by key, of at most so many bytes together; a larger one than `most_each` is not kept."""

    def __init__(self, most: int, most_each: int) -> None:
        """Begin with nothing."""
        self._held: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._most, self._each, self.size = most, most_each, 0

    def get(self, key: Hashable) -> Value | None:
        """Return what is remembered under a key, or None."""
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Remember a value that is so many bytes large together with its key."""
        if size > self._each:
            return
        old = self._held.pop(key, None)
        self.size += size - (old[1] if old else 0)
        self._held[key] = (value, size)
        while self.size > self._most:
            _, (_, freed) = self._held.popitem(last=False)
            self.size -= freed
