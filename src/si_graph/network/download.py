"""A file of another server, onto disk: at a public address, within a size, however long it is."""

from __future__ import annotations

import asyncio
import os
import ssl
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from si_graph.errors import EndpointError
from si_graph.network.client import Client, Request

if TYPE_CHECKING:
    from datetime import date

_ACCEPT = "text/turtle, application/rdf+xml, application/ld+json;q=0.9, */*;q=0.8"
_SECONDS = 3600.0
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


def download(url: str, folder: str, size: int, *, public_only: bool = True) -> Download:
    """Fetch a file.

    Args:
        url: Where it is, `http` or `https`.
        folder: The folder to put it in, under its own name.
        size: How many bytes it may have.
        public_only: Whether servers that are not on the public internet are refused.

    Raises:
        UsageError: This is no web address.
        EndpointError: The server is not public, cannot be reached, or does not give the file.
        LimitError: The file is too large.
    """
    return asyncio.run(_download(url, folder, size, public_only))


async def _download(url: str, folder: str, size: int, public_only: bool) -> Download:
    client = Client(None, ssl.create_default_context(), size, public_only=public_only)
    partial = os.path.join(folder, "partial")
    with open(partial, "wb") as stream:
        try:
            async with asyncio.timeout(_SECONDS):
                reply = await client.ask(url, Request(_ACCEPT), stream)
        except TimeoutError:
            raise EndpointError(f"{url}: the file did not come within an hour") from None
    if reply.status != HTTPStatus.OK:
        raise EndpointError(f"{reply.url}: the server answered with status {reply.status}")
    path = os.path.join(folder, _name(reply.url, reply.media_type, reply.headers))
    os.replace(partial, path)
    return Download(path, reply.url, _day(reply.headers.get("last-modified", "")))


def _name(url: str, media_type: str, headers: dict[str, str]) -> str:
    """Return the name of a file: that of the URL, with an ending that says what it is."""
    last = url.partition("?")[0].rstrip("/").rpartition("/")[2] or "data"
    name = "".join(one if one.isalnum() or one in "-_." else "-" for one in last)[-80:].lstrip(".")
    extension = _EXTENSIONS.get(media_type, "")
    ending = os.path.splitext(name.removesuffix(".gz"))[1]
    if extension and ending not in _EXTENSIONS.values() and not name.endswith(extension):
        name += extension
    if headers.get("content-encoding", "").lower() == "gzip" and not name.endswith(".gz"):
        name += ".gz"
    return name or "data"


def _day(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except ValueError:
        return None
