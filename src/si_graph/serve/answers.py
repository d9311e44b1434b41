"""Whole answers that are kept: who asks what was asked before is answered at once."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.serve.cache import Cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from starlette.types import Scope

_DECIDING = (b"accept", b"accept-language", b"accept-profile", b"host")
"""The headers that an answer depends on."""

_NONE = b"\0"
"""Stands for a header that is not there; it stands in none, nor does the end of a line."""

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
        kept: They themselves.
    """

    def __init__(self, shown: Callable[[], int], size: int) -> None:
        """Keep nothing yet.

        Args:
            shown: Tells which version of the data is shown, by a number of its own.
            size: The bytes that they may take.
        """
        self._shown = shown
        self._last = shown()
        # Neither bytes nor plain tuples of them are searched for garbage, which would take long.
        self.kept: Cache[tuple[str, bytes, bytes]] = Cache(size)

    def key(self, address: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
        """Return what tells a GET request apart, or None for one that is not answered from here.

        Args:
            address: Its path and query.
            headers: Its headers.
        """
        given = dict(headers)
        if len(given) < len(headers) or not given.keys().isdisjoint(_SPECIAL):
            return None
        return b"\r".join(
            [b"%d" % self._shown(), address, *[given.get(name, _NONE) for name in _DECIDING]]
        )

    def key_of(self, scope: Scope) -> bytes | None:
        """Return the same for a request that the application answers."""
        if scope["method"] != "GET":
            return None
        query = scope["query_string"]
        address = scope["raw_path"] + (b"?" + query if query else b"")
        return self.key(address, scope["headers"])

    def get(self, key: bytes) -> Answer | None:
        """Return the answer to a request, if it was given before."""
        found = self.kept.get(key)
        return None if found is None else Answer(*found)

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer, unless it is large."""
        if self._last != self._shown():
            self._last = self._shown()
            self.kept.clear()
        size = len(key) + len(answer.headers) + len(answer.body)
        self.kept.put(key, (answer.route, answer.headers, answer.body), size)


def lines_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return headers as they go over the wire."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])
