"""What every reasoning engine offers, and what it answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
        premises: The triples that cannot hold together, where the engine tells. Those with a
            literal as subject, which RDF does not have, are left out.
        message_nl: The sentence in Dutch, where the engine has one.
    """

    rule: str
    message: str
    terms: tuple[NamedNode | BlankNode | Literal, ...]
    graphs: tuple[str, ...] = ()
    premises: tuple[Triple, ...] = ()
    message_nl: str = ""

    def __str__(self) -> str:
        stated = f"; see {', '.join(self.graphs)}" if self.graphs else ""
        return f"{self.message} ({self.rule}{stated})"


class Closure(NamedTuple):
    """What follows from a graph.

    Attributes:
        inferred: The triples that follow and were not stated.
        inconsistencies: The clashes that came to light.
        warnings: What else there is to know, a sentence each: lists that are none, clashes that
            are too many to be shown.
        rounds: For each inferred triple a number above those of the triples that it follows from,
            where the engine tells; for what is stated that is 0.
    """

    inferred: frozenset[Triple]
    inconsistencies: tuple[Inconsistency, ...]
    warnings: tuple[str, ...] = ()
    rounds: Mapping[Triple, int] | None = None


class Engine(Protocol):
    """An OWL 2 RL reasoner."""

    @property
    def name(self) -> str:
        """The engine's name and version, for the record."""
        ...

    def close(self, triples: Iterable[Triple]) -> Closure:
        """Return what follows from the triples under the OWL 2 RL/RDF rules."""
        ...
