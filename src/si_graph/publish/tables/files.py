"""The files of the tables: what each is called, what is in it, and what a catalogue says of it."""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from si_graph.errors import UnknownError
from si_graph.publish.tables import csv_files, questions, workbook
from si_graph.publish.tables.about import about, cover
from si_graph.publish.tables.description import (
    LANGUAGES,
    METADATA,
    METADATA_TYPE,
    described,
    file_name,
    metadata,
)
from si_graph.publish.tables.rows import rows
from si_graph.query.kept import kept
from si_graph.query.release import release
from si_graph.query.suggest import did_you_mean, nearest_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.graph import KnowledgeGraph
    from si_graph.publish.tables.rows import Row

ARCHIVE = "si-graph-csv.zip"
"""The file with all tables as CSV, in all languages, and their description."""

WORKBOOKS = {lang: f"si-graph.{lang}.xlsx" for lang in LANGUAGES}
"""The workbooks by language."""

RECORDED = (*WORKBOOKS.values(), ARCHIVE)
"""Those that the catalogue lists: each holds all tables."""

# What one may do with an unpacked file, as archives of Unix say it.
_READABLE, _UNIX = 0o644 << 16, 3


class Format(NamedTuple):
    """A format of tables.

    Attributes:
        title: What people call it.
        file_type: Its code in the file-type table of the EU.
        media_type: Its media type.
    """

    title: str
    file_type: str
    media_type: str


CSV = Format("CSV", "CSV", "text/csv")
EXCEL = Format(
    "Excel XLSX", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
ZIP = "application/zip"
OOXML = "https://ecma-international.org/publications-and-standards/standards/ecma-376/"
CSVW = "https://www.w3.org/TR/tabular-data-model/"
"""The standards for workbooks and for CSV that is described."""

MEDIA_TYPES = {
    "csv": CSV.media_type,
    "xlsx": EXCEL.media_type,
    "zip": ZIP,
    "json": METADATA_TYPE,
}
"""The media types by what names of files end in."""


class File(NamedTuple):
    """What a catalogue says of a file.

    Attributes:
        name: Its name.
        languages: The languages that it is in.
        format: Its format; of an archive, that of the files in it.
        package: The media type of an archive; empty for what is none.
        standard: The standard that it meets.
        size: Its bytes.
        sha256: Their checksum.
    """

    name: str
    languages: tuple[str, ...]
    format: Format
    package: str
    standard: str
    size: int
    sha256: str


def names() -> tuple[str, ...]:
    """Return the names of all files."""
    tables = [file_name(table.name, lang) for lang in LANGUAGES for table in described()]
    return (*RECORDED, METADATA, *tables)


def tables(graph: KnowledgeGraph, base: str) -> Iterator[tuple[str, bytes]]:
    """Go through the files: their names and their contents.

    Args:
        graph: The graph.
        base: What the IRIs of the project begin with.

    Raises:
        UnknownError: The data are not those that the tables are about.
    """
    for name in names():
        yield name, content(graph, name, base)


def content(graph: KnowledgeGraph, name: str, base: str) -> bytes:
    """Return the content of a file.

    Args:
        graph: The graph.
        name: The name of the file.
        base: What the IRIs of the project begin with.

    Raises:
        UnknownError: There is no such file, or the data are not those that the tables are about.
    """
    if name not in names():
        near = nearest_names(name, names())
        raise UnknownError(f"there is no file of tables named {name!r}{did_you_mean(near)}", near)
    if not release(graph.store).version:
        raise UnknownError("there are no tables of these data")
    if name == ARCHIVE:
        return _archive({one: content(graph, one, base) for one in names() if one not in RECORDED})
    if name == METADATA:
        return metadata(base, about(graph.store, base))
    stem, lang, suffix = name.split(".")
    if suffix == "xlsx":
        filled = [(one, _rows(graph, one.name, lang, base)) for one in described()]
        return workbook.written(cover(graph.store, base, lang), filled, lang)
    (table,) = [one for one in described() if one.name == stem]
    return csv_files.written(table, _rows(graph, stem, lang, base), lang)


@kept
def recorded(graph: KnowledgeGraph, base: str) -> list[File]:
    """Return what a catalogue says of the files; the arguments are those of `tables`."""
    told = [(name, (lang,), EXCEL, "", OOXML) for lang, name in WORKBOOKS.items()]
    found = []
    for one in (*told, (ARCHIVE, LANGUAGES, CSV, ZIP, CSVW)):
        data = content(graph, one[0], base)
        found.append(File(*one, len(data), hashlib.sha256(data).hexdigest()))
    return found


@kept
def _rows(graph: KnowledgeGraph, name: str, lang: str, base: str) -> list[Row]:
    if name in (questions.QUESTIONS, questions.ANSWERS):
        return _asked(graph, lang, base)[name]
    (table,) = [one for one in described() if one.name == name]
    return rows(graph.store, table, lang, base)


@kept
def _asked(graph: KnowledgeGraph, lang: str, base: str) -> dict[str, list[Row]]:
    return questions.rows(graph.store, lang, base)


def _archive(files: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # It tells the first day that an archive can, and not that of its making.
            entry = zipfile.ZipInfo(name)
            entry.external_attr, entry.create_system = _READABLE, _UNIX
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
