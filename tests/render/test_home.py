"""The home page says what is in the graph, and where to start."""

from __future__ import annotations

import json
import re

import pytest

from reading_pages import LANGUAGES, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.query.catalogue import load
from si_graph.render.home import EXAMPLES, number


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_counts_are_those_of_the_graph(bundled: KnowledgeGraph, lang: str) -> None:
    words = read(shown(bundled, "home", "", lang)).words
    statistics = bundled.statistics(lang=lang)
    assert number(statistics.statements, lang) in words
    assert number(statistics.inferred, lang) in words
    assert f"{statistics.passages} passages" in words
    assert "40 voorgestelde acties: 3 aanbevelingen" in words or "40 proposed actions: 3" in words


def test_numbers_are_written_as_the_language_does() -> None:
    assert number(1234567, "nl") == "1.234.567"
    assert number(1234567, "en") == "1,234,567"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_recommendations_and_questions_are_linked(bundled: KnowledgeGraph, lang: str) -> None:
    page = read(shown(bundled, "home", "", lang))
    order = [page.links.index(f"/doc/awt84/rec{number}") for number in (1, 2, 3)]
    assert order == sorted(order)
    for name in EXAMPLES:
        assert f"/questions/{name}" in page.links
        assert load(name).persona == "civil-servant"
        assert bundled.ask(name, lang=lang).question in page.words


def test_those_who_make_policy_come_first(bundled: KnowledgeGraph) -> None:
    words = read(shown(bundled, "home", "", "nl")).words
    assert words.index("U werkt aan beleid") < words.index("U doet onderzoek")
    assert words.index("U doet onderzoek") < words.index("U koppelt gegevens")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_graph_without_an_advice_has_a_home_page_too(nothing: KnowledgeGraph, lang: str) -> None:
    page = read(shown(nothing, "home", "", lang))
    assert not [link for link in page.links if "CQ" in link]
    assert "0 uitspraken" in page.words or "0 statements" in page.words


def test_search_engines_are_told_of_the_dataset(bundled: KnowledgeGraph) -> None:
    html = shown(bundled, "home", "", "en").html
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    dataset = json.loads(found[1])
    assert dataset["@type"] == "Dataset"
    assert dataset["version"] == "1.0.0"
    assert 50 <= len(dataset["description"]) <= 5000
    assert {"name", "license", "url"} <= dataset.keys()
