"""An import from beginning to end: what comes in is mapped, and becomes one whole graph or none."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import time
from contextlib import contextmanager, suppress
from itertools import islice
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from si_graph import __version__, locations
from si_graph.errors import InputError, UsageError
from si_graph.exchange.imports.inputs import (
    DEFAULT_LIMIT,
    Budget,
    Part,
    parts_of,
)
from si_graph.exchange.imports.mapping import BATCH, Mapping
from si_graph.exchange.imports.provenance import provenance
from si_graph.exchange.imports.rdf import Graph, is_rdf
from si_graph.exchange.imports.records import json_objects, records
from si_graph.exchange.imports.report import Fault, Report
from si_graph.exchange.imports.tables import Sheet
from si_graph.exchange.imports.xml_records import xml_objects
from si_graph.namespaces import IMPORTS
from si_graph.store.writing import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from si_graph.exchange.imports.inputs import Source
    from si_graph.exchange.imports.profiles import Profile, Table
    from si_graph.exchange.imports.report import OnError

    Progress = Callable[[str, int, int], None]
    Objects = Callable[[IO[bytes], str, str], Iterator[tuple[int, Any]]]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_TABLES = (".csv", ".tsv", ".txt")
_OBJECTS: dict[str, Objects] = {
    ".json": json_objects,
    ".jsonl": json_objects,
    ".ndjson": json_objects,
    ".xml": xml_objects,
    ".gc": xml_objects,
}
_ABANDONED_AFTER_SECONDS = 86_400


class Imported(NamedTuple):
    """A finished import: where its graph is, which IRI that has, and how good the data was."""

    path: str
    graph: str
    report: Report


def import_files(
    profile: Profile,
    sources: Sequence[Source],
    *,
    name: str | None = None,
    output: str | None = None,
    on_error: OnError = "stop",
    limit: int = DEFAULT_LIMIT,
    progress: Progress | None = None,
) -> Imported:
    """Import files that belong together into one named graph.

    Args:
        profile: What the data looks like, and how it is mapped.
        sources: The files.
        name: The name of the graph; that of the profile by default.
        output: The N-Quads file to write, gzipped if its name ends in `.gz`; by default one in the
            user's data folder, where `--with` finds it.
        on_error: Whether a row that is not as it should be ends the import, or is left out.
        limit: How many bytes packed files may unfold to, all together.
        progress: Is told how much has been read.

    Raises:
        InputError: The data cannot be read, holds nothing for this profile, or a row is refused.
        LimitError: Packed files unfold too far.
        UsageError: The name is no name.
    """
    name = name or profile.name
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name: lower-case letters, digits and hyphens make one")
    path = output or kept_at(name)
    if not path.endswith((".nq", ".nq.gz")):
        raise UsageError(f"{path}: the result is N-Quads, so its name ends in .nq or .nq.gz")
    folder = os.path.dirname(os.path.abspath(path))
    if output is None:
        os.makedirs(folder, exist_ok=True)
    _sweep(folder, os.path.basename(path))
    graph = IMPORTS + name
    report = Report()
    run = _Run(profile, report, on_error, Budget(limit), progress or (lambda *_: None))
    with (
        # Beside the result, as it may be as large, and a temporary folder is often in memory.
        TemporaryDirectory(prefix=f".{os.path.basename(path)}.", dir=folder) as scratch,
        replacing(path) as stream,
        _packed(stream, path) as packed,
    ):
        ending = f" <{graph}> .\n".encode()
        # In N-Triples no line ends within a literal, so this is the end of a statement.
        packed.write(provenance(graph, profile, sources).replace(b" .\n", ending))
        for triples in run.triples(sources, scratch):
            report.statements += triples.count(b"\n")
            packed.write(triples.replace(b" .\n", ending))
        if not report.statements:
            raise InputError(
                "nothing in here could be kept",
                ", ".join(source.path for source in sources),
                hint="; ".join(f"{count} × {why}" for why, count in report.reasons.most_common(3)),
            )
    if output is None:
        _write_manifest(name, profile, sources, report)
    return Imported(path, graph, report)


def kept_at(name: str) -> str:
    """Return the file in which an import of this name is kept."""
    return os.path.join(locations.imports(), f"{name}.nq.gz")


class _Run:
    """One pass over the sources."""

    def __init__(
        self,
        profile: Profile,
        report: Report,
        on_error: OnError,
        budget: Budget,
        progress: Progress,
    ) -> None:
        self._profile = profile
        self._report = report
        self._on_error: OnError = on_error
        self._budget = budget
        self._progress = progress

    def triples(self, sources: Sequence[Source], folder: str) -> Iterator[bytes]:
        """Go through the N-Triples that the sources are mapped to.

        Args:
            sources: What to read.
            folder: An empty folder for what does not fit in memory.
        """
        parts = [
            (f"{source.sha256[:16]}-{number}", part)
            for source in sources
            for number, part in enumerate(parts_of(source, self._budget))
        ]
        graph = Graph(folder) if self._profile.takes_rdf else None
        fitting = 0
        for number, (name, part) in enumerate(parts):
            self._progress(f"reading {part.name}", number, len(parts))
            if graph is not None and is_rdf(part):
                self._add(graph, part, name)
            else:
                with self._records(part, is_only=len(parts) == 1) as opened:
                    if opened is None:
                        self._report.unread.append(part.name)
                        continue
                    table, rows = opened
                    for triples in Mapping(table).batches(self._batches(rows)):
                        told = f"{part.name}: {self._report.rows:,} rows"
                        self._progress(told, number, len(parts))
                        yield triples
            fitting += 1
        if graph is not None:
            yield from graph.construct(self._profile.subjects, self._profile.whole)
        if not fitting:
            raise InputError(
                f"nothing in here is data for the profile {self._profile.name}",
                ", ".join(source.path for source in sources),
            )

    def _add(self, graph: Graph, part: Part, name: str) -> None:
        found = graph.add(part, name)
        if isinstance(found, Fault):
            self._report.rows += 1
            self._report.refuse(found, self._on_error)
        else:
            self._report.rows += found
            self._report.kept += found

    @contextmanager
    def _records(
        self, part: Part, *, is_only: bool
    ) -> Iterator[tuple[Table, Iterator[bytes | Fault]] | None]:
        """Open a part with the table that it is to be read as, if there is one."""
        tables = self._profile.tables
        if part.extension in _TABLES and tables:
            with part.open() as stream:
                sheet = Sheet(stream, part.name)
                table = next((one for one in tables if one.fits(sheet.titles)), None)
                if table is None and is_only:
                    raise _no_table(part, sheet, self._profile)
                yield None if table is None else (table, sheet.records(table))
        elif part.extension in _OBJECTS:
            objects = _OBJECTS[part.extension]
            table = _table_of(part, objects, tables)
            if table is None:
                yield None
                return
            with part.open() as stream:
                found = objects(stream, part.name, table.records)
                yield table, records(found, part.name, table)
        else:
            yield None

    def _batches(self, records: Iterator[bytes | Fault]) -> Iterator[list[bytes]]:
        while taken := list(islice(records, BATCH)):
            batch = []
            for one in taken:
                self._report.rows += 1
                if isinstance(one, Fault):
                    self._report.refuse(one, self._on_error)
                else:
                    batch.append(one)
            self._report.kept += len(batch)
            if batch:
                yield batch


def _table_of(part: Part, objects: Objects, tables: Sequence[Table]) -> Table | None:
    """Return the table that the first record fits, or the only one that there is."""
    if len(tables) == 1:
        return tables[0]
    for table in tables:
        with part.open() as stream, suppress(InputError):
            _, first = next(objects(stream, part.name, table.records), (0, None))
            if isinstance(first, dict) and table.fits(first.keys()):
                return table
    return None


def _no_table(part: Part, sheet: Sheet, profile: Profile) -> InputError:
    table = min(profile.tables, key=lambda one: len(one.missing(sheet.titles)))
    return InputError(
        f"this is no table of the profile {profile.name}: "
        f"{', '.join(table.missing(sheet.titles))} of the table of {table.name} is missing",
        part.name,
        1,
        hint=f"The head has {', '.join(sheet.titles[:12])}.",
    )


@contextmanager
def _packed(stream: IO[bytes], path: str) -> Iterator[IO[bytes]]:
    if not path.endswith(".gz"):
        yield stream
        return
    # Without a name and a time in its head, the same content gives the same file.
    with gzip.GzipFile("", "wb", 6, stream, mtime=0) as zipped:
        yield cast("IO[bytes]", zipped)


def _write_manifest(name: str, profile: Profile, sources: Sequence[Source], report: Report) -> None:
    """Write what is known of an import beside it, for people and programs."""
    document = {
        "name": name,
        "graph": IMPORTS + name,
        "profile": profile.name,
        "licence": profile.licence,
        "version": __version__,
        "sha256": _hash(kept_at(name)),
        "mappings": {os.path.basename(one): _hash(one) for one in profile.mappings()},
        "sources": [
            {
                "name": source.name,
                "sha256": source.sha256,
                "size": source.size,
                "modified": source.modified.isoformat(),
            }
            for source in sources
        ],
        "report": report.to_dict(),
    }
    path = os.path.join(locations.imports(), f"{name}.json")
    with replacing(path) as stream:
        stream.write(json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n")


def _hash(path: str) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sweep(folder: str, name: str) -> None:
    """Remove what imports of this name that were killed left behind."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            is_left = entry.name.startswith(f".{name}.")
            if is_left and time.time() - entry.stat().st_mtime > _ABANDONED_AFTER_SECONDS:
                shutil.rmtree(entry.path) if entry.is_dir() else os.unlink(entry.path)
