"""The SPARQL editor as it is without any script, and what its script is told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading_pages import HOSTILE, LANGUAGES, read, shown
from si_graph.errors import UsageError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, PREFIXES, expand
from si_graph.query.catalogue import catalogue
from si_graph.query.evaluate import evaluate
from si_graph.query.results import Rows
from si_graph.render.editor import completion
from si_graph.render.page import Page, View
from si_graph.render.pages import render
from si_graph.render.site import Site


def editor(graph: KnowledgeGraph, lang: str = "en", **values: str) -> Page:
    return shown(graph, "editor", "sparql", lang, **values)


def told_to_script(page: Page) -> Any:
    found = re.search(r'id="editor-data">(.*?)</script>', page.html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_editor_begins_with_a_query_that_has_an_answer(
    bundled: KnowledgeGraph, lang: str
) -> None:
    page = read(editor(bundled, lang))
    rows = evaluate(bundled.store, page.within("query"))
    assert isinstance(rows, Rows)
    assert len(rows) == 3
    assert page.within("answer") == ""


def test_every_named_query_can_be_put_in_the_editor(bundled: KnowledgeGraph) -> None:
    choices = re.findall(r'<option value="((?:CQ|EU)\d+)"', editor(bundled).html)
    assert choices == [query.name for query in catalogue()]
    page = read(editor(bundled, "en", example="CQ14"))
    assert "si:asksActor" in page.within("query")
    assert 'VALUES ?lang { "en" }' in page.within("query")
    assert page.within("answer") == ""


def test_an_unknown_example_is_a_wrong_use(bundled: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="there is no query named"):
        editor(bundled, example="CQ4711")


def test_rows_are_answered_in_the_page_with_links_to_things(bundled: KnowledgeGraph) -> None:
    page = read(
        editor(bundled, query="SELECT ?x ?l { ?x a si:Recommendation ; skos:prefLabel ?l }")
    )
    assert "6 rows" in page.within("answer")
    assert "/doc/awt84/rec1" in page.links
    assert {given["lang"] for tag, given in page.tags if tag == "bdi" and "lang" in given} == {"nl"}


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("ASK { ?x a si:Recommendation }", "Yes."),
        ("ASK { ?x a si:Nonsense }", "No."),
        ("SELECT * { ?x a si:Nonsense }", "Nothing fits this query."),
        ("CONSTRUCT { ?x a si:Step } { ?x a si:Step }", "6 rows"),
        ("DESCRIBE awt84:rec1", "awt84:rec1"),
    ],
)
def test_all_kinds_of_queries_are_answered(
    bundled: KnowledgeGraph, query: str, answer: str
) -> None:
    assert answer in read(editor(bundled, query=query)).within("answer")


def test_a_long_answer_shows_its_beginning_and_says_so(bundled: KnowledgeGraph) -> None:
    pattern = "{ ?s ?p ?o FILTER(?p IN (si:start, si:hasEvidence)) }"
    for query in (f"SELECT * {pattern}", f"CONSTRUCT {{ ?s ?p ?o }} {pattern}"):
        page = editor(bundled, query=query)
        assert "These are the first 500." in read(page).within("answer")
        assert page.html.count("<tr>") == 501


def test_only_what_is_stated_can_be_asked(bundled: KnowledgeGraph, stated: KnowledgeGraph) -> None:
    values = {"query": "ASK { ?x si:asksActor actor:min-ocw }", "inference": "asserted"}
    view = View(bundled, Site(), "en", "sparql", values, stated)
    assert "No." in read(render("editor", view)).within("answer")
    whole = view._replace(values=values | {"inference": ""})
    assert "Yes." in read(render("editor", whole)).within("answer")


def test_a_mistake_is_told_with_its_place_in_what_was_typed(bundled: KnowledgeGraph) -> None:
    page = editor(bundled, query="SELECT *\n{ ?x si:asksActor }")
    assert page.status == 400
    assert "an error at line 2, character 19" in read(page).within("fault")
    assert read(page).within("query") == "SELECT * { ?x si:asksActor }"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_what_anyone_types_is_shown_as_text(bundled: KnowledgeGraph, text: str) -> None:
    page = editor(bundled, query=text)
    assert page.status == 400
    read(page)
    assert "<script>alert" not in page.html


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_gives_a_page(bundled: KnowledgeGraph, text: str) -> None:
    assert editor(bundled, query=text).status in (200, 400)


def test_an_iri_that_could_run_is_no_link(bundled: KnowledgeGraph) -> None:
    page = editor(bundled, query="SELECT (<javascript:alert(1)> AS ?x) {}")
    assert "javascript:alert(1)" in read(page).within("answer")
    assert 'href="javascript' not in page.html


def test_an_empty_graph_can_be_queried(nothing: KnowledgeGraph) -> None:
    page = read(editor(nothing, query="SELECT * { ?s ?p ?o }"))
    assert "Nothing fits this query." in page.within("answer")
    assert completion(nothing, "en") == {"prefixes": PREFIXES, "terms": []}


def test_the_script_is_told_where_the_site_is_and_what_to_say(bundled: KnowledgeGraph) -> None:
    view = View(bundled, Site("/si/", lang="nl"), "nl", "sparql", {})
    told = told_to_script(render("editor", view))
    assert told["root"] == "/si/"
    assert told["completion"] == "/si/completion.json?lang=nl"
    assert told["base"] == BASE
    assert told["texts"]["table"] == "Tabel"


def test_completions_are_prefixed_names_that_stand_for_terms(bundled: KnowledgeGraph) -> None:
    found = completion(bundled, "nl")
    names = {term["name"]: term for term in found["terms"]}
    assert names["actor:municipalities"] == {
        "name": "actor:municipalities",
        "label": "gemeenten",
        "kind": "thing",
    }
    assert names["si:asksActor"]["kind"] == "property"
    assert names["si:Recommendation"]["kind"] == "class"
    assert all(expand(name) for name in names)
    assert found["prefixes"] == PREFIXES
