"""Classes of equal terms, each with the term of the lowest number as its representative.

The table `same(id, rep, stage)` has a row for every term that is not its own representative, with
the stage in which the two are equal, either way round. Triples are kept over representatives
only; those that were there before their terms turned out equal go to `former`, with the stage in
which they were found, and so do the pairs that lead from one term to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from si_graph.reason.sorted_triples import Numbers


def merge(database: DuckDBPyConnection, pairs: str, same_as: int, stage: int) -> int | None:
    """Join the classes of pairs of representatives.

    The pairs become stars: in turn, each term hands the lowest of its neighbours to the higher
    ones, and to the lower ones. A chain of n terms takes some log n turns. Each turn is a step of
    rule eq-trans, from pairs of the turn before.

    Args:
        database: The database.
        pairs: A query for the columns `a` and `b`.
        same_as: The number of `owl:sameAs`.
        stage: The stage in which the pairs hold.

    Returns:
        The stage in which all are equal, and the table `star(id, rep)` has what changed; None
        where no two came together.
    """
    rows = database.execute(
        f"SELECT DISTINCT greatest(a, b) AS a, least(a, b) AS b FROM ({pairs}) WHERE a <> b"
    ).fetchnumpy()
    if not len(rows["a"]):
        return None
    turns = list(_stars(rows["a"], rows["b"]))
    for turn, (a, b) in enumerate(turns, start=1):
        database.register("edge", {"a": a, "b": b})
        _keep_pairs(database, "edge", same_as, stage + turn)
    stage += len(turns)
    database.execute("CREATE OR REPLACE TEMP TABLE star AS SELECT a AS id, b AS rep FROM edge")
    if _count(database.execute("SELECT count(*) FROM same")):
        _keep_pairs(
            database,
            "(SELECT id AS a, rep AS b, stage FROM same WHERE rep IN (SELECT id FROM star))",
            same_as,
            "stage",
        )
        database.execute(
            f"UPDATE same SET rep = star.rep, stage = {stage + 1} FROM star"
            " WHERE same.rep = star.id"
        )
    database.execute(f"INSERT INTO same SELECT id, rep, {stage} FROM star")
    return stage + 1


def _stars(a: Numbers, b: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield pairs of a higher and a lower term, turn by turn, until they are stars."""
    yield a, b
    while len(np.unique(a)) < len(a) or np.isin(b, a).any():
        # Every neighbour of a term that is higher goes to the lowest of them all.
        near, far = np.concatenate((a, b)), np.concatenate((b, a))
        low = np.minimum(near, _lowest(near, far))
        is_higher = far > near
        a, b = _distinct_pairs(far[is_higher], low[is_higher])
        yield a, b
        # So does every neighbour of a term that is lower, and the term.
        low = _lowest(a, b)
        is_other = b != low
        a, b = _distinct_pairs(
            np.concatenate((b[is_other], a)), np.concatenate((low[is_other], low))
        )
        yield a, b


def _lowest(terms: Numbers, others: Numbers) -> Numbers:
    """Return for each term the lowest of the others that it stands beside anywhere."""
    _, places = np.unique(terms, return_inverse=True)
    found = np.full(places.max(initial=-1) + 1, np.iinfo(others.dtype).max, dtype=others.dtype)
    np.minimum.at(found, places, others)
    return found[places]


def _distinct_pairs(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers]:
    pairs = np.unique(np.stack((a, b)), axis=1)
    return pairs[0], pairs[1]


def _keep_pairs(database: DuckDBPyConnection, pairs: str, same_as: int, stage: int | str) -> None:
    """Note that terms are equal in pairs, either way round, and since which stage."""
    database.execute(
        f"INSERT INTO former SELECT a, {same_as}, b, {stage} FROM {pairs}"
        f" UNION ALL SELECT b, {same_as}, a, {stage} FROM {pairs}"
    )


def bring_in(database: DuckDBPyConnection, table: str, stage: int) -> int:
    """Write the triples of a table over the representatives, into the table `arrived`.

    Returns:
        The stage in which they hold like that; the names are replaced one after the other.
    """
    database.execute(f"CREATE OR REPLACE TEMP TABLE arrived AS SELECT s, p, o FROM {table}")
    for column in "spo":
        database.execute(
            f"INSERT INTO former SELECT s, p, o, {stage} FROM arrived"
            f" WHERE {column} IN (SELECT id FROM same)"
        )
        rows = database.execute(
            f"UPDATE arrived SET {column} = same.rep FROM same WHERE same.id = arrived.{column}"
        )
        stage += 1 if _count(rows) else 0
    return stage


def rewrite(database: DuckDBPyConnection, stage: int) -> int:
    """Write triples over the representatives in `star`; one column after the other.

    Each triple between the first and the last is one that a single step of equality leads to.

    Returns:
        The last stage that a row may have.
    """
    renamed = " OR ".join(f"{column} IN (SELECT id FROM star)" for column in "spo")
    database.execute(f"DELETE FROM axiom WHERE {renamed}")
    reps = ", ".join(f"{column}.rep AS new_{column}" for column in "spo")
    joins = " ".join(f"LEFT JOIN star {column} ON {column}.id = t.{column}" for column in "spo")
    rows = database.execute(
        f"CREATE OR REPLACE TEMP TABLE moved AS SELECT t.rowid AS place, t.*, {reps},"
        f" {' + '.join(f'({column}.id IS NOT NULL)::INTEGER' for column in 'spo')} AS changes"
        f" FROM triple t {joins} WHERE changes > 0"
    )
    if not _count(rows):
        return stage
    database.execute(
        "INSERT INTO former SELECT s, p, o, stage FROM moved"
        f" UNION ALL SELECT new_s, p, o, {stage + 1} FROM moved"
        " WHERE new_s IS NOT NULL AND changes > 1"
        f" UNION ALL SELECT coalesce(new_s, s), new_p, o, {stage - 1} + changes FROM moved"
        " WHERE new_p IS NOT NULL AND new_o IS NOT NULL"
    )
    database.execute("DELETE FROM triple WHERE rowid IN (SELECT place FROM moved)")
    database.execute(
        "INSERT INTO triple SELECT s, p, o, min(stage) FROM (SELECT coalesce(new_s, s) AS s,"
        f" coalesce(new_p, p) AS p, coalesce(new_o, o) AS o, {stage} + changes AS stage"
        " FROM moved) m WHERE NOT EXISTS (SELECT 1 FROM triple t"
        " WHERE t.s = m.s AND t.p = m.p AND t.o = m.o) GROUP BY s, p, o"
    )
    return stage + 3


def representatives(database: DuckDBPyConnection, highest: int) -> dict[int, int]:
    """Return the representatives of the terms up to a number that are not their own."""
    rows = database.execute(f"SELECT id, rep FROM same WHERE id <= {highest}")
    return dict(rows.fetchall())


def _count(rows: DuckDBPyConnection) -> int:
    row = rows.fetchone()
    return int(row[0]) if row else 0
