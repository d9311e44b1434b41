"""When triples came, of every kind, so that only plans that may find something are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from duckdb import DuckDBPyConnection

    from si_graph.reason.lists import ListTables
    from si_graph.reason.plans import Axiom, Plan, Source

_NEVER = -1


class Arrivals:
    """The latest stage of every kind of triples.

    Attributes:
        axioms: The stage in which axioms last came, of each kind that there is.
        properties: The stage in which each property last had new triples.
        named: The terms in the columns of axioms, by the kind of axiom and the column.
    """

    def __init__(self, database: DuckDBPyConnection, lists: ListTables) -> None:
        self.axioms: dict[Axiom, int] = {}
        self.properties: dict[int, int] = {}
        self.named: dict[tuple[Axiom, str], set[int]] = {}
        self._classes: dict[int, int] = {}
        self._database = database
        self._lists = lists

    def note(self, kinds: Collection[Axiom], stage: int) -> set[int]:
        """Note that triples of some kinds came, and return the properties of these."""
        found = {predicate for predicate, _ in kinds}
        self.properties.update(dict.fromkeys(found, stage))
        self._classes.update((name, stage) for _, name in kinds if name is not None)
        return found

    def read_names(self, plans: Iterable[Plan], kind: int) -> None:
        """Note what axioms speak of: only triples with these call for a join.

        Args:
            plans: The plans, with the columns that matter.
            kind: The number of `rdf:type`.
        """
        wanted = {"s": {kind}, "o": {kind}}
        for source in {source for plan in plans for pair in plan.watched for source in pair}:
            if isinstance(source, tuple):
                wanted[source[1]].add(source[0][0])
        query = " UNION ALL ".join(
            f"SELECT DISTINCT p, CASE WHEN p = {kind} THEN o END, '{column}', {column} FROM axiom"
            f" WHERE p IN ({', '.join(map(str, predicates))})"
            for column, predicates in wanted.items()
        )
        self.named = {}
        for predicate, name, column, term in self._database.execute(query).fetchall():
            self.named.setdefault(((predicate, name), column), set()).add(term)

    def promise(self, plan: Plan, since: int) -> bool:
        """Tell whether a plan may find anything with what is newer than a stage."""
        if any(axiom not in self.axioms for axiom in plan.needs):
            return False
        if since == _NEVER and not plan.first:
            return False
        if plan.fresh_axiom is not None:
            return self.axioms[plan.fresh_axiom] > since
        if plan.fresh in ("item", "chain"):
            return self._lists.stage > since
        return any(
            self._has_come(predicate, self.properties, since)
            and self._has_come(name, self._classes, since)
            for predicate, name in plan.watched
        )

    def _has_come(self, source: Source, latest: Mapping[int, int], since: int) -> bool:
        """Tell whether there are new triples of a property, or new members of a class."""
        if source is None:
            return True
        if isinstance(source, int):
            return latest.get(source, _NEVER) > since
        if isinstance(source, str):
            named = self._lists.named.get(source, set())
        else:
            named = self.named.get(source, set())
        return any(latest.get(term, _NEVER) > since for term in named)
