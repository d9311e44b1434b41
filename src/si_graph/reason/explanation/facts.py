"""What a search for proofs may ask of a graph and its closure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from si_graph.reason.explanation.premises import Graph
from si_graph.reason.explanation.triples import TripleSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from si_graph.reason.explanation.terms import Triple


class Facts(Graph, Protocol):
    """A closure; it may lack what is trivial and what has a literal as its subject."""


class Closure(TripleSet):
    """A closure in memory, with the rounds that its engine went through."""

    def __init__(self, asserted: Iterable[Triple], derived: Mapping[Triple, int]) -> None:
        """Index a closure.

        Args:
            asserted: What is stated.
            derived: The round of each triple that follows.
        """
        super().__init__(derived)
        self._rounds = dict(derived)
        for triple in asserted:
            self.add(triple)
            self._rounds[triple] = 0

    def round(self, triple: Triple) -> int | None:
        """Return the round of a triple: 0 where it is asserted, None where it does not hold."""
        return self._rounds.get(triple)

    def asserted(self) -> list[Triple]:
        """Return what is stated."""
        return [triple for triple, number in self._rounds.items() if number == 0]
