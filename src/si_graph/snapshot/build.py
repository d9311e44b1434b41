"""From sources to a snapshot: load, validate, reason, validate, write."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize
from pyoxigraph import Store as Oxigraph
from pyoxigraph import __version__ as pyoxigraph_version

import si_graph
from si_graph.errors import InconsistentError, SnapshotError, ValidationFailed
from si_graph.load.evidence import derive_evidence
from si_graph.load.sources import read_sources
from si_graph.namespaces import GRAPH_INFERRED, GRAPH_SHAPES, PREFIXES, shorten
from si_graph.reason.explanation.rounds import least_rounds
from si_graph.snapshot import manifest as manifests
from si_graph.snapshot.manifest import ASSERTED, CLOSURE, QUADS, ROUNDS, Manifest
from si_graph.snapshot.rounds import read_rounds, write_rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyoxigraph import Triple

    from si_graph.reason.protocol import Engine, Inconsistency

    Progress = Callable[[str, int, int], None]
    """Called with what is being done, how many stages are done, and how many there are."""

_STAGES = (
    "reading the sources",
    "checking what is stated",
    "reasoning",
    "checking what follows",
    "writing the snapshot",
)
_INFERRED = NamedNode(GRAPH_INFERRED)
# The store's own notes tell about the machine that built it and are not needed to read it.
_NOTES = ("LOG", "LOCK", "IDENTITY", "OPTIONS")
_PREFIX = "data-"
# Another process may still build in a folder, or read from one, that looks abandoned.
_ABANDONED_AFTER_SECONDS = 600.0
_MOST_GRAPHS_NAMED = 5


def build(root: str, directory: str, progress: Progress | None = None) -> Manifest:
    """Build the snapshot of the sources below a root.

    Until the last step nothing that was there before is touched: a failure, a full disk or the
    end of the process leaves the previous snapshot as it was.

    Args:
        root: The folder that holds `ontology/` and `data/`.
        directory: The snapshot's folder.
        progress: Is told about each stage.

    Returns:
        The manifest of the new snapshot.

    Raises:
        InputError: A source cannot be read.
        ValidationFailed: The graph does not conform to its shapes.
        InconsistentError: The statements contradict each other.
        SnapshotError: The snapshot cannot be written.
    """
    from si_graph.reason.engines import make_engine

    def stage(number: int) -> None:
        if progress is not None:
            name = _STAGES[number] if number < len(_STAGES) else ""
            progress(name, number, len(_STAGES))

    stage(0)
    inputs = manifests.describe_inputs(root)
    quads = list(read_sources(root))
    quads = list(dict.fromkeys(quads + derive_evidence(quads)))
    stage(1)
    _require_valid(quads, asserted=True)
    stage(2)
    engine = make_engine()
    inferred = infer(quads, engine).quads
    # Of a graph of this size the least rounds are quickly found, and give the least deep proofs.
    rounds = least_rounds(reasoned_over(quads), (quad.triple for quad in inferred))
    stage(3)
    _require_valid(quads + inferred, asserted=False)
    stage(4)
    versions = {
        "si-graph": si_graph.__version__,
        "pyoxigraph": pyoxigraph_version,
        "reasoner": engine.name,
    }
    built = _publish(directory, quads + inferred, versions, inputs, rounds)
    stage(len(_STAGES))
    return built


class Inferred(NamedTuple):
    """What follows from a graph.

    Attributes:
        quads: The triples that follow, in `graph:inferred`.
        rounds: For each a number above those of what it follows from, where the engine tells.
        warnings: What else the engine found worth telling.
    """

    quads: list[Quad]
    rounds: Mapping[Triple, int] | None
    warnings: tuple[str, ...]


def reasoned_over(quads: Iterable[Quad]) -> set[Triple]:
    """Return the triples of a graph that rules are applied to: all but shapes."""
    shapes = NamedNode(GRAPH_SHAPES)
    return {quad.triple for quad in quads if quad.graph_name != shapes}


def infer(quads: Sequence[Quad], engine: Engine) -> Inferred:
    """Return what follows from a graph.

    Raises:
        InconsistentError: The statements contradict each other.
    """
    closure = engine.close(reasoned_over(quads))
    if closure.inconsistencies:
        raise InconsistentError([with_graphs(clash, quads) for clash in closure.inconsistencies])
    inferred = [Quad(t.subject, t.predicate, t.object, _INFERRED) for t in closure.inferred]
    return Inferred(inferred, closure.rounds, closure.warnings)


def restore(source: str, manifest: Manifest, directory: str) -> Manifest:
    """Write the stores of a snapshot anew from its quads.

    Args:
        source: The folder of the snapshot, whose quads are sound.
        manifest: Its manifest.
        directory: The folder for the new snapshot, which may be the same.

    Raises:
        SnapshotError: The snapshot cannot be written.
    """
    path = os.path.join(source, manifest.data, QUADS)
    quads = list(parse(path=path, format=RdfFormat.N_QUADS))
    if manifests.damaged_files(source, manifest, ROUNDS):
        follows = (quad.triple for quad in quads if quad.graph_name == _INFERRED)
        stated = [quad for quad in quads if quad.graph_name != _INFERRED]
        rounds = least_rounds(reasoned_over(stated), follows)
    else:
        rounds = read_rounds(os.path.join(source, manifest.data, ROUNDS))
    return _publish(directory, quads, manifest.versions, manifest.inputs, rounds)


def _require_valid(quads: Sequence[Quad], asserted: bool) -> None:
    from si_graph.validate import check_evidence, merge, validate_asserted, validate_closure

    if asserted:
        report = merge(validate_asserted(quads), check_evidence(quads))
    else:
        report = validate_closure(quads)
    if not report.passed:
        what = "what the sources state" if asserted else "what follows from the sources"
        raise ValidationFailed(f"{what} does not conform to the shapes", report)


def with_graphs(clash: Inconsistency, quads: Iterable[Quad]) -> Inconsistency:
    """Add to a clash the passages and other graphs of data that speak of the things in it."""
    named = (GRAPH_SHAPES, PREFIXES["graph"] + "ontology", PREFIXES["graph"] + "passages")
    graphs = {
        shorten(quad.graph_name.value)
        for quad in quads
        if quad.subject in clash.terms
        and isinstance(quad.graph_name, NamedNode)
        and quad.graph_name.value not in named
    }
    return clash._replace(graphs=tuple(sorted(graphs)[:_MOST_GRAPHS_NAMED]))


def _publish(
    directory: str,
    quads: list[Quad],
    versions: dict[str, str],
    inputs: dict[str, Any],
    rounds: Mapping[Triple, int],
) -> Manifest:
    """Write the data to a new folder beside the present one, then let the manifest name it."""
    data = None
    try:
        os.makedirs(directory, exist_ok=True)
        data = tempfile.mkdtemp(prefix=_PREFIX, dir=directory)
        os.chmod(data, 0o755)  # noqa: S103 - a temporary folder is private, a snapshot is not
        _write_data(data, quads)
        write_rounds(os.path.join(data, ROUNDS), rounds)
        inferred = sum(quad.graph_name == _INFERRED for quad in quads)
        manifest = Manifest(
            data=os.path.basename(data),
            versions=versions,
            inputs=inputs,
            counts={"asserted": len(quads) - inferred, "inferred": inferred},
            files=manifests.describe_files(data),
        )
        manifests.write(directory, manifest)
    except BaseException as error:
        if data is not None:
            shutil.rmtree(data, ignore_errors=True)
        if isinstance(error, OSError):
            raise _cannot_write(directory, error) from None
        raise
    _sweep(directory, manifest.data)
    return manifest


def _cannot_write(directory: str, error: OSError) -> SnapshotError:
    full = error.errno == errno.ENOSPC or "No space left" in str(error)
    reason = "the disk is full" if full else error.strerror or str(error)
    return SnapshotError(
        f"{directory}: the snapshot cannot be written: {reason}\n"
        "  What was there before is unchanged."
    )


def _sweep(directory: str, current: str) -> None:
    """Remove the data of earlier and unfinished builds."""
    for entry in os.scandir(directory):
        if not entry.name.startswith(_PREFIX) or entry.name == current:
            continue
        try:
            age = time.time() - entry.stat().st_mtime
        except OSError:
            continue
        if age > _ABANDONED_AFTER_SECONDS:
            shutil.rmtree(entry.path, ignore_errors=True)


def _write_data(data: str, quads: list[Quad]) -> None:
    lines = sorted((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    with open(os.path.join(data, QUADS), "wb") as stream:
        stream.writelines(lines)
        stream.flush()
        os.fsync(stream.fileno())
    _write_store(os.path.join(data, CLOSURE), quads)
    asserted = [quad for quad in quads if quad.graph_name != _INFERRED]
    _write_store(os.path.join(data, ASSERTED), asserted)


def _write_store(directory: str, quads: list[Quad]) -> None:
    """Write a store whose default graph is the RDF merge of its named graphs."""
    store = Oxigraph(directory)
    merge = {quad.triple for quad in quads}
    store.bulk_extend(quads)
    store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in merge)
    store.flush()
    store.optimize()
    del store
    for name in os.listdir(directory):
        if name.startswith(_NOTES):
            os.unlink(os.path.join(directory, name))
