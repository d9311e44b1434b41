"""The graph that a worker serves, as it is in the version that a job asks for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.graph import KnowledgeGraph
    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.limits import Limits


class Served:
    """One version at a time, opened when it is first needed.

    Attributes:
        limits: What an operation may take.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._version: Version | None = None
        self._graphs: dict[tuple[bool, bool], KnowledgeGraph] = {}

    def show(self, version: Version) -> None:
        """Serve a version from now on."""
        if version != self._version:
            self._version = version
            self._graphs.clear()

    def load(self, version: Version) -> None:
        """Serve a version, and hold it in memory now if it is small: it is read much faster there.

        Raises:
            SnapshotError: It is no longer there, or damaged.
        """
        self.show(version)
        graph = version.in_memory()
        if graph is not None:
            self._graphs[False, False] = graph

    def graph(self, *, asserted: bool = False) -> KnowledgeGraph:
        """Return the graph to read about things: its default graph is the merge of all graphs."""
        return self._opened(asserted, merged=True)

    def dataset(self, *, asserted: bool = False) -> KnowledgeGraph:
        """Return the graph as a dataset: its default graph is what has been put there."""
        return self._opened(asserted, merged=False)

    def _opened(self, asserted: bool, *, merged: bool) -> KnowledgeGraph:
        assert self._version is not None  # noqa: S101 - a job comes with its version
        # Where the store holds the merge, both are the same.
        key = (asserted, merged and not self._version.is_merged)
        if key not in self._graphs:
            self._graphs[key] = self._version.open(asserted=asserted, merged=key[1])
        return self._graphs[key]
