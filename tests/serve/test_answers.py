"""Whole answers that are kept: the same as the first, and only where they may be."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from servers import AUTHORISED, Running, running_writable
from watching import metric

ASK = "/sparql?query=ASK%7B%7D"
HAPPENING = ("date", "x-request-id")
"""The headers that differ from answer to answer."""


def hits(server: Running) -> float:
    return metric(server, "si_graph_cache_lookups_total", result="hit")


def lasting(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in HAPPENING}


@pytest.mark.parametrize("path", [ASK, "/doc/actor/min-ez", "/doc/actor/min-ez.ttl", "/?lang=nl"])
def test_an_answer_that_is_repeated_is_the_first_one(server: Running, path: str) -> None:
    with httpx.Client(base_url=server.url, timeout=30) as client:
        first = client.get(path, headers={"User-Agent": f"first of {path}"})
        before = hits(server)
        again = client.get(path)
        assert hits(server) == before + 1
    assert (again.status_code, again.content) == (200, first.content)
    assert lasting(again) == lasting(first)
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


def test_what_an_answer_depends_on_tells_answers_apart(server: Running) -> None:
    with httpx.Client(base_url=server.url, timeout=30) as client:
        for _ in range(2):
            for language in ("nl", "en"):
                page = client.get("/advice", headers={"Accept-Language": language})
                assert page.headers["content-language"] == language
            for kind in ("application/sparql-results+json", "application/sparql-results+xml"):
                answer = client.get(ASK, headers={"Accept": kind})
                assert answer.headers["content-type"].startswith(kind)


def test_a_client_that_has_the_answer_is_told_so_each_time(server: Running) -> None:
    with httpx.Client(base_url=server.url, timeout=30) as client:
        tag = client.get(ASK).headers["etag"]
        for _ in range(2):
            assert client.get(ASK, headers={"If-None-Match": tag}).status_code == 304
        assert client.head(ASK).content == b""


def test_requests_that_come_at_once_are_answered_in_their_order(server: Running) -> None:
    where = urlsplit(server.url)
    paths = [ASK, "/healthz", ASK, "/doc/actor/nobody.ttl", ASK]
    httpx.get(server.url + ASK, headers={"Accept": "*/*"}, timeout=30)
    requests = [f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n" for path in paths]
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        last = requests.pop()
        pipelined = "\r\n".join([*requests, f"{last}Connection: close\r\n\r\n"])
        connection.sendall(pipelined.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    statuses = [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 200, 200, 404, 200]


def test_an_answer_is_not_repeated_once_the_data_have_changed() -> None:
    count = "/sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%20%7B?s%20?p%20?o%7D"
    with (
        running_writable() as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        assert client.get(count).text == client.get(count).text
        before = client.get(count).text
        change = {"update": "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"}
        assert client.post("/update", data=change, headers=AUTHORISED).status_code == 204
        assert client.get(count).text != before
