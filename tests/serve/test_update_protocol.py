"""SPARQL 1.1 Protocol, updates: who may make them, and what comes of them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from servers import AUTHORISED, TOKEN, Running, problem, running, running_writable
from si_graph.errors import InputError
from si_graph.serve.authorisation import read_token
from watching import workers

EX = "PREFIX ex: <http://example.org/> "
DATA = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Cat rdfs:subClassOf ex:Animal ; owl:disjointWith ex:Dog .
<https://w3id.org/si-graph/graph/shapes> {
    ex:DogShape a sh:NodeShape ;
        sh:targetClass ex:Dog ;
        sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message "A dog has a name"@en ] .
}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Return a server with a few data that can be changed."""
    with running_writable(data=DATA) as one:
        yield one


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers=AUTHORISED, timeout=60) as one:
        yield one


def change(client: httpx.Client, update: str, **headers: str) -> httpx.Response:
    """Send an update as a form."""
    return client.post("/update", data={"update": EX + update}, headers=headers)


def holds(client: httpx.Client, pattern: str) -> bool:
    """Tell whether a pattern matches."""
    answer = client.get("/sparql", params={"query": f"{EX} ASK {{ {pattern} }}"})
    return bool(answer.json()["boolean"])


def test_all_ways_to_send_an_update_work_and_are_seen_at_once(client: httpx.Client) -> None:
    ways = {
        "/sparql": {"data": {"update": EX + "INSERT DATA { ex:a1 ex:p 1 }"}},
        "/update": {"data": {"update": EX + "INSERT DATA { ex:a2 ex:p 1 }"}},
        "/sparql?x": {
            "content": EX + "INSERT DATA { ex:a3 ex:p 1 }",
            "headers": {"Content-Type": "application/sparql-update"},
        },
        "/update?x": {
            "content": EX + "INSERT DATA { ex:a4 ex:p 1 }",
            "headers": {"Content-Type": "application/sparql-update; charset=utf-8"},
        },
    }
    for number, (path, sent) in enumerate(ways.items(), start=1):
        thing = f"ex:a{number} ex:p 1"
        assert not holds(client, thing)
        response = client.post(path, **sent)  # type: ignore[arg-type]
        assert response.status_code == 204, response.text
        assert response.content == b""
        assert holds(client, thing)


def test_a_cached_answer_is_not_given_after_a_change(client: httpx.Client) -> None:
    query = {"query": EX + "SELECT ?o { ex:counted ex:p ?o } ORDER BY ?o"}
    tags = set()
    for number in range(3):
        change(client, f"INSERT DATA {{ ex:counted ex:p {number} }}")
        answers = [client.get("/sparql", params=query) for _ in range(2)]
        assert [len(one.json()["results"]["bindings"]) for one in answers] == [number + 1] * 2
        tags |= {one.headers["etag"] for one in answers}
    assert len(tags) == 3


def test_what_follows_is_kept_up_to_date(client: httpx.Client) -> None:
    follows = "GRAPH <https://w3id.org/si-graph/graph/inferred> { ex:tom a ex:Animal }"
    assert change(client, "INSERT DATA { ex:tom a ex:Cat }").status_code == 204
    assert holds(client, follows)
    assert change(client, "DELETE DATA { ex:tom a ex:Cat }").status_code == 204
    assert not holds(client, follows)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN} {TOKEN}",
        "Bearer é",
    ],
)
def test_without_the_token_nobody_changes_anything(server: Running, header: str) -> None:
    headers = {b"Authorization": header.encode()} if header else {}
    update = EX + "INSERT DATA { ex:intruder ex:p 1 }"
    with httpx.Client(base_url=server.url, headers=headers) as client:
        answers = [
            client.post("/update", data={"update": update}),
            client.post("/sparql", data={"update": update}),
            client.put("/data?default", content="", headers={"Content-Type": "text/turtle"}),
            client.post("/data", content="", headers={"Content-Type": "text/turtle"}),
            client.delete("/data?default"),
        ]
        for answer in answers:
            problem(answer, 401, "token")
            assert answer.headers["www-authenticate"].startswith('Bearer realm="si-graph"')
            assert TOKEN not in answer.text
        assert not holds(client, "ex:intruder ex:p 1")


def test_the_token_is_taken_in_any_spelling_of_bearer(client: httpx.Client) -> None:
    answer = change(client, "INSERT DATA { ex:b ex:p 1 }", Authorization=f"bearer  {TOKEN}")
    assert answer.status_code == 204


def test_the_token_is_never_logged(client: httpx.Client, server: Running) -> None:
    change(client, "nonsense")
    client.get("/sparql", params={"query": "ASK {}"})
    assert len(server.errors) > 2
    assert not any(TOKEN in line for line in server.errors)


@pytest.mark.parametrize("content", ["", "too short", "two words of a token here", "é" * 20])
def test_a_bad_token_is_refused_with_a_way_to_make_a_good_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="token") as caught:
        read_token(str(file))
    assert str(file) in str(caught.value)
    if content:
        assert content not in str(caught.value)


def test_a_token_that_others_can_read_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="ascii")
    file.chmod(0o640)
    assert read_token(str(file)) == TOKEN
    assert "chmod 600" in capsys.readouterr().err
    file.chmod(0o600)
    assert read_token(str(file)) == TOKEN
    assert capsys.readouterr().err == ""


def test_without_a_good_token_the_server_does_not_start(tmp_path: Path) -> None:
    data = tmp_path / "empty.ttl"
    data.touch()
    options = ["--writable", "--token-file", str(tmp_path / "none"), "--data", str(data)]
    with (
        pytest.raises(AssertionError, match="the token cannot be read"),
        running(*options, "--store", str(tmp_path / "store")),
    ):
        pass


@pytest.mark.parametrize(
    ("path", "form", "name"),
    [
        ("/update", {"update": ["CLEAR NAMED", "CLEAR DEFAULT"]}, "request"),
        ("/update", {"query": "ASK {}"}, "request"),
        ("/update", {}, "request"),
        ("/sparql", {"update": "CLEAR ALL", "query": "ASK {}"}, "request"),
        ("/update", {"update": "CLEAR XYZ"}, "syntax"),
        ("/update", {"update": "CLEAR ALL", "using-graph-uri": "relative"}, "request"),
        ("/update", {"update": "LOAD <http://example.org/data>"}, "usage"),
        (
            "/update",
            {"update": "INSERT { ?s ?p 1 } WHERE { SERVICE <http://e/> {} }"},
            "usage",
        ),
    ],
)
def test_an_update_that_cannot_be_made_is_refused(
    client: httpx.Client, path: str, form: dict[str, str], name: str
) -> None:
    sent = form or {"x": "y"}
    problem(client.post(path, data=sent), 400, name)


def test_a_fault_in_an_update_has_its_place(client: httpx.Client) -> None:
    members = problem(
        client.post("/update", data={"update": "CLEAR ALL ;\n INSERT DATA { foo:a a foo:b }"}),
        400,
        "syntax",
    )
    assert members["line"] == 2
    assert holds(client, "ex:Cat ?p ?o")


def test_updates_are_sent_by_post(client: httpx.Client) -> None:
    problem(client.get("/sparql", params={"update": "CLEAR ALL"}), 400, "request")
    problem(client.get("/update"), 405, "method")


def test_prefixes_of_the_project_need_no_declaration(client: httpx.Client, server: Running) -> None:
    update = "INSERT DATA { <> a si:Step }"
    assert client.post("/update", data={"update": update}).status_code == 204
    assert holds(client, f"<{server.url}/update> a si:Step")


def test_a_contradiction_is_refused_with_what_contradicts_what(client: httpx.Client) -> None:
    update = "INSERT DATA { ex:rex a ex:Cat, ex:Dog ; ex:name 'Rex' }"
    members = problem(change(client, update), 409, "inconsistent")
    assert "cax-dw" in members["detail"]
    assert "--no-checks" in members["detail"]
    assert "ValidationReport" in str(members["report"])
    assert "http://example.org/rex" in str(members["report"])
    assert not holds(client, "ex:rex ?p ?o")


def test_a_violation_is_refused_with_the_report(client: httpx.Client) -> None:
    members = problem(change(client, "INSERT DATA { ex:fido a ex:Dog }"), 409, "violation")
    assert "A dog has a name" in members["detail"]
    assert "http://example.org/fido" in str(members["report"])
    assert not holds(client, "ex:fido ?p ?o")
    named = "INSERT DATA { ex:fido a ex:Dog ; ex:name 'Fido' }"
    assert change(client, named).status_code == 204


def test_an_update_that_fails_halfway_has_changed_nothing(client: httpx.Client) -> None:
    update = "INSERT DATA { ex:half ex:p 1 } ; DROP GRAPH ex:nowhere"
    problem(change(client, update), 400, "usage")
    assert not holds(client, "ex:half ?p ?o")


def test_updates_at_the_same_time_are_all_made(client: httpx.Client, server: Running) -> None:
    def add(number: int) -> int:
        with httpx.Client(base_url=server.url, headers=AUTHORISED, timeout=60) as one:
            return change(one, f"INSERT DATA {{ ex:together ex:p {number} }}").status_code

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(add, range(4))) == {204}
    answer = client.get("/sparql", params={"query": EX + "SELECT * { ex:together ex:p ?o }"})
    assert len(answer.json()["results"]["bindings"]) == 4


def test_an_update_that_takes_too_long_is_ended_and_the_next_one_works() -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    endless = f"INSERT {{ ex:s ex:p ?n }} WHERE {{ {count} }}"
    triples = "\n".join(f"<http://e/s{n}> <http://e/p> {n} ." for n in range(3000))
    with (
        running_writable("--timeout", "2s", "--no-reason", "--no-checks", data=triples) as server,
        httpx.Client(base_url=server.url, headers=AUTHORISED, timeout=60) as client,
    ):
        problem(change(client, endless), 504, "timeout")
        assert change(client, "INSERT DATA { ex:after ex:p 1 }").status_code == 204
        assert holds(client, "ex:after ex:p 1")


def test_a_writer_that_was_killed_is_started_again(client: httpx.Client, server: Running) -> None:
    assert change(client, "INSERT DATA { ex:before ex:p 1 }").status_code == 204
    killed = workers(server)
    assert killed
    for one in killed:
        os.kill(one, signal.SIGKILL)
    # The server has to hear of it: what it sends to a process that is gone is lost.
    time.sleep(0.5)
    assert change(client, "INSERT DATA { ex:afterwards ex:p 1 }").status_code == 204
    assert holds(client, "ex:before ex:p 1 . ex:afterwards ex:p 1")


def test_signals_to_all_processes_end_none_that_works(server: Running) -> None:
    before = set(workers(server))
    for one in before:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(one, number)
    time.sleep(0.5)
    assert before <= set(workers(server))
