"""The bodies of requests, up to a size: of a longer one no more is read than shows that it is."""

from __future__ import annotations

from si_graph.serve.problems import Problem, ProblemError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request


async def read(request: Request, limit: int) -> bytes:
    """Return the whole body of a request, which `request.body()` gives from then on as well.

    Raises:
        ProblemError: It is longer than the limit (413).
    """
    if hasattr(request, "_body"):
        return await request.body()
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > limit:
        raise too_large(limit)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise too_large(limit)
    request._body = bytes(body)
    return request._body


def too_large(limit: int) -> ProblemError:
    """Return the error of a body beyond the limit."""
    # The rest of it is still under way: without the connection it need not be read.
    return ProblemError(
        Problem(
            413,
            "body",
            "The request is too large",
            f"A request may have at most {limit} bytes; this one has more.",
            {"limit": limit},
            {"Connection": "close"},
        )
    )
