"""An endpoint is asked on the command line as politely as from Python."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from endpoints import RESULTS, written
from loopback import Server, answering, serving
from support import COMMAND, Run

ROWS = written(["x"], [['"here"'], ['"there"']])
SELECT = "SELECT ?x { ?x ?p ?o }"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.answer = answering(ROWS, RESULTS)
        yield running


def test_an_endpoint_is_asked_by_its_address(run: Run, server: Server) -> None:
    finished = run("query", SELECT, "--endpoint", server.url, "--format", "csv")
    assert finished.stdout.split() == ["x", "here", "there"]
    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_part_is_printed_told_and_seen_in_the_status(run: Run, server: Server) -> None:
    triples = b"<x:s> <x:p> 1 . <x:s> <x:p> 2 ."
    server.answer = answering(triples, "text/turtle", headers={"X-SPARQL-MaxRows": "2"})
    finished = run("query", "DESCRIBE <x:s>", "--endpoint", server.url)
    assert finished.returncode == 4
    assert "1 , 2" in finished.stdout
    assert finished.stderr.startswith(f"{server.url}: the answer stops at 2, ")


def test_kept_answers_are_given_without_the_network(
    run: Run, server: Server, tmp_path: Path
) -> None:
    asking = ("query", SELECT, "--endpoint", server.url, "--format", "csv")
    where = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert run(*asking, "--max-age", "3600", **where).stderr == ""
    again = run(*asking, "--max-age", "3600", **where)
    offline = run(*asking, "--offline", **where)
    assert again.stdout == offline.stdout
    assert "this is what it answered at 20" in again.stderr
    assert len(server.requests) == 1
    refused = run("query", "ASK {}", "--endpoint", server.url, "--offline", **where)
    assert refused.returncode == 2
    assert "no answer to this query is kept" in refused.stderr
    server.answer = answering(written(["x"], [['"new"']]), RESULTS)
    assert run(*asking, "--max-age", "0", **where).stdout.split() == ["x", "new"]
    assert run(*asking, "--offline", **where).stdout.split() == ["x", "new"]
    # Nobody asked for answers of an address to be kept.
    assert run(*asking, **where).stderr == ""
    assert len(server.requests) == 3


def trickling(handler: BaseHTTPRequestHandler) -> None:
    """Begin an answer, and never end it."""
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.end_headers()
    try:
        for _ in range(600):
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        pass


def interrupted(
    command: list[str], environment: dict[str, str], server: Server
) -> tuple[int, str, str]:
    """Press Ctrl-C once a command has asked a server; return its exit status and what it said."""
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not server.requests:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def test_ctrl_c_ends_the_wait_for_an_endpoint(environment: dict[str, str], server: Server) -> None:
    server.answer = trickling
    command = [COMMAND, "query", SELECT, "--endpoint", server.url]
    assert interrupted(command, environment, server) == (130, "", "Interrupted\n")


def test_a_timeout_counts_for_endpoints_too(run: Run, server: Server) -> None:
    server.answer = trickling
    finished = run("query", SELECT, "--endpoint", server.url, "--timeout", "1")
    assert finished.returncode == 4
    assert "no answer within 1 seconds" in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--endpoint", "celar"], "there is no endpoint named 'celar'\n  Did you mean cellar?"),
        (["--endpoint", "cellar", "--asserted"], "goes with none of --data, --with and --asserted"),
        (
            ["--endpoint", "cellar", "--with", "cordis"],
            "goes with none of --data, --with and --asserted",
        ),
        (["--endpoint", "cellar", "--max-age", "day"], "'day' is not a number of seconds"),
        (["--endpoint", "cellar", "--explain"], "--explain works on a graph here"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(
    run: Run, arguments: list[str], told: str
) -> None:
    finished = run("query", SELECT, *arguments)
    assert finished.returncode == 2
    assert told in finished.stderr


def test_an_endpoint_with_a_name_keeps_its_answers(run: Run, tmp_path: Path) -> None:
    finished = run(
        "query", SELECT, "--endpoint", "cellar", "--offline", XDG_CACHE_HOME=str(tmp_path)
    )
    assert finished.returncode == 2
    assert finished.stderr.startswith("si-graph: cellar: no answer to this query is kept")


def test_a_query_here_calls_an_endpoint_that_is_allowed(run: Run, server: Server) -> None:
    query = f"SELECT ?x {{ SERVICE <{server.url}> {{ ?s ?p ?x }} }}"
    refused = run("query", query)
    assert refused.returncode == 2
    assert "nothing here uses the network unasked" in refused.stderr
    assert server.requests == []
    finished = run("query", query, "--allow-service", server.url, "--format", "csv")
    assert finished.stdout.split() == ["x", "here", "there"]
    shown = run("query", query, "--allow-service", server.url).stdout
    assert "here" in shown


def test_ctrl_c_ends_a_query_that_waits_for_an_endpoint(
    environment: dict[str, str], server: Server
) -> None:
    server.answer = trickling
    query = f"SELECT * {{ SERVICE <{server.url}> {{ ?s ?p ?x }} }}"
    command = [COMMAND, "query", query, "--allow-service", server.url]
    assert interrupted(command, environment, server) == (130, "", "Interrupted\n")


def test_endpoints_are_listed_and_one_is_shown(run: Run) -> None:
    listed = json.loads(run("endpoints", "--format", "json").stdout)
    assert {one["name"] for one in listed} >= {"cellar", "data-europa", "cordis", "wikidata"}
    assert all(one["url"] in run("endpoints").stdout for one in listed)
    shown = run("endpoints", "wikidata", "--lang", "nl").stdout
    assert "Retry-After" in shown
    assert "Wie niet wacht" in " ".join(shown.split())
    assert json.loads(run("endpoints", "cellar", "--format", "json").stdout) in listed


def test_an_endpoint_is_tried_only_when_that_is_asked(run: Run, server: Server) -> None:
    untried = run("endpoints", server.url)
    assert (untried.returncode, server.requests) == (2, [])
    assert "Try it: --check" in untried.stderr
    server.answer = answering(b'{"head":{},"boolean":true}', RESULTS)
    tried = run("endpoints", "--check", server.url, "--format", "json")
    found = {one["check"]: one["works"] for one in json.loads(tried.stdout)}
    assert tried.returncode == 1
    assert found["yes or no (ASK)"] is True
    assert found["rows in one answer"] is False
    assert run("endpoints", "--check").returncode == 2


def test_a_ready_question_is_shown_and_asked_by_its_name(run: Run, tmp_path: Path) -> None:
    shown = run("queries", "fq08", "--lang", "nl").stdout
    assert shown.startswith("FQ08: Wat zijn volgens Wikidata de websites")
    assert "SERVICE <alias:wikidata>" in shown
    refused = run("query", "FQ08", "--offline", XDG_CACHE_HOME=str(tmp_path))
    assert refused.returncode == 2
    assert refused.stderr.startswith("si-graph: wikidata: no answer to this query is kept")
