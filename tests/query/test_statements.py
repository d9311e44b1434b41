"""The statements about a thing are the same whether they are looked up or asked for."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from si_graph.namespaces import BASE, GRAPH_INFERRED, PREFIXES
from si_graph.query.statements import statements
from si_graph.store.embedded import EmbeddedStore

THINGS = [ox.NamedNode(f"http://example.org/{name}") for name in "abc"]
PASSAGE, HIDDEN = THINGS[:2]
INFERRED = ox.NamedNode(GRAPH_INFERRED)
NAMES = st.sampled_from(THINGS)
VALUES = NAMES | st.sampled_from([ox.Literal("a", language="nl"), ox.Literal("1"), ox.Literal(1)])
GRAPHS = st.sampled_from([ox.DefaultGraph(), INFERRED, *THINGS])
QUADS = st.lists(st.builds(ox.Quad, NAMES, NAMES, VALUES, GRAPHS))
IS_PASSAGE = (
    ox.NamedNode(PREFIXES["rdf"] + "type"),
    ox.NamedNode(PREFIXES["si"] + "Passage"),
)


class Elsewhere:
    """A store that can be asked, as an endpoint can, but not looked into."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        return self._store.query(text)


A, B, C = THINGS
STATED = [ox.Quad(A, B, C), ox.Quad(A, B, C, PASSAGE), ox.Quad(A, B, C, HIDDEN)]


@given(QUADS, GRAPHS, st.sets(st.just(HIDDEN.value)), st.booleans())
@example(STATED, ox.DefaultGraph(), {HIDDEN.value}, False)
@example(STATED, C, set(), False)
@example(STATED, C, set(), True)
def test_what_is_looked_up_is_what_a_query_finds(
    quads: list[ox.Quad], where: ox.NamedNode | ox.DefaultGraph, hidden: set[str], united: bool
) -> None:
    """Also where a graph is hidden, and where the default graph is the union of all."""
    store = ox.Store()
    store.extend([*quads, ox.Quad(PASSAGE, *IS_PASSAGE, where)])
    here = EmbeddedStore(store, hidden=frozenset(hidden), united=united)
    for thing in THINGS:
        for incoming in (False, True):
            found = statements(here, thing, incoming=incoming)
            assert found == statements(Elsewhere(here), thing, incoming=incoming)


@pytest.mark.parametrize("name", ["closure", "asserted"])
def test_so_it_is_in_the_bundled_graph(name: str, request: pytest.FixtureRequest) -> None:
    store: EmbeddedStore = request.getfixturevalue(name)
    for path in ("id/actor/min-ez", "id/awt84/rec2-b", "id/awt84/passage/R2b", "ontology#Step"):
        thing = ox.NamedNode(BASE + path)
        for incoming in (False, True):
            found = statements(store, thing, incoming=incoming)
            assert found or incoming
            assert found == statements(Elsewhere(store), thing, incoming=incoming)
