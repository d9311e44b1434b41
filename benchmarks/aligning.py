"""Measure what `si-graph align` proposes against the mappings that editors made.

For each mapping set: the share of proposals that the editors made too (precision), the share of
the editors' mappings that are proposed (recall), and both together (F1); also how often the first
proposal for a thing is theirs. This is about the things that the editors mapped. For the concepts
that they left unmapped the proposals are only counted: some are wrong, some were overlooked. Needs
the extracts of reference data: SI_GRAPH_SHARED.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode

from si_graph.exchange.align import Proposer, Thing, read_false_friends, read_things
from si_graph.load.sssom import read_mappings
from si_graph.namespaces import PREFIXES

ROOT = Path(__file__).resolve().parent.parent
EXTRACTS = Path(os.environ.get("SI_GRAPH_SHARED", ROOT.parent / "shared")) / "eu"


CONCEPT = PREFIXES["skos"] + "Concept"


class Measure(NamedTuple):
    """How well the proposals for one set of targets agree with the editors."""

    name: str
    targets: int
    made: int
    proposed: int
    agreed: int
    first: int
    mapped: int
    unmapped: int
    elsewhere: int
    seconds: float

    @property
    def precision(self) -> float:
        """The share of proposals that the editors made too."""
        return self.agreed / self.proposed if self.proposed else 0.0

    @property
    def recall(self) -> float:
        """The share of the editors' mappings that are proposed."""
        return self.agreed / self.made

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.agreed / (self.proposed + self.made)

    @property
    def first_right(self) -> float:
        """The share of mapped things of which the first proposal is the editors'."""
        return self.first / self.mapped


def our_things() -> dict[str, Thing]:
    """Return everything of ours that has a name."""
    files = [*(ROOT / "ontology" / "vocab").glob("*.ttl"), *(ROOT / "data" / "awt84").rglob("*")]
    things = read_things(sorted(one for one in files if one.suffix in (".ttl", ".trig")))
    return {one.iri: one for one in things}


def eurovoc() -> list[Thing]:
    """Return the concepts of EuroVoc."""
    return read_things([EXTRACTS / "samples" / "eurovoc_en_nl_fr_rebuilt.ttl"])


def authority_tables() -> list[Thing]:
    """Return the entries of the EU authority tables and NUTS."""
    return [
        Thing(
            row["uri"],
            # NUTS has one name for each region, in the language of the region.
            [(row["label_en"], "nl" if row["scheme"].startswith("nuts") else "en")]
            + [(row["label_nl"], "nl")] * bool(row["label_nl"]),
        )
        for row in _table("authority_tables.tsv")
        if row["label_en"] and "scheme" not in row["scheme"]
    ]


def tooi() -> list[Thing]:
    """Return the Dutch organisations that have a code in TOOI."""
    return [
        Thing(row["tooi"], [(row["name"], "nl")], [(row["abbr"], "")] * bool(row["abbr"]))
        for row in _table("nl_government_organisations_tooi_atu_wikidata.tsv")
        if row["tooi"] and row["name"]
    ]


def _table(name: str) -> list[dict[str, str]]:
    with (EXTRACTS / "tables" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, dialect="excel-tab"))


TARGETS = {
    "eurovoc": eurovoc,
    "eu-authority-tables": authority_tables,
    "organisation-identifiers": tooi,
}


def measure(name: str) -> Measure:
    """Propose mappings for what a mapping set maps, and compare."""
    ours = our_things()
    targets = TARGETS[name]()
    known = {one.iri for one in targets}
    path = ROOT / "ontology" / "alignments" / f"{name}.sssom.tsv"
    made = {
        (one.subject.value, one.target.value)
        for one in read_mappings(path)
        if isinstance(one.subject, NamedNode) and one.target.value in known
    }
    mapped = sorted({subject for subject, _ in made})
    left = [one for one in ours.values() if CONCEPT in one.types and one.iri not in mapped]
    start = time.perf_counter()
    proposer = Proposer(targets, read_false_friends())
    proposals = list(proposer.propose([ours[one] for one in mapped]))
    elsewhere = {one.thing.iri for one in proposer.propose(left)}
    seconds = time.perf_counter() - start
    proposed = [((one.thing.iri, one.target.iri), one.rank) for one in proposals]
    return Measure(
        name=name,
        targets=len(targets),
        made=len(made),
        proposed=len(proposed),
        agreed=sum(pair in made for pair, _ in proposed),
        first=sum(pair in made and rank == 1 for pair, rank in proposed),
        mapped=len(mapped),
        unmapped=len(left),
        elsewhere=len(elsewhere),
        seconds=seconds,
    )


def main() -> int:
    """Print the figures of all sets."""
    if not EXTRACTS.is_dir():
        print("the extracts of reference data are not at hand", file=sys.stderr)
        return 2
    print(
        "set                       targets  made  proposed  precision  recall    F1  first"
        "  unmapped with a proposal    time"
    )
    for name in TARGETS:
        one = measure(name)
        print(
            f"{one.name:24} {one.targets:8} {one.made:5} {one.proposed:9} {one.precision:10.2f}"
            f" {one.recall:7.2f} {one.f1:5.2f} {one.first_right:6.2f}"
            f" {one.elsewhere:13} of {one.unmapped:4} {one.seconds:10.1f}s"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
