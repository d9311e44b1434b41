"""Data of single things, vocabularies, graphs, questions and proofs, as workers write them."""

from __future__ import annotations

import json
from io import BytesIO

from pyoxigraph import NamedNode

from si_graph.errors import UnknownError
from si_graph.namespaces import BASE, PREFIXES, shorten
from si_graph.publish.rdf import both_in_order
from si_graph.publish.sitemap import MOST_ADDRESSES
from si_graph.publish.sitemap import sitemap as sitemap_of
from si_graph.query.binding import bind, in_language
from si_graph.query.bounded import write_triples
from si_graph.query.catalogue import load
from si_graph.query.names import unknown
from si_graph.query.overviews import surroundings
from si_graph.query.overviews.surroundings import PROFILES
from si_graph.render.editor import completion as completion_of
from si_graph.render.neighbourhood import neighbourhood
from si_graph.render.page import View
from si_graph.render.search import suggestions as suggestions_of
from si_graph.render.site import Site
from si_graph.serve.operations import sparql
from si_graph.serve.workers.outcome import Outcome
from si_graph.store.writing import RDF_FORMATS, write_rdf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.overviews.surroundings import Surroundings
    from si_graph.serve.workers.served import Served

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_WITH_GRAPHS = ("trig", "nquads")
_THINGS = (
    f"SELECT DISTINCT ?x WHERE {{ ?x a ?kind FILTER(STRSTARTS(STR(?x), '{BASE}id/')) }} ORDER BY ?x"
)


def resource(
    served: Served,
    iri: str,
    profile: str,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Return the data about a thing.

    Raises:
        UnknownError: The graph says nothing of it.
    """
    store = served.graph().store
    _require_iri(iri)
    extent, limit = PROFILES[profile], served.limits.rows
    try:
        found = surroundings.surroundings(store.oxigraph, iri, extent, limit)
    except UnknownError:
        raise unknown(store, shorten(iri)) from None
    outcome = _written(served, found, media_type, format)
    types = {
        quad.object.value
        for quad in found.quads
        if quad.subject == NamedNode(iri) and quad.predicate == _TYPE
        if isinstance(quad.object, NamedNode)
    }
    return outcome._replace(types=tuple(sorted(types)))


def scheme(
    served: Served,
    iri: str,
    profile: str,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Return the data about a vocabulary and the concepts in it.

    Raises:
        UnknownError: There is no such vocabulary.
    """
    store = served.graph().store.oxigraph
    _require_iri(iri)
    found = surroundings.scheme(store, iri, PROFILES[profile], served.limits.rows)
    return _written(served, found, media_type, format)


def graph(
    served: Served,
    iri: str,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Return a named graph.

    Raises:
        UnknownError: There is no such graph.
    """
    _require_iri(iri)
    found = surroundings.graph(served.graph().store.oxigraph, iri, served.limits.rows)
    return _written(served, found, media_type, format)


def query_text(served: Served, name: str) -> Outcome:
    """Return the text of a named query.

    Raises:
        UnknownError: There is no such query.
    """
    return Outcome(load(name).text.encode(), "application/sparql-query")


def answer(
    served: Served,
    name: str,
    values: tuple[tuple[str, tuple[str, ...]], ...],
    lang: str,
    base: str,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Answer a named query.

    Args:
        served: The graph.
        name: The query's name.
        values: Values by parameter; several mean any of them.
        lang: The language of labels, where no value says otherwise.
        base: What relative IRIs in it are relative to.
        media_type: What the client takes.
        format: The same by its name.

    Raises:
        UnknownError: There is no such query.
        ParameterError: An unknown parameter, or a value that is not of the declared type.
    """
    query, given = load(name), dict(values)
    text = bind(query, given, served.graph().store)
    text = text if "lang" in given else in_language(text, lang)
    return sparql.query(served, text, media_type, format, base)


def explanation(
    served: Served,
    statement: tuple[str, str, str],
    lang: str,
    every: bool,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Return why a statement holds, as JSON or as PROV-O in Turtle.

    Raises:
        UnknownError: Nothing is called that; or, for Turtle, it does not hold.
    """
    found = served.graph().explain(*statement, lang=lang, every=every)
    if format == "json":
        return Outcome(found.to_json().encode(), media_type)
    if not found:
        raise UnknownError("the statement does not hold, so there is no proof of it")
    return Outcome(found.to_turtle().encode(), media_type)


def suggestions(served: Served, words: str, lang: str, site: tuple[str, str, str]) -> Outcome:
    """Return what a beginning of a search may mean (OpenSearch suggestions)."""
    view = View(served.graph(), Site(*site), lang, "search.json", {"q": words})
    return _json(suggestions_of(view), "application/x-suggestions+json")


def picture(served: Served, thing: str, lang: str, site: tuple[str, str, str]) -> Outcome:
    """Return what a thing is linked to, as nodes and edges.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    return _json(neighbourhood(served.graph(), Site(*site), thing, lang))


def completion(served: Served, lang: str) -> Outcome:
    """Return what the editor completes."""
    return _json(completion_of(served.graph(), lang))


def sitemap(served: Served, origin: str, root: str, pages: tuple[str, ...]) -> Outcome:
    """Return the addresses of all pages (sitemaps.org).

    Args:
        served: The graph.
        origin: The scheme and host of the site.
        root: The path that it stands below.
        pages: The paths of pages that are not about one thing.
    """
    site = Site(root)
    rows = served.graph().store.query(_THINGS)
    things = [site.link(row["x"].value) for row in rows]  # type: ignore[union-attr]  # a SELECT
    paths = [*(site.path(page) for page in pages), *things][:MOST_ADDRESSES]
    return Outcome(sitemap_of({"": f"{origin}{path}"} for path in paths), "application/xml")


def _written(
    served: Served,
    found: Surroundings,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    limit = served.limits.rows
    cut_at = len(found.quads) if found.is_cut else None
    quads, triples = both_in_order(found.quads)
    if format not in _WITH_GRAPHS:
        body = write_triples(triples, RDF_FORMATS[format], limit).body
        return Outcome(body, media_type, cut_at=cut_at)
    stream = BytesIO()
    write_rdf(quads, stream, RDF_FORMATS[format])
    if cut_at is not None:
        stream.write(f"# cut off after {cut_at} statements\n".encode())
    return Outcome(stream.getvalue(), media_type, cut_at=cut_at)


def _require_iri(text: str) -> None:
    try:
        NamedNode(text)
    except ValueError:
        raise UnknownError("that is no IRI, so nothing is called that") from None


def _json(content: object, media_type: str = "application/json") -> Outcome:
    return Outcome(json.dumps(content, ensure_ascii=False).encode(), media_type)
