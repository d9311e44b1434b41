"""What is in a graph, counted: statements by who makes them, things by class."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import BASE, GRAPH_INFERRED, PREFIXES, shorten
from si_graph.query.labels import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.store.protocol import Store

_TYPE = f"<{PREFIXES['rdf']}type>"
_PASSAGE = f"<{PREFIXES['si']}Passage>"
PASSAGES = "passages"
"""The name under which what stands in the graphs of passages is counted together."""
DEFAULT = "default graph"
"""The name of what stands in no named graph."""


class Statistics(NamedTuple):
    """The counts.

    Attributes:
        statements: Different statements, wherever they stand and however often.
        inferred: Those of them that only follow.
        passages: Passages with a graph of their own.
        graphs: Statements by graph; those of all passages count together.
        classes: Things by class of the project, or by any class in a graph without one.
        labels: What each class is called.
    """

    statements: int
    inferred: int
    passages: int
    graphs: dict[str, int]
    classes: dict[str, int]
    labels: dict[str, str]

    def _repr_html_(self) -> str:
        """Return two short tables for notebooks."""
        from html import escape

        graphs = [(shorten(iri), count) for iri, count in self.graphs.items()]
        classes = [(self.labels.get(iri) or shorten(iri), n) for iri, n in self.classes.items()]
        tables = "".join(
            f"<table><caption>{caption}</caption>"
            + "".join(f"<tr><td>{escape(name)}</td><td>{n}</td></tr>" for name, n in rows)
            + "</table>"
            for caption, rows in (("Statements by graph", graphs), ("Things by class", classes))
        )
        return (
            f"<p>{self.statements} statements, {self.inferred} of them inferred; "
            f"{self.passages} passages</p>{tables}"
        )


def statistics(store: Store, lang: str) -> Statistics:
    """Count what is in a graph.

    Args:
        store: The graph.
        lang: The language of the names of classes.
    """
    graphs = _graphs(store)
    classes = things_by_class(store)
    return Statistics(
        statements=_number(
            store,
            "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o "
            "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } }",
        ),
        inferred=graphs.get(GRAPH_INFERRED, 0),
        passages=_number(
            store,
            f"SELECT (COUNT(DISTINCT ?g) AS ?n) "
            f"{{ ?g {_TYPE} {_PASSAGE} GRAPH ?g {{ ?s ?p ?o }} }}",
        ),
        graphs=graphs,
        classes=classes,
        labels=labels(store, classes, lang),
    )


def _graphs(store: Store) -> dict[str, int]:
    found = _counts(store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"))
    if not found:
        alone = _number(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        return {DEFAULT: alone} if alone else {}
    passages = {row[0].value for row in store.query(f"SELECT ?x {{ ?x {_TYPE} {_PASSAGE} }}")}  # type: ignore[union-attr]  # a SELECT has rows
    together: dict[str, int] = {}
    for iri, count in found.items():
        name = PASSAGES if iri in passages else iri
        together[name] = together.get(name, 0) + count
    return dict(sorted(together.items(), key=lambda item: (-item[1], item[0])))


def things_by_class(store: Store) -> dict[str, int]:
    """Count things by class of the project, or by any class in a graph without one."""
    # What the ontology says of its own terms is no content.
    rows = store.query(
        f"SELECT ?class (COUNT(DISTINCT ?x) AS ?n) {{ ?x {_TYPE} ?class FILTER(isIRI(?class)) "
        f"}} GROUP BY ?class ORDER BY DESC(?n) ?class"
    )
    found = _counts(rows)
    ours = {iri: count for iri, count in found.items() if iri.startswith(BASE)}
    return ours or found


def _counts(rows: object) -> dict[str, int]:
    return {row[0].value: int(row[1].value) for row in rows}  # type: ignore[attr-defined]  # a SELECT has rows


def _number(store: Store, query: str) -> int:
    return next(int(row[0].value) for row in store.query(query))  # type: ignore[union-attr]  # a SELECT has rows
