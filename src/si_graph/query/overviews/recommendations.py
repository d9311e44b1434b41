"""What a graph recommends, in the order of its source."""

from __future__ import annotations

from si_graph.namespaces import PREFIXES, shorten
from si_graph.query.labels import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.store.protocol import Store


def recommendations(store: Store, lang: str) -> dict[str, str]:
    """Return the recommendations, each with what it is called."""
    si = PREFIXES["si"]
    rows = store.query(
        f"SELECT DISTINCT ?x ?number WHERE {{ ?x <{PREFIXES['rdf']}type> <{si}Recommendation> "
        f"FILTER(isIRI(?x)) OPTIONAL {{ ?x <{si}number> ?number }} }} ORDER BY ?number ?x"
    )
    iris = list(dict.fromkeys(row["x"].value for row in rows))  # type: ignore[union-attr]  # a SELECT has rows
    names = labels(store, iris, lang)
    return {iri: names.get(iri) or shorten(iri) for iri in iris}
