"""SPARQL 1.1 Graph Store HTTP Protocol: whole graphs at `/data`.

A graph is named by `?graph=IRI`, or by its own address if that begins with that of `/data`.
"""

from __future__ import annotations

from uuid import uuid4

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from si_graph.serve import bodies
from si_graph.serve.authorisation import require_writer
from si_graph.serve.problems import Problem, ProblemError
from si_graph.serve.protocol.formats import GRAPHS, choose
from si_graph.serve.protocol.parameters import (
    address,
    address_parameters,
    bad_request,
    content_type,
    content_type_of,
    require_iri,
    unsupported_type,
)
from si_graph.serve.responses import respond

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request

    from si_graph.serve.protocol.parameters import Content
    from si_graph.serve.service import Service

_METHODS = ["GET", "PUT", "POST", "DELETE", "OPTIONS"]
_MULTIPART = "multipart/form-data"
_MOST_PARTS = 100
_ROOM = "/data"
# In a graph there are no named graphs, so the formats for them do not fit.
_TAKEN = {one.media_type: one.name for one in GRAPHS if one.name not in ("trig", "nquads")}


def routes() -> list[Route]:
    """Return the routes of the protocol."""
    return [Route(path, graph_store, methods=_METHODS) for path in (_ROOM, _ROOM + "/{name:path}")]


async def graph_store(request: Request) -> Response:
    """Give out a graph, or change it.

    Raises:
        SiGraphError: The data cannot be read, or would make the dataset inconsistent.
        ProblemError: The request cannot be answered.
    """
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(sorted([*_METHODS, "HEAD"]))})
    service: Service = request.app.state.service
    if request.method in ("GET", "HEAD"):
        return await _give(request, service)
    require_writer(request, service.token)
    if request.method == "DELETE":
        iri = _named(request, service)
        written = await service.write("delete_graph", graph=iri)
        if not written.existed:
            raise _unknown(iri)
        return Response(status_code=204)
    return await _take(request, service)


async def _give(request: Request, service: Service) -> Response:
    given = address_parameters(request)
    chosen = choose(request.headers.get("accept"), GRAPHS, given.first("format"))
    iri = _named(request, service)
    outcome = await service.run(
        request,
        "graph_store.graph",
        given.seconds("timeout"),
        iri=iri,
        media_type=chosen.media_type,
        format=chosen.name,
    )
    if outcome.status == 404:
        raise _unknown(iri)
    return respond(request, outcome)


async def _take(request: Request, service: Service) -> Response:
    """Put a graph in place of what is there, or add to it."""
    is_new = request.method == "POST" and not request.url.query and request.url.path == _ROOM
    iri = f"{address(request, service.settings)}/{uuid4()}" if is_new else _named(request, service)
    documents = await _documents(request, service)
    method = "replace_graph" if request.method == "PUT" else "merge_graph"
    base = iri or address(request, service.settings)
    written = await service.write(method, graph=iri, documents=documents, base=base)
    if written.existed:
        return Response(status_code=204)
    return Response(status_code=201, headers={"Location": base} if is_new else None)


def _named(request: Request, service: Service) -> str | None:
    """Return the graph that a request is about; None is the default graph."""
    given = address_parameters(request)
    iri, default = given.one("graph"), given.one("default")
    if request.url.path.rstrip("/") != _ROOM:
        if iri is not None or default is not None:
            raise bad_request("The address names a graph already: leave out graph and default.")
        return address(request, service.settings)
    if (iri is None) == (default is None):
        raise bad_request("A graph is named by either ?graph=… with its IRI or ?default.")
    if default:
        raise bad_request("The parameter default takes no value.")
    return None if iri is None else require_iri(iri, "graph")


async def _documents(request: Request, service: Service) -> list[tuple[bytes, str]]:
    """Return the RDF documents in a request, each with the name of its format."""
    content = content_type(request)
    if content.media_type != _MULTIPART or request.method == "PUT":
        format_name = _format(content)
        return [(await bodies.read(request, service.settings.body), format_name)]
    await bodies.read(request, service.settings.body)
    try:
        form = await request.form(max_files=_MOST_PARTS, max_fields=0)
    except HTTPException:
        raise bad_request("The parts of the form are no files, or too many.") from None
    files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
    if not files:
        raise bad_request("The form has no files.")
    return [
        (await part.read(), _format(content_type_of(part.content_type or ""))) for part in files
    ]


def _format(content: Content) -> str:
    content.require_utf_8()
    if content.media_type not in _TAKEN:
        raise unsupported_type(content.media_type, [*_TAKEN, _MULTIPART])
    return _TAKEN[content.media_type]


def _unknown(iri: str | None) -> ProblemError:
    detail = f"There is no graph <{iri}> here."
    return ProblemError(Problem(404, "graph", "There is no such graph", detail))
