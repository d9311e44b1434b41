"""A busy endpoint is asked again, as late as it wants and not for ever."""

from __future__ import annotations

from email.utils import formatdate
from http.server import BaseHTTPRequestHandler

import pyoxigraph as ox
import pytest

from endpoints import RESULTS, Told, in_turn
from loopback import Answer, Server, answering
from si_graph.errors import EndpointError
from si_graph.store.remote.client import TRIES
from si_graph.store.remote.connection import AGENT
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore

SELECT = "SELECT * { ?s ?p ?o }"
YES = answering(b'{"head":{},"boolean":true}', RESULTS)


def refusing(status: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answering(b"come back later", "text/plain", status, headers=named)


@pytest.fixture
def told() -> Told:
    return Told()


def store(server: Server, told: Told, seconds: float = 60, backoff: float = 1) -> RemoteStore:
    endpoint = Endpoint(server.url, seconds=seconds, backoff=backoff)
    return RemoteStore(endpoint, tell=told.append, pause=told.pause)


def is_answered(remote: RemoteStore) -> bool:
    answer = remote.query("ASK {}")
    assert isinstance(answer, ox.QueryBoolean)
    return bool(answer)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_endpoint_is_asked_again_after_waits_that_double(
    server: Server, told: Told, status: int
) -> None:
    server.answer = in_turn(*[refusing(status)] * 3, YES)
    assert is_answered(store(server, told))
    assert len(server.requests) == 4
    for wait, shortest in zip(told.waits, (1, 2, 4), strict=True):
        assert shortest <= wait <= 2 * shortest
    assert len(told) == 3
    assert all(f"the endpoint answers {status}" in line for line in told)


def test_clients_that_were_refused_together_do_not_come_back_together(server: Server) -> None:
    waits = set()
    for _ in range(5):
        told = Told()
        server.answer = in_turn(refusing(503), YES)
        is_answered(store(server, told))
        waits.add(told.waits[0])
    assert len(waits) > 1


def test_an_endpoint_known_to_recover_slowly_is_left_alone_longer(
    server: Server, told: Told
) -> None:
    server.answer = in_turn(refusing(503), YES)
    is_answered(store(server, told, backoff=20))
    assert told.waits[0] >= 20


def test_an_endpoint_says_itself_how_long_to_wait(server: Server, told: Told) -> None:
    server.answer = in_turn(refusing(429, Retry_After="30"), YES)
    assert is_answered(store(server, told))
    assert told.waits == [30]
    assert told[0].endswith("asked again in 30 seconds")


def test_a_date_to_come_back_at_is_read_by_the_clock_of_the_endpoint(
    server: Server, told: Told
) -> None:
    """Its clock is a year behind, and what counts is the time between its own two dates."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(503)
        handler.send_header("Date", formatdate(1_700_000_000, usegmt=True))
        handler.send_header("Retry-After", formatdate(1_700_000_040, usegmt=True))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answer = in_turn(answer, YES)
    assert is_answered(store(server, told))
    assert told.waits == [40]


@pytest.mark.parametrize("wait", ["soon", "-5", "Wed, 99 Nov 2026 10:00:00 GMT"])
def test_a_wait_that_makes_no_sense_does_not_stop_anybody(
    server: Server, told: Told, wait: str
) -> None:
    server.answer = in_turn(refusing(429, Retry_After=wait), YES)
    assert is_answered(store(server, told))
    assert 1 <= told.waits[0] <= 2


@pytest.mark.parametrize("wait", ["61", "1" * 400])
def test_nobody_waits_longer_than_for_an_answer(server: Server, told: Told, wait: str) -> None:
    server.answer = refusing(429, Retry_After=wait)
    with pytest.raises(EndpointError, match="answers 429 Too Many Requests\n  come back later\n"):
        store(server, told).query(SELECT)
    assert told.waits == []
    assert len(server.requests) == 1


def test_an_endpoint_that_stays_busy_is_given_up(server: Server, told: Told) -> None:
    server.answer = refusing(503)
    with pytest.raises(EndpointError, match="503"):
        store(server, told).query(SELECT)
    assert len(server.requests) == TRIES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 414, 500])
def test_a_query_that_is_refused_is_not_sent_again(server: Server, told: Told, status: int) -> None:
    server.answer = refusing(status)
    with pytest.raises(EndpointError, match=str(status)):
        store(server, told).query(SELECT)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [answering(b"{", RESULTS, length=100), lambda handler: None],
    ids=["half an answer", "no answer"],
)
def test_a_connection_that_breaks_is_tried_again(
    server: Server, told: Told, answer: Answer
) -> None:
    server.answer = in_turn(answer, YES)
    assert is_answered(store(server, told))
    assert len(server.requests) == 2


def not_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0 hello\r\n")


def test_what_speaks_another_language_is_not_asked_twice(server: Server, told: Told) -> None:
    server.answer = not_http
    with pytest.raises(EndpointError, match="cannot be reached"):
        store(server, told).query(SELECT)
    assert len(server.requests) == 1


def test_the_endpoint_is_told_who_asks_and_where_to_read_about_it(
    server: Server, told: Told
) -> None:
    server.answer = YES
    is_answered(store(server, told))
    assert server.requests[0].headers["User-Agent"] == AGENT
    assert AGENT.startswith("SI-Graph/")
    assert "https://" in AGENT
    assert "sparqlwrapper" not in AGENT.lower()
