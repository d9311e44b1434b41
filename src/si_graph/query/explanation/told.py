"""What an explanation tells, in whatever format."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.explanation.origins import Origin
    from si_graph.query.explanation.wording import Wording
    from si_graph.reason.explanation.missing import Missing
    from si_graph.reason.explanation.proof import Proof, Statement


class Told(NamedTuple):
    """The parts of an explanation.

    Attributes:
        statement: What was asked; None where it is inconsistencies.
        proofs: The minimal proofs; none if the statement does not hold.
        is_complete: Whether there are no other minimal proofs, as far as all were asked for.
        missing: What comes nearest, if the statement does not hold.
        origins: Where the asserted statements in the proofs come from.
        wording: Puts it all into words.
    """

    statement: Statement | None
    proofs: list[Proof]
    is_complete: bool
    missing: list[Missing]
    origins: dict[Statement, list[Origin]]
    wording: Wording

    def __bool__(self) -> bool:
        return bool(self.proofs)
