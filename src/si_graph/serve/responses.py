"""Answers with what caches need: a tag of their content, and 304 where the client has it."""

from __future__ import annotations

from starlette.responses import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from si_graph.serve.workers.outcome import Outcome

_TEXTS = ("text/", "application/javascript")


def respond(
    request: Request,
    outcome: Outcome,
    headers: Mapping[str, str] | None = None,
    *,
    vary: str = "Accept",
) -> Response:
    """Return an outcome as an answer to a request.

    Args:
        request: The request.
        outcome: What it is answered with.
        headers: Further headers.
        vary: The request headers that the answer depends on.
    """
    tag = f'"{outcome.tag}"'
    known = {"ETag": tag, "Vary": vary, "Cache-Control": "public, max-age=0, must-revalidate"}
    if outcome.cut_at is not None:
        known["SI-Graph-Limit"] = f"rows={outcome.cut_at}"
    known |= headers or {}
    if not outcome.lasting:
        known["Cache-Control"] = "no-store"
    elif outcome.status == 200 and _has(request, tag):
        return Response(status_code=304, headers=known)
    return Response(outcome.body, outcome.status, known, media_type(outcome.media_type))


def media_type(name: str) -> str:
    """Return a media type with its charset, where it has one."""
    return f"{name};charset=utf-8" if name.startswith(_TEXTS) else name


def _has(request: Request, tag: str) -> bool:
    """Tell whether the client has this answer already (RFC 9110, 13.1.2: a weak comparison)."""
    if request.method not in ("GET", "HEAD"):
        return False
    tags = request.headers.get("if-none-match", "")
    return tags.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in tags.split(",")}
