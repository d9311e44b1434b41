"""What the tests of several rooms have in common."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[1]
COMMAND = str(Path(sys.executable).parent / "si-graph")
SHARED = Path(os.environ.get("SI_GRAPH_SHARED", ROOT.parent / "shared"))
"""Where the source text, the inventory and the conformance suites are, if they are at hand."""


class Finished(Protocol):
    """What a command leaves behind."""

    returncode: int
    stdout: str
    stderr: str


class Run(Protocol):
    """Runs `si-graph` with arguments in an empty folder."""

    def __call__(
        self, *arguments: str, stdin: str | None = None, **environment: str
    ) -> Finished: ...
