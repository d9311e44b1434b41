"""Compare the native SHACL engine with pySHACL alone on generated graphs, with twenty shapes.

Both read the same N-Triples file and the same shapes, and must find the same; each is a process of
its own, in one run, so the ratios are what counts. pySHACL alone is its own reader and report, with
nothing of ours around it. At the end stands a file of a gigabyte, which has to end with a result or
a clear message.

    python benchmarks/validation.py [--largest SIZE] [--gigabyte]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import generated
from reasoning import Check, Run, ratio, run

SIZES = (20_000, 200_000)
GIGABYTE = 10**9
# Both print how many results there are, and a number that tells one set of results from another.
OURS = """
import sys, zlib
from si_graph.validate import validate_files
report = validate_files([sys.argv[1]], [sys.argv[2]])
found = sorted(
    repr((one.focus.value, one.value and one.value.value, one.component))
    for one in report.results
)
print(len(found), zlib.crc32("".join(found).encode()))
"""
PYSHACL = """
import sys, zlib, pyshacl, rdflib
from rdflib import RDF, SH
data, shapes = (rdflib.Graph().parse(path) for path in sys.argv[1:3])
_, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
names = (SH.focusNode, SH.value, SH.sourceConstraintComponent)
found = []
for result in report.subjects(RDF.type, SH.ValidationResult):
    values = (report.value(result, name) for name in names)
    found.append(repr(tuple(None if value is None else str(value) for value in values)))
print(len(found), zlib.crc32("".join(sorted(found)).encode()))
"""
BUNDLED = """
import time
from si_graph.graph import KnowledgeGraph
from si_graph.validate import validate_asserted, validate_closure
quads = list(KnowledgeGraph.open().quads())
started = time.perf_counter()
validate_asserted(quads)
validate_closure(quads)
print(time.perf_counter() - started)
"""
HEAD = """\
@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
# Twenty shapes; a few of them find something, as in real life.
CONSTRAINTS = (
    ("sh:targetClass :Employee", "sh:property [ sh:path :worksFor ; sh:minCount 1 ]"),
    ("sh:targetClass :Employee", "sh:property [ sh:path :worksFor ; sh:maxCount 1 ]"),
    ("sh:targetClass :Director", "sh:property [ sh:path :email ; sh:minCount 1 ]"),
    ("sh:targetClass :Director", "sh:property [ sh:path :email ; sh:pattern '^mailto:p' ]"),
    ("sh:targetSubjectsOf :worksFor", "sh:nodeKind sh:IRI"),
    ("sh:targetObjectsOf :worksFor", "sh:nodeKind sh:IRI"),
    ("sh:targetSubjectsOf :founded", "sh:property [ sh:path :founded ; sh:datatype xsd:integer ]"),
    ("sh:targetSubjectsOf :founded", "sh:property [ sh:path :founded ; sh:minInclusive 1951 ]"),
    ("sh:targetSubjectsOf :founded", "sh:property [ sh:path :founded ; sh:maxInclusive 2100 ]"),
    ("sh:targetSubjectsOf :name", "sh:property [ sh:path :name ; sh:datatype xsd:string ]"),
    ("sh:targetSubjectsOf :name", "sh:property [ sh:path :name ; sh:minLength 3 ]"),
    ("sh:targetSubjectsOf :name", "sh:property [ sh:path :name ; sh:pattern '^Organisation' ]"),
    ("sh:targetSubjectsOf :seatIn", "sh:property [ sh:path :seatIn ; sh:maxCount 1 ]"),
    ("sh:targetClass :Organisation", "sh:property [ sh:path :seatIn ; sh:minCount 1 ]"),
    ("sh:targetClass :Organisation", "sh:property [ sh:path :name ; sh:maxCount 1 ]"),
    ("sh:targetClass :Organisation", "sh:property [ sh:path :partnerOf ; sh:disjoint :seatIn ]"),
    ("sh:targetSubjectsOf :within", "sh:property [ sh:path :within ; sh:maxCount 1 ]"),
    ("sh:targetClass :Town", "sh:property [ sh:path :name ; sh:maxCount 0 ]"),
    ("sh:targetClass :Person", "sh:or ( [ sh:class :Employee ] [ sh:class :Director ] )"),
    (
        "sh:targetClass :Employee",
        "sh:property [ sh:path ( :worksFor :seatIn ) ; sh:minCount 1 ; sh:nodeKind sh:IRI ]",
    ),
)


def write_shapes(path: Path) -> None:
    """Write the shapes to a Turtle file."""
    shapes = (
        f":Shape{number} a sh:NodeShape ; {target} ; {constraint} .\n"
        for number, (target, constraint) in enumerate(CONSTRAINTS)
    )
    path.write_text(HEAD + "".join(shapes), encoding="utf-8")


def compare(size: int, file: Path, shapes: Path) -> list[Check]:
    """Run both engines on one file and return how they compare."""
    generated.write(file, size)
    found: dict[str, Run | None] = {}
    for name, code in (("native", OURS), ("pySHACL", PYSHACL)):
        found[name] = run(sys.executable, code, str(file), str(shapes))
        print(f"{size:>9,}  {name:12} {found[name] or 'failed'}", flush=True)
    # At 20k, starting Python is most of what the native engine takes.
    least = 10 if size >= 200_000 else 5
    ours, theirs = found["native"], found["pySHACL"]
    if ours is None or theirs is None:
        return [Check(f"{size:,}: both engines end", None, "at least", 1)]
    print(f"{'':9}  results: {ours.printed[0]:.0f} and {theirs.printed[0]:.0f}")
    return [
        Check(f"{size:,}: pySHACL / native", ratio(theirs.clock, ours.clock), "at least", least),
        Check(
            f"{size:,}: engines that find the same",
            2 if ours.printed == theirs.printed else 1,
            "at least",
            2,
        ),
    ]


def write_gigabyte(file: Path) -> None:
    """Write a gigabyte of N-Triples: the same graph over and over, about other things."""
    own = "<" + generated.NAMESPACE
    lines = [line + "\n" for line in generated.lines(100_000) if line.startswith(own)]
    with file.open("w", encoding="utf-8") as stream:
        for copy in range(10**6):
            if stream.tell() > GIGABYTE:
                return
            here = f"<{generated.NAMESPACE}copy{copy}/"
            for line in lines:
                subject, rest = line.split(" ", 1)
                stream.write(f"{here}{subject.removeprefix(own)} {rest}")


def main() -> int:
    """Run the engines at every size, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out larger graphs")
    parser.add_argument("--gigabyte", action="store_true", help="check a file of a gigabyte too")
    options = parser.parse_args()
    found: list[Check] = []
    print(f"{'triples':>9}  {'engine':12} {'clock':>10} {'processor':>10} {'memory':>10}")
    with tempfile.TemporaryDirectory() as folder:
        shapes, file = Path(folder, "shapes.ttl"), Path(folder, "data.nt")
        write_shapes(shapes)
        for size in (size for size in SIZES if size <= options.largest):
            found += compare(size, file, shapes)
        if options.gigabyte:
            write_gigabyte(file)
            taken = run(sys.executable, OURS, str(file), str(shapes))
            print(f"{'1 GB':>9}  {'native':12} {taken or 'failed'}", flush=True)
            found.append(Check("1 GB: memory, MB", taken and taken.megabytes, "at most", 8000))
    bundled = run(sys.executable, BUNDLED)
    seconds = None if bundled is None else bundled.printed[0]
    found.append(Check("bundled graph: shapes, stated and closed, s", seconds, "at most", 1))
    print(*found, sep="\n")
    return 0 if all(check.is_met for check in found) else 1


if __name__ == "__main__":
    sys.exit(main())
