"""What is in a snapshot and what it was built from: written last, read first.

A snapshot folder holds `manifest.json` and the folder with the data that it names. A build writes
a new data folder and then replaces the manifest in one step, so whatever happens meanwhile the
manifest always points to a whole snapshot.
"""

from __future__ import annotations

import json
import os
import zlib

from si_graph.load.inventory import source_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT = 2
"""The layout of a snapshot; one of another format is built anew."""

MANIFEST = "manifest.json"
QUADS = "quads.nq"
ROUNDS = "rounds.tsv"
CLOSURE = "closure"
ASSERTED = "asserted"


class Manifest:
    """The record of one snapshot.

    Attributes:
        data: The folder with the data, inside the snapshot's folder.
        versions: The versions of the package, the store and the reasoner that built it.
        inputs: The source files, each with `sha256`, `size` and `modified` (in nanoseconds).
        counts: How many quads there are, stated and inferred.
        files: The files of the data, each with `sha256`, `size` and `crc32`.
    """

    # No named tuple: `typing` takes longer to import than a snapshot takes to open.
    __slots__ = ("counts", "data", "files", "inputs", "versions")

    def __init__(
        self,
        data: str,
        versions: dict[str, str],
        inputs: dict[str, dict[str, Any]],
        counts: dict[str, int],
        files: dict[str, dict[str, Any]],
    ) -> None:
        self.data = data
        self.versions = versions
        self.inputs = inputs
        self.counts = counts
        self.files = files


def read(directory: str) -> Manifest | None:
    """Return the manifest of a snapshot, or None where there is no sound one of this format."""
    try:
        with open(os.path.join(directory, MANIFEST), encoding="utf-8") as stream:
            content = json.load(stream)
        if content.pop("format") != FORMAT:
            return None
        return Manifest(**content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write(directory: str, manifest: Manifest) -> None:
    """Put a manifest in place in one step (on any file system that has atomic renames)."""
    target = os.path.join(directory, MANIFEST)
    aside = f"{target}.{os.getpid()}"
    try:
        with open(aside, "w", encoding="utf-8") as stream:
            content = {name: getattr(manifest, name) for name in Manifest.__slots__}
            json.dump({"format": FORMAT, **content}, stream, indent=1, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, target)
    except OSError:
        if os.path.exists(aside):
            os.unlink(aside)
        raise


def describe_inputs(root: str) -> dict[str, dict[str, Any]]:
    """Describe the source files as they are now."""
    from hashlib import sha256

    described = {}
    for path, _ in source_files(root):
        full = os.path.join(root, path)
        status = os.stat(full)
        with open(full, "rb") as stream:
            digest = sha256(stream.read()).hexdigest()
        described[path] = {
            "sha256": digest,
            "size": status.st_size,
            "modified": status.st_mtime_ns,
        }
    return described


def describe_files(directory: str) -> dict[str, dict[str, Any]]:
    """Describe all files below a data folder."""
    from hashlib import sha256

    described = {}
    for folder, _, names in os.walk(directory):
        for name in sorted(names):
            full = os.path.join(folder, name)
            with open(full, "rb") as stream:
                content = stream.read()
            described[os.path.relpath(full, directory).replace(os.sep, "/")] = {
                "sha256": sha256(content).hexdigest(),
                "size": len(content),
                "crc32": zlib.crc32(content),
            }
    return described


def inputs_look_unchanged(manifest: Manifest, root: str) -> bool:
    """Tell from names, sizes and times whether the sources are those of the snapshot."""
    paths = [path for path, _ in source_files(root)]
    if len(paths) != len(manifest.inputs):
        return False
    for path in paths:
        known = manifest.inputs.get(path)
        status = os.stat(os.path.join(root, path))
        if known is None or known["size"] != status.st_size:
            return False
        if known["modified"] != status.st_mtime_ns:
            return False
    return True


def same_content(first: dict[str, dict[str, Any]], second: dict[str, dict[str, Any]]) -> bool:
    """Tell whether two descriptions are of the same files with the same content."""
    return first.keys() == second.keys() and all(
        first[path]["sha256"] == second[path]["sha256"] for path in first
    )


def damaged_files(directory: str, manifest: Manifest, part: str) -> list[str]:
    """List the files of one part of the data that are missing or not what was written.

    A checksum is enough against accidents, and takes a millisecond; `si-graph doctor` compares
    the SHA-256 as well.

    Args:
        directory: The snapshot's folder.
        manifest: Its manifest.
        part: `quads.nq`, `rounds.tsv`, `closure` or `asserted`.
    """
    damaged = []
    for path, known in manifest.files.items():
        if path.partition("/")[0] != part:
            continue
        try:
            with open(os.path.join(directory, manifest.data, path), "rb") as stream:
                content = stream.read()
        except OSError:
            damaged.append(path)
            continue
        if len(content) != known["size"] or zlib.crc32(content) != known["crc32"]:
            damaged.append(path)
    known_part = any(path.partition("/")[0] == part for path in manifest.files)
    return damaged if known_part else [part]
