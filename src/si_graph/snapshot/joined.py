"""The bundled graph together with imported ones, in a store that is kept for the next time."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tempfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, cast

from pyoxigraph import DefaultGraph, RdfFormat, parse
from pyoxigraph import Store as Oxigraph

from si_graph import locations
from si_graph.errors import SnapshotError, UnknownError
from si_graph.namespaces import IMPORTS
from si_graph.snapshot.manifest import ASSERTED, CLOSURE
from si_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO

    from pyoxigraph import Quad

    from si_graph.snapshot.snapshot import Snapshot

    Progress = Callable[[str, int, int], None]

_SUFFIX = ".nq.gz"


class Import(NamedTuple):
    """An imported graph: its name, and the file that it is kept in."""

    name: str
    path: str


def imports() -> list[str]:
    """Return the names of the imported graphs."""
    try:
        files = os.listdir(locations.imports())
    except OSError:
        return []
    return sorted(
        file.removesuffix(_SUFFIX)
        for file in files
        if file.endswith(_SUFFIX) and not file.startswith(".")
    )


def find_import(name: str) -> Import:
    """Return an imported graph by its name.

    Raises:
        UnknownError: There is none of that name; names those that there are.
    """
    known = imports()
    if name not in known:
        there = f"There are {', '.join(known)}." if known else "`si-graph import` makes them."
        raise UnknownError(f"nothing is imported under the name {name!r}\n  {there}", known)
    return Import(name, os.path.join(locations.imports(), name + _SUFFIX))


class Joined:
    """The bundled graph and imported ones.

    Attributes:
        store: The store to ask.
    """

    def __init__(self, store: EmbeddedStore, snapshot: Snapshot, found: Sequence[Import]) -> None:
        self.store = store
        self._snapshot = snapshot
        self._found = found

    def quads(self) -> Iterator[Quad]:
        """Read the quads of the named graphs."""
        yield from self._snapshot.quads()
        for one in self._found:
            with gzip.open(one.path) as stream:
                yield from parse(cast("IO[bytes]", stream), format=RdfFormat.N_QUADS)


def join(snapshot: Snapshot, names: Sequence[str], progress: Progress | None = None) -> Joined:
    """Open the bundled graph together with imported ones.

    The store is made once and kept in the user's cache until one of the graphs changes. In its
    default graph each triple stands once; nothing is reasoned over that was imported.

    Args:
        snapshot: The bundled graph.
        names: The names of the imported graphs.
        progress: Is told which of them is being added.

    Raises:
        UnknownError: Nothing is imported under a name.
        SnapshotError: The store cannot be written, or a file is damaged.
    """
    found = [find_import(name) for name in dict.fromkeys(names)]
    part = ASSERTED if snapshot.asserted else CLOSURE
    bundled = os.path.join(snapshot.directory, snapshot.manifest.data, part)
    label = "+".join(one.name for one in found)[:100] + f"-{part}-"
    folder = os.path.join(locations.cache(), "joined")
    directory = os.path.join(folder, label + _key(snapshot, found))
    if not os.path.isdir(directory):
        try:
            _make(directory, bundled, found, progress)
        except (OSError, SyntaxError, EOFError, zlib.error) as error:
            raise SnapshotError(
                f"the imported graphs cannot be added: {error}\n  Import them again."
            ) from None
        _sweep(folder, label, directory)
    return Joined(EmbeddedStore.open(directory), snapshot, found)


def _key(snapshot: Snapshot, found: Sequence[Import]) -> str:
    """Return what changes when one of the graphs does."""
    state = [snapshot.directory, snapshot.manifest.data]
    for one in found:
        status = os.stat(one.path)
        state += [one.name, one.path, str(status.st_size), str(status.st_mtime_ns)]
    return hashlib.sha256("\n".join(state).encode()).hexdigest()[:16]


def _make(directory: str, bundled: str, found: Sequence[Import], progress: Progress | None) -> None:
    folder = os.path.dirname(directory)
    os.makedirs(folder, exist_ok=True)
    aside = tempfile.mkdtemp(prefix=".", dir=folder)
    try:
        target = os.path.join(aside, "store")
        shutil.copytree(bundled, target, ignore=shutil.ignore_patterns("LOCK"))
        store = Oxigraph(target)
        for number, one in enumerate(found):
            if progress is not None:
                progress(f"adding {one.name}", number, len(found))
            with gzip.open(one.path) as stream:
                store.bulk_load(cast("IO[bytes]", stream), format=RdfFormat.N_QUADS)
            with gzip.open(one.path) as stream:
                triples = cast("IO[bytes]", _Triples(stream, f" <{IMPORTS}{one.name}> .\n"))
                store.bulk_load(triples, format=RdfFormat.N_TRIPLES, to_graph=DefaultGraph())
        store.flush()
        del store
        with suppress(OSError):  # another process was faster
            os.rename(target, directory)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class _Triples:
    """N-Quads of one graph as N-Triples, line by line in large portions."""

    _PORTION = 2**20

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, ending: str) -> None:
        self._stream = stream
        self._ending = ending.encode()
        self._ready = b""

    def read(self, size: int) -> bytes:
        if not self._ready:
            # Whole lines, as the ending must not be cut.
            lines = self._stream.readlines(self._PORTION)
            self._ready = b"".join(lines).replace(self._ending, b" .\n")
        data, self._ready = self._ready[:size], self._ready[size:]
        return data


def _sweep(folder: str, label: str, current: str) -> None:
    """Remove the stores of the same graphs as they were before."""
    for entry in os.scandir(folder):
        if entry.name.startswith(label) and entry.path != current:
            shutil.rmtree(entry.path, ignore_errors=True)
