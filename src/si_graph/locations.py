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


def import_profiles() -> str:
    """Return the folder of the profiles and mappings for data of others."""
    return os.path.join(queries(), "import")


def shown(path: str) -> str:
    """Return a path as a reader would type it from here."""
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


def cache() -> str:
    """Return the user's cache folder for this package (not created)."""
    return os.path.join(_of_user("~/Library/Caches", "XDG_CACHE_HOME", "~/.cache"), "si-graph")


def store() -> str:
    """Return the folder of the data that users change through a server (not created)."""
    return os.path.join(_data(), "store")


def imports() -> str:
    """Return the folder of the data of others that users brought in (not created)."""
    return os.path.join(_data(), "imports")


def _data() -> str:
    base = _of_user("~/Library/Application Support", "XDG_DATA_HOME", "~/.local/share")
    return os.path.join(base, "si-graph")


def _of_user(on_macos: str, variable: str, elsewhere: str) -> str:
    """Return a folder of the user's, as the operating system wants it."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    if sys.platform == "darwin":
        return os.path.expanduser(on_macos)
    # The XDG base directory specification says that a relative path is to be ignored.
    named = os.environ.get(variable, "")
    return named if os.path.isabs(named) else os.path.expanduser(elsewhere)


def built_snapshot() -> str:
    """Return the folder that `si-graph build` writes to when the user names none."""
    return snapshot() if checkout() else os.path.join(cache(), "snapshot")
