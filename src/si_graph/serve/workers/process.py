"""What the processes that do the work have in common, whether they answer or change the data."""

from __future__ import annotations

import signal

from si_graph.errors import SiGraphError
from si_graph.serve.logs import where
from si_graph.serve.workers.errors import CrashedError, UnforeseenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


def leave_signals_to_the_server() -> None:
    """Let signals, which reach all processes of a group, end nothing that the server needs yet."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def answered(work: Callable[[], T], name: str) -> T | SiGraphError:
    """Do some work; its errors are answers too.

    Args:
        work: The work.
        name: What it is called where it takes too much memory.
    """
    try:
        return work()
    except SiGraphError as error:
        # With its traceback and causes it could not be pickled.
        return error.with_traceback(None)
    except MemoryError:
        return CrashedError(f"the {name} took more memory than it may have")
    except Exception as error:
        return UnforeseenError(str(error), type(error).__name__, where(error))
