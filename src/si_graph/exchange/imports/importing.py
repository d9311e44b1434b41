"""An import from beginning to end: what comes in is mapped, and becomes one whole graph or none."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from si_graph import __version__, locations
from si_graph.errors import InputError, UsageError
from si_graph.exchange.imports.fetching import fetch
from si_graph.exchange.imports.inputs import (
    DEFAULT_LIMIT,
    Budget,
    Part,
    Source,
    parts_of,
)
from si_graph.exchange.imports.mapping import BATCH, Mapping, in_turn
from si_graph.exchange.imports.pieces import Pieces
from si_graph.exchange.imports.provenance import provenance
from si_graph.exchange.imports.rdf import Graph, is_rdf
from si_graph.exchange.imports.records import json_objects, records
from si_graph.exchange.imports.report import Fault, Report
from si_graph.exchange.imports.tables import Sheet
from si_graph.exchange.imports.workplace import digest, place_of, workplace
from si_graph.exchange.imports.xml_records import xml_objects
from si_graph.namespaces import IMPORTS
from si_graph.store.writing import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from si_graph.exchange.imports.mapping import Step
    from si_graph.exchange.imports.profiles import Profile, Table
    from si_graph.exchange.imports.report import OnError

    Progress = Callable[[str, int, int], None]
    Resumed = Callable[[str, int], None]
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


class Imported(NamedTuple):
    """A finished import: where its graph is, which IRI that has, and how good the data was."""

    path: str
    graph: str
    report: Report


def import_files(
    profile: Profile,
    sources: Sequence[Source | str],
    *,
    name: str | None = None,
    output: str | None = None,
    on_error: OnError = "stop",
    limit: int = DEFAULT_LIMIT,
    progress: Progress | None = None,
    resumed: Resumed | None = None,
) -> Imported:
    """Import files that belong together into one named graph.

    An import that was broken off goes on where it was, if nothing it depends on has changed.

    Args:
        profile: What the data looks like, and how it is mapped.
        sources: The files, or web addresses to fetch them from.
        name: The name of the graph; that of the profile by default.
        output: The N-Quads file to write, gzipped if its name ends in `.gz`; by default one in the
            user's data folder, where `--with` finds it.
        on_error: Whether a row that is not as it should be ends the import, or is left out.
        limit: How many bytes packed files may unfold to, all together, and a download may have.
        progress: Is told how much has been read.
        resumed: Is told after how many `bytes` of a download, `triples` read, `rows` mapped or
            `statements` written an import goes on.

    Raises:
        EndpointError: A server is not public, cannot be reached, or does not give the file.
        InputError: The data cannot be read, holds nothing for this profile, or a row is refused.
        LimitError: Packed files unfold too far, or a download is too large.
        UsageError: The name is no name, or another import writes the same file.
    """
    name = name or profile.name
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name: lower-case letters, digits and hyphens make one")
    path = output or kept_at(name)
    if not path.endswith((".nq", ".nq.gz")):
        raise UsageError(f"{path}: the result is N-Quads, so its name ends in .nq or .nq.gz")
    if output is None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    progress, resumed = progress or (lambda *_: None), resumed or (lambda *_: None)
    graph = IMPORTS + name
    report = Report()
    run = _Run(profile, report, on_error, Budget(limit), progress, resumed)
    with workplace(path) as folder:
        files = [*run.fetched(sources, folder, limit)]
        place = place_of(folder, graph, on_error, profile=profile, sources=files)
        with closing(Pieces(place, graph, is_packed=path.endswith(".gz"))) as pieces:
            if pieces.done.rows:
                resumed("rows", pieces.done.rows)
            elif pieces.done.steps:  # of a mapping that looks at everything at once
                resumed("statements", pieces.done.statements)
            else:
                pieces.write(provenance(graph, profile, files))
            # The rows before are read again, as the report tells of them too; that is quick.
            for mapped in in_turn(islice(run.steps(files, place), pieces.done.steps, None)):
                pieces.add(mapped)
            report.statements = pieces.done.statements
            if not report.statements:
                raise InputError(
                    "nothing in here could be kept",
                    ", ".join(file.path for file in files),
                    hint="; ".join(f"{n} × {why}" for why, n in report.reasons.most_common(3)),
                )
            pieces.finish(path)
        if output is None:
            _write_manifest(name, profile, files, report)
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
        resumed: Resumed,
    ) -> None:
        self._profile = profile
        self._report = report
        self._on_error: OnError = on_error
        self._budget = budget
        self._progress = progress
        self._resumed = resumed

    def fetched(self, sources: Sequence[Source | str], folder: str, limit: int) -> Iterator[Source]:
        """Go through the files, those at web addresses after they were fetched to a folder."""
        for number, source in enumerate(sources):
            if isinstance(source, Source):
                yield source
                continue
            self._progress(f"fetching {source}", number, len(sources))
            yield from fetch(
                source,
                folder,
                limit,
                is_paged=self._profile.is_paged,
                resumed=partial(self._resumed, "bytes"),
            )

    def steps(self, sources: Sequence[Source], folder: str) -> Iterator[Step]:
        """Go through the steps that map the sources, in the same order each time.

        Args:
            sources: What to read.
            folder: A folder of these sources, for what does not fit in memory.
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
                    mapping = Mapping(table)
                    for batch in self._batches(rows):
                        told = f"{part.name}: {self._report.rows:,} rows"
                        self._progress(told, number, len(parts))
                        yield partial(mapping.mapped, *batch)
            fitting += 1
        if graph is not None:
            if graph.resumed:
                self._resumed("triples", graph.resumed)
            yield from graph.steps(self._profile.subjects, self._profile.whole)
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

    def _batches(self, records: Iterator[bytes | Fault]) -> Iterator[tuple[int, list[bytes]]]:
        """Go through the records in batches, with the number of rows that gave them."""
        while taken := list(islice(records, BATCH)):
            batch = []
            for one in taken:
                self._report.rows += 1
                if isinstance(one, Fault):
                    self._report.refuse(one, self._on_error)
                else:
                    batch.append(one)
            self._report.kept += len(batch)
            yield len(taken), batch


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


def _write_manifest(name: str, profile: Profile, sources: Sequence[Source], report: Report) -> None:
    """Write what is known of an import beside it, for people and programs."""
    document = {
        "name": name,
        "graph": IMPORTS + name,
        "profile": profile.name,
        "licence": profile.licence,
        "version": __version__,
        "sha256": digest(kept_at(name)),
        "mappings": {os.path.basename(one): digest(one) for one in profile.mappings()},
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
