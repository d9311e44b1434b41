"""The folder of a site: written aside, and put in its place in one step.

A folder that holds anything else than a site that was written here is left alone.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import si_graph
from si_graph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from si_graph.publish.static.making import File

MANIFEST = "published.json"
"""The list of a site's files, by which a site is known as one of ours."""

_EXCHANGE = 2
_HERE = -100


class Folder:
    """A folder that a site is written to."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folders: set[str] = set()

    def write(self, files: Iterable[File]) -> dict[str, str]:
        """Write files, and return the checksum of each."""
        written = {}
        for path, data in files:
            full = os.path.join(self._path, path)
            parent = os.path.dirname(full)
            if parent not in self._folders:
                os.makedirs(parent, exist_ok=True)
                self._folders.add(parent)
            with open(full, "xb") as stream:
                stream.write(data)
            written[path] = hashlib.sha256(data).hexdigest()
        return written

    def list(self, files: Mapping[str, str], address: str) -> None:
        """Write the list of files."""
        listed = {"generator": f"si-graph {si_graph.__version__}", "address": address,
                  "files": dict(sorted(files.items()))}  # fmt: skip
        with open(os.path.join(self._path, MANIFEST), "x", encoding="utf-8") as stream:
            json.dump(listed, stream, indent=1)
            stream.write("\n")


def require_ours(directory: str) -> None:
    """Require that a folder can be replaced: it is not there, or empty, or a site of ours.

    Raises:
        UsageError: Something else is there.
    """
    if not os.path.lexists(directory):
        return
    if os.path.islink(directory) or not os.path.isdir(directory):
        raise UsageError(f"{directory} is no folder; it was left as it is")
    others = _others(directory)
    if others:
        shown = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        raise UsageError(
            f"{directory} holds what no earlier site had ({shown}); it was left as it is\n"
            "  Publish to a folder of its own, and copy the site from there."
        )


@contextmanager
def replacing(directory: str) -> Iterator[str]:
    """Give a new folder to write a site to; it takes the place of the old one at the end.

    Whatever happens meanwhile, the old one stays as it is.

    Args:
        directory: The folder of the site.
    """
    directory = os.path.abspath(directory)
    require_ours(directory)
    parent, name = os.path.split(directory)
    os.makedirs(parent, exist_ok=True)
    prefix = f".{name}.publishing-"
    _remove_abandoned(parent, prefix)
    aside = tempfile.mkdtemp(prefix=prefix, dir=parent)
    # Held as long as this process lives, so that others see that the folder is not abandoned.
    lock = os.open(aside, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.chmod(aside, 0o755)  # noqa: S103 - it is made to be read by all
        yield aside
        require_ours(directory)
        _put(aside, directory)
    finally:
        os.close(lock)
        shutil.rmtree(aside, ignore_errors=True)


def _put(aside: str, directory: str) -> None:
    """Put a folder in the place of another, which then stands where it was."""
    if not os.path.isdir(directory) or not os.listdir(directory):
        os.rename(aside, directory)
        return
    if _exchange(aside, directory):
        return
    # Without an exchange there is a moment without any site; a whole one stands beside it then.
    old = f"{aside}-old"
    os.rename(directory, old)
    os.rename(aside, directory)
    os.rename(old, aside)


def _exchange(one: str, other: str) -> bool:
    """Let two folders change places in one step, where the system can do that."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    done = library.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return bool(done == 0)


def _others(directory: str) -> list[str]:
    """Return what is in a folder that no site of ours put there."""
    try:
        with open(os.path.join(directory, MANIFEST), encoding="utf-8") as stream:
            ours = set(json.load(stream)["files"]) | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    found = [
        os.path.relpath(os.path.join(folder, name), directory)
        for folder, _, names in os.walk(directory)
        for name in names
    ]
    return sorted(set(found) - ours)


def _remove_abandoned(parent: str, prefix: str) -> None:
    """Remove what earlier runs left that were ended before their end."""
    for name in os.listdir(parent):
        if not name.startswith(prefix):
            continue
        path = os.path.join(parent, name)
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
