"""Classes of equal terms, each with the term of the lowest number as its representative.

The table `same(id, rep, stage)` has a row for every term that is not its own representative, with
the stage in which the two are equal, either way round. Triples are kept over representatives
only; those that were there before their terms turned out equal go to `former`, with the stage in
which they were found, and so do the pairs that lead from one term to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
    database.execute(
        "CREATE OR REPLACE TEMP TABLE edge AS SELECT DISTINCT greatest(a, b) AS a,"
        f" least(a, b) AS b FROM ({pairs}) WHERE a <> b"
    )
    before, are_stars = _shape(database)
    if before[0] == 0:
        return None
    stage += 1
    _keep_pairs(database, "edge", same_as, stage)
    while not are_stars:
        for turn in (_LARGE_STAR, _SMALL_STAR):
            database.execute(turn)
            stage += 1
            _keep_pairs(database, "edge", same_as, stage)
        after, are_stars = _shape(database)
        are_stars = are_stars or after == before
        before = after
    database.execute("CREATE OR REPLACE TEMP TABLE star AS SELECT a AS id, b AS rep FROM edge")
    _keep_pairs(
        database,
        "(SELECT id AS a, rep AS b, stage FROM same WHERE rep IN (SELECT id FROM star))",
        same_as,
        "stage",
    )
    database.execute(
        f"UPDATE same SET rep = star.rep, stage = {stage + 1} FROM star WHERE same.rep = star.id"
    )
    database.execute(f"INSERT INTO same SELECT id, rep, {stage} FROM star")
    return stage + 1


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
        The stage of the last rows.
    """
    renamed = " OR ".join(f"{column} IN (SELECT id FROM star)" for column in "spo")
    database.execute(f"DELETE FROM axiom WHERE {renamed}")
    for column in "spo":
        rows = database.execute(
            "CREATE OR REPLACE TEMP TABLE moved AS SELECT t.*, star.rep FROM triple t"
            f" JOIN star ON star.id = t.{column}"
        )
        if not _count(rows):
            continue
        stage += 1
        database.execute("INSERT INTO former SELECT s, p, o, stage FROM moved")
        database.execute(f"DELETE FROM triple WHERE {column} IN (SELECT id FROM star)")
        database.execute(
            f"INSERT INTO triple SELECT DISTINCT s, p, o, {stage} FROM"
            f" (SELECT * EXCLUDE (rep) REPLACE (rep AS {column}) FROM moved) m WHERE NOT EXISTS"
            " (SELECT 1 FROM triple t WHERE t.s = m.s AND t.p = m.p AND t.o = m.o)"
        )
    return stage


def representatives(database: DuckDBPyConnection, highest: int) -> dict[int, int]:
    """Return the representatives of the terms up to a number that are not their own."""
    rows = database.execute(f"SELECT id, rep FROM same WHERE id <= {highest}")
    return dict(rows.fetchall())


def _shape(database: DuckDBPyConnection) -> tuple[tuple[int, ...], bool]:
    """Return what changes with the pairs, and whether they are stars: each term has one centre."""
    row = database.execute(
        "SELECT count(*), coalesce(sum(a), 0), coalesce(sum(b), 0), count(DISTINCT a),"
        " count(*) FILTER (b IN (SELECT a FROM edge)) FROM edge"
    )
    *shape, outer, linked = row.fetchone() or (0, 0, 0, 0, 0)
    return tuple(map(int, shape)), outer == shape[0] and not linked


def _count(rows: DuckDBPyConnection) -> int:
    row = rows.fetchone()
    return int(row[0]) if row else 0


# Every neighbour of a term that is higher than the term goes to the lowest neighbour.
_LARGE_STAR = """
    CREATE OR REPLACE TEMP TABLE edge AS
    WITH both_ways AS (SELECT a, b FROM edge UNION ALL SELECT b, a FROM edge),
        lowest AS (SELECT a, least(a, min(b)) AS low FROM both_ways GROUP BY a)
    SELECT DISTINCT both_ways.b AS a, lowest.low AS b
    FROM both_ways JOIN lowest ON lowest.a = both_ways.a WHERE both_ways.b > both_ways.a"""

# Every neighbour of a term that is lower than the term, and the term, go to the lowest.
_SMALL_STAR = """
    CREATE OR REPLACE TEMP TABLE edge AS
    WITH lowest AS (SELECT a, min(b) AS low FROM edge GROUP BY a)
    SELECT edge.b AS a, lowest.low AS b FROM edge JOIN lowest ON lowest.a = edge.a
        WHERE edge.b <> lowest.low
    UNION SELECT a, low FROM lowest"""
