"""One server and one browser for all visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsing import chromium
from servers import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="session")
def server(browser: Browser) -> Iterator[Running]:
    """Return a server with the bundled graph; without a browser there is no need of one."""
    with running() as one:
        yield one
