"""Opening a snapshot: verified first, built or restored where it does not fit any more."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from si_graph import __version__, locations
from si_graph.errors import SnapshotError
from si_graph.snapshot import manifest as manifests
from si_graph.snapshot.manifest import ASSERTED, CLOSURE, QUADS, ROUNDS, Manifest
from si_graph.store.embedded import EmbeddedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyoxigraph import Quad, Triple

    Progress = Callable[[str, int, int], None]


class Snapshot:
    """A snapshot that was verified and is open for reading.

    Attributes:
        directory: The snapshot's folder.
        manifest: What is in it.
        store: The store to ask: everything, or what is stated only.
    """

    __slots__ = ("asserted", "directory", "manifest", "store")

    def __init__(self, directory: str, manifest: Manifest, asserted: bool) -> None:
        self.directory = directory
        self.manifest = manifest
        self.asserted = asserted
        part = ASSERTED if asserted else CLOSURE
        self.store = EmbeddedStore.open(os.path.join(directory, manifest.data, part))

    def rounds(self) -> dict[Triple, int] | None:
        """Read the rounds in which the inferred triples were derived; None if that is damaged."""
        from si_graph.snapshot.rounds import read_rounds

        if self.asserted:
            return {}
        if manifests.damaged_files(self.directory, self.manifest, ROUNDS):
            return None
        return read_rounds(os.path.join(self.directory, self.manifest.data, ROUNDS))

    def quads(self) -> Iterator[Quad]:
        """Read the quads of the named graphs, with the lexical forms of the sources.

        Raises:
            SnapshotError: The file with the quads is damaged.
        """
        return self._read(None)

    def typed_quads(self) -> Iterator[Quad]:
        """Read those of the quads that have a literal with a datatype: few, and soon found.

        Raises:
            SnapshotError: The file with the quads is damaged.
        """
        # A text may have these signs in it too, and does no harm.
        return self._read(b'"^^<')

    def _read(self, signs: bytes | None) -> Iterator[Quad]:
        """Read the quads; with signs only those of lines that have them."""
        from pyoxigraph import NamedNode, RdfFormat, parse

        from si_graph.namespaces import GRAPH_INFERRED

        if manifests.damaged_files(self.directory, self.manifest, QUADS):
            raise SnapshotError(f"{self.directory}: {QUADS} is damaged\n  Run `si-graph build`.")
        path = os.path.join(self.directory, self.manifest.data, QUADS)
        inferred = NamedNode(GRAPH_INFERRED)
        if signs is None:
            quads = parse(path=path, format=RdfFormat.N_QUADS)
        else:
            with open(path, "rb") as stream:
                lines = [line for line in stream if signs in line]
            quads = parse(b"".join(lines), format=RdfFormat.N_QUADS)
        if self.asserted:
            yield from (quad for quad in quads if quad.graph_name != inferred)
        else:
            yield from quads


def open_snapshot(
    directory: str | None = None,
    root: str | None = None,
    *,
    asserted: bool = False,
    progress: Progress | None = None,
) -> Snapshot:
    """Open a snapshot; by default the bundled one.

    In a source checkout a snapshot that is missing, damaged, of another format or older than
    its sources is rebuilt, with a notice on standard error. In an installed wheel the sources
    cannot change: a damaged store is restored from the quads, to the user's cache.

    Args:
        directory: The snapshot's folder.
        root: The folder with the sources that it is to be rebuilt from when they change.
        asserted: Whether to leave out what is inferred.
        progress: Is told about the stages of a rebuild.

    Raises:
        SnapshotError: The snapshot is damaged and cannot be rebuilt here.
        SiGraphError: A rebuild was needed and failed.
    """
    part = ASSERTED if asserted else CLOSURE
    if directory is None:
        directory = locations.snapshot()
        root = locations.checkout()
        if root is None:
            return _open_installed(directory, part, progress)
    if root is None:
        return _open_fixed(directory, part)
    manifest = _current(directory, root)
    why = (
        "is not built yet" if not os.path.isdir(directory) else "does not fit the sources any more"
    )
    if manifest is not None and manifests.damaged_files(directory, manifest, part):
        why = "is damaged"
        manifest = _restored(directory, manifest, directory)
    if manifest is None:
        manifest = _rebuilt(directory, root, why, progress)
    return Snapshot(directory, manifest, asserted)


def _open_fixed(directory: str, part: str) -> Snapshot:
    """Open a snapshot that has no sources at hand."""
    manifest = manifests.read(directory)
    if manifest is not None and manifests.damaged_files(directory, manifest, part):
        manifest = _restored(directory, manifest, directory)
    if manifest is None:
        raise SnapshotError(f"{directory}: there is no sound snapshot here\n  Build it again.")
    return Snapshot(directory, manifest, part == ASSERTED)


def _open_installed(directory: str, part: str, progress: Progress | None) -> Snapshot:
    manifest = manifests.read(directory)
    if manifest is not None and not manifests.damaged_files(directory, manifest, part):
        return Snapshot(directory, manifest, part == ASSERTED)
    own = locations.built_snapshot()
    built = manifests.read(own)
    if (
        built is not None
        and built.versions.get("si-graph") == __version__
        and not manifests.damaged_files(own, built, part)
    ):
        return Snapshot(own, built, part == ASSERTED)
    if manifest is None and not os.path.isdir(directory):
        return Snapshot(
            own, _rebuilt(own, locations.root(), "is not built yet", progress), part == ASSERTED
        )
    restored = _restored(directory, manifest, own) if manifest is not None else None
    if restored is None:
        raise SnapshotError(
            f"{directory}: the installed snapshot is damaged\n"
            "  Install si-graph again (pip install --force-reinstall si-graph), or run\n"
            "  `si-graph build` to build one in your cache."
        )
    return Snapshot(own, restored, part == ASSERTED)


def _current(directory: str, root: str) -> Manifest | None:
    """Return the manifest if the snapshot was built from the sources as they are now."""
    manifest = manifests.read(directory)
    if manifest is None or manifest.versions.get("si-graph") != __version__:
        return None
    if manifests.inputs_look_unchanged(manifest, root):
        return manifest
    # A fresh checkout gives files a new time and the same content.
    inputs = manifests.describe_inputs(root)
    if not manifests.same_content(manifest.inputs, inputs):
        return None
    manifest.inputs = inputs
    # Noting the new times only saves time: a read-only folder works without.
    with suppress(OSError):
        manifests.write(directory, manifest)
    return manifest


def _restored(directory: str, manifest: Manifest, target: str) -> Manifest | None:
    """Write a damaged store anew from the quads; None if these are damaged too."""
    from si_graph.snapshot.build import restore

    if manifests.damaged_files(directory, manifest, QUADS):
        return None
    _notice("the snapshot is damaged: restoring it from its quads")
    return restore(directory, manifest, target)


def _rebuilt(directory: str, root: str, why: str, progress: Progress | None) -> Manifest:
    from si_graph.snapshot.build import build

    _notice(f"the snapshot {why}: building it")
    return build(root, directory, progress)


def _notice(text: str) -> None:
    print(f"si-graph: {text}", file=sys.stderr)
