"""Transitive properties, closed by paths that are twice as long each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.reason import explosion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from duckdb import DuckDBPyConnection

_NEVER = -1
# Paths that begin with a link: these are as long as all before, and then twice.
_LINKS_THEN_ALL = "SELECT l.s, l.p, t.o FROM link l, triple t WHERE t.p = l.p AND t.s = l.o"
_LINKS_DOUBLED = "SELECT DISTINCT a.s, a.p, b.o FROM link a, link b WHERE b.p = a.p AND b.s = a.o"


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
            self._link(_fresh_links(named, since))
            if since != _NEVER:
                for query in _lead_on(since):
                    self._link(query)
                    grow("SELECT s, p, o FROM link")
            stage = _NEVER
            while (last := grow(_LINKS_THEN_ALL)) > stage:
                stage = last
                self._link(_LINKS_DOUBLED)
            self.note(named, stage)

    def is_closed(self, predicate: int) -> bool:
        """Tell whether a property was closed before."""
        return predicate in self._closed

    def note(self, properties: Iterable[int], stage: int) -> None:
        """Note that some properties are closed as far as a stage."""
        self._closed.update(dict.fromkeys(properties, stage))

    def _link(self, query: str) -> None:
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE link AS {query}")

    def _tell(self, properties: set[int]) -> None:
        """Tell about properties with very many triples to come."""
        if self._announce is None:
            return
        for predicate, estimate in explosion.estimates(self._database, properties).items():
            self._announced.add(predicate)
            self._announce(predicate, estimate)


def _fresh_links(properties: Iterable[int], since: int) -> str:
    """Return the query for the new triples of transitive properties."""
    listed = ", ".join(map(str, properties))
    return f"SELECT DISTINCT s, p, o FROM triple WHERE p IN ({listed}) AND stage > {since}"


def paths_through(properties: Iterable[int], since: int) -> str:
    """Return the query for paths of two triples of transitive properties, one of them new."""
    listed = ", ".join(map(str, properties))
    path = (
        f"SELECT a.s, a.p, b.o FROM triple a, triple b WHERE a.p IN ({listed})"
        " AND b.p = a.p AND b.s = a.o AND"
    )
    return f"{path} a.stage > {since} UNION ALL {path} b.stage > {since}"


def _lead_on(since: int) -> tuple[str, str]:
    """Return the queries that put old triples of transitive properties before and after new ones.

    They work on the table `link(s, p, o)`; what is old is closed, so one of it is enough.
    """
    return (
        "SELECT s, p, o FROM link UNION SELECT t.s, t.p, l.o FROM triple t, link l"
        f" WHERE t.p = l.p AND t.o = l.s AND t.stage <= {since}",
        "SELECT s, p, o FROM link UNION SELECT l.s, l.p, t.o FROM link l, triple t"
        f" WHERE t.p = l.p AND t.s = l.o AND t.stage <= {since}",
    )
