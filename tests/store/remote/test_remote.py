"""A remote endpoint is asked over the SPARQL protocol, and whatever goes wrong is said clearly."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from endpoints import trickling_head
from loopback import Server, answering
from si_graph.errors import EndpointError, LimitError, QuerySyntaxError, SiGraphError
from si_graph.store.embedded import EmbeddedStore
from si_graph.store.remote import connection
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore

EX = "http://example.org/"
PREFIX = f"PREFIX ex: <{EX}>\n"
SELECT = "SELECT * { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
JSON = "application/sparql-results+json"
ROW = (
    b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "x:y"}}]}}'
)
XML = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def failure(server: Server, query: str = SELECT, seconds: float = 10) -> SiGraphError:
    """Return the error that asking this server ends in; it names the server."""
    with pytest.raises((EndpointError, LimitError)) as caught:
        impatient(server.url, seconds).query(query)
    assert str(caught.value).startswith(server.url)
    return caught.value


def impatient(url: str, seconds: float = 10) -> RemoteStore:
    """Return a store that asks again at once, and tells nobody."""
    return RemoteStore(
        Endpoint(url, seconds=seconds), tell=lambda message: None, pause=lambda seconds: None
    )


def asked(server: Server) -> dict[str, list[str]]:
    """Return the parameters of the one request, wherever they stood."""
    (request,) = server.requests
    return parse_qs(urlsplit(request.path).query) | parse_qs(request.body)


def rows(results: object) -> list[list[str]]:
    """Return the rows of an answer as text, in no particular order."""
    assert isinstance(results, ox.QuerySolutions)
    return sorted([str(value) for value in solution] for solution in results)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { ex:s ex:p ?o }",
        "SELECT ?s ?none { ?s ex:p 7 OPTIONAL { ?s ex:none ?none } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ex:b ?o } }",
        "SELECT ?s { ?s ex:none ?o }",
        f"SELECT ?o {{ ex:s ex:p ?o }} # {'long' * 1000}",
    ],
)
def test_select_answers_as_the_embedded_store_does(
    endpoint: str, store: EmbeddedStore, query: str
) -> None:
    assert rows(RemoteStore(endpoint).query(PREFIX + query)) == rows(store.query(PREFIX + query))


@pytest.mark.parametrize("query", ["ASK { ex:s ex:p ex:o }", "ASK { ex:o ex:p ex:s }"])
def test_ask_answers_as_the_embedded_store_does(
    endpoint: str, store: EmbeddedStore, query: str
) -> None:
    answer = RemoteStore(endpoint).query(PREFIX + query)
    assert isinstance(answer, ox.QueryBoolean)
    assert bool(answer) == bool(store.query(PREFIX + query))


@pytest.mark.parametrize(
    "query", ["CONSTRUCT { ?o ex:of ?s } { ?s ex:p ?o FILTER(ISIRI(?o)) }", "DESCRIBE ex:s"]
)
def test_construct_and_describe_answer_as_the_embedded_store_does(
    endpoint: str, store: EmbeddedStore, query: str
) -> None:
    answer, expected = RemoteStore(endpoint).query(PREFIX + query), store.query(PREFIX + query)
    assert isinstance(answer, ox.QueryTriples)
    assert isinstance(expected, ox.QueryTriples)
    assert sorted(map(str, answer)) == sorted(map(str, expected)) != []


def test_a_query_that_the_endpoint_refuses_is_answered_with_its_reason(endpoint: str) -> None:
    with pytest.raises(EndpointError, match="the endpoint answers 400") as caught:
        RemoteStore(endpoint).query("SELECT * { ?s ?p }")
    assert "expected" in str(caught.value)
    assert "b'" not in str(caught.value)


def test_short_queries_go_by_get_and_long_ones_by_post(server: Server) -> None:
    server.answer = answering(ROW, JSON)
    for query, method in ((SELECT, "GET"), (f"{SELECT} # {'é' * 300}", "POST")):
        server.requests.clear()
        assert rows(RemoteStore(server.url).query(query)) == [["<x:y>"]]
        assert server.requests[0].method == method
        assert asked(server)["query"] == [query]
        assert JSON in server.requests[0].headers["Accept"]


def test_parameters_in_the_address_of_the_endpoint_are_kept(server: Server) -> None:
    server.answer = answering(ROW, JSON)
    assert rows(RemoteStore(server.url + "?key=k").query(SELECT)) == [["<x:y>"]]
    assert asked(server)["key"] == ["k"]
    assert asked(server)["query"] == [SELECT]


@pytest.mark.parametrize(
    "query",
    [
        f"# add labels, then drop them\n{SELECT}",
        f"PREFIX x: <x:> # with labels, loaded by hand\n{SELECT}",
        f"PREFIX insert: <x:> PREFIX delete: <y:> {SELECT}",
        f"BASE <x:insert> {SELECT}",
    ],
)
def test_a_query_never_becomes_an_update(server: Server, query: str) -> None:
    server.answer = answering(ROW, JSON)
    assert rows(RemoteStore(server.url).query(query)) == [["<x:y>"]]
    assert "update" not in asked(server)
    assert asked(server)["query"] == [query]


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <x:a> <x:b> <x:c> }", "PREFIX select: <x:> CLEAR ALL", "hello", "", "#"]
)
def test_what_is_no_query_is_not_sent(server: Server, text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="a query begins with SELECT or ASK"):
        RemoteStore(server.url).query(text)
    with pytest.raises(QuerySyntaxError, match="not UTF-8"):
        RemoteStore(server.url).query(SELECT + "\udce9")
    assert server.requests == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (500, "Internal Server Error"),
        (502, "Bad Gateway"),
    ],
)
def test_every_refusal_is_one_error(server: Server, status: int, reason: str) -> None:
    server.answer = answering(b"line one\nline 'two'", "text/plain", status)
    error = failure(server)
    assert isinstance(error, EndpointError)
    said = "\n  line one\n  line 'two'"
    assert str(error) == f"{server.url}: the endpoint answers {status} {reason}{said}"


def test_the_reason_of_a_refusal_is_kept_short(server: Server) -> None:
    for story in (b"a long story\n", b"a long story "):
        server.answer = answering(story * 10_000, "text/plain", 400)
        text = str(failure(server))
        assert len(text) < 700
        assert text.count("\n") < 5


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("wait", "said"),
    [
        ("30", "30 seconds"),
        ("Wed, 25 Nov 2026 10:00:00 GMT", "until Wed, 25 Nov 2026 10:00:00 GMT"),
    ],
)
def test_an_endpoint_that_asks_to_wait_is_quoted(
    server: Server, status: int, wait: str, said: str
) -> None:
    server.answer = answering(b"", "text/plain", status, headers={"Retry-After": wait})
    error = failure(server)
    assert f"the endpoint answers {status}" in str(error)
    assert str(error).endswith(f"\n  It asks to wait {said}.")


@pytest.mark.parametrize(
    ("body", "media_type", "message"),
    [
        (b"<html>Welcome</html>", "text/html", "does not look like a SPARQL endpoint"),
        (b"%PDF", "application/pdf", "answers with application/pdf"),
        (b"hello", JSON, "the answer is not sound"),
        (b"", JSON, "the answer is not sound"),
        (ROW[:-20], JSON, "the answer is not sound"),
        (ROW.replace(b"x:y", b"x: y"), JSON, "the answer is not sound"),
        (b"<sparql", "application/sparql-results+xml", "the answer is not sound"),
        (b"x\n1\n", "text/csv", "the answer is not sound"),
    ],
)
def test_what_is_no_sparql_result_is_refused_before_the_first_row(
    server: Server, body: bytes, media_type: str, message: str
) -> None:
    server.answer = answering(body, media_type)
    error = failure(server)
    assert isinstance(error, EndpointError)
    assert message in str(error)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<x:a> <x:b> <x:c> .", "text/turtle"),
        (b"<x:a> <x:b> <x:c> .", "application/n-triples"),
        (b'{"@id": "x:a", "x:b": {"@id": "x:c"}}', "application/ld+json"),
        (
            f'<r:RDF xmlns:r="{XML}"><r:Description r:about="x:a"><b xmlns="x:" r:resource="x:c"/>'
            "</r:Description></r:RDF>".encode(),
            "application/rdf+xml",
        ),
    ],
)
def test_triples_are_read_in_whatever_syntax_they_come(
    server: Server, body: bytes, media_type: str
) -> None:
    server.answer = answering(body, f"{media_type}; charset=utf-8")
    results = RemoteStore(server.url).query(CONSTRUCT)
    assert isinstance(results, ox.QueryTriples)
    assert [str(triple) for triple in results] == ["<x:a> <x:b> <x:c>"]


def test_triples_that_are_no_rdf_are_refused(server: Server) -> None:
    server.answer = answering(b"<x:a> <x:b> .", "text/turtle")
    assert "the answer is not sound text/turtle" in str(failure(server, CONSTRUCT))


def test_an_answer_can_neither_blow_up_nor_fetch_anything(server: Server) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>'
    context = f'{{"@context": "{server.url}", "x": "y"}}'
    for body, media_type, message in (
        (bomb, "application/rdf+xml", "the entity 'b' is refused"),
        (context, "application/ld+json", "not sound"),
    ):
        server.requests.clear()
        server.answer = answering(body.encode(), media_type)
        assert message in str(failure(server, CONSTRUCT))
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "media_type", "query"),
    [(ROW, JSON, SELECT), (b"<x:a> <x:b> <x:c> .\n", "text/turtle", CONSTRUCT)],
)
def test_an_answer_that_stops_halfway_is_no_answer_even_if_it_reads_well(
    server: Server, body: bytes, media_type: str, query: str
) -> None:
    server.answer = answering(body, media_type, length=len(body) + 1)
    error = failure(server, query)
    assert f"the answer stops after {len(body)} of {len(body) + 1} bytes" in str(error)


def chunked(*chunks: bytes, whole: bool) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer in chunks; one that is not whole lacks the last, empty chunk."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for chunk in [*chunks, *[b""] * whole]:
            handler.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")

    return answer


def test_an_answer_may_come_in_chunks_but_not_lack_the_last(server: Server) -> None:
    server.answer = chunked(ROW[:20], ROW[20:], whole=True)
    assert rows(RemoteStore(server.url).query(SELECT)) == [["<x:y>"]]
    server.answer = chunked(ROW[:20], ROW[20:], whole=False)
    assert isinstance(failure(server), EndpointError)


def test_an_answer_that_is_too_large_is_an_error_and_never_cut(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = answering(ROW, JSON)
    monkeypatch.setattr(connection, "MAX_ANSWER_BYTES", len(ROW))
    assert rows(RemoteStore(server.url).query(SELECT)) == [["<x:y>"]]
    monkeypatch.setattr(connection, "MAX_ANSWER_BYTES", len(ROW) - 1)
    error = failure(server)
    assert isinstance(error, LimitError)
    assert error.exit_status == 4
    assert f"larger than {len(ROW) - 1} bytes" in str(error)
    assert "LIMIT" in str(error)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b" " * 10_000)


def test_an_answer_without_an_end_is_not_read_for_ever(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = endless
    monkeypatch.setattr(connection, "MAX_ANSWER_BYTES", 10**6)
    assert "larger than 1,000,000 bytes" in str(failure(server))


def silence(_handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """Send something often enough that no single wait is too long, for as long as silence."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    with suppress(OSError):
        for _ in range(60):
            handler.wfile.write(b" ")
            time.sleep(0.05)


@pytest.mark.parametrize("answer", [silence, trickle])
def test_an_endpoint_that_takes_too_long_is_a_limit(
    server: Server, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    server.answer = answer
    error = failure(server, seconds=1)
    assert isinstance(error, LimitError)
    assert "no answer within 1 seconds" in str(error)
    assert error.exit_status == 4


def test_a_head_that_trickles_is_left_when_the_time_is_up(server: Server) -> None:
    left = Event()
    server.answer = trickling_head(left)
    assert isinstance(failure(server, seconds=1), LimitError)
    assert left.wait(10)


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: handler.wfile.write(b"SSH-2.0 hello\r\n"),
        lambda handler: handler.connection.close(),
        answering(b"", "text/plain", 302, headers={"Location": "file:///etc/hostname"}),
        answering(b"", "text/plain", 302, headers={"Location": "/sparql"}),
    ],
    ids=["no HTTP", "no answer", "a file instead", "in circles"],
)
def test_an_endpoint_that_does_not_speak_the_protocol_is_one_error(
    server: Server, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    server.answer = answer
    assert isinstance(failure(server), EndpointError)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://127.0.0.1/a b", "http://x.invalid/"],
)
def test_an_endpoint_that_is_not_there_is_one_error(url: str) -> None:
    with pytest.raises(EndpointError, match="the endpoint cannot be reached") as caught:
        impatient(url, 5).query(SELECT)
    assert str(caught.value).startswith(url)


def test_a_closed_port_is_one_error(server: Server) -> None:
    url = server.url
    server.shutdown()
    server.server_close()
    with pytest.raises(EndpointError, match="cannot be reached"):
        impatient(url, 5).query(SELECT)
