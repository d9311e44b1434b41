"""Where the sources (ontology/, data/, queries/) and the snapshot live.

In a source checkout the sources are the checkout's own and the snapshot is built beside them;
an installed wheel carries both in `si_graph/bundle/`. What a user builds in an installed wheel
goes to the user's cache, as the installation may be read-only.
"""

from __future__ import annotations

import os
import sys

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_BUNDLE = os.path.join(_PACKAGE, "bundle")
SOURCE_FOLDERS = ("ontology", "data", "queries")


def checkout() -> str | None:
    """Return the root of the source checkout that this package runs from, or None in a wheel."""
    root = os.path.dirname(os.path.dirname(_PACKAGE))
    is_checkout = os.path.isfile(os.path.join(root, "pyproject.toml")) and os.path.isdir(
        os.path.join(root, "ontology")
    )
    return root if is_checkout else None


def root() -> str:
    """Return the folder that holds `ontology/`, `data/` and `queries/`."""
    return checkout() or _BUNDLE


def snapshot() -> str:
    """Return the folder of the snapshot that belongs to the sources."""
    source = checkout()
    return (
        os.path.join(source, "build", "snapshot") if source else os.path.join(_BUNDLE, "snapshot")
    )


def queries() -> str:
    """Return the folder of the named queries."""
    return os.path.join(root(), "queries")


def shown(path: str) -> str:
    """Return a path as a reader would type it from here."""
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


def cache() -> str:
    """Return the user's cache folder for this package (not created)."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        # The XDG base directory specification says that a relative path is to be ignored.
        base = os.environ.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    return os.path.join(base, "si-graph")


def store() -> str:
    """Return the folder of the data that users change through a server (not created)."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.local/share")
    return os.path.join(base, "si-graph", "store")


def built_snapshot() -> str:
    """Return the folder that `si-graph build` writes to when the user names none."""
    return snapshot() if checkout() else os.path.join(cache(), "snapshot")
