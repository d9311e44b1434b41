"""The pool of workers: who runs what, for how long, and who has to wait."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from contextlib import suppress
from typing import NamedTuple

from si_graph.errors import SiGraphError
from si_graph.serve.workers import worker
from si_graph.serve.workers.channel import Channel
from si_graph.serve.workers.errors import BusyError, CrashedError, TimedOutError
from si_graph.serve.workers.limits import Limits, lower_priority, processor_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess
    from typing import Any

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.outcome import Outcome

HEAVY_AFTER = 0.1
"""Seconds of processor time after which a job goes on at the lowest priority.

Light jobs are not delayed then. On a busy machine a light job may take long too, by the clock.
"""

SLOW_AFTER = 1.0
"""Seconds after which a job counts as slow."""

_KEPT_FREE = 2
"""Workers that slow jobs may not take, so that light ones never wait for slow ones."""

_COME_AGAIN = 5
"""Seconds after which a client that was turned away may try again."""

_PRELOADED = [
    "si_graph.serve.workers.worker",
    "si_graph.serve.workers.served",
    "si_graph.graph",
    "si_graph.query.evaluate",
    "si_graph.query.explanation.explanation",
    "si_graph.render.templating",
]


class Load(NamedTuple):
    """How busy the pool is: jobs that run, those of them that are slow, and those that wait."""

    running: int
    slow: int
    waiting: int


class Pool:
    """Runs jobs in worker processes and holds them to the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._slots = asyncio.Semaphore(limits.workers)
        self._waiting = 0
        self._spares: set[asyncio.Task[None]] = set()
        self._slow = 0
        self.killed = 0
        self.is_running = False

    async def start(self) -> None:
        """Start the first workers, so that the first requests need not wait for them."""
        self._idle += [await self._started() for _ in range(min(_KEPT_FREE, self.limits.workers))]
        self.is_running = True

    async def stop(self) -> None:
        """End all workers; those that are amid a job are killed."""
        self.is_running = False
        for spare in list(self._spares):
            spare.cancel()
        for one in [*self._idle, *self._busy]:
            one.kill()
        self._idle.clear()

    @property
    def load(self) -> Load:
        """How busy the pool is."""
        return Load(len(self._busy), self._slow, self._waiting)

    async def run(
        self,
        version: Version,
        operation: str,
        arguments: dict[str, Any],
        timeout: float | None = None,
    ) -> Outcome:
        """Run an operation on a version of the dataset.

        A caller that is cancelled frees its worker at once.

        Args:
            version: What to run it on.
            operation: Its name, such as `sparql.query`.
            arguments: What it takes; they have to be fit for pickling.
            timeout: Seconds; never more than the limit.

        Raises:
            BusyError: Too many jobs wait, or are slow.
            TimedOutError: It took too long.
            CrashedError: It took too much memory.
            SiGraphError: What the operation itself raises.
        """
        seconds = min(timeout or self.limits.timeout, self.limits.timeout)
        await self._turn()
        try:
            return await self._run((version, operation, arguments, seconds), seconds)
        finally:
            self._slots.release()

    async def _turn(self) -> None:
        if self._slots.locked() and self._waiting >= self.limits.queue:
            raise BusyError("too many requests wait already", _COME_AGAIN)
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.patience):
                await self._slots.acquire()
        except TimeoutError:
            raise BusyError("no worker was free in time", _COME_AGAIN) from None
        finally:
            self._waiting -= 1

    async def _run(self, message: Any, seconds: float) -> Outcome:
        one = await self._worker()
        self._busy.add(one)
        try:
            answer = await self._watched(one, message, seconds)
        except ConnectionError:
            one.kill()
            raise CrashedError("the request took more memory than it may have") from None
        except BaseException:
            one.kill()
            raise
        finally:
            self._busy.discard(one)
            self._put_back(one)
        if isinstance(answer, SiGraphError):
            raise answer
        return answer  # type: ignore[no-any-return]  # a worker answers with one of the two

    async def _watched(self, one: _Worker, message: Any, seconds: float) -> Any:
        """Wait for an answer, while the job becomes first heavy, then slow, then too late."""
        loop = asyncio.get_running_loop()
        answer = one.channel.call(message)
        is_slow = False

        def end(error: SiGraphError) -> None:
            self.killed += 1
            if not answer.done():
                answer.set_exception(error)

        def slow() -> None:
            nonlocal is_slow
            if self._slow >= max(self.limits.workers - _KEPT_FREE, 1):
                end(BusyError("too many slow requests run already", _COME_AGAIN))
                return
            is_slow = True
            self._slow += 1

        begun = one.processor_time()

        def heavy() -> None:
            if one.processor_time() - begun >= HEAVY_AFTER:
                one.tire()
            else:
                watches[0] = loop.call_later(HEAVY_AFTER / 2, heavy)

        watches = [
            loop.call_later(HEAVY_AFTER, heavy),
            loop.call_later(SLOW_AFTER, slow),
            loop.call_later(
                seconds,
                lambda: end(TimedOutError(f"the request took longer than {seconds:g} s")),
            ),
        ]
        try:
            return await answer
        finally:
            self._slow -= is_slow
            for watch in watches:
                watch.cancel()

    async def _worker(self) -> _Worker:
        while self._idle:
            one = self._idle.pop()
            if one.channel.is_open:
                return one
        return await self._started()

    def _put_back(self, one: _Worker) -> None:
        """Keep a worker for the next job, unless it is spent."""
        if one.channel.is_open and not one.is_spent:
            self._idle.append(one)
        else:
            one.kill()
            self._start_spare()

    def _start_spare(self) -> None:
        if len(self._idle) + len(self._spares) >= _KEPT_FREE:
            return

        async def start() -> None:
            self._idle.append(await self._started())

        spare = asyncio.create_task(start())
        self._spares.add(spare)
        spare.add_done_callback(self._spares.discard)

    async def _started(self) -> _Worker:
        """Start a worker process."""
        ours, theirs = socket.socketpair()
        process = self._context.Process(target=worker.main, args=(theirs, self.limits), daemon=True)
        process.start()
        theirs.close()
        ours.setblocking(False)
        _, channel = await asyncio.get_running_loop().create_connection(Channel, sock=ours)
        return _Worker(process, channel)


class _Worker:
    """One worker process."""

    def __init__(self, process: ForkServerProcess, channel: Channel) -> None:
        self.channel = channel
        self.is_spent = False
        self._process = process

    def processor_time(self) -> float:
        try:
            return processor_time(self._process.pid or 0)
        except OSError:  # it ended
            return 0.0

    def tire(self) -> None:
        """Let light jobs go before; priority cannot be given back, so this was its last job."""
        self.is_spent = True
        with suppress(ProcessLookupError):
            lower_priority(self._process.pid or 0)

    def kill(self) -> None:
        self.is_spent = True
        self.channel.close()
        self._process.kill()
        # Without this, the process would be kept on a list of those to be waited for.
        self._process.join(0)
