"""Where in a file each statement stands, for reports that an editor can jump to.

The parsers tell no positions, but take in no more than they need for the next statement. So they
are handed the file piece by piece, and what they took last is where the statement ends. This is
slower than parsing alone; it is for files in which something was found. Only of a text in a
list the place is rough: it lies before the next member's end, which the parser has to read first.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, cast
from xml.parsers import expat

from pyoxigraph import RdfFormat, parse

from si_graph.load.files import open_bytes, parse_file, prepared
from si_graph.load.json_places import JsonCursor
from si_graph.load.places import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

# Of longer lines no columns are told: the parsers are slow on pieces of them.
_LINE_BYTES = 2**16
# Ends where the parsers can finish a statement: after a name, or after what separates objects.
_TURTLE_PIECE = re.compile(rb"[^\s,;]*[\s,;]*")
_XML_PIECE = re.compile(rb"[^>]*>?")
_SUFFIX = rb"(?:@[\w-]+|\s*\^\^\s*(?:<[^>]*>|[^\s,;<>\[\](){}\"']*))?"
_TOKEN = re.compile(
    rb"(?P<comment>#[^\n]*)|(?P<mark>[.,;{}])"
    rb'|"""(?:[^"\\]|\\.|"(?!""))*"""'
    + _SUFFIX
    + rb"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    + _SUFFIX
    # Short strings last: the sign of a long one begins with an empty short one.
    + rb'|"(?:[^"\\\n]|\\.)*"'
    + _SUFFIX
    + rb"|'(?:[^'\\\n]|\\.)*'"
    + _SUFFIX
    + rb"|<[^>\n]*>|[\[\]()]|(?:[^\s,;<>\[\](){}\"'#\\]|\\.)+|.",
    re.S,
)


class Cursor(Protocol):
    """Where the last statement stands; asked before the next one is read."""

    def subject(self) -> Spot:
        """Return where its subject is named, or else its object."""
        ...

    def object(self) -> Spot:
        """Return where its object is written."""
        ...


def parse_placed(path: str | Path) -> Iterator[tuple[Quad, Cursor]]:
    """Parse a file that is known to be sound into quads, each with where it stands.

    The quads and their order are those of `parse_file`.

    Args:
        path: The file, as for `parse_file`.

    Yields:
        The quads, and what tells the place of the quad last yielded.
    """
    name = os.fspath(path)
    base = Path(name).absolute().as_uri()
    with open_bytes(name) as stream:
        source, syntax = prepared(stream, name)
        if syntax == RdfFormat.JSON_LD:
            index = JsonCursor(source.read().decode("utf-8"), base)
            for quad in parse_file(path):
                index.current = quad
                yield quad, index
            return
        cursor: _TextCursor | _XmlCursor
        if syntax == RdfFormat.RDF_XML:
            cursor = _XmlCursor(source, _count_lines(name) - source.count(b"\n"))
        else:
            is_by_line = syntax in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
            cursor = (_LineCursor if is_by_line else _TextCursor)(source)
        for quad in parse(
            cast("IO[bytes]", cursor), format=syntax, base_iri=base, rename_blank_nodes=True
        ):
            yield quad, cursor
            cursor.next()


def _count_lines(name: str) -> int:
    with open_bytes(name) as stream:
        return stream.read().count(b"\n")


class _TextCursor:
    """Hands out Turtle and its relatives; keeps the text from the line of the last statement on."""

    _PIECE = _TURTLE_PIECE

    def __init__(self, stream: IO[bytes]) -> None:
        lines = iter(lambda: stream.readline(_LINE_BYTES), b"")
        self._pieces = (piece for line in lines for piece in self._parted(line) if piece)
        self._rest = b""
        self._text = bytearray()
        self._line = 1
        self._is_long = False
        self._is_ended = True
        self._done = 0

    def read(self, size: int) -> bytes:
        rest = self._rest or next(self._pieces, b"")
        part, self._rest = rest[:size], rest[size:]
        self._text += part
        return part

    def next(self) -> None:
        """Go on to the next statement."""
        start = self._text.rfind(b"\n", self._done) + 1
        if start:
            self._line += self._text.count(b"\n", 0, start)
            del self._text[:start]
        elif len(self._text) >= _LINE_BYTES:
            self._text.clear()
        self._done = len(self._text)

    def subject(self) -> Spot:
        tokens = self._tokens()
        whole = len(tokens) >= 3 and not any(mark for _, mark in tokens[-3:])
        return self._spot(tokens[-3][0] if whole else tokens[-1][0])

    def object(self) -> Spot:
        return self._spot(self._tokens()[-1][0])

    def _parted(self, line: bytes) -> list[bytes]:
        is_part = len(line) >= _LINE_BYTES
        self._is_long = is_part or (self._is_long and not self._is_ended)
        self._is_ended = line.endswith(b"\n")
        return [line] if is_part else self._PIECE.findall(line)

    def _tokens(self) -> list[tuple[int, bool]]:
        """Return the offsets of the tokens up to the object, and whether each is punctuation."""
        if self._is_long:
            return [(len(self._text.rstrip()), False)]
        # What came before may have been the end of a string.
        tokens = [
            (found.start(), found["mark"] is not None)
            for found in _TOKEN.finditer(self._text, self._done)
            if not found["comment"] and not found[0].isspace()
        ]
        while tokens and tokens[-1][1]:
            tokens.pop()
        return tokens or [(self._done, False)]

    def _spot(self, offset: int) -> Spot:
        before = self._text[:offset]
        lines = before.count(b"\n")
        if self._is_long:
            return Spot(self._line + lines)
        start = before.rfind(b"\n") + 1
        return Spot(self._line + lines, len(before[start:].decode("utf-8", "replace")) + 1)


class _LineCursor(_TextCursor):
    """Hands out N-Triples and N-Quads, where a line is a statement and may end with its graph."""

    _PIECE = re.compile(rb".+", re.S)

    def subject(self) -> Spot:
        return self._spot(self._tokens()[0][0])

    def object(self) -> Spot:
        return self._spot(self._tokens()[:3][-1][0])


class _XmlCursor:
    """Hands out RDF/XML tag by tag, and lets expat say where the tag of the statement began."""

    def __init__(self, data: bytes, shift: int) -> None:
        self._pieces = (found[0] for found in _XML_PIECE.finditer(data) if found[0])
        self._rest = b""
        # The document type may have been rewritten into fewer lines.
        self._shift = shift
        self._open: list[Spot] = []
        self._last = Spot(1, 1)
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, size: int) -> bytes:
        rest = self._rest or next(self._pieces, b"")
        part, self._rest = rest[:size], rest[size:]
        self._parser.Parse(part, False)
        return part

    def next(self) -> None:
        """Go on to the next statement."""

    def subject(self) -> Spot:
        # The last tag may be the end of a property; the node around it is still open.
        return self._open[-1] if self._open else self._last

    def object(self) -> Spot:
        return self._last

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber + self._shift
        self._last = Spot(line, self._parser.CurrentColumnNumber + 1)
        self._open.append(self._last)

    def _end(self, _name: str) -> None:
        self._last = self._open.pop()
