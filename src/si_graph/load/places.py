"""From bytes to the line and column that an editor shows."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.errors import InputError

UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Spot(NamedTuple):
    """A line and a column, counted from 1; the column is None where it is not told."""

    line: int
    column: int | None = None


def is_utf16(data: bytes) -> bool:
    """Tell whether a file starts in UTF-16, with or without its mark; no RDF starts with NUL."""
    return data.startswith(_UTF16_MARKS) or b"\0" in data[:4]


def place(data: bytes, offset: int) -> tuple[int, int]:
    """Return the line and the column, both counted from 1, of a byte in UTF-8 text."""
    before = data[:offset]
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].removeprefix(UTF8_MARK).decode("utf-8", "replace")) + 1
    return before.count(b"\n") + 1, column


def require_utf8(data: bytes, name: str) -> None:
    """Raise an `InputError` at the first byte that is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = place(data, error.start)
        raise wrong_encoding(name, line, column) from None


def wrong_encoding(name: str, line: int = 1, column: int = 1, found: str = "") -> InputError:
    """Return the error for a file that is not UTF-8."""
    what = f"the file is in {found}" if found else "this character is"
    return InputError(
        f"{what}, not UTF-8" if found else f"{what} not UTF-8",
        name,
        line,
        column,
        "Save the file as UTF-8 and try again.",
    )
