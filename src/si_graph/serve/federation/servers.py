"""The servers that a server may call: those on its list, at addresses of the public internet."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from si_graph.errors import EndpointError
from si_graph.network.addresses import require_allowable
from si_graph.network.client import Client, Request
from si_graph.serve.federation import documents

if TYPE_CHECKING:
    from collections.abc import Collection

    from si_graph.network.client import Reply

_RESULTS = ("application/sparql-results+json", "application/sparql-results+xml")


class AllowedServers:
    """Calls servers that are on an allow-list, on behalf of a gateway."""

    def __init__(self, allowed: Collection[str], size: int, *, public_only: bool = True) -> None:
        """Take a list.

        Args:
            allowed: URLs that may be called; one that ends in `/` allows all that begin with it.
            size: How many bytes an answer may have.
            public_only: Whether only addresses of the public internet are called.

        Raises:
            UsageError: What is to be allowed is no web address.
        """
        require_allowable(allowed)
        self._client = Client(
            frozenset(allowed), ssl.create_default_context(), size, public_only=public_only
        )

    async def results(self, endpoint: str, query: str) -> tuple[str, bytes]:
        """Return the media type and the body of the results of a query.

        Raises:
            EndpointError: The server is not allowed, cannot be reached, or gives no results.
            LimitError: Its answer is too large.
        """
        request = Request(", ".join(_RESULTS), query.encode(), "application/sparql-query")
        reply = await self._asked(endpoint, request)
        if reply.media_type not in _RESULTS:
            raise EndpointError(
                f"{reply.url}: this does not look like a SPARQL endpoint: "
                f"it answers with {reply.media_type or 'nothing'}"
            )
        return reply.media_type, reply.body

    async def document(self, address: str) -> tuple[str, bytes]:
        """Return a document as N-Triples.

        Raises:
            EndpointError: The server is not allowed, cannot be reached, or gives no sound RDF.
            LimitError: Its answer is too large.
        """
        reply = await self._asked(address, Request(documents.ACCEPT))
        written = await asyncio.to_thread(documents.as_ntriples, reply)
        return "application/n-triples", written

    async def _asked(self, url: str, request: Request) -> Reply:
        reply = await self._client.ask(url, request)
        if not 200 <= reply.status < 300:
            raise EndpointError(f"{reply.url}: the server answers {reply.status}")
        if "content-encoding" in reply.headers:
            raise EndpointError(f"{reply.url}: the answer is compressed, which nobody asked for")
        return reply
