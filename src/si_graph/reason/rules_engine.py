"""The engine `rules`: the rule table on DuckDB, for graphs of any size."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from si_graph.namespaces import shorten
from si_graph.reason import outcome, outcome_in_memory, removal, texts, texts_in_memory
from si_graph.reason.database import empty_database
from si_graph.reason.explosion import too_many
from si_graph.reason.inconsistencies import MOST_SHOWN, Clashes, term
from si_graph.reason.materialise import Materialisation, Options
from si_graph.reason.protocol import Closure
from si_graph.reason.sorted_triples import TooManyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from si_graph.reason.lists import Row
    from si_graph.reason.materialise import Progress
    from si_graph.reason.protocol import Inconsistency
    from si_graph.reason.texts import WriteLines


class Settings(NamedTuple):
    """How the engine works.

    Attributes:
        sameas: Whether things that are found equal are treated as one, and what is said of one
            holds of the other. Without it no rule finds things equal.
        trivial: Whether what holds of any graph is given too.
        max_inferred: How many triples may follow at most.
        memory: How much memory the database may take, such as `1GB`; it then spills to disk.
        threads: How many threads work at a time.
        progress: Is told about each step.
        warn: Is told at once what a user should know before it is too late.
    """

    sameas: bool = True
    trivial: bool = False
    max_inferred: int | None = None
    memory: str | None = None
    threads: int | None = None
    progress: Progress | None = None
    warn: Callable[[str], None] | None = None


class FileClosure(NamedTuple):
    """What came of reasoning from files to a file.

    Attributes:
        stated: How many triples the files state.
        inferred: How many follow.
        inconsistencies: The clashes that came to light.
        warnings: What else there is to know.
    """

    stated: int
    inferred: int
    inconsistencies: tuple[Inconsistency, ...]
    warnings: tuple[str, ...]


class Changes(NamedTuple):
    """What came of changing what an open closure states.

    Attributes:
        added: The triples that follow now and did not before.
        removed: Those that followed before and do not now, or are stated now.
        inconsistencies: The clashes that there are now, old ones too.
    """

    added: frozenset[ox.Triple]
    removed: frozenset[ox.Triple]
    inconsistencies: tuple[Inconsistency, ...]


class RulesEngine:
    """OWL 2 RL reasoning by the rule table, complete and set at a time."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()

    @property
    def name(self) -> str:
        """The engine's name and version, for the record."""
        return f"rules (DuckDB {version('duckdb')})"

    def close(self, triples: Iterable[ox.Triple]) -> Closure:
        """Return what follows from the triples under the OWL 2 RL/RDF rules.

        Raises:
            LimitError: More follows than is allowed.
            UsageError: A triple has a triple as its object, which OWL does not cover.
        """
        with self.open(triples) as closure:
            return closure.closure()

    @contextmanager
    def open(self, triples: Iterable[ox.Triple]) -> Iterator[OpenClosure]:
        """Open a closure that takes more triples later, and leaves them out again.

        Raises:
            LimitError: More follows than is allowed.
            UsageError: A triple has a triple as its object, which OWL does not cover.
        """
        with _database(self._settings) as database:
            texts.read_triples(database, triples)
            texts.encode(database, "stated")
            yield OpenClosure(database, self._settings)

    @contextmanager
    def open_files(self, paths: Sequence[str | Path]) -> Iterator[OpenClosure]:
        """Open the closure of RDF files, as `open` does that of triples.

        Raises:
            InputError: A file is missing or malformed; says where.
            LimitError: More follows than is allowed.
            UsageError: A file has triples about triples, which OWL does not cover.
        """
        with _database(self._settings) as database:
            if not texts_in_memory.read_files(database, paths):
                texts.read_files(database, paths)
                texts.encode(database, "stated")
            yield OpenClosure(database, self._settings)

    def close_files(
        self, paths: Sequence[str | Path], output: str | Path, *, only_inferred: bool = False
    ) -> FileClosure:
        """Write what follows from RDF files, and what they state, to a file.

        The file appears when it is whole; where the statements clash or too much follows, what
        stood there stays.

        Args:
            paths: The files.
            output: The file to write; its name says the format. Those with named graphs have
                what follows in `graph:inferred`.
            only_inferred: Whether to leave out what is stated.

        Raises:
            InputError: A file is missing or malformed; says where.
            LimitError: More follows than is allowed.
            UsageError: A file has triples about triples, which OWL does not cover, or the name of
                the output says no format.
        """
        texts.format_to_write(os.fspath(output))
        with self.open_files(paths) as closure:
            return closure.write(output, only_inferred=only_inferred)


class OpenClosure:
    """The closure of a graph that changes."""

    def __init__(self, database: DuckDBPyConnection, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._materialisation = self._materialise()

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """State more triples; the cost is in proportion to what is new.

        Raises:
            LimitError: More follows than is allowed.
            UsageError: A triple has a triple as its object, which OWL does not cover.
        """
        self._read_change(triples)
        self._database.execute(
            "DELETE FROM change WHERE EXISTS (SELECT 1 FROM stated t"
            " WHERE t.s = change.s AND t.p = change.p AND t.o = change.o)"
        )
        self._database.execute("INSERT INTO stated SELECT * FROM change")
        self._materialisation.extend("change")

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """State triples no longer; the cost is in proportion to what leans on them.

        Where that is an axiom, a list, or something that may make things equal, all is worked out
        anew.

        Raises:
            LimitError: More follows than is allowed, as worked out anew.
            UsageError: A triple has a triple as its object, which OWL does not cover.
        """
        self._read_change(triples)
        self._database.execute(
            "DELETE FROM change WHERE NOT EXISTS (SELECT 1 FROM stated t"
            " WHERE t.s = change.s AND t.p = change.p AND t.o = change.o)"
        )
        self._database.execute(
            "DELETE FROM stated WHERE EXISTS (SELECT 1 FROM change t"
            " WHERE t.s = stated.s AND t.p = stated.p AND t.o = stated.o)"
        )
        if not self._materialisation.retract("change"):
            removal.give_up(self._database)
            self._materialisation = self._materialise()

    def closure(self) -> Closure:
        """Return what follows from what is stated now.

        Raises:
            LimitError: More follows than is allowed.
        """
        clashes, warnings = self._faults()
        found = self._inferred()
        rows = self._database.execute(
            "SELECT subject || ' ' || predicate || ' ' || o.text || ' .', f.round"
            f" FROM ({found}) f JOIN term o ON o.id = f.o"
        ).fetchall()
        written, numbers = zip(*rows, strict=True) if rows else ((), ())
        parsed = ox.parse("\n".join(written), format=ox.RdfFormat.N_TRIPLES)
        rounds = dict(zip((quad.triple for quad in parsed), numbers, strict=True))
        return Closure(frozenset(rounds), clashes, warnings, rounds)

    def note(self) -> None:
        """Note what follows now, for `changes` to compare with.

        Raises:
            LimitError: More follows than is allowed.
        """
        outcome.create_members(self._database)
        self._database.execute(f"CREATE OR REPLACE TABLE noted AS {_noted(self._inferred())}")

    def changes(self) -> Changes:
        """Return how what follows differs from what was noted last, and note it anew.

        To read all that follows would take long where there is much of it and little has changed.

        Raises:
            LimitError: More follows than is allowed.
        """
        clashes, _ = self._faults()
        self._database.execute("ALTER TABLE noted RENAME TO former_noted")
        self.note()
        added, removed = (
            self._noted_triples(f"FROM {one} EXCEPT FROM {other}")
            for one, other in (("noted", "former_noted"), ("former_noted", "noted"))
        )
        self._database.execute("DROP TABLE former_noted")
        return Changes(added, removed, clashes)

    def _noted_triples(self, query: str) -> frozenset[ox.Triple]:
        rows = self._database.execute(
            "SELECT s.text || ' ' || p.text || ' ' || coalesce(f.literal, o.text) || ' .'"
            f" FROM ({query}) f JOIN term s ON s.id = f.s JOIN term p ON p.id = f.p"
            " LEFT JOIN term o ON o.id = f.o"
        ).fetchall()
        text = "\n".join(line for (line,) in rows)
        return frozenset(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))

    def write(self, output: str | Path, *, only_inferred: bool = False) -> FileClosure:
        """Write what follows, and what is stated, to a file, as `close_files` does.

        Raises:
            LimitError: More follows than is allowed.
            UsageError: The name of the output says no format.
        """
        clashes, warnings = self._faults()
        stated = _count(self._database, "SELECT * FROM stated")
        if clashes:
            return FileClosure(stated, _count(self._database, self._inferred()), clashes, warnings)
        write_lines = self._write_lines(only_inferred=only_inferred)
        written = texts.write(self._database, os.fspath(output), write_lines)
        inferred = written if only_inferred else written - stated
        return FileClosure(stated, inferred, clashes, warnings)

    def _write_lines(self, *, only_inferred: bool) -> WriteLines:
        """Return what writes the triples that come out."""
        limit = self._settings.max_inferred
        try:
            found = outcome_in_memory.come_out(self._database, trivial=self._settings.trivial)
        except TooManyError:
            told = f"SELECT * FROM stated WHERE {not only_inferred}"
            return partial(texts.copy_lines, self._database, told, self._inferred())
        if limit is not None and len(found.inferred) > limit:
            raise too_many(limit)
        return partial(found.write, only_inferred)

    def _read_change(self, triples: Iterable[ox.Triple]) -> None:
        texts.read_triples(self._database, triples)
        self._database.execute("CREATE OR REPLACE TABLE change (s INTEGER, p INTEGER, o INTEGER)")
        texts.encode(self._database, "change")

    def _materialise(self) -> Materialisation:
        settings = self._settings

        def announce(predicate: int, estimate: int) -> None:
            if settings.warn is not None:
                settings.warn(
                    f"{_name(self._database, predicate)} is transitive, and some {estimate:,}"
                    " triples will follow from it\n  End this with a limit on what may follow."
                )

        options = Options(
            settings.sameas, settings.trivial, settings.max_inferred, settings.progress, announce
        )
        materialisation = Materialisation(self._database, options)
        materialisation.run()
        return materialisation

    def _faults(self) -> tuple[tuple[Inconsistency, ...], tuple[str, ...]]:
        outcome.create_members(self._database)
        clashes = Clashes(self._database, self._materialisation.clash_plans())
        warnings = [
            f"{fault.message}: {_triple(self._database, fault.triple)}"
            for fault in sorted(self._materialisation.faults)
        ]
        warnings += [
            f"there are more clashes of rule {rule} than the {MOST_SHOWN} shown"
            for rule in clashes.more
        ]
        return clashes.found, tuple(warnings)

    def _inferred(self) -> str:
        """Return the query for the triples that follow; see `outcome.inferred`."""
        found = outcome.inferred(self._database, trivial=self._settings.trivial)
        limit = self._settings.max_inferred
        if limit is not None and _count(self._database, found) > limit:
            raise too_many(limit)
        return found


@contextmanager
def _database(settings: Settings) -> Iterator[DuckDBPyConnection]:
    with empty_database(settings.memory, settings.threads) as database:
        texts.create_tables(database)
        yield database


def _noted(found: str) -> str:
    """Return the query for triples in a form to compare later ones with.

    The number of a literal is not kept when nothing states it any more, so its text is noted.
    """
    return (
        "SELECT f.s, f.p, CASE WHEN o.text LIKE '\"%' THEN NULL ELSE f.o END AS o,"
        " CASE WHEN o.text LIKE '\"%' THEN o.text END AS literal"
        f" FROM ({found}) f JOIN term o ON o.id = f.o"
    )


def _count(database: DuckDBPyConnection, query: str) -> int:
    row = database.execute(f"SELECT count(*) FROM ({query})").fetchone()
    return int(row[0]) if row else 0


def _name(database: DuckDBPyConnection, number: int) -> str:
    row = database.execute(f"SELECT text FROM term WHERE id = {number}").fetchone()
    found = term(row[0]) if row else None
    return shorten(found.value) if isinstance(found, ox.NamedNode) else str(found)


def _triple(database: DuckDBPyConnection, row: Row) -> str:
    return " ".join(_name(database, number) for number in row)
