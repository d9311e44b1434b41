"""Compare the engine `rules` with owlrl, reasonable and sparq-rdf on generated graphs.

Every engine reads the same N-Triples file and closes it, as a process of its own, in one run; the
ratios are what counts. Seconds are of the processor, all threads together, and of the clock: a
busy machine stretches the second. The peers are not among the project's dependencies: install
`reasonable==0.4.4` and `sparq-rdf==0.1.6` into an environment of their own, and name its Python.

    python benchmarks/reasoning.py [--peers PYTHON] [--sizes 2000,20000,200000]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import generated

RULES = """
import sys
from si_graph.reason.rules_engine import RulesEngine, Settings
memory = sys.argv[3] if len(sys.argv) > 3 else None
closure = RulesEngine(Settings(memory=memory)).close_files([sys.argv[1]], sys.argv[2])
assert closure.inferred > closure.stated / 2, closure
"""
OWLRL = """
import sys, owlrl, rdflib
graph = rdflib.Graph().parse(sys.argv[1])
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
graph.serialize(sys.argv[2], format="nt")
"""
REASONABLE = """
import sys, reasonable
reasoner = reasonable.PyReasoner()
reasoner.load_file(sys.argv[1])
with open(sys.argv[2], "w") as stream:
    stream.writelines(f"{s} {p} {o}\\n" for s, p, o in reasoner.reason())
"""
SPARQ = """
import sys, sparq
graph = sparq.Graph.load(sys.argv[1])
graph.reason("owl")
"""
LARGEST_FOR_OWLRL, LARGEST_FOR_REASONABLE = 20_000, 200_000


class Run(NamedTuple):
    """What a process took: seconds of the clock and of the processor, and memory in MB."""

    clock: float
    processor: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.clock:8.2f} s {self.processor:8.2f} s {self.megabytes:8.0f} MB"


def run(python: str, code: str, *arguments: str) -> Run | None:
    """Run code as a process, and return what it took, or None where it failed."""
    started = time.perf_counter()
    process = subprocess.Popen([python, "-c", code, *arguments], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(
        time.perf_counter() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * unit / 1e6,
    )


def compare(size: int, file: str, output: str, peers: str | None) -> None:
    """Print what each engine takes for one file, and the ratios to `rules`."""
    runs = {"rules": run(sys.executable, RULES, file, output)}
    if size >= 2_000_000:
        runs["rules, database held to 600 MB"] = run(sys.executable, RULES, file, output, "600MB")
    if size <= LARGEST_FOR_OWLRL:
        runs["owlrl"] = run(sys.executable, OWLRL, file, output)
    if peers is not None and size <= LARGEST_FOR_REASONABLE:
        runs["reasonable"] = run(peers, REASONABLE, file[:-2] + "ttl", output)
    if peers is not None:
        runs["sparq-rdf, without writing"] = run(peers, SPARQ, file)
    base = runs["rules"]
    for name, taken in runs.items():
        ratio = f"{taken.clock / base.clock:7.2f} x" if taken and base else ""
        print(f"{size:>9,} {name:32} {taken or 'failed'} {ratio}", flush=True)


def main() -> int:
    """Generate the graphs, run every engine on them, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", help="the Python that has reasonable and sparq-rdf")
    parser.add_argument("--sizes", default="2000,20000,200000,2000000")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, options.sizes.split(",")):
            file = Path(folder) / f"{size}.nt"
            generated.write(file, size)
            # N-Triples is Turtle, and reasonable knows only that name.
            file.with_suffix(".ttl").symlink_to(file)
            compare(size, str(file), str(Path(folder) / "closure.nt"), options.peers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
