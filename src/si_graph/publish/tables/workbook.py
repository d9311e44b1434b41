"""Tables as a workbook for Excel, in one language, with a first sheet that says what it is.

Texts are written as texts and numbers as numbers, so nothing in a workbook is ever computed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from si_graph.publish.tables.csv_files import harmless, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from si_graph.publish.tables.description import Column, Table
    from si_graph.publish.tables.rows import Cell, Row

# What Excel takes: a longer text, a longer link or one link more, and it would not open the file.
_LONGEST_TEXT = 32_767
_LONGEST_LINK = 2_079
_MOST_LINKS = 65_530
# Above this, numbers of a spreadsheet are no longer exact.
_LARGEST_NUMBER = 2**53
_CUT = "…"

_NARROWEST, _WIDEST = 9, 60
_ADDRESS_WIDTH, _LABEL_WIDTH, _TEXT_WIDTH = 24, 28, 100
# One that says nothing: with the time of writing, no two files would be the same.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_WORDS = {
    "nl": ("Over deze werkmap", "Blad", "Wat erin staat", "Rijen"),
    "en": ("About this workbook", "Sheet", "What is in it", "Rows"),
}


class Fact(NamedTuple):
    """Something to know of a workbook.

    Attributes:
        label: What it is.
        text: What there is to know.
        address: Where more can be read about it; may be empty.
    """

    label: str
    text: str
    address: str = ""


class Cover(NamedTuple):
    """What the first sheet says.

    Attributes:
        title: What the workbook is called.
        description: What it is.
        facts: What there is to know of it, such as its licence.
    """

    title: str
    description: str
    facts: Sequence[Fact]


def written(cover: Cover, tables: Sequence[tuple[Table, list[Row]]], lang: str) -> bytes:
    """Return tables as a workbook.

    Args:
        cover: What its first sheet says.
        tables: The tables with their rows.
        lang: The language of the headings.
    """
    from xlsxwriter import Workbook

    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": cover.title, "created": _CREATED})
        _Writer(book, lang).write(cover, tables)
    return stream.getvalue()


class _Writer:
    """Writes the sheets."""

    def __init__(self, book: Workbook, lang: str) -> None:
        self._book = book
        self._lang = lang
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._head = book.add_format(
            {"bold": True, "bg_color": "#E6EEF5", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        # With this mark a text stays a text, also when somebody edits the cell.
        self._quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self._link = book.add_format(
            {"text_wrap": True, "valign": "top", "font_color": "#0B4F8A", "underline": 1}
        )
        self._address = book.add_format({"valign": "top", "font_color": "#0B4F8A", "underline": 1})

    def write(self, cover: Cover, tables: Sequence[tuple[Table, list[Row]]]) -> None:
        self._cover(self._book.add_worksheet(_WORDS[self._lang][0]), cover, tables)
        for table, rows in tables:
            self._table(self._book.add_worksheet(table.titles[self._lang]), table, rows)

    def _cover(
        self, sheet: Worksheet, cover: Cover, tables: Sequence[tuple[Table, list[Row]]]
    ) -> None:
        _, name, content, count = _WORDS[self._lang]
        sheet.set_column(0, 0, _LABEL_WIDTH)
        sheet.set_column(1, 1, _TEXT_WIDTH)
        sheet.write_string(0, 0, cover.title, self._title)
        sheet.write_string(1, 1, cover.description, self._plain)
        line = 3
        for fact in cover.facts:
            sheet.write_string(line, 0, fact.label, self._head)
            if fact.address:
                sheet.write_url(line, 1, fact.address, self._link, fact.text)
            else:
                sheet.write_string(line, 1, fact.text, self._plain)
            line += 1
        line += 1
        for column, text in enumerate((name, content, count)):
            sheet.write_string(line, column, text, self._head)
        for table, rows in tables:
            line += 1
            title = table.titles[self._lang]
            sheet.write_url(line, 0, f"internal:'{title}'!A1", self._link, title)
            sheet.write_string(line, 1, table.descriptions[self._lang], self._plain)
            sheet.write_number(line, 2, len(rows), self._plain)
        sheet.hide_gridlines(2)
        self._for_paper(sheet)

    def _table(self, sheet: Worksheet, table: Table, rows: list[Row]) -> None:
        links = 0
        for place, column in enumerate(table.columns):
            heading = column.titles[self._lang]
            width = _width(heading, [row[column.name] for row in rows])
            # An address is to be followed or copied rather than read.
            sheet.set_column(place, place, _ADDRESS_WIDTH if column.is_address else width)
            sheet.write_string(0, place, heading, self._head)
        for line, row in enumerate(rows, 1):
            for place, column in enumerate(table.columns):
                address = _address(row, column) if links < _MOST_LINKS else ""
                links += bool(address)
                self._cell(sheet, (line, place), row[column.name], column, address)
        # The numbers of pages are texts, as some are "5-6"; Excel need not warn of that.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        # What stays in sight: the headings, and what the row is about.
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
        self._for_paper(sheet)
        sheet.repeat_rows(0)
        # Addresses stand last, and nobody can follow them on paper.
        shown = sum(not column.is_address for column in table.columns)
        sheet.print_area(0, 0, len(rows), max(shown, 1) - 1)

    def _for_paper(self, sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)

    def _cell(
        self, sheet: Worksheet, at: tuple[int, int], cell: Cell, column: Column, address: str
    ) -> None:
        if cell is None or cell == ():
            return
        if isinstance(cell, bool):
            sheet.write_boolean(*at, cell, self._plain)
            return
        if isinstance(cell, int) and abs(cell) < _LARGEST_NUMBER:
            sheet.write_number(*at, cell, self._plain)
            return
        text = _fitting(joined(cell if isinstance(cell, tuple) else (cell,), column))
        if column.is_text and harmless(text) != text:
            sheet.write_string(*at, text, self._quoted)
        elif address:
            sheet.write_url(*at, address, self._address if column.is_address else self._link, text)
        else:
            sheet.write_string(*at, text, self._plain)


def _address(row: Row, column: Column) -> str:
    """Return the address that a cell leads to: the page of what it names; empty if to none."""
    address = row[column.name] if column.is_address else row.get(column.about)
    is_link = isinstance(address, str) and address.startswith(("https://", "http://"))
    return str(address) if is_link and len(str(address)) <= _LONGEST_LINK else ""


def _width(heading: str, cells: list[Cell]) -> int:
    """Return how wide a column is: wide enough for most cells, so that few are broken."""
    lengths = sorted(len(str(cell)) for cell in cells if cell is not None)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    longest_word = max(map(len, heading.split()))
    # The button of the filter takes the place of three letters.
    return min(max(usual + 1, longest_word + 3, _NARROWEST), _WIDEST)


def _fitting(text: str) -> str:
    """Return a text as Excel takes it: its lines end as there, and it is not too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + _CUT
