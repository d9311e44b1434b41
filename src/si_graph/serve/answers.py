"""Whole answers that are kept: who asks what was asked before is answered at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from starlette.types import Scope

    Key = tuple[int | bytes | None, ...]

_MOST = 2_000
_LARGEST = 64_000
_DECIDING = (b"accept", b"accept-language", b"accept-profile", b"host")
"""The headers that an answer depends on."""

_SPECIAL = frozenset(
    {
        b"authorization",
        b"content-length",
        b"expect",
        b"if-none-match",
        b"range",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""The headers of requests that are looked at each time."""


class Answer(NamedTuple):
    """One answer.

    Attributes:
        route: The pattern of the address that it came from.
        headers: Its headers as they go over the wire, with the empty line at the end.
        body: Its body.
    """

    route: str
    headers: bytes
    body: bytes


class Answers:
    """The answers given last, of the version of the data that is shown.

    Attributes:
        hits: How often one was found.
    """

    def __init__(self, shown: Callable[[], int]) -> None:
        """Keep nothing yet.

        Args:
            shown: Tells which version of the data is shown, by a number of its own.
        """
        self._shown = shown
        self.hits = 0
        self._held = shown()
        self._kept: OrderedDict[Key, Answer] = OrderedDict()

    def key(self, address: bytes, headers: Sequence[tuple[bytes, bytes]]) -> Key | None:
        """Return what tells a GET request apart, or None for one that is not answered from here.

        Args:
            address: Its path and query.
            headers: Its headers.
        """
        given = dict(headers)
        if len(given) < len(headers) or not given.keys().isdisjoint(_SPECIAL):
            return None
        return (self._shown(), address, *map(given.get, _DECIDING))

    def key_of(self, scope: Scope) -> Key | None:
        """Return the same for a request that the application answers."""
        if scope["method"] != "GET":
            return None
        query = scope["query_string"]
        address = scope["raw_path"] + (b"?" + query if query else b"")
        return self.key(address, scope["headers"])

    def get(self, key: Key) -> Answer | None:
        """Return the answer to a request, if it was given before."""
        found = self._kept.get(key)
        if found is not None:
            self.hits += 1
            self._kept.move_to_end(key)
        return found

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, unless it is large."""
        if len(answer.body) > _LARGEST:
            return
        if self._held != self._shown():
            self._held = self._shown()
            self._kept.clear()
        self._kept[key] = answer
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)


def lines_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return headers as they go over the wire."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])
