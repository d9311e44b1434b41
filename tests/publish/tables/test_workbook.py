"""The workbook: what a civil servant opens in Excel, in Dutch or in English."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, PREFIXES
from si_graph.publish.tables import workbook as made
from si_graph.publish.tables.description import LANGUAGES, Column, Table, described, file_name
from si_graph.query.release import release
from spreadsheets import cells, records, workbook

TABLES = described()
COVERS = {"nl": "Over deze werkmap", "en": "About this workbook"}
EMPTY = made.Cover("Titel", "Over", [])


@pytest.fixture(scope="module")
def books(published: dict[str, bytes]) -> dict[str, Any]:
    return {lang: workbook(published[f"si-graph.{lang}.xlsx"]) for lang in LANGUAGES}


def as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_a_sheet_for_each_table_after_the_cover(books: dict[str, Any], lang: str) -> None:
    names = books[lang].sheetnames
    assert names == [COVERS[lang], *(table.titles[lang] for table in TABLES)]
    assert all(len(name) <= 31 for name in names)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_sheet_has_the_cells_of_the_csv_file(
    books: dict[str, Any], published: dict[str, bytes], table: Table, lang: str
) -> None:
    head, *rows = cells(books[lang][table.titles[lang]])
    assert head == [column.titles[lang] for column in table.columns]
    expected = records(published[file_name(table.name, lang)])
    assert [dict(zip(head, map(as_text, row), strict=True)) for row in rows] == expected
    kinds = {column.titles[lang]: column.datatype for column in table.columns}
    for row in rows:
        for name, cell in zip(head, row, strict=True):
            wanted = {"integer": int, "boolean": bool}.get(kinds[name], str)
            assert cell is None or type(cell) is wanted


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_headings_stay_in_sight_and_can_be_filtered(books: dict[str, Any], lang: str) -> None:
    for table in TABLES:
        sheet = books[lang][table.titles[lang]]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        assert all(9 <= width <= 61 for width in widths)
        # Texts are broken at the edge of a cell rather than hidden.
        for cell, column in zip(sheet[2], table.columns, strict=True):
            assert cell.value is None or cell.alignment.wrap_text is not column.is_address
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$1"
        last = sheet.print_area.rpartition("$")[0].rpartition("$")[2]
        assert sheet[f"{last}1"].column == sum(not one.is_address for one in table.columns)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_name_leads_to_the_page_of_the_thing(books: dict[str, Any], lang: str) -> None:
    leads = {
        cell.value: link(cell)
        for title in ("Partijen", "Actors")
        if title in books[lang].sheetnames
        for cell in books[lang][title]["A"][1:]
    }
    municipalities = {"nl": "gemeenten", "en": "municipalities"}[lang]
    assert leads[municipalities] == PREFIXES["actor"] + "municipalities"
    assert all(url.startswith(BASE) for url in leads.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_address_is_a_link_to_itself(books: dict[str, Any], lang: str) -> None:
    count = 0
    for sheet in books[lang].worksheets[1:]:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if str(cell.value).startswith(BASE):
                    assert link(cell) == cell.value
                    count += 1
    assert count > 1000


def link(cell: Any) -> str:
    found = cell.hyperlink
    return f"{found.target}#{found.location}" if found.location else str(found.target)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_sheet_says_what_it_is(
    graph: KnowledgeGraph, books: dict[str, Any], lang: str
) -> None:
    sheet = books[lang].worksheets[0]
    told = {row[0].value: row[1] for row in sheet.iter_rows() if row[0].value}
    licence = "https://creativecommons.org/licenses/by/4.0/"
    words = {
        "nl": ("Bron", "Licentie", "Uitgave", "Datum"),
        "en": ("Source", "Licence", "Release", "Date"),
    }
    source, terms, edition, date = words[lang]
    assert link(told[source]) == PREFIXES["awt84"] + "advice"
    assert "84" in told[source].value
    assert link(told[terms]) == licence
    assert told[edition].value == release(graph.store).version == "1.0.0"
    assert told[date].value == {"nl": "24 november 2026", "en": "24 November 2026"}[lang]
    assert sheet["A1"].value.startswith("SI-Graph: ")
    assert len(sheet["B2"].value) > 100
    for table in TABLES:
        title = table.titles[lang]
        (row,) = [row for row in sheet.iter_rows() if row[0].value == title]
        assert row[0].hyperlink.location.strip("'").replace("'!", "!") == f"{title}!A1"
        assert row[1].value == table.descriptions[lang]
        assert row[2].value == books[lang][title].max_row - 1


def test_a_workbook_says_nothing_of_the_time_or_place_of_its_making(
    published: dict[str, bytes],
) -> None:
    with zipfile.ZipFile(BytesIO(published["si-graph.nl.xlsx"])) as book:
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}
        core = book.read("docProps/core.xml").decode()
    assert "2000-01-01T00:00:00Z" in core
    assert "2026" not in core


TEXT = Column("text", {"nl": "Tekst"}, "string", "", "thing", is_address=False)
NUMBER = Column("number", {"nl": "Getal"}, "integer", "", "", is_address=False)
THING = Column("thing", {"nl": "Adres"}, "string", "", "", is_address=True)
ONE = Table("one", {"nl": "Een"}, {"nl": "Een tabel"}, (TEXT, NUMBER, THING), ("thing",))


def test_what_excel_cannot_take_is_cut_where_one_sees_it() -> None:
    rows: list[Any] = [
        {"text": "a" * 40_000, "number": 2**60, "thing": BASE + "b" * 3_000},
        {"text": "kort", "number": 5, "thing": "urn:x:y"},
    ]
    _, first, second = cells(workbook(made.written(EMPTY, [(ONE, rows)], "nl"))["Een"])
    assert first[0] == "a" * 32_766 + "…"
    # As a number it would no longer be the same one.
    assert first[1] == str(2**60)
    assert first[2] == BASE + "b" * 3_000
    assert second == ["kort", 5, "urn:x:y"]


def test_more_links_than_excel_takes_are_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "_MOST_LINKS", 3)
    rows: list[Any] = [{"text": "t", "number": n, "thing": f"{BASE}{n}"} for n in range(4)]
    sheet = workbook(made.written(EMPTY, [(ONE, rows)], "nl"))["Een"]
    assert [row[2] for row in cells(sheet)[1:]] == [row["thing"] for row in rows]
    assert sum(cell.hyperlink is not None for row in sheet.iter_rows() for cell in row) == 3


def test_a_table_without_rows_is_a_sheet_with_headings() -> None:
    assert cells(workbook(made.written(EMPTY, [(ONE, [])], "nl"))["Een"]) == [
        ["Tekst", "Getal", "Adres"]
    ]
