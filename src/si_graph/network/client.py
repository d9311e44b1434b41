"""One request to another server: at the address that was checked, and within limits."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urljoin

from httptools import HttpParserError, HttpResponseParser

from si_graph import __version__
from si_graph.errors import EndpointError, LimitError
from si_graph.network.addresses import WebAddress, addresses_of, is_allowed, web_address

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Sequence

_MAX_REDIRECTS = 5
_PORTION = 2**16


class BrokenError(EndpointError):
    """A server that stopped in the middle of its answer."""


class Request(NamedTuple):
    """What to ask: by GET, or by POST where there is a body."""

    accept: str
    body: bytes = b""
    body_type: str = ""
    headers: Sequence[str] = ()


class Sink(Protocol):
    """Where the body of an answer goes as it comes, instead of into the reply."""

    def begin(self, reply: Reply) -> bool:
        """Take the head of an answer; return whether its body is wanted."""

    def write(self, data: bytearray) -> None:
        """Take some of the body."""


class Reply(NamedTuple):
    """What a server answered, and at which URL after redirections."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Client:
    """Asks servers that are on an allow-list, or any where there is none."""

    def __init__(
        self,
        allowed: Collection[str] | None,
        tls: ssl.SSLContext,
        size: int,
        *,
        public_only: bool,
        silence: float | None = None,
    ) -> None:
        """Set the limits.

        Args:
            allowed: The endpoints that may be asked; any where this is `None`.
            tls: How to check who a server is.
            size: How many bytes an answer may have.
            public_only: Whether servers that are not on the public internet are refused.
            silence: For how many seconds a server may send nothing, if that is limited.
        """
        self._allowed = allowed
        self._tls = tls
        self._size = size
        self._public_only = public_only
        self._silence = silence

    async def ask(self, url: str, request: Request, sink: Sink | None = None) -> Reply:
        """Ask, and follow redirections to where it is allowed as well.

        Args:
            url: Whom to ask.
            request: What to ask.
            sink: Where the body goes as it comes, if it is wanted; the reply has none then.

        Raises:
            EndpointError: The server is not allowed, cannot be reached, or does not speak HTTP.
            LimitError: Its answer is too large.
        """
        for _ in range(_MAX_REDIRECTS):
            if self._allowed is not None and not is_allowed(url, self._allowed):
                raise EndpointError(f"{url} is not on the list of endpoints to call")
            reply = await self._once(url, request, sink)
            where = reply.headers.get("location")
            # To see another page by GET is no way to send a query on.
            is_elsewhere = reply.status in (301, 302, 307, 308) or (
                reply.status == HTTPStatus.SEE_OTHER and not request.body
            )
            if not is_elsewhere or where is None:
                return reply
            try:
                url = urljoin(url, where).partition("#")[0]
            except ValueError:
                raise EndpointError(f"{url}: a redirection to {where!r}") from None
        raise EndpointError(f"{url}: too many redirections")

    async def _once(self, url: str, request: Request, sink: Sink | None) -> Reply:
        where = web_address(url)
        reader, writer = await self._connected(where, url)
        try:
            writer.write(_head(where, request) + request.body)
            parser = _Parser()
            received = 0
            is_wanted: bool | None = None
            while not parser.is_complete:
                received += await self._read(reader, parser, url)
                if received > self._size:
                    raise LimitError(f"{url}: the answer is larger than {self._size:,} bytes")
                if sink is not None and parser.has_head:
                    if is_wanted is None:
                        is_wanted = sink.begin(Reply(url, parser.status, parser.headers, b""))
                    if is_wanted:
                        sink.write(parser.body)
                    parser.body.clear()
        finally:
            writer.transport.abort()
        return Reply(url, parser.status, parser.headers, bytes(parser.body))

    async def _connected(
        self, where: WebAddress, url: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to one of the addresses that were checked: the name is not looked up again."""
        addresses = await addresses_of(where, public_only=self._public_only)
        secure = where.scheme == "https"
        reason: OSError | None = None
        for address in addresses:
            try:
                return await asyncio.open_connection(
                    address,
                    where.port,
                    ssl=self._tls if secure else None,
                    server_hostname=where.host if secure else None,
                )
            except OSError as error:
                reason = error
        raise EndpointError(f"{url}: the server cannot be reached: {reason}")

    async def _read(self, reader: asyncio.StreamReader, parser: _Parser, url: str) -> int:
        """Let some of an answer be parsed; return how many bytes that was."""
        try:
            async with asyncio.timeout(self._silence):
                data = await reader.read(_PORTION)
            parser.feed(data)
        except TimeoutError:
            raise BrokenError(f"{url}: the server sent nothing for too long") from None
        except OSError as error:
            raise BrokenError(f"{url}: the connection broke: {error}") from None
        except HttpParserError:
            raise EndpointError(f"{url}: the answer is not sound HTTP") from None
        return len(data)


def _head(where: WebAddress, request: Request) -> bytes:
    lines = [
        f"{'POST' if request.body else 'GET'} {where.target} HTTP/1.1",
        f"Host: {where.authority}",
        f"User-Agent: SI-Graph/{__version__}",
        f"Accept: {request.accept}",
        "Accept-Encoding: identity",
        "Connection: close",
        *request.headers,
    ]
    if request.body:
        lines += [f"Content-Type: {request.body_type}", f"Content-Length: {len(request.body)}"]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


class _Parser:
    """A response as it comes in; the methods `on_…` are called by the library."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.is_complete = False
        self.has_head = False
        self._parser = HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take what has come; nothing more means that the server closed the connection."""
        if data:
            self._parser.feed_data(data)
            return
        # Only an answer that does not announce its length ends with the connection.
        if not self.has_head or {"content-length", "transfer-encoding"} & self.headers.keys():
            raise ConnectionError("the answer is not complete")
        self.is_complete = True

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self.has_head = True

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        # What begins with 1 only announces the answer.
        if self.status < HTTPStatus.OK:
            self.headers.clear()
            self.has_head = False
        else:
            self.is_complete = True
