"""What is stated of things without a name, which only what leads to them can tell apart."""

from __future__ import annotations

from collections import deque

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from si_graph.namespaces import GRAPH_INFERRED
from si_graph.store.embedded import EmbeddedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Literal, Triple

    from si_graph.store.protocol import Store

    Term = NamedNode | BlankNode | Literal | Triple
    Nameless = dict[BlankNode, list[tuple[str, Term]]]

_MOST = 200
"""How many nameless things are told of one thing."""

_INFERRED = NamedNode(GRAPH_INFERRED)


def nameless(store: Store, nodes: Iterable[BlankNode]) -> Nameless:
    """Return what is stated of nameless things, and of those that they lead to.

    An endpoint elsewhere names them anew in each answer, so there they cannot be followed.
    """
    if not isinstance(store, EmbeddedStore):
        return {}
    found: Nameless = {}
    pending = deque(nodes)
    while pending and len(found) < _MOST:
        node = pending.popleft()
        if node in found:
            continue
        # A query would join with the whole graph once for each item of a list.
        found[node] = sorted(
            (
                (quad.predicate.value, quad.object)
                for quad in store.oxigraph.quads_for_pattern(node, None, None, DefaultGraph())
                if Quad(node, quad.predicate, quad.object, _INFERRED) not in store.oxigraph
            ),
            key=lambda said: (said[0], str(said[1])),
        )
        pending += [value for _, value in found[node] if isinstance(value, BlankNode)]
    return found
