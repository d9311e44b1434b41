"""Ten thousand random byte strings: no failure, no traceback, no path of this machine."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servers import Running
from sockets import all_of, connect, get, status
from watching import metric

COUNT = 10_000
ROOT = Path(__file__).resolve().parents[2]
_LEAKS = re.compile(
    rb"Traceback|File \"|\.py\b|site-packages|" + re.escape(str(ROOT).encode()), re.IGNORECASE
)
_SEEDS = (
    b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 6\r\n\r\nASK {}",
    b'GET /doc/actor/min-ez.ttl HTTP/1.1\r\nHost: a\r\nIf-None-Match: "x"\r\n\r\n',
    b"PUT /data?graph=http://e/g HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n0\r\n\r\n",
    b"GET /id/actor/x?lang=nl HTTP/1.1\r\nHost: a\r\nRange: bytes=0-\r\n"
    b"X-Request-ID: abcdefgh\r\n\r\n",
    b"OPTIONS /sparql HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n"
    b"Access-Control-Request-Method: POST\r\n\r\n",
)


def noise(chance: random.Random) -> bytes:
    """Return bytes: half of them random, half a sound request with some changed."""
    if chance.random() < 0.5:
        return chance.randbytes(chance.randrange(1, 400))
    request = bytearray(chance.choice(_SEEDS))
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(request))
        match chance.randrange(4):
            case 0:
                request[place] = chance.randrange(256)
            case 1:
                del request[place : place + chance.randrange(1, 20)]
            case 2:
                request[place:place] = chance.randbytes(chance.randrange(1, 20))
            case _:
                request[place:place] = request[: chance.randrange(60)]
        request = request or bytearray(b"G")
    return bytes(request)


def sent(server: Running, seed: int) -> list[bytes]:
    """Send some of the byte strings, each on a connection of its own, and return what came."""
    chance = random.Random(seed)  # noqa: S311 - the same each time is what is wanted
    answers = []
    for _ in range(COUNT // 20):
        with connect(server.url) as connection, suppress(ConnectionError):
            connection.sendall(noise(chance))
            # What is not complete would be waited for.
            connection.shutdown(1)
            answers.append(all_of(connection))
    return answers


def test_random_bytes_are_answered_or_refused_in_words(server: Running) -> None:
    with ThreadPoolExecutor(4) as together:
        parts = together.map(lambda seed: sent(server, seed), range(20))
        answers = [answer for part in parts for answer in part]
    assert len(answers) > COUNT * 0.9
    statuses = {status(answer) for answer in answers}
    assert 400 in statuses
    assert not {one for one in statuses if one >= 500}
    for answer in answers:
        assert not _LEAKS.search(answer), answer
    assert metric(server, "si_graph_refused_connections_total", reason="http") > 1000
    assert httpx.get(f"{server.url}/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    assert not any("Traceback" in line for line in server.errors)


_ANY = st.text(max_size=40) | st.sampled_from(
    ["", "<script>", "'\"><x", "a\x00b", "../../etc/passwd", "{{7*7}}", "%s%n", "\u202e",
     "actor:min-ez", "http://example.org/", "rec2-a", "concerns", "organisations", "CQ14",
     "\ud7ff", "1e999", "-1"]
)  # fmt: skip
_PLACES = st.sampled_from(
    ["/", "/search", "/search.json", "/explain", "/graph", "/graph.json", "/questions", "/matrix",
     "/questions/CQ14", "/query/CQ14.csv", "/doc/actor/min-ez", "/sparql", "/data",
     "/vocab/modality", "/ontology", "/completion.json", "/countries", "/advice"]
)  # fmt: skip
_NAMES = st.sampled_from(
    ["q", "s", "p", "o", "all", "lang", "thing", "format", "profile", "query", "graph", "default",
     "timeout", "inference", "actor", "kind", "name", "path", "status", "default-graph-uri", "x"]
)  # fmt: skip
_ACCEPTS = st.sampled_from(
    ["*/*", "text/html", "text/turtle", "application/json", "text/csv;q=0.1", "x", "a/b;q=2", ""]
)


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as one:
        yield one


@given(_PLACES, st.lists(st.tuples(_NAMES, _ANY), max_size=4), _ACCEPTS)
@settings(max_examples=50, deadline=None)
def test_any_parameters_are_answered_or_refused_in_words(
    client: httpx.Client, path: str, parameters: list[tuple[str, str]], accept: str
) -> None:
    asked = httpx.QueryParams(parameters)  # type: ignore[arg-type]  # a list is taken as well
    require_sound(client.get(path, params=asked, headers={"Accept": accept}))


@given(st.text(max_size=60) | st.binary(max_size=40), _ACCEPTS)
@settings(max_examples=30, deadline=None)
def test_any_path_is_answered_or_refused_in_words(
    server: Running, path: str | bytes, accept: str
) -> None:
    for start in ("/doc/", "/vocab/", "/graph/", "/query/", "/"):
        quoted = start + quote(path)
        with connect(server.url) as connection:
            connection.sendall(get(quoted, f"Accept: {accept}"))
            answer = all_of(connection)
        assert 0 < status(answer) < 500, answer
        assert not _LEAKS.search(answer), answer


def require_sound(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    assert not _LEAKS.search(answer.content), answer.text
    if answer.status_code >= 400:
        kind: Any = answer.headers["content-type"].partition(";")[0]
        assert kind in ("application/problem+json", "text/html"), kind


@pytest.mark.parametrize("path", ["/doc/actor/min-ez.ttl", "/sparql?query=ASK%7B%7D"])
def test_pipelined_requests_are_answered_in_their_order(server: Running, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with connect(server.url) as connection:
        connection.sendall(request * 3 + get("/healthz"))
        answer = all_of(connection)
    assert answer.count(b"HTTP/1.1 200") == 4
    assert answer.endswith(b'{"status":"alive"}')
