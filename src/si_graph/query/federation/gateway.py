"""The gateway: the only way out for queries and updates, on the loopback interface.

Oxigraph calls other servers by itself, without limits. So each call is rewritten to come here,
and the gateway makes it, within limits of its own: a server asks servers that are allowed, and
the command line asks endpoints with names.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import contextmanager
from hmac import compare_digest
from http import HTTPStatus
from secrets import token_urlsafe
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import unquote, unquote_to_bytes

from httptools import HttpParserError, HttpRequestParser

from si_graph.errors import EndpointError, LimitError, SiGraphError
from si_graph.query.federation.calls import MAX_CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_REQUEST = 10**6
# More than ever run at the same time.
_REMEMBERED = 1000
_PORTION = 2**16


class CallLimits(NamedTuple):
    """What calls of other servers may take.

    Attributes:
        seconds: How long one call may take, waiting for its turn included.
        size: How many bytes an answer may have.
        calls: How many calls one query or update may make.
        at_once: How many calls are made at the same time.
    """

    seconds: float = 10.0
    size: int = 10 * 10**6
    calls: int = MAX_CALLS
    at_once: int = 8


class Callee(Protocol):
    """Who is called, on behalf of a query or an update."""

    async def results(self, endpoint: str, query: str) -> tuple[str, bytes]:
        """Return the media type and the body of the results of a query.

        Raises:
            SiGraphError: There are none.
        """
        ...

    async def document(self, address: str) -> tuple[str, bytes]:
        """Return the media type and the body of a document to load.

        Raises:
            SiGraphError: There is none.
        """
        ...


class Gateway:
    """A small HTTP server for Oxigraph, which calls others on its behalf."""

    def __init__(self, callee: Callee, limits: CallLimits | None = None) -> None:
        """Make a gateway.

        Args:
            callee: Who is called.
            limits: What calls may take.
        """
        self._callee = callee
        self._limits = limits or CallLimits()
        self._secret = token_urlsafe(32)
        self._turns = asyncio.Semaphore(self._limits.at_once)
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen on a port of the loopback interface; return the URL that calls begin with."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/{self._secret}"

    async def stop(self) -> None:
        """Take no more calls."""
        if self._server is not None:
            self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, unless whoever asked goes away before."""
        tasks: list[asyncio.Task[bytes]] = []
        try:
            async with asyncio.timeout(self._limits.seconds):
                call = await _call(reader)
            tasks = [
                asyncio.create_task(self._answer(call)),
                asyncio.create_task(reader.read(1)),
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0].done():
                writer.write(tasks[0].result())
                await writer.drain()
        except (ConnectionError, TimeoutError, HttpParserError):
            # Whoever does not speak HTTP to the end is none of our workers.
            pass
        finally:
            for task in tasks:
                task.cancel()
            writer.close()

    async def _answer(self, call: _Call) -> bytes:
        """Return the whole response to a call."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                media_type, body = await self._made(call)
            status = HTTPStatus.OK
        except TimeoutError:
            text = f"{call.endpoint}: no answer within {self._limits.seconds:g} seconds"
            status, media_type, body = HTTPStatus.GATEWAY_TIMEOUT, "text/plain", text.encode()
        except SiGraphError as error:
            is_limit = isinstance(error, LimitError)
            status = HTTPStatus.GATEWAY_TIMEOUT if is_limit else HTTPStatus.BAD_GATEWAY
            media_type, body = "text/plain", str(error).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {media_type}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body

    async def _made(self, call: _Call) -> tuple[str, bytes]:
        """Make a call; return what to answer Oxigraph with."""
        if not compare_digest(call.secret, self._secret):
            raise EndpointError("this address is for queries that run here only")
        self._count(call.evaluation)
        async with self._turns:
            if not call.query:
                return await self._callee.document(call.endpoint)
            return await self._callee.results(call.endpoint, self._as_written(call.query).decode())

    def _as_written(self, query: bytes) -> bytes:
        """Return a query with the calls in it, which the other endpoint makes, led nowhere else."""
        here = rb"<http://127\.0\.0\.1:\d+/" + self._secret.encode() + rb"/\w+/([^>]*)>"
        return re.sub(here, lambda match: b"<" + unquote_to_bytes(match[1]) + b">", query)

    def _count(self, evaluation: str) -> None:
        """Count the calls of one evaluation: one that stands in a loop is made for each row."""
        count = self._counts.pop(evaluation, 0) + 1
        self._counts[evaluation] = count
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        if count > self._limits.calls:
            raise LimitError(
                f"the query calls other endpoints more than {self._limits.calls} times"
                "\n  Let it ask for many things in one call, with VALUES for example."
            )


@contextmanager
def open_gateway(gateway: Gateway) -> Iterator[str]:
    """Run a gateway in a thread of its own; give the URL that calls begin with."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]] = Future()

    async def live() -> None:
        end = asyncio.Event()
        try:
            started.set_result((asyncio.get_running_loop(), end, await gateway.start()))
        except OSError as error:
            started.set_exception(error)
            return
        await end.wait()
        await gateway.stop()

    thread = Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    loop, end, url = started.result()
    try:
        yield url
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


class _Call(NamedTuple):
    """What a query or an update wants: the answer to a query, or without one a document."""

    secret: str
    evaluation: str
    endpoint: str
    query: bytes


async def _call(reader: asyncio.StreamReader) -> _Call:
    """Read a request.

    Raises:
        ConnectionError: It is not complete, too large, or has no such address.
        HttpParserError: It is no HTTP.
    """
    request = _Parser()
    received = 0
    while not request.is_complete:
        data = await reader.read(_PORTION)
        received += len(data)
        if not data or received > _MAX_REQUEST:
            raise ConnectionError
        request.feed(data)
    parts = request.target.decode("latin-1").split("/")
    if len(parts) != 4:
        raise ConnectionError
    return _Call(parts[1], parts[2], unquote(parts[3]), bytes(request.body))


class _Parser:
    """A request as it comes in; the methods `on_…` are called by the library."""

    def __init__(self) -> None:
        self.target = b""
        self.body = bytearray()
        self.is_complete = False
        self.feed = HttpRequestParser(self).feed_data

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.is_complete = True
