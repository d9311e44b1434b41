"""What scripts and machines ask the site for, beside the data of things."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from si_graph.serve import pages, profiles
from si_graph.serve.problems import Problem, ProblemError
from si_graph.serve.protocol.formats import Format, choose
from si_graph.serve.responses import respond

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.requests import Request

    from si_graph.serve.service import Service
    from si_graph.serve.workers.outcome import Outcome

_PROOFS = (
    Format("turtle", "text/turtle", (), ("ttl",)),
    Format("json", "application/json"),
)
_LISTED = ("", "advice", "questions", "matrix", "countries", "ontology", "vocab", "shapes")
"""The pages that a sitemap names, beside those of things."""

# What is made for each asker, or costs much, is not for machines that go through everything.
_ROBOTS = "User-agent: *\n" + "".join(
    f"Disallow: {{root}}{path}\n"
    for path in ("sparql", "update", "data", "explain", "graph?", "graph.json", "search", "mcp")
)
_LANGUAGE = "Accept-Language"


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/explain", explain),
        Route("/search.json", search),
        Route("/graph.json", graph),
        Route("/completion.json", completion),
        Route("/opensearch.xml", opensearch),
        Route("/robots.txt", robots),
        Route("/sitemap.xml", sitemap),
        Route("/profile/{name}", profile),
    ]


async def explain(request: Request) -> Response:
    """Answer why a statement holds: as a page, as Turtle (PROV-O), or as JSON."""
    named = request.query_params.get("format")
    chosen = choose(request.headers.get("accept"), _PROOFS, named, page=True)
    given = [request.query_params.get(name, "").strip() for name in "spo"]
    if chosen.name == "html":
        return await pages.page(request, "explain")
    if not all(given):
        raise _missing("s, p and o: the subject, the predicate and the object of a statement")
    outcome = await _run(
        request,
        "linked_data.explanation",
        statement=tuple(given),
        lang=pages.language(request),
        every=request.query_params.get("all", "") in ("1", "true"),
        media_type=chosen.media_type,
        format=chosen.name,
    )
    return respond(request, outcome, vary=f"Accept, {_LANGUAGE}")


async def search(request: Request) -> Response:
    """Suggest what a beginning of a search may mean."""
    words = request.query_params.get("q", "")
    return await _local(request, "suggestions", words=words[:200])


async def graph(request: Request) -> Response:
    """Answer with what a thing is linked to."""
    thing = request.query_params.get("thing", "").strip()
    if not thing:
        raise _missing("thing: an IRI, a prefixed name or a local name")
    return await _local(request, "picture", thing=thing)


async def completion(request: Request) -> Response:
    """Answer with what the editor completes."""
    outcome = await _run(request, "linked_data.completion", lang=pages.language(request))
    return respond(request, outcome, vary=_LANGUAGE)


async def opensearch(request: Request) -> Response:
    """Tell browsers how to search here."""
    lang, settings = pages.language(request), _service(request).settings
    outcome = await _run(
        request,
        "pages.page",
        name="opensearch",
        lang=lang,
        path="opensearch.xml",
        values=(),
        site=(settings.root, origin(request), ""),
    )
    described = outcome._replace(media_type="application/opensearchdescription+xml")
    return respond(request, described, {"Content-Language": lang}, vary=_LANGUAGE)


async def robots(request: Request) -> Response:
    """Tell search engines what to leave out, and where the list of pages is."""
    root = _service(request).settings.root
    listed = f"Sitemap: {origin(request)}{root}sitemap.xml\n"
    return PlainTextResponse(_ROBOTS.format(root=root) + listed)


async def sitemap(request: Request) -> Response:
    """List the pages."""
    root = _service(request).settings.root
    outcome = await _run(
        request, "linked_data.sitemap", origin=origin(request), root=root, pages=_LISTED
    )
    return respond(request, outcome)


async def profile(request: Request) -> Response:
    """Tell what a profile is."""
    told = profiles.description(request.path_params["name"])
    if told is None:
        raise ProblemError(Problem(404, "unknown", "There is no such profile", "See /profile/…"))
    return Response(told, media_type="text/turtle")


def origin(request: Request) -> str:
    """Return the scheme and host of the site as the public knows them."""
    known = _service(request).settings.origin
    return known or f"{request.scope['scheme']}://{request.headers.get('host', '')}"


async def _local(request: Request, operation: str, **arguments: str) -> Response:
    """Answer with something that has links to pages of the site."""
    outcome = await _run(
        request,
        f"linked_data.{operation}",
        lang=pages.language(request),
        site=(_service(request).settings.root, "", pages.chosen_language(request)),
        **arguments,
    )
    return respond(request, outcome, vary=_LANGUAGE)


async def _run(request: Request, operation: str, **arguments: Any) -> Outcome:
    return await _service(request).run(request, operation, **arguments)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _missing(what: str) -> ProblemError:
    return ProblemError(Problem(400, "request", "The request makes no sense", f"It needs {what}."))
