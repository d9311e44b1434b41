"""The process that changes the data: one for all changes, each after the other.

It can be killed amid a change like any worker: what is on the disk is the version before the
change or the one after it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from si_graph.errors import SiGraphError
from si_graph.serve.workers import channel
from si_graph.serve.workers.channel import Channel
from si_graph.serve.workers.errors import BusyError, CrashedError, TimedOutError, ended_amid
from si_graph.serve.workers.limits import Limits, end_in_time, in_time, limit_memory
from si_graph.serve.workers.process import answered, leave_signals_to_the_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from multiprocessing.context import ForkServerProcess
    from typing import Any

    from si_graph.serve.dataset.versions import Dataset, Version
    from si_graph.serve.dataset.writer import Writer, Written

_COME_AGAIN = 5
_STARTING = 600.0
"""Seconds that the process gets to begin: with another reasoner, it derives all anew."""


class WriterSettings(NamedTuple):
    """How the data are changed.

    Attributes:
        directory: The folder of the dataset.
        reason: Whether what follows is kept up to date.
        checks: Whether changes are refused that contradict what is stated or break a shape.
        allowed: Endpoints that `SERVICE` and `LOAD` may reach.
        gateway: What reaches them.
    """

    directory: str
    reason: bool = True
    checks: bool = True
    allowed: tuple[str, ...] = ()
    gateway: str | None = None


class WriterProcess:
    """Runs the process, and holds changes to the limits."""

    def __init__(
        self, settings: WriterSettings, limits: Limits, show: Callable[[Version], None]
    ) -> None:
        """Prepare the process.

        Args:
            settings: How the data are changed.
            limits: What a change may take.
            show: Is told the version that is current, whenever that may have changed.
        """
        self._settings = settings
        self._limits = limits
        self._show = show
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: ForkServerProcess | None = None
        self._channel: Channel | None = None
        self._shown: list[tuple[float, int]] = []

    async def start(self) -> None:
        """Start the process.

        Raises:
            SiGraphError: It cannot write: another one does, or the dataset is damaged.
        """
        ours, theirs = socket.socketpair()
        context = multiprocessing.get_context("forkserver")
        arguments = (theirs, self._settings, self._limits)
        self._process = context.Process(target=main, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        ours.setblocking(False)
        _, self._channel = await asyncio.get_running_loop().create_connection(Channel, sock=ours)
        self._tell(await self._answer("current", {}, _STARTING))

    def stop(self) -> None:
        """End the process, if need be amid a change."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(0)

    async def run(
        self,
        change: str,
        arguments: dict[str, Any],
        timeout: float | None = None,
    ) -> Written:
        """Make a change; when this returns, it is on the disk and shown.

        Args:
            change: The function of this module that makes it.
            arguments: What it takes.
            timeout: Seconds; never more than the limit.

        Raises:
            BusyError: Too many changes wait.
            TimedOutError: It took too long; nothing has changed, or all of it.
            CrashedError: It took too much memory.
            SiGraphError: What the change itself raises: nothing has changed.
        """
        seconds = min(timeout or self._limits.timeout, self._limits.timeout)
        async with self._alone():
            if self._channel is None or not self._channel.is_open:
                await self.start()
            now = monotonic()
            # Requests that began before the last change may still read what was before it.
            lasting = self._limits.timeout + self._limits.patience
            self._shown = [pair for pair in self._shown if pair[0] > now - lasting]
            in_use = [number for _, number in self._shown]
            try:
                written: Written = await self._answer(
                    change, {**arguments, "in_use": in_use}, seconds
                )
            except (TimedOutError, CrashedError):
                await self.start()
                raise
            self._tell(written.version)
            return written

    async def _answer(self, change: str, arguments: dict[str, Any], seconds: float) -> Any:
        assert self._channel is not None  # noqa: S101 - it was started
        try:
            async with asyncio.timeout(seconds):
                answer = await self._channel.call((change, arguments, seconds))
        except TimeoutError:
            self.stop()
            raise TimedOutError(f"the change took longer than {seconds:g} s") from None
        except ConnectionError:
            self.stop()
            raise ended_amid("change") from None
        except BaseException:
            # Its answer would be taken for that to the next change.
            self.stop()
            raise
        if isinstance(answer, SiGraphError):
            raise answer
        return answer

    def _tell(self, version: Version) -> None:
        self._shown.append((monotonic(), version.number))
        self._show(version)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        if self._waiting >= self._limits.queue:
            raise BusyError("too many changes wait already", _COME_AGAIN)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.timeout + self._limits.patience):
                await self._turn.acquire()
        except TimeoutError:
            raise BusyError("other changes took too long", _COME_AGAIN) from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()


def main(connection: socket.socket, settings: WriterSettings, limits: Limits) -> None:
    """Make changes until the server closes the connection."""
    leave_signals_to_the_server()
    changes = _Changes(settings, limits)
    with suppress(EOFError, ConnectionError):
        while True:
            change, arguments, timeout = channel.receive(connection)
            end_in_time(timeout)
            in_use = arguments.pop("in_use", None)
            found = answered(partial(changes.make, change, arguments), "change")
            in_time()
            channel.send(connection, found)
            if in_use is not None:
                changes.sweep(in_use)
    os._exit(0)


class _Changes:
    """What changes the data, as the protocols name it."""

    _dataset: Dataset
    _writer: Writer

    def __init__(self, settings: WriterSettings, limits: Limits) -> None:
        self._settings = settings
        self._limits = limits
        self._is_open = False

    def make(self, change: str, arguments: dict[str, Any]) -> Any:
        """Make a change by its name; the first opens the dataset, whose errors are answers too."""
        if not self._is_open:
            self._open()
            limit_memory(self._limits.memory)
            self._is_open = True
        return getattr(self, change)(**arguments)

    def _open(self) -> None:
        from si_graph.serve.dataset.versions import Dataset
        from si_graph.serve.dataset.writer import Rules, Writer

        settings = self._settings
        self._dataset = Dataset.open(settings.directory)
        rules = Rules(reason=settings.reason, checks=settings.checks, gateway=settings.gateway)
        self._writer = Writer(self._dataset, rules)

    def current(self) -> Version:
        return self._dataset.current()

    def sweep(self, in_use: Sequence[int]) -> None:
        if self._is_open:
            self._writer.sweep(in_use)

    def update(self, text: str, using: Sequence[str], using_named: Sequence[str]) -> Written:
        from si_graph.serve.dataset.writer import Written
        from si_graph.serve.federation.policy import prepare_update

        if self._settings.allowed:
            text = prepare_update(text, self._settings.allowed, self._settings.gateway)
        return Written(self._writer.update(text, using, using_named), existed=True)

    def replace_graph(
        self, graph: str | None, documents: Sequence[tuple[bytes, str]], base: str
    ) -> Written:
        return self._writer.replace_graph(graph, *_one(documents, base))

    def merge_graph(
        self, graph: str | None, documents: Sequence[tuple[bytes, str]], base: str
    ) -> Written:
        return self._writer.merge_graph(graph, *_one(documents, base))

    def delete_graph(self, graph: str | None) -> Written:
        return self._writer.delete_graph(graph)


def _one(documents: Sequence[tuple[bytes, str]], base: str) -> tuple[bytes, Any, str]:
    """Return documents as one, with its format and base; each has blank nodes of its own."""
    from pyoxigraph import RdfFormat, serialize

    from si_graph.serve.dataset.bodies import read_body
    from si_graph.store.writing import RDF_FORMATS

    if len(documents) == 1:
        body, name = documents[0]
        return body, RDF_FORMATS[name], base
    quads = [quad for body, name in documents for quad in read_body(body, RDF_FORMATS[name], base)]
    written = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    return written or b"", RdfFormat.N_TRIPLES, base
