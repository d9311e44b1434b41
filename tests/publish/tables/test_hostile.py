"""What people write into data does no harm in a spreadsheet, and right data stay as they are."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, PREFIXES
from si_graph.publish.tables import csv_files, workbook
from si_graph.publish.tables.csv_files import harmless
from si_graph.publish.tables.description import Column, Table
from si_graph.publish.tables.files import tables
from si_graph.publish.tables.rows import shown
from spreadsheets import cells, records
from spreadsheets import workbook as opened

if TYPE_CHECKING:
    from si_graph.publish.tables.rows import Row

TEXT = Column("text", {"nl": "Tekst"}, "string", "", "thing", is_address=False)
TEXTS = Column("texts", {"nl": "Teksten"}, "string", "; ", "", is_address=False)
NUMBER = Column("number", {"nl": "Getal"}, "integer", "", "", is_address=False)
THING = Column("thing", {"nl": "Adres"}, "string", "", "", is_address=True)
ONE = Table("one", {"nl": "Een"}, {"nl": "Een tabel"}, (TEXT, TEXTS, NUMBER, THING), ("thing",))
SIGNS = "=+-@＝＋－＠"
FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1",
    "  =1+1", "＝1+1", "goed; =1+1", "goed;=1+1", "regel\n=1+1", "regel\r\n+SUM(A1)", "-", "--1",
    "=", "-1; =2",
]  # fmt: skip
RIGHT = [
    "", "gemeenten", "a=b", "1-2", "10-12-2014", "-5", "+5", "-12,5", "+1.000,50", "e-mail",
    "x @ y", "Kamerstuk 33 009 nr. 9", "'s-Hertogenbosch", "C++", "goed; -5; +3", "; ;", "5 = 5",
    "jaar\n-3",
]  # fmt: skip
HOSTILE = """
@prefix si: <https://w3id.org/si-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix actor: <https://w3id.org/si-graph/id/actor/> .
<https://w3id.org/si-graph/ontology> <http://www.w3.org/2002/07/owl#versionInfo> "1.0.0" .
actor:a a si:Actor ; skos:prefLabel "=HYPERLINK(\\"https://evil.example/\\")"@nl ;
    skos:altLabel "@SUM(A1)"@nl , "goed"@nl , "een; twee"@nl .
actor:b a si:Actor ;
    skos:prefLabel "nul\\u0000 en bel\\u0007 en \\uFFFE, \\"aanhaling\\", komma"@nl .
actor:c a si:Actor ; skos:prefLabel "regel\\r\\nregel"@nl ; skos:altLabel "_x0041_"@nl .
actor:d a si:Actor ; skos:prefLabel "-5"@nl .
[] a si:Actor ; skos:prefLabel "zonder adres"@nl .
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path: Path = tmp_path_factory.mktemp("hostile") / "hostile.ttl"
    path.write_text(HOSTILE, encoding="utf-8")
    return dict(tables(KnowledgeGraph.load([path], reason=False), BASE))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_made_a_text_by_an_apostrophe(text: str) -> None:
    found = harmless(text)
    assert found.replace("'", "") == text.replace("'", "")
    assert len(found) == len(text) + 1


@pytest.mark.parametrize("text", RIGHT)
def test_right_data_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@settings(deadline=None)
@given(
    st.text(alphabet=st.sampled_from([*SIGNS, "1", "5", ",", ".", ";", " ", "\t", "\n", "\r", "a"]))
)
def test_no_cell_begins_with_a_sign_wherever_cells_begin(text: str) -> None:
    found = harmless(text)
    # Where a spreadsheet has semicolons between cells, it finds these.
    for line in found.replace("\r", "\n").replace("\t", "\n").replace(";", "\n").split("\n"):
        cell = line.strip()
        is_number = cell[1:2].isdigit() and set(cell[1:]) <= set("0123456789.,")
        assert cell[:1] not in tuple(SIGNS) or (cell[0] in "+-" and is_number)
    assert harmless(found) == found
    assert found.replace("'", "") == text


@settings(deadline=None)
@given(st.text(), st.lists(st.text(min_size=1), max_size=3), st.integers() | st.none())
def test_csv_is_read_back_as_it_was_written(
    text: str, several: list[str], number: int | None
) -> None:
    row: Row = {"text": shown(text), "number": number, "thing": "a"}
    row["texts"] = tuple(map(shown, several))
    written = csv_files.written(ONE, [row], "nl").decode()
    head, found = csv.reader(StringIO(written, newline=""), strict=True)
    assert head == ["Tekst", "Teksten", "Getal", "Adres"]
    assert found[0] == harmless(shown(text))
    assert found[2:] == ["" if number is None else str(number), "a"]
    assert "\x00" not in written


@settings(deadline=None)
@given(st.text(max_size=60), st.integers() | st.none())
def test_a_workbook_has_each_text_as_it_was(text: str, number: int | None) -> None:
    row: Row = {"text": shown(text), "texts": (), "number": number, "thing": BASE}
    data = workbook.written(workbook.Cover("Titel", "Over", []), [(ONE, [row])], "nl")
    _, found = cells(opened(data)["Een"])
    # Lines end in one way in Excel.
    assert (found[0] or "") == shown(text).replace("\r\n", "\n").replace("\r", "\n")
    assert found[1] is None
    assert found[3] == BASE
    assert str(found[2]) == str(number)


def test_no_cell_of_a_workbook_is_a_formula(files: dict[str, bytes]) -> None:
    book: Workbook = opened(files["si-graph.nl.xlsx"])
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            # Not even when somebody edits the cell.
            assert all(cell.quotePrefix for cell in row if str(cell.value).startswith(("=", "@")))
    titles = {row[0]: row for row in cells(book["Partijen"])}
    assert '=HYPERLINK("https://evil.example/")' in titles
    assert titles['=HYPERLINK("https://evil.example/")'][1] == "@SUM(A1); een, twee; goed"
    assert titles["regel\nregel"][1] == "_x0041_"
    assert 'nul\ufffd en bel\ufffd en \ufffd, "aanhaling", komma' in titles
    # A text that looks like a number is the text that it was.
    assert "-5" in titles


def test_csv_has_no_formula_and_keeps_the_rest(files: dict[str, bytes]) -> None:
    found = {row["Partij"]: row["Andere namen"] for row in records(files["actors.nl.csv"])}
    assert found == {
        '\'=HYPERLINK("https://evil.example/")': "'@SUM(A1); een, twee; goed",
        'nul\ufffd en bel\ufffd en \ufffd, "aanhaling", komma': "",
        "regel\r\nregel": "_x0041_",
        "-5": "",
    }


def test_a_question_about_what_is_not_there_is_left_out(files: dict[str, bytes]) -> None:
    asked = {row["Code"] for row in records(files["questions.nl.csv"])}
    # Of the parties named here one can ask; of social innovation, not.
    assert "CQ12" in asked
    assert "CQ01" not in asked


def test_a_thing_without_an_address_is_in_no_table(files: dict[str, bytes]) -> None:
    assert b"zonder adres" not in files["actors.nl.csv"]
    assert PREFIXES["actor"].encode() + b"d" in files["actors.nl.csv"]
