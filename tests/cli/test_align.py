"""`si-graph align` as users run it."""

from __future__ import annotations

import json
from pathlib import Path

from si_graph.load.sssom import read_mappings
from support import Run

TARGETS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix eurovoc: <http://eurovoc.europa.eu/> .
eurovoc:27 a skos:Concept ; skos:prefLabel "gemeente"@nl , "municipality"@en .
eurovoc:c_c4c48e5c a skos:Concept ; skos:prefLabel "Europees burgerinitiatief"@nl .
"""
WORDS = "prefLabel@nl;prefLabel@en\ngemeenten;municipalities\nburgerinitiatief;\n"


def prepared(folder: Path) -> None:
    (folder / "targets.ttl").write_text(TARGETS, encoding="utf-8")
    (folder / "words.csv").write_text(WORDS, encoding="utf-8")


def test_align_prints_a_mapping_set_and_says_what_it_left_out(tmp_path: Path, run: Run) -> None:
    prepared(tmp_path)
    done = run("align", "words.csv", "--to", "targets.ttl", "--lang", "nl")
    assert done.returncode == 0
    (tmp_path / "set.sssom.tsv").write_text(done.stdout, encoding="utf-8")
    (row,) = read_mappings(tmp_path / "set.sssom.tsv")
    assert row.subject.value == "gemeenten"
    assert row.target.value == "http://eurovoc.europa.eu/27"
    assert "gelijk op de woordvorm na" in row.cells["comment"]
    assert "1 proposal for 1 of 2 things" in done.stderr
    assert "burgerinitiatief" in done.stderr
    assert "false friends" in done.stderr


def test_align_prints_the_same_as_objects(tmp_path: Path, run: Run) -> None:
    prepared(tmp_path)
    done = run("align", "words.csv", "--to", "targets.ttl", "--format", "json")
    (one,) = json.loads(done.stdout)
    assert (one["thing"], one["target"], one["rank"]) == ("municipalities", "eurovoc:27", 1)


def test_align_to_a_file_that_is_not_there_ends_with_status_2(tmp_path: Path, run: Run) -> None:
    prepared(tmp_path)
    done = run("align", "words.csv", "--to", "none.ttl")
    assert (done.returncode, done.stdout) == (2, "")
    assert "none.ttl: there is no such file" in done.stderr
