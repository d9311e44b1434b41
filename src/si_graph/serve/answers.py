"""Whole answers that are kept: who asks what was asked before is answered at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Scope

    Key = tuple[int, str, bytes, tuple[tuple[bytes, bytes], ...]]

_MOST = 2_000
_LARGEST = 64_000
_DECIDING = frozenset({b"accept", b"accept-language", b"accept-profile", b"host"})
"""The headers that an answer depends on."""

_SPECIAL = frozenset(
    {b"if-none-match", b"range", b"authorization", b"content-length", b"transfer-encoding"}
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

    def key(self, scope: Scope) -> Key | None:
        """Return what tells a request apart, or None for one that is not answered from here."""
        if scope["method"] != "GET":
            return None
        deciding = []
        for header in scope["headers"]:
            if header[0] in _DECIDING:
                deciding.append(header)
            elif header[0] in _SPECIAL:
                return None
        return (self._shown(), scope["path"], scope["query_string"], tuple(deciding))

    def get(self, key: Key) -> Answer | None:
        """Return the answer to a request, if it was given before."""
        found = self._kept.get(key)
        if found is not None:
            self.hits += 1
            self._kept.move_to_end(key)
        return found

    def put(self, key: Key, route: str, start: Message, body: bytes) -> None:
        """Keep an answer, if it is a success that others may have too.

        Args:
            key: What tells the request apart.
            route: The pattern of its address.
            start: The status and the headers of the answer.
            body: Its body.
        """
        headers = start["headers"]
        is_public = any(
            name == b"cache-control" and value.startswith(b"public") for name, value in headers
        )
        if start["status"] != 200 or len(body) > _LARGEST or not is_public:
            return
        if self._held != self._shown():
            self._held = self._shown()
            self._kept.clear()
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self._kept[key] = Answer(route, lines + b"\r\n", body)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
