"""Which release of the data a graph is, as its ontology says."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import BASE, PREFIXES
from si_graph.query.kept import kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.store.protocol import Store

_ONTOLOGY = f"<{BASE}ontology>"


class Release(NamedTuple):
    """A release; what the graph does not say is empty."""

    version: str
    date: str


@kept
def release(store: Store) -> Release:
    """Return the release of a graph."""
    owl, dcterms = PREFIXES["owl"], PREFIXES["dcterms"]
    rows = store.query(
        f"SELECT (MAX(?v) AS ?version) (MAX(?d) AS ?date) WHERE {{ "
        f"OPTIONAL {{ {_ONTOLOGY} <{owl}versionInfo> ?v }} "
        f"OPTIONAL {{ {_ONTOLOGY} <{dcterms}issued>|<{dcterms}modified> ?d }} }}"
    )
    (row,) = rows  # type: ignore[misc]  # a SELECT has rows
    return Release(*(row[name].value if row[name] else "" for name in ("version", "date")))
