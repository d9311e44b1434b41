"""The formats of answers: which there are, and which a client wants."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from si_graph.serve.negotiation import choose_type
from si_graph.serve.problems import Problem, ProblemError

HTML = "text/html"


class Format(NamedTuple):
    """A format of answers.

    Attributes:
        name: What `format=` and the library (`query.results`) call it.
        media_type: Its media type.
        aliases: More general or older media types, which are answered by the same bytes.
        names: Further names for `format=`, such as those that client libraries send.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


_JSON = ("application/json",)
_XML = ("application/xml", "text/xml")

TABLES = (
    Format("json", "application/sparql-results+json", _JSON),
    Format("xml", "application/sparql-results+xml", _XML),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
"""The formats for rows and for yes or no, the favourite first."""

GRAPHS = (
    Format("turtle", "text/turtle", ("application/x-turtle",), ("ttl", "n3")),
    Format("ntriples", "application/n-triples", ("text/plain",), ("nt", "n-triples")),
    Format("jsonld", "application/ld+json", _JSON, ("json", "json-ld")),
    Format("xml", "application/rdf+xml", _XML, ("rdf", "rdf+xml")),
    Format("trig", "application/trig"),
    Format("nquads", "application/n-quads", (), ("nq", "n-quads")),
)
"""The formats for graphs, the favourite first."""


class Chosen(NamedTuple):
    """What a client wants.

    Attributes:
        media_type: The media type to answer with, as the client names it.
        name: The format's name; `html` for a page.
    """

    media_type: str
    name: str


def choose(
    accept: str | None,
    formats: tuple[Format, ...],
    named: str | None = None,
    *,
    page: bool = False,
) -> Chosen:
    """Return the format that a client wants.

    Args:
        accept: What it asks for by `Accept`.
        formats: Those that there are.
        named: What it asks for by `format=`, which wins: links cannot set headers.
        page: Whether there is a page as well.

    Raises:
        ProblemError: There is no such format (406).
    """
    offers, names = _offers(formats, page)
    media_type = choose_type(accept, tuple(offers)) if named is None else names.get(named)
    if media_type is None:
        raise _not_acceptable([one.media_type for one in formats])
    return Chosen(media_type, offers[media_type])


@cache
def _offers(formats: tuple[Format, ...], page: bool) -> tuple[dict[str, str], dict[str, str]]:
    """Return each media type with its format's name, and what `format=` may say with its type."""
    offers = {one.media_type: one.name for one in formats}
    for one in formats:
        offers |= dict.fromkeys(one.aliases, one.name)
    if page:
        offers[HTML] = "html"
    names = {media_type: media_type for media_type in offers}
    # The first format that has a name keeps it.
    for one in reversed(formats):
        names |= dict.fromkeys((*one.names, one.name), one.media_type)
    return offers, names | {"html": HTML} if page else names


def _not_acceptable(types: list[str]) -> ProblemError:
    detail = f"This is available as {', '.join(types[:-1])} and {types[-1]}."
    return ProblemError(
        Problem(406, "format", "There is no such format", detail, {"available": types})
    )
