"""SI-Graph: the open knowledge graph of social-innovation policy."""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.graph import KnowledgeGraph

__all__ = ["KnowledgeGraph", "__version__"]


def __getattr__(name: str) -> object:
    """Import the façade on first use (PEP 562), so that `si-graph --help` stays fast."""
    if name == "KnowledgeGraph":
        from si_graph.graph import KnowledgeGraph

        return KnowledgeGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
