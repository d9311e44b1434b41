"""What an import read, kept and refused, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from si_graph.errors import InputError

if TYPE_CHECKING:
    from typing import Literal

    OnError = Literal["stop", "skip"]

_MOST_FAULTS = 100
_LONGEST_VALUE = 40


@dataclass(frozen=True)
class Fault:
    """A row that is refused.

    Attributes:
        file: The file it stands in.
        line: The line it begins at.
        reason: What is wrong, without the value, so that equal faults count as one kind.
        value: The value that is wrong, shortened; empty where it is none.
    """

    file: str
    line: int | None
    reason: str
    value: str = ""

    def error(self) -> InputError:
        """Return it as the error that ends an import."""
        return InputError(
            self.message, self.file, self.line, hint="With --on-error skip the rest is kept."
        )

    @property
    def message(self) -> str:
        """What is wrong, and the value."""
        return f"{self.reason}: {self.value!r}" if self.value else self.reason


@dataclass
class Report:
    """The quality of what was imported.

    Attributes:
        rows: How many rows or records were read.
        kept: How many of them went into the graph.
        statements: How many statements were written.
        reasons: How often each reason to refuse a row occurred.
        faults: The first of the rows refused.
        unread: Files that no table of the profile fits.
    """

    rows: int = 0
    kept: int = 0
    statements: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return self.reasons.total()

    def refuse(self, fault: Fault, on_error: OnError) -> None:
        """Note a row that is refused.

        Raises:
            InputError: The import is to stop at the first of them.
        """
        if on_error == "stop":
            raise fault.error()
        self.reasons[fault.reason] += 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)

    def to_dict(self) -> dict[str, Any]:
        """Return the report for JSON."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "refused": self.refused,
            "statements": self.statements,
            "reasons": dict(self.reasons.most_common()),
            "faults": [
                {"file": one.file, "line": one.line, "reason": one.reason, "value": one.value}
                for one in self.faults
            ],
            "unread": self.unread,
        }


def shortened(value: str) -> str:
    """Return the beginning of a value, as far as a report shows it."""
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
