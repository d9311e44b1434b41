"""What a thing is linked to: enough to understand it, and never more than can be drawn."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from si_graph.errors import UsageError
from si_graph.namespaces import expand, shorten
from si_graph.query.overviews.neighbours import Neighbours, neighbours
from si_graph.store.embedded import EmbeddedStore

EX = "http://example.org/"
PREFIXES = f"""
    @prefix : <{EX}> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix graph: <https://w3id.org/si-graph/graph/> .
"""


def links(found: Neighbours) -> set[tuple[str, str, str, str]]:
    return {
        (
            shorten(one.property).removeprefix(EX),
            ">" if one.outgoing else "<",
            shorten(one.other).removeprefix(EX),
            "inferred" if one.inferred else "stated",
        )
        for one in found.links
    }


def own_store(stated: str, inferred: str = "") -> EmbeddedStore:
    """Return a store whose default graph merges what is stated with what follows."""
    text = PREFIXES + f"{stated} {inferred} graph:inferred {{ {inferred} }} :said {{ {stated} }}"
    return EmbeddedStore.from_quads(ox.parse(text, format=ox.RdfFormat.TRIG))


def test_both_directions_are_told_apart_and_so_is_what_follows(closure: EmbeddedStore) -> None:
    found = neighbours(closure, "actor:municipalities", "nl", 50)
    assert found.names[found.iri] == "gemeenten"
    shown = links(found)
    assert ("si:explicitlyAddressedTo", "<", "awt84:rec1", "stated") in shown
    assert ("si:governmentLevel", ">", "level:local", "stated") in shown
    assert ("si:asksActor", "<", "awt84:conc4", "inferred") in shown


def test_what_is_stated_stands_alone_where_there_is_something_stated(
    closure: EmbeddedStore,
) -> None:
    found = neighbours(closure, "actor:municipalities", "nl", 50)
    rec1 = expand("awt84:rec1")
    told = [(shorten(one.property), one.inferred) for one in found.links if one.other == rec1]
    assert told == [("si:explicitlyAddressedTo", False)]


def test_of_what_follows_only_the_narrowest_relation_is_kept() -> None:
    store = own_store(
        ":narrow rdfs:subPropertyOf :broad . :a rdfs:label 'A' . :b rdfs:label 'B' .",
        ":a :narrow :b . :a :broad :b .",
    )
    assert links(neighbours(store, EX + "a", "en", 10)) == {("narrow", ">", "b", "inferred")}


def test_a_broad_statement_stays_where_a_narrow_one_only_follows() -> None:
    store = own_store(
        ":narrow rdfs:subPropertyOf :broad . :a rdfs:label 'A' ; :broad :b . :b rdfs:label 'B' .",
        ":a :narrow :b .",
    )
    assert links(neighbours(store, EX + "a", "en", 10)) == {("broad", ">", "b", "stated")}


def test_a_relation_and_its_inverse_are_one_link() -> None:
    store = own_store(
        ":has owl:inverseOf :of . :a rdfs:label 'A' . :b rdfs:label 'B' .",
        ":a :has :b . :b :of :a .",
    )
    assert links(neighbours(store, EX + "a", "en", 10)) == {("has", ">", "b", "inferred")}


def test_relations_above_each_other_do_not_hide_each_other() -> None:
    store = own_store(
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p ."
        ":a rdfs:label 'A' . :b rdfs:label 'B' . :a :p :b . :a :q :b ."
    )
    assert {one[0] for one in links(neighbours(store, EX + "a", "en", 10))} == {"p", "q"}


def test_kinds_passages_and_nameless_things_are_no_links(closure: EmbeddedStore) -> None:
    found = neighbours(closure, "awt84:rec1", "en", 100)
    relations = {shorten(one.property) for one in found.links if one.outgoing}
    assert not relations & {"rdf:type", "si:hasEvidence"}
    assert all(one.other in found.names for one in found.links)
    store = own_store(":a rdfs:label 'A' ; :p :nameless, [] , :a, 'text' .")
    assert neighbours(store, EX + "a", "en", 10).links == []


@pytest.mark.parametrize("limit", [5, 20, 48])
@pytest.mark.parametrize(
    "thing", ["awt84:advice", "awt84:summary-page", "concept:social-innovation"]
)
def test_a_thing_with_many_links_is_cut_and_says_how_much_is_left_out(
    closure: EmbeddedStore, thing: str, limit: int
) -> None:
    whole = neighbours(closure, thing, "nl", 10_000)
    found = neighbours(closure, thing, "nl", limit)
    assert whole.left_out == {}
    assert 0 < len(found.links) <= limit
    assert set(found.links) <= set(whole.links)
    assert len(found.links) + sum(found.left_out.values()) == len(whole.links)


def test_relations_to_many_things_are_cut_before_those_to_few(closure: EmbeddedStore) -> None:
    found = neighbours(closure, "awt84:summary-page", "nl", 48)
    # Hundreds of passages have it as their source; who made it is said once.
    assert [shorten(relation) for relation, _ in found.left_out] == ["oa:hasSource"]
    assert any(shorten(one.property) == "dcterms:creator" for one in found.links)


def test_nothing_is_inferred_of_a_graph_without_inference(asserted: EmbeddedStore) -> None:
    found = neighbours(asserted, "actor:municipalities", "nl", 50)
    assert found.links
    assert not any(one.inferred for one in found.links)


def test_an_unknown_thing_is_a_wrong_use(closure: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match="nothing in the graph is called"):
        neighbours(closure, "actor:nobody", "nl", 50)
