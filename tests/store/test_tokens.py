"""The words of a query are told apart as SPARQL does it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.store.tokens import tokens


def kinds(query: str) -> list[tuple[str | None, str]]:
    """Return the kind and the text of every token."""
    return [(token.lastgroup, token.group()) for token in tokens(query)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT", "word"),
        ("?x", "variable"),
        ("$x1", "variable"),
        ("ex:a", "name"),
        ("ex:", "name"),
        (":a", "name"),
        ("a-b.c:d-e.f", "name"),
        ("ex:1:2", "name"),
        ("ex:it\\'s\\#1", "name"),
        ("ex:caf%C3%A9", "name"),
        ("_:b1.c", "label"),
        ("<http://example.org/a#b>", "iri"),
        ("<http://example.org/\\u00E9>", "iri"),
        ("<>", "iri"),
        ("'it\\'s'", "string"),
        ('"#"', "string"),
        ("''", "string"),
        ("'''a ''b''\n'''", "string"),
        ('"""\\"" """', "string"),
        ("{", "mark"),
    ],
)
def test_a_token_is_taken_whole(text: str, kind: str) -> None:
    assert kinds(f"{{ {text} }}") == [("mark", "{"), (kind, text), ("mark", "}")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ex:a.", ["ex:a", "."]),
        ("ex:.SERVICE", ["ex:", ".", "SERVICE"]),
        ("_:b.", ["_:b", "."]),
        ("1SERVICE", ["1", "SERVICE"]),
        ("'a'@nl", ["'a'", "@", "nl"]),
        ("'a'^^ex:t", ["'a'", "^", "^", "ex:t"]),
        ("?a<?b", ["?a", "<", "?b"]),
        ("<http://example.org/ a>", ["<", "http:", "/", "/", "example", ".", "org", "/", "a", ">"]),
        ("'never closed\nx", ["'", "never", "closed", "x"]),
        ("x # 'a' y\nz", ["x", "z"]),
        ("x # y\rz", ["x", "z"]),
    ],
)
def test_a_token_ends_where_it_ends_in_sparql(text: str, words: list[str]) -> None:
    assert [word for _, word in kinds(text)] == words


@given(st.text("aé1 .:_-#<>'\"\\\n\r{}?@%", max_size=40))
def test_nothing_but_space_and_comments_is_left_out(text: str) -> None:
    end = 0
    for token in tokens(text):
        between = text[end : token.start()].lstrip()
        assert not between or between.startswith("#")
        end = token.end()
    assert not text[end:].strip() or text[end:].lstrip().startswith("#")
