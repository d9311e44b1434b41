"""What the tables are: read from their CSVW description, which is published with them.

The description in `queries/tables` tells of each table once. A table is published as a file in each
language, so that nobody has to look past columns in another; the published description has both.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from si_graph import locations
from si_graph.errors import InputError
from si_graph.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

LANGUAGES = ("nl", "en")
METADATA = "csv-metadata.json"
"""The name by which CSVW processors find the description of the files beside it."""

METADATA_TYPE = "application/csvm+json"

_TEXT = "string"
_TEMPLATE = re.compile(r"\{\+(\w+)\}")


class Column(NamedTuple):
    """A column.

    Attributes:
        name: Its name, the same in all languages; in the query it is a variable.
        titles: Its heading by language.
        datatype: `string`, `integer` or `boolean`.
        separator: What stands between the values in a cell that has several; empty if none does.
        about: The column with the address of what its texts are the names of; empty if none.
        is_address: Whether there are addresses of things in it.
    """

    name: str
    titles: Mapping[str, str]
    datatype: str
    separator: str
    about: str
    is_address: bool

    @property
    def is_text(self) -> bool:
        """Whether there are texts in it, rather than numbers or addresses."""
        return self.datatype == _TEXT and not self.is_address


class Table(NamedTuple):
    """A table.

    Attributes:
        name: Its name; that of its query too, where it has one.
        titles: What it is called, by language.
        descriptions: What is in it, by language.
        columns: Its columns.
        key: The names of the columns that tell its rows apart.
    """

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    columns: tuple[Column, ...]
    key: tuple[str, ...]


def folder() -> str:
    """Return the folder with the description and the queries of the tables."""
    return os.path.join(locations.queries(), "tables")


def described() -> list[Table]:
    """Return the tables, in the order in which people look at them."""
    return [_table(one) for one in _source()["tables"]]


def file_name(table: str, lang: str) -> str:
    """Return the name of the file that has a table in a language."""
    return f"{table}.{lang}.csv"


def metadata(base: str, about: Mapping[str, Any]) -> bytes:
    """Return the description as it is published: of the files in all languages.

    Args:
        base: What the IRIs of the project begin with.
        about: What is said of all tables together.
    """
    source = _source()
    tables = [_in_language(one, lang) for lang in LANGUAGES for one in source["tables"]]
    text = json.dumps(
        {"@context": source["@context"], **about, "tables": tables}, ensure_ascii=False, indent=2
    )
    return f"{text.replace(BASE, base)}\n".encode()


def _source() -> dict[str, Any]:
    path = os.path.join(folder(), METADATA)
    try:
        with open(path, encoding="utf-8") as stream:
            found: dict[str, Any] = json.load(stream)
    except (OSError, ValueError) as error:
        raise InputError(f"the description of the tables cannot be read ({error})", path) from None
    return found


def _table(told: dict[str, Any]) -> Table:
    schema = told["tableSchema"]
    key = schema["primaryKey"]
    # What the IRIs of RDF are made of are addresses.
    addresses = set(_TEMPLATE.findall(json.dumps(schema)))
    return Table(
        _name(told["url"]),
        _by_language(told["dc:title"]),
        _by_language(told["dc:description"]),
        # A virtual column is for those who make RDF of the table: no cell is in it.
        tuple(_column(one, addresses) for one in schema["columns"] if not one.get("virtual")),
        (key,) if isinstance(key, str) else tuple(key),
    )


def _column(told: dict[str, Any], addresses: set[str]) -> Column:
    is_address = told["name"] in addresses
    about = _TEMPLATE.fullmatch(told.get("aboutUrl", ""))
    return Column(
        told["name"],
        told["titles"],
        told.get("datatype", _TEXT),
        told.get("separator", ""),
        about[1] if about and not is_address else "",
        is_address,
    )


def _by_language(told: list[dict[str, str]]) -> dict[str, str]:
    return {one["@language"]: one["@value"] for one in told}


def _name(url: str) -> str:
    return url.removesuffix(".csv")


def _in_language(told: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return what is said of a table as it is said of its file in a language."""
    schema = dict(told["tableSchema"])
    schema["columns"] = [_headed(one, lang) for one in schema["columns"]]
    if "foreignKeys" in schema:
        schema["foreignKeys"] = [_key_in_language(one, lang) for one in schema["foreignKeys"]]
    url = file_name(_name(told["url"]), lang)
    return {**told, "url": url, "lang": lang, "tableSchema": schema}


def _headed(told: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return what is said of a column with its heading in the file first among its titles.

    Where both are the same, some processors take the first for the language of the file.
    """
    titles = told.get("titles", {})
    return {**told, "titles": {lang: titles[lang], **titles}} if titles else told


def _key_in_language(told: dict[str, Any], lang: str) -> dict[str, Any]:
    reference = told["reference"]
    resource = file_name(_name(reference["resource"]), lang)
    return {**told, "reference": {**reference, "resource": resource}}
