"""Compare the engine `rules` with owlrl, reasonable and sparq-rdf on generated graphs.

Every engine reads the same N-Triples file, closes it and writes the closure, as a process of its
own, in one run; the ratios are what counts. Only sparq-rdf writes nothing, as it has no way to
write RDF. Where a size is small, each figure is the median of several runs. The seconds are of
the clock and of the processor, all threads together: on a busy machine only the second are good.

The peers are not among the project's dependencies. Install `reasonable==0.4.4` and
`sparq-rdf==0.1.6` into an environment of their own and name its Python; without it the lines that
compare with them are left out.

    python benchmarks/reasoning.py [--peers PYTHON] [--largest SIZE]
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import generated

CLOSE = """
import sys
from si_graph.cli.main import main
sys.exit(main(["reason", sys.argv[1], "-o", sys.argv[2], *sys.argv[3:]]))
"""
CLOSE_AGAIN = """
import statistics, sys, time
from si_graph.reason.rules_engine import RulesEngine
def seconds():
    started = time.perf_counter()
    RulesEngine().close_files([sys.argv[1]], sys.argv[2])
    return time.perf_counter() - started
seconds()
print(statistics.median(seconds() for _ in range(7)))
"""
# An employee more: that person works in some places and is of several kinds.
ADD = """
import statistics, sys, time
import pyoxigraph as ox
from si_graph.reason.rules_engine import RulesEngine
name = "http://example.org/"
def seconds(number):
    employee = ox.NamedNode(f"{name}person{2 * number}")
    employer = ox.NamedNode(f"{name}org{number + 1}")
    triple = ox.Triple(employee, ox.NamedNode(name + "worksFor"), employer)
    started = time.perf_counter()
    closure.add([triple])
    return time.perf_counter() - started
with RulesEngine().open_files([sys.argv[1]]) as closure:
    print(statistics.median(seconds(number) for number in range(101, 1101, 200)))
"""
OWLRL = """
import sys, time, owlrl, rdflib
started = time.perf_counter()
graph = rdflib.Graph().parse(sys.argv[1])
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
print(time.perf_counter() - started)
"""
REASONABLE = """
import sys, reasonable
reasoner = reasonable.PyReasoner()
reasoner.load_file(sys.argv[1][:-2] + "ttl")
with open(sys.argv[2], "w") as stream:
    stream.writelines(f"{s.n3()} {p.n3()} {o.n3()} .\\n" for s, p, o in reasoner.reason())
"""
SPARQ = """
import sys, sparq
sparq.Graph.load(sys.argv[1]).reason("owl")
"""
# Explains what follows, of files a sample; what is made once for a graph counts with the first.
EXPLAIN = """
import random, sys, time
from pyoxigraph import NamedNode
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import GRAPH_INFERRED
# To load code is not to explain; what is made once for a graph counts.
import si_graph.query.explanation.explanation
from si_graph.reason.explanation.proof import Statement
graph = KnowledgeGraph.load(sys.argv[1:]) if sys.argv[1:] else KnowledgeGraph.open()
inferred = NamedNode(GRAPH_INFERRED)
follows = [quad for quad in graph.quads() if quad.graph_name == inferred]
taken = []
started = time.perf_counter()
explaining = graph.explaining()
asked = random.Random(1).sample(follows, 300) if sys.argv[1:] else follows
for quad in asked:
    explanation = explaining.explain(Statement(*quad.triple), "en")
    taken.append(time.perf_counter() - started)
    assert explanation, quad
    started = time.perf_counter()
print(sum(taken) / len(taken), max(taken))
"""
SIZES = (2_000, 20_000, 200_000, 2_000_000)
LARGEST_FOR_OWLRL, LARGEST_FOR_REASONABLE = 20_000, 200_000
# What the process takes comes on top.
MEMORY_OF_DATABASE = "600MB"


class Run(NamedTuple):
    """What a process took, and the figures that it printed."""

    clock: float
    processor: float
    megabytes: float
    printed: list[float]

    def __str__(self) -> str:
        return f"{self.clock:8.2f} s {self.processor:8.2f} s {self.megabytes:7.0f} MB"


class Check(NamedTuple):
    """One comparison with its target; without a value the process failed."""

    name: str
    value: float | None
    bound: str
    target: float

    def __str__(self) -> str:
        value = "failed" if self.value is None else f"{self.value:.3g}"
        missed = "" if self.is_met else "   MISSED"
        return f"{self.name:58} {value:>8}   {self.bound} {self.target:g}{missed}"

    @property
    def is_met(self) -> bool:
        """Whether the value is within its bound."""
        if self.value is None:
            return False
        return self.value >= self.target if self.bound == "at least" else self.value <= self.target


def run(python: str, code: str, *arguments: str) -> Run | None:
    """Run code as a process, and return what it took, or None where it failed."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [python, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    printed, complaint = (stream.read() for stream in (process.stdout, process.stderr) if stream)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        print(complaint, file=sys.stderr)
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(
        time.perf_counter() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * unit / 1e6,
        [float(figure) for figure in printed.split()],
    )


def compare(size: int, file: str, output: str, peers: str | None) -> dict[str, Run]:
    """Run each engine on one file, print what each takes, and return that."""
    repeats = max(1, min(5, 500_000 // size))
    engines = [("rules", sys.executable, CLOSE, repeats)]
    if size <= LARGEST_FOR_OWLRL:
        engines.append(("owlrl", sys.executable, OWLRL, 1))
    if peers is not None and size <= LARGEST_FOR_REASONABLE:
        engines.append(("reasonable", peers, REASONABLE, 1))
    if peers is not None:
        engines.append(("sparq-rdf", peers, SPARQ, repeats))
    found = {}
    for name, python, code, times in engines:
        runs = [run(python, code, file, output) for _ in range(times)]
        whole = sorted(taken for taken in runs if taken is not None)
        if whole:
            found[name] = whole[len(whole) // 2]
        print(f"{size:>9,}  {name:12} {found.get(name, 'failed')}", flush=True)
    return found


def ratio(above: float | None, below: float | None) -> float | None:
    """Divide, where there is something to divide."""
    return None if above is None or not below else above / below


def clock(runs: dict[str, Run], name: str) -> float | None:
    """Return the seconds of an engine, where it did not fail."""
    return runs[name].clock if name in runs else None


def figure(taken: Run | None) -> float | None:
    """Return the figure that a process printed, where it did not fail."""
    return None if taken is None else taken.printed[0]


def checks(
    size: int, runs: dict[str, Run], file: str, output: str, peers: str | None
) -> list[Check]:
    """Return the comparisons at one size that have a target."""
    python, own = sys.executable, clock(runs, "rules")
    found = []
    if size == 20_000:
        slow = runs.get("owlrl")
        again = figure(run(python, CLOSE_AGAIN, file, output))
        found = [
            Check("20k: owlrl / rules", ratio(clock(runs, "owlrl"), own), "at least", 40),
            Check("20k: owlrl / rules, in process", ratio(figure(slow), again), "at least", 100),
        ]
    if size == 200_000:
        if peers:
            faster = ratio(clock(runs, "reasonable"), own)
            found.append(Check("200k: reasonable / rules", faster, "at least", 1))
        found.append(Check("200k: slowest explanation, s", slowest(file), "at most", 1))
    if size == 2_000_000:
        if peers:
            slower = ratio(own, clock(runs, "sparq-rdf"))
            found.append(Check("2M: rules / sparq-rdf, which writes nothing", slower, "at most", 3))
        memory = runs["rules"].megabytes if "rules" in runs else None
        found.append(Check("2M: memory, MB", memory, "at most", 3000))
        capped = run(python, CLOSE, file, output, "--memory", MEMORY_OF_DATABASE)
        print(f"{size:>9,}  rules, capped {capped or 'failed'}", flush=True)
        memory = None if capped is None else capped.megabytes
        found.append(Check("2M: memory with the database capped, MB", memory, "at most", 1000))
        added = ratio(figure(run(python, ADD, file)), own)
        share = None if added is None else 100 * added
        found.append(Check("2M: one statement added / whole run, %", share, "at most", 5))
    return found


def slowest(*files: str) -> float | None:
    """Return the seconds of the slowest explanation in a graph, the bundled one by default."""
    taken = run(sys.executable, EXPLAIN, *files)
    if taken is None:
        return None
    mean, most = taken.printed
    print(f"{'':9}  explanations: {mean:.4f} s in the mean, {most:.4f} s at most", flush=True)
    return most


def growth(small: float | None, large: float | None) -> Check:
    """Compare the growth from 200k to 2M with that of n log n."""
    expected = 10 * math.log(2_000_000) / math.log(200_000)
    grown = ratio(large, small)
    return Check("200k to 2M: growth / growth of n log n", grown and grown / expected, "at most", 1)


def main() -> int:
    """Generate the graphs, run every engine on them, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", help="the Python that has reasonable and sparq-rdf")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out larger graphs")
    options = parser.parse_args()
    found: list[Check] = []
    own: dict[int, float | None] = {}
    print(f"{'triples':>9}  {'engine':12} {'clock':>10} {'processor':>10} {'memory':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for size in (size for size in SIZES if size <= options.largest):
            file = Path(folder) / f"{size}.nt"
            generated.write(file, size)
            # N-Triples is Turtle, and reasonable knows only that name.
            file.with_suffix(".ttl").symlink_to(file)
            output = str(Path(folder) / "closure.nt")
            runs = compare(size, str(file), output, options.peers)
            own[size] = clock(runs, "rules")
            found += checks(size, runs, str(file), output, options.peers)
            file.unlink()
    if SIZES[-1] in own:
        found.append(growth(own[200_000], own[2_000_000]))
    found.append(Check("bundled graph: slowest explanation, s", slowest(), "at most", 0.05))
    print(*found, sep="\n")
    return 0 if all(check.is_met for check in found) else 1


if __name__ == "__main__":
    sys.exit(main())
