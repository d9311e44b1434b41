"""RDF documents from elsewhere, for LOAD: read safely, and written out as N-Triples."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, RdfFormat, Triple, parse, serialize

from si_graph.errors import EndpointError, InputError
from si_graph.load import rdf_xml
from si_graph.load.files import format_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.network.client import Reply

ACCEPT = (
    "text/turtle, application/n-triples, application/rdf+xml;q=0.9, "
    "application/ld+json;q=0.8, */*;q=0.1"
)
"""What a server is asked for."""


def as_ntriples(reply: Reply) -> bytes:
    """Return a document as N-Triples, with its relative IRIs resolved against its own URL.

    Raises:
        EndpointError: It is not sound RDF, or has named graphs.
    """
    rdf_format = format_of(urlsplit(reply.url).path)
    # What servers say of files that they do not know.
    if rdf_format is None or reply.media_type not in ("", "text/plain", "application/octet-stream"):
        rdf_format = RdfFormat.from_media_type(reply.media_type)
    if rdf_format is None:
        raise EndpointError(f"{reply.url}: {reply.media_type or 'nothing'} is no RDF")
    try:
        body = reply.body
        if rdf_format == RdfFormat.RDF_XML:
            body = rdf_xml.checked(body, reply.url)
        written = serialize(_triples(body, rdf_format, reply.url), format=RdfFormat.N_TRIPLES)
    except (SyntaxError, InputError) as error:
        raise EndpointError(f"{reply.url}: this is not sound RDF: {error}") from None
    assert written is not None  # noqa: S101 - there is no file to write to
    return written


def _triples(body: bytes, rdf_format: RdfFormat, url: str) -> Iterator[Triple]:
    for quad in parse(body, format=rdf_format, base_iri=url):
        if not isinstance(quad.graph_name, DefaultGraph):
            raise EndpointError(f"{url}: a document with named graphs cannot be loaded")
        yield quad.triple
