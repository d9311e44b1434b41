"""A remote SPARQL 1.1 endpoint behind the same interface as the embedded store."""

from __future__ import annotations

import time
import warnings
from itertools import count
from typing import TYPE_CHECKING, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions

from si_graph.errors import EndpointError, LimitError
from si_graph.store.inspection import query_form, require_readable
from si_graph.store.remote import answers, connection, construction, paging
from si_graph.store.remote.client import Client
from si_graph.store.remote.endpoint import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from si_graph.store.remote.answers import Results, Sound
    from si_graph.store.remote.cache import Cache
    from si_graph.store.remote.connection import Answer

# Endpoints are often set up with such a limit; a multiple of it may be what is left of more.
_USUAL_CAP = 10_000
_TSV = QueryResultsFormat.TSV


class RemoteStore:
    """Asks one endpoint, and tells a whole answer from a part.

    Attributes:
        is_partial: Whether the last answer may lack rows, as the endpoint gives no more.
    """

    def __init__(
        self,
        endpoint: Endpoint | str,
        *,
        cache: Cache | None = None,
        offline: bool = False,
        tell: Callable[[str], None] = warnings.warn,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make a store.

        Args:
            endpoint: The endpoint, or its address.
            cache: Where answers are kept; they are given again for as long as the endpoint says.
            offline: Whether to give kept answers only, however old.
            tell: Is told what users should know of how an answer came about.
            pause: Waits for so many seconds.

        Raises:
            UsageError: The endpoint has no web address.
        """
        self.endpoint = Endpoint(endpoint) if isinstance(endpoint, str) else endpoint
        self.is_partial = False
        self._client = Client(self.endpoint, tell, pause)
        self._cache = cache
        self._offline = offline
        self._tell = tell

    def query(self, text: str) -> Results:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query by asking the endpoint.

        Raises what `ask` does.
        """
        return self.ask(text).open()

    def ask(self, text: str) -> Sound:
        """Return the answer to a query as it was written.

        Raises:
            QuerySyntaxError: The text is none of these queries.
            EndpointError: The endpoint cannot be reached, refuses, or answers something else
                than SPARQL results; or there is no kept answer, and no other may be asked for.
            LimitError: The answer is too large, takes too long, or is a part that cannot be told.
        """
        require_readable(text)
        form = query_form(text)
        self.is_partial = False
        kept = self._kept(text)
        if kept is not None:
            return kept
        sound = self._whole(text, form)
        if self._cache is not None and not self.is_partial:
            self._cache.keep(self.endpoint.url, text, sound)
        return sound

    def _whole(self, text: str, form: str) -> Sound:
        """Ask, and go on asking where the endpoint gives a part of an answer."""
        answer = self._client.ask(text, form)
        sound = answers.read(answer, form, self.endpoint.url)
        if self._may_be_cut(text, form, answer, sound):
            return self._completed(text, form, answer, sound)
        return sound

    def _kept(self, text: str) -> Sound | None:
        """Return a kept answer, and say how old it is."""
        max_age = None if self._offline else self.endpoint.max_age
        kept = self._cache.find(self.endpoint.url, text, max_age) if self._cache else None
        if kept is not None:
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(kept.when))
            self._tell(f"{self.endpoint}: this is what it answered at {when}")
            return kept.answer
        if self._offline:
            raise EndpointError(
                f"{self.endpoint}: no answer to this query is kept\n  Ask once without --offline."
            )
        return None

    def _may_be_cut(self, text: str, form: str, answer: Answer, sound: Sound) -> bool:
        """Tell whether an answer has as much as the endpoint gives, and more was asked for."""
        if not sound.size:
            return False
        cap = _announced(answer) or self.endpoint.rows
        if form == "SELECT":
            limit = paging.take_apart(text).limit
            if limit is not None and sound.size >= limit:
                return False
        is_silent = form == "CONSTRUCT" and self._is_virtuoso(answer)
        return is_silent or 0 < cap <= sound.size or sound.size % _USUAL_CAP == 0

    def _completed(self, text: str, form: str, answer: Answer, first: Sound) -> Sound:
        """Return the whole answer, asked for in parts; or what came, if there is no other way."""
        try:
            if form == "SELECT" and first.variables:
                return self._all_pages(text, answer, first)
            if form == "CONSTRUCT":
                query = construction.take_apart(text)
                return query.make(self._whole(query.select, "SELECT")) if query.variables else first
        except (EndpointError, LimitError) as error:
            self._tell(str(error))
        self.is_partial = True
        self._tell(
            f"{self.endpoint}: the answer stops at {first.size:,}, which is as much as it gives;"
            " there may be more"
        )
        return first

    def _is_virtuoso(self, answer: Answer) -> bool:
        """Tell whether this is Virtuoso, also where something stands before it."""
        engines = (self.endpoint.engine, answer.headers.get("server", "").partition("/")[0])
        return "Virtuoso" in engines or "x-sparql-maxrows" in answer.headers

    def _all_pages(self, text: str, answer: Answer, first: Sound) -> Sound:
        query, size = paging.take_apart(text), _announced(answer) or first.size
        is_virtuoso = self._is_virtuoso(answer)
        lines = bytearray()
        previous = b""
        for number in count():
            page = query.page(first.variables, number * size, size, nested=is_virtuoso)
            sound = answers.read(self._client.ask(page, "SELECT"), "SELECT", self.endpoint.url)
            head, rows = _as_lines(sound)
            if sound.variables != first.variables or (sound.size and rows == previous):
                raise EndpointError(f"{self.endpoint}: it does not give rows part by part")
            lines += rows
            if len(lines) > connection.MAX_ANSWER_BYTES:
                raise LimitError(
                    f"{self.endpoint}: the answer is larger than"
                    f" {connection.MAX_ANSWER_BYTES:,} bytes"
                    "\n  Ask for less, with LIMIT for example."
                )
            asked = number * size + sound.size
            if sound.size < size or asked == query.limit:
                self._tell(
                    f"{self.endpoint}: it gives at most {size:,} rows at once, so all {asked:,}"
                    f" were asked for in {number + 1} parts"
                )
                return answers.Sound(head + bytes(lines), _TSV.media_type, asked, first.variables)
            previous = rows
        raise AssertionError  # the loop has no other end


def _announced(answer: Answer) -> int:
    """Return the number of rows that Virtuoso says it gives at most, when that comes to bear."""
    most = answer.headers.get("x-sparql-maxrows", "")
    return int(most) if most.isdecimal() else 0


def _as_lines(sound: Sound) -> tuple[bytes, bytes]:
    """Return the head and the rows of an answer in TSV, in which rows of answers can be joined."""
    results = cast("QuerySolutions", sound.open())
    head, _, rows = (results.serialize(format=_TSV) or b"").partition(b"\n")
    return head + b"\n", rows
