"""Puts the ready graph into the wheel: an installed package answers at once, and needs no build."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SnapshotHook(BuildHookInterface[Any]):
    """Builds the snapshot from the sources of this checkout and adds it to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the snapshot; an editable installation builds its own when it is first used."""
        if version == "editable":
            return
        sys.path.insert(0, os.path.join(self.root, "src"))
        from si_graph.snapshot.build import build

        self._folder = tempfile.mkdtemp()
        build(self.root, self._folder)
        build_data["force_include"][self._folder] = "si_graph/bundle/snapshot"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was built once it is in the wheel."""
        if version != "editable":
            shutil.rmtree(self._folder)
