"""What can be read off the words of a query, before any store sees it."""

from __future__ import annotations

import re
from functools import lru_cache

from si_graph.store.tokens import tokens

__all__ = ["data_blocks", "looks_like_query", "result_variables", "tokens"]


def looks_like_query(text: str) -> bool:
    """Tell whether a text has a word that only a query has, rather than being a name."""
    keywords = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "PREFIX", "BASE"}
    if "{" in text:
        return True
    # `select.rq` is a file: no query is a single word.
    return re.search(r"[\s<]", text) is not None and any(
        token.lastgroup == "word" and token.group().upper() in keywords for token in tokens(text)
    )


@lru_cache(512)
def data_blocks(query: str, variable: str) -> tuple[tuple[int, int], ...]:
    """Return where the content of each `VALUES ?variable { … }` starts and ends."""
    found = []
    before: list[str] = []
    start = -1
    for token in tokens(query):
        text = token.group()
        if start >= 0 and text == "}":
            found.append((start, token.start()))
            start = -1
        before = [*before[-2:], text]
        if [*map(str.upper, before)] == ["VALUES", f"?{variable}".upper(), "{"]:
            start = token.end() if before[1] == f"?{variable}" else -1
    return tuple(found)


def result_variables(query: str) -> list[str]:
    """Return the variables that a SELECT query names as its columns; none for `SELECT *`."""
    columns: list[str] = []
    depth = 0
    selecting = aliased = False
    for token in tokens(query):
        text = token.group()
        if not selecting:
            selecting = token.lastgroup == "word" and text.upper() == "SELECT"
        elif text in "()":
            depth += 1 if text == "(" else -1
        elif text == "{" or (token.lastgroup == "word" and text.upper() in ("WHERE", "FROM")):
            break
        elif token.lastgroup == "variable" and (depth == 0 or (depth == 1 and aliased)):
            columns.append(text[1:])
        aliased = token.lastgroup == "word" and text.upper() == "AS"
    return columns
