"""Opens the graph that a command works on."""

from __future__ import annotations

from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.graph import KnowledgeGraph
    from si_graph.store.protocol import Store


def open_store(args: argparse.Namespace) -> Store:
    """Return the store that the options of the graph ask for; the bundled graph by default."""
    return open_graph(args).store


def open_graph(args: argparse.Namespace) -> KnowledgeGraph:
    """Return the graph that the options of the graph ask for; the bundled one by default."""
    from si_graph.cli.terminal import Progress
    from si_graph.graph import KnowledgeGraph

    if args.data and args.imports:
        raise UsageError("--with adds to the bundled graph, so it does not go with --data")
    with Progress() as progress:
        if args.data:
            return KnowledgeGraph.load(args.data, reason=False, progress=progress)
        return KnowledgeGraph.open(asserted=args.asserted, imports=args.imports, progress=progress)
