"""RDF text into the database and out of it, with no Python code for each triple.

The database reads and writes N-Triples itself, in the one form that pyoxigraph writes too; what
comes in another form or format goes through pyoxigraph first, and what leaves in one goes through
it at last.
"""

from __future__ import annotations

import gzip
import os
import tempfile
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoxigraph as ox

from si_graph.errors import InputError, UsageError
from si_graph.load.files import FORMATS, format_of
from si_graph.load.native import write_n_triples
from si_graph.namespaces import GRAPH_INFERRED, PREFIXES
from si_graph.reason.vocabulary import numbers, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from duckdb import DuckDBPyConnection

    WriteLines = Callable[[str, str, bool], int]
    """Called with a file, what ends the line of a triple that follows, and whether to pack it."""

_IRI = r'<[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*>'
_BLANK = r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_ESCAPED = r"\\(?:[\"\\tnrbf]|u00(?:0[0-7BEF]|1[0-9A-F]|7F)|uFFF[EF])"
_STRING = rf'"(?:[^"\\\x00-\x1F\x7F\x{{FFFE}}\x{{FFFF}}]|{_ESCAPED})*"'
_LITERAL = rf"{_STRING}(?:@[a-z]+(?:-[a-z0-9]+)*|\^\^{_IRI})?"
_TERM = rf"(?:{_IRI}|{_BLANK}|{_LITERAL})"
_SOUND = rf"(?:{_IRI}|{_BLANK}) {_IRI} {_TERM} \."
_NOT_IN_XML = r'^"(?:[^\\]|\\[^bfu]|\\u00(?:0[9AD]|7F))*\\(?:[bf]|u00(?:0[0-8BCEF]|1)|uFFF)'
PLAIN_STRING = '"^^<http://www.w3.org/2001/XMLSchema#string>'
"""How the datatype of a text is written, which goes without saying."""


def is_term(text: str) -> str:
    """Return the condition that a text is that of a term, in the one form.

    Args:
        text: SQL for the text.
    """
    return f"regexp_full_match({text}, {_quote(_TERM)})"


def create_tables(database: DuckDBPyConnection) -> None:
    """Create the dictionary of terms, with the terms that the rules name."""
    database.execute("CREATE TABLE term (id INTEGER, text VARCHAR)")
    texts = np.array([text(term) for term in numbers()], dtype=object)
    database.register("rule_term", {"id": np.array([*numbers().values()]), "text": texts})
    database.execute("INSERT INTO term FROM rule_term")
    database.execute("CREATE TABLE stated (s INTEGER, p INTEGER, o INTEGER)")


def read_files(database: DuckDBPyConnection, paths: Sequence[str | Path]) -> None:
    """Read RDF files into the table `text`; blank nodes of several files stay apart.

    Raises:
        InputError: A file is missing or malformed; says where.
        UsageError: A file has triples about triples, which OWL does not cover.
    """
    _create_text(database)
    for number, path in enumerate(paths, start=1):
        prefix = f"f{number}" if len(paths) > 1 else ""
        name = os.fspath(path)
        if name.lower().endswith(".nt") and _insert(database, name, prefix):
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy.nt")
            write_n_triples(path, copy)
            if not _insert(database, copy, prefix):
                raise UsageError(f"{name}: triples about triples cannot be reasoned over")


def read_triples(database: DuckDBPyConnection, triples: Iterable[ox.Triple]) -> None:
    """Read triples into the table `text`.

    Raises:
        UsageError: A triple has a triple as its object, which OWL does not cover.
    """
    _create_text(database)
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy.nt")
        ox.serialize(triples, copy, ox.RdfFormat.N_TRIPLES)
        if not _insert(database, copy, ""):
            raise UsageError("triples about triples cannot be reasoned over")


def encode(database: DuckDBPyConnection, table: str) -> None:
    """Add the triples of the table `text` to a table of numbers, and drop `text`."""
    database.execute(
        "INSERT INTO term SELECT (SELECT max(id) FROM term) + row_number() OVER (), text FROM"
        " (SELECT s AS text FROM text UNION SELECT p FROM text UNION SELECT o FROM text)"
        " found WHERE NOT EXISTS (SELECT 1 FROM term WHERE term.text = found.text)"
    )
    database.execute(
        f"INSERT INTO {table} SELECT DISTINCT s.id, p.id, o.id FROM text"
        " JOIN term s ON s.text = text.s JOIN term p ON p.text = text.p"
        " JOIN term o ON o.text = text.o"
    )
    database.execute("DROP TABLE text")


def format_to_write(path: str) -> ox.RdfFormat:
    """Return the format that the name of a file to write says.

    Raises:
        UsageError: It says none.
    """
    syntax = format_of(path)
    if syntax is None:
        raise UsageError(
            f"{path}: the name does not say which RDF format to write\n"
            f"  Known are {' '.join(FORMATS)}, each with .gz too."
        )
    return syntax


def write(database: DuckDBPyConnection, path: str, write_lines: WriteLines) -> int:
    """Write a file, aside first: until it is whole, what stood there stays.

    Formats with named graphs have what follows in `graph:inferred`.

    Args:
        database: The database with the terms.
        path: The file; its name says the format.
        write_lines: Writes the triples as lines of a file.

    Returns:
        How many triples were written.

    Raises:
        UsageError: The format cannot write what there is.
    """
    syntax = format_to_write(path)
    if syntax == ox.RdfFormat.RDF_XML:
        _require_xml(database, path)
    graph = f"<{GRAPH_INFERRED}> ." if syntax.supports_datasets else "."
    folder, name = os.path.split(os.path.abspath(path))
    is_packed = name.lower().endswith(".gz")
    handle, aside = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    os.close(handle)
    try:
        if syntax in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS):
            count = write_lines(aside, graph, is_packed)
        else:
            with tempfile.TemporaryDirectory() as scratch:
                copy = os.path.join(scratch, "copy.nq")
                count = write_lines(copy, graph, False)
                _rewrite(copy, aside, syntax, is_packed=is_packed)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(aside, 0o666 & ~mask)
        os.replace(aside, path)
        return count
    except ValueError as error:
        Path(aside).unlink(missing_ok=True)
        raise UsageError(f"{path}: {syntax.name} cannot write this graph ({error})") from None
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def copy_lines(
    database: DuckDBPyConnection, stated: str, inferred: str, path: str, graph: str, is_packed: bool
) -> int:
    """Write triples as lines of a file, and return how many they are.

    Args:
        database: The database with the terms.
        stated: A query for numbers in the columns `s`, `p` and `o`.
        inferred: Another, for what follows, with the texts `subject` and `predicate` too.
        path: The file.
        graph: What ends the line of a triple that follows.
        is_packed: Whether to pack the file.
    """
    rows = database.execute(
        "COPY (SELECT s.text, p.text, o.text, '.' FROM"
        f" ({stated}) found JOIN term s ON s.id = found.s"
        " JOIN term p ON p.id = found.p JOIN term o ON o.id = found.o UNION ALL"
        f" SELECT subject, predicate, o.text, {_quote(graph)}"
        f" FROM ({inferred}) found JOIN term o ON o.id = found.o) TO {_quote(path)}"
        " (FORMAT csv, HEADER false, DELIMITER ' ', QUOTE '', ESCAPE '',"
        f" COMPRESSION {'gzip' if is_packed else 'none'})"
    )
    return _count(rows)


def _require_xml(database: DuckDBPyConnection, path: str) -> None:
    rows = database.execute(
        f"SELECT min(text) FROM term WHERE regexp_matches(text, {_quote(_NOT_IN_XML)})"
    )
    found = (rows.fetchone() or (None,))[0]
    if found is not None:
        raise UsageError(
            f"{path}: XML cannot hold the control character in {found[:60]}\n"
            "  Write another format, such as Turtle."
        )


def _rewrite(source: str, target: str, syntax: ox.RdfFormat, *, is_packed: bool) -> None:
    """Write N-Quads in another format."""
    found: Any = ox.parse(path=source, format=ox.RdfFormat.N_QUADS)
    if not syntax.supports_datasets:
        found = map(attrgetter("triple"), found)
    opened: Any = gzip.open if is_packed else open
    with opened(target, "wb") as stream:
        ox.serialize(found, stream, syntax, prefixes=PREFIXES)


def _create_text(database: DuckDBPyConnection) -> None:
    columns = "s VARCHAR, p VARCHAR, o VARCHAR, sound BOOLEAN"
    database.execute(f"CREATE OR REPLACE TABLE text ({columns})")


def _insert(database: DuckDBPyConnection, path: str, prefix: str) -> bool:
    """Add the triples of a file of N-Triples, and tell whether every line was sound."""
    import duckdb

    if not os.path.exists(path):
        raise InputError("there is no such file", path)
    if os.path.getsize(path) == 0:
        return True
    mark = len(PLAIN_STRING) - 1
    subject, value = (
        f"CASE WHEN starts_with({part}, '_:') THEN '_:{prefix}' || substr({part}, 3)"
        f" WHEN ends_with({part}, {_quote(PLAIN_STRING)}) THEN left({part}, -{mark})"
        f" ELSE {part} END"
        for part in ("s", "o")
    )
    database.begin()
    try:
        database.execute(
            f"INSERT INTO text SELECT {subject}, p, {value},"
            f" regexp_full_match(line, {_quote(_SOUND)}) FROM"
            " (SELECT line, split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p,"
            " array_slice(line, length(s) + length(p) + 3, -3) AS o"
            f" FROM read_csv({_quote(path)}, delim = '\x01', quote = '', escape = '',"
            " header = false, auto_detect = false, columns = {'line': 'VARCHAR'},"
            " max_line_size = 100000000))"
        )
        unsound = _count(database.execute("SELECT count(*) FROM text WHERE sound IS NOT TRUE"))
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        unsound = 1
    if unsound:
        database.rollback()
    else:
        database.commit()
    return not unsound


def _count(rows: DuckDBPyConnection) -> int:
    row = rows.fetchone()
    return int(row[0]) if row else 0


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
