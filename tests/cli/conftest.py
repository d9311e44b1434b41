"""The command as users run it: a process of its own, with its streams and its exit status."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from support import COMMAND, Finished, Run


@pytest.fixture(scope="session")
def environment(snapshot: object) -> dict[str, str]:
    """Return an environment in which only the command itself decides about its output.

    The bundled graph is there by then: otherwise the first command would say that it builds it.
    """
    kept = ("PATH", "HOME", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    return {name: os.environ[name] for name in kept if name in os.environ}


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Return a function that runs the command."""

    def run_it(*arguments: str, stdin: str | None = None, **extra: str) -> Finished:
        finished = subprocess.run(
            [COMMAND, *arguments],
            cwd=tmp_path,
            env=environment | {"LANG": "en_GB.UTF-8"} | extra,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in finished.stderr
        return finished

    return run_it
