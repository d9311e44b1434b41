"""Tables as CSV: UTF-8 with commas, as in RFC 4180, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from si_graph.publish.tables.description import Column, Table
    from si_graph.publish.tables.rows import Cell, Row, Value

# A spreadsheet computes what begins with one of these signs, unless it is a number. A semicolon or
# the end of a line begins a cell where the spreadsheet has them between cells, as Dutch ones do.
_FORMULA = re.compile(
    r"(?P<before>(?:^|[;\r\n\t])[^\S\r\n\t]*)(?=[=+@＝＋－＠-])(?![+-]?\d[\d.,]*\s*(?:[;\r\n\t]|$))"
)
_INSTEAD = ", "
_HARMLESS = r"\g<before>'"


def written(table: Table, rows: list[Row], lang: str) -> bytes:
    """Return a table as CSV.

    Args:
        table: The table.
        rows: Its rows.
        lang: The language of the headings.
    """
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([column.titles[lang] for column in table.columns])
    for row in rows:
        writer.writerow([text_of(row[column.name], column) for column in table.columns])
    return stream.getvalue().encode()


def text_of(cell: Cell, column: Column) -> str:
    """Return a cell as it stands in the file."""
    values = cell if isinstance(cell, tuple) else () if cell is None else (cell,)
    text = joined(values, column)
    return harmless(text) if column.is_text else text


def joined(values: tuple[Value, ...], column: Column) -> str:
    """Return the values of a cell in one text.

    What stands between them cannot stand in one of them too, or that would be taken for two.
    """
    between = column.separator
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
    if between:
        texts = [text.replace(between, _INSTEAD) for text in texts]
    return between.join(texts)


def harmless(text: str) -> str:
    """Return a text in which no spreadsheet finds a formula: an apostrophe stands before the sign.

    Numbers stay as they are, also those with a sign.
    """
    return _FORMULA.sub(_HARMLESS, text)
