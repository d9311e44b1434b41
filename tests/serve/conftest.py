"""One server for all tests that only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from servers import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """Return a server with the bundled graph."""
    with running() as one:
        yield one
