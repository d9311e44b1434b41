"""Triples that no longer follow: deleted with all that leans on them, then found again if need be.

What is deleted stands in the table `doubtful(s, p, o)`; while it is looked for, its rows in
`triple` have stages above all others, so that the plans find what follows from it. What follows
from a single triple of an earlier stage, too, is not in doubt: without that, doubt about one thing
would spread to all that are like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.reason.vocabulary import TYPE, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection


def begin(database: DuckDBPyConnection, removed: str) -> None:
    """Doubt the triples of a table, and what is known of literals that are now gone.

    A literal that comes back later is a new term.
    """
    database.execute("CREATE OR REPLACE TEMP TABLE doubtful (s INTEGER, p INTEGER, o INTEGER)")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE suspect AS"
        f" SELECT s, p, o, coalesce(t.stage, 0) AS stage FROM {removed}"
        " LEFT JOIN triple t USING (s, p, o)"
    )
    rows = database.execute(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT DISTINCT o AS id FROM {removed}"
        " WHERE o IN (SELECT id FROM literal) AND o NOT IN (SELECT o FROM stated)"
    )
    if _count(rows):
        database.execute(
            "INSERT INTO suspect SELECT * FROM triple WHERE s IN (SELECT id FROM gone)"
        )
        database.execute("DELETE FROM literal WHERE id IN (SELECT id FROM gone)")
        database.execute("UPDATE term SET text = NULL WHERE id IN (SELECT id FROM gone)")


def touches_foundations(
    database: DuckDBPyConnection, predicates: Iterable[int], classes: Iterable[int]
) -> bool:
    """Tell whether a triple in the table `suspect` is an axiom, or about what equals another.

    Args:
        database: The database.
        predicates: The properties that make a triple an axiom, `owl:sameAs` among them.
        classes: The classes that make an `rdf:type` triple an axiom.
    """
    kind, last = numbers()[TYPE], len(numbers())
    row = database.execute(
        f"SELECT count(*) FROM suspect WHERE s <= {last} AND s > 0"
        f" OR p IN ({', '.join(map(str, predicates))})"
        f" OR p = {kind} AND o IN ({', '.join(map(str, classes))})"
        + "".join(
            f" OR {column} IN (SELECT id FROM same UNION ALL SELECT rep FROM same)"
            for column in "spo"
        )
    )
    return _count(row) > 0


def names_vocabulary(database: DuckDBPyConnection) -> bool:
    """Tell whether a triple in the table `suspect` says something of a term that the rules name."""
    rows = database.execute(
        f"SELECT count(*) FROM suspect WHERE o <= {len(numbers())}"
        " AND s NOT IN (SELECT id FROM gone)"
    )
    return _count(rows) > 0


def mark(database: DuckDBPyConnection, stage: int) -> set[int]:
    """Doubt the triples in `suspect`, as those of a stage, and return their properties."""
    database.execute("INSERT INTO doubtful SELECT s, p, o FROM suspect")
    database.execute(
        f"UPDATE triple SET stage = {stage} FROM suspect d"
        " WHERE triple.s = d.s AND triple.p = d.p AND triple.o = d.o"
    )
    return {row[0] for row in database.execute("SELECT DISTINCT p FROM suspect").fetchall()}


def suspect(
    database: DuckDBPyConnection, found: str, same_as: int, first: int, supports: Iterable[str]
) -> bool:
    """Suspect what a query finds, unless it is stated, and tell whether there is anything.

    Args:
        database: The database.
        found: The query for what follows from what is in doubt.
        same_as: The number of `owl:sameAs`, for which nothing that is stated is enough.
        first: The first stage of what is in doubt already.
        supports: The queries for what follows from one triple in the table `near`.
    """
    # In one query the join with all triples would come before those that find few.
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE following AS SELECT DISTINCT * FROM ({found}) f(s, p, o)"
    )
    rows = database.execute(
        "CREATE OR REPLACE TEMP TABLE suspect AS SELECT t.*"
        " FROM triple t JOIN following f ON f.s = t.s AND f.p = t.p AND f.o = t.o"
        f" WHERE t.stage > 0 AND t.stage < {first} AND (t.p = {same_as} OR NOT EXISTS"
        " (SELECT 1 FROM stated n WHERE n.s = t.s AND n.p = t.p AND n.o = t.o))"
    )
    if not _count(rows):
        return False
    database.execute(
        "CREATE OR REPLACE TEMP TABLE near AS SELECT * FROM triple"
        f" WHERE stage < {first} AND (s IN (SELECT s FROM suspect) OR o IN (SELECT s FROM suspect))"
    )
    for support in supports:
        database.execute(
            f"DELETE FROM suspect USING ({support}) f WHERE suspect.s = f.s AND suspect.p = f.p"
            " AND suspect.o = f.o AND f.stage < suspect.stage"
        )
    return _count(database.execute("SELECT count(*) FROM suspect")) > 0


def delete(database: DuckDBPyConnection, first: int) -> int:
    """Delete what is in doubt, and return how much that was."""
    return _count(database.execute(f"DELETE FROM triple WHERE stage >= {first}"))


def renew(database: DuckDBPyConnection, stage: int) -> set[int]:
    """Make what is left about the things in doubt new, and return its properties.

    Whatever leads to a triple has a premise about its subject or its object; about the subject,
    if it says of what class that is.
    """
    things = f"(SELECT s FROM doubtful UNION SELECT o FROM doubtful WHERE p <> {numbers()[TYPE]})"
    database.execute(
        "CREATE OR REPLACE TEMP TABLE near AS SELECT rowid AS place, p, stage FROM triple"
        f" WHERE s IN {things} OR o IN {things}"
    )
    database.execute(f"UPDATE triple SET stage = {stage} FROM near WHERE triple.rowid = near.place")
    return {row[0] for row in database.execute("SELECT DISTINCT p FROM near").fetchall()}


def settle(database: DuckDBPyConnection) -> None:
    """Give what was made new its stage again."""
    database.execute(
        "UPDATE triple SET stage = near.stage FROM near WHERE triple.rowid = near.place"
    )


def _count(rows: DuckDBPyConnection) -> int:
    row = rows.fetchone()
    return int(row[0]) if row else 0
