"""Runs the application with uvicorn: from the first connection to the last answer."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from si_graph.errors import SiGraphError, UsageError
from si_graph.serve import http, logs
from si_graph.serve.application import application
from si_graph.serve.dataset.opening import Opening
from si_graph.serve.direct import Direct
from si_graph.serve.middleware import Guard
from si_graph.serve.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.applications import Starlette

    from si_graph.serve.service import Service
    from si_graph.serve.settings import Settings

_DESCRIPTORS_EACH = 2
"""Files and connections that a connection takes, with the worker that answers it."""


def serve(read: Callable[[], Settings]) -> int:
    """Serve until a signal ends it.

    Args:
        read: Reads the settings: at the start, and again when a signal asks for that.

    Returns:
        The exit status.

    Raises:
        SiGraphError: The settings make no sense, or the address is taken.
    """
    settings = read()
    listening = _listen(settings.host, settings.port)
    log = logs.Log(with_queries=settings.log_queries)
    logs.take_over(log)
    _raise_descriptor_limit(settings.connections * _DESCRIPTORS_EACH)
    with Opening() as opening:
        app = application(settings, opening.version(settings))
        server = _Server(_config(settings, app, log), app.state.service, read, opening)
        server.run(listening)
    return 0


def _config(settings: Settings, app: Starlette, log: logs.Log) -> uvicorn.Config:
    record = Record(log, app.state.metrics)
    direct = Direct(app.state.service, record)
    return uvicorn.Config(
        Guard(app, record, app.state.service.answers),
        http=http.protocol(settings.arrival, settings.connections, app.state.metrics, direct),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=round(settings.keep_alive) or 1,
        timeout_graceful_shutdown=round(settings.grace) or 1,
    )


class _Server(uvicorn.Server):
    """Says where it can be reached, once it can, and follows signals."""

    def __init__(
        self,
        config: uvicorn.Config,
        service: Service,
        read: Callable[[], Settings],
        opening: Opening,
    ) -> None:
        super().__init__(config)
        self._opening = opening
        self._service = service
        self._read = read
        self._reloading: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for one in sockets or []:
            host, port = one.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            _say(f"serving http://{shown}:{port}/")
        # What is there by now stays: to look for garbage in it would hold all requests up.
        gc.freeze()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGTERM and Ctrl-C, at once on a second Ctrl-C, and reload on SIGHUP.

        uvicorn would raise the signal again at the end, and so end with another status than 0.
        """
        loop = asyncio.get_running_loop()
        handlers = {
            signal.SIGTERM: self._end,
            signal.SIGINT: self._interrupt,
            signal.SIGHUP: self._reload,
        }
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in handlers:
                loop.remove_signal_handler(number)

    def _end(self) -> None:
        self.should_exit = True

    def _interrupt(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True

    def _reload(self) -> None:
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._reloaded())

    async def _reloaded(self) -> None:
        """Serve the data as they are now; requests that run end with those they began with."""
        try:
            settings = self._read()
            version = self._service.version
            # Data that can be changed are this server's own: they are always as they are now.
            if not self._service.settings.writable:
                version = await asyncio.to_thread(self._opening.version, settings)
            await self._service.reload(settings, version)
        except (SiGraphError, OSError) as error:
            _say(f"nothing was reloaded: {error}")
        else:
            _say("reloaded")


def _listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on an address; a name may stand for several.

    Raises:
        UsageError: It cannot be listened on.
    """
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, address in dict.fromkeys(found):
            one = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            # All have the port that the first one got.
            taken = sockets[0].getsockname()[1] or port
            one.bind((address[0], taken, *address[2:]))
            one.listen(1024)
    except OSError as error:
        for one in sockets:
            one.close()
        hint = "\n  Another port can be chosen with --port." if error.errno else ""
        raise UsageError(f"{host}:{port} cannot be listened on ({error.strerror}){hint}") from None
    return sockets


def _raise_descriptor_limit(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _say(text: str) -> None:
    print(f"si-graph: {text}", file=sys.stderr, flush=True)
