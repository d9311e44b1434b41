"""The pages' addresses, and the language that a reader wants."""

from __future__ import annotations

from starlette.routing import Route

from si_graph.render.site import CONTENT_SECURITY_POLICY
from si_graph.serve.negotiation import choose_language
from si_graph.serve.responses import respond

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from si_graph.serve.service import Service

    Endpoint = Callable[[Request], Awaitable[Response]]

LANGUAGES = ("en", "nl")

# Of frames only a header may speak.
_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"

PAGES = {
    "/": "home",
    "/search": "search",
    "/advice": "advice",
    "/questions": "questions",
    "/questions/{name}": "question",
    "/matrix": "matrix",
    "/countries": "countries",
    "/graph": "picture",
    "/rules": "rules",
}
"""Each address with its page; those with data too stand in `linked_data`."""


def routes() -> list[Route]:
    """Return the routes of the pages."""
    return [Route(path, page_endpoint(name), name=name) for path, name in PAGES.items()]


def page_endpoint(name: str) -> Endpoint:
    """Return what answers with a page."""

    async def endpoint(request: Request) -> Response:
        return await page(request, name)

    return endpoint


async def page(request: Request, name: str, path: str | None = None, /, **values: str) -> Response:
    """Answer a request with a page.

    Args:
        request: The request.
        name: The page's name (`render.pages`).
        path: Its path on the site without the first slash, where that is not the one asked for.
        values: What it takes beside the parameters of the address.

    Raises:
        SiGraphError: What was asked for cannot be shown.
    """
    service: Service = request.app.state.service
    lang = language(request)
    # A parameter given several times means any of its values: one on each line.
    given: dict[str, str] = {}
    for key, value in request.query_params.multi_items():
        given[key] = f"{given[key]}\n{value}" if key in given else value
    if "name" in request.path_params:
        given["name"] = request.path_params["name"]
    values = given | values
    outcome = await service.run(
        request,
        "pages.page",
        name=name,
        lang=lang,
        path=request.scope["path"].lstrip("/") if path is None else path,
        values=tuple(sorted(values.items())),
        site=(service.settings.root, service.settings.origin, chosen_language(request)),
    )
    headers = {"Content-Language": lang, "Content-Security-Policy": _POLICY}
    return respond(request, outcome, headers, vary="Accept, Accept-Language")


def language(request: Request) -> str:
    """Return the language to answer in: `?lang=`, or what the browser asks for, or English."""
    preferred = choose_language(request.headers.get("accept-language"), LANGUAGES)
    return chosen_language(request) or preferred or LANGUAGES[0]


def chosen_language(request: Request) -> str:
    """Return the language that the reader chose by `?lang=`; empty if none."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else ""
