"""The worker process: takes a job, runs its operation, answers, and waits for the next."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from importlib import import_module

from si_graph.errors import SiGraphError
from si_graph.serve.logs import where
from si_graph.serve.workers import channel
from si_graph.serve.workers.errors import CrashedError, UnforeseenError
from si_graph.serve.workers.limits import Limits, end_in_time, in_time, limit_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.outcome import Outcome
    from si_graph.serve.workers.served import Served


def main(connection: socket.socket, limits: Limits) -> None:
    """Work until the pool closes the connection."""
    # Signals reach all processes of a group; the pool decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    from si_graph.serve.workers.served import Served

    served = Served(limits)
    limit_memory(limits.memory)
    with suppress(EOFError, ConnectionError):
        while True:
            version, operation, arguments, timeout = channel.receive(connection)
            end_in_time(timeout)
            answer = _answer(served, version, operation, arguments)
            in_time()
            channel.send(connection, answer)
    # Nothing here needs to be put away, and freeing a large graph would take a while.
    os._exit(0)


def _answer(
    served: Served, version: Version, operation: str, arguments: Mapping[str, Any]
) -> Outcome | SiGraphError:
    """Run an operation; its errors are answers too.

    An operation is named by module and function, as in `sparql.query`.
    """
    try:
        served.show(version)
        module, _, function = operation.partition(".")
        run = getattr(import_module(f"si_graph.serve.operations.{module}"), function)
        outcome: Outcome = run(served, **arguments)
    except SiGraphError as error:
        # With its traceback and causes it could not be pickled.
        return error.with_traceback(None)
    except MemoryError:
        return CrashedError("the request took more memory than it may have")
    except Exception as error:
        return UnforeseenError(str(error), type(error).__name__, where(error))
    return outcome.tagged()
