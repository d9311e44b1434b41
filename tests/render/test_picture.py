"""The picture of what a thing is linked to, as it is without any script."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reading_pages import HOSTILE, LANGUAGES, graph_of, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import expand
from si_graph.render.neighbourhood import MOST_LINKS, neighbourhood
from si_graph.render.page import Page
from si_graph.render.site import Site


def picture(graph: KnowledgeGraph, thing: str = "", lang: str = "en") -> Page:
    return shown(graph, "picture", "graph", lang, **({"thing": thing} if thing else {}))


def told_to_script(page: Page) -> Any:
    found = re.search(r'id="picture-data">(.*?)</script>', page.html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "thing", ["actor:municipalities", "awt84:advice", "si:Recommendation", "passage:R2b"]
)
def test_all_that_is_drawn_stands_in_the_list_too(
    bundled: KnowledgeGraph, thing: str, lang: str
) -> None:
    page = picture(bundled, thing, lang)
    listed = read(page).within("links")
    data = told_to_script(page)["data"]
    assert page.status == 200
    assert data == neighbourhood(bundled, Site(), thing, lang)
    for node in data["nodes"][1:]:
        assert node["label"] in listed
    for edge in data["edges"]:
        assert edge["label"] in listed
    assert page.html.count('class="edge') == len(data["edges"])


def test_what_only_follows_is_dashed_and_says_so_in_words(bundled: KnowledgeGraph) -> None:
    page = picture(bundled, "actor:municipalities")
    edges = told_to_script(page)["data"]["edges"]
    inferred = sum(edge["inferred"] for edge in edges)
    assert 0 < inferred < len(edges)
    assert page.html.count("edge-inferred") == inferred
    assert page.html.count("mark-inferred") == inferred
    assert "dashed line is inferred" in read(page).words


def test_a_picture_stays_small_and_says_what_it_leaves_out(bundled: KnowledgeGraph) -> None:
    data = neighbourhood(bundled, Site(), "awt84:advice", "nl")
    assert len(data["nodes"]) <= 60
    rest = [node for node in data["nodes"] if not node["iri"]]
    assert sum(int(node["label"].split()[-1]) for node in rest) == data["left_out"] > 0
    assert len(data["edges"]) <= MOST_LINKS + len(rest)
    assert {node["href"] for node in rest} == {"/doc/awt84/advice"}
    words = read(picture(bundled, "awt84:advice", "nl")).words
    assert f"{data['left_out']} verbanden staan er niet op" in words


def test_edges_go_from_subject_to_object(bundled: KnowledgeGraph) -> None:
    data = neighbourhood(bundled, Site(), "rec1", "en")
    ids = {node["id"] for node in data["nodes"]}
    assert data["nodes"][0]["iri"] == expand("awt84:rec1")
    for edge in data["edges"]:
        assert {edge["source"], edge["target"]} <= ids
        assert expand("awt84:rec1") in (edge["source"], edge["target"])
    asked = [one for one in data["edges"] if one["property"] == expand("si:explicitlyAddressedTo")]
    assert {one["source"] for one in asked} == {expand("awt84:rec1")}
    assert expand("actor:municipalities") in {one["target"] for one in asked}


def test_a_thing_is_found_by_what_it_is_called(bundled: KnowledgeGraph) -> None:
    page = picture(bundled, "Gemeenten", "nl")
    assert page.status == 200
    assert "Samenhang: gemeenten" in read(page).words


def test_words_that_fit_several_things_offer_them(bundled: KnowledgeGraph) -> None:
    page = picture(bundled, "policy of innovation")
    assert page.status == 404
    reader = read(page)
    assert "Do you mean one of these?" in reader.words
    assert sum(link.startswith("/graph?thing=") for link in reader.links) > 2


def test_what_nothing_is_called_leads_back_to_a_beginning(bundled: KnowledgeGraph) -> None:
    page = picture(bundled, "qqqqqqqq")
    assert page.status == 404
    assert "Nothing is called qqqqqqqq." in read(page).words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_thing_there_are_places_to_begin(bundled: KnowledgeGraph, lang: str) -> None:
    starts = [link for link in read(picture(bundled, lang=lang)).links if "graph?thing=" in link]
    assert len(starts) == 9


def test_an_empty_graph_has_a_page_without_beginnings(nothing: KnowledgeGraph) -> None:
    page = picture(nothing)
    assert page.status == 200
    assert not [link for link in read(page).links if "graph?thing=" in link]
    assert picture(nothing, "actor:municipalities").status == 404


def test_a_thing_that_is_linked_to_nothing_says_so(tmp_path: Path) -> None:
    graph = graph_of('<urn:alone> skos:prefLabel "alone"@en .', tmp_path)
    page = picture(graph, "urn:alone")
    assert page.status == 200
    assert "This is not linked to anything." in read(page).words
    assert "<svg" not in page.html


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_what_anyone_asks_for_is_shown_as_text(bundled: KnowledgeGraph, text: str) -> None:
    page = picture(bundled, text)
    assert page.status == 404
    read(page)
    assert "<script>alert" not in page.html


@pytest.mark.parametrize("text", HOSTILE[:5], ids=lambda text: text[:8])
def test_labels_of_anyone_are_drawn_as_text(text: str, tmp_path: Path) -> None:
    literal = json.dumps(text)
    graph = graph_of(
        f"<urn:a> skos:prefLabel {literal} ; <urn:p> <javascript:alert(1)> . "
        f"<javascript:alert(1)> skos:prefLabel {literal} .",
        tmp_path,
    )
    page = picture(graph, "urn:a")
    read(page)
    assert "<script>alert" not in page.html
    assert 'href="javascript' not in page.html
    assert [node["label"] for node in told_to_script(page)["data"]["nodes"]] == [text, text]
