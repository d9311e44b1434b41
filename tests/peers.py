"""Real SPARQL servers of others on the loopback interface, loaded with data."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

_PATIENCE = 60
_PACKAGES = ("virtuoso-opensource-7-bin", "virtuoso-opensource-7-common")
_SETTINGS = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 4000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def oxigraph(folder: Path, data: str) -> Iterator[str]:
    """Run an Oxigraph server that holds data in TriG; give the address of its endpoint."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program is not None, "the oxigraph server is one of the development dependencies"
    port = free_port()
    command = [program, "serve", "--bind", f"127.0.0.1:{port}"]
    with _running(command, folder, port):
        headers = {"Content-Type": "application/trig"}
        where = f"http://127.0.0.1:{port}/store"
        with urlopen(Request(where, data.encode(), headers, method="POST")):
            pass
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def virtuoso(folder: Path, data: str, rows: int = 10_000) -> Iterator[str]:
    """Run a Virtuoso that holds data in Turtle; give the address of its endpoint.

    Args:
        folder: Where it keeps its files.
        data: What it holds.
        rows: How many rows it gives at most.
    """
    programs = _virtuoso_programs()
    if programs is None:
        pytest.skip("Virtuoso is not installed, and only root can install it")
    server, client = programs
    port, sql = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_SETTINGS.format(port=port, sql=sql, rows=rows))
    (folder / "data.ttl").write_text(data, encoding="utf-8")
    with _running([server, "-f", "-c", "virtuoso.ini"], folder, port):
        load = "DB.DBA.TTLP_MT(file_to_string_output('data.ttl'), '', 'http://example.org/graph');"
        done = subprocess.run(
            [client, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load} checkpoint;"],
            cwd=folder, capture_output=True, text=True, timeout=_PATIENCE,
        )  # fmt: skip
        assert "Error" not in done.stdout + done.stderr, done.stdout + done.stderr
        yield f"http://127.0.0.1:{port}/sparql"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@cache
def _virtuoso_programs() -> tuple[str, str] | None:
    """Return Virtuoso's server and its client, installed where that is allowed."""
    if shutil.which("virtuoso-t") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(
            ["apt-get", "install", "-y", "-q", *_PACKAGES],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True, timeout=300,
        )  # fmt: skip
    server, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    return (server, client) if server and client else None


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        _wait_until_open(port, process, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        else:
            return
