"""What a SPARQL query asks for: its triple patterns, and which variables they can bind.

rdflib parses the query; nothing is evaluated here, and nothing is fetched.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from rdflib import Variable
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from si_graph.load.rdflib_terms import silenced

if TYPE_CHECKING:
    from collections.abc import Iterator

# Alternatives multiply; a query with more of them is looked at in part.
_MOST_GROUPS = 64
# What gives a variable a value of its own, and under which key.
_GIVE = {"Extend": "var", "Graph": "term", "AggregateJoin": "A"}
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")


class Pattern(NamedTuple):
    """A triple pattern, in rdflib's terms; whether it asks a named graph instead of the default."""

    subject: Any
    predicate: Any
    object: Any
    in_graph: bool


class Asked(NamedTuple):
    """What a query asks for.

    Attributes:
        groups: The triple patterns that must match together, one list for each alternative.
        selected: The variables that the query returns.
        bound: The variables that something in the query can give those a value by.
        tested: The variables that only a test (NOT EXISTS, MINUS) gives a value.
    """

    groups: list[list[Pattern]]
    selected: list[str]
    bound: set[str]
    tested: set[str]


def asked(query: str) -> Asked | None:
    """Return what a sound query asks for; None where rdflib cannot read it."""
    try:
        with silenced("rdflib.term"):
            parsed = translateQuery(parseQuery(query))
    except Exception:
        # rdflib raises bare exceptions for what it does not support.
        return None
    algebra = parsed.algebra
    bound = set(_bound(algebra))
    tested = {name for node in _tests(algebra) for name in _bound(node)}
    selected = [str(variable) for variable in _part(algebra, "PV") or ()]
    return Asked(list(_groups(algebra, in_graph=False)), selected, bound, tested - bound)


def _groups(node: Any, *, in_graph: bool) -> Iterator[list[Pattern]]:
    """Yield the patterns of each alternative of a part of a query."""
    if not isinstance(node, CompValue) or node.name == "ServiceGraphPattern":
        yield []
    elif node.name == "BGP":
        yield [Pattern(s, p, o, in_graph) for s, p, o in node.triples]
    elif node.name == "Union":
        yield from _groups(node.p1, in_graph=in_graph)
        yield from _groups(node.p2, in_graph=in_graph)
    elif node.name in ("Join", "LeftJoin"):
        first = list(_groups(node.p1, in_graph=in_graph))
        both = product(first, _groups(node.p2, in_graph=in_graph))
        # What is optional is a question of its own, about what the rest has found.
        yield from islice((one + two for one, two in both), _MOST_GROUPS)
    elif node.name == "Minus":
        yield from _groups(node.p1, in_graph=in_graph)
    else:
        inside = in_graph or node.name == "Graph"
        yield from _groups(_part(node, "p"), in_graph=inside)


def _bound(node: Any) -> Iterator[str]:
    """Yield the variables that a part of a query can give a value."""
    if isinstance(node, (list, tuple)):
        for part in node:
            yield from _bound(part)
    if not isinstance(node, CompValue):
        return
    if node.name == "BGP":
        yield from _variables(node.triples)
    elif node.name == "values":
        yield from (str(name) for row in node.res for name in row)
    elif node.name == "ServiceGraphPattern":
        yield from _variables(_leaves(node))
    else:
        if node.name in _GIVE:
            yield from _variables(_leaves(_part(node, _GIVE[node.name])))
        for key in ("p", "p1") if node.name == "Minus" else ("p", "p1", "p2"):
            yield from _bound(_part(node, key))


def _tests(node: Any) -> Iterator[Any]:
    """Yield the parts of a query that only test: they give no value to the rest."""
    if isinstance(node, CompValue):
        if node.name in _EXISTS:
            yield node.graph
        if node.name == "Minus":
            yield node.p2
        for part in node.values():
            yield from _tests(part)
    elif isinstance(node, (list, tuple)):
        for part in node:
            yield from _tests(part)


def _part(node: CompValue, key: str) -> Any:
    # rdflib's own `get` returns the key itself where there is no such part.
    return dict.get(node, key)


def _leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, CompValue):
        for part in node.values():
            yield from _leaves(part)
    elif isinstance(node, (list, tuple)) or hasattr(node, "asList"):
        for part in node:
            yield from _leaves(part)
    else:
        yield node


def _variables(parts: Any) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Variable):
            yield str(part)
        elif isinstance(part, (list, tuple)):
            yield from _variables(part)


def as_sparql(pattern: Pattern) -> str | None:
    """Return a triple pattern as SPARQL; None where rdflib cannot write it, as some paths."""
    try:
        text = " ".join(term.n3() for term in pattern[:3])
    except Exception:
        return None
    return f"GRAPH ?anyGraph {{ {text} }}" if pattern.in_graph else text
