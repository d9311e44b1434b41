"""Triples that no longer follow: deleted with all that leans on them, then found again if need be.

All of this happens in the surroundings of what is in doubt. While it goes on, `triple` holds the
surroundings only, so that the plans read little, and `whole` is the closure. The surroundings are
what the rules can join: of a triple in doubt, all that is said of its subject and of its object,
and all that has its subject for an object. What has its object for an object is left out, as that
may be half the graph; no rule joins two triples by that, but for those that find things equal.

What is deleted stands in the table `doubtful(s, p, o)`; while it is looked for, its rows in
`triple` have stages above all others, so that the plans find what follows from it. What follows
from a single triple of an earlier stage, too, is not in doubt: without that, doubt about one thing
would spread to all that are like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.namespaces import PREFIXES
from si_graph.reason.vocabulary import HAS_KEY, TRANSITIVE, TYPE, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

    from si_graph.reason.plans import Axiom

_ON_CLASS = PREFIXES["owl"] + "onClass"


def kinds(database: DuckDBPyConnection, table: str, kind: int) -> list[Axiom]:
    """Return the kinds of triples in a table, `kind` being the number of `rdf:type`."""
    rows = database.execute(f"SELECT DISTINCT p, CASE WHEN p = {kind} THEN o END FROM {table}")
    return rows.fetchall()


def begin(database: DuckDBPyConnection, removed: str) -> None:
    """Suspect the triples of a table, and what is known of literals that are now gone.

    A literal that comes back later is a new term.
    """
    database.execute("ALTER TABLE triple RENAME TO whole")
    database.execute("CREATE TABLE triple AS SELECT * FROM whole LIMIT 0")
    database.execute("CREATE OR REPLACE TEMP TABLE reached (id INTEGER, is_object BOOLEAN)")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE original (s INTEGER, p INTEGER, o INTEGER, place BIGINT)"
    )
    database.execute("CREATE OR REPLACE TEMP TABLE doubtful (s INTEGER, p INTEGER, o INTEGER)")
    columns = ", ".join(f"coalesce({column}.rep, t.{column}) AS {column}" for column in "spo")
    joins = " ".join(f"LEFT JOIN same {column} ON {column}.id = t.{column}" for column in "spo")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE suspect AS"
        f" SELECT DISTINCT {columns}, 0 AS stage FROM {removed} t {joins}"
    )
    database.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT DISTINCT o AS id"
        f" FROM {removed} SEMI JOIN literal ON id = o WHERE o > {len(numbers())}"
    )
    database.execute("DELETE FROM gone WHERE id IN (SELECT o FROM stated SEMI JOIN gone ON id = o)")
    if _count(database.execute("SELECT count(*) FROM gone")):
        database.execute("INSERT INTO suspect SELECT whole.* FROM whole SEMI JOIN gone ON id = s")
        database.execute("DELETE FROM literal WHERE id IN (SELECT id FROM gone)")
        database.execute("UPDATE term SET text = NULL WHERE id IN (SELECT id FROM gone)")


def give_up(database: DuckDBPyConnection) -> None:
    """Drop the closure, of which nothing is right any more."""
    database.execute("DROP TABLE whole")


def touches_foundations(
    database: DuckDBPyConnection, predicates: Iterable[int], classes: Iterable[int]
) -> bool:
    """Tell whether a triple in the table `suspect` is an axiom, or may make things equal.

    What most rules make equal turns up as a triple with `owl:sameAs`. With keys and qualified
    cardinality there are more triples to it than the surroundings show. Where both the subject
    and the object have other names, what was found by which name is not known.

    Args:
        database: The database.
        predicates: The properties that make a triple an axiom, `owl:sameAs` among them.
        classes: The classes that make an `rdf:type` triple an axiom.
    """
    _surround(database, "suspect")
    kind, last = numbers()[TYPE], len(numbers())
    key, qualified = (f"FROM axiom WHERE p = {numbers()[term]}" for term in (HAS_KEY, _ON_CLASS))
    row = database.execute(
        "WITH term AS (SELECT s AS id FROM triple UNION SELECT p FROM triple UNION SELECT o"
        " FROM triple), equal AS (SELECT id FROM same SEMI JOIN term USING (id)"
        " UNION SELECT id FROM term SEMI JOIN same ON rep = term.id)"
        f" SELECT count(*) FROM suspect WHERE s <= {last} AND s > 0"
        f" OR p IN ({', '.join(map(str, predicates))}) OR p IN (SELECT id FROM equal)"
        f" OR p = {kind} AND o IN ({', '.join(map(str, classes))})"
        " OR s IN (SELECT id FROM equal) AND (o IN (SELECT id FROM equal)"
        f" OR p IN (SELECT item FROM item WHERE list IN (SELECT o {key}))"
        f" OR p = {kind} AND o IN (SELECT s {key} UNION SELECT o {qualified}))"
        f" OR p = {kind} AND o IN (SELECT s {qualified})"
        " AND s IN (SELECT s FROM triple WHERE o IN (SELECT id FROM equal))"
    )
    return _count(row) > 0


def names_vocabulary(database: DuckDBPyConnection) -> bool:
    """Tell whether a term that the rules name is one of those that triples are about.

    That is so if a triple in the table `suspect` says something of such a term, or if that equals
    another; and if paths lead through `rdf:type`, when what is said of a class matters to what is
    of that class. What becomes of equal literals when one is gone is not known either.
    """
    kind, transitive, last = numbers()[TYPE], numbers()[TRANSITIVE], len(numbers())
    rows = database.execute(
        f"SELECT (SELECT count(*) FROM suspect WHERE o <= {last} AND s NOT IN (SELECT id FROM gone)"
        " AND o NOT IN (SELECT id FROM literal))"
        f" + (SELECT count(*) FROM item WHERE item = {kind})"
        f" + (SELECT count(*) FROM axiom WHERE s = {kind} AND p = {kind} AND o = {transitive})"
        f" + (SELECT count(*) FROM same WHERE id <= {last}"
        " OR id IN (SELECT id FROM gone) OR rep IN (SELECT id FROM gone))"
    )
    return _count(rows) > 0


def mark(database: DuckDBPyConnection, stage: int) -> list[Axiom]:
    """Doubt the triples in `suspect`, as those of a stage, and return the kinds of these."""
    database.execute("INSERT INTO doubtful SELECT s, p, o FROM suspect")
    database.execute(
        f"UPDATE triple SET stage = {stage} FROM suspect d"
        " WHERE triple.s = d.s AND triple.p = d.p AND triple.o = d.o"
    )
    return kinds(database, "suspect", numbers()[TYPE])


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
    rows = database.execute(
        f"CREATE OR REPLACE TEMP TABLE following AS SELECT DISTINCT * FROM ({found}) f(s, p, o)"
        " ANTI JOIN doubtful USING (s, p, o)"
    )
    if not _count(rows):
        return False
    database.execute(
        f"DELETE FROM following WHERE p <> {same_as} AND EXISTS (SELECT 1 FROM stated n"
        " WHERE n.s = following.s AND n.p = following.p AND n.o = following.o)"
    )
    _surround(database, "following")
    rows = database.execute(
        "CREATE OR REPLACE TEMP TABLE suspect AS SELECT t.* FROM triple t"
        f" SEMI JOIN following USING (s, p, o) WHERE stage > 0 AND stage < {first}"
    )
    if not _count(rows):
        return False
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE near AS SELECT * FROM triple WHERE stage < {first}"
        " AND (s IN (SELECT s FROM suspect) OR o IN (SELECT s FROM suspect))"
    )
    if supports := list(supports):
        database.execute(
            f"DELETE FROM suspect USING ({' UNION ALL '.join(supports)}) f(s, p, o, stage)"
            " WHERE suspect.s = f.s AND suspect.p = f.p AND suspect.o = f.o"
            " AND f.stage < suspect.stage"
        )
    return _count(database.execute("SELECT count(*) FROM suspect")) > 0


def delete(database: DuckDBPyConnection, first: int) -> int:
    """Delete what is in doubt, under every name, and return how much that was."""
    database.execute(
        "CREATE OR REPLACE TEMP TABLE named AS WITH term AS (SELECT s AS id FROM doubtful"
        " UNION SELECT o FROM doubtful), member AS (SELECT rep, id FROM same SEMI JOIN term"
        " ON rep = term.id UNION SELECT id, id FROM term)"
        " SELECT d.*, s.id AS named_s, o.id AS named_o FROM doubtful d"
        " JOIN member s ON s.rep = d.s JOIN member o ON o.rep = d.o"
    )
    database.execute(
        "DELETE FROM former USING named n WHERE former.s = n.named_s AND former.p = n.p"
        " AND former.o = n.named_o"
    )
    database.execute(f"DELETE FROM triple WHERE stage >= {first}")
    rows = database.execute(
        "DELETE FROM whole WHERE rowid IN"
        " (SELECT place FROM original SEMI JOIN doubtful USING (s, p, o))"
    )
    return _count(rows)


def renew(database: DuckDBPyConnection, stage: int) -> list[Axiom]:
    """Make what is left in the surroundings new, and what is stated by other names.

    Whatever leads to a triple has a premise with the subject of that. Where it has another that
    is about a thing next to the subject, this says of what class that is, or leads on to the
    object. Axioms are there to be known, so that none is found again.

    Returns:
        The kinds of all that.
    """
    kind = numbers()[TYPE]
    subjects = "(SELECT s FROM doubtful)"
    database.execute(
        "CREATE OR REPLACE TEMP TABLE beyond AS SELECT whole.* FROM whole SEMI JOIN"
        f" (SELECT o AS id FROM triple WHERE p <> {kind} AND s IN {subjects}"
        f" UNION SELECT s FROM triple WHERE o IN {subjects}) next ON whole.s = next.id"
        f" WHERE p = {kind} OR o IN (SELECT o FROM doubtful)"
    )
    database.execute("INSERT INTO triple SELECT * FROM beyond ANTI JOIN triple USING (s, p, o)")
    database.execute(
        "INSERT INTO triple SELECT DISTINCT n.s, n.p, n.o, 0 FROM stated t"
        " JOIN named n ON t.s = n.named_s AND t.p = n.p AND t.o = n.named_o"
    )
    database.execute(f"UPDATE triple SET stage = {stage}")
    database.execute(
        "INSERT INTO triple SELECT * FROM axiom"
        " WHERE s IN (SELECT s FROM triple UNION SELECT o FROM triple)"
        " AND NOT EXISTS (SELECT 1 FROM triple t"
        " WHERE t.s = axiom.s AND t.p = axiom.p AND t.o = axiom.o)"
    )
    return kinds(database, f"triple WHERE stage = {stage}", kind)


def settle(database: DuckDBPyConnection) -> None:
    """Take what was found again into the closure, and have all of that in `triple` again."""
    database.execute(
        "INSERT INTO whole SELECT t.* FROM triple t SEMI JOIN doubtful USING (s, p, o)"
    )
    database.execute("DROP TABLE triple")
    database.execute("ALTER TABLE whole RENAME TO triple")


def _surround(database: DuckDBPyConnection, table: str) -> None:
    """Bring the surroundings of the triples in a table into `triple`, with their places."""
    rows = database.execute(
        "CREATE OR REPLACE TEMP TABLE fresh AS"
        f" (SELECT s AS id, false AS is_object FROM {table} UNION SELECT s, true FROM {table}"
        f" UNION SELECT o, false FROM {table} WHERE p <> {numbers()[TYPE]})"
        " EXCEPT SELECT * FROM reached"
    )
    if not _count(rows):
        return
    database.execute("INSERT INTO reached SELECT * FROM fresh")
    found = " UNION ".join(
        "SELECT whole.*, rowid AS place FROM whole"
        f" SEMI JOIN (SELECT id FROM fresh WHERE is_object = {is_object}) ON {column} = id"
        for column, is_object in (("s", False), ("o", True))
    )
    database.execute(
        "CREATE OR REPLACE TEMP TABLE brought AS"
        f" SELECT * FROM ({found}) ANTI JOIN original USING (place)"
    )
    database.execute("INSERT INTO original SELECT s, p, o, place FROM brought")
    database.execute("INSERT INTO triple SELECT s, p, o, stage FROM brought")


def _count(rows: DuckDBPyConnection) -> int:
    row = rows.fetchone()
    return int(row[0]) if row else 0
