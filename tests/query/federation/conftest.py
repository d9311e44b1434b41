"""Servers for the tests of federation: one that does as it is told, and real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from loopback import Server, serving
from peers import oxigraph, virtuoso

DATA = Path(__file__).parent / "data"
# The engines of these endpoints, or the one of the two that is nearer to them.
ON_VIRTUOSO = ("cellar", "data-europa", "cordis")
ON_OXIGRAPH = ("kohesio", "wikidata")
VIRTUOSO_ROWS = 5
MANY = 230
"""How many things `MANY_THINGS` describes, with four statements each."""

MANY_THINGS = "".join(
    f"<http://example.org/s{number:03}> <http://example.org/p> {number} ;"
    f' <http://example.org/q> "x{number % 7}"@nl , "é {number}" ;'
    f" <http://example.org/r> [] .\n"
    for number in range(MANY)
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def virtuoso_peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Virtuoso that gives few rows at once."""
    data = "".join(_read(name) for name in ON_VIRTUOSO) + MANY_THINGS
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), data, rows=VIRTUOSO_ROWS) as url:
        yield url


@pytest.fixture(scope="session")
def virtuoso_peers(virtuoso_peer: str) -> Mapping[str, str]:
    """Return the address of a Virtuoso for each endpoint that is one."""
    return dict.fromkeys(ON_VIRTUOSO, virtuoso_peer)


@pytest.fixture(scope="session")
def oxigraph_peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Return the address of an Oxigraph for each endpoint, with everything in it."""
    everything = "".join(_read(name) for name in (*ON_VIRTUOSO, *ON_OXIGRAPH))
    with oxigraph(tmp_path_factory.mktemp("oxigraph"), everything) as url:
        yield dict.fromkeys((*ON_VIRTUOSO, *ON_OXIGRAPH), url)


def _read(name: str) -> str:
    return (DATA / f"{name}.ttl").read_text(encoding="utf-8")
