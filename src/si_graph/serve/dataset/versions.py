"""Versions of a dataset: each a folder that never changes once something points to it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from itertools import islice
from typing import NamedTuple

from si_graph.errors import SnapshotError, UsageError
from si_graph.namespaces import GRAPH_INFERRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pyoxigraph import Quad, Triple
    from pyoxigraph import Store as Oxigraph

    from si_graph.graph import KnowledgeGraph
    from si_graph.store.embedded import EmbeddedStore

FORMAT = 1
"""The layout of a dataset's folder."""

_ABOUT, _CURRENT, _LOCK, _VERSIONS = "dataset.json", "current", "lock", "versions"
_UNFINISHED, _ASIDE = "next-", ".aside"
_IN_MEMORY_AT_MOST = 200_000
"""How many quads are copied to memory."""


class Version(NamedTuple):
    """One state of what is served, for good; it can be sent to another process.

    Attributes:
        number: Higher for each later one of the same dataset.
        tag: A name that no other state of any dataset has, for caches and entity tags.
        path: The folder of the store with all that is stated and what follows from it.
        asserted_path: That of the store with what is stated only; without it the other one is
            asked with `graph:inferred` hidden.
        quads_path: The file with the quads in the lexical forms of their sources, if there is one.
        rounds_path: The file with the rounds of what follows, if there is one.
        is_merged: Whether the store's default graph is the merge of all its graphs; otherwise it
            is what has been put there.
    """

    number: int
    tag: str
    path: str
    asserted_path: str | None = None
    quads_path: str | None = None
    rounds_path: str | None = None
    is_merged: bool = True

    def open(self, *, asserted: bool = False, merged: bool = False) -> KnowledgeGraph:
        """Open it for reading.

        Args:
            asserted: Whether to leave out what only follows.
            merged: Whether its default graph is to be the merge of all its graphs.

        Raises:
            SnapshotError: It is no longer there, or damaged.
        """
        store = self._store(asserted)
        if merged and not self.is_merged:
            store = _merged(store.oxigraph, asserted)
        return self._graph(store, asserted)

    def in_memory(self) -> KnowledgeGraph | None:
        """Read it to memory, as a file of its quads has it; None if it has none or is large.

        Raises:
            SnapshotError: It is no longer there, or damaged.
        """
        if self.quads_path is None:
            return None
        try:
            store = _in_memory(self.quads_path, merged=self.is_merged)
        except (OSError, SyntaxError) as error:
            raise self._gone(error) from None
        return None if store is None else self._graph(store, asserted=False)

    def _graph(self, store: EmbeddedStore, asserted: bool) -> KnowledgeGraph:
        from si_graph.graph import KnowledgeGraph
        from si_graph.snapshot.rounds import read_rounds

        def quads() -> Iterator[Quad]:
            from pyoxigraph import NamedNode, RdfFormat, parse

            inferred = NamedNode(GRAPH_INFERRED)
            path = self.quads_path
            every = parse(path=path, format=RdfFormat.N_QUADS) if path else iter(store.oxigraph)
            return (quad for quad in every if not (asserted and quad.graph_name == inferred))

        def rounds() -> dict[Triple, int] | None:
            if asserted:
                return {}
            return read_rounds(self.rounds_path) if self.rounds_path else None

        return KnowledgeGraph(store, quads, rounds)

    def _store(self, asserted: bool) -> EmbeddedStore:
        from pyoxigraph import Store as Oxigraph

        from si_graph.store.embedded import EmbeddedStore

        path = (self.asserted_path or self.path) if asserted else self.path
        hidden = frozenset({GRAPH_INFERRED}) if asserted and not self.asserted_path else frozenset()
        try:
            return EmbeddedStore(Oxigraph.read_only(path), hidden=hidden)
        except OSError as error:
            raise self._gone(error) from None

    def _gone(self, error: Exception) -> SnapshotError:
        return SnapshotError(f"version {self.number} of the dataset is gone: {error}")


class Dataset:
    """A folder with the versions of a dataset that changes.

    Attributes:
        directory: The folder.
        reasoner: What derived the triples in `graph:inferred`; empty where nothing is derived.
    """

    def __init__(self, directory: str, identity: str, reasoner: str) -> None:
        self.directory = directory
        self.reasoner = reasoner
        self._identity = identity

    @classmethod
    def open(cls, directory: str | os.PathLike[str]) -> Dataset:
        """Open the dataset in a folder.

        Raises:
            UsageError: There is none in it.
            SnapshotError: It is damaged.
        """
        where = os.fspath(directory)
        try:
            with open(os.path.join(where, _ABOUT), encoding="utf-8") as stream:
                about = json.load(stream)
            if about["format"] != FORMAT:
                raise SnapshotError(f"{where}: another release of si-graph wrote this dataset")
            return cls(where, about["identity"], about["reasoner"])
        except FileNotFoundError:
            raise UsageError(f"{where}: there is no dataset here") from None
        except (ValueError, KeyError, TypeError) as error:
            raise SnapshotError(f"{where}: {_ABOUT} is damaged ({error})") from None

    @classmethod
    def prepare(cls, directory: str | os.PathLike[str], reasoner: str) -> Dataset:
        """Make a folder ready for a dataset, which is one once its first version is published.

        Raises:
            UsageError: The folder holds something else, or a dataset already.
        """
        where = os.path.abspath(directory)
        os.makedirs(where, exist_ok=True)
        if os.path.exists(os.path.join(where, _ABOUT)):
            raise UsageError(f"{where}: there is a dataset here already")
        # What is left of a preparation that was cut short may be begun anew.
        own = (_LOCK, _VERSIONS, _CURRENT, f"{_CURRENT}{_ASIDE}", f"{_ABOUT}{_ASIDE}")
        if not set(os.listdir(where)).issubset(own):
            raise UsageError(
                f"{where}: this folder holds something else\n  Name one that is empty or new."
            )
        os.makedirs(os.path.join(where, _VERSIONS), exist_ok=True)
        return cls(where, uuid.uuid4().hex, reasoner)

    def current(self) -> Version:
        """Return the version that was published last.

        Raises:
            SnapshotError: The dataset is damaged.
        """
        path = os.path.join(self.directory, _CURRENT)
        try:
            with open(path, encoding="ascii") as stream:
                number = int(stream.read())
        except (OSError, ValueError):
            raise SnapshotError(
                f"{self.directory}: nothing says which version is current"
            ) from None
        return self._version(number)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only one who writes; the operating system gives the lock back, whatever happens.

        Raises:
            UsageError: Somebody else writes.
        """
        with open(os.path.join(self.directory, _LOCK), "ab") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(
                    f"{self.directory}: another server writes here\n"
                    "  End it first, or serve this dataset without --writable."
                ) from None
            yield

    def place_for(self, number: int) -> str:
        """Return where to build a version, out of sight: a free place beside the others."""
        # A store that a failure left open keeps its place for itself.
        name = f"{_UNFINISHED}{number}-{uuid.uuid4().hex}"
        return os.path.join(self.directory, _VERSIONS, name)

    def publish(self, place: str, number: int, reasoner: str | None = None) -> Version:
        """Let a version that was built be the current one, in one step and for good.

        Args:
            place: Where it was built; all of it is on the disk.
            number: Its number.
            reasoner: What derived its inferred triples, if that changes.
        """
        version = self._version(number)
        shutil.rmtree(version.path, ignore_errors=True)
        sync(place)
        os.rename(place, version.path)
        sync(os.path.dirname(version.path))
        if reasoner is not None:
            self.reasoner = reasoner
        self._write(_CURRENT, f"{number}\n")
        about = {"format": FORMAT, "identity": self._identity, "reasoner": self.reasoner}
        if reasoner is not None or number == 1:
            self._write(_ABOUT, json.dumps(about) + "\n")
        return version

    def sweep(self, in_use: Collection[int] = ()) -> None:
        """Remove what was left unfinished, and the versions that nobody uses.

        Args:
            in_use: The numbers of versions that are still read; the current one always stays.
        """
        kept = {str(number) for number in (*in_use, self.current().number)}
        for entry in os.scandir(os.path.join(self.directory, _VERSIONS)):
            if entry.name not in kept:
                shutil.rmtree(entry.path, ignore_errors=True)

    def _version(self, number: int) -> Version:
        path = os.path.join(self.directory, _VERSIONS, str(number))
        return Version(number, f"{self._identity}-{number}", path, is_merged=False)

    def _write(self, name: str, text: str) -> None:
        path = os.path.join(self.directory, name)
        aside = f"{path}{_ASIDE}"
        try:
            with open(aside, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(aside, path)
        except OSError:
            with suppress(OSError):
                os.unlink(aside)
            raise
        sync(self.directory)


def _in_memory(quads: str, *, merged: bool) -> EmbeddedStore | None:
    """Return a store in memory with the quads of a file, unless they are many.

    To read the store on the disk in their place would leave its threads behind, and a process that
    has threads is not to be forked.
    """
    from pyoxigraph import Quad, RdfFormat, Store, parse

    from si_graph.store.embedded import EmbeddedStore

    found = list(islice(parse(path=quads, format=RdfFormat.N_QUADS), _IN_MEMORY_AT_MOST + 1))
    if len(found) > _IN_MEMORY_AT_MOST:
        return None
    store, default = Store(), None
    store.bulk_extend(found)
    if merged:
        default = Store()
        default.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in found)
        store.bulk_extend(default)
    return EmbeddedStore(store, default=default)


def _merged(store: Oxigraph, asserted: bool) -> EmbeddedStore:
    """Return a store whose default graph is the merge of all graphs.

    That of a large dataset is their union, in which a statement of two graphs stands twice: to
    merge 200,000 takes a second.
    """
    from pyoxigraph import NamedNode, Quad

    from si_graph.store.embedded import EmbeddedStore

    if len(store) > _IN_MEMORY_AT_MOST:
        hidden = frozenset({GRAPH_INFERRED}) if asserted else frozenset()
        return EmbeddedStore(store, hidden=hidden, united=True)
    inferred = NamedNode(GRAPH_INFERRED)
    quads = [quad for quad in store if not (asserted and quad.graph_name == inferred)]
    merge = {Quad(quad.subject, quad.predicate, quad.object) for quad in quads}
    return EmbeddedStore.from_quads([*quads, *merge])


def sync(folder: str) -> None:
    """Let the names in a folder reach the disk: a file that is on it could have none yet."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
