"""Linked data: what an IRI of the graph answers with, as a page or as data."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.routing import Route

from si_graph.namespaces import BASE, GRAPH_ONTOLOGY, GRAPH_SHAPES, GRAPH_VOCAB
from si_graph.render.site import Site
from si_graph.serve import pages, profiles
from si_graph.serve.problems import Problem, ProblemError
from si_graph.serve.protocol.formats import GRAPHS, TABLES, Chosen, Format, choose
from si_graph.serve.responses import respond

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    from si_graph.serve.service import Service
    from si_graph.serve.workers.outcome import Outcome

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_SUFFIXES = {
    "ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "rdf": "xml", "trig": "trig",
    "nq": "nquads",
}  # fmt: skip
"""What a path may end in, with the name of the format; `html` is the page."""

_RESULTS = {"csv": "csv", "tsv": "tsv", "json": "json", "srx": "xml"}
_QUERY = Format("rq", "application/sparql-query")
_CONTROLS = ("format", "lang", "profile")
"""Parameters that no operation takes, as negotiation has used them."""


class Source(NamedTuple):
    """Where an answer comes from.

    Attributes:
        page: The page that shows it to people.
        name: What the page calls it.
        operation: What gives its data.
        arguments: What that takes.
        has_profiles: Whether there are profiles of it.
    """

    page: str
    name: str
    operation: str
    arguments: Mapping[str, str]
    has_profiles: bool


def routes() -> list[Route]:
    """Return the routes of linked data."""
    return [
        Route("/id/{path:path}", see_other),
        Route("/doc", page_of_any),
        Route("/doc/{path:path}", document),
        Route("/ontology", ontology),
        Route("/ontology.{suffix}", ontology),
        Route("/ontology/{path:path}", module),
        Route("/shapes", shapes),
        Route("/shapes.{suffix}", shapes),
        Route("/shapes/{path:path}", module),
        Route("/vocab", vocabularies),
        Route("/vocab.{suffix}", vocabularies),
        Route("/vocab/{path:path}", vocabulary),
        Route("/graph/{path:path}", named_graph),
        Route("/query/{path}", query),
    ]


async def see_other(request: Request) -> Response:
    """Send whoever asks for a thing to the document about it (303): a thing is no document."""
    path = f"doc/{request.path_params['path']}"
    return _moved(request, path, "Accept, Accept-Profile")


async def document(request: Request) -> Response:
    """Answer with the document about a thing."""
    path, suffix = _split(request.path_params["path"])
    iri = f"{BASE}id/{path}"
    source = Source("resource", f"id/{path}", "linked_data.resource", {"iri": iri}, True)
    return await _answer(request, source, f"doc/{path}", suffix)


async def page_of_any(request: Request) -> Response:
    """Answer with the page about a thing of the graph whose IRI is somebody else's (`?iri=`)."""
    return await pages.page(request, "resource", "doc")


async def ontology(request: Request) -> Response:
    """Answer with the ontology."""
    source = Source("ontology", "", "linked_data.graph", {"iri": GRAPH_ONTOLOGY}, False)
    return await _answer(request, source, "ontology", request.path_params.get("suffix", ""))


async def shapes(request: Request) -> Response:
    """Answer with the shapes."""
    source = Source("shapes", "", "linked_data.graph", {"iri": GRAPH_SHAPES}, False)
    return await _answer(request, source, "shapes", request.path_params.get("suffix", ""))


async def module(request: Request) -> Response:
    """Answer with what is said of a module of the ontology or of the shapes."""
    path, suffix = _split(request.scope["path"].lstrip("/"))
    source = Source("resource", path, "linked_data.resource", {"iri": BASE + path}, True)
    return await _answer(request, source, path, suffix)


async def vocabularies(request: Request) -> Response:
    """Answer with all vocabularies."""
    source = Source("vocabulary", "", "linked_data.graph", {"iri": GRAPH_VOCAB}, False)
    return await _answer(request, source, "vocab", request.path_params.get("suffix", ""))


async def vocabulary(request: Request) -> Response:
    """Answer with a vocabulary, or with one concept of it."""
    path, suffix = _split(request.path_params["path"])
    iri = f"{BASE}vocab/{path}"
    if "/" in path:
        source = Source("resource", f"vocab/{path}", "linked_data.resource", {"iri": iri}, True)
    else:
        source = Source("vocabulary", path, "linked_data.scheme", {"iri": iri}, True)
    return await _answer(request, source, f"vocab/{path}", suffix)


async def named_graph(request: Request) -> Response:
    """Answer with a named graph of the project."""
    path, suffix = _split(request.path_params["path"])
    source = Source("", "", "linked_data.graph", {"iri": f"{BASE}graph/{path}"}, False)
    return await _answer(request, source, f"graph/{path}", suffix)


async def query(request: Request) -> Response:
    """Answer with a named query: its text, its results, or the page where it can be asked."""
    service: Service = request.app.state.service
    name, _, suffix = request.path_params["path"].partition(".")
    known = {**_RESULTS, "rq": "rq", "html": "html"}
    if suffix and suffix not in known:
        raise _no_such_suffix(suffix, known)
    named = known[suffix] if suffix else request.query_params.get("format")
    chosen = choose(request.headers.get("accept"), (_QUERY, *TABLES), named, page=True)
    vary = "Accept, Accept-Language"
    if chosen.name == "html":
        return _moved(request, f"questions/{name}", vary)
    headers = {"Link": f'<{BASE}query/{quote(name)}>; rel="canonical", <{LICENCE}>; rel="license"'}
    if chosen.name == "rq":
        text = await service.run(request, "linked_data.query_text", name=name)
        return respond(request, text, headers, vary=vary)
    given = request.query_params
    values = {key: tuple(given.getlist(key)) for key in given if key not in _CONTROLS}
    outcome = await service.run(
        request,
        "linked_data.answer",
        name=name,
        values=tuple(sorted(values.items())),
        lang=pages.language(request),
        base=f"{BASE}query/",
        media_type=chosen.media_type,
        format=chosen.name,
    )
    return respond(request, outcome, headers, vary=vary)


async def _answer(request: Request, source: Source, path: str, suffix: str) -> Response:
    """Answer with the page or the data, whichever the client wants or the path says."""
    service: Service = request.app.state.service
    known = {**_SUFFIXES, "html": "html"} if source.page else _SUFFIXES
    if suffix and suffix not in known:
        raise _no_such_suffix(suffix, known)
    named = known[suffix] if suffix else request.query_params.get("format")
    chosen = choose(request.headers.get("accept"), GRAPHS, named, page=bool(source.page))
    profile = profiles.choose(request) if source.has_profiles else ""
    if chosen.name == "html":
        page = await pages.page(request, source.page, path, name=source.name)
        page.headers["Link"] = _links(request, path, source, profile, None)
        return page
    arguments: dict[str, Any] = {**source.arguments, **({"profile": profile} if profile else {})}
    outcome = await service.run(
        request,
        source.operation,
        media_type=chosen.media_type,
        format=chosen.name,
        **arguments,
    )
    headers = {
        "Content-Location": _location(request, path, chosen, profile),
        "Link": _links(request, path, source, profile, outcome),
    }
    if profile:
        headers["Content-Profile"] = f"<{profiles.iri(profile)}>"
    return respond(request, outcome, headers, vary="Accept, Accept-Profile, Accept-Language")


def _location(request: Request, path: str, chosen: Chosen, profile: str) -> str:
    suffix = next(one for one, name in _SUFFIXES.items() if name == chosen.name)
    return _href(Site(request.app.state.service.settings.root), path, suffix, profile)


def _href(site: Site, path: str, suffix: str, profile: str) -> str:
    default = next(iter(profiles.PROFILES))
    return site.path(f"{path}.{suffix}", profile="" if profile == default else profile)


def _formats(profile: str) -> str:
    return f'; formats="{profiles.iri(profile)}"' if profile else ""


def _links(
    request: Request, path: str, source: Source, profile: str, outcome: Outcome | None
) -> str:
    """Return the header `Link`: what else there is about the same (RFC 8288)."""
    site = Site(request.app.state.service.settings.root)
    links = [
        f'<{BASE}{_quoted(path)}>; rel="canonical"',
        f'<{LICENCE}>; rel="license"',
        f'<{site.file(".well-known/void")}>; rel="describedby"; type="text/turtle"',
    ]
    thing = source.arguments["iri"]
    if source.has_profiles and thing != BASE + path:
        links.append(f'<{_quoted(thing)}>; rel="describes"')
    if profile:
        links.append(f'<{profiles.iri(profile)}>; rel="profile"')
    if outcome is not None:
        links += [f'<{_quoted(one)}>; rel="type"' for one in outcome.types]
    types = {one.name: one.media_type for one in GRAPHS}
    for suffix, name in _SUFFIXES.items():
        href = _href(site, path, suffix, profile)
        links.append(f'<{href}>; rel="alternate"; type="{types[name]}"{_formats(profile)}')
    for other in profiles.PROFILES if source.has_profiles else ():
        if other != profile:
            href = _href(site, path, "ttl", other)
            links.append(f'<{href}>; rel="alternate"; type="text/turtle"{_formats(other)}')
    if source.page:
        links.append(f'<{site.file(f"{path}.html")}>; rel="alternate"; type="text/html"')
    return ", ".join(links)


def _moved(request: Request, path: str, vary: str) -> Response:
    """Send the client elsewhere on the site (303), with what it asked."""
    to = Site(request.app.state.service.settings.root).file(path)
    asked = request.scope["query_string"].decode("latin-1")
    to = f"{to}?{_quoted(asked)}" if asked else to
    return RedirectResponse(to, 303, {"Vary": vary, "Cache-Control": "public, max-age=3600"})


def _split(path: str) -> tuple[str, str]:
    """Return a path without what it ends in, and that if it names a format."""
    stem, _, suffix = path.rpartition(".")
    return (stem, suffix) if stem and suffix in (*_SUFFIXES, "html") else (path, "")


def _no_such_suffix(suffix: str, known: Mapping[str, str]) -> ProblemError:
    detail = f"An address may end in {', '.join(f'.{one}' for one in known)}."
    return ProblemError(
        Problem(404, "unknown", "There is nothing of that name", detail, {"suffix": suffix[:20]})
    )


def _quoted(iri: str) -> str:
    """Return an IRI as a header can hold it: in ASCII, without what would end it."""
    return quote(iri, safe="/:?#[]@!$&'()*+,;=-._~%", errors="replace")
