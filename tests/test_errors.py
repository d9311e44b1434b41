"""Every error is one message that says what, where and what to do, and has its exit status."""

from __future__ import annotations

import inspect

import pytest

from si_graph import errors
from si_graph.errors import InconsistentError, InputError, QuerySyntaxError, SiGraphError

ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, SiGraphError)
]


def test_whoever_catches_the_root_catches_all() -> None:
    classes = inspect.getmembers(errors, inspect.isclass)
    assert [kind for _, kind in classes if issubclass(kind, Exception)] == ERRORS != []


def test_each_kind_of_failure_has_the_exit_status_that_is_promised() -> None:
    others = {"ValidationFailed": 1, "InconsistentError": 3, "LimitError": 4}
    assert {kind.__name__: kind.exit_status for kind in ERRORS} == {
        kind.__name__: others.get(kind.__name__, 2) for kind in ERRORS
    }


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (InputError("it is broken"), "it is broken"),
        (InputError("it is broken", "a.ttl"), "a.ttl: it is broken"),
        (InputError("it is broken", "a.ttl", 3), "a.ttl:3: it is broken"),
        (InputError("it is broken", "a.ttl", 3, 7), "a.ttl:3:7: it is broken"),
        (InputError("it is broken", hint="Mend it."), "it is broken\n  Mend it."),
    ],
)
def test_an_input_error_says_as_much_of_the_place_as_is_known(error: InputError, text: str) -> None:
    assert str(error) == text
    assert error.message == "it is broken"


@pytest.mark.parametrize(
    ("query", "line", "column", "shown"),
    [
        ("SELECT oops", 1, 8, "  SELECT oops\n         ^"),
        ("ASK {\n\toops\n}", 2, 2, "   oops\n   ^"),
        ("ASK {\r\n oops\r\n}", 2, 2, "   oops\n   ^"),
        ("# \u2028\x0b\nASK oops", 2, 5, "  ASK oops\n      ^"),
        ("ASK", 2, 1, "  \n  ^"),
        ("", 1, 1, "  \n  ^"),
    ],
)
def test_a_syntax_error_shows_the_line_with_a_caret_under_the_place(
    query: str, line: int, column: int, shown: str
) -> None:
    text = str(QuerySyntaxError("this is wrong", query, line, column))
    head, _, rest = text.partition("\n")
    assert head == f"the query has a syntax error at line {line}, column {column}: this is wrong"
    assert rest == shown


@pytest.mark.parametrize(("count", "head"), [(1, "(1 clash):"), (2, "(2 clashes):")])
def test_an_inconsistency_lists_every_clash(count: int, head: str) -> None:
    clashes = [f"clash number {number}" for number in range(count)]
    error = InconsistentError(clashes)  # type: ignore[arg-type]  # whatever can be printed
    assert str(error).split("\n") == [
        f"the graph is inconsistent {head}",
        *(f"  {clash}" for clash in clashes),
    ]
    assert list(map(str, error.inconsistencies)) == clashes
