"""What every endpoint goes through: answers that are kept, the pool, and clients that leave."""

from __future__ import annotations

import asyncio

from si_graph.publish.configuration import configuration
from si_graph.query.federation.gateway import CallLimits, Gateway
from si_graph.serve import bodies
from si_graph.serve.answers import Answers
from si_graph.serve.authorisation import read_token
from si_graph.serve.cache import Cache
from si_graph.serve.dataset.opening import directory
from si_graph.serve.federation.servers import AllowedServers
from si_graph.serve.problems import Problem, ProblemError
from si_graph.serve.workers.pool import Pool
from si_graph.serve.writing import WriterProcess, WriterSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine, Hashable
    from typing import Any

    from starlette.requests import Request

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.dataset.writer import Written
    from si_graph.serve.settings import Settings
    from si_graph.serve.workers.outcome import Outcome
    from si_graph.serve.workers.pool import Done, Job


_STAYING = 0.05
"""Seconds that a client is taken to wait for an answer."""


class Service:
    """A running server's state.

    Attributes:
        settings: How it is set up.
        version: The version of the dataset that new requests see.
        pool: Where their work is done.
        cache: Outcomes that are kept for the application.
        answers: Whole answers that are kept for whoever asks in the same words.
        shown: How many versions have been shown.
        token: What those send who may change the data; None if nobody may.
        writer: What changes the data; None if nothing does.
        gateway: The address of what reaches other servers; None if nothing does.
    """

    def __init__(self, settings: Settings, version: Version) -> None:
        self.settings = settings
        self.version = version
        # With each change workers would have to hold another version.
        self.pool = Pool(settings.limits, None if settings.writable else version)
        self.cache: Cache[Outcome] = Cache(settings.cache // 2)
        self.shown = 1
        self.answers = Answers(lambda: self.shown, settings.cache // 2)
        self.token = read_token(settings.token_file) if settings.token_file else None
        if settings.publisher is not None:
            # What is wrong in it is told now, and not to the first who asks for the record.
            configuration(settings.publisher)
        self.writer: WriterProcess | None = None
        self.gateway: str | None = None
        self._gateway = _gateway(settings.allow_service) if settings.allow_service else None

    async def start(self) -> None:
        """Start the processes that do the work.

        Raises:
            SiGraphError: The data cannot be changed: another server does, or they are damaged.
        """
        if self._gateway is not None:
            self.gateway = await self._gateway.start()
        await self.pool.start()
        if self.settings.writable:
            chosen = WriterSettings(
                directory(self.settings),
                self.settings.reason,
                self.settings.checks,
                self.settings.allow_service,
                self.gateway,
            )
            self.writer = WriterProcess(chosen, self.settings.limits, self.show)
            await self.writer.start()

    async def stop(self) -> None:
        """End them."""
        if self.writer is not None:
            self.writer.stop()
        await self.pool.stop()
        if self._gateway is not None:
            await self._gateway.stop()

    async def write(self, change: str, timeout: float | None = None, **arguments: Any) -> Written:
        """Change the data; what comes of it is on the disk and shown when this returns.

        Args:
            change: What `writing` calls the change.
            timeout: Seconds that it may take at most.
            arguments: What it takes.

        Raises:
            SiGraphError: The change is refused, or failed.
        """
        assert self.writer is not None  # noqa: S101 - nobody is authorised without it
        return await self.writer.run(change, arguments, timeout)

    def show(self, version: Version) -> None:
        """Answer from another version from now on; requests that run already end with theirs."""
        if version != self.version:
            self.version = version
            self.shown += 1
            self.cache.clear()

    async def reload(self, settings: Settings, version: Version) -> None:
        """Show a version; of other settings only those count that need no new start."""
        if self.token is not None and settings.token_file is not None:
            self.token = read_token(settings.token_file)
        if version != self.version and not self.settings.writable:
            await self.pool.hold(version)
        self.show(version)

    async def run(
        self,
        request: Request,
        operation: str,
        timeout: float | None = None,
        **arguments: Any,
    ) -> Outcome:
        """Return the outcome of an operation, from the cache where it is kept.

        Args:
            request: Whom it is for: if they leave, the work ends.
            operation: Its name, such as `sparql.query`.
            timeout: Seconds that it may take at most.
            arguments: What it takes; they have to be fit for pickling and for a key.

        Raises:
            SiGraphError: What the operation or the pool raises.
        """
        version = self.version
        key: Hashable = (operation, *arguments.items())
        kept = self.cache.get(key)
        if kept is not None:
            return kept
        await bodies.read(request, self.settings.body)
        outcome = await _unless_gone(request, self.pool.run(version, operation, arguments, timeout))
        if version == self.version and outcome.lasting:
            self.cache.put(key, outcome, len(outcome.body) + len(repr(key)))
        return outcome

    def submit(
        self, operation: str, arguments: dict[str, Any], done: Done, timeout: float | None = None
    ) -> Job:
        """Let `done` have the outcome of an operation; the caller keeps it.

        Args:
            operation: Its name, such as `sparql.query`.
            arguments: What it takes.
            done: Is given what `Pool.submit` gives.
            timeout: Seconds that it may take at most.

        Returns:
            The job, which is to be cancelled when nobody waits for it any longer.

        Raises:
            BusyError: Too many jobs wait already.
        """
        self.cache.misses += 1
        return self.pool.submit(self.version, operation, arguments, done, timeout)


async def _unless_gone(request: Request, job: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Do a job, and give it up when the client closes the connection."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a request is answered in a task
    watching: asyncio.Task[None] | None = None
    has_left = False

    async def watch() -> None:
        nonlocal has_left
        await request.receive()
        has_left = True
        task.cancel()

    def begin() -> None:
        nonlocal watching
        watching = asyncio.create_task(watch())

    # Hardly anyone leaves so soon, and to look out for it takes as long as a light job.
    later = asyncio.get_running_loop().call_later(_STAYING, begin)
    try:
        return await job
    except asyncio.CancelledError:
        if not has_left:
            raise
        task.uncancel()
        raise ProblemError(
            Problem(499, "gone", "The client left", "Nobody reads the answer.")
        ) from None
    finally:
        later.cancel()
        if watching is not None:
            watching.cancel()


def _gateway(allowed: Collection[str]) -> Gateway:
    limits = CallLimits()
    return Gateway(AllowedServers(allowed, limits.size), limits)
