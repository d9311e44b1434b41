"""Closures that are very large: told before they are worked out, and ended at a limit."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from si_graph.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

ANNOUNCED = 10_000_000
"""From how many triples on a closure is announced."""

_SAMPLE = 16


def estimates(
    database: DuckDBPyConnection, transitive: Iterable[int], threshold: int = ANNOUNCED
) -> dict[int, int]:
    """Return how many triples of transitive properties will come about, where these are many.

    What a few of the subjects reach stands for what all of them do.

    Args:
        database: The database with the table `triple`.
        transitive: The numbers of the properties.
        threshold: From how many triples on an estimate is given.
    """
    found = {}
    for predicate in transitive:
        links = f"FROM triple WHERE p = {predicate}"
        row = database.execute(f"SELECT count(DISTINCT s), count(DISTINCT o) {links}").fetchone()
        subjects, objects = row or (0, 0)
        if subjects * objects < threshold:
            continue
        after: Mapping[int, Sequence[int]] = dict(
            database.execute(f"SELECT s, list(o) {links} GROUP BY s").fetchall()
        )
        # The choice is the same on every run, and no secret.
        sample = random.Random(0).sample(sorted(after), min(_SAMPLE, len(after)))  # noqa: S311
        reached = sum(_reach(after, start) for start in sample)
        estimate = reached * len(after) // len(sample)
        if estimate >= threshold:
            found[predicate] = estimate
    return found


def too_many(limit: int) -> LimitError:
    """Return the error of a closure that grows too large."""
    return LimitError(
        f"more than {limit:,} triples follow from what is stated\n"
        "  Nothing was written. Allow more, or see whether a transitive property runs in circles."
    )


def _reach(after: Mapping[int, Sequence[int]], start: int) -> int:
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        for node in after.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return len(seen)
