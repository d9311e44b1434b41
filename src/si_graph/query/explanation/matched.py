"""The triples that a query matched to give a row, found on the query's parsed form.

Followed are triple patterns and property paths, in groups, OPTIONAL, UNION, GRAPH and sub-queries;
of a path one way is shown, the shortest. What a row rests on because something is absent (MINUS,
NOT EXISTS, a FILTER) has no triples to show, and what things are called needs no explanation.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from si_graph.errors import UsageError
from si_graph.load.labels import LABEL_PROPERTIES
from si_graph.query.tokens import tokens
from si_graph.reason.explanation.terms import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from si_graph.query.explanation.facts import GraphFacts
    from si_graph.reason.explanation.proof import Statement
    from si_graph.reason.explanation.terms import Triple
    from si_graph.store.protocol import Store

_Way = tuple[str, tuple["Triple", ...]]
"""Where a path leads, and the triples on the way."""


class Matched:
    """Finds the triples that rows of one query rest on."""

    def __init__(self, store: Store, facts: GraphFacts, query: str) -> None:
        """Parse a query.

        Raises:
            UsageError: The query selects no rows and asks no question.
        """
        from rdflib.plugins.sparql import prepareQuery

        self._store = store
        self._facts = facts
        self._head, self._where = _parted(query)
        algebra = prepareQuery(query).algebra
        if algebra.name not in ("SelectQuery", "AskQuery"):
            raise UsageError("only the rows of a SELECT and the answer to an ASK are explained")
        self._patterns = list(_patterns(algebra.p))
        self._variables = {
            token.group()[1:] for token in tokens(self._where) if _is_variable(token)
        }

    def statements(self, row: Mapping[str, object]) -> list[Statement]:
        """Return the statements that a row rests on, in the order of the query."""
        found: dict[Triple, None] = {}
        bindings = self._bindings(row)
        # What is known best first, so that the rest is bound by it.
        pending = list(self._patterns)
        while pending:
            pattern = min(
                pending, key=lambda one: sum(_text(part, bindings) is None for part in one)
            )
            pending.remove(pattern)
            found.update(dict.fromkeys(self._match(pattern, bindings)))
        return [statement(triple) for triple in found if triple[1][1:-1] not in LABEL_PROPERTIES]

    def _bindings(self, row: Mapping[str, object]) -> dict[str, str]:
        """Return the values of all variables that make a row, also of those it does not show."""
        known = {name: str(term) for name, term in row.items() if name in self._variables}
        values = {name: text for name, text in known.items() if not text.startswith("_:")}
        names, terms = " ".join(f"?{name}" for name in values), " ".join(values.values())
        data = f"VALUES ({names}) {{ ({terms}) }} " if values else ""
        query = f"{self._head} SELECT * WHERE {{ {data} {self._where} }} LIMIT 1"
        solutions: Any = self._store.query(query)
        for solution in solutions:
            for variable in solutions.variables:
                if solution[variable] is not None:
                    known[variable.value] = str(solution[variable])
        return known

    def _match(self, pattern: tuple[Any, Any, Any], bindings: dict[str, str]) -> tuple[Triple, ...]:
        from rdflib.paths import Path

        s, o = _text(pattern[0], bindings), _text(pattern[2], bindings)
        if isinstance(pattern[1], Path):
            if s is None or o is None:
                return ()
            return next((way for end, way in _ways(pattern[1], s, self._facts) if end == o), ())
        for triple in self._facts.match(s, _text(pattern[1], bindings), o):
            for part, term in zip(pattern, triple, strict=True):
                if _text(part, bindings) is None:
                    bindings[_key(part)] = term
            return (triple,)
        return ()


def _parted(query: str) -> tuple[str, str]:
    """Return what stands before the query form, and the group that says what is matched."""
    start = end = first = None
    depth = 0
    for token in tokens(query):
        word = token.group()
        if first is None and token.lastgroup == "word" and word.upper() in ("SELECT", "ASK"):
            first = token.start()
        if word == "{":
            start = token.start() if start is None else start
            depth += 1
        elif word == "}":
            depth -= 1
            if depth == 0 and start is not None:
                end = token.end()
                break
    return query[: first or 0], query[start:end] if start is not None else "{}"


def _is_variable(token: Any) -> bool:
    return bool(token.lastgroup == "variable")


def _patterns(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triple patterns of a parsed query that a row may rest on."""
    if not hasattr(node, "name"):
        return
    if node.name == "BGP":
        yield from node.triples
        return
    for part in ("p", "p1") if node.name == "Minus" else ("p", "p1", "p2"):
        if part in node:
            yield from _patterns(node[part])


def _key(part: Any) -> str:
    from rdflib import BNode

    return f"_:{part}" if isinstance(part, BNode) else str(part)


def _text(part: Any, bindings: Mapping[str, str]) -> str | None:
    """Return a part of a pattern as N-Triples writes it; None if its value is unknown."""
    from rdflib import BNode, Variable
    from rdflib.paths import Path

    from si_graph.load.rdflib_terms import from_rdflib

    if isinstance(part, (Variable, BNode)):
        return bindings.get(_key(part))
    return None if isinstance(part, Path) else str(from_rdflib(part))


def _ways(path: Any, start: str, facts: GraphFacts) -> Iterator[_Way]:
    """Yield where a path leads from a term, nearest first where it repeats."""
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(path, URIRef):
        for triple in facts.match(start, f"<{path}>", None):
            yield triple[2], (triple,)
    elif isinstance(path, InvPath):
        if isinstance(path.arg, URIRef):
            for triple in facts.match(None, f"<{path.arg}>", start):
                yield triple[0], (triple,)
    elif isinstance(path, AlternativePath):
        for one in path.args:
            yield from _ways(one, start, facts)
    elif isinstance(path, SequencePath):
        yield from _in_sequence(path.args, start, facts)
    elif isinstance(path, MulPath):
        yield from _repeated(path, start, facts)


def _in_sequence(paths: list[Any], start: str, facts: GraphFacts) -> Iterator[_Way]:
    if not paths:
        yield start, ()
        return
    for middle, first in _ways(paths[0], start, facts):
        for end, others in _in_sequence(paths[1:], middle, facts):
            yield end, first + others


def _repeated(path: Any, start: str, facts: GraphFacts) -> Iterator[_Way]:
    if path.zero:
        yield start, ()
    reached: set[str] = set()
    pending: deque[_Way] = deque([(start, ())])
    while pending:
        here, way = pending.popleft()
        for end, step in _ways(path.path, here, facts):
            if end not in reached:
                reached.add(end)
                yield end, way + step
                if path.more:
                    pending.append((end, way + step))
