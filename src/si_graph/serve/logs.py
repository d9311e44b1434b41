"""The logs: one line of JSON for each request and each error, to standard error.

What was asked, and what it was asked about, stays out unless the settings say otherwise.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

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
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": now, "level": level}
        for name, value in members.items():
            if value is not None:
                line[name] = value[:_LONGEST] if isinstance(value, str) else value
        # A server goes on where nobody takes its logs.
        try:
            self._stream.write(json.dumps(line) + "\n")
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
