"""The statements about a thing, with where they stand: passages, other graphs, what follows."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode

from si_graph.namespaces import GRAPH_INFERRED, PREFIXES, shorten
from si_graph.store.embedded import EmbeddedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from pyoxigraph import BlankNode, Literal, Triple

    from si_graph.store.protocol import Store

    Term = NamedNode | BlankNode | Literal | Triple

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_PASSAGE = NamedNode(PREFIXES["si"] + "Passage")


class Statement(NamedTuple):
    """One statement about the thing described.

    `term` is at the other end: the object, or for an incoming statement the subject. `graphs` are
    the graphs in which it stands, those of passages and of what follows left out.
    """

    predicate: str
    term: Term
    passages: tuple[str, ...]
    inferred: bool
    graphs: tuple[str, ...] = ()


class _Place(NamedTuple):
    """A statement where it stands once; without a graph it is one that holds."""

    predicate: str
    term: Term
    graph: str | None
    is_passage: bool


def statements(store: Store, thing: NamedNode, *, incoming: bool = False) -> list[Statement]:
    """Return the statements about a thing, with the passages that make them.

    A statement is inferred if it stands nowhere but in the graph of what follows. What stands in
    no named graph is the user's own.

    Args:
        store: The graph.
        thing: The thing.
        incoming: Whether to return those that refer to it, instead of its own.
    """
    if isinstance(store, EmbeddedStore):
        places = list(_stored(store, thing, incoming))
    else:
        places = list(_asked(store, thing, incoming))
    # The default graph decides what holds: with `--asserted` nothing inferred does.
    graphs: dict[tuple[str, Term], set[str]] = {
        (one.predicate, one.term): set() for one in places if one.graph is None
    }
    making: dict[tuple[str, Term], set[str]] = {}
    for predicate, term, graph, is_passage in places:
        if graph is not None and (predicate, term) in graphs:
            graphs[predicate, term].add(graph)
            if is_passage:
                making.setdefault((predicate, term), set()).add(graph)
    found = []
    for key, named in graphs.items():
        stating = making.get(key, set())
        other = named - stating - {GRAPH_INFERRED}
        is_inferred = named == {GRAPH_INFERRED}
        found.append(Statement(*key, tuple(sorted(stating)), is_inferred, tuple(sorted(other))))
    return sorted(found, key=lambda one: (shorten(one.predicate), str(one.term)))


def _stored(store: EmbeddedStore, thing: NamedNode, incoming: bool) -> Iterator[_Place]:
    """Look the statements up; to ask for them would take five times as long."""
    subject, value = (None, thing) if incoming else (thing, None)
    passages: dict[NamedNode | BlankNode, bool] = {}
    for quad in store.quads(subject, None, value):
        predicate, term = quad.predicate.value, quad.subject if incoming else quad.object
        graph = quad.graph_name
        if isinstance(graph, DefaultGraph):
            yield _Place(predicate, term, None, False)
            continue
        if graph not in passages:
            kinds = store.quads(graph, _TYPE, _PASSAGE)
            passages[graph] = any(isinstance(one.graph_name, DefaultGraph) for one in kinds)
        yield _Place(predicate, term, graph.value, passages[graph])


def _asked(store: Store, thing: NamedNode, incoming: bool) -> Iterator[_Place]:
    """Ask another store for them."""
    pattern = f"?x ?p {thing}" if incoming else f"{thing} ?p ?x"
    for row in _rows(store, f"SELECT DISTINCT ?p ?x WHERE {{ {pattern} }}"):
        yield _Place(row["p"].value, row["x"], None, False)
    query = (
        f"SELECT DISTINCT ?p ?x ?g ?is_passage WHERE {{ GRAPH ?g {{ {pattern} }} "
        f"BIND(EXISTS {{ ?g {_TYPE} {_PASSAGE} }} AS ?is_passage) }}"
    )
    for row in _rows(store, query):
        is_passage = row["is_passage"].value == "true"
        yield _Place(row["p"].value, row["x"], row["g"].value, is_passage)


def _rows(store: Store, query: str) -> Iterable[dict[str, Any]]:
    return store.query(query)  # type: ignore[return-value]  # a SELECT has rows
