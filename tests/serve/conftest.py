"""One server of each kind for all tests that only read."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from assisting import COMMAND
from servers import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """Return a server with the bundled graph."""
    with running() as one:
        yield one


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Return the address of a server for assistants."""
    process = subprocess.Popen(
        [*COMMAND, "--http", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        found = re.search(r"serving (\S+)$", process.stderr.readline().strip())
        assert found is not None
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=30)
