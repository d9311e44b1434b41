"""The logs: one line of JSON for each request and each error, to standard error.

What was asked, and what it was asked about, stays out unless the settings say otherwise.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from datetime import UTC, datetime
from functools import lru_cache

from si_graph.serve.workers.errors import UnforeseenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_LONGEST = 10_000
"""Characters of a value that is logged."""


class Log:
    """Writes lines of JSON.

    Attributes:
        with_queries: Whether the lines may hold what was asked.
    """

    def __init__(self, *, with_queries: bool = False, stream: TextIO | None = None) -> None:
        self.with_queries = with_queries
        self._stream = stream or sys.stderr

    def write(self, level: str, **members: object) -> None:
        """Write a line; members that are None are left out."""
        line: dict[str, object] = {"time": _now(), "level": level}
        for name, value in members.items():
            if value is not None:
                line[name] = value[:_LONGEST] if isinstance(value, str) else value
        self._put(json.dumps(line))

    def request(
        self,
        number: str,
        method: str,
        route: str,
        status: int,
        seconds: float,
        size: int,
        address: tuple[str, bytes],
    ) -> None:
        """Write the line of a request; put together by hand, it takes a third of the time.

        Args:
            number: What it is called; letters and digits.
            method: Its method.
            route: The pattern of its address.
            status: The status of the answer.
            seconds: How long it took.
            size: The bytes of the body of the answer.
            address: Its path and what follows the question mark, which `with_queries` shows.
        """
        asked = ""
        if self.with_queries:
            path, query = address[0][:_LONGEST], address[1][:_LONGEST].decode("latin-1")
            asked = f', "path": {json.dumps(path)}'
            asked += f', "query": {json.dumps(query)}' if query else ""
        self._put(
            f'{{"time": "{_now()}", "level": "info", "id": "{number}", "method": {_quoted(method)}'
            f', "route": {_quoted(route)}{asked}, "status": {status}'
            f', "ms": {seconds * 1000:.2f}, "bytes": {size}}}'
        )

    def _put(self, line: str) -> None:
        # A server goes on where nobody takes its logs.
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return

    def failure(self, error: BaseException, **members: object) -> None:
        """Write where an error that nobody foresaw came from.

        Its message may quote what was asked, so it is left out like that.
        """
        kind, places = type(error).__name__, where(error)
        if isinstance(error, UnforeseenError):
            kind, places = error.kind, error.where
        message = str(error) if self.with_queries else None
        self.write("error", error=kind, message=message, where=places, **members)


_quoted = lru_cache(maxsize=256)(json.dumps)


def _now() -> str:
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{milliseconds:03}+00:00"


@lru_cache(maxsize=1)
def _second(number: int) -> str:
    # What all lines of a second begin with: to write it anew takes longer than all else of a line.
    return f"{datetime.fromtimestamp(number, UTC):%Y-%m-%dT%H:%M:%S}"


def where(error: BaseException) -> list[str]:
    """Return the places that an error came through, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def take_over(log: Log) -> None:
    """Let what libraries have to say of errors go to the same log."""
    handler = _Handler(log)
    for name in ("uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.ERROR)
        logger.propagate = False


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.ERROR)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        source = record.name
        if error is not None:
            self._log.failure(error, source=source)
        else:
            self._log.write("error", source=source, message=record.getMessage().strip())
