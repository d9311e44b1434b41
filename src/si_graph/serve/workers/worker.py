"""The worker process: takes a job, runs its operation, answers, and waits for the next."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from typing import cast

from si_graph.serve.workers import channel
from si_graph.serve.workers.limits import end_in_time, in_time, limit_memory
from si_graph.serve.workers.outcome import Outcome
from si_graph.serve.workers.process import answered

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from typing import Any

    from si_graph.serve.workers.served import Served


def main(connection: socket.socket, served: Served) -> None:
    """Work until the pool closes the connection, in a process of its own."""
    limit_memory(served.limits.memory)
    with suppress(EOFError, ConnectionError):
        while True:
            version, operation, arguments, timeout = channel.receive(connection)
            end_in_time(timeout)
            if version is not None:
                served.show(version)
            job = partial(outcome_of, served, operation, arguments)
            found = answered(job, "request")
            in_time()
            channel.send(connection, found.tagged() if isinstance(found, Outcome) else found)
    # Nothing here needs to be put away, and freeing a large graph would take a while.
    os._exit(0)


def outcome_of(served: Served, operation: str, arguments: Mapping[str, Any]) -> Outcome:
    """Run an operation, named by module and function, as in `sparql.query`."""
    return _operation(operation)(served, **arguments)


@cache
def _operation(name: str) -> Callable[..., Outcome]:
    module, _, function = name.partition(".")
    found = getattr(import_module(f"si_graph.serve.operations.{module}"), function)
    return cast("Callable[..., Outcome]", found)
