"""A remote SPARQL 1.1 endpoint behind the same interface as the embedded store."""

from __future__ import annotations

import re
from collections import deque
from http.client import HTTPException
from time import monotonic
from typing import TYPE_CHECKING, cast
from urllib.error import HTTPError
from urllib.parse import urlsplit

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results
from pyoxigraph import Store as Oxigraph

from si_graph.errors import EndpointError, InputError, LimitError, UsageError
from si_graph.load import rdf_xml
from si_graph.store.inspection import query_form, require_readable

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

    from pyoxigraph import QueryBoolean, QueryTriples

MAX_ANSWER_BYTES = 256 * 2**20
"""How much of an answer is read; a larger one is an error, never a cut result."""

# Longer queries go by POST: servers refuse long addresses, and 2,000 characters always pass.
_LONGEST_GET = 1500
_ALL_TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class RemoteStore:
    """A SPARQL 1.1 Protocol client for one endpoint."""

    def __init__(self, url: str, timeout: int = 60) -> None:
        if not _is_web_address(url):
            raise UsageError(f"an endpoint has an http or https address in ASCII, not {url!r}")
        self.url = url
        self.timeout = timeout

    def query(self, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query by asking the endpoint.

        Raises:
            QuerySyntaxError: The text is none of these queries.
            EndpointError: The endpoint cannot be reached, refuses, or answers something else
                than SPARQL results.
            LimitError: The answer is larger than `MAX_ANSWER_BYTES`, or takes too long.
        """
        require_readable(text)
        body, media_type = self._ask(text, query_form(text))
        try:
            results_format = QueryResultsFormat.from_media_type(media_type)
            if results_format is not None:
                return _results(body, results_format)
            rdf_format = RdfFormat.from_media_type(media_type)
            if rdf_format is not None:
                return self._triples(body, rdf_format)
        except (SyntaxError, ValueError) as error:
            raise EndpointError(
                f"{self.url}: the answer is not sound {media_type}: {error}"
            ) from None
        except InputError as error:
            raise EndpointError(str(error)) from None
        raise EndpointError(
            f"{self.url}: this does not look like a SPARQL endpoint: it answers with {media_type}"
        )

    def _triples(self, body: bytes, rdf_format: RdfFormat) -> QueryTriples:
        if rdf_format == RdfFormat.RDF_XML:
            body = rdf_xml.checked(body, self.url)
        store = Oxigraph()
        store.extend(parse(body, format=rdf_format, base_iri=self.url))
        return cast("QueryTriples", store.query(_ALL_TRIPLES))

    def _ask(self, text: str, form: str) -> tuple[bytes, str]:
        from SPARQLWrapper import GET, JSON, POST, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        client = SPARQLWrapper(self.url)
        # Its setQuery guesses the form by words that may also stand in a comment: after
        # `# add labels` it would send an update.
        client.queryString, client.queryType = text, form
        client.setTimeout(self.timeout)
        # It would put a second `?` into an address that has one.
        client.setMethod(GET if len(text) < _LONGEST_GET and "?" not in self.url else POST)
        client.setOnlyConneg(True)
        if form in ("SELECT", "ASK"):
            client.setReturnFormat(JSON)
        else:
            client.addCustomHttpHeader("Accept", "text/turtle, application/n-triples;q=0.9")
        deadline = monotonic() + self.timeout
        try:
            response = client.query().response
            return self._body(response, deadline), response.headers.get_content_type()
        except SPARQLWrapperException as error:
            raise EndpointError(f"{self.url}: the endpoint refuses: {_said(error)}") from None
        except HTTPError as error:
            raise EndpointError(
                f"{self.url}: the endpoint answers {error.code} {error.reason}{_wait(error)}"
            ) from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                raise LimitError(f"{self.url}: no answer within {self.timeout} seconds") from None
            raise EndpointError(f"{self.url}: the endpoint cannot be reached: {reason}") from None

    def _body(self, response: HTTPResponse, deadline: float) -> bytes:
        announced = response.headers.get("Content-Length", "")
        length = int(announced) if announced.isdecimal() else None
        body = bytearray()
        # What has come so far is taken each time: a slow trickle must not outlast the deadline.
        while len(body) != length and (portion := response.read1(2**16)):
            body += portion
            if len(body) > MAX_ANSWER_BYTES:
                raise LimitError(
                    f"{self.url}: the answer is larger than {MAX_ANSWER_BYTES:,} bytes"
                    "\n  Ask for less, with LIMIT for example."
                )
            if monotonic() > deadline:
                raise TimeoutError
        if length is not None and len(body) < length:
            raise EndpointError(
                f"{self.url}: the answer stops after {len(body):,} of {length:,} bytes"
            )
        return bytes(body)


def _is_web_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and url.isascii()
    except ValueError:
        return False


def _results(body: bytes, results_format: QueryResultsFormat) -> QuerySolutions | QueryBoolean:
    if isinstance(parse_query_results(body, format=results_format), QuerySolutions):
        # Rows are parsed when they are asked for; a fault must come to light before the first.
        rows = cast("Callable[..., QuerySolutions]", parse_query_results)
        # No name may hold these rows: they must not outlive a fault and end in another thread.
        deque(rows(body, format=results_format), maxlen=0)
    return parse_query_results(body, format=results_format)


def _wait(error: HTTPError) -> str:
    wait = error.headers.get("Retry-After", "")
    if not wait:
        return ""
    return f"\n  It asks to wait {f'{wait} seconds' if wait.isdecimal() else f'until {wait}'}."


def _said(error: Exception) -> str:
    """Return the first lines of what an endpoint says about a query that it refuses."""
    # The library shows what the endpoint said as Python would.
    text = re.sub(r"Response:\s*b(['\"])(.*)\1$", r"\2", str(error), flags=re.DOTALL)
    text = text.replace("\\n", "\n").replace('\\"', '"')
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n  ".join(lines[:4])[:500]
