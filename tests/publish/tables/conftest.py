"""The files of tables, as they are published."""

from __future__ import annotations

import pytest

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.publish.tables.files import tables


@pytest.fixture(scope="session")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="session")
def published(graph: KnowledgeGraph) -> dict[str, bytes]:
    """Return the files of tables by their names."""
    return dict(tables(graph, BASE))
