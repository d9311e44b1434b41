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
    from collections.abc import Callable
    from typing import Any

_LENGTH = struct.Struct("!Q")
_PIECE = 1 << 16


def send(connection: socket.socket, message: Any) -> None:
    """Send a message, from a worker."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    connection.sendall(_LENGTH.pack(len(data)) + data)


def receive(connection: socket.socket) -> Any:
    """Wait for a message, in a worker.

    Raises:
        EOFError: The pool is gone.
    """
    # One message at a time is sent; most come in one piece.
    data = _piece(connection)
    while len(data) < _LENGTH.size or len(data) < _LENGTH.size + _LENGTH.unpack_from(data)[0]:
        data += _piece(connection)
    return pickle.loads(memoryview(data)[_LENGTH.size :])  # noqa: S301 - our own pool wrote it


def _piece(connection: socket.socket) -> bytearray:
    part = connection.recv(_PIECE)
    if not part:
        raise EOFError
    return bytearray(part)


class Channel(asyncio.Protocol):
    """The pool's end: one call at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._done: Callable[[Any], None] | None = None
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection (called by the event loop)."""
        self._transport = transport  # type: ignore[assignment]  # a socket gives a Transport

    def send(self, message: Any, done: Callable[[Any], None]) -> None:
        """Send a message.

        Args:
            message: The message.
            done: Is given the answer, or a `ConnectionError` if the worker ended.
        """
        if self._transport is None or not self.is_open:
            done(ConnectionResetError())
            return
        self._done = done
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        self._transport.write(_LENGTH.pack(len(data)) + data)

    async def call(self, message: Any) -> Any:
        """Send a message, and return the answer.

        Raises:
            ConnectionError: The worker ended.
        """
        found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.send(message, found.set_result)
        try:
            answer = await found
        finally:
            self._done = None
        if isinstance(answer, ConnectionError):
            raise answer
        return answer

    def data_received(self, data: bytes) -> None:
        """Gather the answer (called by the event loop)."""
        # Most answers come in one piece, which need not be gathered.
        if self._buffer:
            self._buffer += data
        whole = self._buffer or data
        if len(whole) < _LENGTH.size or len(whole) < _LENGTH.size + _LENGTH.unpack_from(whole)[0]:
            self._buffer = self._buffer or bytearray(data)
            return
        self._buffer = bytearray()
        answer = pickle.loads(memoryview(whole)[_LENGTH.size :])  # noqa: S301 - our own worker's
        self._tell(answer)

    def connection_lost(self, exception: Exception | None) -> None:
        """Give up (called by the event loop)."""
        self.is_open = False
        self._tell(ConnectionResetError())

    def _tell(self, answer: Any) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(answer)

    def close(self) -> None:
        """Close the connection; the worker ends when it reads that."""
        if self._transport is not None:
            self._transport.close()
