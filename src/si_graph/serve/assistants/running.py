"""Serves assistants alone: on standard input and output, or at an address."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from si_graph.errors import UsageError
from si_graph.serve.assistants.application import PATH, assistant_application
from si_graph.serve.dataset.opening import Opening
from si_graph.serve.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.settings import Settings
    from si_graph.serve.workers.outcome import Outcome


def serve_stdio(settings: Settings) -> None:
    """Serve one assistant on standard input and output, until it closes them."""
    with Opening() as opening:
        asyncio.run(_stdio(settings, opening.version(settings)))


async def _stdio(settings: Settings, version: Version) -> None:
    from si_graph.serve.assistants.tools import assistant_server

    workers = Workers(settings, version)
    async with workers.running():
        await assistant_server(workers.call).run_stdio_async()


def serve_http(settings: Settings) -> None:
    """Serve assistants at an address, until a signal ends it.

    Raises:
        UsageError: The address cannot be listened on.
    """
    listening = _listen(settings.host, settings.port)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    known = f"{shown}:{listening.getsockname()[1]}"
    with Opening() as opening:
        workers = Workers(settings, opening.version(settings))
        assistants = assistant_application(workers.call, [known])

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with workers.running():
                print(f"si-graph: serving http://{known}{PATH}", file=sys.stderr, flush=True)
                yield

        app = Starlette(routes=[Route(PATH, assistants)], lifespan=lifespan)
        config = uvicorn.Config(app, log_config=None, server_header=False, proxy_headers=False)
        uvicorn.Server(config).run([listening])


class Workers:
    """The pool that answers, as a server of pages has it."""

    def __init__(self, settings: Settings, version: Version) -> None:
        self._pool = Pool(settings.limits, version)
        self._version = version

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have workers for as long as the block runs."""
        await self._pool.start()
        try:
            yield
        finally:
            await self._pool.stop()

    async def call(self, operation: str, /, **arguments: Any) -> Outcome:
        """Run an operation."""
        return await self._pool.run(self._version, operation, arguments)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"{host}:{port} cannot be listened on ({error})\n  Another port is chosen with --port."
        ) from None
