"""A server and a browser for the visits of each file.

A browser keeps an event loop going in the main thread, so that no test after it could start its
own: it ends with the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsing import chromium
from servers import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def server(browser: Browser) -> Iterator[Running]:
    """Return a server with the bundled graph; without a browser there is no need of one."""
    with running() as one:
        yield one
