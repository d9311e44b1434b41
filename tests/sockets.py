"""Clients that do not behave: bytes straight to the server, and what comes back."""

from __future__ import annotations

import socket
from contextlib import suppress
from urllib.parse import urlsplit


def connect(url: str, patience: float = 30) -> socket.socket:
    """Open a connection to a server."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 80), patience)


def all_of(connection: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    parts = []
    # A server that closes while we still send may reset the connection.
    with suppress(ConnectionError):
        while part := connection.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def exchange(url: str, request: bytes, patience: float = 30) -> bytes:
    """Send bytes, and return everything that comes back until the server closes."""
    with connect(url, patience) as connection:
        with suppress(ConnectionError):
            connection.sendall(request)
        return all_of(connection)


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    """Return a request that asks for the connection to be closed after it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def status(answer: bytes) -> int:
    """Return the status of an answer; 0 if there was none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
