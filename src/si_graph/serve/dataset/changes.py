"""What a request changes in a store: exactly which quads come and go, whatever the request is."""

from __future__ import annotations

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from si_graph.errors import UsageError
from si_graph.namespaces import GRAPH_INFERRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.serve.dataset.operations import Operation

    Graph = NamedNode | BlankNode | DefaultGraph

DEFAULT = DefaultGraph()
_INFERRED = NamedNode(GRAPH_INFERRED)


class Changes:
    """A store that is written to, and what has changed in it since it was opened.

    Attributes:
        store: The store.
        added: The quads that are in it now and were not.
        removed: The quads that were in it and are not now.
        graphs_changed: Whether a graph was made or dropped, which may change no quad.
    """

    def __init__(self, store: Oxigraph) -> None:
        self.store = store
        self.added: set[Quad] = set()
        self.removed: set[Quad] = set()
        self.graphs_changed = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.graphs_changed)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads.

        Raises:
            UsageError: One of them is to stand in `graph:inferred`.
        """
        new = [quad for quad in dict.fromkeys(quads) if quad not in self.store]
        for quad in new:
            require_stated(quad.graph_name)
        self.store.extend(new)
        self.added.update(quad for quad in new if quad not in self.removed)
        self.removed.difference_update(new)

    def remove(self, quads: Iterable[Quad]) -> None:
        """Remove quads; those in `graph:inferred` come and go by reasoning only."""
        gone = [q for q in dict.fromkeys(quads) if q.graph_name != _INFERRED and q in self.store]
        for quad in gone:
            self.store.remove(quad)
        self.removed.update(quad for quad in gone if quad not in self.added)
        self.added.difference_update(gone)

    def exists(self, graph: Graph) -> bool:
        """Tell whether there is such a graph, which may be empty."""
        return isinstance(graph, DefaultGraph) or self.store.contains_named_graph(graph)

    def create(self, graph: Graph) -> None:
        """Make a graph, if there is none such."""
        require_stated(graph)
        if not self.exists(graph):
            self.store.add_graph(graph)
            self.graphs_changed = True

    def clear(self, graph: Graph) -> None:
        """Remove the quads of a graph."""
        self.remove(list(self.quads(graph)))

    def drop(self, graph: Graph) -> None:
        """Remove a graph with its quads; the default graph is only cleared."""
        self.clear(graph)
        if not isinstance(graph, DefaultGraph) and self.exists(graph):
            self.store.remove_graph(graph)
            self.graphs_changed = True

    def quads(self, graph: Graph) -> Iterator[Quad]:
        """Go through the quads of a graph."""
        return self.store.quads_for_pattern(None, None, None, graph)


def require_stated(graph: object) -> None:
    """Refuse to write to the graph of what follows.

    Raises:
        UsageError: It is that one.
    """
    if graph == _INFERRED:
        raise UsageError(
            f"nobody writes to {GRAPH_INFERRED}: what is in it follows from what is stated"
            "\n  State in another graph what it should follow from."
        )


def in_graph(quads: Iterable[Quad | Triple], graph: Graph) -> Iterator[Quad]:
    """Put triples in a graph."""
    return (Quad(one.subject, one.predicate, one.object, graph) for one in quads)


def resolved(operation: Operation, name: str, base: str | None) -> NamedNode:
    """Return the IRI of a name that is written in an operation."""
    store = Oxigraph()
    store.update(f"{operation.prologue} CREATE GRAPH {name}", base_iri=base)
    (graph,) = store.named_graphs()
    assert isinstance(graph, NamedNode)  # noqa: S101 - no other has a name
    return graph
