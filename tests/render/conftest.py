"""The graphs that pages are shown of."""

from __future__ import annotations

import pytest

from reading_pages import graph_of
from si_graph.graph import KnowledgeGraph


@pytest.fixture(scope="session")
def bundled() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="session")
def stated() -> KnowledgeGraph:
    """Return the bundled graph without what follows."""
    return KnowledgeGraph.open(asserted=True)


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """Return a graph without a single statement."""
    return graph_of("", tmp_path_factory.mktemp("nothing"))
