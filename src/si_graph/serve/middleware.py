"""Around every request: what no endpoint should see, headers, counting, logs, unforeseen errors."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from ipaddress import IPv6Address
from secrets import token_hex
from time import perf_counter

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from si_graph.errors import SiGraphError
from si_graph.serve.problems import MEDIA_TYPE, UNFORESEEN, Problem, ProblemError, problem_of
from si_graph.serve.protocol.cross_origin import READABLE
from si_graph.serve.telling import told
from si_graph.serve.workers.errors import StoppedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from typing import Any

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from si_graph.serve.answers import Answers, Key
    from si_graph.serve.logs import Log
    from si_graph.serve.metrics import Metrics

_HOST = re.compile(
    rb"(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*(?::\d{0,5})?|\[([0-9A-Fa-f:.]+)\](?::\d{0,5})?"
)
_REQUEST_ID = re.compile(rb"[\w.-]{8,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_PATH = 4096

_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    b"x-frame-options": b"DENY",
    # Open data may be read from anywhere.
    b"cross-origin-resource-policy": b"cross-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Sent with every answer that does not say otherwise itself."""


class Guard:
    """Wraps the application."""

    def __init__(
        self,
        app: ASGIApp,
        log: Log,
        metrics: Metrics,
        answers: Answers,
        direct: Mapping[str, Callable[[Request], Awaitable[Response]]],
    ) -> None:
        """Wrap an application.

        Args:
            app: The application.
            log: Where each request is told.
            metrics: Where each request is counted.
            answers: The answers that are kept.
            direct: What answers at the addresses that most requests are for: they are led there
                past the layers of the application, which would take longer than all the rest.
        """
        self._app = app
        self._direct = direct
        self._log = log
        self._metrics = metrics
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            key = self._answers.key(scope)
            if refused := _refusal(scope):
                await exchange.answer(refused, receive)
            else:
                await self._app(scope, receive, exchange.send)
                if key is not None and exchange.whole is not None:
                    route = getattr(scope.get("route"), "path", "none")
                    self._answers.put(key, route, *exchange.whole)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            # The time that running requests get when the server stops is over.
            await exchange.answer(_STOPPING, receive)
        except Exception as error:
            self._log.failure(error, id=exchange.id)
            await exchange.answer(UNFORESEEN, receive)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._tell(exchange, route)

    def begin(self, scope: Scope, receive: Receive) -> bytes | Coroutine[Any, Any, bytes] | None:
        """Return the answer to a request as it goes over the wire, if it is kept.

        Otherwise return what finds it, or None where that takes the whole application. Only the
        headers that the connection itself adds are missing.
        """
        key = self._answers.key(scope)
        if key is None:
            return None
        kept = self._answers.get(key)
        if kept is not None:
            exchange = _Exchange(scope)
            exchange.status, exchange.size = 200, len(kept.body)
            self._tell(exchange, kept.route)
            return _on_the_wire(exchange, kept.headers, kept.body)
        if scope["path"] not in self._direct or _refusal(scope):
            return None
        return self._found(scope, receive, key)

    async def _found(self, scope: Scope, receive: Receive, key: Key) -> bytes:
        exchange = _Exchange(scope)
        scope["app"] = self._app
        response = await self._response(exchange, Request(scope, receive))
        headers = [*response.raw_headers, *READABLE]
        names = {name for name, _ in headers}
        headers += [pair for pair in _HEADERS.items() if pair[0] not in names]
        body = bytes(response.body)
        exchange.status, exchange.size = response.status_code, len(body)
        start = {"status": response.status_code, "headers": headers}
        self._answers.put(key, scope["path"], start, body)
        self._tell(exchange, scope["path"])
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        return _on_the_wire(exchange, lines + b"\r\n", body)

    async def _response(self, exchange: _Exchange, request: Request) -> Response:
        try:
            try:
                return await self._direct[request.scope["path"]](request)
            except (SiGraphError, ProblemError) as error:
                return await told(request, error)
        except asyncio.CancelledError:
            problem = _STOPPING
        except Exception as error:
            self._log.failure(error, id=exchange.id)
            problem = UNFORESEEN
        return Response(problem.body(), problem.status, problem.headers, MEDIA_TYPE)

    def _tell(self, exchange: _Exchange, route: str) -> None:
        scope = exchange.scope
        seconds = perf_counter() - exchange.start
        self._metrics.request(route, scope["method"], exchange.status, seconds)
        query = scope["query_string"].decode("latin-1")
        self._log.write(
            "info",
            id=exchange.id,
            method=scope["method"],
            route=route,
            path=scope["path"] if self._log.with_queries else None,
            query=query if self._log.with_queries and query else None,
            status=exchange.status,
            ms=round(seconds * 1000, 2),
            bytes=exchange.size,
        )


class _Exchange:
    """One request and its answer, as far as it was sent.

    Attributes:
        id: What both are called in the logs.
        status: The status of the answer; 499 if there was none: the client left.
        size: The bytes of its body.
        start: When the request came.
        whole: The start and the body of the answer, if it was a success in one piece.
        scope: The request.
    """

    def __init__(self, scope: Scope, send: Send | None = None) -> None:
        self.start = perf_counter()
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        self.id = given.decode() if _REQUEST_ID.fullmatch(given) else token_hex(8)
        self.status = 499
        self.size = 0
        self.whole: tuple[Message, bytes] | None = None
        self.scope = scope
        self._send = send
        self._begun: Message | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            names = {name for name, _ in headers}
            headers += [pair for pair in _HEADERS.items() if pair[0] not in names]
            self._begun = {**message, "headers": headers}
            self.status = message["status"]
            headers = [*headers, (b"x-request-id", self.id.encode())]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            if not self.size and self._begun is not None and not message.get("more_body"):
                self.whole = (self._begun, body)
            self.size += len(body)
        assert self._send is not None  # noqa: S101 - only what is repeated is not sent from here
        await self._send(message)

    async def answer(self, problem: Problem, receive: Receive) -> None:
        """Answer with a problem, unless an answer has begun."""
        if self._begun is not None:
            return
        response = Response(problem.body(), problem.status, problem.headers, MEDIA_TYPE)
        await response(self.scope, receive, self.send)


def _on_the_wire(exchange: _Exchange, headers: bytes, body: bytes) -> bytes:
    phrase = HTTPStatus(exchange.status).phrase
    status = f"HTTP/1.1 {exchange.status} {phrase}\r\nx-request-id: {exchange.id}\r\n"
    return b"".join([status.encode(), headers, body])


def _is_host(value: bytes) -> bool:
    """Tell whether a header names a host that an IRI can hold (RFC 3986, 3.2.2)."""
    found = _HOST.fullmatch(value)
    if found is None or found[1] is None:
        return found is not None
    try:
        IPv6Address(found[1].decode())
    except ValueError:
        return False
    return True


def _refusal(scope: Scope) -> Problem | None:
    """Return what is wrong with the address of a request, if anything is."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1 or (not hosts and scope["http_version"] == "1.1"):
        return _bad("The request must name exactly one host.")
    if hosts and not _is_host(hosts[0]):
        return _bad("The name of the host is malformed.")
    path: str = scope["path"]
    if not path.startswith("/"):
        return _bad("The path of an address begins with a slash.")
    if len(path) > _LONGEST_PATH:
        return Problem(414, "address", "The address is too long", "No address here is that long.")
    # Bytes that are not UTF-8 have become U+FFFD.
    if _CONTROL.search(path) or "\ufffd" in path:
        return _bad("The path has characters that no address has.")
    # What a path means must not depend on who takes out its dots, a proxy or this server.
    if "\\" in path or {".", ".."} & set(path.split("/")):
        return _bad("The path has parts that no address has.")
    return None


def _bad(detail: str) -> Problem:
    # Who sends such things may disagree with us about where a request ends.
    close = {"Connection": "close"}
    return Problem(400, "address", "The address is malformed", detail, headers=close)


_STOPPING = problem_of(StoppedError())
