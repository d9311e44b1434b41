"""Queries by GET pass the application by: nobody may notice."""

from __future__ import annotations

import json
import socket
from io import StringIO
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers import Running
from si_graph.serve.logs import Log
from si_graph.serve.problems import ProblemError
from si_graph.serve.protocol.parameters import parameters_in
from sockets import connect
from watching import SLOW, eventually, metric

HAPPENING = ("date", "x-request-id")
"""The headers that differ from answer to answer."""

TABLE = "application/sparql-results+json"
STEPS = "SELECT ?step { ?step a si:Step } ORDER BY ?step"
TRIPLES = "CONSTRUCT { ?step a si:Step } WHERE { ?step a si:Step }"


def told(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """Return all of an answer that does not differ each time."""
    headers = {name: value for name, value in answer.headers.items() if name not in HAPPENING}
    return answer.status_code, headers, answer.content


@pytest.mark.parametrize(
    ("parameters", "accept", "status"),
    [
        ({"query": STEPS}, TABLE, 200),
        ({"query": STEPS, "inference": "asserted"}, "text/csv", 200),
        ({"query": STEPS, "default-graph-uri": "https://w3id.org/si-graph/none"}, TABLE, 200),
        ({"query": STEPS, "format": "xml"}, TABLE, 200),
        ({"query": "SELECT (RAND() * 0 AS ?zero) {}"}, TABLE, 200),
        ({"query": TRIPLES}, "application/n-triples", 200),
        ({"query": "ASK { <relative> ?p ?o }"}, TABLE, 200),
        ({"query": STEPS}, "image/png", 406),
        ({"query": "SELECT ?step {"}, TABLE, 400),
        ({"query": "nothing of the kind"}, TABLE, 400),
        ({"query": STEPS, "inference": "some"}, TABLE, 400),
        ({"query": STEPS, "timeout": "soon"}, TABLE, 400),
        ({"query": STEPS, "named-graph-uri": "relative"}, TABLE, 400),
        ({"query": "ASK { SERVICE <http://example.org/> { ?s ?p ?o } }"}, TABLE, 400),
        ({"query": SLOW, "timeout": "0.1"}, TABLE, 504),
    ],
)
def test_an_answer_is_the_one_that_the_application_gives(
    server: Running, parameters: dict[str, str], accept: str, status: int
) -> None:
    def answer(**more: str) -> tuple[int, dict[str, str], bytes]:
        headers = {"Accept": accept, **more}
        return told(httpx.get(f"{server.url}/sparql", params=parameters, headers=headers))

    # What asks for something that is not the same each time is answered by the application.
    direct, application = answer(), answer(**{"If-None-Match": '"another"'})
    assert direct == application
    assert direct[0] == status


def test_new_queries_that_come_at_once_are_answered_in_their_order(server: Running) -> None:
    where = urlsplit(server.url)
    texts = [f"SELECT ({number} AS ?number) {{}}" for number in range(5)]
    paths = [f"/sparql?query={quote(text)}" for text in texts]
    requests = [f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n" for path in paths]
    last = requests.pop()
    pipelined = "\r\n".join([*requests, f"{last}Connection: close\r\n\r\n"])
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(pipelined.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    places = [received.find(f'"value":"{number}"'.encode()) for number in range(5)]
    assert places == sorted(places)
    assert -1 not in places


def test_a_client_that_leaves_frees_its_worker_and_is_told_of_once(server: Running) -> None:
    def left() -> float:
        labels = {"route": "/sparql", "method": "GET", "status": "499"}
        return metric(server, "si_graph_requests_total", **labels)

    before = left()
    connection = connect(server.url)
    request = f"GET /sparql?query={quote(SLOW)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    connection.sendall(request.encode())
    assert eventually(lambda: metric(server, "si_graph_jobs", state="running") == 1)
    connection.close()
    assert eventually(lambda: metric(server, "si_graph_jobs", state="running") == 0)
    assert left() == before + 1


def test_the_times_of_requests_add_up(server: Running) -> None:
    httpx.get(f"{server.url}/sparql?query=ASK%7B%7D", timeout=30)
    text = httpx.get(f"{server.url}/metrics", timeout=30).text
    lines = [line for line in text.splitlines() if 'route="/sparql"' in line]
    buckets = [float(line.split()[-1]) for line in lines if "_seconds_bucket{" in line]
    counts = [float(line.split()[-1]) for line in lines if "_seconds_count{" in line]
    answered = [float(line.split()[-1]) for line in lines if "_requests_total{" in line]
    assert buckets == sorted(buckets)
    assert [buckets[-1]] == counts == [sum(answered)]


@given(st.one_of(st.binary(), st.text("%&=+ab0F;é").map(str.encode)))
def test_parameters_are_read_as_everyone_reads_them(text: bytes) -> None:
    try:
        expected = parse_qsl(text.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(ProblemError):
            parameters_in(text)
        return
    found = parameters_in(text)
    for name, value in dict(reversed(expected)).items():
        assert found.first(name) == value
    for name in {name for name, _ in expected}:
        values = [value for other, value in expected if other == name]
        if len(values) == 1:
            assert found.one(name) == values[0]
        else:
            with pytest.raises(ProblemError):
                found.one(name)


@given(st.text(), st.binary(), st.text())
def test_the_line_of_a_request_is_json_whatever_it_asks(
    path: str, query: bytes, route: str
) -> None:
    stream = StringIO()
    log = Log(with_queries=True, stream=stream)
    log.request("0123abcd", "GET", route, 200, 0.0123, 45, (path, query))
    line = json.loads(stream.getvalue())
    assert (line["path"], line["route"], line["ms"], line["bytes"]) == (path, route, 12.3, 45)
    assert line.get("query", "") == query.decode("latin-1")
    assert stream.getvalue().count("\n") == 1
