"""A file that comes in parts: what has come, and what tells that the rest belongs to it (RFC 9110).

Beside the part stands what the server said of the file. Without a strong validator the rest cannot
be asked for, as it might be that of another file.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from si_graph.errors import LimitError
from si_graph.network.client import BrokenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from si_graph.network.client import Reply

_EXTENSIONS = {
    "text/turtle": ".ttl",
    "application/rdf+xml": ".rdf",
    "application/ld+json": ".jsonld",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/trig": ".trig",
    "application/json": ".json",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/zip": ".zip",
    "application/gzip": ".gz",
}
_STRONG_TAG = re.compile(r'"[!#-~]*"')
_DATE = re.compile(r"[A-Za-z0-9 ,:+-]+")
# A file may change twice within a second, and clocks differ.
_SETTLED = timedelta(minutes=1)
_OTHERWISE = (
    HTTPStatus.NOT_MODIFIED,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
)
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]+/([0-9]{1,18})")


_CHANGED = "{}: the server has no rest to what it began with"


class ChangedError(BrokenError):
    """A server that has no rest to what came, as it has another file by now."""


class Known(NamedTuple):
    """What a server said of a file.

    Attributes:
        url: Where it is, after redirections.
        name: Its name, with an ending that says what it is.
        last_modified: When it was last changed, as the server writes it.
        validator: What tells it from any other, an entity tag or that date; empty without one.
    """

    url: str
    name: str
    last_modified: str
    validator: str


class ResumableFile:
    """Takes the bodies of answers, and puts them together to one file."""

    def __init__(self, folder: str, size: int, resumed: Callable[[int], None]) -> None:
        """Go on with what is in a folder, or begin.

        Args:
            folder: The folder for this file alone.
            size: How many bytes it may have.
            resumed: Is told after how many bytes it goes on.
        """
        self._folder = folder
        self._size = size
        self._resumed = resumed
        # No name that a server gives begins with a dot.
        self._noted = os.path.join(folder, ".known.json")
        self._partial = os.path.join(folder, ".partial")
        self._stream = open(self._partial, "ab")  # noqa: SIM115 - open as long as this is
        self._count = os.path.getsize(self._partial)
        self._total: int | None = None
        self._known: Known | None = None
        with suppress(FileNotFoundError), open(self._noted, "rb") as stream:
            self._known = Known(*json.load(stream))

    @property
    def is_resumable(self) -> bool:
        """Whether what has come can be gone on with."""
        return self._known is not None and self._known.validator != ""

    def conditions(self) -> list[str]:
        """Return the headers that ask for what is missing only."""
        validator = self._known.validator if self._known is not None else ""
        if not validator:
            return []
        if self._is_whole:
            name = "If-None-Match" if _STRONG_TAG.match(validator) else "If-Modified-Since"
            return [f"{name}: {validator}"]
        return [f"Range: bytes={self._count}-", f"If-Range: {validator}"] if self._count else []

    def begin(self, reply: Reply) -> bool:
        """Take the head of an answer; return whether its body is wanted.

        Raises:
            ChangedError: The server has another file than that which came before.
            LimitError: The file is announced to be too large.
        """
        if reply.status == HTTPStatus.OK:
            self._restart(reply)
            self._total = int(reply.headers.get("content-length", 0)) or None
        elif reply.status == HTTPStatus.PARTIAL_CONTENT:
            self._total = self._total_of_rest(reply)
            self._resumed(self._count)
        elif reply.status in _OTHERWISE:
            if reply.status != HTTPStatus.NOT_MODIFIED or not self._is_whole:
                raise ChangedError(_CHANGED.format(reply.url))
            return False
        else:
            return False
        self._require_fits(reply.url, self._total or 0)
        return True

    def write(self, data: bytearray) -> None:
        """Take some of the file.

        Raises:
            LimitError: It is too large.
        """
        self._count += len(data)
        assert self._known is not None  # noqa: S101 - a body comes after its head
        self._require_fits(self._known.url, self._count)
        self._stream.write(data)

    def finished(self) -> tuple[str, Known]:
        """Return where the file is, once it is whole, and what is known of it.

        Raises:
            BrokenError: Some of it is missing.
        """
        assert self._known is not None  # noqa: S101 - a body comes after its head
        path = os.path.join(self._folder, self._known.name)
        if not self._is_whole:
            if self._total is not None and self._count != self._total:
                raise BrokenError(f"{self._known.url}: the file is not complete")
            self._stream.flush()
            os.fsync(self._stream.fileno())
            os.replace(self._partial, path)
        return path, self._known

    def forget(self) -> None:
        """Begin again with nothing."""
        self._stream.truncate(0)
        self._count = 0
        with suppress(FileNotFoundError):
            os.unlink(self._noted)
        self._known = None

    def close(self) -> None:
        """Leave off; what has come stays."""
        self._stream.close()

    @property
    def _is_whole(self) -> bool:
        return self._known is not None and os.path.exists(
            os.path.join(self._folder, self._known.name)
        )

    def _restart(self, reply: Reply) -> None:
        # In this order what came before is at no time taken for what comes now.
        self.forget()
        modified = reply.headers.get("last-modified", "")
        self._known = Known(reply.url, _name(reply), modified, _validator(reply.headers))
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(self._folder, self._known.name))
        if self._known.validator:
            aside = f"{self._noted}.new"
            with open(aside, "w", encoding="utf-8") as stream:
                json.dump(self._known, stream)
            os.replace(aside, self._noted)

    def _total_of_rest(self, reply: Reply) -> int:
        """Return how long the file is that an answer is the rest of."""
        match = _CONTENT_RANGE.fullmatch(reply.headers.get("content-range", ""))
        known = self._known
        if match is None or known is None or int(match[1]) != self._count:
            raise ChangedError(_CHANGED.format(reply.url))
        header = "etag" if _STRONG_TAG.match(known.validator) else "last-modified"
        # A query may hold a signature, which differs each time.
        is_same = (
            reply.url.partition("?")[0] == known.url.partition("?")[0]
            and reply.headers.get(header, known.validator) == known.validator
        )
        if not is_same:
            raise ChangedError(_CHANGED.format(reply.url))
        return int(match[2])

    def _require_fits(self, url: str, size: int) -> None:
        if size > self._size:
            raise LimitError(f"{url}: the file is larger than {self._size:,} bytes")


def _validator(headers: dict[str, str]) -> str:
    """Return what tells a file from any other, of which a date is the lesser means, or nothing."""
    tag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    if tag:
        return tag if _STRONG_TAG.fullmatch(tag) else ""
    try:
        age = parsedate_to_datetime(headers.get("date", "")) - parsedate_to_datetime(modified)
    except (ValueError, TypeError):
        return ""
    return modified if age >= _SETTLED and _DATE.fullmatch(modified) else ""


def _name(reply: Reply) -> str:
    """Return the name of a file: that of the URL, with an ending that says what it is."""
    last = reply.url.partition("?")[0].rstrip("/").rpartition("/")[2] or "data"
    name = "".join(one if one.isalnum() or one in "-_." else "-" for one in last)[-80:].lstrip(".")
    extension = _EXTENSIONS.get(reply.media_type, "")
    ending = os.path.splitext(name.removesuffix(".gz"))[1]
    if extension and ending not in _EXTENSIONS.values() and not name.endswith(extension):
        name += extension
    if reply.headers.get("content-encoding", "").lower() == "gzip" and not name.endswith(".gz"):
        name += ".gz"
    return name or "data"
