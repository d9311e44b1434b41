"""What people type finds the one thing they mean, or says what else they may have meant."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from si_graph.errors import UsageError
from si_graph.query.names import find
from si_graph.query.suggest import nearest
from si_graph.store.embedded import EmbeddedStore

ID = "https://w3id.org/si-graph/id/"


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("rec1", "awt84/rec1"),
        ("REC1", "awt84/rec1"),
        ("awt84:rec1", "awt84/rec1"),
        ("https://w3id.org/si-graph/id/awt84/rec1", "awt84/rec1"),
        ("<https://w3id.org/si-graph/id/awt84/rec1>", "awt84/rec1"),
        ("nl", "place/nl"),
        ("R2b", "awt84/passage/R2b"),
        ("F16/1", "awt84/passage/F16/1"),
        ("passage:F16/1", "awt84/passage/F16/1"),
        ("social-innovation", "concept/social-innovation"),
    ],
)
def test_a_thing_is_found_by_each_of_its_names(name: str, iri: str, closure: EmbeddedStore) -> None:
    assert find(closure, name).value == ID + iri


def test_a_property_is_a_thing_too(closure: EmbeddedStore) -> None:
    wanted = "https://w3id.org/si-graph/ontology#asksActor"
    assert find(closure, "asksActor").value == find(closure, "si:asksActor").value == wanted


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("min-ex", ["nothing in the graph is called 'min-ex'", "Did you mean min-ez"]),
        ("actor:min-ex", ["nothing in the graph is called", "actor:min-ez"]),
        ("aktor:min-ez", ["the prefix 'aktor' of 'aktor:min-ez' is unknown", "mean actor"]),
        ("Recommendation", ["several things", "si:Recommendation, sish:Recommendation", "Say"]),
        ("https://example.org/nothing", ["nothing in the graph is called"]),
        ("<https://example.org/a b>", ["is not an IRI"]),
        ("", ["nothing in the graph is called ''"]),
        ("x" * 5000, ["nothing in the graph is called"]),
        ("} UNION { ?s ?p ?o", ["nothing in the graph is called"]),
    ],
)
def test_what_is_not_there_is_said_with_what_comes_near(
    name: str, said: list[str], closure: EmbeddedStore
) -> None:
    with pytest.raises(UsageError) as caught:
        find(closure, name)
    for part in said:
        assert part in str(caught.value)


def test_suggestions_do_not_mind_capitals_and_stay_silent_when_nothing_is_near() -> None:
    known = ["CQ14", "CQ15", "lang"]
    assert nearest("cq14", known).startswith("\n  Did you mean CQ14")
    assert nearest("LAGN", known) == "\n  Did you mean lang?"
    assert nearest("something else", known) == ""
    assert nearest("", known) == ""


def test_an_iri_in_angle_brackets_may_have_any_scheme() -> None:
    """Without them `tag:` would be a prefix that nobody knows."""
    written = "<tag:example.org,2024:x> <http://e/p> 1 ."
    store = EmbeddedStore.from_quads(ox.parse(written, format=ox.RdfFormat.TURTLE))
    assert find(store, "<tag:example.org,2024:x>").value == "tag:example.org,2024:x"
    with pytest.raises(UsageError, match="prefix"):
        find(store, "tag:example.org,2024:x")
