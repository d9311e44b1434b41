"""Databases to reason in: empty at first, gone at last, and spilling to disk in between."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from si_graph.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

_NUMBERS = count(1)
# Each graph leaves some 40 KB behind in the engine.
_GRAPHS = 100

_engines: dict[int, tuple[DuckDBPyConnection, int]] = {}
"""The engine of each process, and how many graphs it may still take."""


@contextmanager
def empty_database(memory: str | None, threads: int | None) -> Iterator[DuckDBPyConnection]:
    """Open an empty database in memory.

    Args:
        memory: How much memory it may take, such as `1GB`.
        threads: How many threads work at a time.

    Raises:
        LimitError: The memory allowed, or the disk that it spills to, is too small.
    """
    import duckdb

    is_limited = memory is not None or threads is not None
    try:
        with _limited(memory, threads) if is_limited else _attached() as database:
            yield database
    except duckdb.OutOfMemoryException as error:
        raise LimitError(
            "the memory allowed is too little for this graph\n"
            f"  Allow more, or make room in {tempfile.gettempdir()}. ({_first_line(error)})"
        ) from None
    except duckdb.IOException as error:
        raise LimitError(f"the database cannot go on: {_first_line(error)}") from None
    except duckdb.FatalException:
        # The engine takes no more orders after that.
        _engines.pop(os.getpid(), None)
        raise


@contextmanager
def _attached() -> Iterator[DuckDBPyConnection]:
    """Open a database of its own in the engine of this process: to start one takes 20 ms."""
    name = f"graph_{next(_NUMBERS)}"
    with _engine().cursor() as database:
        _set_up(database)
        database.execute(f"ATTACH ':memory:' AS {name}")
        try:
            database.execute(f"USE {name}")
            yield database
        finally:
            database.execute("USE memory")
            database.execute(f"DETACH {name}")


def _engine() -> DuckDBPyConnection:
    """Return the engine of this process; a fork must neither use nor close that of its parent."""
    import duckdb

    process = os.getpid()
    engine, left = _engines.get(process, (None, 0))
    if engine is None or not left:
        engine, left = duckdb.connect(config=_config(_folder(process))), _GRAPHS
    _engines[process] = engine, left - 1
    return engine


@cache
def _folder(_process: int) -> str:
    folder = tempfile.mkdtemp(prefix="si-graph-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def _limited(memory: str | None, threads: int | None) -> Iterator[DuckDBPyConnection]:
    """Open a database in an engine of its own, with limits of its own."""
    import duckdb

    # Each thread holds buffers of its own: with two, 600 MB were too little for 2M triples.
    threads = threads or 1
    with (
        tempfile.TemporaryDirectory(prefix="si-graph-") as folder,
        duckdb.connect(config={**_config(folder), "threads": threads}) as database,
    ):
        _set_up(database)
        if memory is not None:
            database.execute("SET memory_limit = ?", [memory])
        yield database


def _config(folder: str) -> dict[str, str | bool | int | float | list[str]]:
    return {"temp_directory": folder, "preserve_insertion_order": False}


def _set_up(database: DuckDBPyConnection) -> None:
    # Of what takes long the database would tell on the standard output, amid the result.
    database.execute("SET enable_progress_bar = false")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
