"""What is imported, as streams of bytes: files, gzipped ones, and those inside a ZIP archive.

Nothing is unpacked to disk, and everything together may unfold to a limit only: a few kilobytes
can hide terabytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zipfile
import zlib
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from si_graph.errors import InputError, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

GIGABYTE = 2**30
DEFAULT_LIMIT = 4 * GIGABYTE
_MOST_MEMBERS = 10_000
_BUFFER = 2**20
_DAMAGES = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


class Source(NamedTuple):
    """A file to import.

    Attributes:
        path: Where it is.
        name: What it is called in the graph: the name of the file, or the URL it came from.
        sha256: The hash of its bytes.
        size: Its size in bytes.
        modified: The day on which it was last changed, as far as is known.
    """

    path: str
    name: str
    sha256: str
    size: int
    modified: date


class Part(NamedTuple):
    """One file to read: a source itself, or one inside it.

    Attributes:
        name: What messages call it.
        plain_name: Its name without `.gz`, which says what it holds.
        open: Opens it.
        path: The file, where it is one that is not packed.
    """

    name: str
    plain_name: str
    open: Callable[[], IO[bytes]]
    path: str | None = None

    @property
    def extension(self) -> str:
        """What its name ends with, in lower case."""
        return Path(self.plain_name).suffix.lower()


class Budget:
    """How much may be read of what is packed, all files together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit

    def spend(self, count: int, name: str) -> None:
        """Count bytes.

        Raises:
            LimitError: Those were too many.
        """
        self._left -= count
        if self._left < 0:
            raise LimitError(
                f"{name}: this unfolds to more than the limit of {self._limit:,} bytes\n"
                "  Set --limit higher if you trust it."
            )


def source_of(path: str, name: str | None = None, modified: date | None = None) -> Source:
    """Return what is to be known of a file before it is read.

    Raises:
        InputError: There is no such file, or it cannot be read.
    """
    try:
        with open(path, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            state = os.fstat(stream.fileno())
    except FileNotFoundError:
        raise InputError("there is no such file", path) from None
    except OSError as error:
        raise InputError(f"this cannot be read ({error.strerror})", path) from None
    day = modified or datetime.fromtimestamp(state.st_mtime, UTC).date()
    return Source(path, name or os.path.basename(path), digest, state.st_size, day)


def parts_of(source: Source, budget: Budget) -> list[Part]:
    """Return the files to read of a source: several where it is an archive.

    Raises:
        InputError: The archive is damaged.
    """
    with _damage_told(source.path):
        if not zipfile.is_zipfile(source.path):
            return [_part(source.path, source.path, lambda: open(source.path, "rb"), budget)]
        archive = zipfile.ZipFile(source.path)
        members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > _MOST_MEMBERS:
        raise LimitError(f"{source.path}: the archive has more than {_MOST_MEMBERS:,} files")
    return [_member(source.path, archive, one, budget) for one in members]


def _member(path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Part:
    name = f"{path}/{info.filename}"

    def opened() -> IO[bytes]:
        with _damage_told(name):
            if info.flag_bits & 1:
                raise InputError("this file is locked by a password", name)
            return _bounded(archive.open(info), name, budget)

    return _part(name, info.filename, opened, budget)


def _part(name: str, file_name: str, opened: Callable[[], IO[bytes]], budget: Budget) -> Part:
    if not file_name.lower().endswith(".gz"):
        return Part(name, file_name, opened, name if name == file_name else None)
    return Part(
        name, file_name[:-3], lambda: _bounded(gzip.GzipFile(fileobj=opened()), name, budget)
    )


def _bounded(stream: IO[bytes] | gzip.GzipFile, name: str, budget: Budget) -> IO[bytes]:
    return io.BufferedReader(_Bounded(stream, name, budget), _BUFFER)


class _Bounded(io.RawIOBase):
    """An unpacked stream that ends in an error once too much has come out."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, name: str, budget: Budget) -> None:
        self._stream = stream
        self._name = name
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        with _damage_told(self._name):
            data = self._stream.read(len(view))
        self._budget.spend(len(data), self._name)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGES as error:
        raise InputError(
            f"the packed file is damaged or not complete ({error})",
            name,
            hint="Get it again from where it came from.",
        ) from None
    except OSError as error:
        raise InputError(f"this cannot be read ({error.strerror or error})", name) from None
