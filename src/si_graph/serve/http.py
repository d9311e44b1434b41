"""The connections: clients that are slow, send too much, or no HTTP, are not waited for."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from si_graph.serve.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from typing import Any

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from si_graph.serve.direct import Asked, Direct
    from si_graph.serve.metrics import Metrics

_LONGEST_HEAD = 64_000
"""Bytes of a request's line and headers; a query of some length has to fit in."""

_MOST_HEADERS = 100
_LEAST_RATE = 20_000
"""Bytes that a long body has to come at in a second, beyond the time that all have."""


def protocol(arrival: float, most: int, metrics: Metrics, direct: Direct) -> type[asyncio.Protocol]:
    """Return what reads the requests of a connection.

    Args:
        arrival: Seconds that a request may take to arrive.
        most: Connections that there may be at the same time.
        metrics: Where connections are counted that are closed for what they did.
        direct: What answers without the application, where it can.
    """

    class Connection(_Connection):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.arrival = arrival
            self.most = most
            self.metrics = metrics
            self.direct = direct

    return Connection


class _Turn:
    """Stands where uvicorn has the exchange with the application, while that is passed by."""

    __slots__ = ("disconnected", "keep_alive", "response_complete")

    message_event = asyncio.Event()
    """What wakes the application up; nobody waits for it."""

    def __init__(self) -> None:
        self.disconnected = False
        self.keep_alive = True
        self.response_complete = False


class _Connection(HttpToolsProtocol):
    """One connection; uvicorn itself waits for slow clients forever, and keeps what they send."""

    arrival: float
    most: int
    metrics: Metrics
    direct: Direct
    _is_head = True
    _is_arriving = False
    _is_direct = False
    _received = 0
    _piece = 0
    _head_at_most = 0
    _unread = -1
    _arriving: asyncio.TimerHandle | None = None
    _leaving: asyncio.TimerHandle | None = None
    _problem: Problem | None = None
    _begin = 0.0
    _turn: _Turn
    _asked: Asked | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self._refuse(_FULL)
        else:
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._asked is not None and not self._turn.response_complete:
            self._asked.leave()
        for timer in (self._arriving, self._leaving):
            if timer is not None:
                timer.cancel()

    # What arrives

    def data_received(self, data: bytes) -> None:
        self._piece = len(data)
        self._received += self._piece
        self._head_at_most += self._piece
        super().data_received(data)
        # Most requests come in one piece, which need not be waited for.
        if self._arriving is None and (self._is_arriving or self._is_forgotten()):
            self._expect()
        if self._is_head and self._received > _LONGEST_HEAD and not self.transport.is_closing():
            self._refuse(_HEAD)

    def on_message_begin(self) -> None:
        # What the application would be told is only made for it.
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._is_head = self._is_arriving = True
        self._received = 0
        self._head_at_most = self._piece

    def on_headers_complete(self) -> None:
        self._is_head = False
        if len(self.headers) > _MOST_HEADERS or self._head_is_too_long():
            self._problem = _HEAD
            raise ValueError("the head of the request is too large")
        self._is_direct = self._answered_directly()
        if not self._is_direct:
            url, headers, expects = self.url, self.headers, self.expect_100_continue
            super().on_message_begin()
            self.url, self.expect_100_continue = url, expects
            self.headers += headers
            super().on_headers_complete()

    def _head_is_too_long(self) -> bool:
        # Hardly any has to be added up.
        if self._head_at_most <= _LONGEST_HEAD:
            return False
        size = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.url) + size > _LONGEST_HEAD

    def on_body(self, body: bytes) -> None:
        if not self._is_direct:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_direct:
            super().on_message_complete()
        # Until the next request begins, only the time between requests counts.
        self._is_head = self._is_arriving = False
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _is_forgotten(self) -> bool:
        """Tell whether nothing waits for the next request; what came was no request yet."""
        is_idle = self._is_idle() and not self.transport.is_closing()
        return is_idle and self.timeout_keep_alive_task is None

    def _expect(self) -> None:
        self._begin = self.loop.time()
        self._arriving = self.loop.call_later(self.arrival, self._has_arrived)

    def _has_arrived(self) -> None:
        """Go on waiting for a long body that comes at a fair rate; otherwise close."""
        self._arriving = None
        allowed = self.arrival if self._is_head else self.arrival + self._received / _LEAST_RATE
        left = allowed - (self.loop.time() - self._begin)
        if self.transport.is_closing():
            return
        if left > 0:
            self._arriving = self.loop.call_later(left, self._has_arrived)
        elif self._is_idle():
            self._refuse(_SLOW)
        elif self._is_head:
            # The next request can wait until the one before it is answered.
            self._expect()
        else:
            self.metrics.refused(_SLOW.name)
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._problem or _MALFORMED)

    def _refuse(self, problem: Problem) -> None:
        self.metrics.refused(problem.name)
        body = problem.body()
        lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}".encode()]
        lines += [name + b": " + value for name, value in self.server_state.default_headers]
        lines += [f"{name}: {value}".encode() for name, value in problem.headers.items()]
        lines += [
            f"content-type: {MEDIA_TYPE}".encode(),
            f"content-length: {len(body)}".encode(),
            b"x-content-type-options: nosniff",
            b"connection: close",
        ]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        self.transport.close()
        self._watch_leaving()

    # What leaves

    def _answered_directly(self) -> bool:
        """Answer without the application where that can be; tell whether it can."""
        before = self.cycle
        if (
            self.parser.get_method() != b"GET"
            or not self.parser.should_keep_alive()
            or self.parser.get_http_version() != "1.1"
            or not self._is_idle()
            or self.flow.write_paused
        ):
            return False
        self._turn = _Turn()
        self.cycle = cast("RequestResponseCycle", self._turn)
        self._asked = self.direct.begin(self.url, self.headers, self.scheme or "http", self._send)
        if self._asked is None:
            self.cycle = before
            return False
        return True

    def _send(self, status: int, rest: bytes) -> None:
        """Send a whole answer in one piece; each piece wakes the client up."""
        turn = self._turn
        turn.response_complete = True
        if self.transport.is_closing():
            return
        named = [b"%b: %b\r\n" % one for one in self.server_state.default_headers]
        if not turn.keep_alive:  # the server has begun to stop
            named.append(b"connection: close\r\n")
        self.transport.write(b"".join([STATUS_LINE[status], *named, rest]))
        if not turn.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_leaving()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_leaving()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_leaving()

    def _watch_leaving(self) -> None:
        """End the connection of a client that does not read what it asked for."""
        if self._leaving is None:
            self._unread = self.transport.get_write_buffer_size()
            self._leaving = self.loop.call_later(self.arrival, self._has_left)

    def _has_left(self) -> None:
        self._leaving = None
        unread = self.transport.get_write_buffer_size()
        if not unread:
            return
        if unread >= self._unread:
            self.metrics.refused("unread")
            self.transport.abort()
        else:
            self._watch_leaving()


_MALFORMED = Problem(400, "http", "The request is no HTTP", "It cannot be read.")
_HEAD = Problem(
    431,
    "head",
    "The head of the request is too large",
    f"Its address and headers may have {_LONGEST_HEAD} bytes and {_MOST_HEADERS} headers. "
    "A long query can be sent in the body (POST).",
)
_SLOW = Problem(408, "slow", "The request did not arrive in time", "Please send it faster.")
_FULL = Problem(
    503,
    "connections",
    "The server is busy",
    "Too many clients are connected. Please come back in a moment.",
    headers={"Retry-After": "5"},
)
