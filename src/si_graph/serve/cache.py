"""What is kept of what was asked for last, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable

Kept = TypeVar("Kept")

_OVERHEAD = 1000
"""Bytes that an entry takes beside what is counted, about."""


class Cache(Generic[Kept]):
    """Values by what was asked.

    Attributes:
        held: Bytes that it holds.
        hits: How often something was found.
        misses: How often nothing was.
    """

    def __init__(self, size: int) -> None:
        """Make an empty cache for so many bytes."""
        self._size = size
        self.held = 0
        self.hits = 0
        self.misses = 0
        self._entries: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """Return what is kept under a key."""
        found = self._entries.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Kept, size: int) -> None:
        """Keep a value, unless it alone would take a good part of the room.

        Args:
            key: What was asked.
            value: The value.
            size: The bytes that it takes, and the key.
        """
        size += _OVERHEAD
        if size > self._size // 8 or key in self._entries:
            return
        self._entries[key] = value, size
        self.held += size
        while self.held > self._size:
            _, (_, dropped) = self._entries.popitem(last=False)
            self.held -= dropped

    def clear(self) -> None:
        """Forget everything: the graph has another version."""
        self._entries.clear()
        self.held = 0
