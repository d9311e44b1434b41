"""What can happen to a job, beside what its operation itself says."""

from __future__ import annotations

from si_graph.errors import LimitError, SiGraphError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class BusyError(SiGraphError):
    """There are more jobs than the server takes; `retry_after` says when to come again."""

    exit_status = 4

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class TimedOutError(LimitError):
    """A job took longer than it may."""


class CrashedError(LimitError):
    """A worker ended amid a job, mostly because the job wanted more memory than it may have."""


def ended_amid(name: str) -> CrashedError:
    """Return what is told where a process ended amid its work; why it did, nobody can say."""
    return CrashedError(
        f"the process that worked on the {name} ended, most likely as the {name} took more memory "
        "than it may have"
    )


class StoppedError(BusyError):
    """The server stops, and the job is not done."""

    def __init__(self) -> None:
        super().__init__("It ended before the answer was ready. Please try again.", 5)


class UnforeseenError(SiGraphError):
    """An operation failed in a way that nobody foresaw.

    Attributes:
        kind: What was raised.
        where: The places that it came through, for the logs.
    """

    def __init__(self, message: str, kind: str, where: Sequence[str]) -> None:
        self.kind = kind
        self.where = list(where)
        super().__init__(message)
