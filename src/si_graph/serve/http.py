"""The connections: clients that are slow, send too much, or no HTTP, are not waited for."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from si_graph.serve.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine, MutableMapping
    from typing import Any

    from starlette.types import Receive
    from uvicorn._types import ASGI3Application

    from si_graph.serve.metrics import Metrics
    from si_graph.serve.middleware import Guard

_LONGEST_HEAD = 64_000
"""Bytes of a request's line and headers; a query of some length has to fit in."""

_MOST_HEADERS = 100
_LEAST_RATE = 20_000
"""Bytes that a long body has to come at in a second, beyond the time that all have."""


def protocol(arrival: float, most: int, metrics: Metrics, guard: Guard) -> type[asyncio.Protocol]:
    """Return what reads the requests of a connection.

    Args:
        arrival: Seconds that a request may take to arrive.
        most: Connections that there may be at the same time.
        metrics: Where connections are counted that are closed for what they did.
        guard: What answers at once, or without the whole application, where it can.
    """

    class Connection(_Connection):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.arrival = arrival
            self.most = most
            self.metrics = metrics
            self.guard = guard

    return Connection


class _Connection(HttpToolsProtocol):
    """One connection; uvicorn itself waits for slow clients forever, and keeps what they send."""

    arrival: float
    most: int
    metrics: Metrics
    guard: Guard
    _is_head = True
    _received = 0
    _unread = -1
    _arriving: asyncio.TimerHandle | None = None
    _leaving: asyncio.TimerHandle | None = None
    _problem: Problem | None = None
    _begin = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self._refuse(_FULL)
        else:
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._arriving, self._leaving):
            if timer is not None:
                timer.cancel()

    # What arrives

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._arriving is None and self._is_idle():
            self._expect()
        super().data_received(data)
        if self._is_head and self._received > _LONGEST_HEAD and not self.transport.is_closing():
            self._refuse(_HEAD)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_head = True
        self._received = 0
        if self._arriving is None:
            self._expect()

    def on_headers_complete(self) -> None:
        self._is_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > _LONGEST_HEAD or len(self.headers) > _MOST_HEADERS:
            self._problem = _HEAD
            raise ValueError("the head of the request is too large")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        # Until the next request begins, only the time between requests counts.
        self._is_head = False
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

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

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Answer without the application where that can be: with it, it takes thrice as long."""
        self._unset_keepalive_if_required()
        if cycle.keep_alive and not self.flow.write_paused and not cycle.waiting_for_100_continue:
            scope = cast("MutableMapping[str, Any]", cycle.scope)
            answer = self.guard.begin(scope, cast("Receive", cycle.receive))
            if isinstance(answer, bytes):
                self._send(cycle, answer)
                return
            if answer is not None:
                task = self.loop.create_task(self._send_later(cycle, answer))
                task.add_done_callback(self.tasks.discard)
                self.tasks.add(task)
                return
        super()._start_asgi_task(cycle, app)

    async def _send_later(
        self, cycle: RequestResponseCycle, answer: Coroutine[Any, Any, bytes]
    ) -> None:
        whole = await answer
        if not cycle.disconnected:
            self._send(cycle, whole)

    def _send(self, cycle: RequestResponseCycle, answer: bytes) -> None:
        """Send a whole answer in one piece; each piece wakes the client up."""
        cycle.response_started = cycle.response_complete = True
        status, rest = answer.split(b"\r\n", 1)
        named = [b"%b: %b\r\n" % one for one in self.server_state.default_headers]
        if not cycle.keep_alive:  # the server has begun to stop
            named.append(b"connection: close\r\n")
        self.transport.write(b"".join([status, b"\r\n", *named, rest]))
        if not cycle.keep_alive:
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
