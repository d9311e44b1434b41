"""The gateway calls what was checked, within its limits, and says what went wrong."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from federating import ONE_ROW, Federation, federating, run
from loopback import Server, answering, serving
from si_graph.errors import EndpointError, LimitError, SiGraphError, UsageError
from si_graph.query.federation.calls import failed_call
from si_graph.query.federation.gateway import CallLimits
from si_graph.serve.federation.policy import prepare_query
from si_graph.serve.federation.servers import AllowedServers

RESULTS = "application/sparql-results+json"
NARROW = CallLimits(seconds=10, size=2000, calls=3, at_once=1)


@pytest.fixture(scope="module")
def narrow(allowed: Server) -> Iterator[Federation]:
    """Return a gateway with narrow limits; everything below the allowed server may be called."""
    with federating([f"http://127.0.0.1:{allowed.server_port}/"], NARROW) as running:
        yield running


@pytest.fixture(scope="module")
def quick(allowed: Server) -> Iterator[Federation]:
    """Return the same with hardly any time; on a busy machine even what is there may be late."""
    limits = NARROW._replace(seconds=0.3)
    with federating([f"http://127.0.0.1:{allowed.server_port}/"], limits) as running:
        yield running


def failure(federation: Federation, text: str, *, update: bool = False) -> SiGraphError:
    """Run what must fail; return what the user is told."""
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the message is what is tested
        federation.run(text, update=update)
    error = failed_call(caught.value)
    assert error is not None, caught.value
    assert federation.url not in str(error)
    return error


def query(server: Server, pattern: str = "?s ?p ?o", silent: str = "") -> str:
    """Return a query that calls a server."""
    return f"SELECT * {{ SERVICE {silent}<{server.url}> {{ {pattern} }} }}"


def sleeping(seconds: float) -> object:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        answering(ONE_ROW, RESULTS)(handler)

    return answer


def test_an_endpoint_that_is_slow_is_a_limit(quick: Federation, allowed: Server) -> None:
    allowed.answer = sleeping(1)  # type: ignore[assignment]
    error = failure(quick, query(allowed))
    assert isinstance(error, LimitError)
    assert str(error) == f"{allowed.url}: no answer within 0.3 seconds"


def test_an_endpoint_that_trickles_is_a_limit_too(quick: Federation, allowed: Server) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    allowed.answer = trickle
    assert isinstance(failure(quick, query(allowed)), LimitError)
    time.sleep(0.8)  # until the server, which nobody listens to any more, is done


def test_an_answer_that_is_too_large_is_a_limit(narrow: Federation, allowed: Server) -> None:
    allowed.answer = answering(ONE_ROW + b" " * 2000, RESULTS)
    error = failure(narrow, query(allowed))
    assert isinstance(error, LimitError)
    assert "larger than 2,000 bytes" in str(error)


def test_a_call_in_a_loop_counts_each_time(narrow: Federation, allowed: Server) -> None:
    loop = f"VALUES ?n {{ 1 2 3 4 }} LATERAL {{ SERVICE <{allowed.url}> {{ ?s ?p ?o }} }}"
    error = failure(narrow, f"SELECT * {{ {loop} }}")
    assert isinstance(error, LimitError)
    assert "more than 3 times\n  Let it ask" in str(error)
    assert len(allowed.requests) == 3
    # Another query has calls of its own.
    assert len(narrow.run(query(allowed))) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (answering(b"oops", "text/plain", 500), "the server answers 500"),
        (answering(b"<html>", "text/html"), "not look like a SPARQL endpoint: it answers with te"),
        (answering(ONE_ROW, RESULTS, length=900), "the connection broke: the answer is not comp"),
        (answering(ONE_ROW, RESULTS, headers={"Content-Encoding": "gzip"}), "is compressed"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n"), "is not sound HTTP"),
        (lambda handler: None, "the connection broke"),
    ],
)
def test_an_endpoint_that_does_not_answer_well_is_an_error_that_says_so(
    narrow: Federation, allowed: Server, answer: object, message: str
) -> None:
    allowed.answer = answer  # type: ignore[assignment]
    error = failure(narrow, query(allowed))
    assert isinstance(error, EndpointError)
    assert str(error).startswith(allowed.url)
    assert message in str(error)
    # SILENT ignores that the call failed, and nothing else.
    assert len(narrow.run(query(allowed, silent="SILENT "))) == 1


def test_a_server_that_is_not_there_is_an_error(narrow: Federation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with federating([url]) as running:
            error = failure(running, f"SELECT * {{ SERVICE <{url}> {{ }} }}")
    assert f"{url}: the server cannot be reached" in str(error)


@pytest.mark.parametrize("encoding", ["chunked", "until the end"])
def test_an_answer_of_unknown_length_is_read_to_its_end(
    narrow: Federation, allowed: Server, encoding: str
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n".encode())
        if encoding == "chunked":
            handler.wfile.write(b"Transfer-Encoding: chunked\r\n\r\n")
            for part in (ONE_ROW[:10], ONE_ROW[10:]):
                handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            handler.wfile.write(b"0\r\n\r\n")
        else:
            handler.wfile.write(b"\r\n" + ONE_ROW)

    allowed.answer = answer
    assert len(narrow.run(query(allowed))) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_followed_to_what_is_allowed_as_well(
    narrow: Federation, allowed: Server, status: int
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/sparql":
            answering(b"", "text/plain", status, headers={"Location": "/moved#x"})(handler)
        else:
            answering(ONE_ROW, RESULTS)(handler)

    allowed.answer = answer
    assert len(narrow.run(query(allowed))) == 1
    assert [(one.method, one.path) for one in allowed.requests] == [
        ("POST", "/sparql"),
        ("POST", "/moved"),
    ]
    assert allowed.requests[0].body == allowed.requests[1].body != ""


@pytest.mark.parametrize(
    "where", ["URL", "//HOST/sparql", "http://user@HOST/", "ftp://x/", "http://["]
)
def test_a_redirection_to_anywhere_else_is_not_followed(
    narrow: Federation, allowed: Server, forbidden: Server, where: str
) -> None:
    host = f"127.0.0.1:{forbidden.server_port}"
    location = where.replace("URL", forbidden.url).replace("HOST", host)
    allowed.answer = answering(b"", "text/plain", 307, headers={"Location": location})
    assert isinstance(failure(narrow, query(allowed)), EndpointError)
    assert forbidden.requests == []


def test_a_query_is_not_sent_on_as_a_look_at_another_page(
    narrow: Federation, allowed: Server
) -> None:
    allowed.answer = answering(b"", "text/plain", 303, headers={"Location": "/page"})
    assert "answers 303" in str(failure(narrow, query(allowed)))


def test_a_circle_of_redirections_ends(narrow: Federation, allowed: Server) -> None:
    allowed.answer = answering(b"", "text/plain", 307, headers={"Location": "/sparql"})
    assert "too many redirections" in str(failure(narrow, query(allowed)))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:7f00:1]"]
)
def test_a_name_for_this_machine_is_not_called(allowed: Server, host: str) -> None:
    url = f"http://{host}:{allowed.server_port}/sparql"
    with federating([url], public_only=True) as running:
        error = failure(running, f"SELECT * {{ SERVICE <{url}> {{ }} }}")
    assert "is not on the public internet" in str(error)
    assert allowed.requests == []


def test_a_name_that_changes_its_address_is_not_asked_again(
    allowed: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    with federating([f"http://rebinding.example:{allowed.server_port}/"]) as running:
        real = socket.getaddrinfo

        def first_one_address_then_another(host: str, *rest: Any, **more: Any) -> object:
            if host == "rebinding.example":
                looked_up.append(host)
                host = "127.0.0.1" if len(looked_up) == 1 else "127.0.0.2"
            return real(host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", first_one_address_then_another)
        url = f"http://rebinding.example:{allowed.server_port}/"
        assert len(running.run(f"SELECT * {{ SERVICE <{url}> {{ ?x ?y ?z }} }}")) == 1
    assert looked_up == ["rebinding.example"]
    assert allowed.requests[0].headers["Host"] == urlsplit(url).netloc


def test_one_address_that_is_not_public_spoils_the_others(
    allowed: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(host: str, port: int, *_: object) -> list[object]:
        return [(0, 0, 0, "", (address, port)) for address in ("8.8.8.8", "127.0.0.1")]

    url = f"http://two.example:{allowed.server_port}/"
    with federating([url], public_only=True) as running:
        monkeypatch.setattr(socket, "getaddrinfo", both)
        assert "is not on the public" in str(failure(running, f"ASK {{ SERVICE <{url}> {{}} }}"))


def test_a_secure_server_has_to_prove_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ssl

    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
         "-out", certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.answer = answering(ONE_ROW, RESULTS)
        known, unknown = (
            f"https://{host}:{server.server_port}/" for host in ("localhost", "127.0.0.1")
        )
        with federating([known]) as running:
            error = failure(running, f"SELECT * {{ SERVICE <{known}> {{ ?x ?y ?z }} }}")
            assert "certificate" in str(error)
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        with federating([known, unknown]) as running:
            assert len(running.run(f"SELECT * {{ SERVICE <{known}> {{ ?x ?y ?z }} }}")) == 1
            error = failure(running, f"SELECT * {{ SERVICE <{unknown}> {{ ?x ?y ?z }} }}")
            assert "certificate" in str(error)


DOCUMENTS = {
    "text/turtle": b"<> <p> <#o> ; <q> _:b .",
    "text/turtle; charset=utf-8": b"<> <p> <#o> ; <q> _:b .",
    "application/ld+json": b'{"@id": "", "#p": [], "http://h/p": [{"@id": "#o"}, {"@id": "_:b"}]}',
    "application/rdf+xml": b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns:h="http://h/"><r:Description r:about=""><h:p r:resource="#o"/><h:q r:nodeID="b"/>'
    b"</r:Description></r:RDF>",
    "text/plain": b"<> <p> <#o> ; <q> _:b .",
}


@pytest.mark.parametrize(("media_type", "document"), DOCUMENTS.items(), ids=DOCUMENTS)
def test_a_document_is_loaded_with_the_iris_of_its_own_place(
    narrow: Federation, allowed: Server, media_type: str, document: bytes
) -> None:
    allowed.answer = answering(document, media_type)
    url = allowed.url.replace("sparql", "data.ttl")
    quads = narrow.run(f"CLEAR ALL ; LOAD <{url}> INTO GRAPH <x:g>", update=True)
    assert len(quads) == 2
    assert narrow.url not in str(quads)
    subjects = {quad.subject for quad in quads if isinstance(quad, ox.Quad)}
    assert subjects == {ox.NamedNode(url)}
    assert any(f"<{url}#o>" in str(quad) for quad in quads)


@pytest.mark.parametrize(
    ("media_type", "document", "message"),
    [
        ("text/turtle", b"<> <p> <o", "this is not sound RDF"),
        ("text/html", b"<html>", "text/html is no RDF"),
        ("application/trig", b"<x:g> { <x:s> <x:p> 1 }", "a document with named graphs"),
        ("application/ld+json", b'{"@context": "http://127.0.0.1:9/"}', "this is not sound RDF"),
        (
            "application/rdf+xml",
            b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
            "entity 'a' is refused",
        ),
        (
            "application/rdf+xml",
            b'<!DOCTYPE r [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><r>&b;</r>',
            "this is not sound RDF",
        ),
    ],
)
def test_what_is_no_sound_document_is_not_loaded(
    narrow: Federation, allowed: Server, media_type: str, document: bytes, message: str
) -> None:
    allowed.answer = answering(document, media_type)
    error = failure(narrow, f"LOAD <{allowed.url}>", update=True)
    assert isinstance(error, EndpointError)
    assert message in str(error)
    assert len(narrow.run(f"LOAD SILENT <{allowed.url}>", update=True)) == 1


def test_nobody_but_our_workers_can_use_the_gateway(narrow: Federation, allowed: Server) -> None:
    where = urlsplit(narrow.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port)
    connection.request("POST", f"/guess/1/{quote(allowed.url, safe='')}", "ASK {}")
    assert connection.getresponse().status == 502
    for rubbish in (b"", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n", b"GET " + b"x" * 2_000_000):
        with socket.create_connection((where.hostname, where.port)) as sock:
            try:
                sock.sendall(rubbish)
                sock.shutdown(socket.SHUT_WR)
                assert sock.recv(100) == b""
            except ConnectionError:
                pass
    assert allowed.requests == []
    assert len(narrow.run(query(allowed))) == 1


def test_a_worker_that_is_gone_takes_its_call_with_it(allowed: Server) -> None:
    gone = Event()

    def wait(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.settimeout(10)
        # Returns nothing when the gateway closes the connection.
        with suppress(TimeoutError):
            handler.connection.recv(1)
            gone.set()

    allowed.answer = wait
    with federating([allowed.url], CallLimits(seconds=30)) as running:
        text = prepare_query(query(allowed), running.allowed, running.url)
        where = urlsplit(text.split("<")[1].split(">")[0])
        with socket.create_connection((where.hostname, where.port)) as worker:
            head = f"POST {where.path} HTTP/1.1\r\nContent-Length: 6\r\n\r\nASK {{}}"
            worker.sendall(head.encode())
            while not allowed.requests:
                time.sleep(0.01)
        assert gone.wait(5)


def test_what_may_be_called_is_checked_before_anything_is_called() -> None:
    for entry in ("dbpedia.org", "http:/", "https://", "file:///"):
        with pytest.raises(UsageError, match="web address"):
            AllowedServers([entry], 1000)


def test_another_failure_is_none_of_a_call() -> None:
    assert failed_call(OSError("No space left on device")) is None
    assert run("ASK {}") == []
