"""The pool of workers: who runs what, for how long, and who has to wait."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from functools import partial
from time import monotonic
from typing import NamedTuple

from si_graph.serve.workers.errors import BusyError, StoppedError, TimedOutError, ended_amid
from si_graph.serve.workers.outcome import Outcome
from si_graph.serve.workers.staff import KEPT_FREE, Staff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.workers.limits import Limits
    from si_graph.serve.workers.staff import Worker

    Done = Callable[[Outcome | Exception], None]

ENTERING = 0.005
"""Seconds that a job has to itself: no more begin at a time than there are processors.

So often all jobs are looked at, too: a timer for each would take longer than a light job.
"""

HEAVY_AFTER = 0.1
"""Seconds of processor time after which a job goes on at the lowest priority.

Light jobs are not delayed then. On a busy machine a light job may take long too, by the clock.
"""

_OPENING = 0.25
"""Seconds of processor time beyond that for a worker's first job, which opens the graph too."""

SLOW_AFTER = 1.0
"""Seconds after which a job counts as slow."""

_COME_AGAIN = 5
"""Seconds after which a client that was turned away may try again."""


class Load(NamedTuple):
    """How busy the pool is: jobs that run, those of them that are slow, and those that wait."""

    running: int
    slow: int
    waiting: int


class Job:
    """One job: it waits, enters, settles, and may become heavy, slow, and too late."""

    __slots__ = (
        "arguments", "before", "done", "is_entering", "is_given_up", "is_over", "is_slow",
        "operation", "seconds", "since", "version", "worker",
    )  # fmt: skip

    def __init__(
        self,
        version: Version,
        operation: str,
        arguments: dict[str, Any],
        seconds: float,
        done: Done,
    ) -> None:
        """Describe a job; the arguments are those of `Pool.submit`."""
        self.version = version
        self.operation = operation
        self.arguments = arguments
        self.seconds = seconds
        self.done = done
        self.since = monotonic()
        self.worker: Worker | None = None
        self.before = 0.0
        self.is_entering = False
        self.is_given_up = False
        self.is_slow = False
        self.is_over = False


class Pool:
    """Runs jobs in worker processes and holds them to the limits.

    Attributes:
        limits: The limits.
        slow: How many slow jobs run.
        killed: How many jobs were ended at a limit.
        is_running: Whether it takes jobs.
    """

    def __init__(self, limits: Limits, held: Version | None) -> None:
        """Prepare.

        Args:
            limits: The limits.
            held: The version that workers hold in memory, if it is small; None for nothing.
        """
        self.limits = limits
        self._staff = Staff(limits, held)
        self._jobs: set[Job] = set()
        self._waiting: deque[Job] = deque()
        self._hiring: set[asyncio.Task[None]] = set()
        # More at a time would only take turns on the processors, and their caches.
        self._entrance = os.cpu_count() or 1
        self._is_watching = False
        self.slow = 0
        self.killed = 0
        self.is_running = False

    async def start(self) -> None:
        """Start the first workers, so that the first requests need not wait for them."""
        await self._staff.start(min(KEPT_FREE, self.limits.workers))
        self.is_running = True

    async def hold(self, version: Version) -> None:
        """Let workers hold another version in memory from now on."""
        await self._staff.hold(version)

    async def stop(self) -> None:
        """End all workers; jobs that are not done are told so."""
        self.is_running = False
        for task in list(self._hiring):
            task.cancel()
        self._staff.stop()
        waiting, self._waiting = self._waiting, deque()
        for job in [*self._jobs, *waiting]:
            if job.worker is not None:
                job.worker.kill()
            self._finish(job, StoppedError())

    @property
    def load(self) -> Load:
        """How busy the pool is."""
        return Load(len(self._jobs), self.slow, len(self._waiting))

    async def run(
        self,
        version: Version,
        operation: str,
        arguments: dict[str, Any],
        timeout: float | None = None,
    ) -> Outcome:
        """Run an operation as `submit` does, and return what comes of it.

        A caller that is cancelled frees its worker, as `cancel` does.

        Raises:
            SiGraphError: What `submit` tells.
        """
        found: asyncio.Future[Outcome | Exception] = asyncio.get_running_loop().create_future()

        def done(answer: Outcome | Exception) -> None:
            if not found.done():
                found.set_result(answer)

        job = self.submit(version, operation, arguments, done, timeout)
        try:
            answer = await found
        except asyncio.CancelledError:
            self.cancel(job)
            raise
        if isinstance(answer, Exception):
            raise answer
        return answer

    def submit(
        self,
        version: Version,
        operation: str,
        arguments: dict[str, Any],
        done: Done,
        timeout: float | None = None,
    ) -> Job:
        """Let a worker run an operation on a version of the dataset.

        Args:
            version: What to run it on.
            operation: Its name, such as `sparql.query`.
            arguments: What it takes; they have to be fit for pickling.
            done: Is given what comes of it: an outcome, or what the operation raised, a
                `BusyError` if no worker was free in time, a `TimedOutError`, or a `CrashedError`
                if it took too much memory.
            timeout: Seconds; never more than the limit.

        Raises:
            BusyError: Too many jobs wait already, or the pool has been stopped.
        """
        if not self.is_running:
            raise StoppedError
        if len(self._jobs) + len(self._waiting) >= self.limits.workers + self.limits.queue:
            raise BusyError("too many requests wait already", _COME_AGAIN)
        seconds = min(timeout or self.limits.timeout, self.limits.timeout)
        job = Job(version, operation, arguments, seconds, done)
        self._waiting.append(job)
        self._next()
        if not self._is_watching:
            self._is_watching = True
            asyncio.get_running_loop().call_later(ENTERING, self._watch)
        return job

    def cancel(self, job: Job) -> None:
        """Give a job up, which frees its worker; nobody is told."""
        if job.is_over:
            return
        job.done = _nobody
        if job.worker is None:
            self._waiting.remove(job)
        elif monotonic() - job.since < ENTERING:
            # A light job is done sooner than another worker begins.
            job.is_given_up = True
            return
        else:
            job.worker.kill()
        self._finish(job, StoppedError())

    def _next(self) -> None:
        """Let jobs begin, as far as there is room."""
        while self._waiting and self._entrance and len(self._jobs) < self.limits.workers:
            one = self._staff.rested()
            if one is None:
                self._hire()
                return
            job = self._waiting.popleft()
            self._jobs.add(job)
            self._entrance -= 1
            job.is_entering = True
            self._give(job, one)

    def _hire(self) -> None:
        """Start workers; that takes a while, and jobs go to whichever worker is free first."""
        room = min(self._entrance, self.limits.workers - len(self._jobs))
        for _ in range(min(room, len(self._waiting)) - len(self._hiring)):
            task = asyncio.create_task(self._hired())
            self._hiring.add(task)
            task.add_done_callback(self._hiring.discard)

    def _give(self, job: Job, one: Worker) -> None:
        job.worker = one
        job.since = monotonic()
        # Most jobs are for the version that the worker serves already.
        version = None if one.shown == job.version else job.version
        one.shown = job.version
        message = (version, job.operation, job.arguments, job.seconds)
        one.channel.send(message, partial(self._answered, job, one))

    def _answered(self, job: Job, one: Worker, answer: Any) -> None:
        if job.is_over:
            return
        one.is_new = False
        if isinstance(answer, ConnectionError):
            one.kill()
            answer = ended_amid("request")
        self._finish(job, Outcome(*answer) if isinstance(answer, tuple) else answer)

    def _finish(self, job: Job, answer: Outcome | Exception) -> None:
        """End a job; the next one begins first, and is worked on while this answer is sent."""
        job.is_over = True
        self._jobs.discard(job)
        self._settle(job)
        self.slow -= job.is_slow
        if job.worker is not None:
            self._staff.put_back(job.worker)
        self._next()
        job.done(answer)

    def _settle(self, job: Job) -> None:
        if job.is_entering:
            job.is_entering = False
            self._entrance += 1

    # What takes long

    def _watch(self) -> None:
        """Look at all jobs, and again after a while."""
        now = monotonic()
        for job in tuple(self._jobs):
            if job.worker is not None and not job.is_over and now - job.since >= ENTERING:
                self._look(job, job.worker, now - job.since)
        while self._waiting and now - self._waiting[0].since > self.limits.patience:
            late = self._waiting.popleft()
            self._finish(late, BusyError("no worker was free in time", _COME_AGAIN))
        self._next()
        self._is_watching = bool(self._jobs or self._waiting)
        if self._is_watching:
            asyncio.get_running_loop().call_later(ENTERING, self._watch)

    def _look(self, job: Job, one: Worker, age: float) -> None:
        """Hold a job that is not light to what it may take."""
        if job.is_given_up:
            self.cancel(job)
            return
        if not job.before:
            self._settle(job)
            self._staff.spread(one)
            job.before = one.processor_time()
        if age >= job.seconds:
            self._fail(job, one, TimedOutError(f"the request took longer than {job.seconds:g} s"))
            return
        allowed = HEAVY_AFTER + (_OPENING if one.is_new else 0)
        if not one.is_spent and one.processor_time() - job.before >= allowed:
            self._staff.tire(one)
        if age < SLOW_AFTER or job.is_slow:
            return
        if self.slow >= max(self.limits.workers - KEPT_FREE, 1):
            self._fail(job, one, BusyError("too many slow requests run already", _COME_AGAIN))
        else:
            job.is_slow = True
            self.slow += 1

    def _fail(self, job: Job, one: Worker, error: Exception) -> None:
        self.killed += 1
        one.kill()
        self._finish(job, error)

    async def _hired(self) -> None:
        try:
            self._staff.put_back(await self._staff.started())
        except Exception as error:
            # Whatever it is, who waits for a worker has to be told.
            if self._waiting:
                self._finish(self._waiting.popleft(), error)
            return
        self._next()


def _nobody(_: object) -> None:
    """Take the answer to a job that was given up."""
