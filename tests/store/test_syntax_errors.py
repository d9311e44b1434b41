"""A query that does not parse is answered with the place of the fault, and a caret under it."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from si_graph.errors import QuerySyntaxError, UsageError
from si_graph.store.embedded import EmbeddedStore
from si_graph.store.inspection import parse_error

EMPTY = EmbeddedStore.from_quads([])


def fault(query: str) -> QuerySyntaxError:
    """Return the error that a query ends in."""
    with pytest.raises(QuerySyntaxError) as caught:
        EMPTY.query(query)
    assert caught.value.exit_status == 2
    return caught.value


def under_the_caret(error: QuerySyntaxError) -> str:
    """Return the rest of the line from above the caret on."""
    _, line, caret = str(error).rsplit("\n", 2)
    assert caret.strip() == "^"
    return line[caret.index("^") :]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELEC * { ?s ?p ?o }", "SELEC *"),
        ("INSERT DATA { <x:a> <x:b> 1 }", "INSERT"),
        ("SELECT ?s, ?p { ?s ?p ?o }", ", ?p"),
        ("SELECT * WERE { ?s ?p ?o }", "WERE"),
        ("SELECT * { ?s ?p }", "}"),
        ("SELECT * {\n  ?s ?p ?o .\n  ?s ?p .\n}", "."),
        ("SELECT * {\r\n  ?s ?p ?o .\r\n  ?s ?p .\r\n}", "."),
        ("SELECT *\n{\n\t?s ?p ?o ;; 5\n}", "5"),
        ("SELECT * { ?s ?p ?o }}", "}"),
        ("SELECT * { ?s ?p ?o FILTER ?o > 3 }", "?o > 3"),
        ("SELECT * { FILTER(foo(?x)) }", "foo(?x)"),
        ("SELECT (?x+1) {}", ") {}"),
        ("SELECT ?x { ?x a ?y } LIMIT ten", "ten"),
        ("SELECT ?x { ?x a ?y } LIMIT 5 ORDER BY ?x", "ORDER BY ?x"),
        ("SELECT * { ?s ?p 'é€😀' FROM }", "FROM"),
        ("SELECT * { ?s ?p ?o } # a comment\nGROUP ?s", "?s"),
        ("# \u2028 no line end\nSELECT * { ?s ?p }", "}"),
    ],
)
def test_the_caret_stands_under_the_word_that_does_not_fit(query: str, place: str) -> None:
    error = fault(query)
    assert under_the_caret(error).startswith(place)
    assert error.message == f"{place.split()[0].split('(')[0]} is not expected here"
    line = query.split("\n")[error.line - 1]
    assert line[error.column - 1 :].startswith(place)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * { ?s foo:bar ?o }", "foo:bar"),
        ("SELECT * { ?s a foo:Bar; a foo:Baz }", "foo:Bar;"),
        ("SELECT * { ?s a foo:Bar. ?s ?p ?o }", "foo:Bar."),
        ("PREFIX fo: <x:>\nSELECT * {\n  ?s ?p ?o . foo:a ?q 1\n}", "foo:a"),
        ("SELECT * { ?s ?p '1'^^foo:int }", "foo:int"),
        ("SELECT * { FILTER(foo:f(?x)) }", "foo:f("),
    ],
)
def test_an_undeclared_prefix_is_named(query: str, place: str) -> None:
    error = fault(query)
    assert error.message == "the prefix foo: is not declared (PREFIX foo: <…>)"
    assert under_the_caret(error).startswith(place)


def test_a_declared_prefix_a_blank_node_and_a_string_are_no_undeclared_prefix() -> None:
    query = "PREFIX foo: <x:> SELECT * { ?s foo:a _:b , 'bar:c' , <bar:d> ; ?q . } # bar:e"
    assert fault(query).message == ". is not expected here"


@pytest.mark.parametrize(
    "query", ["SELECT * { ?s ?p ?o", "SELECT * { ?s ?p ?o } ORDER BY", "SELECT *\n{ ?s\n\n", "ASK"]
)
def test_a_query_that_stops_too_early_has_the_caret_at_its_end(query: str) -> None:
    error = fault(query)
    assert error.message == "the query ends too early"
    lines = query.rstrip().split("\n")
    assert (error.line, error.column) == (len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("rest", [" }", "\n}", ""])
def test_an_unclosed_string_is_reported_where_it_opens(quote: str, rest: str) -> None:
    error = fault(f"SELECT * {{ ?s ?p {quote}never closed{rest}")
    assert error.message == "this string is not closed"
    assert (error.line, error.column) == (1, 18)


def test_what_the_grammar_allows_and_sparql_does_not_is_explained() -> None:
    unbound = "the SELECT contains a variable that is unbound"
    assert fault("SELECT ?s { ?s ?p ?o } GROUP BY ?p").message == unbound
    relative = fault("SELECT * { ?s <p> ?o }")
    assert relative.message == "<p> is relative, and no BASE says to what"
    assert under_the_caret(relative).startswith("<p>")
    assert "IRI parsing failed" in fault("SELECT * { ?s ?p <http://e/ x> }").message


@pytest.mark.parametrize("query", ["", " \n", "# nothing but a comment"])
def test_an_empty_query_is_no_query(query: str) -> None:
    assert fault(query).message == "this is no SPARQL query"


def test_bytes_that_were_no_utf_8_are_reported_with_their_place() -> None:
    error = fault("SELECT * {\n ?s ?p 'caf\udce9' }")
    assert "not UTF-8" in error.message
    assert (error.line, error.column) == (2, 12)
    str(error).encode()


SOUND = (
    "PREFIX ex: <http://example.org/> SELECT ?a ( COUNT ( ?b ) AS ?n ) FROM ex:g WHERE { ?a ex:p"
    " ?b . OPTIONAL { ?a ex:q 'text'@nl } FILTER ( ?b > 3 && ! BOUND ( ?c ) ) VALUES ?a { ex:x }"
    " } GROUP BY ?a ORDER BY DESC ( ?n ) LIMIT 10"
)
WORDS = [
    *SOUND.split(), "ASK", "*", "NAMED", "SERVICE", "service", "SILENT", "GRAPH", "UNION", "BIND",
    "BASE", "<x:b>", "_:b", "1.5", "$", "\\u0053", "\\", '"', "'''", "#", ";", ",", "^^", "<", "§",
    "INSERT DATA", "LOAD", "\r", "\n", "\t", "\0", "\u2028",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return a sound query with words cut out of it and others put in."""
    words = SOUND.split()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(words)))
        end = start + draw(st.integers(0, 3))
        words[start:end] = draw(st.lists(st.sampled_from(WORDS), max_size=2))
    return draw(st.sampled_from([" ", "\n", "\r\n"])).join(words)


texts = st.one_of(
    damaged(),
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=10).map("".join),
    st.text(st.characters(codec=None, categories=["Cs", "L"]), max_size=5),
)


def error_of(text: str) -> QuerySyntaxError | None:
    """Return the one error that any text may end in, unless it is a query."""
    try:
        EMPTY.query(text)
    except QuerySyntaxError as error:
        return error
    except UsageError as error:
        assert "SERVICE" in str(error) or "function" in str(error)  # noqa: PT017 - few texts do
    return None


@given(texts)
@example("SELECT * { ?s ?p 'SERVICE \\u0053FFFF' }")
@example("SERVICE \ud800")
@example("PREFIX : <x:> ASK FROM :g FROM : {}")
def test_any_text_is_answered_or_refused_with_a_place_within_it(text: str) -> None:
    error = error_of(text)
    if error is not None:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert str(error).endswith("^")


@given(st.integers(0, SOUND.count(" ")))
def test_a_foreign_word_anywhere_is_found(position: int) -> None:
    words = SOUND.split(" ")
    query = " ".join([*words[:position], "§", *words[position:]])
    # Within the string there is no fault.
    assume(re.search("'[^']*§[^']*'", query) is None)
    error = fault(query)
    assert error.message == "§ is not expected here"
    assert under_the_caret(error).startswith("§")


def test_an_error_that_is_only_looked_at_keeps_nothing_alive() -> None:
    """Its frames would keep those that called, and rows that may only end in their own thread."""
    error = parse_error("SELECT")
    assert error is not None
    assert error.__traceback__ is None
