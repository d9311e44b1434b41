"""Answers a query: parses it, runs it on a store and wraps what comes back."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import lru_cache

from pyoxigraph import QueryBoolean, QuerySolutions

from si_graph.errors import QuerySyntaxError
from si_graph.namespaces import PREFIXES
from si_graph.query.results import Graph, Rows, YesNo
from si_graph.query.tokens import tokens
from si_graph.store.tokens import DECLARATION

_DECLARATION = re.compile(DECLARATION, re.IGNORECASE)
_PROLOGUE = re.compile(f"(?:{DECLARATION})+", re.IGNORECASE)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyoxigraph import QueryTriples

    from si_graph.query.binding import Value
    from si_graph.query.catalogue import NamedQuery
    from si_graph.query.results import Result
    from si_graph.store.protocol import Store


def evaluate(store: Store, text: str) -> Result:
    """Answer a SPARQL 1.1 query; the project's prefixes need no declaration.

    Raises:
        QuerySyntaxError: The query does not parse; says where.
    """
    return _wrapped(results(store, text))


def results(store: Store, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Answer as `evaluate` does, with the results as the store gives them: one after the other.

    Raises:
        QuerySyntaxError: The query does not parse; says where.
    """
    declarations = missing_prefixes(text)
    with as_written(text, declarations):
        return store.query(declarations + text)


@contextmanager
def as_written(text: str, declarations: str) -> Iterator[None]:
    """Let syntax errors name their places in a text as it was written, before declarations.

    Raises:
        QuerySyntaxError: The text does not parse, with the declarations before it.
    """
    try:
        yield
    except QuerySyntaxError as error:
        raise placed(error, text, declarations) from None


def placed(error: QuerySyntaxError, text: str, declarations: str) -> QuerySyntaxError:
    """Return a syntax error with its place in a text as it was written, before declarations."""
    line = max(error.line - declarations.count("\n"), 1)
    return QuerySyntaxError(error.message, text, line, error.column)


def evaluate_named(
    store: Store, query: NamedQuery, values: Mapping[str, Value], lang: str | None = None
) -> Result:
    """Answer a named query.

    Args:
        store: The graph.
        query: The query.
        values: Values by parameter; the others keep their defaults.
        lang: The language of the labels in the answer, where no value says otherwise.

    Raises:
        ParameterError: An unknown parameter, or a value that is not of the declared type.
    """
    from si_graph.query.binding import bind, in_language

    text = bind(query, values, store)
    if lang is not None and "lang" not in values:
        text = in_language(text, lang)
    return _wrapped(store.query(text))


def _wrapped(results: object) -> Result:
    if isinstance(results, QuerySolutions):
        return Rows(results)
    if isinstance(results, QueryBoolean):
        return YesNo(results)
    return Graph(results)  # type: ignore[arg-type]  # a store answers one of the three


def declarations(text: str, base: str) -> str:
    """Return what a query or an update need not declare itself, on a line before it.

    Args:
        text: The query or the update.
        base: What its relative IRIs are relative to.
    """
    return f"BASE <{base}> {missing_prefixes(text).rstrip()}\n"


def missing_prefixes(text: str) -> str:
    """Return declarations of the project's prefixes that a query uses and does not declare."""
    prologue = _PROLOGUE.match(text)
    end = prologue.end() if prologue else 0
    others = _undeclared(text[:end])
    # Most queries need none, and to read all words takes ten times as long. (`any` would take half
    # as long again as this loop: it makes a generator.)
    for part in text[end:].split(":"):
        if part.endswith(others):
            break
    else:
        return ""
    used: set[str] = set()
    declared: set[str] = set()
    previous = ""
    for token in tokens(text):
        if token.lastgroup == "name":
            prefix = token.group().partition(":")[0]
            (declared if previous.upper() == "PREFIX" else used).add(prefix)
        previous = token.group()
    missing = [prefix for prefix in PREFIXES if prefix in used - declared]
    # On a line of its own, so that the places in error messages stay simple to correct.
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in missing) + "\n" * bool(
        missing
    )


@lru_cache(maxsize=8)
def _undeclared(prologue: str) -> tuple[str, ...]:
    """Return the project's prefixes that the declarations at the beginning of a query leave out.

    Clients put the same declarations before each of their queries.
    """
    return tuple(PREFIXES.keys() - set(_DECLARATION.findall(prologue)))
