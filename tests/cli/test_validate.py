"""`si-graph validate` as a civil servant meets it: what is wrong, where, and how to mend it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support import ROOT, SHARED, Run

SHAPES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:TrajectoryShape a sh:NodeShape ; sh:targetClass ex:Trajectory ;
    sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ; sh:languageIn ( "nl" "en" ) ] ,
        [ sh:path ex:started ; sh:datatype xsd:date ] ,
        [ sh:path ex:level ; sh:in ( ex:national ex:regional ex:local ) ] ,
        [ sh:path ex:budget ; sh:minInclusive 0 ; sh:severity sh:Warning ] .
"""
# Five mistakes of five kinds.
DATA = """@prefix ex: <http://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
# Onze trajecten
ex:one a ex:Trajectory ;
    skos:prefLabel "Trajet"@fr , "Traject <een>"@nl ;
    ex:started "31-12-2014" ;
    ex:level ex:nationl .
ex:two a ex:Trajectory ;
    ex:budget -5 .
"""
ONLY_A_WARNING = """@prefix ex: <http://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:one a ex:Trajectory ; skos:prefLabel "Traject"@nl ; ex:budget -5 .
"""
CHECK = ("validate", "data.ttl", "--shapes", "shapes.ttl")


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")


def test_every_mistake_is_told_with_its_place_and_how_to_mend_it(run: Run) -> None:
    finished = run(*CHECK, "--lang", "nl")
    assert finished.returncode == 1
    told = " ".join(finished.stdout.split())
    for words in (
        'een datum: jaar-maand-dag. herstel: Schrijf de datum als "2014-01-31"^^xsd:date.',
        'http://example.org/one Traject <een> pad: http://example.org/started waarde: "31-12-2014"'
        " data.ttl:6:16",
        "Bedoelde u http://example.org/national?",
        "data.ttl:7:14",
        'waarde: "Trajet"@fr data.ttl:5:20',
        "Voeg skos:prefLabel met een waarde toe. http://example.org/two pad: skos:prefLabel"
        " data.ttl:8:1",
        "WAARSCHUWING sh:MinInclusiveConstraintComponent Verwacht: een waarde van 0 of meer.",
        "data.ttl:9:15",
        "4 fouten, 1 waarschuwing",
    ):
        assert words in told
    assert "\x1b" not in finished.stdout, "a pipe gets no colours"


def test_both_engines_can_be_chosen_and_tell_the_same(run: Run) -> None:
    native, reference = (run(*CHECK, "--engine", name).stdout for name in ("native", "pyshacl"))
    assert native.splitlines()[:-1] == reference.splitlines()[:-1]
    assert native.splitlines()[-1] != reference.splitlines()[-1], "who checked is said"


def test_warnings_fail_only_where_rules_are_strict(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(ONLY_A_WARNING)
    assert run(*CHECK).returncode == 0
    assert run(*CHECK, "--strict").returncode == 1
    (tmp_path / "data.ttl").write_text(ONLY_A_WARNING.replace("-5", "5"))
    assert run(*CHECK, "--strict").returncode == 0


def test_programs_get_what_people_get(run: Run) -> None:
    outputs = {
        name: run(*CHECK, "--format", name).stdout for name in ("json", "sarif", "junit", "html")
    }
    results = json.loads(outputs["json"])["results"]
    assert {(result["line"], result["column"]) for result in results} >= {(6, 16), (7, 14)}
    (sarif,) = json.loads(outputs["sarif"])["runs"]
    regions = [
        place["physicalLocation"]["region"]
        for result in sarif["results"]
        for place in result["locations"]
    ]
    assert {"startLine": 6, "startColumn": 16} in regions
    root = ElementTree.fromstring(outputs["junit"].encode())  # noqa: S314 - our own
    assert len(root.findall(".//failure")) == 4
    assert "Traject &lt;een&gt;" in outputs["html"], "labels come from the files, escaped"


def test_a_sample_and_a_limit_are_said_in_the_report(run: Run) -> None:
    limited = run(*CHECK, "--limit", "1")
    assert limited.returncode == 1
    assert "\nNote: " in limited.stdout
    assert limited.stdout.count("VIOLATION") == 1
    sampled = run(*CHECK, "--sample", "1")
    assert "\nNote: " in sampled.stdout


def test_a_change_is_checked_without_the_rest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.ttl").write_text(DATA.replace("nationl", "national"))
    finished = run(*CHECK, "--changed-from", "old.ttl")
    assert finished.returncode == 1
    assert "example.org/one" in finished.stdout
    assert "example.org/two" not in finished.stdout
    assert "\nNote: " in finished.stdout


def test_fix_shows_the_patch_and_write_writes_it(run: Run, tmp_path: Path) -> None:
    shown = run(*CHECK, "--fix", "--lang", "nl")
    assert shown.returncode == 1
    assert '-    ex:started "31-12-2014" ;' in shown.stdout
    assert '+    ex:started "2014-12-31"' in shown.stdout
    assert "4 fouten" in shown.stdout, "what is wrong is told as before"
    assert (tmp_path / "data.ttl").read_text(encoding="utf-8") == DATA
    written = run(*CHECK, "--fix", "--write", "--lang", "nl")
    assert written.returncode == 1
    assert "31-12-2014" not in (tmp_path / "data.ttl").read_text(encoding="utf-8")
    assert "# Onze trajecten" in (tmp_path / "data.ttl").read_text(encoding="utf-8")
    assert 'waarde: "31-12-2014"' not in written.stdout, "what is left is told"
    assert "+++" not in run(*CHECK, "--fix").stdout


def test_an_ontology_is_checked_for_style(run: Run) -> None:
    folder = ROOT / "data" / "examples" / "style"
    bad = sorted(folder.glob("P22.bad.ttl"))
    finished = run("validate", "--style", str(bad[0]))
    assert "P22" in finished.stdout
    assert "P22.bad.ttl:" in finished.stdout


def test_queries_are_checked_beside_data(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my.rq").write_text(
        "PREFIX si: <https://w3id.org/si-graph/ontology#>\nSELECT ?x WHERE { ?x si:asksActr ?y }\n"
    )
    alone = run("validate", "my.rq")
    assert alone.returncode == 1
    assert "si:asksActor" in alone.stdout
    assert "my.rq:2:" in alone.stdout
    both = run("validate", "my.rq", "data.ttl", "--shapes", "shapes.ttl")
    assert "si:asksActor" in both.stdout
    assert "ex:started" in both.stdout or "example.org/started" in both.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--strict", "--engine", "pyshacl"], "--engine needs files"),
        (["--style"], "--style needs files"),
        (["--fix"], "--fix needs files"),
        (["--sample", "2"], "--sample needs files"),
        (["--changed-from", "data.ttl"], "--changed-from needs files"),
        (["data.ttl", "--write"], "--write goes with --fix"),
        (["--coverage"], "Give it with --text FILE."),
        (["data.ttl", "--text", "a.txt"], "--text goes with the bundled graph"),
        (["data.ttl", "--style", "--limit", "3"], "--limit checks data and --style an ontology"),
        (["my.rq", "--shapes", "shapes.ttl"], "--shapes needs RDF files, and my.rq is a query"),
        (["my.rq", "data.ttl", "--style"], "--style checks an ontology, and my.rq is a query"),
        (["data.ttl", "--fix", "--format", "json"], "Leave out --format json."),
        (["--text", "a", "--coverage", "--format", "html"], "Leave out --format html."),
        (["data.ttl", "--sample", "0"], "'0' is not a whole number above 0"),
        (["data.ttl", "--limit", "few"], "'few' is not a whole number above 0"),
        (["data.ttl", "--engine", "other"], "invalid choice: 'other'"),
    ],
)
def test_combinations_without_sense_say_what_to_do(
    run: Run, arguments: list[str], told: str
) -> None:
    finished = run("validate", *arguments)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert told in finished.stderr


TEXTS = sorted((SHARED / "source").glob("*.txt"))


@pytest.mark.skipif(not TEXTS, reason="the source text is not at hand")
def test_coverage_tells_how_much_of_the_text_became_statements(run: Run) -> None:
    finished = run("validate", "--text", str(TEXTS[0]), "--coverage", "--lang", "nl")
    assert finished.returncode == 0
    assert "tekens (" in finished.stdout
