"""A server that may be called, one that may not, and a gateway between them and the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from federating import ONE_ROW, Federation, federating
from loopback import Server, answering, serving


@pytest.fixture(scope="module")
def allowed() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def forbidden() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def federation(allowed: Server) -> Iterator[Federation]:
    with federating([allowed.url]) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(allowed: Server, forbidden: Server) -> None:
    for server in (allowed, forbidden):
        server.answer = answering(ONE_ROW, "application/sparql-results+json")
        server.requests.clear()
