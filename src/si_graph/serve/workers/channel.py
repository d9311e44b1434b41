"""Messages between the pool and a worker: pickled, each after its length, over a socket pair.

Both ends are this program, so what they unpickle is their own.
"""

from __future__ import annotations

import asyncio
import pickle
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import Any

_LENGTH = struct.Struct("!Q")


def send(connection: socket.socket, message: Any) -> None:
    """Send a message, from a worker."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    connection.sendall(_LENGTH.pack(len(data)) + data)


def receive(connection: socket.socket) -> Any:
    """Wait for a message, in a worker.

    Raises:
        EOFError: The pool is gone.
    """
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    return pickle.loads(_exactly(connection, length))  # noqa: S301 - our own pool wrote it


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


class Channel(asyncio.Protocol):
    """The pool's end: one call at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._answer: asyncio.Future[Any] | None = None
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection (called by the event loop)."""
        self._transport = transport  # type: ignore[assignment]  # a socket gives a Transport

    def call(self, message: Any) -> asyncio.Future[Any]:
        """Send a message; the future is its answer, or a `ConnectionError` if the worker ended."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is None or not self.is_open:
            self._answer.set_exception(ConnectionResetError())
            return self._answer
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        self._transport.write(_LENGTH.pack(len(data)) + data)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """Gather the answer (called by the event loop)."""
        self._buffer += data
        if len(self._buffer) < _LENGTH.size:
            return
        (length,) = _LENGTH.unpack_from(self._buffer)
        if len(self._buffer) < _LENGTH.size + length:
            return
        with memoryview(self._buffer) as view:
            answer = pickle.loads(view[_LENGTH.size :])  # noqa: S301 - our own worker wrote it
        self._buffer = bytearray()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def connection_lost(self, exception: Exception | None) -> None:
        """Give up (called by the event loop)."""
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    def close(self) -> None:
        """Close the connection; the worker ends when it reads that."""
        if self._transport is not None:
            self._transport.close()
