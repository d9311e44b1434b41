"""Around the application: what no endpoint should see, headers, and unforeseen errors."""

from __future__ import annotations

import asyncio
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from si_graph.serve.answers import Answer, lines_of
from si_graph.serve.heads import PROTECTING, number_of, refusal_of
from si_graph.serve.problems import MEDIA_TYPE, UNFORESEEN, Problem, problem_of
from si_graph.serve.workers.errors import StoppedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from si_graph.serve.answers import Answers
    from si_graph.serve.record import Record

_STOPPING = problem_of(StoppedError())


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, record: Record, answers: Answers) -> None:
        """Wrap an application.

        Args:
            app: The application.
            record: Where each request is told.
            answers: The answers that are kept.
        """
        self._app = app
        self._record = record
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            key = self._answers.key_of(scope)
            if refused := refusal_of(scope):
                await exchange.answer(refused, receive)
            else:
                await self._app(scope, receive, exchange.send)
                answer = exchange.lasting()
                if key is not None and answer is not None:
                    self._answers.put(key, answer)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            # The time that running requests get when the server stops is over.
            await exchange.answer(_STOPPING, receive)
        except Exception as error:
            self._record.log.failure(error, id=exchange.id)
            await exchange.answer(UNFORESEEN, receive)
        finally:
            address = (scope["path"], scope["query_string"])
            sent = (exchange.status, exchange.size, exchange.begin)
            self._record.answered(exchange.id, scope["method"], exchange.route, address, *sent)


class _Exchange:
    """One request and its answer, as far as it was sent.

    Attributes:
        id: What both are called in the logs.
        status: The status of the answer; 499 if there was none: the client left.
        size: The bytes of its body.
        begin: When the request came.
        scope: The request.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self.begin = perf_counter()
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        self.id = number_of(given)
        self.status = 499
        self.size = 0
        self._whole: bytes | None = None
        self.scope = scope
        self._send = send
        self._begun: Message | None = None

    @property
    def route(self) -> str:
        """The pattern of the address that answered."""
        return getattr(self.scope.get("route"), "path", "none")

    def lasting(self) -> Answer | None:
        """Return the answer, if it is a success in one piece that others may have too."""
        if self.status != 200 or self._begun is None or self._whole is None:
            return None
        headers = self._begun["headers"]
        is_public = any(
            name == b"cache-control" and value.startswith(b"public") for name, value in headers
        )
        lines = lines_of(headers) + b"\r\n"
        return Answer(self.route, lines, self._whole) if is_public else None

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            names = {name for name, _ in headers}
            headers += [pair for pair in PROTECTING.items() if pair[0] not in names]
            self._begun = {**message, "headers": headers}
            self.status = message["status"]
            headers = [*headers, (b"x-request-id", self.id.encode())]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            if not self.size and self._begun is not None and not message.get("more_body"):
                self._whole = body
            self.size += len(body)
        await self._send(message)

    async def answer(self, problem: Problem, receive: Receive) -> None:
        """Answer with a problem, unless an answer has begun."""
        if self._begun is not None:
            return
        response = Response(problem.body(), problem.status, problem.headers, MEDIA_TYPE)
        await response(self.scope, receive, self.send)
