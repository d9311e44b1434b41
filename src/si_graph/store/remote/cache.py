"""Answers of endpoints kept on disk, so that the same question is not asked again too soon."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from si_graph.store.remote.answers import Sound

if TYPE_CHECKING:
    from collections.abc import Callable

# Nobody looks for these any more, not even without the network.
_LONGEST = 30 * 24 * 3600.0


class Kept(NamedTuple):
    """An answer that was kept.

    Attributes:
        when: When it was given, in seconds since 1970.
        answer: The answer.
    """

    when: float
    answer: Sound


class Cache:
    """Answers in a folder, each in a file of its own."""

    def __init__(self, folder: str, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def find(self, url: str, text: str, max_age: float | None) -> Kept | None:
        """Return the answer to a query that is no older than `max_age` seconds, if that is set."""
        try:
            with open(self._path(url, text), "rb") as stream:
                head = json.loads(stream.readline())
                body = stream.read()
            answer = Sound(body, head["type"], head["size"], tuple(head["variables"]))
            when, length = float(head["when"]), head["length"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        is_whole = len(body) == length
        is_young = max_age is None or 0 <= self._clock() - when < max_age
        return Kept(when, answer) if is_whole and is_young else None

    def keep(self, url: str, text: str, answer: Sound) -> None:
        """Keep the answer to a query; a full or read-only disk is no reason to fail."""
        head = {
            "url": url,
            "when": self._clock(),
            "type": answer.media_type,
            "size": answer.size,
            "variables": answer.variables,
            "length": len(answer.body),
        }
        path = self._path(url, text)
        writing = f"{path}.{os.getpid()}"
        with suppress(OSError):
            # What somebody asks is nobody else's business.
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            self._forget()
            with open(writing, "wb", opener=_private) as stream:
                stream.write(json.dumps(head).encode() + b"\n" + answer.body)
            os.replace(writing, path)

    def _forget(self) -> None:
        """Remove what nobody looks for any more."""
        for entry in os.scandir(self._folder):
            if self._clock() - entry.stat().st_mtime > _LONGEST:
                os.remove(entry.path)

    def _path(self, url: str, text: str) -> str:
        return os.path.join(self._folder, sha256(f"{url}\n{text}".encode()).hexdigest())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
