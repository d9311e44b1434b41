"""Queries that call another endpoint: Oxigraph would go wherever they point.

Oxigraph's own parser decides: another one would read some queries differently, and a query that
one of them lets pass would reach the network.
"""

from __future__ import annotations

import re
from itertools import product

from si_graph.errors import UsageError
from si_graph.store.inspection import parse_error
from si_graph.store.syntax_errors import syntax_error


def refuse_service(text: str) -> None:
    """Refuse a query with the word SERVICE in it, if it calls another endpoint by that.

    With a meaningless word in place of each `SERVICE`, a query still parses if they were all
    within comments, strings and names, and only then.

    Raises:
        UsageError: The query calls another endpoint.
        QuerySyntaxError: The query does not parse, whatever the word means in it.
    """
    word = meaningless_word(text, "SERVICE")
    changed = replace_word(text, "SERVICE", word)
    error = parse_error(changed)
    if error is None:
        return
    # Everything that SERVICE takes, GRAPH takes too.
    if parse_error(re.sub(rf"{word}(\s*SILENT\b)?", "GRAPH", changed, flags=re.IGNORECASE)):
        raise syntax_error(error, text, changed)
    raise UsageError(
        "the query calls another endpoint (SERVICE), and nothing here uses the network"
        "\n  si-graph query does, for endpoints that have names or are allowed."
    )


def meaningless_word(text: str, keyword: str) -> str:
    """Return a word as long as a keyword that stands nowhere in a text."""
    everywhere = text.upper()
    words = ("".join(letters) for letters in product("ZYXWVUTSRQ", repeat=len(keyword)))
    return next(word for word in words if word not in everywhere)


def replace_word(text: str, keyword: str, word: str) -> str:
    """Put a word of the same length wherever the letters of a keyword stand.

    The case is kept, as variables may differ in nothing else.
    """
    return re.sub(keyword, lambda match: _in_case_of(match[0], word), text, flags=re.IGNORECASE)


def _in_case_of(model: str, word: str) -> str:
    return "".join(
        letter.lower() if like.islower() else letter
        for like, letter in zip(model, word, strict=True)
    )
