"""The terms that a query on a graph can use: its classes, its properties and its named things."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import PREFIXES
from si_graph.query.labels import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.store.protocol import Store

_PATTERNS = {
    "class": f"?x <{PREFIXES['rdf']}type> ?term",
    "property": "?x ?term ?y",
    "thing": f"?term <{PREFIXES['skos']}prefLabel> ?x",
}
_MOST = 2000
"""How many terms of each kind; of a larger graph the most used are enough to begin with."""


class Term(NamedTuple):
    """A term.

    Attributes:
        iri: The term.
        label: What it is called; empty if nothing.
        kind: Whether it is a `class`, a `property` or a `thing`.
    """

    iri: str
    label: str
    kind: str


def vocabulary_in_use(store: Store, lang: str) -> list[Term]:
    """Return the terms of a graph by kind, the most used first.

    Args:
        store: The graph.
        lang: The language of labels.
    """
    found: dict[str, str] = {}
    for kind, pattern in _PATTERNS.items():
        rows = store.query(
            f"SELECT ?term (COUNT(*) AS ?uses) {{ {pattern} FILTER(isIRI(?term)) }} "
            f"GROUP BY ?term ORDER BY DESC(?uses) ?term LIMIT {_MOST}"
        )
        for row in rows:  # type: ignore[union-attr]  # a SELECT has rows
            found.setdefault(row["term"].value, kind)
    names = labels(store, found, lang)
    return [Term(iri, names.get(iri, ""), kind) for iri, kind in found.items()]
