"""Whether this installation is sound: versions, the snapshot to the last byte, the catalogue."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, NamedTuple

from si_graph import __version__, locations
from si_graph.errors import SiGraphError
from si_graph.snapshot import manifest as manifests

if TYPE_CHECKING:
    from collections.abc import Callable

_DISTRIBUTION = "si-graph"


class Check(NamedTuple):
    """One thing that was looked at: whether it is sound, what was seen, and what to do if not."""

    name: str
    passed: bool
    seen: str
    remedy: str = ""


def diagnose() -> list[Check]:
    """Look at everything that has to work; whatever goes wrong meanwhile is a finding too."""
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("Python", _python),
        ("packages", _packages),
        ("sources", _sources),
        ("snapshot", _snapshot),
        ("graph", _graph),
        ("queries", _queries),
        ("cache", _cache),
    ]
    return [_guarded(name, check) for name, check in checks]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except (SiGraphError, OSError) as error:
        message, _, remedy = str(error).partition("\n  ")
        return Check(name, False, message, remedy)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", sys.version_info >= (3, 11), found, "Install Python 3.11 or later.")


def _packages() -> Check:
    """Look whether every package that this one needs is there."""
    found, missing = [], []
    for requirement in requires(_DISTRIBUTION) or ():
        if "extra ==" in requirement:
            continue
        name = requirement.split(";")[0].strip()
        for sign in "<>=!~[ ":
            name = name.split(sign)[0]
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    remedy = f"pip install {' '.join(missing)}"
    seen = f"missing: {', '.join(missing)}" if missing else ", ".join(found)
    return Check("packages", not missing, seen, remedy)


def _sources() -> Check:
    from si_graph.load.inventory import source_files

    count = len(source_files(locations.root()))
    kind = "source checkout" if locations.checkout() else "installed package"
    return Check("sources", count > 0, f"{count} files ({kind})", "Install si-graph again.")


def _snapshot() -> Check:
    """Compare every file of the snapshot with the SHA-256 that was written down."""
    from si_graph.snapshot.snapshot import open_snapshot

    snapshot = open_snapshot()
    data = os.path.join(snapshot.directory, snapshot.manifest.data)
    remedy = "si-graph build"
    for path, known in snapshot.manifest.files.items():
        with open(os.path.join(data, path), "rb") as stream:
            if sha256(stream.read()).hexdigest() != known["sha256"]:
                return Check("snapshot", False, f"{path} is not what was written", remedy)
    built = snapshot.manifest.versions.get("si-graph")
    current = built == __version__ and manifests.same_content(
        snapshot.manifest.inputs, manifests.describe_inputs(locations.root())
    )
    seen = f"{len(snapshot.manifest.files)} files as written, by version {built}"
    return Check("snapshot", current, seen, remedy)


def _graph() -> Check:
    """Count in the store what the manifest says is there."""
    from si_graph.snapshot.snapshot import open_snapshot

    snapshot = open_snapshot()
    rows = snapshot.store.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    found = next(int(row[0].value) for row in rows)  # type: ignore[union-attr]  # a SELECT has rows
    stated, inferred = (snapshot.manifest.counts[key] for key in ("asserted", "inferred"))
    seen = f"{stated} statements, {inferred} inferred"
    if found != stated + inferred:
        return Check("graph", False, f"{found} found, but {seen} were written", "si-graph build")
    return Check("graph", True, seen)


def _queries() -> Check:
    from si_graph.query.catalogue import catalogue

    count = len(catalogue())
    return Check("queries", count > 0, f"{count} named queries", "Install si-graph again.")


def _cache() -> Check:
    """Look whether a rebuilt graph could be kept; the nearest folder that exists decides."""
    folder = locations.cache()
    existing = folder
    while not os.path.isdir(existing):
        existing = os.path.dirname(existing)
    writable = os.access(existing, os.W_OK | os.X_OK)
    return Check("cache", writable, folder, "Set XDG_CACHE_HOME to a folder that you may write to.")
