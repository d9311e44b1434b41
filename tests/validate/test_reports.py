"""One report in four formats: text for people; Turtle, JSON and SARIF for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES
from si_graph.validate import FORMATS, Location, Report, Result, merge, render
from si_graph.validate.render_rdf import to_triples
from si_graph.validate.report import INFO, VIOLATION, WARNING, make_report, predicate
from si_graph.validate.report import Path as ShaclPath
from validation_reports import findings, read_report

SISH = PREFIXES["sish"]
TOWN = ox.NamedNode(PREFIXES["actor"] + "town")


def result(**changes: object) -> Result:
    """Return a result with everything in it, but for what is changed."""
    usual: dict[str, object] = {
        "focus": TOWN,
        "message": {"nl": "Het niveau is onbekend.", "en": "The level is unknown."},
        "severity": VIOLATION,
        "component": PREFIXES["sh"] + "InConstraintComponent",
        "shape": ox.NamedNode(SISH + "Level-actor"),
        "path": predicate(PREFIXES["si"] + "governmentLevel"),
        "value": ox.Literal("provincial"),
        "location": Location("data/town.trig", 12),
    }
    return Result(**(usual | changes))  # type: ignore[arg-type]


REPORT = make_report(
    [
        result(severity=INFO, shape=ox.NamedNode(SISH + "C"), message={"en": "Note."}),
        result(),
        result(severity=WARNING, shape=None, path=None, location=None, value=TOWN),
        result(focus=ox.BlankNode("b1"), location=Location("/data/a b.ttl")),
    ],
    "pySHACL 1",
)
EMPTY = make_report([], "pySHACL 1")


# The model


def test_the_worst_comes_first_and_the_order_does_not_depend_on_the_engine() -> None:
    severities = [found.severity for found in REPORT.results]
    assert severities == [VIOLATION, VIOLATION, WARNING, INFO]
    assert make_report(list(reversed(REPORT.results)), "pySHACL 1") == REPORT


@pytest.mark.parametrize(
    ("severities", "conforms", "passed"),
    [
        ([], True, True),
        ([INFO], False, True),
        ([WARNING, INFO], False, True),
        ([VIOLATION], False, False),
        (["http://example.org/Disaster"], False, False),
    ],
)
def test_only_violations_fail_a_check_and_nothing_at_all_conforms(
    severities: list[str], *, conforms: bool, passed: bool
) -> None:
    report = make_report([result(severity=severity) for severity in severities], "engine")
    assert (report.conforms, report.passed) == (conforms, passed)
    assert sum(report.count(severity) for severity in (VIOLATION, WARNING, INFO)) == len(severities)


def test_reports_of_several_checks_merge_into_one() -> None:
    merged = merge(EMPTY, make_report([result()], "passages"), make_report([], "pySHACL 1"))
    assert merged.engine == "pySHACL 1, passages"
    assert merged.results == (result(),)


def test_a_message_falls_back_to_english_and_then_to_any() -> None:
    assert result().text("nl") == "Het niveau is onbekend."
    assert result().text("fr") == "The level is unknown."
    assert result(message={"": "Plain."}).text("nl") == "Plain."
    assert result(message={"de": "Nur deutsch."}).text("nl") == "Nur deutsch."
    assert result(message={}).text("nl") == "sh:InConstraintComponent"


def test_a_known_place_is_kept_and_an_unknown_one_looked_up() -> None:
    located = REPORT.located(lambda term: Location(f"of {term}", 1))
    assert [str(found.location) for found in located.results if found.severity == WARNING] == [
        f"of {TOWN}:1"
    ]
    assert "data/town.trig:12" in [str(found.location) for found in located.results]


# Text


def test_text_tells_in_dutch_what_is_wrong_where() -> None:
    text = render(REPORT, "text", lang="nl")
    assert "FOUT  sish:Level-actor\n  Het niveau is onbekend.\n" in text
    assert "    actor:town\n" in text
    assert '      pad: si:governmentLevel\n      waarde: "provincial"\n' in text
    assert "      data/town.trig:12\n" in text
    assert "waarde: actor:town" not in text, "the value is only news where it is not the thing"
    assert "    naamloos ding\n" in text
    assert text.endswith("2 fouten, 1 waarschuwing, 1 melding (pySHACL 1)\n")
    assert render(EMPTY, "text", lang="nl") == "Geen bevindingen. (pySHACL 1)\n"


def test_text_tells_in_english_what_is_wrong_where() -> None:
    text = render(REPORT, "text", lang="en")
    assert "VIOLATION  sish:Level-actor\n  The level is unknown.\n" in text
    assert '      path: si:governmentLevel\n      value: "provincial"\n' in text
    assert "    unnamed thing\n" in text
    assert text.endswith("2 violations, 1 warning, 1 notice (pySHACL 1)\n")
    assert render(EMPTY, "text", lang="en") == "No findings. (pySHACL 1)\n"


def test_things_with_one_problem_share_a_heading() -> None:
    other = ox.NamedNode(PREFIXES["actor"] + "village")
    text = render(make_report([result(), result(focus=other)], "engine"), lang="en")
    assert text.count("VIOLATION") == 1
    assert text.index("actor:town") < text.index("actor:village")


def test_text_shows_labels_where_they_are_known() -> None:
    text = render(
        make_report([result(value=TOWN, focus=ox.NamedNode(SISH + "x"))], "engine"),
        labels={TOWN.value: "gemeente Waterdorp"}.get,
    )
    assert "waarde: actor:town  gemeente Waterdorp" in text
    assert "    sish:x\n" in text


def test_a_message_is_folded_to_the_width_of_the_terminal() -> None:
    report = make_report([result(message={"en": "word " * 60})], "engine")
    lines = render(report, lang="en", width=40).splitlines()
    assert max(len(line) for line in lines if "word" in line) <= 40
    assert sum(line.count("word") for line in lines) == 60


def test_only_severities_are_coloured_and_only_when_asked() -> None:
    assert "\x1b" not in render(REPORT)
    coloured = render(REPORT, colour=True)
    assert "\x1b[1;31mFOUT\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(REPORT)


def test_what_would_command_a_terminal_is_shown_instead() -> None:
    evil = "a\x1b[2Jb\nc\x9b"
    text = render(
        make_report([result(value=ox.Literal(evil), message={"en": evil})], "engine"),
        lang="en",
        labels=lambda _: evil,
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert '"a\\u001B[2Jb\\u000Ac\\u009B"' in text


# Turtle


def test_turtle_parses_again_to_the_same_report() -> None:
    text = render(REPORT, "turtle")
    named = [found for found in REPORT.results if isinstance(found.focus, ox.NamedNode)]
    again = read_report(text)
    assert [f for f in again if not f.focus.startswith("_:")] == findings(Report(tuple(named), ""))
    assert len(again) == len(REPORT.results)
    assert '"Het niveau is onbekend."@nl' in text
    assert '"The level is unknown."@en' in text
    assert read_report(render(EMPTY, "turtle")) == []


iris = st.sampled_from([PREFIXES["si"] + "a", "http://example.org/b", PREFIXES["rdf"] + "first"])
paths = st.recursive(
    iris.map(predicate),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("^*+?"), st.tuples(inner)),
        st.tuples(st.sampled_from("/|"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ).map(lambda parts: ShaclPath(*parts)),
    max_leaves=6,
)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
results = st.builds(
    Result,
    focus=iris.map(ox.NamedNode),
    message=st.dictionaries(st.sampled_from(["nl", "en", ""]), texts, max_size=2),
    severity=st.sampled_from([VIOLATION, WARNING, INFO]),
    component=iris,
    shape=iris.map(ox.NamedNode),
    path=st.none() | paths,
    value=st.none() | texts.map(ox.Literal) | iris.map(ox.NamedNode),
    location=st.none() | st.builds(Location, texts, st.none() | st.integers(1, 99)),
)


@given(st.lists(results, max_size=4))
def test_any_report_survives_turtle(found: list[Result]) -> None:
    report = make_report(found, "engine")
    assert read_report(render(report, "turtle")) == findings(report)


@given(st.lists(results, max_size=4))
def test_any_report_is_sound_json_and_text(found: list[Result]) -> None:
    report = make_report(found, "engine")
    assert len(json.loads(render(report, "json"))["results"]) == len(found)
    assert len(json.loads(render(report, "sarif"))["runs"][0]["results"]) == len(found)
    assert render(report, "text").endswith("(engine)\n")


def test_triples_and_turtle_say_the_same() -> None:
    graph = set(ox.parse(render(REPORT, "turtle"), format=ox.RdfFormat.TURTLE))
    assert len(graph) == len(set(to_triples(REPORT)))


# JSON


def test_json_has_every_field_of_a_finding() -> None:
    document = json.loads(render(REPORT, "json"))
    assert document["conforms"] is False
    assert document["passed"] is False
    assert document["engine"] == "pySHACL 1"
    assert document["counts"] == {"violation": 2, "warning": 1, "info": 1}
    (found,) = (
        r for r in document["results"] if r["line"] == 12 and r["severity"] == "sh:Violation"
    )
    assert found == {
        "focus": {"type": "uri", "value": TOWN.value},
        "path": "si:governmentLevel",
        "value": {
            "type": "literal",
            "value": "provincial",
            "datatype": PREFIXES["xsd"] + "string",
        },
        "severity": "sh:Violation",
        "message": {"nl": "Het niveau is onbekend.", "en": "The level is unknown."},
        "shape": {"type": "uri", "value": SISH + "Level-actor"},
        "component": PREFIXES["sh"] + "InConstraintComponent",
        "file": "data/town.trig",
        "line": 12,
    }


def test_json_tells_the_kinds_of_terms_apart() -> None:
    report = make_report(
        [result(focus=ox.BlankNode("b"), value=ox.Literal("é", language="nl"))], "e"
    )
    (found,) = json.loads(render(report, "json"))["results"]
    assert found["focus"] == {"type": "bnode", "value": "b"}
    assert found["value"] == {"type": "literal", "value": "é", "xml:lang": "nl"}


# SARIF


@pytest.fixture
def sarif() -> dict[str, Any]:
    log = json.loads(render(REPORT, "sarif", lang="en"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_names_its_tool_and_one_rule_for_each_shape(sarif: dict[str, Any]) -> None:
    driver = sarif["tool"]["driver"]
    assert driver["name"] == "si-graph"
    assert sorted(rule["id"] for rule in driver["rules"]) == [
        "sh:InConstraintComponent",
        "sish:C",
        "sish:Level-actor",
    ]


def test_sarif_points_each_result_to_its_rule_level_and_place(sarif: dict[str, Any]) -> None:
    rules, found = sarif["tool"]["driver"]["rules"], sarif["results"]
    for entry in found:
        assert rules[entry["ruleIndex"]]["id"] == entry["ruleId"]
        assert entry["message"]["text"]
    assert [entry["level"] for entry in found] == ["error", "error", "warning", "note"]
    physical = {
        place["physicalLocation"]["artifactLocation"]["uri"]: place["physicalLocation"].get(
            "region"
        )
        for entry in found
        for place in entry["locations"]
        if "physicalLocation" in place
    }
    assert physical == {"data/town.trig": {"startLine": 12}, "file:///data/a%20b.ttl": None}
    assert all(entry["locations"][0]["logicalLocations"] for entry in found)


def test_sarif_speaks_the_language_asked_for() -> None:
    assert "Het niveau is onbekend." in render(REPORT, "sarif", lang="nl")
    assert "The level is unknown." in render(REPORT, "sarif", lang="en")


def test_sarif_of_a_clean_check_has_a_run_without_results() -> None:
    (run,) = json.loads(render(EMPTY, "sarif"))["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"]["name"] == "si-graph"


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=", ".join(FORMATS)):
        render(REPORT, "yaml")


def test_a_report_of_real_findings_renders_in_every_format(tmp_path: Path) -> None:
    from si_graph.validate import validate_files

    path = tmp_path / "data.ttl"
    path.write_text(
        "<https://w3id.org/si-graph/id/actor/x> <https://w3id.org/si-graph/ontology#governmentLevel>"
        ' "provincial" .\n'
    )
    report = validate_files([path])
    assert read_report(render(report, "turtle")) == findings(report) != []
    for name in FORMATS:
        assert "governmentLevel" in render(report, name)
