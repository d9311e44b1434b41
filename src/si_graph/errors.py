"""The errors that users meet: each says what is wrong, where, and what to do about it.

Every error carries the exit status that the command line ends with: 1 a check failed,
2 wrong use or unreadable input, 3 inconsistent, 4 a limit was hit.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from si_graph.reason.protocol import Inconsistency
    from si_graph.validate.report import Report


class SiGraphError(Exception):
    """The root of all errors that are shown to users as one message, without a traceback."""

    exit_status = 2

    def __reduce__(self) -> tuple[Callable[..., SiGraphError], tuple[Any, ...]]:
        """Make errors fit to be sent from one process to another, whatever they are made from."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[SiGraphError], args: tuple[Any, ...], state: Any) -> SiGraphError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InputError(SiGraphError):
    """An input that cannot be read, with the place of the fault as far as it is known."""

    def __init__(
        self,
        message: str,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        place = [str(part) for part in (self.file, self.line, self.column) if part is not None]
        text = ": ".join([":".join(place), self.message] if place else [self.message])
        return f"{text}\n  {self.hint}" if self.hint else text


class UsageError(SiGraphError):
    """A wrong option, an unknown name, or a combination that makes no sense."""


class UnknownError(UsageError):
    """A name that nothing has; `suggestions` are those that come near."""

    def __init__(self, message: str, suggestions: Sequence[str] = ()) -> None:
        self.suggestions = tuple(suggestions)
        super().__init__(message)


class ParameterError(UsageError):
    """A query parameter that is missing, unknown or of the wrong type."""


class QuerySyntaxError(SiGraphError):
    """A SPARQL query that does not parse; lines and columns count from 1."""

    def __init__(self, message: str, query: str, line: int, column: int) -> None:
        self.message = message
        self.query = query
        self.line = line
        self.column = column
        super().__init__(message)

    def __str__(self) -> str:
        lines = self.query.split("\n")
        # A fault at the very end of a query may be on a line that does not exist.
        text = lines[self.line - 1] if self.line <= len(lines) else ""
        shown = text.replace("\t", " ").rstrip("\r")
        caret = " " * (self.column - 1) + "^"
        return (
            f"the query has a syntax error at line {self.line}, column {self.column}: "
            f"{self.message}\n  {shown}\n  {caret}"
        )


class SnapshotError(SiGraphError):
    """A snapshot that is missing or damaged and cannot be rebuilt here."""


class EndpointError(SiGraphError):
    """A remote SPARQL endpoint that cannot be reached or does not answer in SPARQL."""


class ValidationFailed(SiGraphError):  # noqa: N818 - reads as the outcome it reports
    """Data that does not conform to the shapes; `report` says where."""

    exit_status = 1

    def __init__(self, message: str, report: Report) -> None:
        self.report = report
        super().__init__(message)


class InconsistentError(SiGraphError):
    """Statements that cannot hold together under OWL 2 RL; `inconsistencies` lists each clash."""

    exit_status = 3

    def __init__(self, inconsistencies: Sequence[Inconsistency]) -> None:
        self.inconsistencies = tuple(inconsistencies)
        count = len(self.inconsistencies)
        head = f"the graph is inconsistent ({count} clash{'' if count == 1 else 'es'}):"
        super().__init__("\n".join([head, *(f"  {clash}" for clash in self.inconsistencies)]))


class LimitError(SiGraphError):
    """A limit on size, time or network access was hit."""

    exit_status = 4
