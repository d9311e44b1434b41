"""What an editor can complete: the terms that a query on the graph can use."""

from __future__ import annotations

import pyoxigraph as ox

from si_graph.namespaces import expand
from si_graph.query.overviews.vocabulary_in_use import vocabulary_in_use
from si_graph.store.embedded import EmbeddedStore


def test_classes_properties_and_things_are_told_apart(closure: EmbeddedStore) -> None:
    kinds = {term.iri: (term.kind, term.label) for term in vocabulary_in_use(closure, "nl")}
    assert kinds[expand("si:Recommendation") or ""] == ("class", "aanbeveling")
    assert kinds[expand("si:asksActor") or ""] == ("property", "vraagt")
    assert kinds[expand("actor:municipalities") or ""] == ("thing", "gemeenten")
    assert "http://www.w3.org/2002/07/owl#Nothing" not in kinds


def test_every_term_stands_once_and_can_be_used(closure: EmbeddedStore) -> None:
    terms = vocabulary_in_use(closure, "en")
    assert len({term.iri for term in terms}) == len(terms)
    for term in terms[::20]:
        pattern = {
            "class": f"?x a <{term.iri}>",
            "property": f"?x <{term.iri}> ?y",
            "thing": f"<{term.iri}> ?p ?y",
        }
        assert closure.query(f"ASK {{ {pattern[term.kind]} }}"), term


def test_the_most_used_come_first() -> None:
    text = "@prefix : <http://example.org/> . :a a :Rare . :b a :Often . :c a :Often ."
    store = EmbeddedStore.from_quads(ox.parse(text, format=ox.RdfFormat.TRIG))
    classes = [term.iri for term in vocabulary_in_use(store, "en") if term.kind == "class"]
    assert classes == ["http://example.org/Often", "http://example.org/Rare"]


def test_an_empty_graph_has_no_terms() -> None:
    assert vocabulary_in_use(EmbeddedStore.from_quads([]), "nl") == []
