"""Searching finds things by what people call them, and helps where it does not."""

from __future__ import annotations

import pytest

from reading_pages import HOSTILE, LANGUAGES, graph_of, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.render.page import View
from si_graph.render.search import MOST_FOUND, MOST_SUGGESTED, suggestions
from si_graph.render.site import Site


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_found_is_named_with_its_kind_and_page(bundled: KnowledgeGraph, lang: str) -> None:
    page = read(shown(bundled, "search", "search", lang, q="gemeente"))
    assert "/doc/actor/municipalities" in page.links
    assert ("groep actoren" if lang == "nl" else "group of actors") in page.words


def test_another_name_by_which_a_thing_was_found_is_told(bundled: KnowledgeGraph) -> None:
    words = read(shown(bundled, "search", "search", "en", q="gemeenten")).words
    assert "found as gemeenten" in words


def test_where_nothing_is_found_words_that_come_near_are_offered(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "search", "search", "nl", q="qqsubsiqqq"))
    assert "Niets gevonden" in page.words
    offered = [link for link in page.links if link.startswith("/search?q=")]
    assert offered
    for link in offered:
        word = link.removeprefix("/search?q=")
        assert "/doc/" in shown(bundled, "search", "search", "nl", q=word).html


@pytest.mark.parametrize("words", [*HOSTILE, "", " ", "?!", "a " * 500])
def test_any_words_can_be_looked_for(bundled: KnowledgeGraph, words: str) -> None:
    page = shown(bundled, "search", "search", "en", q=words)
    read(page)
    assert "<script>alert" not in page.html
    assert "<img" not in page.html


def test_a_long_list_is_cut_and_says_so(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "search", "search", "en", q="innovatie"))
    assert len([tag for tag, given in page.tags if given.get("class") == "mark"]) <= MOST_FOUND
    assert "There is more" in page.words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_suggestions_are_what_opensearch_asks_for(bundled: KnowledgeGraph, lang: str) -> None:
    found = suggestions(View(bundled, Site(), lang, "search.json", {"q": "muni"}))
    words, labels, kinds, links = found
    assert words == "muni"
    assert isinstance(labels, list)
    assert isinstance(kinds, list)
    assert isinstance(links, list)
    assert 0 < len(labels) == len(kinds) == len(links) <= MOST_SUGGESTED
    assert "/doc/actor/municipalities" in links
    assert suggestions(View(bundled, Site(), lang, "search.json", {})) == ["", [], [], []]


def test_things_with_somebody_elses_iri_have_a_page_here(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    own = graph_of('<urn:x:y> skos:prefLabel "<b>mine</b>" .', tmp_path_factory.mktemp("own"))
    page = shown(own, "search", "search", q="mine")
    assert "/doc?iri=%3Curn%3Ax%3Ay%3E" in read(page).links
    assert "<b>" not in page.html
    assert "mine" in read(shown(own, "resource", "doc", iri="<urn:x:y>")).words
