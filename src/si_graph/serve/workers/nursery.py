"""The process that workers are forked from: it holds the graph, so that none has to read it.

What is read once is shared by all, and a worker that takes the place of another answers at once.
Nothing here may ask Oxigraph for what is random: its workers would all go on with the same numbers.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
import struct
from contextlib import suppress

from si_graph.errors import SiGraphError
from si_graph.serve.workers import worker
from si_graph.serve.workers.process import leave_signals_to_the_server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.limits import Limits
    from si_graph.serve.workers.served import Served

_NUMBER = struct.Struct("!Q")
_FORK = 0
"""What asks for a worker; any other number is that of one that was ended, and is to be buried."""

_PRELOADED = [
    "si_graph.serve.workers.nursery",
    "si_graph.serve.workers.served",
    "si_graph.graph",
    "si_graph.query.explanation.explanation",
    "si_graph.serve.operations.linked_data",
    "si_graph.serve.operations.pages",
    "si_graph.serve.operations.sparql",
]

# A query frees far more pieces of a size at once than the seven that glibc keeps at hand for the
# next one, which costs a light one a twentieth of its time. Only a new process can be told this.
_ALLOCATION = ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=127")


class Nursery:
    """The pool's end: asks for workers, and lets them be buried.

    Attributes:
        version: What its workers hold in memory if it is small; None for nothing.
    """

    def __init__(self, limits: Limits, version: Version | None) -> None:
        """Prepare one.

        Args:
            limits: What its workers may take.
            version: What they are to hold in memory.
        """
        self.version = version
        self._limits = limits
        self._process: ForkServerProcess | None = None
        self._connection: socket.socket | None = None
        self._living: set[int] = set()
        self._is_retired = False

    async def start(self) -> None:
        """Start the process, and wait until it holds the graph.

        Raises:
            ConnectionError: It ended.
        """
        ours, theirs = socket.socketpair()
        os.environ.setdefault(*_ALLOCATION)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        arguments = (theirs, self._limits, self.version)
        self._process = context.Process(target=main, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        ours.setblocking(False)
        ready = await asyncio.get_running_loop().sock_recv(ours, _NUMBER.size)
        ours.setblocking(True)
        self._connection = ours
        if not ready:
            raise ConnectionResetError

    def fork(self, connection: socket.socket) -> int:
        """Start a worker.

        Args:
            connection: What the worker listens to; it is closed here.

        Returns:
            Its number.

        Raises:
            ConnectionError: The process of the nursery has ended.
        """
        with connection:
            if self._connection is None:
                raise ConnectionResetError
            socket.send_fds(self._connection, [_NUMBER.pack(_FORK)], [connection.fileno()])
        answer = self._connection.recv(_NUMBER.size)
        if not answer:
            raise ConnectionResetError
        (number,) = _NUMBER.unpack(answer)
        self._living.add(number)
        return int(number)

    def kill(self, number: int) -> None:
        """End a worker; its number is nobody else's until then."""
        if number not in self._living:
            return
        self._living.discard(number)
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        if self._connection is not None:
            with suppress(ConnectionError):
                self._connection.sendall(_NUMBER.pack(number))
        if self._is_retired and not self._living:
            self._stop()

    def retire(self) -> None:
        """End the process as soon as the last of its workers has ended."""
        self._is_retired = True
        if not self._living:
            self._stop()

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            # Without this, the process would be kept on a list of those to be waited for.
            self._process.join(0)


def main(connection: socket.socket, limits: Limits, version: Version | None) -> None:
    """Hold a graph and fork workers until the pool closes the connection."""
    leave_signals_to_the_server()
    from si_graph.serve.workers.served import Served

    served = Served(limits)
    if version is not None:
        # What is wrong with it is told by workers, to those who ask.
        with suppress(SiGraphError):
            served.load(version)
    # What workers share would be copied, just to look for garbage in it.
    gc.freeze()
    ended: set[int] = set()
    with suppress(ConnectionError):
        connection.sendall(_NUMBER.pack(_FORK))
        while True:
            message, descriptors, *_ = socket.recv_fds(connection, _NUMBER.size, 1)
            if not message:
                break
            (number,) = _NUMBER.unpack(message)
            if number == _FORK:
                connection.sendall(_NUMBER.pack(_forked(connection, descriptors[0], served)))
            else:
                ended.add(number)
            ended -= {one for one in ended if os.waitpid(one, os.WNOHANG)[0]}
    os._exit(0)


def _forked(connection: socket.socket, descriptor: int, served: Served) -> int:
    process = os.fork()
    if process:
        os.close(descriptor)
        return process
    try:
        connection.close()
        worker.main(socket.socket(fileno=descriptor), served)
    finally:
        os._exit(1)
