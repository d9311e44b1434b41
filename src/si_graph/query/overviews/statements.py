"""Statements with who makes them: passages of a source, the editors, or nobody but the rules."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from si_graph.namespaces import GRAPH_EDITORIAL, GRAPH_INFERRED, PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from si_graph.store.protocol import Store

    Row = Any

_PASSAGES = f"SELECT ?g WHERE {{ ?g <{PREFIXES['rdf']}type> <{PREFIXES['si']}Passage> }}"


class Said(NamedTuple):
    """One statement.

    Attributes:
        subject: What it is about.
        predicate: The relation.
        value: The IRI of the thing, or the text of the literal, at the other end.
        passages: The passages that say so.
        is_editorial: Whether the editors say so.
        is_inferred: Whether it only follows.
    """

    subject: str
    predicate: str
    value: str
    passages: tuple[str, ...]
    is_editorial: bool
    is_inferred: bool


def said(store: Store, predicates: Iterable[str], values: Iterable[str] = ()) -> list[Said]:
    """Return the statements with some predicates, sorted; those of blank nodes are left out.

    Args:
        store: The graph.
        predicates: The IRIs of the predicates.
        values: The IRIs that may stand at the other end; anything if there are none.
    """
    pattern = f"VALUES ?p {{ {_listed(predicates)} }}"
    if listed := _listed(values):
        pattern += f" VALUES ?o {{ {listed} }}"
    holding = _rows(store, f"SELECT DISTINCT ?s ?p ?o WHERE {{ {pattern} ?s ?p ?o }}")
    graphs: dict[tuple[str, str, str], set[str]] = {
        _key(row): set() for row in holding if _is_plain(row)
    }
    # The default graph decides what holds; the others say who says so.
    for row in _rows(store, f"SELECT ?s ?p ?o ?g WHERE {{ {pattern} GRAPH ?g {{ ?s ?p ?o }} }}"):
        if _is_plain(row) and _key(row) in graphs:
            graphs[_key(row)].add(row["g"].value)
    passages = {row["g"].value for row in _rows(store, _PASSAGES)}
    return sorted(
        Said(
            *key,
            tuple(sorted(found & passages)),
            GRAPH_EDITORIAL in found,
            found == {GRAPH_INFERRED},
        )
        for key, found in graphs.items()
    )


def _listed(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)


def _key(row: Row) -> tuple[str, str, str]:
    return row["s"].value, row["p"].value, row["o"].value


def _is_plain(row: Row) -> bool:
    return isinstance(row["s"], NamedNode) and isinstance(row["o"], NamedNode | Literal)


def _rows(store: Store, query: str) -> list[Row]:
    return list(store.query(query))  # type: ignore[arg-type]  # a SELECT has rows
