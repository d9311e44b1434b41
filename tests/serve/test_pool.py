"""The pool: what one request may take, and that it takes nothing from the others."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from servers import Running, running
from si_graph.serve.dataset.creation import bundled
from si_graph.serve.workers.errors import UnforeseenError
from si_graph.serve.workers.limits import Limits, processor_time
from si_graph.serve.workers.pool import Job, Pool
from si_graph.serve.workers.process import answered
from si_graph.serve.workers.served import Served
from si_graph.serve.workers.worker import outcome_of
from sockets import connect, get
from watching import SLOW, children, eventually, metric, pairs, workers

# Distinct values of everything with everything do not fit in this.
GREEDY = "SELECT DISTINCT ?a ?c ?d ?f WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Return a server with four workers, of which slow requests may have two."""
    limits = ("--workers", "4", "--queue", "1", "--timeout", "4s", "--memory", "400MB")
    with running(*limits, "--patience", "1s", "--cache", "0") as one:
        yield one


def ask(server: Running, query: str, **more: str) -> httpx.Response:
    return httpx.get(f"{server.url}/sparql", params={"query": query, **more}, timeout=60)


def is_idle(server: Running) -> bool:
    return metric(server, "si_graph_jobs", state="running") == 0


def leave(server: Running, query: str) -> socket.socket:
    """Ask a query, and return the connection without waiting for the answer."""
    connection = connect(server.url)
    connection.sendall(get(f"/sparql?query={quote(query)}"))
    return connection


def test_a_query_that_takes_too_long_is_ended_and_told_so(server: Running) -> None:
    answer = ask(server, SLOW, timeout="1.5")
    assert answer.status_code == 504
    problem = answer.json()
    assert problem["type"].endswith("/timeout")
    assert "1.5 s" in problem["detail"]
    # A client cannot ask for more than there is.
    assert "longer than 4 s" in ask(server, SLOW, timeout="1000").json()["detail"]


def test_a_query_that_takes_too_much_memory_is_ended_and_told_so(server: Running) -> None:
    answer = ask(server, GREEDY)
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/memory")
    assert ask(server, "ASK {}").status_code == 200


def test_light_queries_are_answered_while_heavy_ones_run(server: Running) -> None:
    heavy = [leave(server, SLOW) for _ in range(2)]
    try:
        assert eventually(lambda: metric(server, "si_graph_jobs", state="slow") == 2)
        for number in range(3):
            answer = ask(server, f"ASK {{ FILTER({number} = {number}) }}")
            assert answer.json()["boolean"] is True
        # They still ran when the light ones were answered.
        assert metric(server, "si_graph_jobs", state="slow") == 2
    finally:
        for one in heavy:
            one.close()
    assert eventually(lambda: is_idle(server))


shared_out = pytest.mark.skipif(
    not sys.platform.startswith("linux") or len(os.sched_getaffinity(0)) < 2,
    reason="processors are shared out on Linux, where there is more than one",
)


@shared_out
def test_only_light_queries_are_kept_off_one_processor(server: Running) -> None:
    every = os.sched_getaffinity(0)
    apart = every - {min(every)}

    def answered_by(query: str) -> list[set[int]]:
        """Return where the workers may run that a query is, and was, answered by."""
        before = {one: processor_time(one) for one in workers(server)}
        for number in range(3):
            assert ask(server, f"{query} # {number}").status_code == 200
        return [
            allowed(one)
            for one, time in before.items()
            if not children(one) and processor_time(one) > time
        ]

    light, medium = "ASK {}", pairs(200)
    # New workers may still take the place of others, and open the graph first, which is not light.
    assert eventually(lambda: answered_by(light) == [apart])
    assert eventually(lambda: answered_by(medium) == [every])
    assert eventually(lambda: answered_by(light) == [apart])
    assert allowed(server.process.pid) == every


@shared_out
def test_heavy_queries_are_kept_off_the_processors_of_all_else(server: Running) -> None:
    every = os.sched_getaffinity(0)

    def is_apart(count: int, others: int) -> bool:
        # New workers take the place of the heavy ones meanwhile.
        working = [one for one in workers(server) if not children(one)]
        given = [(priority(one), allowed(one)) for one in working]
        heavy = [processors for priority, processors in given if priority == 19]
        light = [allowed(server.process.pid), *(which for level, which in given if level < 19)]
        return (
            len(heavy) == count
            and len(light) > others
            and all(heavy[0] == one for one in heavy)
            and all(one == every - heavy[0] for one in light)
        )

    def is_together() -> bool:
        usual = (every, every - {min(every)})
        return (
            is_idle(server)
            and allowed(server.process.pid) == every
            and all(allowed(one) in usual for one in workers(server))
        )

    connections = [leave(server, SLOW) for _ in range(2)]
    try:
        assert eventually(lambda: metric(server, "si_graph_jobs", state="slow") == 2)
        assert ask(server, "ASK { FILTER(4 < 5) }").status_code == 200
        assert eventually(lambda: is_apart(2, 1), 3)
        # In the place of this one, another begins.
        connections.pop().close()
        assert eventually(lambda: is_apart(1, 2), 3)
    finally:
        for one in connections:
            one.close()
    assert eventually(is_together)


def descriptors(process: int) -> list[Path]:
    """Return the files that a process has open."""
    return list(Path(f"/proc/{process}/fd").iterdir())


def allowed(process: int) -> set[int]:
    """Return the processors that a process may use; none if it has ended."""
    try:
        return os.sched_getaffinity(process)
    except ProcessLookupError:
        return set()


def priority(process: int) -> int:
    """Return the priority of a process, of which 19 is the lowest; 0 if it has ended."""
    try:
        return os.getpriority(os.PRIO_PROCESS, process)
    except ProcessLookupError:
        return 0


def test_whoever_comes_when_the_queue_is_full_is_told_when_to_come_again(server: Running) -> None:
    with ThreadPoolExecutor(12) as together:
        answers = list(together.map(lambda _: ask(server, SLOW, timeout="1.5"), range(12)))
    refused = [answer for answer in answers if answer.status_code == 503]
    for answer in refused:
        assert answer.json()["type"].endswith("/busy")
        assert int(answer.headers["retry-after"]) > 0
    # Some were worked on meanwhile, to their time limit.
    assert {answer.status_code for answer in answers} == {503, 504}
    assert eventually(lambda: is_idle(server))


def test_a_client_that_leaves_frees_its_worker(server: Running) -> None:
    connection = leave(server, SLOW)
    assert eventually(lambda: metric(server, "si_graph_jobs", state="running") == 1)
    begun = set(workers(server))
    left = time.monotonic()
    connection.close()
    assert eventually(lambda: is_idle(server))
    # It was not the time limit that ended it.
    assert time.monotonic() - left < 3
    assert eventually(lambda: not begun <= set(workers(server)))


def test_who_leaves_a_light_query_costs_no_worker_and_a_slow_one_is_ended() -> None:
    version = bundled(None)
    told: list[object] = []

    async def given_up(pool: Pool, text: str) -> Job:
        arguments = {"text": text, "media_type": "text/csv", "format": "csv", "base": "x:"}
        job = pool.submit(version, "sparql.query", arguments, told.append)
        pool.cancel(job)
        async with asyncio.timeout(20):
            while not job.is_over:
                await asyncio.sleep(0.01)
        return job

    async def scenario() -> None:
        pool = Pool(Limits(), version)
        await pool.start()
        try:
            light = [(await given_up(pool, "ASK {}")).worker for _ in range(5)]
            assert light[-1] is not None
            assert light[-1] is light[-2]
            assert not light[-1].is_spent
            slow = (await given_up(pool, SLOW)).worker
            assert slow is not None
            assert slow.is_spent
        finally:
            await pool.stop()

    asyncio.run(scenario())
    assert told == []


def test_jobs_that_wait_begin_in_the_order_in_which_they_came() -> None:
    version = bundled(None)
    told: list[int] = []

    def done(number: int, _: object) -> None:
        told.append(number)

    async def scenario() -> None:
        pool = Pool(Limits(workers=1), version)
        await pool.start()
        try:
            arguments = {"media_type": "text/csv", "format": "csv", "base": "x:"}
            long = {**arguments, "text": SLOW}
            slow = pool.submit(version, "sparql.query", long, partial(done, -1))
            for number in range(5):
                light = {**arguments, "text": f"ASK {{ FILTER({number} > 0) }}"}
                pool.submit(version, "sparql.query", light, partial(done, number))
            await asyncio.sleep(0.1)
            # Its worker ends with it, so that they wait for another one to start.
            pool.cancel(slow)
            async with asyncio.timeout(20):
                while len(told) < 5:
                    await asyncio.sleep(0.01)
        finally:
            await pool.stop()

    asyncio.run(scenario())
    assert told == [0, 1, 2, 3, 4]


def test_workers_that_are_killed_are_replaced(server: Running) -> None:
    assert ask(server, "ASK {}").status_code == 200
    for process in workers(server):
        os.kill(process, signal.SIGKILL)
    for number in range(5):
        assert ask(server, f"ASK {{ FILTER({number} > 1) }}").status_code == 200


def test_the_process_that_workers_are_forked_from_is_replaced_when_it_is_killed(
    server: Running,
) -> None:
    assert ask(server, "ASK { FILTER(6 < 7) }").status_code == 200
    before = workers(server)
    for process in before:
        os.kill(process, signal.SIGKILL)
    assert eventually(lambda: ask(server, "ASK { FILTER(7 < 8) }").status_code == 200)
    after = workers(server)
    assert not set(before) & set(after)
    assert [bool(children(one)) for one in after].count(True) == 1


def test_the_bundled_graph_is_held_in_memory_once_for_all_workers(server: Running) -> None:
    assert ask(server, "SELECT * { ?s ?p ?o } LIMIT 3").status_code == 200
    opened = [os.readlink(one) for process in workers(server) for one in descriptors(process)]
    assert opened
    assert not any(one.endswith(".sst") for one in opened)


def test_no_two_workers_make_the_same_random_names(server: Running) -> None:
    names = set()
    for _ in range(3):
        answer = ask(server, "SELECT (UUID() AS ?name) {}")
        names.add(answer.json()["results"]["bindings"][0]["name"]["value"])
        # What takes its place has made none either.
        for process in workers(server):
            if not children(process):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.2)
    assert len(names) == 3


def test_a_worker_that_is_killed_amid_a_request_is_told(server: Running) -> None:
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(ask, server, SLOW)
        assert eventually(lambda: metric(server, "si_graph_jobs", state="running") == 1)
        for process in workers(server):
            os.kill(process, signal.SIGKILL)
        assert asked.result().status_code == 503
        assert "most likely" in asked.result().json()["detail"]
    assert ask(server, "ASK {}").status_code == 200


def test_workers_survive_the_signal_that_ends_the_server(server: Running) -> None:
    # Those that were killed before are replaced when there is something to do.
    assert ask(server, "ASK { FILTER(5 < 6) }").status_code == 200
    before = set(workers(server))
    for process in before:
        os.kill(process, signal.SIGTERM)
    assert ask(server, "ASK { }").status_code == 200
    assert before & set(workers(server))


def test_what_was_killed_is_counted(server: Running) -> None:
    before = metric(server, "si_graph_jobs_killed_total")
    ask(server, SLOW, timeout="0.2")
    assert metric(server, "si_graph_jobs_killed_total") == before + 1


def test_an_operation_that_fails_unforeseen_says_where_for_the_log_only() -> None:
    served = Served(Limits())
    served.show(bundled())
    job = partial(outcome_of, served, "sparql.query", {"secret": "word"})
    answer = answered(job, "request")
    assert isinstance(answer, UnforeseenError)
    assert answer.kind == "TypeError"
    assert any("worker.py" in place for place in answer.where)
