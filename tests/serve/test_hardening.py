"""Hardening: clients that are slow, send too much, or lie about where they are."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from servers import Running, running
from sockets import all_of, connect, exchange, get, status
from watching import eventually, metric

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "cross-origin",
}
ARRIVAL = 1.0


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Return a server that does not wait long, and takes little."""
    settings = ("--arrival", f"{ARRIVAL}s", "--keep-alive", "3s", "--body", "100KB")
    with running(*settings) as one:
        yield one


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", 200),
        ("GET", "/doc/actor/min-ez.ttl", 200),
        ("GET", "/doc/actor/min-ez.html", 200),
        ("GET", "/id/actor/min-ez", 303),
        ("GET", "/static/si-graph.css", 200),
        ("GET", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/static/nowhere", 404),
        ("DELETE", "/advice", 405),
        ("GET", "/doc/%00", 400),
    ],
)
def test_every_answer_carries_the_headers_that_protect_readers(
    server: Running, method: str, path: str, expected: int
) -> None:
    answer = httpx.request(method, server.url + path, timeout=30)
    assert answer.status_code == expected
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    (policy,) = answer.headers.get_list("content-security-policy")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "permissions-policy" in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/..%2fpages.py",
        "/static/%2e%2e%2f%2e%2e%2fserve%2fserver.py",
        "/static/..%5cpages.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/%00",
        "/doc/../static/si-graph.css",
        "/doc/%c0%ae%c0%ae/x",
        "/doc/%ff",
        "/doc/%0d%0aSet-Cookie:%20a=b",
        "//evil.example/doc/x",
        "/id//evil.example/",
        "/" + "a" * 5000,
        "/static/" + "a" * 3000,
        "/query/../../etc/passwd",
        "/query/..%2f..%2fpyproject.rq",
        "/graph/../../x",
        "/problem/%7b%7b7*7%7d%7d",
    ],
)
def test_no_path_leads_out_of_the_site(server: Running, path: str) -> None:
    answer = exchange(server.url, get(path))
    assert status(answer) in (303, 400, 404, 414), answer[:200]
    assert b"root:" not in answer
    assert b"import annotations" not in answer
    assert b"\r\nset-cookie" not in answer.lower()
    location = answer.lower().partition(b"\r\nlocation: ")[2].partition(b"\r\n")[0]
    # Two slashes at the beginning would be another host.
    assert not location.startswith(b"//")


@pytest.mark.parametrize(
    "path", ["/doc/../healthz", "/./healthz", "/doc/%2e%2e/healthz", "/a%5c..%5cb", "/doc/%1f"]
)
def test_a_path_that_others_may_read_differently_is_refused(server: Running, path: str) -> None:
    assert status(exchange(server.url, get(path))) == 400


def test_what_is_asked_stays_within_its_header(server: Running) -> None:
    answer = exchange(server.url, get("/id/actor/min-ez?x=%0d%0aSet-Cookie:%20a=b"))
    assert status(answer) == 303
    assert b"\r\nset-cookie" not in answer.lower()
    answer = exchange(server.url, get("/doc/actor/min-ez.ttl?profile=%0d%0aX:%20y"))
    assert status(answer) == 406


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a/../b?c#d\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: <script>\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET nothing HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"HELLO / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_a_request_that_is_not_sound_is_refused(server: Running, request_: bytes) -> None:
    answer = exchange(server.url, request_)
    assert status(answer) in (400, 404, 405), answer[:200]
    assert b"application/problem+json" in answer


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "PROPFIND", "DELETE"])
def test_methods_that_nothing_takes_are_refused_with_those_that_are(
    server: Running, method: str
) -> None:
    answer = exchange(server.url, get("/advice", "X-Secret: 1", method=method))
    assert status(answer) == 405
    assert b"\r\nallow: " in answer.lower()
    assert b"X-Secret" not in answer


def test_the_absolute_form_of_an_address_is_the_same_address(server: Running) -> None:
    answer = exchange(server.url, get("http://example.org/healthz"))
    assert status(answer) == 200


def test_another_protocol_is_not_spoken(server: Running) -> None:
    upgrades = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")  # fmt: skip
    request = "\r\n".join(["GET /healthz HTTP/1.1", "Host: localhost", *upgrades, "", ""])
    with connect(server.url) as connection:
        connection.sendall(request.encode())
        assert status(connection.recv(100)) == 200


@pytest.mark.parametrize(
    "headers",
    [
        ["X: " + "a" * 100_000],
        [f"X-{number}: a" for number in range(200)],
        [f"X-{number}: {'a' * 2000}" for number in range(60)],
    ],
)
def test_a_head_that_is_too_large_is_refused(server: Running, headers: list[str]) -> None:
    answer = exchange(server.url, get("/healthz", *headers))
    assert status(answer) == 431
    assert b"application/problem+json" in answer


def test_a_head_without_end_is_not_kept(server: Running) -> None:
    with connect(server.url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: ")
        with suppress(ConnectionError):
            for _ in range(2000):
                connection.sendall(b"a" * 1000)
            pytest.fail("two megabytes of one header were taken")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: Running) -> None:
    head = (
        "POST /sparql HTTP/1.1", "Host: localhost", "Content-Type: application/sparql-query",
        "Content-Length: 200000000", "", "",
    )  # fmt: skip
    answer = exchange(server.url, "\r\n".join(head).encode())
    assert status(answer) == 413
    assert b"100000" in answer


@pytest.mark.parametrize("path", ["/sparql", "/advice"])
def test_a_body_without_end_is_refused_when_it_is_too_large(server: Running, path: str) -> None:
    head = (f"{'POST' if path == '/sparql' else 'GET'} {path} HTTP/1.1", "Host: localhost",
            "Content-Type: application/sparql-query", "Transfer-Encoding: chunked",
            "", "")  # fmt: skip
    with connect(server.url) as connection:
        connection.sendall("\r\n".join(head).encode())
        with suppress(ConnectionError):
            for _ in range(100):
                connection.sendall(b"2710\r\n" + b"#" * 10_000 + b"\r\n")
        answer = all_of(connection)
    # What was under way when the server closed may have taken the answer with it.
    assert status(answer) in (413, 0)


def test_slow_clients_in_numbers_do_not_keep_others_waiting(server: Running) -> None:
    beginnings = (
        b"", b"GET", b"GET / HTTP/1.1\r\nHost: a\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: y",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 50\r\n\r\nASK",
    )  # fmt: skip
    with ExitStack() as opened:
        slow = [opened.enter_context(connect(server.url)) for _ in range(200)]
        for number, connection in enumerate(slow):
            connection.sendall(beginnings[number % len(beginnings)])
        begun = time.monotonic()
        for _ in range(5):
            assert httpx.get(f"{server.url}/doc/actor/min-ez.ttl", timeout=30).status_code == 200
        answers = [all_of(connection) for connection in slow]
        assert time.monotonic() - begun < 10 * ARRIVAL
    assert {status(answer) for answer in answers} <= {408, 0}
    assert status(answers[2]) == 408
    assert metric(server, "si_graph_refused_connections_total", reason="slow") >= 200


def test_a_client_that_sends_drop_by_drop_is_not_waited_for(server: Running) -> None:
    with connect(server.url) as connection, suppress(ConnectionError):
        for number in range(100):
            connection.sendall(b"G" if number == 0 else b"E")
            time.sleep(ARRIVAL / 10)
            if number > 30:
                pytest.fail("the server goes on waiting")


def test_a_long_body_that_comes_at_a_fair_rate_is_waited_for(server: Running) -> None:
    query = b"ASK {}" + b" " * 90_000
    head = ("POST /sparql HTTP/1.1", "Host: localhost", "Connection: close",
            "Content-Type: application/sparql-query", f"Content-Length: {len(query)}",
            "", "")  # fmt: skip
    with connect(server.url) as connection:
        connection.sendall("\r\n".join(head).encode())
        for start in range(0, len(query), 10_000):
            connection.sendall(query[start : start + 10_000])
            time.sleep(ARRIVAL / 6)
        assert status(all_of(connection)) == 200


def test_a_client_that_does_not_read_its_answers_is_left(server: Running) -> None:
    path = "/graph/inferred.nq"
    assert httpx.get(server.url + path, timeout=30).status_code == 200
    before = metric(server, "si_graph_refused_connections_total", reason="unread")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", httpx.URL(server.url).port or 80))
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        connection.sendall(request * 30)
        assert eventually(
            lambda: metric(server, "si_graph_refused_connections_total", reason="unread") > before
        )


def test_an_idle_connection_is_closed_whatever_line_ends_it_sends(server: Running) -> None:
    with connect(server.url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert status(connection.recv(10_000)) == 200
        connection.sendall(b"\r\n")
        begun = time.monotonic()
        all_of(connection)
        assert time.monotonic() - begun < 10


def test_there_is_an_end_to_the_clients_that_are_connected_at_once() -> None:
    with running("--connections", "20", "--arrival", "60s") as one, ExitStack() as opened:
        for _ in range(20):
            opened.enter_context(connect(one.url))
        assert eventually(lambda: status(exchange(one.url, get("/healthz"))) == 503)
        answer = exchange(one.url, get("/healthz"))
        assert b"\r\nretry-after: " in answer.lower()
        opened.close()
        assert eventually(lambda: status(exchange(one.url, get("/healthz"))) == 200)


def test_a_foreign_host_changes_nothing_in_a_page(server: Running) -> None:
    own = exchange(server.url, get("/doc/actor/min-ez.html")).partition(b"\r\n\r\n")[2]
    request = get("/doc/actor/min-ez.html").replace(b"localhost", b"evil.example")
    assert exchange(server.url, request).partition(b"\r\n\r\n")[2] == own
    assert b"evil" not in own
