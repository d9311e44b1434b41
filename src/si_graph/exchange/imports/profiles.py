"""The profiles: what the data of a publisher looks like, and which queries map it to our classes.

A profile is a TOML file in `queries/import/`, and its mappings are SPARQL CONSTRUCT queries beside
it. Columns are described in the words of CSVW (name, titles, datatype, required, separator). One
of the user's own is named by its path.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from si_graph import locations
from si_graph.errors import InputError, UnknownError
from si_graph.namespaces import BASE
from si_graph.query.suggest import did_you_mean, nearest_names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

DATATYPES = ("string", "integer", "decimal", "boolean", "date", "gYear", "anyURI")
COLUMN = BASE + "import/column#"
"""The namespace of columns, as mappings see them."""


@dataclass(frozen=True)
class Column:
    """A column of a table, or a member of a record, in the words of CSVW.

    Attributes:
        name: What the mapping calls it (`column:NAME`).
        titles: What it is called in the data; its name by default.
        datatype: The XSD datatype that every value has.
        required: Whether a row without it is refused.
        separator: What stands between several values in one cell; empty where there is one.
        decimal_char: What stands before the decimals.
    """

    name: str
    titles: tuple[str, ...]
    datatype: str = "string"
    required: bool = False
    separator: str = ""
    decimal_char: str = "."


@dataclass(frozen=True)
class Table:
    """One kind of table, or of records in JSON or XML.

    Attributes:
        name: What it holds, for reports.
        mapping: The path of the CONSTRUCT query.
        columns: The columns that are read; others are left.
        records: The members that lead to the records in a JSON document, such as `result.results`,
            or the name of the element of a record in XML.
    """

    name: str
    mapping: str
    columns: tuple[Column, ...]
    records: str = ""

    def fits(self, titles: Collection[str]) -> bool:
        """Tell whether a table with these column titles has all that is required."""
        return not self.missing(titles)

    def missing(self, titles: Collection[str]) -> list[str]:
        """Return the titles of required columns that a table lacks."""
        return [
            column.titles[0]
            for column in self.columns
            if column.required and not any(title in titles for title in column.titles)
        ]


@dataclass(frozen=True)
class Profile:
    """What is known of the data of one publisher.

    Attributes:
        name: The name it is called by.
        title: What the data is, by language.
        homepage: Where the publisher offers it.
        publisher: Who publishes it, an IRI; None where that is not known, or differs.
        licence: Under which licence, an IRI; None likewise.
        tables: The tables that it may hold.
        subjects: The paths of the CONSTRUCT queries for RDF that look at one subject at a time.
        whole: Those that look at several; each sees the statements whose properties it names.
        is_paged: Whether data at a web address may go on at another.
    """

    name: str
    title: dict[str, str]
    homepage: str
    publisher: str | None
    licence: str | None
    tables: tuple[Table, ...]
    subjects: tuple[str, ...]
    whole: tuple[str, ...]
    is_paged: bool

    @property
    def takes_rdf(self) -> bool:
        """Whether the data may be RDF."""
        return bool(self.subjects or self.whole)

    def mappings(self) -> list[str]:
        """Return the paths of all its queries."""
        return [
            *dict.fromkeys([*(table.mapping for table in self.tables), *self.subjects, *self.whole])
        ]


def profile_names() -> list[str]:
    """Return the names of the bundled profiles."""
    folder = locations.import_profiles()
    return sorted(name[:-5] for name in os.listdir(folder) if name.endswith(".toml"))


def load_profile(name: str) -> Profile:
    """Return a profile.

    Args:
        name: The name of a bundled one, or the path of a `.toml` file.

    Raises:
        UnknownError: There is no such profile; names the nearest ones.
        InputError: The profile is malformed.
    """
    if name.endswith(".toml"):
        return _read(name)
    known = profile_names()
    if name not in known:
        near = nearest_names(name, known)
        raise UnknownError(
            f"there is no profile named {name!r}"
            + (did_you_mean(near) or f"\n  There are {', '.join(known)}."),
            near,
        )
    return _read(os.path.join(locations.import_profiles(), f"{name}.toml"))


def _read(path: str) -> Profile:
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the profile cannot be read ({error.strerror})", path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the profile is not TOML: {error}", path) from None
    return _Reader(path).profile(document)


class _Reader:
    """Turns the TOML of a profile into its parts, and tells what is wrong with it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = os.path.dirname(os.path.abspath(path))

    def profile(self, document: dict[str, Any]) -> Profile:
        known = ("publisher", "licence", "tables", "rdf", "paged")
        self._require_keys(document, ("title", "homepage"), known)
        rdf = document.get("rdf", {})
        self._require_keys(rdf, (), ("subjects", "whole"))
        profile = Profile(
            name=os.path.splitext(os.path.basename(self._path))[0],
            title=document["title"],
            homepage=document["homepage"],
            publisher=document.get("publisher"),
            licence=document.get("licence"),
            tables=tuple(self._table(one) for one in document.get("tables", [])),
            subjects=tuple(os.path.join(self._folder, one) for one in rdf.get("subjects", [])),
            whole=tuple(os.path.join(self._folder, one) for one in rdf.get("whole", [])),
            is_paged=document.get("paged", False),
        )
        for mapping in profile.mappings():
            if not os.path.isfile(mapping):
                raise self._error(f"there is no mapping {os.path.basename(mapping)} beside it")
        return profile

    def _table(self, entry: dict[str, Any]) -> Table:
        self._require_keys(entry, ("name", "mapping", "columns"), ("records",))
        return Table(
            name=entry["name"],
            mapping=os.path.join(self._folder, entry["mapping"]),
            columns=tuple(self._column(one) for one in entry["columns"]),
            records=entry.get("records", ""),
        )

    def _column(self, entry: dict[str, Any]) -> Column:
        known = ("titles", "datatype", "required", "separator", "decimalChar")
        self._require_keys(entry, ("name",), known)
        datatype = entry.get("datatype", "string")
        if datatype not in DATATYPES:
            raise self._error(f"{datatype!r} is none of the datatypes {', '.join(DATATYPES)}")
        return Column(
            name=entry["name"],
            titles=tuple(entry.get("titles", [entry["name"]])),
            datatype=datatype,
            required=entry.get("required", False),
            separator=entry.get("separator", ""),
            decimal_char=entry.get("decimalChar", "."),
        )

    def _require_keys(
        self, entry: object, required: Sequence[str], optional: Sequence[str]
    ) -> None:
        if not isinstance(entry, dict):
            raise self._error(f"this should be a table: {entry!r}")
        for key in required:
            if key not in entry:
                raise self._error(f"{key} is missing")
        for key in entry:
            if key not in (*required, *optional):
                raise self._error(f"{key!r} means nothing here")

    def _error(self, message: str) -> InputError:
        return InputError(f"the profile is not as it should be: {message}", self._path)
