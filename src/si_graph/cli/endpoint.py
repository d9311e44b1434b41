"""What the commands that ask endpoints of others have in common."""

from __future__ import annotations

import os

from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.cli import options
    from si_graph.query.federation.federated_store import FederatedStore
    from si_graph.store.embedded import EmbeddedStore
    from si_graph.store.remote.endpoint import Endpoint
    from si_graph.store.remote.store import RemoteStore


def add_endpoint(parser: options.Parser) -> None:
    """Add `--endpoint`, what `SERVICE` may call, and how answers are kept."""
    parser.add_argument(
        "--endpoint",
        metavar="NAME|URL",
        help="ask this SPARQL endpoint instead; si-graph endpoints lists those with names",
    )
    parser.add_argument(
        "--allow-service",
        action="append",
        default=[],
        metavar="URL",
        help="let SERVICE in the query call this endpoint, which has no name here",
    )
    parser.add_argument(
        "--max-age",
        type=_age,
        metavar="S",
        help="give an answer of an endpoint again for so many seconds (default: a day for "
        "endpoints with names, otherwise 0)",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="give kept answers of endpoints only, however old, and ask nobody",
    )


def open_endpoint(args: argparse.Namespace) -> RemoteStore:
    """Return the store for `--endpoint`."""
    from si_graph.query.federation.endpoints import endpoint

    if args.data or args.imports or args.asserted:
        raise UsageError("--endpoint goes with none of --data, --with and --asserted")
    return remote_store(endpoint(args.endpoint), args)


def federated(store: EmbeddedStore, args: argparse.Namespace) -> FederatedStore:
    """Return a store whose queries may call endpoints by `SERVICE`."""
    from functools import partial

    from si_graph.cli.terminal import note
    from si_graph.query.federation.federated_store import FederatedStore

    return FederatedStore(store, partial(remote_store, args=args), note, args.allow_service)


def remote_store(endpoint: Endpoint, args: argparse.Namespace) -> RemoteStore:
    """Return a store for an endpoint that keeps to `--timeout`, `--max-age` and `--offline`."""
    from si_graph import locations
    from si_graph.cli.terminal import note
    from si_graph.store.remote.cache import Cache
    from si_graph.store.remote.store import RemoteStore

    if args.timeout:
        # Whoever sets a limit knows it better; the whole command ends by then.
        endpoint = endpoint._replace(seconds=args.timeout)
    if args.max_age is not None:
        endpoint = endpoint._replace(max_age=args.max_age)
    # Whoever asks anew (`--max-age 0`) wants the new answer later on.
    is_kept = endpoint.name or args.max_age is not None or args.offline
    cache = Cache(os.path.join(locations.cache(), "endpoints")) if is_kept else None
    return RemoteStore(endpoint, cache=cache, offline=args.offline, tell=note)


def _age(text: str) -> float:
    import argparse

    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds
