"""The cells of a row as the members of a record, checked for what their columns promise."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from si_graph.exchange.imports.report import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from si_graph.exchange.imports.profiles import Column

    Record = dict[str, Any]

_FORMS = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false|1|0"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "gYear": re.compile(r"[0-9]{4}"),
}


class Refused(ValueError):  # noqa: N818 - reads as the outcome that it reports
    """A row that is not as its columns promise."""

    def __init__(self, reason: str, value: str = "") -> None:
        self.reason = reason
        self.value = shortened(value)
        super().__init__(reason)


class Reader:
    """Turns the cells of rows into records, for one order of columns."""

    def __init__(self, columns: Iterable[Column], titles: list[str]) -> None:
        """Prepare for rows.

        Args:
            columns: The columns to read.
            titles: The titles in the order in which the cells come.
        """
        places = {title: place for place, title in reversed(list(enumerate(titles)))}
        self._cells = [
            (place, column.name, _converter(column), column.separator, column.required)
            for column in columns
            for place in [next((places[one] for one in column.titles if one in places), None)]
            if place is not None
        ]

    def record(self, cells: list[str]) -> Record:
        """Return the record of a row; empty cells are left out.

        Raises:
            Refused: A cell is not of its datatype, or a required one is empty.
        """
        found: Record = {}
        for place, name, converted, separator, required in self._cells:
            cell = cells[place].strip()
            if not cell:
                if required:
                    raise Refused(f"column {name} is empty and is required")
            elif separator:
                values = [one.strip() for one in cell.split(separator)]
                found[name] = [converted(one) for one in values if one]
            else:
                found[name] = converted(cell)
        return found


def checked(columns: Iterable[Column], members: Mapping[str, Any]) -> Record:
    """Return a record of the members of a JSON object that the columns name.

    Single values are checked as cells are; objects and lists go to the mapping as they are.

    Raises:
        Refused: A value is not of its datatype, or a required one is missing.
    """
    found: Record = {}
    for column in columns:
        value = next((members[one] for one in column.titles if members.get(one) is not None), None)
        if isinstance(value, (dict, list)):
            found[column.name] = value
            continue
        text = "" if value is None else _text(value).strip()
        if not text:
            if column.required:
                raise Refused(f"member {column.name} is missing and is required")
            continue
        converted = _converter(column)
        if column.separator:
            parts = [one.strip() for one in text.split(column.separator)]
            found[column.name] = [converted(one) for one in parts if one]
        else:
            found[column.name] = converted(text)
    return found


def encoded(record: Record) -> bytes:
    """Return a record as JSON.

    Raises:
        Refused: It holds what is no text.
    """
    try:
        data = json.dumps(record, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise Refused("the row is not text in UTF-8") from None
    except ValueError:
        raise Refused("the row holds a number without end (NaN or Infinity)") from None
    if b"\\u0000" in data and any("\0" in text for text in _texts(record)):
        raise Refused("the row holds NUL characters")
    return data


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _converter(column: Column) -> Callable[[str], str]:
    """Return what turns a cell into the lexical form of its datatype, or refuses it."""
    if column.datatype == "string":
        return str
    if column.datatype == "anyURI":
        return lambda cell: _iri(cell, column.name)
    matches = _FORMS[column.datatype].fullmatch
    reason = f"column {column.name} holds no {column.datatype}"
    decimal_char = column.decimal_char if column.datatype == "decimal" else "."
    is_date = column.datatype == "date"

    def converted(cell: str) -> str:
        text = cell if decimal_char == "." else cell.replace(decimal_char, ".")
        if not matches(text) or (is_date and not _is_day(text)):
            raise Refused(reason, cell)
        return text

    return converted


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _iri(cell: str, name: str) -> str:
    try:
        return NamedNode(cell).value
    except ValueError:
        raise Refused(f"column {name} holds no IRI", cell) from None
