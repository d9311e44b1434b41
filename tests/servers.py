"""Starts the real server for tests, as a process of its own, and stops it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import httpx

_ADDRESS = re.compile(r"serving (http://\S+)/$")
_PATIENCE = 60
TOKEN = "only-for-tests-0123456789"  # noqa: S105 - it opens nothing
GRAPHS = [
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
]
"""The media types of graphs."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
"""What browsers accept."""
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


class Running(NamedTuple):
    """A server that runs.

    Attributes:
        url: Its address, without the last slash.
        process: Its process.
        errors: What it has written to standard error so far, line by line.
    """

    url: str
    process: subprocess.Popen[str]
    errors: list[str]


@contextmanager
def running(*arguments: str, stop: bool = True) -> Iterator[Running]:
    """Run `si-graph serve` with these arguments on a free port."""
    command = [sys.executable, "-m", "si_graph", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    errors: list[str] = []
    ready = threading.Event()
    assert process.stderr is not None
    stderr = process.stderr

    def read() -> None:
        for line in stderr:
            errors.append(line.rstrip("\n"))
            if _ADDRESS.search(errors[-1]):
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(_PATIENCE), "the server did not start in time"
        found = [match[1] for line in errors if (match := _ADDRESS.search(line))]
        assert found, f"the server did not start: {errors}"
        yield Running(found[0], process, errors)
    finally:
        if stop:
            process.terminate()
        process.wait(_PATIENCE)
        reader.join(_PATIENCE)
        stderr.close()


@contextmanager
def running_writable(*arguments: str, data: str = "") -> Iterator[Running]:
    """Run a server with data that can be changed; at first they are what is given as TriG."""
    with tempfile.TemporaryDirectory() as folder:
        token, file = Path(folder, "token"), Path(folder, "data.trig")
        token.touch(mode=0o600)
        token.write_text(f"{TOKEN}\n", encoding="ascii")
        file.write_text(data, encoding="utf-8")
        options = ["--writable", "--token-file", str(token), "--data", str(file)]
        with running(*options, "--store", str(Path(folder, "store")), *arguments) as one:
            yield one


def problem(response: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """Require a problem of a kind, and return its members."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    members: dict[str, Any] = response.json()
    assert members["status"] == status
    assert str(members["type"]).endswith(f"/problem/{name}")
    assert members["title"]
    assert members["detail"]
    return members


def ask(client: httpx.Client, query: str, accept: str = "*/*", **more: str) -> httpx.Response:
    """Ask a query by GET."""
    return client.get("/sparql", params={"query": query, **more}, headers={"Accept": accept})


def quads(answer: httpx.Response) -> set[ox.Quad]:
    """Return what an answer says, by its own media type."""
    assert answer.status_code == 200, answer.text
    rdf_format = ox.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    assert rdf_format is not None
    return set(ox.parse(BytesIO(answer.content), format=rdf_format))


def triples(answer: httpx.Response) -> set[ox.Triple]:
    return {quad.triple for quad in quads(answer)}
