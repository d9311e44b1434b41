"""Compare `si-graph import` with Oxigraph's own bulk load of the same statements.

Imports generated rows like those of CORDIS, and a thesaurus like EuroVoc in three languages, and
then loads what came of it into an empty Oxigraph store on disk. The import does all that the bulk
load does not: it reads and checks every cell, maps it, and packs what it writes. Each runs in a
process of its own. The command ends with status 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import resource

LEAST_RATIO = 0.5
MOST_MEGABYTES = 1000
_LOAD = """
import sys, pyoxigraph
store = pyoxigraph.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1])
"""
_WORDS = ["water", "town", "care", "energy", "school", "work", "street", "music", "river", "pool"]


class Run(NamedTuple):
    """What one process took."""

    seconds: float
    processor: float
    megabytes: int


def main() -> int:
    """Run both comparisons and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--concepts", type=int, default=75_000)
    args = parser.parse_args()
    missed = 0
    print("data           statements  what         clock  processor    memory")
    with tempfile.TemporaryDirectory() as folder:
        for name, profile, path in (
            ("CORDIS rows", "cordis", _projects(Path(folder, "project.csv"), args.rows)),
            ("thesaurus", "eurovoc", _thesaurus(Path(folder, "thesaurus.ttl"), args.concepts)),
        ):
            missed += _compare(name, profile, path, Path(folder))
    return 1 if missed else 0


def _compare(name: str, profile: str, path: Path, folder: Path) -> int:
    packed, plain = folder / "out.nq.gz", folder / "out.nq"
    command = [sys.executable, "-m", "si_graph", "import", profile, str(path), "-o", str(packed)]
    imported = _run(command)
    with gzip.open(packed) as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target)
    with plain.open("rb") as stream:
        count = sum(1 for _ in stream)
    store = folder / "store"
    loaded = _run([sys.executable, "-c", _LOAD, str(plain), str(store)])
    shutil.rmtree(store)
    for what, run in (("import", imported), ("bulk load", loaded)):
        print(
            f"{name:14} {count:10,}  {what:10} {run.seconds:6.1f} s  {run.processor:6.1f} s "
            f" {run.megabytes:5} MB"
        )
    ratio = loaded.seconds / imported.seconds
    misses = (ratio < LEAST_RATIO) + (imported.megabytes > MOST_MEGABYTES)
    print(
        f"{name}: speed of the bulk load reached {ratio:.2f}, at least {LEAST_RATIO}; memory "
        f"{imported.megabytes} MB, at most {MOST_MEGABYTES}{'   MISSED' * (misses > 0)}"
    )
    return misses


def _run(command: list[str]) -> Run:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    process.returncode = 0
    return Run(time.perf_counter() - start, used.ru_utime + used.ru_stime, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> int:
    return used.ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)


def _text(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))


def _projects(path: Path, rows: int) -> Path:
    chance = random.Random(84)  # noqa: S311 - the same data each time, and no secret
    with path.open("w", encoding="utf-8") as stream:
        stream.write(
            '"id";"acronym";"status";"title";"startDate";"endDate";"totalCost";'
            '"ecMaxContribution";"fundingScheme";"objective";"keywords"\n'
        )
        for number in range(rows):
            stream.write(
                f'"{10**8 + number}";"P{number}";"SIGNED";"{_text(chance, 7)} {number}";'
                f'"2021-01-01";"2024-12-31";"{number},50";"{number}";"RIA";'
                f'"{_text(chance, 40)}";"{_text(chance, 2)}, {_text(chance, 1)}"\n'
            )
    return path


def _thesaurus(path: Path, concepts: int) -> Path:
    chance = random.Random(84)  # noqa: S311 - the same data each time, and no secret
    with path.open("w", encoding="utf-8") as stream:
        stream.write(
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
            "@prefix eurovoc: <http://eurovoc.europa.eu/> .\n"
        )
        for number in range(concepts):
            labels = " , ".join(f'"{_text(chance, 3)} {number}"@{lang}' for lang in ("en", "nl"))
            stream.write(
                f"eurovoc:{number} a skos:Concept ; skos:inScheme eurovoc:100141 ; "
                f'skos:notation "{number}" ; skos:prefLabel {labels} ; '
                f'skos:altLabel "{_text(chance, 2)}"@en , "{_text(chance, 2)}"@fr ; '
                f"skos:broader eurovoc:{number // 10} ; skos:related eurovoc:{number // 3} .\n"
            )
    return path


if __name__ == "__main__":
    sys.exit(main())
