"""The bundled graph, ready to ask: opened once, built first where a source has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from published import published
from si_graph.reason import in_memory
from si_graph.snapshot.snapshot import Snapshot, open_snapshot
from si_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A check that everybody waits for gives the same verdict twice; elsewhere new examples are tried.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return open_snapshot()


@pytest.fixture(scope="session")
def closure(snapshot: Snapshot) -> EmbeddedStore:
    """Return everything that is stated and what follows from it."""
    return snapshot.store


@pytest.fixture(scope="session")
def asserted(snapshot: Snapshot) -> EmbeddedStore:
    """Return what is stated only."""
    return open_snapshot(asserted=True).store


@pytest.fixture(scope="session")
def site() -> Iterator[Path]:
    """Return the folder of the published static site; it is made once for all tests."""
    with published() as one:
        yield one


@pytest.fixture(scope="module", params=["in memory", "by the database"])
def executor(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have the plans of the rules worked out in memory, by the database, or by both in turn.

    Both in turn are for tests that ask for them: a graph that grows passes from one to the other.
    """
    most = {"in memory": in_memory.MOST_TRIPLES, "at first in memory": 60, "by the database": 0}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_memory, "MOST_TRIPLES", most[request.param])
        yield
