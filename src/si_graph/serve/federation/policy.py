"""Which other servers the queries and updates of a server may call: those on its list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from si_graph.errors import UsageError
from si_graph.network.addresses import is_allowed, web_address
from si_graph.query.federation import calls

if TYPE_CHECKING:
    from collections.abc import Collection


def prepare_query(text: str, allowed: Collection[str], gateway: str | None) -> str:
    """Return a query as it may run: with its calls of other endpoints led to the gateway.

    Args:
        text: The query.
        allowed: URLs that may be called; one that ends in `/` allows all that begin with it.
        gateway: The URL that `Gateway.start` gave, if there is a gateway.

    Raises:
        UsageError: The query calls an endpoint that is not allowed, or by a variable.
        LimitError: It calls too many, or nests too deeply.
        QuerySyntaxError: It does not parse.
    """
    return calls.prepare_query(text, _permit(allowed, gateway), gateway)


def prepare_update(text: str, allowed: Collection[str], gateway: str | None) -> str:
    """Return an update as it may run: with SERVICE and LOAD led to the gateway.

    Arguments and errors are those of `prepare_query`.
    """
    return calls.prepare_update(text, _permit(allowed, gateway), gateway)


def _permit(allowed: Collection[str], gateway: str | None) -> calls.Permit:
    return partial(_require_allowed, allowed if gateway else ())


def _require_allowed(allowed: Collection[str], keyword: str, endpoint: str) -> None:
    web_address(endpoint)
    if is_allowed(endpoint, allowed):
        return
    hint = f"Allowed are {', '.join(sorted(allowed))}." if allowed else "It calls no other at all."
    raise UsageError(f"this server does not call {endpoint} ({keyword})\n  {hint}")
