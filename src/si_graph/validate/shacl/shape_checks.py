"""What is asked of shapes before any engine runs them: no way out, no recursion, no riddles."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode

from si_graph.errors import InputError, LimitError
from si_graph.namespaces import PREFIXES
from si_graph.store.inspection import require_readable
from si_graph.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Quad, Triple

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_QUERIES = (_SH + "select", _SH + "ask")
# The clauses of a query that reach beyond the data, by rdflib's names for them.
_REACHES_OUT = {"ServiceGraphPattern": "SERVICE", "DatasetClause": "FROM"}
# Without one of these, or an escape to hide it in, no query needs the time that parsing takes.
_MAY_REACH_OUT = re.compile(r"service|from|\\", re.I)
# Prefixes are pasted into queries as they stand; what is none could smuggle in a clause.
_PREFIX = re.compile(r"[\w.-]*")
_IRI = re.compile(r"[^\x00-\x20<>\"{}|^`\\]*")
# By these a shape makes use of another; those with a list use each of its members.
_USES = {
    _SH + name for name in ("node", "property", "not", "qualifiedValueShape", "and", "or", "xone")
} | {_RDF + "first", _RDF + "rest"}


def require_safe(shapes: Sequence[Quad | Triple]) -> None:
    """Refuse shapes that reach beyond the data, or that no engine can be trusted with.

    Raises:
        InputError: A query uses SERVICE or FROM, does not parse or hides the focus node; a prefix
            is none; or shapes refer to themselves.
        LimitError: A query nests brackets too deep.
    """
    _refuse_prefixes(shapes)
    for triple in shapes:
        if triple.predicate.value in _QUERIES and isinstance(triple.object, Literal):
            _refuse_query(triple.object.value, name_of(shapes, triple.subject))
    _refuse_recursion(shapes)


def name_of(shapes: Iterable[Quad | Triple], node: object) -> str:
    """Name a constraint by its shape, as a blank node tells a reader nothing."""
    seen = set()
    while isinstance(node, BlankNode) and node not in seen:
        seen.add(node)
        node = next((triple.subject for triple in shapes if triple.object == node), node)
    return str(node)


@lru_cache(maxsize=256)
def _refuse_query(query: str, shape: str) -> None:
    # A server checks the same shapes after each change.
    try:
        require_readable(query)
    except LimitError as error:
        raise LimitError(f"a query in the shapes is refused ({shape}): {error}") from None
    if not all(_hands_on_this(names) for names in _selections(query)):
        # https://www.w3.org/TR/shacl/#pre-binding
        raise InputError(f"the shapes are ill-formed: a SELECT leaves out $this ({shape})")
    if not _MAY_REACH_OUT.search(query):
        return
    for clause in _clauses(_parsed(query, shape)):
        if clause in _REACHES_OUT:
            raise InputError(
                f"a query in the shapes uses {_REACHES_OUT[clause]} ({shape})",
                hint="Queries in shapes see the data only; remove the clause.",
            )


def _selections(query: str) -> Iterator[list[str]]:
    """Yield what stands between each SELECT and its pattern, in a query and those within it."""
    names: list[str] | None = None
    for token in tokens(query):
        text = token.group()
        if token.lastgroup == "word" and text.upper() == "SELECT":
            names = []
        elif names is not None and (text == "{" or text.upper() == "WHERE"):
            yield names
            names = None
        elif names is not None:
            names.append(text)


def _hands_on_this(names: list[str]) -> bool:
    return not {"$this", "?this", "*"}.isdisjoint(names)


def _parsed(query: str, shape: str) -> Any:
    # Takes a tenth of a second, and few shapes need it.
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        return parseQuery(query)
    except (ParseBaseException, RecursionError) as error:
        raise InputError(f"a query in the shapes has a syntax error ({shape}): {error}") from None


def _clauses(parsed: Any) -> Iterator[str]:
    """Yield the names of all clauses, however deep they stand and however they are written."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(parsed, CompValue):
        yield parsed.name
        parsed = parsed.values()
    elif not isinstance(parsed, (list, ParseResults)):
        return
    for part in parsed:
        yield from _clauses(part)


def _refuse_prefixes(shapes: Sequence[Quad | Triple]) -> None:
    right = {_SH + "prefix": _PREFIX, _SH + "namespace": _IRI}
    for triple in shapes:
        pattern = right.get(triple.predicate.value)
        text = getattr(triple.object, "value", "")
        if pattern and not pattern.fullmatch(text):
            raise InputError(
                f"a prefix is declared wrongly in the shapes ({name_of(shapes, triple.subject)}): "
                f"{text}"
            )


def _refuse_recursion(shapes: Iterable[Quad | Triple]) -> None:
    # What recursion means is left open by https://www.w3.org/TR/shacl/#shapes-recursion
    links: dict[object, list[object]] = {}
    for triple in shapes:
        if triple.predicate.value in _USES:
            links.setdefault(triple.subject, []).append(triple.object)
    clear: set[object] = set()
    for start in links:
        _walk(start, links, clear)


def _walk(start: object, links: dict[object, list[object]], clear: set[object]) -> None:
    """Follow what a shape uses, without Python's own recursion: lists are long."""
    above: dict[object, None] = {}
    waiting: list[tuple[object, bool]] = [(start, False)]
    while waiting:
        node, leaving = waiting.pop()
        if leaving:
            del above[node]
            clear.add(node)
        elif node in above:
            names = ", ".join(str(shape) for shape in above if isinstance(shape, NamedNode))
            raise InputError(
                f"the shapes cannot be evaluated: they are recursive ({names or 'a list'})",
                hint="A shape or list may not refer to itself, not even by way of others.",
            )
        elif node not in clear:
            above[node] = None
            waiting.append((node, True))
            waiting += [(below, False) for below in links.get(node, ())]
