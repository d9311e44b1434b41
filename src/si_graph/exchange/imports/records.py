"""Records of a JSON document, one after the other, with the line that each begins at.

A list of records, or one record a line, is read as a stream of any length; any other document is
read as a whole, as far as that is allowed.
"""

from __future__ import annotations

import io
import json
import re
from typing import IO, TYPE_CHECKING, Any

from si_graph.errors import InputError, LimitError
from si_graph.exchange.imports.columns import Refused, checked, encoded
from si_graph.exchange.imports.report import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.exchange.imports.profiles import Table

LARGEST_RECORD = 2**26
"""How many characters one record, or a document that is no list, may have."""

_PORTION = 2**20
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()
# A member of this kind would be an instruction to the JSON-LD reader, not data.
_KEYWORD = "@"


def json_objects(stream: IO[bytes], name: str, path: str = "") -> Iterator[tuple[int, Any]]:
    """Go through the records of a JSON document with their lines.

    Args:
        stream: The document.
        name: What messages call it.
        path: The members that lead to the records where the document is no list.

    Raises:
        InputError: The document is no JSON, or ends halfway.
        LimitError: One record is too large.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="")
    reader = _Stream(text, name)
    is_list = reader.begins_with("[")
    while (found := reader.next_value()) is not None:
        line, value = found
        if is_list or not path or not isinstance(value, dict):
            yield line, value
        else:
            yield from ((line, one) for one in _inside(value, path, name))
    reader.require_end(is_list)


def records(objects: Iterable[tuple[int, Any]], name: str, table: Table) -> Iterator[bytes | Fault]:
    """Go through records with their lines, each as JSON or as what is wrong with it."""
    for line, value in objects:
        try:
            if not isinstance(value, dict):
                raise Refused("this is no record with members")
            yield encoded(_without_keywords(checked(table.columns, value)))
        except Refused as refused:
            yield Fault(name, line, refused.reason, refused.value)
        except RecursionError:
            yield Fault(name, line, "the record is nested too deeply")


class _Stream:
    """Values that stand one after the other in a text that is read in portions."""

    def __init__(self, text: io.TextIOWrapper, name: str) -> None:
        self._text = text
        self._name = name
        self._buffer = ""
        self._position = 0
        self._line = 1
        self._is_whole = False

    def begins_with(self, mark: str) -> bool:
        """Tell whether this comes next; if so, go past it."""
        self._skip()
        if not self._buffer.startswith(mark, self._position):
            return False
        self._position += len(mark)
        return True

    def next_value(self) -> tuple[int, Any] | None:
        """Return the next value and its line, or None where no value begins."""
        self._skip()
        if self._position == len(self._buffer) or self._buffer[self._position] == "]":
            return None
        size = _PORTION
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._position)
                if end == len(self._buffer) and not self._is_whole:
                    raise json.JSONDecodeError("a number may go on", self._buffer, end)
            except json.JSONDecodeError as error:
                if self._is_whole:
                    raise self._error(error) from None
                self._read(size)
                size *= 2
            except RecursionError:
                raise InputError("this is nested too deeply", self._name, self._line) from None
            else:
                line = self._line
                self._go_to(end)
                return line, value

    def require_end(self, is_list: bool) -> None:
        """Check that nothing is missing or left.

        Raises:
            InputError: The list is not closed, or something stands after it.
        """
        if is_list and not self.begins_with("]"):
            raise InputError("the list ends halfway", self._name, self._line)
        self._skip()
        if self._position < len(self._buffer):
            raise InputError("something stands after the end", self._name, self._line)

    def _skip(self) -> None:
        while True:
            match = _BETWEEN.match(self._buffer, self._position)
            self._go_to(match.end() if match else self._position)
            if self._position < len(self._buffer) or self._is_whole:
                return
            self._read(_PORTION)

    def _go_to(self, end: int) -> None:
        self._line += self._buffer.count("\n", self._position, end)
        self._position = end

    def _read(self, size: int) -> None:
        data = self._text.read(size)
        self._is_whole = not data
        self._buffer = self._buffer[self._position :] + data
        self._position = 0
        if len(self._buffer) > LARGEST_RECORD:
            raise LimitError(
                f"{self._name}: one record is larger than {LARGEST_RECORD:,} characters"
            )

    def _error(self, error: json.JSONDecodeError) -> InputError:
        line = self._line + self._buffer.count("\n", self._position, error.pos)
        column = error.pos - self._buffer.rfind("\n", 0, error.pos)
        return InputError(f"the JSON is malformed: {error.msg}", self._name, line, column)


def _inside(value: Any, path: str, name: str) -> list[Any]:
    for member in path.split("."):
        value = value.get(member) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise InputError(f"there are no records at {path} in this document", name, 1)
    return value


def _without_keywords(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_keywords(one)
            for name, one in value.items()
            if not name.startswith(_KEYWORD)
        }
    if isinstance(value, list):
        return [_without_keywords(one) for one in value]
    return value
