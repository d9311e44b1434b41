"""The worker processes: those at rest, and those that start."""

from __future__ import annotations

import asyncio
import socket

from si_graph.serve.workers.channel import Channel
from si_graph.serve.workers.limits import processor_time
from si_graph.serve.workers.nursery import Nursery
from si_graph.serve.workers.processors import Processors, keep_to, lower_priority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.limits import Limits

KEPT_FREE = 2
"""Workers that slow jobs may not take, so that light ones never wait for slow ones."""

_LIGHT = 0.001
"""Seconds of processor time that a job takes at most to count as light."""


class Worker:
    """One worker process.

    Attributes:
        channel: The connection to it.
        is_new: Whether it has not done a job yet.
        is_spent: Whether it takes no more jobs.
        is_slow: Whether its job takes so long that it may run beside heavy ones.
        is_light: Whether its last job was light, and so the next one probably is.
        worked: Seconds of processor time that it had had after its last job.
        shown: The version of the dataset that it serves.
        process: The number of the process, which nobody else has before `kill`.
        nursery: Where it comes from.
    """

    def __init__(self, process: int, channel: Channel, nursery: Nursery) -> None:
        self.channel = channel
        self.is_new = True
        self.is_spent = False
        self.is_slow = False
        self.is_light = True
        self.worked = 0.0
        self.shown = nursery.version
        self.process = process
        self.nursery = nursery

    def processor_time(self) -> float:
        """Return the seconds of processor time that it has had."""
        try:
            return processor_time(self.process)
        except OSError:  # it ended
            return 0.0

    def kill(self) -> None:
        """End it."""
        self.is_spent = True
        self.channel.close()
        self.nursery.kill(self.process)


class Staff:
    """Starts workers, and keeps those that have nothing to do."""

    def __init__(self, limits: Limits, held: Version | None) -> None:
        """Prepare.

        Args:
            limits: What workers may take.
            held: What they hold in memory if it is small; None for nothing.
        """
        self._limits = limits
        self._nursery = Nursery(limits, held)
        self._renewing = asyncio.Lock()
        self._idle: list[Worker] = []
        self._light: set[Worker] = set()
        self._heavy: set[Worker] = set()
        self._spares: set[asyncio.Task[None]] = set()
        self._is_needed = False
        self._processors = Processors()

    async def start(self, count: int) -> None:
        """Start the first workers."""
        await self._nursery.start()
        self._is_needed = True
        self._idle += [await self.started() for _ in range(count)]

    def stop(self) -> None:
        """End those that have nothing to do, and start no more."""
        self._is_needed = False
        for task in self._spares:
            task.cancel()
        self._end_idle()
        self._nursery.retire()

    async def hold(self, version: Version) -> None:
        """Let workers hold another version in memory; those at work end with their jobs."""
        async with self._renewing:
            await self._renew(version)

    async def _renew(self, version: Version | None) -> None:
        nursery = Nursery(self._limits, version)
        await nursery.start()
        before, self._nursery = self._nursery, nursery
        self._end_idle()
        before.retire()
        if not self._is_needed:  # it was stopped meanwhile
            nursery.retire()
            return
        self._idle += [await self._forked() for _ in range(KEPT_FREE)]

    def _end_idle(self) -> None:
        while self._idle:
            one = self._idle.pop()
            one.kill()
            self._leave(one)

    def rested(self) -> Worker | None:
        """Return the worker that was used last, whose memory is still at hand."""
        while self._idle:
            one = self._idle.pop()
            if one.channel.is_open:
                return one
            one.kill()
            self._leave(one)
        return None

    def spread(self, one: Worker) -> None:
        """Let a job that is neither light nor heavy run beside either, for the time it takes."""
        one.is_slow = True
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
        is_current = one.nursery is self._nursery and not one.is_spent
        if self._is_needed and one.channel.is_open and is_current:
            self._idle.append(one)
            self._judge(one)
            return
        one.kill()
        self._leave(one)
        if self._is_needed and len(self._idle) + len(self._spares) < KEPT_FREE:
            spare = asyncio.create_task(self._start_spare())
            self._spares.add(spare)
            spare.add_done_callback(self._spares.discard)

    def _judge(self, one: Worker) -> None:
        """Expect of the next job of a worker what its last one was like."""
        worked = one.processor_time()
        is_light = worked - one.worked < _LIGHT
        one.worked = worked
        if one.is_slow or is_light != one.is_light:
            one.is_slow = False
            one.is_light = is_light
            self._place(one)

    async def _start_spare(self) -> None:
        self._idle.append(await self.started())

    async def started(self) -> Worker:
        """Start a worker process.

        Raises:
            ConnectionError: None can be started.
        """
        nursery = self._nursery
        try:
            return await self._forked()
        except ConnectionError:
            # It has ended, as processes may where memory is short.
            async with self._renewing:
                if self._nursery is nursery:
                    await self._renew(nursery.version)
            return await self._forked()

    async def _forked(self) -> Worker:
        ours, theirs = socket.socketpair()
        nursery = self._nursery
        process = nursery.fork(theirs)
        ours.setblocking(False)
        _, channel = await asyncio.get_running_loop().create_connection(Channel, sock=ours)
        one = Worker(process, channel, nursery)
        self._light.add(one)
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
        """Let a worker that is not heavy run where its job disturbs no other."""
        processors = self._processors.all
        if self._heavy:
            processors = processors if one.is_slow else self._processors.light
        elif one.is_light and not one.is_slow:
            processors = self._processors.apart
        keep_to(one.process, processors)
