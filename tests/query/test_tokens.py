"""The words of a query are told apart from what stands in its strings, comments and IRIs."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.query.binding import serialise
from si_graph.query.tokens import data_blocks, looks_like_query, result_variables, tokens

HOSTILE = st.text(alphabet=st.sampled_from("\"'\\{}#<>?$ab: \n\r\tuU0é"), max_size=30)


@given(st.text() | HOSTILE)
def test_tokens_come_in_order_and_lose_nothing_but_space_and_comments(text: str) -> None:
    position = 0
    for token in tokens(text):
        between = text[position : token.start()]
        assert not between.strip() or "#" in between
        assert token.group()
        position = token.end()
    rest = text[position:]
    assert not rest.strip() or "#" in rest


@given(st.text() | HOSTILE)
def test_a_string_is_one_token_whatever_it_holds(text: str) -> None:
    literal = serialise(ox.Literal(text))
    found = list(tokens(f"VALUES ?x {{ {literal} }} # ?y {{"))
    assert [token.group() for token in found] == ["VALUES", "?x", "{", literal, "}"]


@given(st.text() | HOSTILE)
def test_a_data_block_is_found_behind_any_string(text: str) -> None:
    literal = serialise(ox.Literal(text))
    query = f"SELECT * {{ FILTER(?a = {literal}) VALUES ?x {{ {literal} }} }}"
    ((start, end),) = data_blocks(query, "x")
    assert query[start:end].strip() == literal


@pytest.mark.parametrize(
    ("query", "blocks"),
    [
        ("VALUES ?x { 1 }", [" 1 "]),
        ("values ?x{1}", ["1"]),
        ("VALUES ?X { 1 }", []),  # variables have capitals that count
        ("VALUES ?xy { 1 }", []),
        ("VALUES (?x) { (1) }", []),
        ("# VALUES ?x { 1 }", []),
        ("'VALUES ?x { 1 }'", []),
        ("VALUES ?x { <http://e/> '}' }", [" <http://e/> '}' "]),
        ("VALUES ?x { 1 } VALUES ?x { 2 }", [" 1 ", " 2 "]),
        ("VALUES ?x { 1", []),
    ],
)
def test_data_blocks_are_those_of_the_variable(query: str, blocks: list[str]) -> None:
    assert [query[start:end] for start, end in data_blocks(query, "x")] == blocks


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT ?a ?b WHERE { ?a ?p ?b }", ["a", "b"]),
        ("SELECT DISTINCT ?a { ?a ?p ?b }", ["a"]),
        ("SELECT (COUNT(DISTINCT ?x) AS ?n) ?a WHERE {}", ["n", "a"]),
        ("SELECT ?a FROM <http://e/?b> WHERE {}", ["a"]),
        ("SELECT * WHERE { ?a ?p ?b }", []),
        ("# SELECT ?no\nSELECT $yes {}", ["yes"]),
        ("ASK { ?a ?p ?b }", []),
    ],
)
def test_the_columns_of_a_query_are_known_without_asking_it(query: str, columns: list[str]) -> None:
    assert result_variables(query) == columns


@pytest.mark.parametrize(
    ("text", "is_query"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("ask{}", True),
        ("# what?\nDESCRIBE <http://e>", True),
        ("CQ14", False),
        ("queries/select.rq", False),
        ("my-select.rq", False),
        ("'SELECT'", False),
        ("# SELECT", False),
        ("", False),
    ],
)
def test_a_query_is_told_from_a_name(text: str, is_query: bool) -> None:
    assert looks_like_query(text) == is_query
