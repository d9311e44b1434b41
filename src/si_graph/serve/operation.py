"""What those who run the server look at: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import si_graph
from si_graph.serve.metrics import MEDIA_TYPE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request

    from si_graph.serve.metrics import Metrics
    from si_graph.serve.service import Service

_FRESH = {"Cache-Control": "no-store"}


def routes() -> list[Route]:
    """Return the routes of the operation."""
    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


async def healthz(_: Request) -> Response:
    """Tell that the server is alive."""
    return JSONResponse({"status": "alive"}, headers=_FRESH)


async def readyz(request: Request) -> Response:
    """Tell whether requests will be answered (503 if not), and from which version."""
    service: Service = request.app.state.service
    is_ready = service.pool.is_running
    return JSONResponse(
        {
            "status": "ready" if is_ready else "not ready",
            "version": si_graph.__version__,
            "shown": service.shown,
            **service.pool.load._asdict(),
        },
        200 if is_ready else 503,
        _FRESH,
    )


async def metrics(request: Request) -> Response:
    """Return the metrics for Prometheus."""
    measured: Metrics = request.app.state.metrics
    return Response(measured.text(), headers={**_FRESH, "Content-Type": MEDIA_TYPE})
