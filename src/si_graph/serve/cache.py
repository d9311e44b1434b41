"""Answers that are kept: those asked for last, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable

    from si_graph.serve.workers.outcome import Outcome

_OVERHEAD = 1000
"""Bytes that an entry takes beside its body and what was asked, about."""


class Cache:
    """Outcomes by what was asked.

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
        self._entries: OrderedDict[Hashable, Outcome] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}

    def get(self, key: Hashable) -> Outcome | None:
        """Return what is kept under a key."""
        found = self._entries.get(key)
        if found is None:
            self.misses += 1
        else:
            self.hits += 1
            self._entries.move_to_end(key)
        return found

    def put(self, key: Hashable, outcome: Outcome) -> None:
        """Keep an outcome, unless it alone would take a good part of the room."""
        size = len(outcome.body) + len(repr(key)) + _OVERHEAD
        if not outcome.lasting or size > self._size // 8 or key in self._entries:
            return
        self._entries[key] = outcome
        self._sizes[key] = size
        self.held += size
        while self.held > self._size:
            dropped, _ = self._entries.popitem(last=False)
            self.held -= self._sizes.pop(dropped)

    def clear(self) -> None:
        """Forget everything: the graph has another version."""
        self._entries.clear()
        self._sizes.clear()
        self.held = 0
