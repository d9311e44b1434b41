"""A graph and its closure, with the graphs in which each statement stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, serialize

from si_graph.namespaces import GRAPH_INFERRED, GRAPH_SHAPES
from si_graph.reason.explanation.facts import Closure
from si_graph.reason.explanation.terms import parted, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Quad
    from pyoxigraph import Triple as RdfTriple

    from si_graph.reason.explanation.terms import Triple

_INFERRED, _SHAPES = f"<{GRAPH_INFERRED}>", f"<{GRAPH_SHAPES}>"


class GraphFacts(Closure):
    """A closure that knows in which named graphs each asserted statement stands."""

    def __init__(
        self, quads: Iterable[Quad], rounds: Mapping[RdfTriple, int] | None = None
    ) -> None:
        """Index a graph.

        Args:
            quads: The graph; what follows stands in `graph:inferred`, if it is there.
            rounds: The rounds of what follows; without them the graph is reasoned over here.
        """
        self._graphs: dict[Triple, list[str | None]] = {}
        lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode().split("\n")
        for line in filter(None, lines):
            triple, graph = parted(line)
            if graph != _INFERRED:
                self._graphs.setdefault(triple, []).append(graph and graph[1:-1])
        shapes = [GRAPH_SHAPES]
        asserted = [triple for triple, graphs in self._graphs.items() if graphs != shapes]
        super().__init__(asserted, _close(asserted) if rounds is None else _as_texts(rounds))

    def graphs(self, triple: Triple) -> list[str | None]:
        """Return the named graphs in which a triple is asserted; None is the default graph."""
        return self._graphs.get(triple, [])

    def round(self, triple: Triple) -> int | None:
        """Return the round of a triple: 0 where it is asserted, None where it does not hold."""
        return 0 if triple in self._graphs else super().round(triple)


def _as_texts(rounds: Mapping[RdfTriple, int]) -> dict[Triple, int]:
    return {texts(triple): number for triple, number in rounds.items()}


def _close(asserted: Iterable[Triple]) -> dict[Triple, int]:
    from pyoxigraph import parse

    from si_graph.reason.rules_engine import RulesEngine

    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in asserted)
    quads = parse(lines, format=RdfFormat.N_TRIPLES)
    return _as_texts(RulesEngine().close(quad.triple for quad in quads).rounds or {})
