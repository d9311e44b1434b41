"""The folder beside a result in which an import works, so that it can go on if it is broken off.

It lies there because it may become as large as the result, and a temporary folder is often in
memory. One import at a time has it; the lock ends with its process, however that ends.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from si_graph import __version__
from si_graph.errors import EndpointError, SiGraphError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from si_graph.exchange.imports.inputs import Source
    from si_graph.exchange.imports.profiles import Profile

_MAPPED = "mapped-"


@contextmanager
def workplace(path: str) -> Iterator[str]:
    """Hold the folder of an import.

    After an import it is gone. After an error that would only come again, nothing is left of what
    was mapped, but what was fetched is kept.

    Args:
        path: The file that the import is to write.

    Raises:
        UsageError: Another import writes this file, or the folder is somebody else's.
    """
    directory, name = os.path.split(os.path.abspath(path))
    folder = os.path.join(directory, f".{name}.import")
    lock = _locked(folder, path)
    try:
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
    except SiGraphError as error:
        if not isinstance(error, EndpointError):
            _keep_mapped(folder, None)
        raise
    finally:
        with suppress(OSError):  # unless something is in it
            os.rmdir(folder)
        os.close(lock)


def place_of(folder: str, *options: str, profile: Profile, sources: Sequence[Source]) -> str:
    """Return the folder for what these sources are mapped to; what others gave is removed.

    Args:
        folder: The folder of the import.
        options: What else the result depends on.
        profile: The profile.
        sources: The files.
    """
    determinants = [
        __version__,
        options,
        dataclasses.asdict(profile),
        [digest(mapping) for mapping in profile.mappings()],
        [(one.name, one.sha256, one.modified.isoformat()) for one in sources],
    ]
    key = hashlib.sha256(json.dumps(determinants).encode()).hexdigest()[:32]
    _keep_mapped(folder, key)
    place = os.path.join(folder, _MAPPED + key)
    os.makedirs(place, exist_ok=True)
    return place


def digest(path: str) -> str:
    """Return the SHA-256 hash of a file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _keep_mapped(folder: str, key: str | None) -> None:
    """Remove what was mapped, but for one input."""
    for name in os.listdir(folder):
        if name.startswith(_MAPPED) and name != f"{_MAPPED}{key}":
            shutil.rmtree(os.path.join(folder, name))


def _locked(folder: str, path: str) -> int:
    """Make the folder if need be, and lock it; return the handle that holds the lock."""
    while True:
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:
            continue
        try:
            # Where others may write, they could have laid out what is to be gone on with.
            if os.fstat(handle).st_uid != os.geteuid():
                raise UsageError(f"{folder} belongs to somebody else\n  Choose another -o.")
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The import before may have removed it in the meantime.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(folder)):
                    return handle
        except BlockingIOError:
            os.close(handle)
            raise UsageError(
                f"{path}: another import writes this now\n"
                "  Wait until it ends, or choose another --name or -o."
            ) from None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
