"""A store here whose queries may call endpoints: those with names, and those that are allowed.

Oxigraph joins the answers, as SPARQL means it. Each call goes through the gateway to the same
client that asks a whole endpoint, so it waits, pages and is kept like any other question.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat

from si_graph.errors import EndpointError, LimitError, SiGraphError, UsageError
from si_graph.network.addresses import is_allowed, require_allowable
from si_graph.query.federation.calls import failed_call, prepare_query
from si_graph.query.federation.endpoints import SCHEME, endpoint
from si_graph.query.federation.gateway import CallLimits, Gateway, open_gateway
from si_graph.store.remote.answers import Sound

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from si_graph.store.embedded import EmbeddedStore
    from si_graph.store.remote.answers import Results
    from si_graph.store.remote.endpoint import Endpoint
    from si_graph.store.remote.store import RemoteStore

# The client has limits of its own, and knows each endpoint's.
_LIMITS = CallLimits(seconds=24 * 3600.0, at_once=1)
_JSON = QueryResultsFormat.JSON
_TRIPLES = RdfFormat.N_TRIPLES


class FederatedStore:
    """Answers queries that may call endpoints by `SERVICE`."""

    def __init__(
        self,
        store: EmbeddedStore,
        connect: Callable[[Endpoint], RemoteStore],
        tell: Callable[[str], None],
        allowed: Collection[str] = (),
    ) -> None:
        """Wrap a store.

        Args:
            store: What queries are asked of but for their calls.
            connect: Gives the client for an endpoint.
            tell: Is told what users should know of how an answer came about.
            allowed: Addresses that may be called beside the endpoints with names; one that ends
                in `/` allows all that begin with it.

        Raises:
            UsageError: What is allowed is no web address.
        """
        require_allowable(allowed)
        self._store = store
        self._connect = connect
        self._tell = tell
        self._allowed = allowed

    def query(self, text: str) -> Results:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query, with the endpoints that it calls.

        Raises:
            QuerySyntaxError: The query does not parse.
            UsageError: It calls an endpoint that has no name and is not allowed.
            EndpointError: An endpoint does not answer.
            LimitError: One answers too much, or only a part.
        """
        if "SERVICE" not in text.upper():
            return self._store.query(text)
        callee = _Endpoints(self._connect)
        with open_gateway(Gateway(callee, _LIMITS)) as gateway:
            prepared = prepare_query(text, self._permit, gateway)
            try:
                # Calls are made while rows are read, and nobody shall see half an answer.
                results = _whole(self._store.query(prepared, may_call=True))
            except OSError as error:
                raise failed_call(error) or error from None
        for failure in callee.failures:
            self._tell(f"{failure}\n  SERVICE SILENT: the answer goes without it.")
        return results

    def _permit(self, keyword: str, address: str) -> None:
        if address.startswith(SCHEME):
            endpoint(address)
        elif not is_allowed(address, self._allowed):
            raise UsageError(
                f"the query calls {address} ({keyword}), and nothing here uses the network unasked"
                "\n  Allow it with --allow-service, or call an endpoint by its name:"
                f" SERVICE <{SCHEME}cellar>."
            )


class _Endpoints:
    """Calls endpoints on behalf of a gateway, and remembers which calls failed."""

    def __init__(self, connect: Callable[[Endpoint], RemoteStore]) -> None:
        self._connect = connect
        self.failures: list[SiGraphError] = []

    async def results(self, endpoint: str, query: str) -> tuple[str, bytes]:
        try:
            return await asyncio.to_thread(self._asked, endpoint, query)
        except SiGraphError as error:
            self.failures.append(error)
            raise

    async def document(self, address: str) -> tuple[str, bytes]:
        raise EndpointError(f"{address}: a query loads no documents")

    def _asked(self, address: str, query: str) -> tuple[str, bytes]:
        remote = self._connect(endpoint(address))
        sound = remote.ask(query)
        if remote.is_partial:
            raise LimitError(
                f"{remote.endpoint}: rows may be lacking, so nothing is joined to them"
            )
        return sound.media_type, sound.body


def _whole(results: Results) -> Results:
    """Return results that are there to the last row."""
    if isinstance(results, QueryBoolean):
        return results
    kind = _JSON if isinstance(results, QuerySolutions) else _TRIPLES
    try:
        body = results.serialize(format=kind)  # type: ignore[arg-type]  # each takes its own kind
    finally:
        # No name may hold them: they must not outlive a fault and end in another thread.
        del results
    return Sound(body or b"", kind.media_type).open()
