"""A small dataset in every store, and endpoints on the loopback interface."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest

from loopback import Server, serving
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
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program is not None, "the oxigraph server is one of the development dependencies"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("oxigraph") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "serve", "--bind", f"127.0.0.1:{port}"], stdout=output, stderr=output
        )
    try:
        _wait_until_open(port, process, log)
        _fill(f"http://127.0.0.1:{port}/store")
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait()


def _wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        else:
            return


def _fill(url: str) -> None:
    headers = {"Content-Type": "application/trig"}
    with urlopen(Request(url, DATA.encode(), headers, method="POST")):  # noqa: S310 - loopback
        pass
