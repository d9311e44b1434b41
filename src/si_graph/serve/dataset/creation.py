"""Where a first version comes from: the bundled graph as it lies there, files, or quads."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize
from pyoxigraph import Store as Oxigraph

from si_graph import __version__
from si_graph.errors import InconsistentError, LimitError
from si_graph.load.files import parse_file
from si_graph.namespaces import GRAPH_INFERRED, GRAPH_SHAPES
from si_graph.serve.dataset.versions import Dataset, Version
from si_graph.snapshot.build import with_graphs
from si_graph.snapshot.manifest import ASSERTED, CLOSURE, QUADS, ROUNDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pyoxigraph import Triple

    from si_graph.reason.protocol import Inconsistency

INFERRED = NamedNode(GRAPH_INFERRED)
SHAPES = NamedNode(GRAPH_SHAPES)

_N_QUADS = RdfFormat.N_QUADS


def bundled(directory: str | None = None) -> Version:
    """Return the bundled graph as a version, where it lies; it is built first if need be.

    Args:
        directory: The folder of another snapshot, to return that.

    Raises:
        SnapshotError: It is damaged and cannot be rebuilt here.
    """
    from si_graph.snapshot.snapshot import open_snapshot

    snapshot = open_snapshot(directory)
    folder = os.path.join(snapshot.directory, snapshot.manifest.data)
    rounds = os.path.join(folder, ROUNDS)
    return _laid_out(folder)._replace(rounds_path=rounds)


def from_files(paths: Sequence[str | Path], folder: str, *, reason: bool = True) -> Version:
    """Make a version of files, in a folder that is there for as long as it is served.

    The default graph is the RDF merge of everything if there is reasoning, as in
    `KnowledgeGraph.load`; otherwise it is what the files put there.

    Args:
        paths: The files.
        folder: An empty folder, which the caller removes.
        reason: Whether to add what follows.

    Raises:
        InputError: A file is missing or malformed; says where.
        InconsistentError: The statements contradict each other.
        LimitError: The disk is too small.
    """
    version = _laid_out(folder)._replace(is_merged=reason)
    assert version.quads_path is not None  # noqa: S101 - it is laid out like that
    assert version.asserted_path is not None  # noqa: S101
    with writing(folder):
        read = (quad for path in paths for quad in parse_file(path))
        stated = (quad for quad in read if not (reason and quad.graph_name == INFERRED))
        serialize(stated, version.quads_path, _N_QUADS)
        store = _filled(version.asserted_path, version.quads_path, merged=reason)
        if reason:
            quads = parse(path=version.quads_path, format=_N_QUADS)
            with inferred(quads, store) as found, open(version.quads_path, "ab") as stream:
                serialize(found, stream, _N_QUADS)
        _filled(version.path, version.quads_path, merged=reason)
    return version


def create(
    directory: str | os.PathLike[str], quads: Iterable[Quad], *, reason: bool = True
) -> Dataset:
    """Make a dataset that changes, with an ordinary default graph.

    Args:
        directory: Its folder, which is empty or new.
        quads: What is in it. What stands in `graph:inferred` is left out if there is reasoning.
        reason: Whether to add what follows, now and after each change.

    Raises:
        UsageError: The folder holds something else, or a dataset already.
        InconsistentError: The statements contradict each other.
        LimitError: The disk is too small.
    """
    dataset = Dataset.prepare(directory, reasoner() if reason else "")
    with dataset.lock(), writing(dataset.directory):
        place = dataset.place_for(1)
        store = Oxigraph(place)
        store.bulk_extend(q for q in quads if not (reason and q.graph_name == INFERRED))
        if reason:
            with inferred(iter(store), store) as found:
                store.bulk_extend(found)
        store.flush()
        store.optimize()
        # Only a store that is let go of is closed.
        del store
        dataset.publish(place, 1)
    return dataset


def reasoner() -> str:
    """Return what derives triples here: with another, others may follow."""
    from si_graph.reason.rules_engine import RulesEngine

    return f"{RulesEngine().name}, si-graph {__version__}"


@contextmanager
def inferred(quads: Iterable[Quad], store: Oxigraph) -> Iterator[Iterator[Quad]]:
    """Give the quads that follow, for `graph:inferred`, without holding them all in memory.

    Args:
        quads: What is stated.
        store: A store with the same, to look up where clashes are stated.

    Raises:
        InconsistentError: The statements contradict each other.
    """
    from si_graph.reason.rules_engine import RulesEngine

    triples = (quad.triple for quad in quads if is_reasoned_over(quad))
    with tempfile.TemporaryDirectory(prefix="si-graph-") as folder:
        path = os.path.join(folder, "inferred.nt")
        with RulesEngine().open(triples) as closure:
            written = closure.write(path, only_inferred=True)
        if written.inconsistencies:
            raise inconsistent(written.inconsistencies, store)
        yield (as_inferred(q.triple) for q in parse(path=path, format=RdfFormat.N_TRIPLES))


def is_reasoned_over(quad: Quad) -> bool:
    """Tell whether rules are applied to a quad: to all that is stated but shapes."""
    return quad.graph_name not in (INFERRED, SHAPES)


def as_inferred(triple: Triple) -> Quad:
    """Return a triple where those stand that follow."""
    return Quad(triple.subject, triple.predicate, triple.object, INFERRED)


def inconsistent(clashes: Sequence[Inconsistency], store: Oxigraph) -> InconsistentError:
    """Return the error for clashes, with the graphs that speak of the things in them."""
    told = []
    for clash in clashes:
        things = [term for term in clash.terms if not hasattr(term, "datatype")]
        about = (quad for thing in things for quad in store.quads_for_pattern(thing, None, None))
        told.append(with_graphs(clash, (quad for quad in about if quad.graph_name != INFERRED)))
    return InconsistentError(told)


@contextmanager
def writing(directory: str) -> Iterator[None]:
    """Turn the failures of a disk into an error that says what to do.

    Raises:
        LimitError: The disk is too small, or fails.
    """
    try:
        yield
    except OSError as error:
        # Oxigraph's errors have no number.
        words = ("No space left", "File too large", "Disk quota")
        is_full = any(word in str(error) for word in words)
        raise LimitError(
            f"{directory}: the dataset cannot be written: "
            f"{'the disk is full' if is_full else error}\n  What was there before is unchanged."
        ) from None


def _laid_out(folder: str) -> Version:
    """Return the version in a folder that is laid out like the data of a snapshot."""
    made = os.stat(folder).st_mtime_ns
    whole, stated, quads = (os.path.join(folder, name) for name in (CLOSURE, ASSERTED, QUADS))
    return Version(made, f"{os.path.basename(folder)}-{made}", whole, stated, quads)


def _filled(folder: str, quads: str, *, merged: bool) -> Oxigraph:
    """Return a store with the quads of a file; merged, its default graph has all triples."""
    store = Oxigraph(folder)
    store.bulk_extend(parse(path=quads, format=_N_QUADS))
    if merged:
        every = parse(path=quads, format=_N_QUADS)
        store.bulk_extend(Quad(q.subject, q.predicate, q.object) for q in every)
    store.flush()
    store.optimize()
    return store
