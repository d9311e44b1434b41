"""Records of an XML document, such as a code list in Genericode, one after the other.

Each child element of a record is a member, named by its `ColumnRef` (Genericode) or by its own
name. The attributes of the root, such as the language of the document, are members of every record.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any
from xml.parsers import expat

from si_graph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PORTION = 2**16


def xml_objects(stream: IO[bytes], name: str, element: str) -> Iterator[tuple[int, Any]]:
    """Go through the records with their lines.

    Args:
        stream: The document.
        name: What messages call it.
        element: The name of the element of a record.

    Raises:
        InputError: The document is malformed, or declares entities.
    """
    reader = _Reader(name, element)
    while data := stream.read(_PORTION):
        reader.feed(data)
        yield from reader.taken()
    reader.feed(b"", is_last=True)


class _Reader:
    """Collects records from what the parser reports."""

    def __init__(self, name: str, element: str) -> None:
        self._name = name
        self._element = element
        self._found: list[tuple[int, Any]] = []
        self._root: dict[str, Any] | None = None
        self._record: dict[str, Any] | None = None
        self._depth = 0
        self._line = 0
        self._member = ""
        self._texts: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.EntityDeclHandler = self._entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, data: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code)
            raise InputError(
                f"the XML is malformed: {message}", self._name, error.lineno, error.offset + 1
            ) from None

    def taken(self) -> list[tuple[int, Any]]:
        found, self._found = self._found, []
        return found

    def _entity(self, name: str, *_: object) -> None:
        # Entities can hold others and blow up to fill the memory, or fetch what is elsewhere.
        raise InputError(
            f"the entity {name!r} is refused: data needs none",
            self._name,
            self._parser.CurrentLineNumber,
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if self._root is None:
            self._root = {_local(key): value for key, value in attributes.items()}
        if self._record is not None:
            self._depth += 1
            if self._depth == 1:
                self._member = attributes.get("ColumnRef", local)
                self._texts = []
            if self._depth <= 2:  # a member, or one of its values
                self._texts.append("")
        elif local == self._element:
            self._record = dict(self._root)
            self._depth = 0
            self._line = self._parser.CurrentLineNumber

    def _text(self, data: str) -> None:
        if self._record is not None and self._texts:
            self._texts[-1] += data

    def _end(self, name: str) -> None:
        if self._record is None:
            return
        if self._depth == 0:
            self._found.append((self._line, self._record))
            self._record = None
            return
        self._depth -= 1
        if self._depth == 0:
            values = [text.strip() for text in self._texts if text.strip()]
            before = self._record.get(self._member, [])
            together = (before if isinstance(before, list) else [before]) + values
            if together:
                self._record[self._member] = together[0] if len(together) == 1 else together
            self._texts = []


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
