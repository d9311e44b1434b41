"""Answers are kept for a while, and given again without the network, never as something else."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoints import RESULTS, Told, written
from loopback import Server, answering
from si_graph.errors import EndpointError, LimitError
from si_graph.store.remote.cache import Cache
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore

SELECT = "SELECT * { ?s ?p ?o }"
DAY = 24 * 3600.0


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(tmp_path: Path, clock: Clock) -> Cache:
    return Cache(str(tmp_path / "kept"), clock)


@pytest.fixture
def told() -> Told:
    return Told()


def store(
    server: Server, cache: Cache, told: Told, *, offline: bool = False, max_age: float = DAY
) -> RemoteStore:
    endpoint = Endpoint(server.url, "peer", max_age=max_age)
    return RemoteStore(endpoint, cache=cache, offline=offline, tell=told.append, pause=told.pause)


def row(value: str) -> bytes:
    return written(["x"], [[f'"{value}"']])


def rows(answer: object) -> list[str]:
    assert isinstance(answer, ox.QuerySolutions)
    return [str(solution[0].value) for solution in answer]


def test_the_same_question_is_asked_once_until_its_answer_is_too_old(
    server: Server, cache: Cache, clock: Clock, told: Told
) -> None:
    remote = store(server, cache, told)
    server.answer = answering(row("before"), RESULTS)
    assert rows(remote.query(SELECT)) == ["before"]
    assert told == []
    server.answer = answering(row("after"), RESULTS)
    clock.now += DAY - 1
    assert rows(remote.query(SELECT)) == ["before"]
    assert told[0].startswith("peer: this is what it answered at 20")
    clock.now += 1
    assert rows(remote.query(SELECT)) == ["after"]
    assert len(server.requests) == 2


def test_another_question_or_endpoint_has_another_answer(
    server: Server, cache: Cache, told: Told
) -> None:
    server.answer = answering(row("x"), RESULTS)
    store(server, cache, told).query(SELECT)
    store(server, cache, told).query(SELECT + " LIMIT 2")
    other = Endpoint(server.url + "/other", max_age=DAY)
    RemoteStore(other, cache=cache, tell=told.append).query(SELECT)
    assert len(server.requests) == 3


def test_an_age_of_nothing_asks_anew_and_keeps_the_answer(
    server: Server, cache: Cache, told: Told
) -> None:
    server.answer = answering(row("x"), RESULTS)
    store(server, cache, told, max_age=0).query(SELECT)
    store(server, cache, told, max_age=0).query(SELECT)
    assert len(server.requests) == 2
    assert rows(store(server, cache, told, offline=True).query(SELECT)) == ["x"]


@pytest.mark.parametrize(
    ("query", "body", "media_type"),
    [
        (SELECT, row("café"), RESULTS),
        ("ASK {}", b'{"head":{},"boolean":false}', RESULTS),
        ("CONSTRUCT WHERE { ?s ?p ?o }", b'<x:a> <x:b> [ <x:c> "x\\ny"@en ] .', "text/turtle"),
    ],
)
def test_offline_gives_every_kind_of_answer_however_old(
    server: Server, cache: Cache, clock: Clock, told: Told, query: str, body: bytes, media_type: str
) -> None:
    server.answer = answering(body, media_type)

    def asked(*, offline: bool) -> object:
        answer = store(server, cache, told, offline=offline).query(query)
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        if isinstance(answer, ox.QuerySolutions):
            return rows(answer)
        return sorted(map(str, answer))

    before = asked(offline=False)
    clock.now += 25 * DAY
    assert asked(offline=True) == before
    assert len(server.requests) == 1


def test_offline_never_asks(server: Server, cache: Cache, told: Told) -> None:
    with pytest.raises(EndpointError, match="peer: no answer to this query is kept"):
        store(server, cache, told, offline=True).query(SELECT)
    assert server.requests == []


@pytest.mark.parametrize(
    ("body", "headers", "query"),
    [
        (row("x"), {"X-SQL-State": "S1TAT"}, SELECT),
        (b"<x:a> <x:b> 1 .", {"X-SPARQL-MaxRows": "1"}, "DESCRIBE <x:a>"),
        (row("x")[:-9], {}, SELECT),
    ],
)
def test_what_is_no_whole_answer_is_not_kept(
    server: Server, cache: Cache, told: Told, body: bytes, headers: dict[str, str], query: str
) -> None:
    kind = RESULTS if query == SELECT else "text/turtle"
    server.answer = answering(body, kind, headers=headers)
    for _ in range(2):
        with suppress(EndpointError, LimitError):
            store(server, cache, told).query(query)
    assert len(server.requests) == 2


@pytest.mark.parametrize("damage", [lambda kept: kept[:-1], lambda kept: b"{}\n", lambda kept: b""])
def test_a_damaged_file_is_as_good_as_none(
    server: Server, cache: Cache, told: Told, tmp_path: Path, damage: object
) -> None:
    server.answer = answering(row("x"), RESULTS)
    store(server, cache, told).query(SELECT)
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert rows(store(server, cache, told).query(SELECT)) == ["x"]
    assert len(server.requests) == 2


def test_answers_are_nobody_elses_business_and_go_after_a_month(
    server: Server, cache: Cache, clock: Clock, told: Told, tmp_path: Path
) -> None:
    server.answer = answering(row("x"), RESULTS)
    store(server, cache, told).query(SELECT)
    (file,) = (tmp_path / "kept").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    os.utime(file, (clock.now - 31 * DAY,) * 2)
    store(server, cache, told).query(SELECT + " LIMIT 1")
    assert not file.exists()


def test_a_folder_that_cannot_be_written_stops_nobody(
    server: Server, clock: Clock, told: Told, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    server.answer = answering(row("x"), RESULTS)
    assert rows(store(server, Cache(str(tmp_path / "file"), clock), told).query(SELECT)) == ["x"]


def test_offline_asks_nobody_even_if_nothing_is_ever_kept(server: Server, told: Told) -> None:
    remote = RemoteStore(Endpoint(server.url), offline=True, tell=told.append, pause=told.pause)
    with pytest.raises(EndpointError, match="is kept"):
        remote.query(SELECT)
    assert server.requests == []
