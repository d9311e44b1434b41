"""Content negotiation: what a client gets for what it says it takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.serve.negotiation import choose_language, choose_type

OFFERS = ("application/json", "text/csv", "text/turtle")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/csv;q=0.5, text/turtle;q=0.6", "text/turtle"),
        ("text/csv;q=0.5,text/turtle;q=0.4,*/*;q=0.1", "text/csv"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("image/png, */*;q=0.01", "application/json"),
    ],
)
def test_the_type_that_weighs_most_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose_type(accept, OFFERS) == chosen


def test_among_equals_the_servers_favourite_is_chosen() -> None:
    assert choose_type("text/turtle, text/csv", OFFERS) == "text/csv"


def test_the_most_specific_range_counts_wherever_it_stands() -> None:
    assert choose_type("*/*;q=0.9, application/json;q=0, text/*;q=0.1", OFFERS) == "text/csv"
    assert choose_type("text/csv;q=0, */*", OFFERS[1:]) == "text/turtle"


def test_malformed_ranges_are_passed_over() -> None:
    assert choose_type("text/csv;q=2, text/turtle;q=0.3, ;;,", OFFERS) == "text/turtle"
    assert choose_type("text/turtle;q=0.1234", OFFERS) == "application/json"


def test_a_comma_or_semicolon_in_quotes_belongs_to_a_parameter() -> None:
    profiled = ('text/turtle;profile="a,b;c"', "text/csv")
    assert choose_type('text/turtle;profile="a,b;c", text/csv;q=0.1', profiled) == profiled[0]
    assert choose_type('text/turtle;profile="other", text/csv;q=0.1', profiled) == "text/csv"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "en"),
        ("nl", "nl"),
        ("nl-BE, fr;q=0.8", "nl"),
        ("fr, nl;q=0.3, en;q=0.2", "nl"),
        ("en-GB;q=0.4, nl;q=0.5", "nl"),
        ("fr", None),
        ("fr, *;q=0.1", "en"),
        ("nle", None),
    ],
)
def test_the_language_that_weighs_most_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose_language(accept, ("en", "nl")) == chosen


@given(st.text(alphabet=st.sampled_from('*/;,="\\q01. \ttextcsvurl-x'), max_size=80))
def test_any_header_gives_an_offer_or_nothing(accept: str) -> None:
    assert choose_type(accept, OFFERS) in {*OFFERS, None}
    assert choose_language(accept, ("en", "nl")) in {"en", "nl", None}


@given(
    st.permutations([("text/csv", "0.9"), ("text/turtle", "0.8"), ("*/*", "0.1"), ("text/*", "0")])
)
def test_the_order_of_ranges_changes_nothing(ranges: list[tuple[str, str]]) -> None:
    accept = ", ".join(f"{name};q={weight}" for name, weight in ranges)
    assert choose_type(accept, OFFERS) == "text/csv"


def test_a_header_as_long_as_a_server_takes_is_read_in_no_time() -> None:
    for part in ('"\\', '"', "a;q=0.1,", ";a=", "\\\\"):
        assert choose_type(part * 30_000, OFFERS) in {*OFFERS, None}
