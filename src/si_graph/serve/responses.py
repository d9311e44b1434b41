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
    known = {"ETag": tag, **headers_of(outcome.cut_at, vary, lasting=outcome.lasting)}
    known |= headers or {}
    if outcome.lasting and outcome.status == 200 and _has(request, tag):
        return Response(status_code=304, headers=known)
    return Response(outcome.body, outcome.status, known, media_type(outcome.media_type))


def headers_of(cut_at: int | None, vary: str, *, lasting: bool) -> dict[str, str]:
    """Return the headers that answers share.

    Args:
        cut_at: How many rows or triples are in the answer, where there were more.
        vary: The request headers that it depends on.
        lasting: Whether the same request gives the same answer.
    """
    caching = "public, max-age=0, must-revalidate" if lasting else "no-store"
    limit = {} if cut_at is None else {"SI-Graph-Limit": f"rows={cut_at}"}
    return {"Vary": vary, "Cache-Control": caching, **limit}


def media_type(name: str) -> str:
    """Return a media type with its charset, where it has one."""
    return f"{name};charset=utf-8" if name.startswith(_TEXTS) else name


def _has(request: Request, tag: str) -> bool:
    """Tell whether the client has this answer already (RFC 9110, 13.1.2: a weak comparison)."""
    if request.method not in ("GET", "HEAD"):
        return False
    tags = request.headers.get("if-none-match", "")
    return tags.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in tags.split(",")}
