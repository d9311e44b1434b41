"""Asks an endpoint as often as it takes and no oftener: waits when told to, and gives up in time.

SPARQLWrapper itself asks once, and takes no notice of what a busy endpoint says.
"""

from __future__ import annotations

import random
import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from si_graph.errors import EndpointError, LimitError
from si_graph.store.remote import connection
from si_graph.store.remote.answers import said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from si_graph.store.remote.connection import Answer
    from si_graph.store.remote.endpoint import Endpoint

TRIES = 4
_BUSY = (429, 502, 503, 504)


class Client:
    """Asks one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        tell: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make a client.

        Args:
            endpoint: Whom to ask.
            tell: Is told why an answer takes longer.
            pause: Waits for so many seconds.
        """
        connection.require_web_address(endpoint.url)
        self._endpoint = endpoint
        self._tell = tell
        self._pause = pause

    def ask(self, text: str, form: str) -> Answer:
        """Send a query; return a whole answer that the endpoint does not excuse itself for.

        Raises:
            EndpointError: The endpoint cannot be reached, or refuses.
            LimitError: The answer is too large, takes too long, or is only a part.
        """
        endpoint = self._endpoint
        for attempt in range(TRIES):
            asked_for = 0.0
            try:
                answer = connection.ask(endpoint.url, text, form, endpoint.seconds)
                if answer.status not in _BUSY:
                    return self._accepted(answer)
                problem = self._refusal(answer)
                asked_for = _retry_after(answer.headers)
            except connection.BrokenError as error:
                problem = error
            wait = max(asked_for, _backoff(endpoint.backoff, attempt))
            if attempt + 1 == TRIES or asked_for > endpoint.seconds:
                break
            self._tell(f"{str(problem).splitlines()[0]}; asked again in {wait:.0f} seconds")
            self._pause(wait)
        raise problem

    def _accepted(self, answer: Answer) -> Answer:
        if not 200 <= answer.status < 300:
            raise self._refusal(answer)
        encoding = answer.headers.get("content-encoding", "identity")
        if encoding != "identity":
            raise EndpointError(
                f"{self._endpoint.url}: the answer is compressed ({encoding}), which nobody "
                "asked for"
            )
        # Virtuoso sends what it has when its time is up, with status 200.
        if "x-sql-state" in answer.headers:
            message = answer.headers.get("x-sql-message", "").partition("  ")[0]
            raise LimitError(
                f"{self._endpoint.url}: the endpoint gave up, and its answer is only a part"
                f" ({answer.headers['x-sql-state']})\n  {message}\n  Ask for less."
            )
        return answer

    def _refusal(self, answer: Answer) -> EndpointError:
        text = said(answer.body)
        wait = answer.headers.get("retry-after", "")
        if wait:
            text += (
                f"\n  It asks to wait {f'{wait} seconds' if wait.isdecimal() else f'until {wait}'}."
            )
        return EndpointError(
            f"{self._endpoint.url}: the endpoint answers {answer.status} {answer.reason}{text}"
        )


def _backoff(first: float, attempt: int) -> float:
    """Return how long to wait: twice as long each time, and not when all others come back."""
    longest = 2 * first * 2**attempt
    return random.uniform(longest / 2, longest)  # noqa: S311 - nothing to keep secret


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return how many seconds an endpoint asks to wait, if it does."""
    wait = headers.get("retry-after", "").strip()
    if wait.isdecimal():
        return float(wait)
    try:
        until = parsedate_to_datetime(wait)
        # By its own clock, where it tells: ours may be wrong.
        now = parsedate_to_datetime(headers["date"]) if "date" in headers else None
    except ValueError:
        return 0.0
    there = now.timestamp() if now is not None else time.time()
    return max(until.replace(tzinfo=until.tzinfo or UTC).timestamp() - there, 0.0)
