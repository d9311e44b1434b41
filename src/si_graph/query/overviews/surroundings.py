"""The data about one thing, as whoever looks it up wants them: a part of the graph, as quads."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from si_graph.errors import UnknownError
from si_graph.load.labels import LABEL_PROPERTIES
from si_graph.namespaces import GRAPH_INFERRED, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Store as Oxigraph

_LABELS = [NamedNode(iri) for iri in LABEL_PROPERTIES]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_IN_SCHEME = NamedNode(PREFIXES["skos"] + "inScheme")
_PASSAGE = NamedNode(PREFIXES["si"] + "Passage")
_INFERRED = NamedNode(GRAPH_INFERRED)


class Extent(NamedTuple):
    """How much is told of a thing, beside what is said of it itself.

    Attributes:
        incoming: Whether to tell what refers to it.
        labels: Whether to tell what the things in these statements are called.
        passages: Whether to tell which passages make these statements, and where they stand.
        inferred: Whether to tell what only follows.
    """

    incoming: bool
    labels: bool
    passages: bool
    inferred: bool


PROFILES = {
    "everything": Extent(incoming=True, labels=True, passages=True, inferred=True),
    "asserted": Extent(incoming=True, labels=True, passages=True, inferred=False),
    "description": Extent(incoming=False, labels=False, passages=False, inferred=True),
}
"""Extents by the names of the profiles that the web offers; the first is the default."""


class Surroundings(NamedTuple):
    """What there is to tell.

    Attributes:
        quads: The statements, in the graphs in which they stand.
        is_cut: Whether there were more than the limit.
    """

    quads: list[Quad]
    is_cut: bool


class Shared:
    """What the surroundings of many things have in common, for who asks for those of many.

    That is what things are called and what passages are, each as it was found first. It is good
    for one store as long as that does not change, and for extents that tell the same of what
    follows.
    """

    def __init__(self) -> None:
        self.labels: dict[NamedNode, list[Quad]] = {}
        self.passages: dict[NamedNode, list[Quad]] = {}


def surroundings(
    store: Oxigraph, iri: str, extent: Extent, limit: int, shared: Shared | None = None
) -> Surroundings:
    """Return the statements about a thing and about the nameless things in them.

    This is its concise bounded description, and more as the extent says.

    Args:
        store: The graph.
        iri: The thing.
        extent: What to tell.
        limit: How many statements to return at most.
        shared: What was found for other things.

    Raises:
        UnknownError: The graph has no statement with it.
    """
    thing = NamedNode(iri)
    shared = shared or Shared()
    found = _Found(store, extent.inferred)
    found.describe(thing)
    if extent.incoming:
        found.add(found.stored(None, None, thing))
        found.add(found.stored(None, thing, None))
    found.add(found.stored_in(thing))
    if not found.quads:
        raise UnknownError(f"the graph says nothing of <{iri}>")
    if extent.passages:
        for graph in list(dict.fromkeys(quad.graph_name for quad in found.quads)):
            if isinstance(graph, NamedNode):
                if graph not in shared.passages:
                    shared.passages[graph] = found.passage(graph)
                found.add(shared.passages[graph])
    if extent.labels:
        for named in found.things():
            if named not in shared.labels:
                shared.labels[named] = found.labels(named)
            found.add(shared.labels[named])
    return found.first(limit)


def scheme(store: Oxigraph, iri: str, extent: Extent, limit: int) -> Surroundings:
    """Return what is said of a vocabulary (SKOS) and of each concept in it.

    Raises:
        UnknownError: There is no such vocabulary.
    """
    found = _Found(store, extent.inferred)
    members = store.quads_for_pattern(None, _IN_SCHEME, NamedNode(iri), None)
    for thing in dict.fromkeys([NamedNode(iri), *(quad.subject for quad in members)]):
        if isinstance(thing, NamedNode | BlankNode):
            found.describe(thing)
    if not found.quads:
        raise UnknownError(f"there is no vocabulary <{iri}>")
    return found.first(limit)


def graph(store: Oxigraph, iri: str, limit: int) -> Surroundings:
    """Return what stands in a named graph.

    Raises:
        UnknownError: There is no such graph.
    """
    name = NamedNode(iri)
    quads = list(islice(store.quads_for_pattern(None, None, None, name), limit + 1))
    if not quads and not store.contains_named_graph(name):
        raise UnknownError(f"there is no graph <{iri}>")
    return Surroundings(quads[:limit], len(quads) > limit)


class _Found:
    """Statements that were found so far, each once."""

    def __init__(self, store: Oxigraph, inferred: bool) -> None:
        self.quads: dict[Quad, None] = {}
        self._store = store
        self._inferred = inferred

    def first(self, limit: int) -> Surroundings:
        return Surroundings(list(islice(self.quads, limit)), len(self.quads) > limit)

    def add(self, quads: Iterable[Quad]) -> None:
        self.quads |= dict.fromkeys(quads)

    def stored(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        value: NamedNode | None,
    ) -> Iterator[Quad]:
        """Return stored statements; one that a named graph has is not given without it again."""
        everywhere = list(self._store.quads_for_pattern(subject, predicate, value, None))
        named = {quad.triple for quad in everywhere if quad.graph_name != DefaultGraph()}
        for quad in everywhere:
            if quad.graph_name == _INFERRED and not self._inferred:
                continue
            if quad.graph_name != DefaultGraph() or quad.triple not in named:
                yield quad

    def stored_in(self, name: NamedNode) -> Iterator[Quad]:
        return self._store.quads_for_pattern(None, None, None, name)

    def describe(self, thing: NamedNode | BlankNode) -> None:
        """Add what is said of a thing, and of the nameless things in that."""
        self.add(self._description(thing))

    def passage(self, name: NamedNode) -> list[Quad]:
        """Return what is said of a named graph if it is a passage."""
        kinds = self._store.quads_for_pattern(name, _TYPE, _PASSAGE, None)
        return [] if next(kinds, None) is None else list(self._description(name))

    def things(self) -> Iterable[NamedNode]:
        """Return the things in the statements."""
        things: dict[NamedNode, None] = {}
        for quad in self.quads:
            terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
            things |= dict.fromkeys(term for term in terms if isinstance(term, NamedNode))
        return things

    def labels(self, thing: NamedNode) -> list[Quad]:
        """Return what a thing is called."""
        return [quad for name in _LABELS for quad in self.stored(thing, name, None)]

    def _description(self, thing: NamedNode | BlankNode) -> Iterator[Quad]:
        pending: list[NamedNode | BlankNode] = [thing]
        told = {thing}
        while pending:
            for quad in self.stored(pending.pop(), None, None):
                yield quad
                if isinstance(quad.object, BlankNode) and quad.object not in told:
                    told.add(quad.object)
                    pending.append(quad.object)
