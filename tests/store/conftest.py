"""A small dataset in every store, and endpoints on the loopback interface."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from loopback import Server, serving
from peers import oxigraph
from si_graph.store.embedded import EmbeddedStore

EX = "http://example.org/"
DATA = f"""
@prefix ex: <{EX}> .
ex:s ex:p ex:o , "café"@nl , 7 .
ex:one {{ ex:a ex:b ex:c . ex:a ex:only ex:one }}
ex:two {{ ex:a ex:b ex:c . ex:a ex:only ex:two }}
ex:three {{ ex:a ex:b ex:c }}
"""


@pytest.fixture(scope="session")
def store() -> EmbeddedStore:
    return EmbeddedStore.from_quads(ox.parse(DATA, format=ox.RdfFormat.TRIG))


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server that keeps every request, to show that none was made or which."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a real SPARQL endpoint that holds the dataset."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph"), DATA) as url:
        yield url
