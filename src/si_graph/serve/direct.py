"""Answers on the connection itself, past the application, which would take several times as long.

So go the answers that are kept, and those to queries by GET. All else is for the application: other
methods, conditional requests, pages, and what is no sound request.
"""

from __future__ import annotations

from functools import lru_cache
from time import perf_counter

from si_graph.errors import SiGraphError
from si_graph.serve import telling
from si_graph.serve.answers import Answer, lines_of
from si_graph.serve.heads import PROTECTING, is_host, number_of
from si_graph.serve.problems import UNFORESEEN, ProblemError, problem_of
from si_graph.serve.protocol.cross_origin import READABLE
from si_graph.serve.protocol.parameters import address_of, parameters_in
from si_graph.serve.protocol.sparql import OPERATION, PATH, chosen_format, question
from si_graph.serve.responses import headers_of, media_type
from si_graph.serve.workers.outcome import Outcome
from si_graph.store.inspection import query_form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from si_graph.serve.record import Record
    from si_graph.serve.service import Service
    from si_graph.serve.workers.pool import Job

    Send = Callable[[int, bytes], None]

_QUERIES = f"{PATH}?".encode()


class Direct:
    """Answers what can be answered without the application."""

    def __init__(self, service: Service, record: Record) -> None:
        """Prepare.

        Args:
            service: What answers.
            record: Where each request is told.
        """
        self.service = service
        self.record = record

    def begin(
        self, address: bytes, headers: Sequence[tuple[bytes, bytes]], scheme: str, send: Send
    ) -> Asked | None:
        """Answer a GET request, at once or later, unless the application has to.

        Args:
            address: Its path and query.
            headers: Its headers, their names in small letters.
            scheme: `http` or `https`.
            send: Is given the status of the answer, and what goes over the wire after that.

        Returns:
            The request; None if it is for the application.
        """
        answers = self.service.answers
        key = answers.key(address, headers)
        if key is None:
            return None
        kept = answers.get(key)
        if kept is not None:
            asked = Asked(self, key, address, dict(headers), send)
            asked.send(200, kept)
            return asked
        if not address.startswith(_QUERIES) or b"#" in address:
            return None
        asked = Asked(self, key, address, dict(headers), send)
        return asked if asked.begin(scheme) else None


class Asked:
    """One request, until it is answered."""

    __slots__ = ("_address", "_begin", "_direct", "_headers", "_job", "_key", "_number", "_send")

    def __init__(
        self,
        direct: Direct,
        key: bytes,
        address: bytes,
        headers: Mapping[bytes, bytes],
        send: Send,
    ) -> None:
        self._begin = perf_counter()
        self._direct = direct
        self._key = key
        self._address = address
        self._headers = headers
        self._number = number_of(headers.get(b"x-request-id", b""))
        self._send = send
        self._job: Job | None = None

    def begin(self, scheme: str) -> bool:
        """Begin to answer a query, and tell whether it is answered here."""
        accept = self._headers.get(b"accept", b"").lower()
        host = self._headers.get(b"host")
        # Who names HTML may get a page.
        if b"html" in accept or b"text/*" in accept or host is None or not is_host(host):
            return False
        try:
            return self._ask(scheme, host.decode(), accept.decode("latin-1"))
        except Exception as error:
            self.done(error)
            return True

    def _ask(self, scheme: str, host: str, accept: str) -> bool:
        given = parameters_in(self._address[len(_QUERIES) :])
        query, named = given.one("query"), given.first("format")
        if query is None or "update" in given or named == "html":
            return False
        chosen = chosen_format(accept, named, query_form(query))
        if chosen.name == "html":
            return False
        service = self._direct.service
        base = address_of(service.settings.origin, service.settings.root, scheme, host, PATH)
        arguments = question(service, given, query, chosen, base)
        self._job = service.submit(OPERATION, arguments, self.done, given.seconds("timeout"))
        return True

    def done(self, answer: Outcome | Exception) -> None:
        """Send what came of the query."""
        if not isinstance(answer, Outcome):
            self._fail(answer)
            return
        lines = _lines(answer.media_type, answer.cut_at, answer.lasting)
        own = f'etag: "{answer.tag}"\r\ncontent-length: {len(answer.body)}\r\n\r\n'
        whole = Answer(PATH, lines + own.encode(), answer.body)
        if answer.lasting:
            self._direct.service.answers.put(self._key, whole)
        self.send(answer.status, whole)

    def _fail(self, error: Exception) -> None:
        problem = UNFORESEEN
        if isinstance(error, ProblemError):
            problem = error.problem
        elif isinstance(error, SiGraphError):
            problem = problem_of(error)
        if problem is UNFORESEEN:
            self._direct.record.log.failure(error, id=self._number)
        response = telling.answer(problem)
        lines = lines_of([*response.raw_headers, *_ALWAYS])
        self.send(response.status_code, Answer(PATH, lines + b"\r\n", bytes(response.body)))

    def send(self, status: int, answer: Answer) -> None:
        """Send an answer, and tell of it."""
        self._tell(answer.route, status, len(answer.body))
        number = b"x-request-id: %b\r\n" % self._number.encode()
        self._send(status, b"".join([number, answer.headers, answer.body]))

    def leave(self) -> None:
        """Give the request up: the client has left."""
        if self._job is not None:
            self._direct.service.pool.cancel(self._job)
        self._tell(PATH, 499, 0)

    def _tell(self, route: str, status: int, size: int) -> None:
        path, _, query = self._address.partition(b"?")
        address = (path.decode("latin-1"), query)
        self._direct.record.answered(self._number, "GET", route, address, status, size, self._begin)


_ALWAYS = (*READABLE, *PROTECTING.items())


@lru_cache(maxsize=256)
def _lines(kind: str, cut_at: int | None, lasting: bool) -> bytes:
    """Return the headers of the answers to queries that depend on nothing else, as lines."""
    named = {**headers_of(cut_at, "Accept", lasting=lasting), "Content-Type": media_type(kind)}
    fixed = [(name.lower().encode(), value.encode()) for name, value in named.items()]
    return lines_of([*fixed, *_ALWAYS])
