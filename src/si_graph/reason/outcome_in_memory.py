"""What comes out of a materialisation, put together and written in memory where there is little.

It is what `outcome.inferred` finds, but for the rounds: with some thousand triples the database
takes longer to plan that query, and to look up the texts of terms, than all this takes.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from si_graph.reason import in_memory, outcome
from si_graph.reason.in_memory import fetched
from si_graph.reason.sorted_triples import (
    Rows,
    SortedTriples,
    TooManyError,
    distinct,
    have_room,
    key,
    terms,
)
from si_graph.reason.vocabulary import SAME_AS, TYPE, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from duckdb import DuckDBPyConnection

    from si_graph.reason.sorted_triples import Numbers

    Columns = Mapping[str, Numbers]
    Marks = npt.NDArray[np.bool_]
    Words = Mapping[str, npt.NDArray[Any]]
    """The texts of terms and what matters of these, by the numbers of the terms."""

_LINES_AT_ONCE = 10_000


class Outcome(NamedTuple):
    """The triples that come out.

    Attributes:
        stated: The keys of those that are stated.
        inferred: The keys of those that follow and are not stated.
        texts: The texts of terms, by their numbers.
    """

    stated: Numbers
    inferred: Numbers
    texts: npt.NDArray[Any]

    def write(self, only_inferred: bool, path: str, graph: str, is_packed: bool) -> int:
        """Write the triples as lines of a file, and return how many they are.

        Args:
            only_inferred: Whether to leave out what is stated.
            path: The file.
            graph: What ends the line of a triple that follows.
            is_packed: Whether to pack the file.
        """
        told = [] if only_inferred else [(self.stated, ".")]
        told.append((self.inferred, graph))
        texts = np.array("\n".join(self.texts).encode().split(b"\n"), dtype=object)
        opened: Any = gzip.open if is_packed else open
        with opened(path, "wb") as stream:
            for keys, end in told:
                words = np.concatenate((texts + b" ", texts + f" {end}\n".encode()))
                p, s, o = terms(keys)
                places = np.stack((s, p, o + len(texts)), axis=1)
                for start in range(0, len(places), _LINES_AT_ONCE):
                    some = places[start : start + _LINES_AT_ONCE].ravel()
                    stream.write(b"".join(words[some].tolist()))
        return sum(len(keys) for keys, _ in told)


def come_out(database: DuckDBPyConnection, *, trivial: bool) -> Outcome:
    """Return the triples that are stated, and those that `outcome.inferred` tells of.

    Raises:
        TooManyError: There is too much for memory.
    """
    stated, found = (_few(database, table) for table in ("stated", "triple WHERE p > 0"))
    words = _words(database)
    if not have_room(np.array(len(words["text"]))):
        raise TooManyError
    member = fetched(database, "member")
    for column in "spo":
        found = _named(found, column, member)
    if trivial:
        things = np.unique(np.concatenate([*stated.values()]))
        same = {"s": things, "p": np.full(len(things), numbers()[SAME_AS]), "o": things}
        found = _together(found, same)
    is_told = words["is_subject"][found["s"]] & words["is_predicate"][found["p"]]
    if not trivial:
        is_told &= _is_worth_telling(found, words)
    told, keys = (
        distinct(key(rows["p"], rows["s"], rows["o"])) for rows in (stated, _where(found, is_told))
    )
    return Outcome(told, SortedTriples(told).lacking(keys), words["text"])


def _few(database: DuckDBPyConnection, table: str) -> Columns:
    most = in_memory.MOST_TRIPLES
    rows = fetched(database, f"(SELECT s, p, o FROM {table}) LIMIT {most + 1}")
    if len(rows["s"]) > most:
        raise TooManyError
    return rows


def _words(database: DuckDBPyConnection) -> Words:
    rows = database.execute(
        "SELECT text, NOT starts_with(text, '\"') AS is_subject, starts_with(text, '<')"
        f" AS is_predicate, {outcome.marks('text')} FROM term ORDER BY id"
    ).fetchnumpy()
    # The numbers of terms begin with 1.
    return {name: np.concatenate((column[:1], column)) for name, column in rows.items()}


def _named(found: Columns, column: str, member: Columns) -> Columns:
    """Return triples with each of the names that the term in a column has."""
    has_names = np.isin(found[column], member["rep"])
    renamed = _where(found, has_names)
    origin, names = Rows(member).match({"rep": renamed[column]}, len(renamed[column]))
    renamed = {**_where(renamed, origin), column: names["id"]}
    return _together(_where(found, ~has_names), renamed)


def _is_worth_telling(found: Columns, words: Words) -> Marks:
    """Tell which triples say more than what holds of any graph."""
    s, p, o = found.values()
    is_trivial: Marks = (
        words["is_vocabulary"][s]
        | ((p == numbers()[TYPE]) & words["is_trivial_type"][o])
        | ((p == numbers()[outcome.SUBCLASS]) & words["is_top"][o])
        | (words["is_reflexive"][p] & (s == o))
    )
    return ~is_trivial


def _where(rows: Columns, chosen: npt.NDArray[Any]) -> Columns:
    return {name: values[chosen] for name, values in rows.items()}


def _together(one: Columns, other: Columns) -> Columns:
    return {name: np.concatenate((values, other[name])) for name, values in one.items()}
