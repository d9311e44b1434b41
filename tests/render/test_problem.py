"""A page for what went wrong says so in plain words, and what to do."""

from __future__ import annotations

import pytest

from reading_pages import HOSTILE, LANGUAGES, read, shown
from si_graph.graph import KnowledgeGraph

STATUSES = ("400", "401", "404", "405", "406", "409", "413", "415", "429", "500", "503", "504")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_status_has_a_title_and_advice(bundled: KnowledgeGraph, lang: str) -> None:
    titles = set()
    for status in STATUSES:
        made = shown(bundled, "problem", "sparql", lang, status=status, detail="the <detail>")
        assert made.status == int(status)
        page = read(made)
        assert "the <detail>" in page.words
        titles.add(page.headings[0][1])
    # 415 has no words of its own and takes those of 400.
    assert len(titles) == len(STATUSES) - 1


def test_a_name_that_is_nearly_right_is_suggested(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "problem", "doc/actor/min-eez", "nl", status="404"))
    assert "/doc/actor/min-ez" in page.links
    assert "ministerie van Economische Zaken (EZ)" in page.words


def test_suggestions_of_the_error_come_first(bundled: KnowledgeGraph) -> None:
    given = {"status": "404", "suggestions": "actor:nwo\n<script>\njavascript:alert(1)"}
    made = shown(bundled, "problem", "doc/actor/min-eez", "nl", **given)
    page = read(made)
    assert "/doc/actor/nwo" in page.links
    assert "/doc/actor/min-ez" not in page.links
    assert not [link for link in page.links if "javascript" in link and "doc?iri" not in link]


def test_its_links_lead_back_to_what_was_asked_and_tell_nothing_more(
    bundled: KnowledgeGraph,
) -> None:
    page = shown(bundled, "problem", "doc/nowhere", status="404", detail="secret", x="1")
    assert 'href="/doc/nowhere?x=1&amp;lang=nl"' in page.html
    assert "detail=" not in page.html


@pytest.mark.parametrize("hostile", HOSTILE)
def test_anything_may_have_been_asked(bundled: KnowledgeGraph, hostile: str) -> None:
    for status in ("404", hostile):
        given = {"status": status, "detail": hostile, "iri": hostile, "suggestions": hostile}
        made = shown(bundled, "problem", f"doc/{hostile}", **given)
        read(made)
        assert "<script>alert" not in made.html
        assert "<img" not in made.html


def test_a_graph_without_anything_has_its_problems_too(nothing: KnowledgeGraph) -> None:
    page = read(shown(nothing, "problem", "doc/actor/min-ez", "nl", status="404"))
    assert page.headings == [(1, "Deze pagina is er niet")]
