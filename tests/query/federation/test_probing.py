"""Trying an endpoint says what it can do, and what not."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox
import pytest

from endpoints import RESULTS, Told, asked, evaluating
from loopback import Answer, Server, answering
from si_graph.errors import EndpointError
from si_graph.query.federation.probing import Finding, probe
from si_graph.store.remote.client import Client
from si_graph.store.remote.endpoint import Endpoint


def tried(url: str) -> dict[str, Finding]:
    told = Told()
    endpoint = Endpoint(url, seconds=20)
    findings = probe(endpoint, Client(endpoint, told.append, told.pause))
    return {finding.label["en"].partition(" (")[0]: finding for finding in findings}


def test_oxigraph_can_do_everything(oxigraph_peers: Mapping[str, str]) -> None:
    found = tried(oxigraph_peers["cellar"])
    assert [name for name, one in found.items() if not one.works] == []
    assert "Oxigraph/" in found["reachable"].detail
    assert found["rows in one answer"].detail == "≥ 10,001"


def test_virtuoso_can_too_but_gives_fewer_rows_at_once(virtuoso_peer: str) -> None:
    found = tried(virtuoso_peer)
    assert [name for name, one in found.items() if not one.works] == []
    assert "Virtuoso/" in found["reachable"].detail
    assert found["rows in one answer"].detail == "5"


def without(server: Server, word: str, instead: Answer) -> Answer:
    """Return an answer that is another one where a word stands in the query."""
    rest = evaluating(server, ox.Store(), 20_000)
    yes = answering(b'{"head":{},"boolean":true}', RESULTS)
    triple = answering(b"<urn:a> <urn:b> 7 .", "text/turtle")

    def answer(handler: object) -> None:
        query = asked(server.requests[-1])
        chosen = rest
        if word in query:
            chosen = instead
        elif query.startswith("ASK"):
            chosen = yes
        elif query.startswith("CONSTRUCT"):
            chosen = triple
        chosen(handler)  # type: ignore[arg-type]

    return answer


@pytest.mark.parametrize(
    ("word", "lacking"),
    [
        ("OFFSET", "paging"),
        ("SUM", "aggregates"),
        ("MAX", "queries within queries"),
        ("CONSTRUCT", "making graphs"),
        (" 799 ", "long queries"),
        ("10001", "rows in one answer"),
    ],
)
@pytest.mark.parametrize(
    "instead",
    [answering(b"not supported", "text/plain", 400), answering(b"<html>", "text/html")],
)
def test_what_does_not_work_is_said_and_the_rest_is_tried(
    server: Server, word: str, lacking: str, instead: Answer
) -> None:
    server.answer = without(server, word, instead)
    found = tried(server.url)
    assert [name for name, one in found.items() if not one.works] == [lacking]
    assert server.url in found[lacking].detail
    assert "\n" not in found[lacking].detail


def test_a_wrong_answer_is_no_support(server: Server) -> None:
    three = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"3"}}]}}'
    server.answer = without(server, "OFFSET", answering(three, RESULTS))
    assert tried(server.url)["paging"].detail == "3 ≠ 2"


def test_an_endpoint_that_cannot_be_reached_is_an_error(server: Server) -> None:
    server.answer = answering(b"gone", "text/plain", 410)
    with pytest.raises(EndpointError, match="410 Gone"):
        tried(server.url)
    assert len(server.requests) == 1
