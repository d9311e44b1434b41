"""The result of an import as it grows, piece by piece; whole pieces outlive the process.

Beside the result stands how far it goes. What was written after the last whole piece is cut off
when an import goes on. Where a piece ends depends on the data only, so the bytes are the same
whether or not an import was broken off.
"""

from __future__ import annotations

import gzip
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from si_graph.store.writing import replacing, take_place

if TYPE_CHECKING:
    from typing import IO

    from si_graph.exchange.imports.mapping import Mapped

PIECE = 2**25
"""How many bytes of N-Triples make a piece: some seconds of work."""


class Done(NamedTuple):
    """How far an import is.

    Attributes:
        steps: How many steps were taken.
        rows: How many rows were read for them.
        statements: How many statements they gave.
        size: How many bytes of the result that makes.
    """

    steps: int = 0
    rows: int = 0
    statements: int = 0
    size: int = 0


class Pieces:
    """N-Quads that are written, packed or not, and how far that is."""

    def __init__(self, folder: str, graph: str, *, is_packed: bool) -> None:
        """Go on where an import in this folder stopped, or begin.

        Args:
            folder: The folder of this import.
            graph: The IRI of the graph that the statements are in.
            is_packed: Whether the result is gzipped.
        """
        self._path = os.path.join(folder, "result")
        self._state = os.path.join(folder, "done.json")
        self._ending = f" <{graph}> .\n".encode()
        self._is_packed = is_packed
        self._file = open(self._path, "ab")  # noqa: SIM115 - open as long as this is
        self._piece: IO[bytes] | gzip.GzipFile | None = None
        self._unfinished = 0
        self.done = self._done_before()
        self._file.truncate(self.done.size)

    def add(self, mapped: Mapped) -> None:
        """Write what came of a step."""
        self.write(mapped.triples)
        self.done = self.done._replace(
            steps=self.done.steps + 1,
            rows=self.done.rows + mapped.rows,
            statements=self.done.statements + mapped.triples.count(b"\n"),
        )
        if self._unfinished >= PIECE:
            self._finish_piece()

    def write(self, triples: bytes) -> None:
        """Write N-Triples that are no part of a step."""
        if self._piece is None:
            # Without a name and a time in its head, the same content gives the same file.
            self._piece = (
                gzip.GzipFile("", "wb", 6, self._file, mtime=0) if self._is_packed else self._file
            )
        # In N-Triples no line ends within a literal, so this is the end of a statement.
        self._piece.write(triples.replace(b" .\n", self._ending))
        self._unfinished += len(triples)

    def finish(self, path: str) -> None:
        """Let what was written be the result."""
        self._finish_piece()
        self._file.close()
        take_place(self._path, path)

    def close(self) -> None:
        """Leave off; the pieces that are whole are kept."""
        self._piece = None
        self._file.close()

    def _finish_piece(self) -> None:
        if isinstance(self._piece, gzip.GzipFile):
            self._piece.close()
        self._piece = None
        self._unfinished = 0
        self._file.flush()
        os.fsync(self._file.fileno())
        self.done = self.done._replace(size=os.fstat(self._file.fileno()).st_size)
        with replacing(self._state) as stream:
            stream.write(json.dumps(self.done).encode())

    def _done_before(self) -> Done:
        with suppress(FileNotFoundError), open(self._state, "rb") as stream:
            done = Done(*json.load(stream))
            if done.size <= os.path.getsize(self._path):
                return done
        return Done()
