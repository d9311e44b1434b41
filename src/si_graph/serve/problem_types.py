"""What each type of problem means: the IRIs in problem details lead here (RFC 9457, 3.1.1)."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from si_graph.namespaces import BASE
from si_graph.serve.negotiation import choose_type
from si_graph.serve.problems import Problem, ProblemError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

TYPES = {
    "address": "The address of the request, or the host that it names, is malformed or too long.",
    "body": "The body of the request has more bytes than this server takes.",
    "busy": "Other requests take all there is. Come again after the seconds in Retry-After.",
    "connections": "More clients are connected than this server takes. Come again in a moment.",
    "content-type": "The body of the request is of a media type that is not taken here.",
    "cut": "The answer is cut off: there was more than this server gives at once. Ask for less, "
    "or for one part after the other with LIMIT and OFFSET.",
    "encoding": "The text of the request is not in UTF-8.",
    "endpoint": "Another server, which the query calls, does not answer as it should.",
    "format": "What is asked for does not come in a format that the request accepts.",
    "gone": "The client left before the answer was ready.",
    "graph": "There is no named graph of that IRI.",
    "head": "The address and the headers of the request are too large. Send a long query by POST.",
    "http": "What was sent is no HTTP.",
    "inconsistent": "With this change the statements would contradict each other.",
    "input": "The data that were sent cannot be read; the problem says where.",
    "limit": "The request asks for more than this server does for one.",
    "memory": "The request took more memory than it may have. Ask for less at once.",
    "method": "The address does not take this method; the header Allow names those that it takes.",
    "profile": "What is asked for does not come in a profile that the request accepts.",
    "read-only": "Nothing can be changed on this server.",
    "request": "The parameters of the request are missing, or make no sense together.",
    "slow": "The request did not arrive in time.",
    "stopping": "The server was stopped before the answer was ready.",
    "syntax": "The query does not parse; the problem says in which line and column.",
    "timeout": "The request took longer than it may. Ask for less at once.",
    "token": "Changes need a token, and it is missing or wrong.",
    "unforeseen": "The server has a fault. Its log says more under the number in X-Request-ID.",
    "unknown": "Nothing has that name. Where some come near, the problem suggests them.",
    "usage": "The request cannot be answered as it stands; the problem says why.",
    "violation": "With this change the data would not conform to their shapes.",
}
"""The name of each type, the last segment of its IRI, with what it means."""


def routes() -> list[Route]:
    """Return the route of the problem types."""
    return [Route("/problem/{name}", problem_type)]


async def problem_type(request: Request) -> Response:
    """Tell what a type of problem means."""
    name = request.path_params["name"]
    meaning = TYPES.get(name)
    if meaning is None:
        known = ", ".join(TYPES)
        raise ProblemError(
            Problem(404, "unknown", "There is no such type of problem", f"There are: {known}.")
        )
    headers = {"Vary": "Accept", "Cache-Control": "public, max-age=86400"}
    offers = ("application/json", "text/plain", "text/html")
    if choose_type(request.headers.get("accept"), offers) == "application/json":
        return JSONResponse({"type": f"{BASE}problem/{name}", "meaning": meaning}, headers=headers)
    return PlainTextResponse(f"{meaning}\n", headers=headers)
