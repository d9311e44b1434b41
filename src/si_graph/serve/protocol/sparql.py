"""SPARQL 1.1 Protocol: queries and updates at `/sparql`, updates at `/update`."""

from __future__ import annotations

from functools import lru_cache

from starlette.responses import Response
from starlette.routing import Route

from si_graph.errors import QuerySyntaxError
from si_graph.query.evaluate import as_written, declarations
from si_graph.serve import pages
from si_graph.serve.authorisation import require_writer
from si_graph.serve.negotiation import choose_type
from si_graph.serve.protocol import parameters
from si_graph.serve.protocol.formats import GRAPHS, HTML, TABLES, choose
from si_graph.serve.protocol.parameters import Parameters, address, bad_request
from si_graph.serve.responses import respond
from si_graph.store.inspection import Selection, query_form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request

    from si_graph.serve.service import Service

_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_INFERENCE = ("all", "asserted")
# The same queries come again and again.
_form = lru_cache(maxsize=256)(query_form)


def routes() -> list[Route]:
    """Return the routes of the protocol."""
    return [
        Route("/sparql", sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/update", update, methods=["POST", "OPTIONS"]),
    ]


async def sparql(request: Request) -> Response:
    """Answer a query, make an update, or describe this service.

    Raises:
        SiGraphError: The query or the update cannot be answered.
        ProblemError: The request cannot be.
    """
    service: Service = request.app.state.service
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": "GET, HEAD, OPTIONS, POST"})
    given = await parameters.read(
        request, service.settings.body, {_QUERY: "query", _UPDATE: "update"}
    )
    query, change = given.one("query"), given.one("update")
    if change is not None:
        if query is not None:
            raise bad_request("A request has either a query or an update.")
        if request.method != "POST":
            raise bad_request("Updates are sent by POST.")
        return await _update(request, given, change)
    if query is not None:
        return await _answer(request, given, query)
    if request.method == "POST":
        raise bad_request("The request has no query: the form has to have the field query.")
    return await _describe(request, given)


async def update(request: Request) -> Response:
    """Make an update.

    Raises:
        SiGraphError: The update cannot be made.
        ProblemError: The request cannot be answered.
    """
    service: Service = request.app.state.service
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": "OPTIONS, POST"})
    given = await parameters.read(request, service.settings.body, {_UPDATE: "update"})
    change = given.one("update")
    if change is None or "query" in given:
        raise bad_request("Here the form has to have the field update, and queries go to /sparql.")
    return await _update(request, given, change)


async def _answer(request: Request, given: Parameters, query: str) -> Response:
    service: Service = request.app.state.service
    named = given.first("format")
    try:
        is_table = _form(query) in ("SELECT", "ASK")
    except QuerySyntaxError:
        if _wants_page(request, named):
            # The editor shows the mistake where it was made.
            return await pages.page(request, "editor", query=query)
        raise
    chosen = choose(request, TABLES if is_table else GRAPHS, named, page=True)
    if chosen.name == "html":
        return await pages.page(request, "editor", query=query)
    inference = given.one("inference") or _INFERENCE[0]
    if inference not in _INFERENCE:
        raise bad_request(f"The parameter inference is one of: {', '.join(_INFERENCE)}.")
    default, graphs = given.iris("default-graph-uri"), given.iris("named-graph-uri")
    outcome = await service.run(
        request,
        "sparql.query",
        given.seconds("timeout"),
        text=query,
        media_type=chosen.media_type,
        format=chosen.name,
        base=address(request, service.settings),
        selection=Selection(default, graphs) if default or graphs else None,
        allowed=service.settings.allow_service,
        gateway=service.gateway,
        asserted=inference == "asserted",
    )
    return respond(request, outcome)


def _wants_page(request: Request, named: str | None) -> bool:
    if named is not None:
        return named == "html"
    return choose_type(request.headers.get("accept"), (TABLES[0].media_type, HTML)) == HTML


async def _update(request: Request, given: Parameters, change: str) -> Response:
    service: Service = request.app.state.service
    require_writer(request, service.token)
    declared = declarations(change, address(request, service.settings))
    with as_written(change, declared):
        await service.write(
            "update",
            given.seconds("timeout"),
            text=declared + change,
            using=given.iris("using-graph-uri"),
            using_named=given.iris("using-named-graph-uri"),
        )
    return Response(status_code=204)


async def _describe(request: Request, given: Parameters) -> Response:
    service: Service = request.app.state.service
    chosen = choose(request, GRAPHS, given.first("format"), page=True)
    if chosen.name == "html":
        return await pages.page(request, "editor")
    outcome = await service.run(
        request,
        "service_description.describe",
        endpoint=address(request, service.settings),
        media_type=chosen.media_type,
        format=chosen.name,
        is_writable=service.settings.writable,
        may_call=bool(service.settings.allow_service),
        size=service.settings.body,
    )
    return respond(request, outcome)
