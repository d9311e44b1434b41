"""The page that compares countries says what the source says, and where it says nothing."""

from __future__ import annotations

import re

import pytest

from reading_pages import HOSTILE, LANGUAGES, Reader, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import local_name
from si_graph.query.overviews.places import ASPECTS, of_places
from si_graph.query.results import Rows


def table(page: str) -> dict[str, list[str]]:
    """Return the cells of each row by its head."""
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return {Reader(head).words: [Reader(one).words for one in others] for head, *others in cells}


def test_what_is_shown_is_what_the_question_answers(bundled: KnowledgeGraph) -> None:
    rows = bundled.named("CQ58")
    assert isinstance(rows, Rows)
    answer = {
        tuple(local_name(str(row[name].value)) for name in ("place", "aspect", "thing"))  # type: ignore[union-attr]
        for row in rows
    }
    found = {
        (local_name(one.place), one.aspect, local_name(one.thing))
        for one in of_places(bundled.store)
    }
    assert found == answer


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_country_and_region_is_compared_on_every_aspect(
    bundled: KnowledgeGraph, lang: str
) -> None:
    page = shown(bundled, "countries", "countries", lang)
    read(page)
    rows = table(page.html)
    assert len(rows) == len(ASPECTS)
    assert {len(cells) for cells in rows.values()} == {6}
    assert all(cell for cells in rows.values() for cell in cells)


def test_a_country_is_told_with_its_passages(bundled: KnowledgeGraph) -> None:
    page = shown(bundled, "countries", "countries", place="place:nl")
    rows = table(page.html)
    assert rows["Concept of social innovation"] == ["workplace innovation passage F01, p. 5"]
    assert rows["Approach"] == ["The advice does not say."]
    (others,) = rows["What else is said of it"]
    assert "(problem)" in others
    assert "/doc/awt84/passage/F01" in read(page).links


def test_what_follows_from_a_group_is_marked_and_explained(bundled: KnowledgeGraph) -> None:
    page = shown(bundled, "countries", "countries", place="place:uk")
    (approach,) = table(page.html)["Approach"]
    assert approach.startswith("directing and stimulating strategy inferred why?")
    assert any("hasApproach" in link for link in read(page).links if "/explain?" in link)


def test_only_the_chosen_are_compared_and_stay_chosen(bundled: KnowledgeGraph) -> None:
    page = shown(bundled, "countries", "countries", place="place:be\nplace:flanders")
    assert {len(cells) for cells in table(page.html).values()} == {2}
    checked = [given["value"] for _, given in read(page).tags if "checked" in given]
    assert checked == ["place:be", "place:flanders"]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_choices_of_anyone_choose_nothing(bundled: KnowledgeGraph, text: str) -> None:
    page = shown(bundled, "countries", "countries", place=text)
    assert {len(cells) for cells in table(page.html).values()} == {6}
    assert "<script>alert" not in page.html


def test_a_graph_without_countries_says_so(nothing: KnowledgeGraph) -> None:
    page = read(shown(nothing, "countries", "countries"))
    assert "There are no countries or regions in this graph." in page.words
