"""Transitive properties, closed by paths that are twice as long each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.reason import explosion
from si_graph.reason.plans import LINKS_DOUBLED, LINKS_THEN_ALL, fresh_links, lead_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from duckdb import DuckDBPyConnection

_NEVER = -1


class TransitiveClosure:
    """The closure of the properties that are transitive, kept up with the triples."""

    def __init__(
        self, database: DuckDBPyConnection, announce: Callable[[int, int], None] | None
    ) -> None:
        """Begin with nothing closed.

        Args:
            database: The database with the table `triple`.
            announce: Is told about a property with very many triples to come, and how many.
        """
        self._database = database
        self._announce = announce
        self._announced: set[int] = set()
        self._closed: dict[int, int] = {}

    def close(
        self, properties: Iterable[int], changed: Mapping[int, int], grow: Callable[[str], int]
    ) -> None:
        """Close the properties that have new triples.

        Args:
            properties: The transitive properties.
            changed: The stage in which each property last had new triples.
            grow: Adds what a query finds in a stage of its own, and returns the last stage.
        """
        waiting: dict[int, list[int]] = {}
        for predicate in properties:
            since = self._closed.get(predicate, _NEVER)
            if changed.get(predicate, _NEVER) > since:
                waiting.setdefault(since, []).append(predicate)
        for since, named in sorted(waiting.items()):
            self._tell(set(named) - self._announced)
            self._link(fresh_links(named, since))
            if since != _NEVER:
                for query in lead_on(since):
                    self._link(query)
                    grow("SELECT s, p, o FROM link")
            stage = _NEVER
            while (last := grow(LINKS_THEN_ALL)) > stage:
                stage = last
                self._link(LINKS_DOUBLED)
            self._closed.update(dict.fromkeys(named, stage))

    def _link(self, query: str) -> None:
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE link AS {query}")

    def _tell(self, properties: set[int]) -> None:
        """Tell about properties with very many triples to come."""
        if self._announce is None:
            return
        for predicate, estimate in explosion.estimates(self._database, properties).items():
            self._announced.add(predicate)
            self._announce(predicate, estimate)
