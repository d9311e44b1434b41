"""The endpoints that have names, and what is known of each."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from typing import NamedTuple

from si_graph.errors import InputError, UnknownError
from si_graph.query.catalogue import catalogue, federated
from si_graph.query.suggest import did_you_mean, nearest_names
from si_graph.store.remote.endpoint import Endpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SCHEME = "alias:"
"""What the name of an endpoint begins with where a query calls it: `SERVICE <alias:cellar>`."""


class NamedEndpoint(NamedTuple):
    """An endpoint that has a name.

    Attributes:
        endpoint: The endpoint with its limits.
        title: Whose it is and what it holds, by language.
        licence: Under which licence its data are; empty where it does not say.
        note: What to know before asking it, by language.
        found: Where that stands.
    """

    endpoint: Endpoint
    title: Mapping[str, str]
    licence: str
    note: Mapping[str, str]
    found: tuple[str, ...]


@cache
def named_endpoints() -> Mapping[str, NamedEndpoint]:
    """Return the endpoints that have names, by name.

    Raises:
        InputError: The list of them cannot be read.
    """
    path = os.path.join(federated(), "endpoints.toml")
    try:
        with open(path, "rb") as stream:
            document = tomllib.load(stream)
        return {name: _named(name, entry) for name, entry in document.items()}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"the list of endpoints cannot be read: {error}", path) from None
    except (KeyError, TypeError) as error:
        raise InputError(f"an endpoint lacks an entry or has a wrong one: {error}", path) from None


def endpoint(name: str) -> Endpoint:
    """Return an endpoint by its name, with or without `alias:`, or by its address.

    Raises:
        UnknownError: No endpoint has that name; names the nearest ones.
    """
    known = named_endpoints()
    alias = name.removeprefix(SCHEME)
    if alias in known:
        return known[alias].endpoint
    for one in known.values():
        if one.endpoint.url == name:
            return one.endpoint
    if "/" in name:
        return Endpoint(name)
    near = nearest_names(alias, list(known))
    raise UnknownError(
        f"there is no endpoint named {alias!r}"
        + (did_you_mean(near) or "\n  si-graph endpoints lists them all."),
        near,
    )


def questions(name: str) -> list[str]:
    """Return the names of the ready questions that call an endpoint."""
    called = f"<{SCHEME}{name}>"
    return [query.name for query in catalogue(federated()) if called in query.text]


def _named(name: str, entry: Mapping[str, Any]) -> NamedEndpoint:
    limits = {
        key.replace("-", "_"): entry[key]
        for key in ("seconds", "engine", "rows", "backoff", "max-age")
        if key in entry
    }
    return NamedEndpoint(
        Endpoint(entry["url"], name, **limits),
        entry["title"],
        entry["licence"],
        entry["note"],
        tuple(entry["found"]),
    )
