"""A gateway that runs beside a test, as it runs beside the workers of a server."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pyoxigraph as ox

from si_graph.query.federation.gateway import CallLimits, Gateway, open_gateway
from si_graph.serve.federation.policy import prepare_query, prepare_update
from si_graph.serve.federation.servers import AllowedServers

ONE_ROW = (
    b'{"head": {"vars": ["x"]}, '
    b'"results": {"bindings": [{"x": {"type": "literal", "value": "there"}}]}}'
)
PREFIX = "PREFIX ex: <http://example.org/>\n"


class Federation(NamedTuple):
    """What may be called, and the URL of the gateway that does it."""

    allowed: frozenset[str]
    url: str

    def run(self, text: str, *, update: bool = False) -> list[object]:
        """Prepare a text and run what comes of it; return rows, triples or the store's quads."""
        prepare = prepare_update if update else prepare_query
        return run(prepare(text, self.allowed, self.url), update=update)


def run(text: str, *, update: bool = False) -> list[object]:
    """Run a text as it stands, on a store with one triple in it."""
    store = ox.Store()
    store.update(f"{PREFIX} INSERT DATA {{ ex:a ex:b 1 }}")
    if update:
        store.update(text)
        return list(store)
    results = store.query(text)
    try:
        return [] if isinstance(results, ox.QueryBoolean) else list(results)
    finally:
        # Rows must end in the thread that made them, and a failure would keep this name.
        del results


@contextmanager
def federating(
    allowed: Collection[str], limits: CallLimits | None = None, *, public_only: bool = False
) -> Iterator[Federation]:
    """Run a gateway for as long as the block runs."""
    limits = limits or CallLimits()
    gateway = Gateway(AllowedServers(allowed, limits.size, public_only=public_only), limits)
    with open_gateway(gateway) as url:
        yield Federation(frozenset(allowed), url)
