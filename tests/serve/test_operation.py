"""Operation: health, metrics, logs, and ends that lose no answer."""

from __future__ import annotations

import ast
import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from servers import Running, running
from si_graph import __version__
from si_graph.serve.answers import Answers
from si_graph.serve.direct import Direct
from si_graph.serve.logs import Log
from si_graph.serve.middleware import Guard
from si_graph.serve.problem_types import TYPES
from si_graph.serve.problems import _KINDS
from si_graph.serve.record import Record
from si_graph.serve.settings import Settings
from si_graph.serve.workers.errors import UnforeseenError
from watching import SLOW, eventually, metric, metrics, pairs, workers

ROOT = Path(__file__).resolve().parents[2]
SECRET = "xyzzy"  # noqa: S105 - a word to look for


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as one:
        yield one


def lines(server: Running) -> list[dict[str, object]]:
    """Return what a server has logged."""
    return [json.loads(line) for line in list(server.errors) if line.startswith("{")]


def test_the_server_says_that_it_is_alive_and_ready(server: Running) -> None:
    alive = httpx.get(f"{server.url}/healthz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    ready = httpx.get(f"{server.url}/readyz")
    assert ready.status_code == 200
    assert ready.json()["version"] == __version__
    assert alive.headers["cache-control"] == ready.headers["cache-control"] == "no-store"


def test_requests_are_counted_by_route_method_and_status(server: Running) -> None:
    def counted(status: str) -> float:
        labels = {"route": "/doc/{path:path}", "method": "GET", "status": status}
        return metric(server, "si_graph_requests_total", **labels)

    before = counted("200"), counted("404")
    for name in ("min-ez", "municipalities", "nobody"):
        httpx.get(f"{server.url}/doc/actor/{name}.ttl", timeout=30)
    assert (counted("200"), counted("404")) == (before[0] + 2, before[1] + 1)
    timed = metric(server, "si_graph_request_seconds_count", route="/doc/{path:path}")
    assert timed >= 3


def test_the_state_of_the_server_can_be_watched(server: Running) -> None:
    def hits() -> float:
        return metric(server, "si_graph_cache_lookups_total", result="hit")

    path = f"{server.url}/doc/actor/citizens.ttl"
    httpx.get(path, timeout=30)
    before = hits()
    httpx.get(path)
    assert hits() == before + 1
    known = metrics(server)
    assert known["si_graph_info", frozenset({("version", __version__)})] == 1
    assert known["si_graph_cache_bytes", frozenset()] > 0
    assert known["process_resident_memory_bytes", frozenset()] > 0
    for state in ("running", "slow", "waiting"):
        assert ("si_graph_jobs", frozenset({("state", state)})) in known


def test_what_addresses_are_made_up_does_not_make_up_metrics(server: Running) -> None:
    for number in range(20):
        httpx.get(f"{server.url}/made-up-{number}")
    httpx.request("PROPFIND", f"{server.url}/healthz")
    labels = {dict(labels).get("route", "") for _, labels in metrics(server)}
    assert not any("made-up" in route for route in labels)
    methods = {dict(labels).get("method", "") for _, labels in metrics(server)}
    assert "PROPFIND" not in methods


def test_every_request_is_a_line_of_json_that_does_not_say_what_was_asked(server: Running) -> None:
    query = quote(f'ASK {{ FILTER("{SECRET}" = "{SECRET}") }}')
    answers = [
        httpx.get(f"{server.url}/sparql?query={query}", headers={"User-Agent": SECRET}),
        httpx.get(f"{server.url}/doc/actor/{SECRET}", timeout=30),
        httpx.get(f"{server.url}/search?q={SECRET}", timeout=30),
        httpx.get(f"{server.url}/sparql?query={SECRET}"),
        httpx.get(f"{server.url}/{SECRET}"),
    ]
    numbers = {answer.headers["x-request-id"] for answer in answers}
    assert len(numbers) == len(answers)
    assert eventually(lambda: numbers <= {one.get("id") for one in lines(server)})
    told = {one["id"]: one for one in lines(server) if "id" in one}
    for answer in answers:
        line = told[answer.headers["x-request-id"]]
        assert line["status"] == answer.status_code
        assert line["bytes"] == len(answer.content)
        assert line["method"] == "GET"
        assert {"time", "level", "route", "ms"} <= line.keys()
    assert SECRET not in "\n".join(server.errors)


def test_logs_hold_what_was_asked_where_that_is_wanted() -> None:
    with running("--log-queries") as one:
        httpx.get(f"{one.url}/search.json", params={"q": SECRET}, timeout=30)
        assert eventually(lambda: any(SECRET in line for line in one.errors))
    told = next(line for line in lines(one) if SECRET in str(line.get("query")))
    assert told["path"] == "/search.json"


def test_a_request_keeps_the_number_that_a_proxy_gave_it(server: Running) -> None:
    def number(given: str) -> str:
        return httpx.get(f"{server.url}/healthz", headers={"X-Request-ID": given}).headers[
            "x-request-id"
        ]

    assert number("0123456789abcdef") == "0123456789abcdef"
    assert number('evil"\tvalue') != 'evil"\tvalue'
    assert number("x" * 1000) != "x" * 1000


def test_every_type_of_problem_says_what_it_means(server: Running) -> None:
    named = {"cut"}
    for path in (ROOT / "src" / "si_graph" / "serve").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
                named |= {str(one.value) for one in node.args[1:2] if isinstance(one, ast.Constant)}
    named |= {name for _, _, name, _ in _KINDS}
    assert named == TYPES.keys()
    for name, meaning in TYPES.items():
        assert httpx.get(f"{server.url}/problem/{name}").json()["meaning"] == meaning
    browser = httpx.get(f"{server.url}/problem/busy", headers={"Accept": "text/html"})
    assert browser.headers["content-type"].startswith("text/plain")
    assert httpx.get(f"{server.url}/problem/none").status_code == 404


class _Counted:
    """Takes what is counted of requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, int]] = []

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        self.requests.append((route, method, status))


@pytest.mark.parametrize(
    "error", [RuntimeError(SECRET), UnforeseenError(SECRET, "KeyError", ["room.py:7 door"])]
)
def test_an_error_that_nobody_foresaw_is_told_to_the_log_only(error: Exception) -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    stream, counted = StringIO(), _Counted()
    record = Record(Log(stream=stream), counted)  # type: ignore[arg-type]
    guarded = Guard(failing, record, Answers(int, 0))
    answer = TestClient(guarded, raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "py" not in answer.text
    failure, request = map(json.loads, stream.getvalue().splitlines())
    assert failure["level"] == "error"
    assert failure["id"] == request["id"] == answer.headers["x-request-id"]
    assert failure["where"]
    assert failure["error"] in ("RuntimeError", "KeyError")
    assert SECRET not in answer.text + stream.getvalue()
    assert counted.requests == [("none", "GET", 500)]


def test_the_same_holds_where_the_application_is_passed_by() -> None:
    class Failing:
        settings = Settings()
        answers = Answers(int, 0)
        gateway = None

        def submit(self, *_: object) -> None:
            raise RuntimeError(SECRET)

    stream, counted = StringIO(), _Counted()
    record = Record(Log(stream=stream), counted)  # type: ignore[arg-type]
    sent: list[tuple[int, bytes]] = []
    headers = [(b"host", b"localhost")]
    direct = Direct(Failing(), record)  # type: ignore[arg-type]
    direct.begin(b"/sparql?query=ASK%7B%7D", headers, "http", lambda *one: sent.append(one))
    ((status, answer),) = sent
    assert status == 500
    failure, request = map(json.loads, stream.getvalue().splitlines())
    assert failure["error"] == "RuntimeError"
    assert failure["id"] == request["id"]
    assert f"x-request-id: {failure['id']}".encode() in answer
    assert SECRET not in answer.decode() + stream.getvalue()
    assert counted.requests == [("/sparql", "GET", 500)]


def test_an_error_amid_an_answer_is_logged_and_nothing_is_added_to_the_answer() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    sent: list[dict[str, object]] = []

    async def send(message: object) -> None:
        sent.append(message)  # type: ignore[arg-type]

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    stream = StringIO()
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"",
             "http_version": "1.1", "headers": [(b"host", b"localhost")]}  # fmt: skip
    guard = Guard(failing, Record(Log(stream=stream), _Counted()), Answers(int, 0))  # type: ignore[arg-type]
    asyncio.run(guard(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "RuntimeError" in stream.getvalue()


def test_a_signal_ends_the_server_when_running_requests_are_answered() -> None:
    with running("--cache", "0", stop=False) as one, ThreadPoolExecutor(1) as aside:
        query = {"query": pairs(2000)}
        asked = aside.submit(httpx.get, f"{one.url}/sparql", params=query, timeout=60)
        assert eventually(lambda: metric(one, "si_graph_jobs", state="running") == 1)
        processes = workers(one)
        one.process.send_signal(signal.SIGTERM)
        answer = asked.result()
        assert answer.status_code == 200
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == str(2000 * 2000)
        # Otherwise the server would wait for the next request on this connection.
        assert answer.headers["connection"] == "close"
        assert one.process.wait(30) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(one.url)
    assert processes
    assert not any("Traceback" in line for line in one.errors)


def test_a_request_that_outlasts_the_time_of_grace_is_told_that_the_server_stops() -> None:
    with running("--grace", "1s", stop=False) as one, ThreadPoolExecutor(1) as aside:
        asked = aside.submit(httpx.get, f"{one.url}/sparql", params={"query": SLOW}, timeout=60)
        assert eventually(lambda: metric(one, "si_graph_jobs", state="running") == 1)
        processes = workers(one)
        one.process.send_signal(signal.SIGTERM)
        answer = asked.result()
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("/stopping")
        assert one.process.wait(30) == 0
    assert eventually(lambda: not any(Path(f"/proc/{process}").exists() for process in processes))


def test_ctrl_c_ends_the_server_quietly() -> None:
    with running(stop=False) as one:
        httpx.get(f"{one.url}/healthz")
        one.process.send_signal(signal.SIGINT)
        assert one.process.wait(30) == 0
    assert not any("Traceback" in line for line in one.errors)


def test_clients_that_stay_connected_do_not_delay_the_end() -> None:
    with running(stop=False) as one, httpx.Client(base_url=one.url) as client:
        client.get("/healthz")
        idle = socket.create_connection(("127.0.0.1", urlsplit(one.url).port or 0))
        begun = time.monotonic()
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(30) == 0
        assert time.monotonic() - begun < 10
        idle.close()


def test_an_address_that_is_taken_is_reported(server: Running) -> None:
    port = str(urlsplit(server.url).port)
    ended = _serve("--port", port)
    assert ended.returncode == 2
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--host", "nowhere.invalid"), "nowhere.invalid"),
        (("--timeout", "soon"), "--timeout"),
        (("--config", "none.toml"), "none.toml"),
        (("--data", "none.ttl"), "none.ttl"),
        (("--snapshot", "none"), "none"),
        (("--writable",), "--token-file"),
        (("--prot", "80"), "--port"),
    ],
)
def test_wrong_use_is_told_in_words(arguments: tuple[str, ...], told: str) -> None:
    ended = _serve(*arguments)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def _serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "si_graph", "serve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
