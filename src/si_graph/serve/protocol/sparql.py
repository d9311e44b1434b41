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
from si_graph.serve.protocol.formats import GRAPHS, HTML, TABLES, Chosen, choose
from si_graph.serve.protocol.parameters import Parameters, address, bad_request
from si_graph.serve.responses import respond
from si_graph.store.inspection import Selection, query_form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.requests import Request

    from si_graph.serve.service import Service

_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_INFERENCE = ("all", "asserted")
PATH = "/sparql"
OPERATION = "sparql.query"
"""What answers a query, in a worker."""


def routes() -> list[Route]:
    """Return the routes of the protocol."""
    return [
        Route(PATH, sparql, methods=["GET", "POST", "OPTIONS"]),
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
    accept, named = request.headers.get("accept"), given.first("format")
    try:
        chosen = chosen_format(accept, named, query_form(query))
    except QuerySyntaxError:
        if _wants_page(accept, named):
            # The editor shows the mistake where it was made.
            return await pages.page(request, "editor", query=query)
        raise
    if chosen.name == "html":
        return await pages.page(request, "editor", query=query)
    base = address(request, service.settings)
    asked = question(service, given, query, chosen, base)
    outcome = await service.run(request, OPERATION, given.seconds("timeout"), **asked)
    return respond(request, outcome)


@lru_cache(maxsize=256)
def chosen_format(accept: str | None, named: str | None, form: str) -> Chosen:
    """Return the format that a client wants for the answer to a query of a form.

    Raises:
        ProblemError: There is no such format (406).
    """
    formats = TABLES if form in ("SELECT", "ASK") else GRAPHS
    return choose(accept, formats, named, page=True)


def question(
    service: Service, given: Parameters, query: str, chosen: Chosen, base: str
) -> dict[str, Any]:
    """Return what the operation that answers a query takes.

    Args:
        service: The service.
        given: The parameters that came with the query.
        query: The query.
        chosen: The format of the answer.
        base: What relative IRIs are relative to.

    Raises:
        ProblemError: The parameters make no sense (400).
    """
    inference = given.one("inference") or _INFERENCE[0]
    if inference not in _INFERENCE:
        raise bad_request(f"The parameter inference is one of: {', '.join(_INFERENCE)}.")
    default, graphs = given.iris("default-graph-uri"), given.iris("named-graph-uri")
    return {
        "text": query,
        "media_type": chosen.media_type,
        "format": chosen.name,
        "base": base,
        "selection": Selection(default, graphs) if default or graphs else None,
        "allowed": service.settings.allow_service,
        "gateway": service.gateway,
        "asserted": inference == "asserted",
    }


def _wants_page(accept: str | None, named: str | None) -> bool:
    if named is not None:
        return named == "html"
    return choose_type(accept, (TABLES[0].media_type, HTML)) == HTML


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
    accept = request.headers.get("accept")
    chosen = choose(accept, GRAPHS, given.first("format"), page=True)
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
