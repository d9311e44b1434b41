"""RDF text into the database by way of memory, where there is little.

The lines are parted and the terms numbered by functions that take all of them at once. The database
would look each text up three times; here it gets each once, and the triples as numbers.
"""

from __future__ import annotations

import os
from collections import defaultdict
from itertools import chain, count, repeat
from typing import TYPE_CHECKING

import numpy as np

from si_graph.reason.texts import PLAIN_STRING, is_term
from si_graph.reason.vocabulary import numbers, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

MOST_BYTES = 10_000_000
"""How large a small file is."""

_END = " .\n"


def read_files(database: DuckDBPyConnection, paths: Sequence[str | Path]) -> bool:
    """Read RDF files into the tables `term` and `stated`, and tell whether that could be done.

    It can where there is one file of N-Triples, in the one form that pyoxigraph writes too.

    Args:
        database: The database, with the terms that the rules name and nothing else.
        paths: The files.
    """
    name = os.fspath(paths[0]) if len(paths) == 1 else ""
    if not name.lower().endswith(".nt") or not os.path.isfile(name):
        return False
    if os.path.getsize(name) > MOST_BYTES:
        return False
    try:
        with open(name, encoding="utf-8", newline="\n") as stream:
            written = stream.read()
    except UnicodeDecodeError:
        return False
    return _take_in(database, written.replace(f"{PLAIN_STRING}{_END}", f'"{_END}'))


def _take_in(database: DuckDBPyConnection, written: str) -> bool:
    """Add the triples of lines of N-Triples, and tell whether every line was sound."""
    *lines, rest = written.split(_END)
    known = {text(term): number for term, number in numbers().items()}
    found = defaultdict(count(len(known) + 1).__next__, known)
    parts = chain.from_iterable(map(str.split, lines, repeat(" "), repeat(2)))
    places = np.fromiter(map(found.__getitem__, parts), dtype=np.int32)
    if rest or len(places) != 3 * len(lines):
        return False
    s, p, o = places.reshape(-1, 3).T
    # Of the terms that are new the database sees to that.
    literals = [number for word, number in known.items() if word.startswith('"')]
    if np.isin(literals, (s, p)).any():
        return False
    new = np.arange(len(known) + 1, len(found) + 1)
    words = np.array([*found], dtype=object)[len(known) :]
    is_subject, is_predicate = (np.isin(new, column) for column in (s, p))
    database.register(
        "new_term",
        {"id": new, "text": words, "is_subject": is_subject, "is_predicate": is_predicate},
    )
    database.begin()
    row = database.execute(
        f"INSERT INTO term SELECT id, text FROM new_term WHERE {is_term('text')}"
        " AND NOT (is_subject AND starts_with(text, '\"'))"
        " AND (NOT is_predicate OR starts_with(text, '<'))"
    ).fetchone()
    if row != (len(new),):
        database.rollback()
        return False
    database.register("new_triple", {"s": s.copy(), "p": p.copy(), "o": o.copy()})
    database.execute("INSERT INTO stated SELECT DISTINCT s, p, o FROM new_triple")
    database.commit()
    return True
