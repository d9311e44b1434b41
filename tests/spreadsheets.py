"""Reads tables as those who get them do: CSV with Python's reader, workbooks with openpyxl."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

Records = list[dict[str, str]]


def records(data: bytes) -> Records:
    """Return the rows of a CSV file, each with its cells by heading."""
    return list(csv.DictReader(StringIO(data.decode(), newline="")))


def workbook(data: bytes) -> Any:
    """Return a workbook, with formulas as they stand."""
    return load_workbook(BytesIO(data))


def cells(sheet: Any) -> list[list[Any]]:
    """Return the values of a sheet, row by row."""
    return [[cell.value for cell in row] for row in sheet.iter_rows()]
