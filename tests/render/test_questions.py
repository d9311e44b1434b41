"""The page of all questions: grouped by who asks them, and found by words."""

from __future__ import annotations

import re

import pytest

from reading_pages import HOSTILE, LANGUAGES, Reader, read, shown
from si_graph.graph import KnowledgeGraph


def listed(page: Reader) -> list[str]:
    """Return the names of the questions that a page links to, in its order."""
    return [
        found[1] for link in page.links if (found := re.match(r"/questions/((?:CQ|EU)\d+)", link))
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_is_listed_once_and_spelled_out(bundled: KnowledgeGraph, lang: str) -> None:
    page = read(shown(bundled, "questions", "questions", lang))
    assert sorted(listed(page)) == sorted(query.name for query in bundled.queries())
    assert "{" not in page.words
    asked = {"nl": "Wat wordt er van gemeenten gevraagd", "en": "What is asked of municipalities"}
    assert asked[lang] in page.words


def test_questions_stand_under_who_asks_them_with_the_civil_servant_first(
    bundled: KnowledgeGraph,
) -> None:
    page = read(shown(bundled, "questions", "questions"))
    headings = [text for level, text in page.headings if level == 2]
    assert headings[0] == "For those who make policy"
    personas = {query.name: query.persona for query in bundled.queries()}
    order = [personas[name] for name in listed(page)]
    assert order == sorted(order, key=["civil-servant", "researcher", "integrator"].index)


def test_only_questions_with_all_the_words_are_left(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "questions", "questions", q="EUROVOC  exactmatch"))
    assert listed(page) == ["CQ54"]
    assert "1 of" in page.words
    # Those who read English may remember the Dutch words.
    assert "CQ14" in listed(read(shown(bundled, "questions", "questions", q="gevraagd")))
    assert listed(read(shown(bundled, "questions", "questions", q="cq14"))) == ["CQ14"]


@pytest.mark.parametrize("words", HOSTILE, ids=lambda text: repr(text[:8]))
def test_words_of_anyone_find_nothing_and_are_shown_as_text(
    bundled: KnowledgeGraph, words: str
) -> None:
    page = shown(bundled, "questions", "questions", q=words)
    assert listed(read(page)) == []
    assert "<script>alert" not in page.html
    assert "<img" not in page.html


def test_without_things_to_ask_about_a_question_says_what_it_takes(
    nothing: KnowledgeGraph,
) -> None:
    page = read(shown(nothing, "questions", "questions"))
    assert "What is asked of the party" in page.words
