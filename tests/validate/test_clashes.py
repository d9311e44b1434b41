"""Contradictions are told in the terms of a validation report, in all its formats."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.namespaces import PREFIXES
from si_graph.reason.rules_engine import RulesEngine
from si_graph.validate import Locator, Report, render
from si_graph.validate.clashes import report_clashes
from si_graph.validate.report import VIOLATION

SH = PREFIXES["sh"]
TURTLE = """@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Cat owl:disjointWith ex:Dog .
ex:tom a ex:Cat .
ex:ann ex:age "old" .
ex:tom a ex:Dog .
ex:age rdfs:range xsd:integer .
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    path = tmp_path_factory.mktemp("clashes") / "pets.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    triples = [quad.triple for quad in ox.parse(path=str(path))]
    found = RulesEngine().close(triples).inconsistencies
    return report_clashes(found, "rules").located(Locator([path]))


def test_each_clash_is_a_violation_of_its_rule_in_both_languages(report: Report) -> None:
    assert not report.passed
    rules = [result.component.partition("rules#")[2] for result in report.results]
    assert rules == ["cax-dw", "dt-not-type"]
    assert {result.severity for result in report.results} == {VIOLATION}
    for result in report.results:
        assert "exclude each other" in result.text("en") or "should be" in result.text("en")
        assert "sluiten elkaar uit" in result.text("nl") or "zou" in result.text("nl")


def test_it_is_about_a_thing_and_not_about_a_value(report: Report) -> None:
    about = [result.focus.value.rpartition("/")[2] for result in report.results]
    assert about == ["tom", "ann"]


def test_the_details_are_the_statements_that_clash_each_with_its_place(report: Report) -> None:
    clash, misplaced = report.results
    told = {(str(one.focus), str(one.path), str(one.value)) for one in clash.details}
    ex = "<http://example.org/{}>".format
    assert told == {
        (ex("Cat"), "owl:disjointWith", ex("Dog")),
        (ex("tom"), "rdf:type", ex("Cat")),
        (ex("tom"), "rdf:type", ex("Dog")),
    }
    places = {Path(str(one.location)).name for one in (*clash.details, *misplaced.details)}
    assert places == {
        "pets.ttl:5:25",
        "pets.ttl:6:10",
        "pets.ttl:7:15",
        "pets.ttl:8:10",
        "pets.ttl:9:19",
    }


def test_the_text_shows_them_below_the_sentence(report: Report) -> None:
    lines = [line.strip() for line in render(report, "text", lang="en").splitlines()]
    sentence = next(place for place, line in enumerate(lines) if "is both a" in line)
    assert any(
        line.startswith("http://example.org/tom rdf:type http://example.org/Dog")
        for line in lines[sentence:]
    )


def test_the_turtle_holds_them_as_details_of_the_result(report: Report) -> None:
    store = ox.Store()
    store.load(render(report, "turtle").encode(), ox.RdfFormat.TURTLE)
    solutions = store.query(
        f"SELECT ?detail WHERE {{ ?report <{SH}result> ?result . ?result <{SH}detail> ?detail . "
        f"?detail a <{SH}ValidationResult> ; <{SH}focusNode> ?s ; <{SH}resultPath> ?p ;"
        f" <{SH}value> ?o ; <{SH}resultSeverity> ?severity }}"
    )
    assert len(list(solutions)) == sum(len(one.details) for one in report.results)  # type: ignore[arg-type]  # a SELECT has rows


def test_json_and_sarif_hold_them_too(report: Report) -> None:
    data = json.loads(render(report, "json"))
    assert [len(one["details"]) for one in data["results"]] == [3, 2]
    (run,) = json.loads(render(report, "sarif", lang="en"))["runs"]
    lines = {
        place["physicalLocation"]["region"]["startLine"]
        for finding in run["results"]
        for place in finding["relatedLocations"]
    }
    assert lines == {5, 6, 7, 8, 9}


def test_passages_are_named_where_they_are_known() -> None:
    triples = [quad.triple for quad in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)]
    (clash, *_) = RulesEngine().close(triples).inconsistencies
    told = report_clashes([clash._replace(graphs=("passage:X14",))], "rules").results[0]
    assert told.text("en").endswith("(see passage:X14).")
    assert told.text("nl").endswith("(zie passage:X14).")
