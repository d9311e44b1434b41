"""Literals as their sources write them: a store keeps values, and may write `01` as `1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, Store

from si_graph.reason.explanation.terms import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

    from si_graph.reason.explanation.terms import Triple

    GraphName = NamedNode | BlankNode | DefaultGraph


class Spelling:
    """The spellings of literals in a graph, found in one pass over it."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        """Take the quads of a graph, or those that have a literal with a datatype."""
        quads = list(quads)
        values = dict.fromkeys(quad.object for quad in quads if type(quad.object) is Literal)
        typed = [literal for literal in map(str, values) if is_typed(literal)]
        self._literals = frozenset(typed)
        spellings: dict[str, list[str]] = {}
        for literal, kept in zip(typed, _kept(typed), strict=True):
            spellings.setdefault(kept, []).append(literal)
        # What is spelt as the store does, and in no other way, needs no care.
        self._spellings = {kept: all_ for kept, all_ in spellings.items() if all_ != [kept]}
        self._respelt = {literal for found in self._spellings.values() for literal in found}
        self._graphs: dict[Triple, list[GraphName]] = {}
        for quad in quads if self._respelt else ():
            triple = texts(quad)
            if triple[2] in self._respelt:
                self._graphs.setdefault(triple, []).append(quad.graph_name)

    def of(self, triple: Triple) -> list[Triple]:
        """Return what the sources say where a store says a triple."""
        s, p, o = triple
        if o not in self._spellings:
            return [triple]
        return [(s, p, one) for one in self._spellings[o] if (s, p, one) in self._graphs]

    def graphs(self, triple: Triple) -> list[GraphName] | None:
        """Return the graphs of a triple; None where a store tells them."""
        literal = triple[2]
        if literal in self._respelt:
            return self._graphs.get(triple, [])
        return None if literal in self._literals else []


def is_typed(text: str) -> bool:
    """Tell whether a term is a literal of which a store may change the spelling."""
    return text.endswith(">") and text.startswith('"')


def _kept(literals: list[str]) -> list[str]:
    """Return how a store writes literals, which it does in what it answers too."""
    rows = " ".join(f'("{number}" {literal})' for number, literal in enumerate(literals))
    answers = Store().query(f"SELECT * {{ VALUES (?number ?literal) {{ {rows} }} }}")
    kept = {row["number"].value: str(row["literal"]) for row in answers}  # type: ignore[union-attr]  # a SELECT has rows
    return [kept[str(number)] for number in range(len(literals))]
