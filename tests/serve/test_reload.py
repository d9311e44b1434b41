"""New data without a new start: no request is lost, and what is broken is not shown."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from servers import Running, running
from si_graph import locations
from si_graph.snapshot.snapshot import open_snapshot
from watching import eventually

NAME = "SELECT ?name WHERE { <http://example.org/x> <http://example.org/name> ?name }"

# Asks as fast as it can until it is told to stop, and prints how each request ended.
LOAD = """
import http.client, json, sys, threading, urllib.parse
from collections import Counter
host, stop, ends = sys.argv[1], threading.Event(), Counter()
def ask(number):
    connection, count = http.client.HTTPConnection(host, timeout=60), 0
    while not stop.is_set():
        count += 1
        query = urllib.parse.quote(f"ASK {{ FILTER({number} = {count}) }}")
        for path in (f"/sparql?query={query}", "/doc/actor/min-ez.ttl"):
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                ends[str(answer.status)] += 1
            except Exception as error:
                ends[type(error).__name__] += 1
                connection.close()
threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
for one in threads: one.start()
print("asking", flush=True)
sys.stdin.readline()
stop.set()
for one in threads: one.join()
print(json.dumps(ends))
"""


def shown(server: Running) -> int:
    """Return how many versions a server has shown."""
    return int(httpx.get(f"{server.url}/readyz", timeout=30).json()["shown"])


def reload(server: Running) -> None:
    server.process.send_signal(signal.SIGHUP)


def build_anew(snapshot: Path) -> None:
    """Do what a build does at its end: put a new data folder in place of the present one."""
    manifest = json.loads((snapshot / "manifest.json").read_text())
    new = f"{manifest['data']}x"
    shutil.copytree(snapshot / manifest["data"], snapshot / new)
    aside = snapshot / "manifest.json.aside"
    aside.write_text(json.dumps({**manifest, "data": new}))
    aside.replace(snapshot / "manifest.json")


@pytest.fixture
def snapshot_copy(tmp_path: Path) -> Path:
    open_snapshot()
    source, copy = Path(locations.snapshot()), tmp_path / "snapshot"
    copy.mkdir()
    data = json.loads((source / "manifest.json").read_text())["data"]
    shutil.copy(source / "manifest.json", copy)
    shutil.copytree(source / data, copy / data)
    return copy


def test_a_new_snapshot_is_shown_without_a_lost_request(snapshot_copy: Path) -> None:
    with running("--snapshot", str(snapshot_copy)) as one:
        host = one.url.removeprefix("http://")
        with subprocess.Popen(
            [sys.executable, "-c", LOAD, host],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as load:  # fmt: skip
            assert load.stdout is not None
            assert load.stdout.readline() == "asking\n"
            for number in range(2, 6):
                build_anew(snapshot_copy)
                reload(one)
                assert eventually(lambda wanted=number: shown(one) == wanted)  # type: ignore[misc]
            told, _ = load.communicate("stop\n", timeout=60)
    ends = json.loads(told)
    assert ends.keys() == {"200"}
    assert ends["200"] >= 8


def test_a_snapshot_that_is_the_same_is_not_shown_again(snapshot_copy: Path) -> None:
    with running("--snapshot", str(snapshot_copy)) as one:
        reload(one)
        assert eventually(lambda: any("reloaded" in line for line in one.errors))
        assert shown(one) == 1


def test_files_that_changed_are_read_again_and_broken_ones_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "data.nt"

    def write(name: str) -> None:
        file.write_text(f'<http://example.org/x> <http://example.org/name> "{name}" .\n')

    def name(server: Running) -> str:
        answer = httpx.get(f"{server.url}/sparql", params={"query": NAME}, timeout=30)
        return str(answer.json()["results"]["bindings"][0]["name"]["value"])

    write("one")
    with running("--data", str(file)) as one:
        assert name(one) == "one"
        write("two")
        assert name(one) == "one"
        reload(one)
        assert eventually(lambda: name(one) == "two")
        file.write_text("this is no RDF\n")
        reload(one)
        assert eventually(lambda: any("nothing was reloaded" in line for line in one.errors))
        assert name(one) == "two"
        write("three")
        reload(one)
        assert eventually(lambda: name(one) == "three")


def test_settings_that_broke_are_not_taken(tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text("rows = 10\n")
    with running("--config", str(config)) as one:
        config.write_text("rows = many\n")
        reload(one)
        assert eventually(lambda: any("nothing was reloaded" in line for line in one.errors))
        assert httpx.get(f"{one.url}/healthz").status_code == 200


def test_a_new_token_counts_from_the_signal_on(tmp_path: Path) -> None:
    token = tmp_path / "token"

    def renew(word: str) -> None:
        token.write_text(word * 8)
        token.chmod(0o600)

    def may_write(server: Running, word: str) -> bool:
        answer = httpx.post(
            f"{server.url}/update",
            content="INSERT DATA { <urn:a> <urn:b> <urn:c> }",
            headers={
                "Content-Type": "application/sparql-update",
                "Authorization": f"Bearer {word * 8}",
            },
            timeout=60,
        )
        assert answer.status_code in (204, 401), answer.text
        return answer.status_code == 204

    renew("one")
    data = tmp_path / "data.nt"
    data.write_text("<urn:a> <urn:b> <urn:d> .\n")
    store = str(tmp_path / "store")
    settings = ("--writable", "--token-file", str(token), "--store", store, "--data", str(data))
    with running(*settings) as one:
        assert may_write(one, "one")
        renew("two")
        assert not may_write(one, "two")
        reload(one)
        assert eventually(lambda: may_write(one, "two"))
        assert not may_write(one, "one")
