"""SPARQL endpoints on the loopback interface that behave as a test tells them to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from itertools import islice
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from loopback import Answer, Request, Server, answering

RESULTS = "application/sparql-results+json"


def asked(request: Request) -> str:
    """Return the query of a request, wherever it stood."""
    parameters = parse_qs(urlsplit(request.path).query) | parse_qs(request.body)
    return parameters["query"][0]


def in_turn(*answers: Answer) -> Answer:
    """Return an answer that is another one each time; the last one for good."""
    left = list(answers)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return answer


def evaluating(
    server: Server, store: ox.Store, cap: int, headers: dict[str, str] | None = None
) -> Answer:
    """Return an answer that evaluates the query, and keeps to itself what is above the cap."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        results = store.query(asked(server.requests[-1]))
        assert isinstance(results, ox.QuerySolutions)
        body = written([str(variable)[1:] for variable in results.variables], islice(results, cap))
        is_cut = next(results, None) is not None
        answering(body, RESULTS, headers=headers if is_cut else None)(handler)

    return answer


def trickling_head(left: Event) -> Answer:
    """Return an answer whose first lines never end, each byte soon after the one before.

    Args:
        left: Is set when whoever asked has gone.
    """

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            for _ in range(600):
                handler.wfile.write(b"y")
                time.sleep(0.05)
        except OSError:
            left.set()

    return answer


def written(columns: list[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as JSON results."""
    lines = ["\t".join(f"?{column}" for column in columns)]
    lines += ["\t".join("" if term is None else str(term) for term in row) for row in rows]
    results = ox.parse_query_results("\n".join(lines) + "\n", format=ox.QueryResultsFormat.TSV)
    assert isinstance(results, ox.QuerySolutions)
    return results.serialize(format=ox.QueryResultsFormat.JSON) or b""


class Told(list[str]):
    """What users are told, and how long is waited, without waiting."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    @property
    def pause(self) -> Callable[[float], None]:
        return self.waits.append
