"""One request to an endpoint by SPARQLWrapper, within a time and a size that nothing outlasts.

SPARQLWrapper makes the request. What opens it is ours: every status comes back as an answer,
redirections are followed with the query, and the whole exchange ends when its time is up.
"""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote_plus, urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from si_graph import __version__
from si_graph.errors import EndpointError, LimitError, UsageError
from si_graph.network.addresses import web_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

MAX_ANSWER_BYTES = 256 * 2**20
"""How much of an answer is read; a larger one is an error, never a cut result."""

# Who asks, and where to read about it: some endpoints turn away those who do not say.
AGENT = f"SI-Graph/{__version__} (https://w3id.org/si-graph/)"

_ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.9, */*;q=0.1"
_TRIPLES = "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"
# Longer queries go by POST: servers refuse long addresses, and 2,000 characters always pass.
_LONGEST_GET = 1800
_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_PORTION = 2**16


class Answer(NamedTuple):
    """What an endpoint answered, whatever it is.

    Attributes:
        status: The HTTP status.
        reason: The words beside it.
        headers: The headers, their names in lower case.
        media_type: The media type that it claims, without parameters.
        body: Everything that was sent.
    """

    status: int
    reason: str
    headers: dict[str, str]
    media_type: str
    body: bytes


class BrokenError(EndpointError):
    """A connection that broke, or an answer that is not whole: the next try may do better."""


def require_web_address(url: str) -> None:
    """Check the address of an endpoint.

    Raises:
        UsageError: It is none, or it holds a password.
    """
    if not url.isascii():
        raise UsageError(f"{url!r} is not a web address in ASCII")
    web_address(url)


def ask(url: str, text: str, form: str, seconds: float) -> Answer:
    """Send a query once.

    Args:
        url: The address of the endpoint.
        text: The query.
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        seconds: How long everything may take.

    Raises:
        BrokenError: The connection broke, or the answer is not whole.
        EndpointError: The endpoint cannot be reached, or has moved to another server.
        LimitError: The answer is larger than `MAX_ANSWER_BYTES`, or takes too long.
    """
    deadline = monotonic() + seconds
    try:
        return _followed(url, _request(url, text, form), deadline)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError) or monotonic() >= deadline:
            raise LimitError(f"{url}: no answer within {seconds:g} seconds") from None
        if isinstance(reason, (ConnectionResetError, BrokenPipeError, IncompleteRead)):
            raise BrokenError(f"{url}: the connection broke: {reason}") from None
        raise EndpointError(f"{url}: the endpoint cannot be reached: {reason}") from None


def _request(url: str, text: str, form: str) -> Request:
    from SPARQLWrapper import GET, POST, SPARQLWrapper

    client = SPARQLWrapper(url, agent=AGENT)
    # Its setQuery guesses the form by words that may also stand in a comment: after
    # `# add labels` it would send an update.
    client.queryString, client.queryType = text, form
    # It would put a second `?` into an address that has one.
    client.setMethod(GET if len(quote_plus(text)) < _LONGEST_GET and "?" not in url else POST)
    client.setOnlyConneg(True)
    client.addCustomHttpHeader("Accept", _ROWS if form in ("SELECT", "ASK") else _TRIPLES)
    return client._createRequest()


def _followed(url: str, request: Request, deadline: float) -> Answer:
    """Return the answer to a request, at whichever address of the same server it is."""
    for _ in range(_MAX_REDIRECTS):
        answer = _once(url, request, deadline)
        if answer.status not in _REDIRECTS or "location" not in answer.headers:
            return answer
        if answer.status == 303 and request.data:
            return answer
        where = urljoin(request.full_url, answer.headers["location"]).partition("#")[0]
        here, there = urlsplit(request.full_url), urlsplit(where)
        is_as_safe = there.scheme in ("https", here.scheme)
        if not is_as_safe or here.hostname != there.hostname:
            raise EndpointError(
                f"{url}: the endpoint has moved to {where}\n  Ask there, if you trust it."
            )
        request = Request(where, request.data, dict(request.headers))  # noqa: S310 - seen above
    raise EndpointError(f"{url}: too many redirections")


def _once(url: str, request: Request, deadline: float) -> Answer:
    with _opener(deadline) as opener:
        response = opener.open(request, timeout=max(deadline - monotonic(), 0.001))
        with response:
            body = _body(url, response, deadline)
            if monotonic() >= deadline:
                raise TimeoutError
            headers = {name.lower(): value for name, value in response.headers.items()}
            media_type = response.headers.get_content_type() if "content-type" in headers else ""
            return Answer(response.status, response.reason, headers, media_type, body)


def _body(url: str, response: HTTPResponse, deadline: float) -> bytes:
    announced = response.headers.get("Content-Length", "")
    length = int(announced) if announced.isdecimal() else None
    body = bytearray()
    # What has come so far is taken each time: a slow trickle must not outlast the deadline.
    while len(body) != length and (portion := response.read1(_PORTION)):
        body += portion
        if len(body) > MAX_ANSWER_BYTES:
            raise LimitError(
                f"{url}: the answer is larger than {MAX_ANSWER_BYTES:,} bytes"
                "\n  Ask for less, with LIMIT for example."
            )
        if monotonic() >= deadline:
            raise TimeoutError
    if length is not None and len(body) < length and monotonic() < deadline:
        raise BrokenError(f"{url}: the answer stops after {len(body):,} of {length:,} bytes")
    return bytes(body)


@contextmanager
def _opener(deadline: float) -> Iterator[OpenerDirector]:
    """Give what opens requests, and end their connections at the deadline.

    The time limit of a socket counts from the last byte, and starts again with each.
    """
    opened: list[socket.socket] = []

    def end() -> None:
        for one in opened:
            with suppress(OSError):
                # A connection with TLS would first take itself apart, while it is being read.
                socket.socket.shutdown(one, socket.SHUT_RDWR)

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            opened.append(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            opened.append(self.sock)

    opener = OpenerDirector()
    for handler in (ProxyHandler(), _Plain(Plain), _Secure(Secure)):
        opener.add_handler(handler)
    watch = Timer(max(deadline - monotonic(), 0), end)
    watch.daemon = True
    watch.start()
    try:
        yield opener
    finally:
        watch.cancel()


class _Plain(HTTPHandler):
    def __init__(self, connection: type[HTTPConnection]) -> None:
        super().__init__()
        self._connection = connection

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(self._connection, request)


class _Secure(HTTPSHandler):
    def __init__(self, connection: type[HTTPSConnection]) -> None:
        super().__init__()
        self._connection = connection

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(self._connection, request)
