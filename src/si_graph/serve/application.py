"""The application: what answers at which address, and what happens to errors."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.resources import files
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from si_graph.errors import SiGraphError
from si_graph.serve import (
    linked_data,
    openapi,
    operation,
    pages,
    problem_types,
    publications,
    site_data,
)
from si_graph.serve.assistants.application import PATH, assistant_application
from si_graph.serve.metrics import Metrics
from si_graph.serve.problems import ProblemError
from si_graph.serve.protocol import graph_store, sparql
from si_graph.serve.protocol.cross_origin import CrossOrigin
from si_graph.serve.service import Service
from si_graph.serve.telling import told, told_unforeseen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.settings import Settings
    from si_graph.serve.workers.outcome import Outcome


def application(settings: Settings, version: Version) -> Starlette:
    """Return the server as an ASGI application."""
    service = Service(settings, version)

    async def call(name: str, /, **arguments: Any) -> Outcome:
        return await service.pool.run(service.version, name, arguments)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    app = Starlette(
        routes=[
            # Routes are tried in this order, and most requests are for these.
            *sparql.routes(),
            *operation.routes(),
            *openapi.routes(),
            *problem_types.routes(),
            *site_data.routes(),
            *publications.routes(),
            *linked_data.routes(),
            *pages.routes(),
            *graph_store.routes(),
            Route(PATH, assistant_application(call, _hosts(settings))),
            Mount("/static", StaticFiles(directory=str(files("si_graph.render") / "static"))),
        ],
        middleware=[Middleware(CrossOrigin)],
        lifespan=lifespan,
        exception_handlers={
            SiGraphError: told,
            ProblemError: told,
            HTTPException: told,
            Exception: told_unforeseen,
        },
    )
    app.state.service = service
    app.state.metrics = Metrics(service)
    return app


def _hosts(settings: Settings) -> list[str]:
    """Return the names that assistants may call this server by, beside those of loopback."""
    return [urlsplit(settings.origin).netloc] if settings.origin else []
