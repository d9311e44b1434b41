"""What every reasoning engine offers, and what it answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import BlankNode, Literal, NamedNode, Triple


class Inconsistency(NamedTuple):
    """One clash.

    Attributes:
        rule: The id of the OWL 2 RL/RDF rule that finds it, as in
            https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
        message: The clash in one sentence.
        terms: The things that it is about.
        graphs: The named graphs (passages, or an editor's) with statements about those things,
            where they are known.
    """

    rule: str
    message: str
    terms: tuple[NamedNode | BlankNode | Literal, ...]
    graphs: tuple[str, ...] = ()

    def __str__(self) -> str:
        stated = f"; see {', '.join(self.graphs)}" if self.graphs else ""
        return f"{self.message} ({self.rule}{stated})"


class Closure(NamedTuple):
    """The triples that follow and were not stated, and the clashes that came to light."""

    inferred: frozenset[Triple]
    inconsistencies: tuple[Inconsistency, ...]


class Engine(Protocol):
    """An OWL 2 RL reasoner."""

    @property
    def name(self) -> str:
        """The engine's name and version, for the record."""
        ...

    def close(self, triples: Iterable[Triple]) -> Closure:
        """Return what follows from the triples under the OWL 2 RL/RDF rules."""
        ...
