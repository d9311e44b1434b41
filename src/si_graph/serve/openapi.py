"""The description of the server for programs (OpenAPI 3.1), made from the formats that it has."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.routing import Route

import si_graph
from si_graph.serve import profiles, publications
from si_graph.serve.linked_data import LICENCE
from si_graph.serve.pages import LANGUAGES
from si_graph.serve.problems import MEDIA_TYPE
from si_graph.serve.protocol.formats import GRAPHS, TABLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    Described = dict[str, Any]

_HTML = "text/html"
_RDF = tuple(one.media_type for one in GRAPHS)
_ROWS = tuple(one.media_type for one in TABLES)
_TABLES = (
    "text/csv",
    "application/csvm+json",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
_ANY_RDF = {media_type: {"schema": {"type": "string"}} for media_type in _RDF}


def routes() -> list[Route]:
    """Return the route of the description."""
    return [Route("/openapi.json", openapi)]


async def openapi(request: Request) -> Response:
    """Return the description."""
    settings = request.app.state.service.settings
    return JSONResponse(description(settings.root, writable=settings.writable))


def description(root: str, *, writable: bool) -> Described:
    """Return the description of a server.

    Args:
        root: The path that it stands below.
        writable: Whether it takes changes.
    """
    paths = {
        **_pages(),
        **_linked_data(),
        **_data(),
        **_publications(),
        **_operation(),
        **_sparql(writable),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SI-Graph",
            "version": si_graph.__version__,
            "description": "The open knowledge graph of social-innovation policy.",
            "license": {"name": "CC BY 4.0", "url": LICENCE},
        },
        "servers": [{"url": root.rstrip("/") or "/"}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def _pages() -> Described:
    return {
        "/": _get("The home page", (_HTML,)),
        "/search": _get("Search", (_HTML,), _asked("q", "What to look for.")),
        "/advice": _get("The advice as an outline", (_HTML,)),
        "/questions": _get("The questions that can be asked", (_HTML,)),
        "/questions/{name}": _get("One question and its answer", (_HTML,), _named("name", "CQ14")),
        "/matrix": _get("Actors against actions", (_HTML,)),
        "/countries": _get("Countries compared", (_HTML,)),
        "/graph": _get("A picture of what a thing is linked to", (_HTML,), _asked("thing", _THING)),
        "/rules": _get("The rules of reasoning", (_HTML,)),
    }


def _linked_data() -> Described:
    rdf = (*_RDF, _HTML)
    moved = _get("A thing: its document is elsewhere", (), _named("path", "actor/min-ez"))
    moved["get"]["responses"] = {"303": {"description": "Its document."}, **_REFUSED}
    return {
        "/id/{path}": moved,
        "/doc/{path}": _get("A thing", rdf, _named("path", "actor/min-ez"), _PROFILE, _FORMAT),
        "/ontology": _get("The ontology", rdf, _FORMAT),
        "/shapes": _get("The shapes", rdf, _FORMAT),
        "/vocab": _get("The vocabularies", rdf, _FORMAT),
        "/vocab/{scheme}": _get(
            "A vocabulary", rdf, _named("scheme", "modality"), _PROFILE, _FORMAT
        ),
        "/vocab/{scheme}/{code}": _get(
            "A concept",
            rdf,
            _named("scheme", "modality"),
            _named("code", "example"),
            _PROFILE,
            _FORMAT,
        ),
        "/graph/{name}": _get("A named graph", _RDF, _named("name", "editorial"), _FORMAT),
        "/query/{name}": _get(
            "A named query: its text or its results",
            (*_ROWS, "application/sparql-query", _HTML),
            _named("name", "CQ14"),
            _FORMAT,
        ),
        "/explain": _get(
            "Why a statement holds",
            ("text/turtle", "application/json", _HTML),
            _asked("s", f"The subject: {_THING}"),
            _asked("p", f"The predicate: {_THING}"),
            _asked("o", f"The object: {_THING}"),
            _FORMAT,
        ),
    }


def _data() -> Described:
    return {
        "/search.json": _get(
            "Suggestions", ("application/x-suggestions+json",), _asked("q", "What is looked for.")
        ),
        "/graph.json": _get(
            "What a thing is linked to", ("application/json",), _asked("thing", _THING)
        ),
        "/completion.json": _get("What the editor completes", ("application/json",)),
        "/profile/{name}": _get("A profile", ("text/turtle",), _named("name", "asserted")),
    }


def _publications() -> Described:
    described = tuple(one.media_type for one in publications.FORMATS)
    files = ("application/gzip", "text/plain", *_RDF)
    return {
        "/catalog": _get("The catalogue record (DCAT-AP)", (*described, "text/plain"), _FORMAT),
        "/.well-known/void": _get(
            "The description of the dataset (VoID)", (*described, "text/plain"), _FORMAT
        ),
        "/dumps/{name}": _get("A file with the graph", files, _named("name", "si-graph.nq.gz")),
        "/tables/{name}": _get("A file with tables", _TABLES, _named("name", "actions.nl.csv")),
    }


def _operation() -> Described:
    json = ("application/json",)
    return {
        "/healthz": _get("Whether the server is alive", json),
        "/readyz": _get("Whether it is ready", json),
        "/metrics": _get("Metrics for Prometheus", ("text/plain",)),
    }


def _sparql(writable: bool) -> Described:
    results = _get(
        "Answer a query, or describe the service",
        (*_ROWS, *_RDF, _HTML),
        _asked("query", "A SPARQL 1.1 query."),
        _asked("timeout", "Seconds that it may take.", {"type": "number"}),
        _asked("inference", "Whether to use what follows.", {"enum": ["all", "asserted"]}),
        _FORMAT,
    )
    asked = {
        "application/sparql-query": {"schema": {"type": "string"}},
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["query"],
                "properties": {"query": {"type": "string"}},
            }
        },
    }
    results["post"] = {
        "summary": "Answer a query",
        "requestBody": {"required": True, "content": asked},
        "responses": {"200": _content((*_ROWS, *_RDF, _HTML)), **_REFUSED},
    }
    which = (_asked("graph", "The IRI of a named graph."), _asked("default", "The default graph."))
    store = _get("A graph (Graph Store Protocol)", (*_RDF, _HTML), *which, _FORMAT)
    paths: Described = {"/sparql": results, "/data": store}
    if writable:
        update = {
            "summary": "Change the data",
            "security": [{"token": []}],
            "requestBody": {
                "required": True,
                "content": {"application/sparql-update": {"schema": {"type": "string"}}},
            },
            "responses": {"204": {"description": "It is done."}, **_REFUSED},
        }
        paths["/update"] = {"post": update}
        done = {code: {"description": "It is done."} for code in ("200", "201", "204")}
        for method in ("put", "post", "delete"):
            change: Described = {
                "summary": f"{method.upper()} a graph",
                "security": [{"token": []}],
                "parameters": list(which),
                "responses": {**done, **_REFUSED},
            }
            if method != "delete":
                change["requestBody"] = {"required": True, "content": _ANY_RDF}
            store[method] = change
    return paths


def _get(summary: str, media_types: Sequence[str], *parameters: Described) -> Described:
    return {
        "get": {
            "summary": summary,
            "parameters": [*parameters, _LANG],
            "responses": {"200": _content(media_types), **_REFUSED},
        }
    }


def _content(media_types: Sequence[str]) -> Described:
    return {"description": "The answer.", "content": {one: {} for one in media_types}}


def _asked(name: str, text: str, schema: Described | None = None) -> Described:
    return {
        "name": name,
        "in": "query",
        "description": text,
        "schema": schema or {"type": "string"},
    }


def _named(name: str, example: str) -> Described:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "example": example,
    }


_THING = "an IRI, a prefixed name or a local name."
_LANG = _asked("lang", "The language; otherwise Accept-Language decides.", {"enum": [*LANGUAGES]})
_FORMAT = _asked("format", "The format; otherwise Accept decides.")
_PROFILE = _asked("profile", "How much to tell.", {"enum": [*profiles.PROFILES]})
_REFUSED = {
    status: {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}, _HTML: {}},
    }
    for status, description in {
        "400": "The request makes no sense.",
        "401": "The token is missing or wrong.",
        "403": "Nothing can be changed here.",
        "404": "There is nothing of that name.",
        "405": "The address does not take this method.",
        "406": "There is no such format, language or profile.",
        "408": "The request did not arrive in time.",
        "409": "The change would break the graph.",
        "413": "The request is too large.",
        "414": "The address is too long.",
        "415": "The media type is not supported.",
        "431": "The head of the request is too large.",
        "503": "The server is busy, or the request took too much memory.",
        "504": "The request took too long.",
    }.items()
}
"""How any request may end, with problem details (RFC 9457) or, for browsers, a page."""
