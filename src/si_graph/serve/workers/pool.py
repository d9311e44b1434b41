"""The pool of workers: who runs what, for how long, and who has to wait."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
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
    from collections.abc import Callable, Coroutine
    from multiprocessing.context import ForkServerProcess
    from typing import Any

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.outcome import Outcome

ENTERING = 0.005
"""Seconds that a job has to itself: no more begin at a time than there are processors to spare."""

HEAVY_AFTER = 0.1
"""Seconds of processor time after which a job goes on at the lowest priority.

Light jobs are not delayed then. On a busy machine a light job may take long too, by the clock.
"""

_OPENING = 0.5
"""Seconds of processor time beyond that for a worker's first job, which opens the graph too."""

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
    """Runs jobs in worker processes and holds them to the limits.

    Attributes:
        limits: The limits.
        slow: How many slow jobs run.
        killed: How many jobs were ended at a limit.
        is_running: Whether it takes jobs.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._slots = asyncio.Semaphore(limits.workers)
        self._waiting = 0
        self._spares: set[asyncio.Task[None]] = set()
        # More at a time would only take turns on the processors, and their caches.
        self._entrance = asyncio.Semaphore(max((os.cpu_count() or 2) - 1, 1))
        self.slow = 0
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
        return Load(len(self._busy), self.slow, self._waiting)

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
            outcome = await self._run((version, operation, arguments, seconds), seconds)
        finally:
            self._slots.release()
        if self._entrance.locked():
            # The worker gets its next job first, and works while this answer is sent.
            await asyncio.sleep(0)
        return outcome

    async def _turn(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        if self._waiting >= self.limits.queue:
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
        await self._entrance.acquire()
        job = _Job(self, seconds)
        try:
            one = self._rested() or await job.without_entrance(self._started())
            self._busy.add(one)
            try:
                answer = await job.answer(one, message)
            except ConnectionError:
                one.kill()
                raise CrashedError("the request took more memory than it may have") from None
            except BaseException:
                one.kill()
                raise
            finally:
                self._busy.discard(one)
                self._put_back(one)
        finally:
            job.end()
        if isinstance(answer, SiGraphError):
            raise answer
        return answer  # type: ignore[no-any-return]  # a worker answers with one of the two

    def _rested(self) -> _Worker | None:
        """Return the worker that was used last, whose memory is still at hand."""
        while self._idle:
            one = self._idle.pop()
            if one.channel.is_open:
                return one
        return None

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

    def open_entrance(self) -> None:
        """Let the next job begin."""
        self._entrance.release()

    async def _started(self) -> _Worker:
        """Start a worker process."""
        ours, theirs = socket.socketpair()
        process = self._context.Process(target=worker.main, args=(theirs, self.limits), daemon=True)
        process.start()
        theirs.close()
        ours.setblocking(False)
        _, channel = await asyncio.get_running_loop().create_connection(Channel, sock=ours)
        return _Worker(process, channel)


class _Job:
    """One job: at the entrance, then settled, then heavy, then slow, then too late."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds
        self._worker: _Worker | None = None
        self._at_entrance = True
        self._is_slow = False
        self._watches: list[asyncio.TimerHandle] = []

    async def without_entrance(self, starting: Coroutine[Any, Any, _Worker]) -> _Worker:
        """Let others go before, as a new worker takes a while to start."""
        self._leave_entrance()
        return await starting

    async def answer(self, one: _Worker, message: Any) -> Any:
        """Send the job to a worker, and return what it answers."""
        self._worker = one
        self._begun = one.processor_time()
        self._answer = one.channel.call(message)
        # Most jobs are done before anything else has to be looked at.
        self._later(min(ENTERING, self._seconds), self._settle)
        return await self._answer

    def end(self) -> None:
        """Look at the job no longer."""
        for watch in self._watches:
            watch.cancel()
        if self._worker is not None:
            self._worker.is_new = False
        self._leave_entrance()
        self._pool.slow -= self._is_slow

    def _settle(self) -> None:
        self._leave_entrance()
        self._later(HEAVY_AFTER, self._weigh)
        self._later(SLOW_AFTER, self._slow_down)
        self._later(self._seconds - ENTERING, self._stop)

    def _weigh(self) -> None:
        assert self._worker is not None  # noqa: S101 - it has the job
        allowed = HEAVY_AFTER + (_OPENING if self._worker.is_new else 0)
        if self._worker.processor_time() - self._begun >= allowed:
            self._worker.tire()
        else:
            self._later(HEAVY_AFTER / 2, self._weigh)

    def _slow_down(self) -> None:
        if self._pool.slow >= max(self._pool.limits.workers - _KEPT_FREE, 1):
            self._fail(BusyError("too many slow requests run already", _COME_AGAIN))
        else:
            self._is_slow = True
            self._pool.slow += 1

    def _stop(self) -> None:
        self._fail(TimedOutError(f"the request took longer than {self._seconds:g} s"))

    def _fail(self, error: SiGraphError) -> None:
        self._pool.killed += 1
        if not self._answer.done():
            self._answer.set_exception(error)

    def _leave_entrance(self) -> None:
        if self._at_entrance:
            self._at_entrance = False
            self._pool.open_entrance()

    def _later(self, seconds: float, look: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self._watches.append(loop.call_later(max(seconds, 0), look))


class _Worker:
    """One worker process."""

    def __init__(self, process: ForkServerProcess, channel: Channel) -> None:
        self.channel = channel
        self.is_new = True
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
