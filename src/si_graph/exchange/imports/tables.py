"""Rows of a table (CSV or TSV), one after the other, however the file is broken.

A quotation mark that is never closed would swallow the rows after it, so after a fault in the
quotes reading goes on at the next line.
"""

from __future__ import annotations

import csv
import io
from typing import IO, TYPE_CHECKING

from si_graph.errors import InputError
from si_graph.exchange.imports.columns import Reader, Refused, encoded
from si_graph.exchange.imports.report import Fault
from si_graph.load.places import is_utf16, wrong_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.exchange.imports.profiles import Table

DELIMITERS = ";,\t|"
_LONGEST_LINE = 2**24


class Sheet:
    """An open table: its head has been read, its rows have not."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        """Read the head.

        Raises:
            InputError: The file is empty, or is no text in UTF-8.
        """
        self._name = name
        head = stream.peek(4) if isinstance(stream, io.BufferedReader) else b""
        if is_utf16(head):
            raise wrong_encoding(name, found="UTF-16")
        # Bytes that are no UTF-8 pass as lone surrogates, which are refused with their row.
        text = io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="")
        self._lines = _Lines(text, name)
        first = next(self._lines, "")
        if not first.strip():
            raise InputError("the table is empty", name, 1)
        self.delimiter = max(DELIMITERS, key=first.count)
        self._lines.begin_again()
        # Values that tabs separate have no quotation marks around them (IANA's definition).
        has_quotes = self.delimiter != "\t"
        self._reader = csv.reader(
            self._lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if has_quotes else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            self.titles = [one.strip() for one in next(self._reader)]
        except csv.Error as error:
            raise InputError(f"the head of the table is malformed: {error}", name, 1) from None
        if not _is_sound("".join(self.titles)):
            raise InputError("the head of the table is not text in UTF-8", name, 1)

    def records(self, table: Table) -> Iterator[bytes | Fault]:
        """Go through the rows, each as a record in JSON or as what is wrong with it."""
        reader = Reader(table.columns, self.titles)
        width = len(self.titles)
        while True:
            line = self._lines.begin_row()
            try:
                cells = next(self._reader)
                if len(cells) != width:
                    if not cells:
                        continue
                    raise Refused(f"the row has {len(cells)} cells and the head {width}")
                yield encoded(reader.record(cells))
            except StopIteration:
                return
            except csv.Error:
                self._lines.begin_again(after_first=True)
                yield Fault(self._name, line, "the quotation marks are broken")
            except Refused as refused:
                yield Fault(self._name, line, refused.reason, refused.value)


class _Lines:
    """Lines with their numbers, which can be read again from the beginning of the row."""

    def __init__(self, text: io.TextIOWrapper, name: str) -> None:
        self._text = text
        self._name = name
        self._row: list[str] = []
        self._again: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._text.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == _LONGEST_LINE:
            raise InputError(
                f"this line is longer than {_LONGEST_LINE:,} characters",
                self._name,
                self._number + 1,
            )
        self._row.append(line)
        self._number += 1
        return line

    def begin_row(self) -> int:
        """Forget the lines of the last row; return the number of the next line."""
        self._row.clear()
        return self._number + 1

    def begin_again(self, *, after_first: bool = False) -> None:
        """Hand out the lines of this row again, all or all but the first."""
        lines = self._row[1:] if after_first else self._row
        self._again += reversed(lines)
        self._number -= len(lines)
        self._row = []


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
