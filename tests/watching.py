"""What a running server says of itself: its metrics and its processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from servers import Running

SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""A query that would take years, and little memory."""


def pairs(count: int) -> str:
    """Return a query that takes longer the higher the count is."""
    some = f"SELECT {{}} WHERE {{{{ {{}} ?p ?o }}}} LIMIT {count}"
    left, right = (some.format(name, name) for name in ("?a", "?b"))
    return f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {left} }} {{ {right} }} }}"


def metrics(server: Running) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return the metrics by name and labels."""
    text = httpx.get(f"{server.url}/metrics", timeout=30).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def metric(server: Running, name: str, **labels: str) -> float:
    """Return one metric; 0 if it was not counted yet."""
    return metrics(server).get((name, frozenset(labels.items())), 0.0)


def eventually(is_so: Callable[[], bool], patience: float = 20) -> bool:
    """Tell whether something comes about in time."""
    end = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def workers(server: Running) -> list[int]:
    """Return the processes that work for a server, and the one that most are forked from."""
    found = [child for one in children(server.process.pid) for child in children(one)]
    for one in found:
        found += children(one)
    return found


def children(process: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of a process stands in brackets and may hold anything.
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == process and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found
