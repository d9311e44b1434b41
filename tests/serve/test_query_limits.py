"""SPARQL queries up to the limits of the server: what is beyond them is told, never hidden."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from servers import ask, problem, running


@pytest.fixture(scope="module")
def small() -> Iterator[httpx.Client]:
    """Return a client of a server with tight limits."""
    limits = ["--rows", "5", "--body", "1000", "--timeout", "2s"]
    with running(*limits) as server, httpx.Client(base_url=server.url) as client:
        yield client


def test_a_cut_answer_says_so(small: httpx.Client) -> None:
    everything = "SELECT * { ?s ?p ?o }"
    rows = ask(small, everything)
    assert rows.headers["si-graph-limit"] == "rows=5"
    assert len(rows.json()["results"]["bindings"]) == 5
    assert rows.json()["head"]["link"] == ["https://w3id.org/si-graph/problem/cut"]
    graph = ask(small, "CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle")
    assert graph.headers["si-graph-limit"] == "rows=5"
    assert "cut off after 5 triples" in graph.text
    whole = ask(small, everything + " LIMIT 5")
    assert "si-graph-limit" not in whole.headers
    assert "link" not in whole.json()["head"]


def test_a_body_beyond_the_limit_is_not_read_to_its_end(small: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    query = "ASK {} # " + "x" * 2000
    problem(small.post("/sparql", content=query, headers=headers), 413, "body")

    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100_000):
            sent += 1000
            yield b"#" * 999 + b"\n"

    try:
        answer = small.post("/sparql", content=endless(), headers=headers)
        problem(answer, 413, "body")
    except (httpx.WriteError, httpx.ReadError):
        # The connection was closed before the client had looked at the answer.
        pass
    assert sent < 50_000_000


def test_a_query_that_takes_too_long_is_never_a_short_answer(small: httpx.Client) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    problem(ask(small, slow), 504, "timeout")


def test_a_client_may_ask_for_less_time_and_not_for_more(small: httpx.Client) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    short = problem(ask(small, slow, timeout="0.3"), 504, "timeout")
    assert "0.3 s" in str(short["detail"])
    long = problem(ask(small, slow, timeout="1000"), 504, "timeout")
    assert "2 s" in str(long["detail"])
