"""The project's prefixes need no declaration, and a query's form stands behind any declarations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.errors import QuerySyntaxError
from si_graph.query.evaluate import missing_prefixes
from si_graph.store.inspection import query_form

# What a query may be put together from, with what looks like its beginning and is not.
PARTS = st.sampled_from(
    [
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>",
        "prefix\nsi:<http://example.org/>",
        "PREFIX : <http://example.org/>",
        "PREFIX my-own.one: <http://example.org/>",
        "PREFIX rdfs:",
        "BASE <http://example.org/>",
        "# PREFIX org: <http://example.org/>\n",
        "SELECT",
        "ask",
        "ask:x",
        "DESCRIBE<http://example.org/skos:x>",
        "* { ?x.skos:broader ?y }",
        "?a5skos:b",
        "5si:proposes",
        "'org:x'",
        "_:si",
        "mysi:x",
        "sh:path",
    ]
)
TEXTS = st.lists(PARTS, max_size=7).flatmap(
    lambda parts: st.sampled_from([" ", "", "\n"]).map(lambda between: between.join(parts))
)


def form(text: str) -> str | None:
    try:
        return query_form(text)
    except QuerySyntaxError:
        return None


@given(TEXTS)
def test_a_comment_before_a_query_changes_nothing(text: str) -> None:
    # Behind a comment all words are read; otherwise most need not be.
    assert missing_prefixes(text) == missing_prefixes(f"#\n{text}")
    assert form(text) == form(f"#\n{text}")


@pytest.mark.parametrize(
    ("query", "prefixes"),
    [
        ("ASK {}", []),
        ("SELECT * { ?x <http://example.org/skos:x> ?y }", []),
        ("ASK { ?x skos:broader ?y ; si:proposes ?z }", ["si", "skos"]),
        ("PREFIX skos: <x:> ASK { ?x skos:broader ?y ; si:proposes ?z }", ["si"]),
        ("PREFIX skos: <x:> PREFIX si: <y:> ASK { ?x skos:broader ?y ; si:proposes ?z }", []),
        ("# PREFIX skos: <x:>\nASK { ?x skos:broader ?y }", ["skos"]),
        ("ASK { ?x.skos:broader ?y }", ["skos"]),
    ],
)
def test_what_is_used_and_not_declared_is_declared(query: str, prefixes: list[str]) -> None:
    declared = missing_prefixes(query)
    assert [word.rstrip(":") for word in declared.split() if word.endswith(":")] == prefixes


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {}",
        "  select?x{}",
        "PREFIX a: <x:> # ASK\nBASE <y:> SELECT * {}",
        "PREFIX ask: <x:> SELECT(1 AS ?x){}",
        "PREFIX a:<x:>PREFIX b:<y:>SELECT*{}",
    ],
)
def test_the_form_of_a_query_is_its_first_word_behind_declarations(query: str) -> None:
    assert query_form(query) == "SELECT"
