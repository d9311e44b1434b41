"""The home page says what is in the graph, and where to start."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from reading_pages import LANGUAGES, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.publish import dumps
from si_graph.publish.tables import files as tables
from si_graph.query.catalogue import load
from si_graph.render.home import EXAMPLES, number
from si_graph.render.page import View
from si_graph.render.pages import render
from si_graph.render.site import Site
from si_graph.render.structured_data import DOWNLOADS


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


def dataset(graph: KnowledgeGraph, lang: str, origin: str = "") -> dict[str, Any]:
    view = View(graph, Site("/", origin), lang, "", {})
    html = render("home", view).html
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_search_engines_are_told_of_the_dataset(bundled: KnowledgeGraph, lang: str) -> None:
    told = dataset(bundled, lang)
    assert (told["@context"], told["@type"]) == ("https://schema.org", "Dataset")
    assert told["version"] == "1.0.0"
    # What Google asks for and recommends of a dataset, with the lengths that it takes.
    assert 50 <= len(told["description"]) <= 5000
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert told["isAccessibleForFree"] is True
    assert told["identifier"] == BASE + "catalog#dataset"
    assert told["spatialCoverage"]["name"] == {"nl": "Nederland", "en": "Netherlands"}[lang]
    assert told["temporalCoverage"] == "2014-01-01/2014-01-31"
    assert (
        told["creator"]["name"]
        == {"nl": "Redactie van SI-Graph", "en": "Editors of SI-Graph"}[lang]
    )
    assert told["isBasedOn"] == BASE + "id/awt84/advice"
    assert {"nl": "sociale innovatie", "en": "social innovation"}[lang] in told["keywords"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["dateModified"])


def test_search_engines_are_told_where_the_data_are_on_this_site(bundled: KnowledgeGraph) -> None:
    for origin, site in (("", BASE), ("https://site.example.org", "https://site.example.org/")):
        files = {one["contentUrl"]: one["encodingFormat"]
                 for one in dataset(bundled, "nl", origin)["distribution"]}  # fmt: skip
        assert len(files) == len(DOWNLOADS)
        for url, media_type in files.items():
            folder, name = url.removeprefix(site).split("/")
            known = {"tables": tables.names(), "dumps": dumps.NAMES}[folder]
            types = {**tables.MEDIA_TYPES, "gz": "application/gzip"}
            assert name in known
            assert types[name.rpartition(".")[2]] == media_type


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tables_in_the_language_of_the_reader_are_one_click_away(
    bundled: KnowledgeGraph, nothing: KnowledgeGraph, lang: str
) -> None:
    page = read(shown(bundled, "home", "", lang))
    assert f"/tables/si-graph.{lang}.xlsx" in page.links
    assert "/tables/si-graph-csv.zip" in page.links
    # Of other data there are none.
    assert "tables" not in shown(nothing, "home", "", lang).html
