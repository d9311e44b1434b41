"""The worker processes: those at rest, and those that start."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket

from si_graph.serve.workers import worker
from si_graph.serve.workers.channel import Channel
from si_graph.serve.workers.limits import processor_time
from si_graph.serve.workers.processors import Processors, keep_to, lower_priority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.limits import Limits

KEPT_FREE = 2
"""Workers that slow jobs may not take, so that light ones never wait for slow ones."""

_PRELOADED = [
    "si_graph.serve.workers.worker",
    "si_graph.serve.workers.served",
    "si_graph.graph",
    "si_graph.query.evaluate",
    "si_graph.query.explanation.explanation",
    "si_graph.render.templating",
]


class Worker:
    """One worker process.

    Attributes:
        channel: The connection to it.
        is_new: Whether it has not done a job yet.
        is_spent: Whether it takes no more jobs.
        is_slow: Whether its job takes longer than a light one.
        shown: The version of the dataset that it serves.
    """

    def __init__(self, process: ForkServerProcess, channel: Channel) -> None:
        self.channel = channel
        self.is_new = True
        self.is_spent = False
        self.is_slow = False
        self.shown: Version | None = None
        self._process = process

    def processor_time(self) -> float:
        """Return the seconds of processor time that it has had."""
        try:
            return processor_time(self.process)
        except OSError:  # it ended
            return 0.0

    @property
    def process(self) -> int:
        """The number of the process."""
        return self._process.pid or 0

    def kill(self) -> None:
        """End it."""
        self.is_spent = True
        self.channel.close()
        self._process.kill()
        # Without this, the process would be kept on a list of those to be waited for.
        self._process.join(0)


class Staff:
    """Starts workers, and keeps those that have nothing to do."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._idle: list[Worker] = []
        self._light: set[Worker] = set()
        self._heavy: set[Worker] = set()
        self._spares: set[asyncio.Task[None]] = set()
        self._is_needed = False
        self._processors = Processors()

    async def start(self, count: int) -> None:
        """Start the first workers."""
        self._is_needed = True
        self._idle += [await self.started() for _ in range(count)]

    def stop(self) -> None:
        """End those that have nothing to do, and start no more."""
        self._is_needed = False
        for task in self._spares:
            task.cancel()
        for one in self._idle:
            one.kill()
        self._idle.clear()

    def rested(self) -> Worker | None:
        """Return the worker that was used last, whose memory is still at hand."""
        while self._idle:
            one = self._idle.pop()
            if one.channel.is_open:
                return one
            self._leave(one)
        return None

    def spread(self, one: Worker) -> None:
        """Let a job that is neither light nor heavy run beside either, for the time it takes."""
        one.is_slow = True
        if self._heavy:
            self._place(one)

    def tire(self, one: Worker) -> None:
        """Let light jobs go before; priority cannot be given back, so this was its last job."""
        one.is_spent = True
        self._light.discard(one)
        self._heavy.add(one)
        lower_priority(one.process)
        keep_to(one.process, self._processors.heavy)
        if len(self._heavy) == 1:
            self._move_light()

    def put_back(self, one: Worker) -> None:
        """Keep a worker for the next job, or one in its place if it is spent."""
        if self._is_needed and one.channel.is_open and not one.is_spent:
            self._idle.append(one)
            if one.is_slow:
                one.is_slow = False
                if self._heavy:
                    self._place(one)
            return
        one.kill()
        self._leave(one)
        if self._is_needed and len(self._idle) + len(self._spares) < KEPT_FREE:
            spare = asyncio.create_task(self._start_spare())
            self._spares.add(spare)
            spare.add_done_callback(self._spares.discard)

    async def _start_spare(self) -> None:
        self._idle.append(await self.started())

    async def started(self) -> Worker:
        """Start a worker process."""
        ours, theirs = socket.socketpair()
        process = self._context.Process(
            target=worker.main, args=(theirs, self._limits), daemon=True
        )
        process.start()
        theirs.close()
        ours.setblocking(False)
        _, channel = await asyncio.get_running_loop().create_connection(Channel, sock=ours)
        one = Worker(process, channel)
        self._light.add(one)
        if self._heavy:
            self._place(one)
        return one

    def _leave(self, one: Worker) -> None:
        """Forget a worker that has ended; after the last heavy job all may run anywhere again."""
        self._light.discard(one)
        if one in self._heavy:
            self._heavy.discard(one)
            if not self._heavy:
                self._move_light()

    def _move_light(self) -> None:
        """Keep this process and light jobs off the processors of the heavy ones, if there are."""
        keep_to(0, self._processors.light if self._heavy else self._processors.all)
        for one in self._light:
            # The number of a process that has ended may be another's by now.
            if one.channel.is_open:
                self._place(one)

    def _place(self, one: Worker) -> None:
        is_apart = self._heavy and not one.is_slow
        keep_to(one.process, self._processors.light if is_apart else self._processors.all)
