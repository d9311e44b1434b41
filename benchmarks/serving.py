"""Compare the server with the Oxigraph server and rdflib-endpoint, and put it under load for long.

All three serve the same triples on loopback, and `wrk` (Debian's package) asks them with eight
connections, by turns: a machine, a virtual one above all, changes its pace from one minute to the
next. A query that is asked again and again comes from our cache; with a number in a comment each
one is another, and is evaluated. Then light queries are timed alone, and beside eight cross
products that never end by themselves; for this the client keeps to the first processor, as it is
the server that is measured, and not whether the system lets a client go on that shares a processor
with cross products. At the end stands the soak: mixed requests for some minutes, while memory,
descriptors and failures are counted.

rdflib-endpoint is not among the project's dependencies: install `rdflib-endpoint==0.6.3` into an
environment of its own and name its Python; without it its lines are left out.

    python benchmarks/serving.py [--peers PYTHON] [--seconds N] [--soak MINUTES]
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

from reasoning import Check, ratio

from si_graph.graph import KnowledgeGraph
from si_graph.query import catalogue
from si_graph.store.writing import write_rdf_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CLIENTS = 8
TURNS = 5
"""How often each server is measured on each query."""

WARM_UP = 1
"""Seconds of the same requests before each measurement, for every server."""

OURS = "si-graph"
SMALL = (
    "SELECT ?step ?label { ?step a <https://w3id.org/si-graph/ontology#Step> ; "
    "<http://www.w3.org/2004/02/skos/core#prefLabel> ?label } LIMIT 10"
)
# Larger than any server will count: two hundred thousand million rows.
CROSS_PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PAGE = "/doc/actor/municipalities?lang=nl"
# wrk asks for another query each time: the number ends the query as a comment. No run begins with
# the numbers of one before, whose answers may be kept.
ANOTHER = (
    'local n = {}\nrequest = function() n = n + 1 return wrk.format("GET", wrk.path .. n) end\n'
)
STARTS = itertools.count(10_000_000, 10_000_000)


class Rate(NamedTuple):
    """What `wrk` measured: requests answered with success each second, and a latency in ms."""

    each_second: float
    percentile_99: float


def wrk(
    url: str, seconds: int, clients: int = CLIENTS, *, another: bool = False, apart: bool = False
) -> Rate:
    """Ask for one address again and again, or for another query each time.

    Args:
        url: The address; of a query, all but the end where each is another.
        seconds: For how long.
        clients: How many connections.
        another: Whether each is another.
        apart: Whether `wrk` keeps to the first processor.

    Raises:
        RuntimeError: An answer was not a success, or `wrk` failed.
    """
    # Elsewhere than on Linux no process can be told where to run, and the server tells none.
    program = ["taskset", "-c", "0", "wrk"] if apart and shutil.which("taskset") else ["wrk"]
    for duration in (WARM_UP, seconds):
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(ANOTHER.format(next(STARTS)) if another else "")
            script.flush()
            options = [f"-d{duration}", "-t1", f"-c{clients}", "--latency", "-s", script.name, url]
            command = [*program, *options]
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(f"{url}\n{printed}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    latency = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    if rate is None or latency is None:
        raise RuntimeError(f"wrk printed no rate:\n{printed}")
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[latency[2]]
    return Rate(float(rate[1]), float(latency[1]) * unit)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server as a process of its own until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(url)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str) -> None:
    """Wait until an address answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def asking(endpoint: str, query: str, **parameters: str) -> str:
    """Return the address of a query; what `wrk` appends to it ends the query as a comment."""
    options = urlencode(parameters)
    return f"{endpoint}?{options}{'&' if options else ''}query={quote(query + ' #')}"


def turns(
    endpoints: Mapping[str, str], seconds: int, question: str
) -> dict[str, dict[str, list[Rate]]]:
    """Return what servers achieve on each query, asked by turns, by query and server."""
    found = {}
    for name, query in (("small SELECT", SMALL), ("question CQ27", question)):
        for another in (False, True):
            rates: dict[str, list[Rate]] = {server: [] for server in endpoints}
            for _ in range(TURNS):
                for server, endpoint in endpoints.items():
                    rates[server].append(wrk(asking(endpoint, query), seconds, another=another))
            what = f"{name}, {'another each time' if another else 'repeated'}"
            for server, each in rates.items():
                shown(server, what, each)
            found[what] = rates
    return found


def shown(server: str, what: str, rates: Sequence[Rate]) -> None:
    """Print what a server achieved: medians."""
    rate, latency = map(median, zip(*rates, strict=True))
    print(f"{server:16} {what:34} {rate:10,.0f}/s {latency:9.2f} ms", flush=True)


@contextmanager
def peers_running(folder: str, peers: str | None) -> Iterator[dict[str, str]]:
    """Run the peers with the same triples; gives their endpoints by name."""
    quads = str(Path(folder) / "closure.nt")
    write_rdf_file(
        list(dict.fromkeys(quad.triple for quad in KnowledgeGraph.open().quads())), quads
    )
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    store = str(Path(folder) / "store")
    subprocess.run([oxigraph, "load", "-l", store, "-f", quads], check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    endpoints = {"oxigraph": f"http://{address}/query"}
    with ExitStack() as running:
        command = [oxigraph, "serve-read-only", "-l", store, "-b", address]
        running.enter_context(serving(command, f"http://{address}/"))
        if peers is not None:
            port = free_port()
            endpoints["rdflib-endpoint"] = f"http://127.0.0.1:{port}/"
            program = str(Path(peers).with_name("rdflib-endpoint"))
            command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), quads]
            running.enter_context(serving(command, endpoints["rdflib-endpoint"]))
        yield endpoints


@contextmanager
def our_server() -> Iterator[tuple[str, int]]:
    """Run our server; gives its address and the number of its process."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "si_graph", "serve", "--port", str(port)]
    with serving(command, f"{url}/healthz") as process:
        yield url, process.pid


def light_beside_heavy(url: str, seconds: int) -> list[Check]:
    """Time `ASK {}` alone and beside eight cross products."""
    light = asking(f"{url}/sparql", "ASK {}")
    found = []
    alone = {
        another: wrk(light, seconds, 1, another=another, apart=True) for another in (False, True)
    }
    for number in range(CLIENTS):
        heavy = asking(f"{url}/sparql", f"{CROSS_PRODUCT} #{number}")
        threading.Thread(target=fetch, args=(heavy,), daemon=True).start()
    time.sleep(2)
    for another, name in ((False, "repeated"), (True, "another each time")):
        beside = wrk(light, seconds, 1, another=another, apart=True)
        print(
            f"ASK {{}}, {name}: 99 % within {alone[another].percentile_99:.2f} ms alone, "
            f"{beside.percentile_99:.2f} ms beside {CLIENTS} cross products"
        )
        slower = ratio(beside.percentile_99, alone[another].percentile_99)
        found.append(Check(f"ASK {{}}, {name}: beside heavy / alone", slower, "at most", 5))
    return found


def fetch(url: str) -> int:
    """Return the status of an answer; 0 if there was none."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own address
            answer.read()
            status: int = answer.status
            return status
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


class Taken(NamedTuple):
    """What a server and its workers hold."""

    megabytes: float
    descriptors: int


def taken(process: int) -> Taken:
    """Return what a process and all its descendants hold; memory is private to them (Linux)."""
    memory, descriptors = 0, 0
    family = [process]
    for one in family:
        children = subprocess.run(
            ["pgrep", "-P", str(one)], capture_output=True, text=True, check=False
        ).stdout
        family += [int(child) for child in children.split()]
    for one in family:
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
            memory += sum(int(found) for found in re.findall(r"Private_\w+:\s+(\d+)", text))
            descriptors += len(os.listdir(f"/proc/{one}/fd"))
        except OSError:  # it ended meanwhile
            continue
    return Taken(memory / 1000, descriptors)


def soak(minutes: float) -> list[Check]:
    """Put mixed load on a server for some minutes, and see what it holds afterwards."""
    names = [query.name for query in catalogue.catalogue()]
    with our_server() as (url, process):
        paths = ["/", PAGE, "/advice", "/questions", "/search?q=gemeenten", "/id/awt84/rec2"]
        paths += [f"/questions/{name}" for name in names]
        paths += [asking("/sparql", f"{CROSS_PRODUCT}", timeout="1"), asking("/sparql", "SELECT {")]
        statuses: dict[int, int] = {}
        stopped = threading.Event()

        def ask(number: int) -> None:
            while not stopped.is_set():
                number += 7
                path = paths[number % len(paths)]
                end = f"{'&' if '?' in path else '?'}nonce={number}" if number % 2 else ""
                status = fetch(url + path + end)
                statuses[status] = statuses.get(status, 0) + 1

        for number in range(CLIENTS):
            threading.Thread(target=ask, args=(number,), daemon=True).start()
        time.sleep(60 * minutes / 4)
        warm = taken(process)
        time.sleep(60 * minutes * 3 / 4)
        stopped.set()
        time.sleep(5)
        after = taken(process)
    print(f"soak: {statuses}; warm {warm}, at the end {after}")
    # The cross product is to be stopped in time, with 504; nothing else may fail.
    failures = sum(count for status, count in statuses.items() if status in (0, 500, 502, 503))
    return [
        Check("soak: failures", failures, "at most", 0),
        Check("soak: memory at the end / warm", after.megabytes / warm.megabytes, "at most", 1.1),
        Check(
            "soak: descriptors at the end / warm",
            after.descriptors / warm.descriptors,
            "at most",
            1.1,
        ),
    ]


def comparisons(found: Mapping[str, Mapping[str, Sequence[Rate]]]) -> list[Check]:
    """Return the comparisons with a target: the medians of what was measured by turns."""
    checks = []
    for peer, least in (("oxigraph", 0.5), ("rdflib-endpoint", 10.0)):
        for what, rates in found.items():
            if peer in rates:
                each = zip(rates[OURS], rates[peer], strict=True)
                faster = median(ours.each_second / theirs.each_second for ours, theirs in each)
                target = max(least, 1.0) if "repeated" in what else least
                checks.append(Check(f"{what}: ours / {peer}", faster, "at least", target))
    return checks


def main() -> int:
    """Run everything, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", help="the Python that has rdflib-endpoint beside it")
    parser.add_argument("--seconds", type=int, default=3, help="how long each turn takes")
    parser.add_argument("--soak", type=float, default=4, help="minutes of the soak; 0 for none")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is not installed; `apt-get install wrk` brings it")
    question = catalogue.load("CQ27").sparql
    with our_server() as (url, _):
        with tempfile.TemporaryDirectory() as folder, peers_running(folder, options.peers) as peers:
            rates = turns({**peers, OURS: f"{url}/sparql"}, options.seconds, question)
        shown(OURS, "page of a resource, repeated", [wrk(url + PAGE, options.seconds)])
        found = comparisons(rates) + light_beside_heavy(url, options.seconds)
    if options.soak:
        found += soak(options.soak)
    print(*found, sep="\n")
    return 0 if all(check.is_met for check in found) else 1


if __name__ == "__main__":
    sys.exit(main())
