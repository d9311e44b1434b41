"""Compare a cold `si-graph query` with plain rdflib and owlrl, and with bare Python.

Everything is measured in one run, as whole processes, and printed as ratios: the machine's
own speed cancels out. Each figure is the median of several runs, the slow baseline's of fewer.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).parent / "si-graph"
QUERY = ROOT / "queries" / "CQ14.rq"

# What a person would write without this package.
PLAIN_RDFLIB = f"""
import pathlib, owlrl, rdflib
root = pathlib.Path({str(ROOT)!r})
graph = rdflib.Graph()
for path in [*root.glob("ontology/modules/*.ttl"), *root.glob("ontology/vocab/*.ttl")]:
    graph.parse(path)
dataset = rdflib.Dataset(default_union=True)
for path in root.glob("data/awt84/**/*.trig"):
    dataset.parse(path, format="trig")
for triple in dataset.triples((None, None, None)):
    graph.add(triple[:3])
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
rows = list(graph.query(pathlib.Path({str(QUERY)!r}).read_text()))
assert len(rows) == 15, len(rows)
"""


def wall_time(command: list[str], runs: int) -> float:
    """Return the median wall time of the whole process, in seconds."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def peak_memory(command: list[str]) -> float:
    """Return the peak resident memory of the process, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / 1e6


def main() -> int:
    """Measure, print one line a comparison, and return 1 if a target is missed."""
    query = [str(COMMAND), "query", "CQ14", "--format", "csv"]
    python = sys.executable
    for warm_up in (query, [python, "-c", "import pyoxigraph"]):
        wall_time(warm_up, 3)
    cold = wall_time(query, 21)
    plain = wall_time([python, "-c", PLAIN_RDFLIB], 3)
    pyoxigraph = wall_time([python, "-c", "import pyoxigraph"], 21)
    bare = wall_time([python, "-c", "pass"], 21)
    help_text = wall_time([str(COMMAND), "--help"], 21)
    megabytes = peak_memory(query)
    checks = [
        ("plain rdflib + owlrl / cold query", plain / cold, "at least", 20.0),
        ("cold query / import pyoxigraph", cold / pyoxigraph, "at most", 4.0),
        ("--help / bare Python", help_text / bare, "at most", 3.0),
        ("peak memory of the cold query, MB", megabytes, "at most", 100.0),
    ]
    missed = 0
    for name, value, bound, target in checks:
        met = value >= target if bound == "at least" else value <= target
        missed += not met
        print(f"{name:36} {value:8.1f}   {bound} {target:g}{'' if met else '   MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
