"""The operations of a SPARQL update on whole graphs: CLEAR, DROP, CREATE, ADD, MOVE and COPY."""

from __future__ import annotations

from si_graph.errors import UsageError
from si_graph.namespaces import GRAPH_INFERRED
from si_graph.serve.dataset.changes import DEFAULT, in_graph, require_stated, resolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyoxigraph import BlankNode, DefaultGraph, NamedNode

    from si_graph.serve.dataset.changes import Changes
    from si_graph.serve.dataset.operations import Operation

    Graph = NamedNode | BlankNode | DefaultGraph


def manage(changes: Changes, operation: Operation, base: str | None) -> None:
    """Do an operation on whole graphs.

    Raises:
        UsageError: A graph is not there, or is there already, and the operation is not SILENT; or
            it would write to the graph of what follows.
    """
    verb, *rest = operation.words
    is_silent = rest[0] == "SILENT"
    names = [word for word in rest if word not in ("SILENT", "GRAPH", "TO")]
    if names[0] in ("ALL", "NAMED"):
        _all(changes, verb, with_default=names[0] == "ALL")
        return
    graphs = [DEFAULT if name == "DEFAULT" else resolved(operation, name, base) for name in names]
    first, last = graphs[0], graphs[-1]
    if len(graphs) > 1 and first == last:
        return
    is_there = changes.exists(first)
    if is_there == (verb == "CREATE"):
        if is_silent:
            return
        what = "is there already" if is_there else "is not there"
        raise UsageError(f"{verb} cannot be done: the graph {first} {what}")
    if verb not in ("ADD", "COPY"):
        require_stated(first)
    require_stated(last)
    if verb == "CREATE":
        changes.create(first)
    elif verb == "CLEAR":
        changes.clear(first)
    elif verb == "DROP":
        changes.drop(first)
    else:
        _transfer(changes, verb, first, last)


def _all(changes: Changes, verb: str, *, with_default: bool) -> None:
    graphs: list[Graph] = [DEFAULT] if with_default else []
    # What follows goes with what it follows from.
    graphs += [g for g in changes.store.named_graphs() if getattr(g, "value", "") != GRAPH_INFERRED]
    for graph in graphs:
        (changes.clear if verb == "CLEAR" else changes.drop)(graph)


def _transfer(changes: Changes, verb: str, source: Graph, target: Graph) -> None:
    quads = list(in_graph(changes.quads(source), target))
    if verb != "ADD" and not quads:
        changes.drop(target)
    elif verb != "ADD":
        kept = set(quads)
        changes.remove([quad for quad in changes.quads(target) if quad not in kept])
    changes.add(quads)
    if verb == "MOVE":
        changes.drop(source)
