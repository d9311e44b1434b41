"""Reads what an endpoint answered: by what it is, not only by what it is called."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results
from pyoxigraph import Store as Oxigraph

from si_graph.errors import EndpointError, InputError
from si_graph.load import rdf_xml

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import QueryBoolean, QueryTriples

    from si_graph.store.remote.connection import Answer

    Results = QuerySolutions | QueryBoolean | QueryTriples

_ALL_TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_HEAD_BYTES = 1000
# How Virtuoso names a blank node, which no standard lets begin so.
_BLANK_IN_JSON = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_BLANK_IN_XML = re.compile(rb"(<bnode>\s*)nodeID://")
# How Virtuoso answers yes or no in JSON: with rows, of which there are none for no.
_YES = "__ASK_RETVAL"


class Sound(NamedTuple):
    """An answer that was read to its end once.

    Attributes:
        body: Results or triples, as they may be read again.
        media_type: In which format.
        size: How many rows or triples there are.
        variables: The columns, if it has rows.
    """

    body: bytes
    media_type: str
    size: int = 0
    variables: tuple[str, ...] = ()

    def open(self) -> Results:
        """Return the results as Oxigraph gives them."""
        results_format = QueryResultsFormat.from_media_type(self.media_type)
        if results_format is not None:
            return parse_query_results(self.body, format=results_format)
        store = Oxigraph()
        store.extend(parse(self.body, format=_rdf_format(self.media_type)))
        return cast("QueryTriples", store.query(_ALL_TRIPLES))


def read(answer: Answer, form: str, url: str) -> Sound:
    """Read an answer to its end, so that a fault comes to light before the first row.

    Args:
        answer: What the endpoint answered.
        form: What was asked: SELECT, ASK, CONSTRUCT or DESCRIBE.
        url: The address of the endpoint.

    Raises:
        EndpointError: It is neither results nor triples, or not sound.
    """
    media_type = _media_type(answer, form)
    if media_type is None:
        called = answer.media_type or "nothing"
        raise EndpointError(
            f"{url}: this does not look like a SPARQL endpoint: it answers with {called}"
            f"{said(answer.body)}"
        )
    try:
        if form in ("SELECT", "ASK"):
            return _results(answer.body, media_type, form)
        return _triples(answer.body, media_type, url)
    except (SyntaxError, ValueError) as error:
        # Some say at the end of a broken answer why it broke.
        end = answer.body[-200:].decode(errors="replace").strip()
        raise EndpointError(
            f"{url}: the answer is not sound {media_type}: {error}"
            + (f"\n  It ends with: {' '.join(end.split())}" if end else "")
        ) from None
    except InputError as error:
        raise EndpointError(str(error)) from None


def said(body: bytes) -> str:
    """Return the first lines of what an endpoint says in words, indented, each on its line."""
    text = body[: 20 * _HEAD_BYTES].decode(errors="replace")
    if _looks(text, "<!doctype html", "<html"):
        text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", "\n", text)
        text = unescape(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shown = "\n  ".join(lines[:4])[:500]
    return f"\n  {shown}" if shown else ""


def _media_type(answer: Answer, form: str) -> str | None:
    """Return the media type of an answer: by its first characters, where they leave no doubt."""
    head = answer.body[:_HEAD_BYTES].decode(errors="replace")
    wants_rows = form in ("SELECT", "ASK")
    if _looks(head, "<!doctype html", "<html"):
        return None
    if _looks(head, "{") or (_looks(head, "[") and "json" in answer.media_type):
        return QueryResultsFormat.JSON.media_type if wants_rows else RdfFormat.JSON_LD.media_type
    if _looks(head, "<?xml", "<sparql", "<rdf:rdf"):
        return QueryResultsFormat.XML.media_type if wants_rows else RdfFormat.RDF_XML.media_type
    if wants_rows:
        results_format = QueryResultsFormat.from_media_type(answer.media_type)
        return results_format and results_format.media_type
    rdf_format = RdfFormat.from_media_type(answer.media_type)
    if rdf_format is None and answer.media_type.startswith("text/"):
        # Turtle by an older name; N-Triples are Turtle too.
        rdf_format = RdfFormat.TURTLE
    return rdf_format and rdf_format.media_type


def _looks(text: str, *beginnings: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").lower().startswith(beginnings)


def _results(body: bytes, media_type: str, form: str) -> Sound:
    if b"nodeID://" in body:
        body = _BLANK_IN_JSON.sub(rb"\1", _BLANK_IN_XML.sub(rb"\1", body))
    results_format = QueryResultsFormat.from_media_type(media_type)
    results = parse_query_results(body, format=cast("QueryResultsFormat", results_format))
    if not isinstance(results, QuerySolutions):
        if form == "SELECT":
            raise ValueError("yes or no instead of rows")
        return Sound(body, media_type)
    variables = tuple(variable.value for variable in results.variables)
    # No name may hold rows: they must not outlive a fault and end in another thread.
    del results
    size = _size(body, media_type)
    if form == "SELECT":
        return Sound(body, media_type, size, variables)
    if variables != (_YES,):
        raise ValueError("rows instead of yes or no")
    return Sound(b'{"head":{},"boolean":%b}' % (b"true" if size else b"false"), media_type)


def _size(body: bytes, media_type: str) -> int:
    rows = cast("Callable[..., QuerySolutions]", parse_query_results)
    counter = count()
    deque(
        zip(
            rows(body, format=QueryResultsFormat.from_media_type(media_type)), counter, strict=False
        ),
        maxlen=0,
    )
    return next(counter)


def _triples(body: bytes, media_type: str, url: str) -> Sound:
    rdf_format = _rdf_format(media_type)
    if rdf_format == RdfFormat.RDF_XML:
        body = rdf_xml.checked(body, url)
    store = Oxigraph()
    store.extend(parse(body, format=rdf_format, base_iri=url))
    return Sound(
        b"".join(f"{quad.triple} .\n".encode() for quad in store),
        RdfFormat.N_TRIPLES.media_type,
        len(store),
    )


def _rdf_format(media_type: str) -> RdfFormat:
    return cast("RdfFormat", RdfFormat.from_media_type(media_type))
