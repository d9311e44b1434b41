"""What the tests of reasoning share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from si_graph.reason import in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = {"in memory": in_memory.MOST_TRIPLES, "at first in memory": 60, "by the database": 0}


@pytest.fixture(scope="module", params=_MOST)
def executor(request: pytest.FixtureRequest) -> Iterator[str]:
    """Have plans worked out in memory, by the database, or by both in turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_memory, "MOST_TRIPLES", _MOST[request.param])
        yield request.param
