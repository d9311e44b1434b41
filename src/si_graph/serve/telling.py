"""How errors are told: problem details to programs, a page to people."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from si_graph.errors import SiGraphError, SnapshotError
from si_graph.serve import pages
from si_graph.serve.negotiation import choose_type
from si_graph.serve.problems import MEDIA_TYPE, UNFORESEEN, Problem, ProblemError, problem_of
from si_graph.serve.workers.errors import UnforeseenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request

_HTML = "text/html"
_NOT_FOUND = "There is no page of that name. The search and the list of questions may help."
_NOT_ALLOWED = "This address does not take the method {method}; it takes {allowed}."


async def told(request: Request, error: Exception) -> Response:
    """Return the answer that tells a client what is wrong.

    Raises:
        SiGraphError: Nobody foresaw it: the log has to have it.
    """
    if isinstance(error, UnforeseenError | SnapshotError):
        raise error
    problem = _problem(request, error)
    accept = request.headers.get("accept")
    if accept and choose_type(accept, (MEDIA_TYPE, "application/json", _HTML)) == _HTML:
        page = await _page(request, problem)
        if page is not None:
            return page
    return answer(problem)


async def told_unforeseen(_: Request, error: Exception) -> Response:
    """Return the answer where nobody foresaw an error; what it is stays in the log."""
    return answer(UNFORESEEN)


def answer(problem: Problem) -> Response:
    """Return problem details as an answer."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers}
    return Response(problem.body(), problem.status, headers, MEDIA_TYPE)


def _problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, SiGraphError):
        return problem_of(error)
    assert isinstance(error, HTTPException)  # noqa: S101 - the only others that the handler gets
    headers = dict(error.headers or {})
    if error.status_code == 405:
        detail = _NOT_ALLOWED.format(method=request.method, allowed=headers.get("Allow", "others"))
        return Problem(405, "method", "The method is not allowed", detail, headers=headers)
    if error.status_code == 404:
        return Problem(404, "unknown", "There is nothing of that name", _NOT_FOUND)
    return Problem(error.status_code, "request", "The request cannot be answered", "")


async def _page(request: Request, problem: Problem) -> Response | None:
    """Return the page that tells a person; None where it cannot be made, as on a busy server."""
    if problem.status == 499 or problem.name in ("busy", "body"):
        return None
    suggestions = "\n".join(problem.more.get("suggestions", ()))
    try:
        page = await pages.page(
            request,
            "problem",
            status=str(problem.status),
            problem=problem.name,
            title=problem.title,
            detail=problem.detail,
            suggestions=suggestions,
        )
    except (SiGraphError, ProblemError):
        return None
    page.status_code = problem.status
    page.headers["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        page.headers[name] = value
    return page
