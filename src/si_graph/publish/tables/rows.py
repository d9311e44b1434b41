"""The rows of tables: what queries find, with the values of one thing in one row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from si_graph.namespaces import BASE
from si_graph.publish.tables.description import folder
from si_graph.query import catalogue
from si_graph.query.binding import in_language
from si_graph.query.catalogue import natural
from si_graph.query.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from si_graph.publish.tables.description import Column, Table
    from si_graph.query.results import Term
    from si_graph.store.protocol import Store

    Value = str | int | bool
    Cell = Value | tuple[Value, ...] | None
    Row = dict[str, Cell]

_TRUE = ("true", "1")
# What no XML document, and so no workbook, may have in it. A CSV file would be cut at a NUL.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IN_PLACE = "\ufffd"


def rows(store: Store, table: Table, lang: str, base: str) -> list[Row]:
    """Return the rows that the query of a table finds.

    Args:
        store: The graph.
        table: The table.
        lang: The language of the texts.
        base: What the IRIs of the project begin with.
    """
    query = catalogue.load(table.name, folder())
    found = evaluate(store, in_language(query.text, lang))
    return gathered(found, table, base)  # type: ignore[arg-type]  # each is a SELECT


def gathered(found: Iterable[Mapping[str, Term]], table: Table, base: str) -> list[Row]:
    """Return a row for each key, with all values that solutions have for it.

    Args:
        found: The solutions, in the order in which the rows are wanted.
        table: The table.
        base: What the IRIs of the project begin with.
    """
    values: dict[tuple[str, ...], dict[str, set[Value]]] = {}
    for solution in found:
        key = tuple(str(solution.get(name)) for name in table.key)
        # A thing without an address cannot be found again, here or elsewhere.
        if any(isinstance(solution.get(name), BlankNode) for name in table.key):
            continue
        row = values.setdefault(key, {column.name: set() for column in table.columns})
        for column in table.columns:
            value = _value(solution.get(column.name), column, base)
            if value is not None:
                row[column.name].add(value)
    return [
        {column.name: _cell(row[column.name], column) for column in table.columns}
        for row in values.values()
    ]


def shown(text: str) -> str:
    """Return a text without what cannot be shown, each such character marked as one."""
    return _NO_TEXT.sub(_IN_PLACE, text)


def _cell(values: set[Value], column: Column) -> Cell:
    # Where there should be one value and there are more, it is always the same one that is shown.
    in_order = sorted(values, key=lambda value: natural(str(value).casefold()))
    if column.separator:
        return tuple(in_order)
    return in_order[0] if in_order else None


def _value(term: Term | None, column: Column, base: str) -> Value | None:
    if isinstance(term, NamedNode):
        return moved(term.value, base)
    if not isinstance(term, Literal):
        return None
    if column.datatype == "boolean":
        return term.value in _TRUE
    if column.datatype == "integer":
        try:
            return int(term.value)
        except ValueError:
            return None
    return shown(term.value)


def moved(iri: str, base: str) -> str:
    """Return an IRI as it is under another base."""
    return base + iri.removeprefix(BASE) if iri.startswith(BASE) else iri
