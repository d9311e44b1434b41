"""Publications: what harvesters read and what others take along, the whole graph at once."""

from __future__ import annotations

from starlette.routing import Route

from si_graph.namespaces import BASE
from si_graph.publish.tables.description import METADATA, METADATA_TYPE
from si_graph.serve.linked_data import LICENCE
from si_graph.serve.problems import Problem, ProblemError
from si_graph.serve.protocol.formats import GRAPHS, choose
from si_graph.serve.responses import respond
from si_graph.serve.site_data import origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from si_graph.serve.service import Service

FORMATS = GRAPHS[:4]
"""Those without graphs: these are descriptions, which are one graph each."""

SUFFIXES = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "rdf": "xml"}


def routes() -> list[Route]:
    """Return the routes of publications."""
    return [
        Route("/.well-known/void", void),
        Route("/catalog", catalogue),
        Route("/catalog.{suffix}", catalogue),
        Route("/dumps/{name}", dump),
        Route("/tables/{name}", table),
    ]


async def void(request: Request) -> Response:
    """Answer with the description of the dataset (VoID)."""
    return await _description(request, "void", ".well-known/void", {})


async def catalogue(request: Request) -> Response:
    """Answer with the catalogue record (DCAT-AP)."""
    return await _description(request, "catalogue", "catalog", SUFFIXES)


async def dump(request: Request) -> Response:
    """Answer with a file that holds the graph."""
    return await _file(request, "dump")


async def table(request: Request) -> Response:
    """Answer with a file of tables."""
    return await _file(request, "table")


async def _file(request: Request, operation: str) -> Response:
    service: Service = request.app.state.service
    name = request.path_params["name"]
    outcome = await service.run(
        request,
        f"publications.{operation}",
        name=name,
        publisher=service.settings.publisher,
    )
    links = [f'<{LICENCE}>; rel="license"']
    if outcome.media_type == "text/csv":
        # Where those who process CSV on the Web look for what its columns are.
        links.append(f'<{METADATA}>; rel="describedby"; type="{METADATA_TYPE}"')
    return respond(request, outcome, {"Link": ", ".join(links)})


async def _description(
    request: Request, operation: str, path: str, suffixes: dict[str, str]
) -> Response:
    service: Service = request.app.state.service
    suffix = request.path_params.get("suffix")
    if suffix is not None and suffix not in suffixes:
        known = ", ".join(f".{one}" for one in suffixes)
        detail = f"An address may end in {known}."
        raise ProblemError(Problem(404, "unknown", "There is nothing of that name", detail))
    named = suffixes[suffix] if suffix else request.query_params.get("format")
    chosen = choose(request.headers.get("accept"), FORMATS, named, page=True)
    # A browser shows Turtle as text, where it would only store it as what it is.
    is_shown = chosen.name == "html"
    outcome = await service.run(
        request,
        f"publications.{operation}",
        site=_site(request),
        publisher=service.settings.publisher,
        media_type="text/plain" if is_shown else chosen.media_type,
        format="turtle" if is_shown else chosen.name,
    )
    links = [f'<{BASE}{path}>; rel="canonical"', f'<{LICENCE}>; rel="license"']
    types = {one.name: one.media_type for one in FORMATS}
    links += [
        f'<{service.settings.root}{path}.{one}>; rel="alternate"; type="{types[name]}"'
        for one, name in suffixes.items()
    ]
    return respond(request, outcome, {"Link": ", ".join(links)})


def _site(request: Request) -> str:
    """Return the address of this site; empty if neither the settings nor the request tell it."""
    known = origin(request)
    root: str = request.app.state.service.settings.root
    return "" if known.endswith("//") else f"{known}{root}"
