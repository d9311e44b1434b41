"""Checking a part only: a sample, the worst findings, or what a change touches."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from shapes_and_data import FAR_SIGHTED, HEAD, changing, data, shapes

from si_graph.validate import Report, validate_files
from si_graph.validate.shacl.changes import touched
from si_graph.validate.shacl.native_engine import Native
from si_graph.validate.shacl.targets import focus_nodes, restricted
from validation_reports import Finding, findings

SHAPES = """ex:S a sh:NodeShape ; sh:targetClass ex:C ;
    sh:property [ sh:path ex:name ; sh:minCount 1 ] ;
    sh:property [ sh:path ex:age ; sh:maxCount 0 ; sh:severity sh:Warning ] ."""
QUERY = """ex:Q a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [
    sh:select "SELECT $this { ?other <http://example.org/boss> $this }" ] ."""


def triples(turtle: str, prefix: str = "") -> list[ox.Triple]:
    quads = ox.parse(HEAD + turtle.replace("_:", f"_:{prefix}"), format=ox.RdfFormat.TURTLE)
    return [quad.triple for quad in quads]


def people(count: int) -> str:
    return "\n".join(f"ex:n{number} a ex:C ; ex:age {number} ." for number in range(count))


def files(folder: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.ttl")
        paths[-1].write_text(HEAD + text, encoding="utf-8")
    return paths


def focuses(report: Report) -> set[str]:
    return {result.focus.value for result in report.results}


def test_a_sample_is_as_large_as_asked_the_same_every_time_and_said_to_be_one(
    tmp_path: Path,
) -> None:
    stated, wanted = files(tmp_path, data=people(40), shapes=SHAPES)
    report = validate_files([stated], [wanted], sample=5)
    assert len(focuses(report)) == 5
    assert focuses(report) == focuses(validate_files([stated], [wanted], sample=5))
    assert [note["nl"][:26] for note in report.notes] == ["Steekproef: 5 van 40 gecon"]
    assert "5 of 40" in report.notes[0]["en"]
    whole = findings(validate_files([stated], [wanted]))
    assert set(findings(report)) <= set(whole)


def test_a_sample_larger_than_what_there_is_finds_everything(tmp_path: Path) -> None:
    blank = "_:b a ex:C . [] a ex:C ; ex:name 'x' . ex:n ex:name 'a' ; a ex:C ."
    stated, wanted = files(tmp_path, data=blank, shapes=SHAPES)
    sample, whole = (validate_files([stated], [wanted], sample=size) for size in (9, None))
    assert findings(sample) == findings(whole)
    assert len(whole.results) == 1


def test_a_limit_keeps_the_worst_findings_and_with_them_the_verdict(tmp_path: Path) -> None:
    stated, wanted = files(tmp_path, data=people(40), shapes=SHAPES)
    report = validate_files([stated], [wanted], limit=3)
    assert len(report.results) == 3
    assert not report.passed
    assert "3 of 80" in report.notes[0]["en"]
    assert validate_files([stated], [wanted], limit=80).notes == ()


def test_only_what_a_change_touches_is_checked(tmp_path: Path) -> None:
    old, new, wanted = files(
        tmp_path, old=people(40), new=people(40) + "ex:n3 ex:age 99 .", shapes=SHAPES
    )
    report = validate_files([new], [wanted], changed_from=[old])
    assert focuses(report) == {"http://example.org/n3"}
    assert "1 of 40" in report.notes[0]["en"]


def test_a_query_may_look_at_anything_so_its_shape_is_checked_wholly(tmp_path: Path) -> None:
    old = people(3) + "ex:x ex:boss ex:n1 ."
    new, before, wanted = files(
        tmp_path, new=old + "ex:other ex:unrelated 1 .", before=old, shapes=QUERY
    )
    report = validate_files([new], [wanted], changed_from=[before])
    assert focuses(report) == {"http://example.org/n1"}
    assert "3 of 3" in report.notes[0]["en"]


def test_a_thing_far_away_along_a_path_is_touched() -> None:
    wanted = triples(
        """ex:S sh:targetNode ex:a , ex:z ; sh:property [
            sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:node [
                sh:property [ sh:path ex:r ; sh:class ex:C ] ] ] ."""
    )
    old = triples("ex:a ex:p ex:b . ex:c ex:q ex:b . ex:c ex:r ex:d . ex:z ex:p ex:y .")
    found = touched(wanted, old, [*old, *triples("ex:d a ex:C .")])
    assert [str(node) for nodes in found.values() for node in nodes] == ["<http://example.org/a>"]


@settings(max_examples=200, deadline=None)
@given(data(), data(8), data(8), shapes())
def test_what_was_found_before_and_what_a_change_touches_make_up_the_whole(
    kept: list[str], gone: list[str], added: list[str], turtle: str
) -> None:
    wanted = triples(turtle, "s")
    # Blank nodes of two files are never the same.
    old, new = triples("\n".join(kept + gone), "o"), triples("\n".join(kept + added), "n")
    again = touched(wanted, old, new)
    before, after = focus_nodes(wanted, old), focus_nodes(wanted, new)
    rest = {shape: nodes & before[shape] - again[shape] for shape, nodes in after.items()}
    assert all(rest[shape] | again[shape] == nodes for shape, nodes in after.items())
    parts = []
    for stated, chosen in ((old, rest), (new, again)):
        some, markers = restricted(wanted, chosen)
        parts += findings(Native().validate([*stated, *markers], some))
    assert Counter(parts) == Counter(findings(Native().validate(new, wanted)))


@pytest.mark.parametrize("constraint", FAR_SIGHTED)
def test_whoever_is_not_touched_by_a_change_keeps_the_same_findings(constraint: str) -> None:
    wanted = triples(
        f"ex:S a sh:NodeShape ; sh:targetNode ex:n0 ; sh:targetClass ex:C1 ; {constraint} ."
    )
    old: list[ox.Triple] = []
    known = findings(Native().validate(old, wanted))
    differences = 0
    for statements in changing(constraint, 120):
        new = triples("\n".join(statements))
        again = touched(wanted, old, new)
        looked_at = focus_nodes(wanted, new).items()
        untouched = {str(node) for shape, nodes in looked_at for node in nodes - again[shape]}
        found = findings(Native().validate(new, wanted))
        assert of(found, untouched) == of(known, untouched)
        differences += found != known
        old, known = new, found
    assert differences


def of(found: list[Finding], nodes: set[str]) -> list[Finding]:
    return [finding for finding in found if finding.focus in nodes]
