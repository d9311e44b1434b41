"""The rules over axioms, worked out here where these are few.

There are many such rules, and the database takes far longer to plan them than to join some
hundred rows. The plans and the stages are the same.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from duckdb import DuckDBPyConnection

    from si_graph.reason.lists import Row
    from si_graph.reason.plans import Join

    Cells = tuple[int, ...]
    """A row of any table, without its stage; or rows of several tables, one after the other."""

MOST = 5_000
"""How many axioms, with those that follow, are few."""

_COLUMNS = {"axiom": ("s", "p", "o"), "item": ("list", "position", "item", "length")}


def consequences(
    database: DuckDBPyConnection, joins: Collection[Join], since: int, stage: int
) -> dict[Row, int] | None:
    """Return what follows from the axioms alone, with the stage of each triple.

    Args:
        database: The database with the tables `axiom` and `item`.
        joins: The plans; each condition has a column equal a number, or one of a table before.
        since: The last stage that is not new.
        stage: The first stage of what follows.

    Returns:
        The triples; None where there are too many.
    """
    tables: dict[str, dict[Cells, int]] = {}
    for table in _COLUMNS:
        rows = database.execute(f"FROM {table} LIMIT {MOST + 1}").fetchall()
        if len(rows) > MOST:
            return None
        tables[table] = {row[:-1]: row[-1] for row in rows}
    axioms = tables["axiom"]
    found: dict[Row, int] = {}
    while True:
        indexes = _Indexes(tables, since)
        new: set[Row] = set()
        for row in chain.from_iterable(_rows(join, indexes) for join in joins):
            if row not in axioms:
                new.add(row)
                if len(axioms) + len(new) > MOST:
                    return None
        if not new:
            return found
        found.update(dict.fromkeys(new, stage))
        axioms.update(dict.fromkeys(new, stage))
        since, stage = stage - 1, stage + 1


class _Indexes:
    """The rows of tables by the values of some columns, made as they are needed."""

    def __init__(self, tables: Mapping[str, Mapping[Cells, int]], since: int) -> None:
        self._tables = tables
        self._since = since
        self._made: dict[tuple[str, tuple[str, ...], bool], dict[Cells, list[Cells]]] = {}

    def get(
        self, table: str, columns: tuple[str, ...], *, is_fresh: bool
    ) -> Mapping[Cells, list[Cells]]:
        """Return the rows of a table, or the new ones only, by the values of some columns."""
        made = self._made.get((table, columns, is_fresh))
        if made is None:
            made = self._made[table, columns, is_fresh] = {}
            places = [_COLUMNS[table].index(column) for column in columns]
            for row, stage in self._tables[table].items():
                if stage > self._since or not is_fresh:
                    made.setdefault(tuple(row[place] for place in places), []).append(row)
        return made


class _Steps(NamedTuple):
    """A join as it is worked out.

    Attributes:
        start: The numbers that the conditions name; rows begin with them.
        turns: Of each table in turn, the name, the columns that are compared, and the places of
            what they have to equal.
        fixed: The columns of the table with the new rows that equal numbers, and these numbers.
        chosen: The places of the result.
    """

    start: Cells
    turns: tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...]
    fixed: tuple[tuple[str, ...], Cells]
    chosen: tuple[int, ...]


@lru_cache(maxsize=1000)
def _steps(join: Join) -> _Steps:
    terms = {*join.chosen, *chain.from_iterable(join.conditions)}
    numbers = [term for term in terms if term.isdigit()]
    place = {number: at for at, number in enumerate(numbers)}
    turns = []
    for at, table in enumerate(join.tables):
        own = [condition for condition in join.conditions if condition[0].startswith(f"t{at}.")]
        columns = tuple(column.partition(".")[2] for column, _, _ in own)
        turns.append((table, columns, tuple(place[other] for _, _, other in own)))
        for column in _COLUMNS[table]:
            place[f"t{at}.{column}"] = len(place)
    fixed = {
        column.partition(".")[2]: int(other)
        for column, _, other in join.conditions
        if column.startswith(f"t{join.fresh}.") and other.isdigit()
    }
    return _Steps(
        tuple(map(int, numbers)),
        tuple(turns),
        (tuple(fixed), tuple(fixed.values())),
        tuple(place[term] for term in join.chosen),
    )


def _rows(join: Join, indexes: _Indexes) -> Iterator[Row]:
    """Yield what a join finds: of each table in turn, the rows that go with those so far."""
    steps = _steps(join)
    columns, values = steps.fixed
    if values not in indexes.get(join.tables[join.fresh], columns, is_fresh=True):
        return
    rows: Iterable[Cells] = [steps.start]
    for at, (table, columns, keys) in enumerate(steps.turns):
        rows = _longer(rows, indexes.get(table, columns, is_fresh=at == join.fresh), keys)
    s, p, o = steps.chosen
    for row in rows:
        yield row[s], row[p], row[o]


def _longer(
    rows: Iterable[Cells], index: Mapping[Cells, list[Cells]], keys: Collection[int]
) -> Iterator[Cells]:
    """Yield each row with each of those in an index that go with its cells at some places."""
    for row in rows:
        for other in index.get(tuple(row[key] for key in keys), ()):
            yield row + other
