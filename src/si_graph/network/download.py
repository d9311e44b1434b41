"""A file of another server, onto disk: at a public address, within a size, however long it is."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
from contextlib import closing
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from si_graph.errors import EndpointError, LimitError
from si_graph.network.client import BrokenError, Client, Request
from si_graph.network.resumable import ChangedError, ResumableFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

PAUSE_SECONDS = 1.0
"""How long to wait before the second attempt; before each later one, that much longer."""

SILENCE_SECONDS = 60.0
"""For how long a server may send nothing; after that the connection counts as broken."""

_ACCEPT = "text/turtle, application/rdf+xml, application/ld+json;q=0.9, */*;q=0.8"
_SECONDS = 3600.0
_ATTEMPTS = 5
_KEPT = "What came is kept: started again, this goes on from there."


class Download(NamedTuple):
    """A file that was fetched.

    Attributes:
        path: Where it is.
        url: Where it came from, after redirections.
        modified: When the server last changed it, if it tells.
    """

    path: str
    url: str
    modified: date | None


def download(
    url: str,
    folder: str,
    size: int,
    *,
    public_only: bool = True,
    resumed: Callable[[int], None] | None = None,
) -> Download:
    """Fetch a file.

    Where a connection broke or fell silent, the file is gone on with: at once, a few times, and by
    a later call with the same folder. A file that is whole already is not fetched again unless it
    changed.

    Args:
        url: Where it is, `http` or `https`.
        folder: The folder for this file alone, which is made if need be.
        size: How many bytes it may have.
        public_only: Whether servers that are not on the public internet are refused.
        resumed: Is told after how many bytes it goes on.

    Raises:
        UsageError: This is no web address.
        EndpointError: The server is not public, cannot be reached, or does not give the file.
        LimitError: The file is too large.
    """
    os.makedirs(folder, exist_ok=True)
    client = Client(
        None,
        ssl.create_default_context(),
        size,
        public_only=public_only,
        silence=SILENCE_SECONDS,
    )
    with closing(ResumableFile(folder, size, resumed or (lambda _: None))) as file:
        try:
            return asyncio.run(_download(client, url, file))
        except BaseException as error:
            if isinstance(error, LimitError) or not file.is_resumable:
                shutil.rmtree(folder)
            elif isinstance(error, EndpointError):
                error.args = (f"{error}\n  {_KEPT}",)
            raise


async def _download(client: Client, url: str, file: ResumableFile) -> Download:
    try:
        async with asyncio.timeout(_SECONDS):
            for attempt in range(1, _ATTEMPTS):
                try:
                    return await _attempt(client, url, file)
                except ChangedError:
                    file.forget()
                except BrokenError:
                    if not file.is_resumable:
                        raise
                    await asyncio.sleep(PAUSE_SECONDS * attempt)
            return await _attempt(client, url, file)
    except TimeoutError:
        raise EndpointError(f"{url}: the file did not come within an hour") from None


async def _attempt(client: Client, url: str, file: ResumableFile) -> Download:
    reply = await client.ask(url, Request(_ACCEPT, headers=file.conditions()), file)
    if reply.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED):
        raise EndpointError(f"{reply.url}: the server answered with status {reply.status}")
    path, known = file.finished()
    return Download(path, known.url, _day(known.last_modified))


def _day(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except ValueError:
        return None
