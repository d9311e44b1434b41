"""One report in six formats: text and HTML for people; the others for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from example_reports import EMPTY, REPORT, SISH, TOWN, Page, result

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES
from si_graph.validate import FORMATS, Location, Report, merge, render
from si_graph.validate.report import INFO, VIOLATION, WARNING, make_report
from validation_reports import findings, read_report

# The model


def test_the_worst_comes_first_and_the_order_does_not_depend_on_the_engine() -> None:
    severities = [found.severity for found in REPORT.results]
    assert severities == [VIOLATION, VIOLATION, WARNING, INFO]
    assert make_report(reversed(REPORT.results), "pySHACL 1", REPORT.notes) == REPORT


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
    is_strict = set(severities) <= {INFO}
    assert report.passed_strictly == is_strict
    assert sum(report.count(severity) for severity in (VIOLATION, WARNING, INFO)) == len(severities)


def test_reports_of_several_checks_merge_into_one() -> None:
    merged = merge(EMPTY, make_report([result()], "passages"), make_report([], "pySHACL 1"))
    assert merged.engine == "pySHACL 1, passages"
    assert merged.results == (result(),)
    assert merge(REPORT, EMPTY, REPORT).notes == REPORT.notes


def test_a_message_falls_back_to_english_and_then_to_any() -> None:
    assert result().text("nl") == "Het niveau is onbekend."
    assert result().text("fr") == "The level is unknown."
    assert result(message={"": "Plain."}).text("nl") == "Plain."
    assert result(message={"de": "Nur deutsch."}).text("nl") == "Nur deutsch."
    assert result(message={}).text("nl") == "sh:InConstraintComponent"


def test_a_known_place_is_kept_and_an_unknown_one_looked_up() -> None:
    parts = (result(location=None, value=ox.Literal("a")), result(value=ox.Literal("b")))
    report = make_report([*REPORT.results, result(shape=None, details=parts)], "e", REPORT.notes)
    located = report.located(lambda wanted: [Location(f"of {one.value}", 1) for one in wanted])
    places = [str(found.location) for found in located.results]
    assert f"of {TOWN}:1" in places
    assert "data/town.trig:12:5" in places
    (found,) = (found for found in located.results if found.details)
    assert [str(part.location) for part in found.details] == ['of "a":1', "data/town.trig:12:5"]
    assert located.notes == REPORT.notes


# Text


def test_text_tells_in_dutch_what_is_wrong_where() -> None:
    text = render(REPORT, "text", lang="nl")
    assert "FOUT  sish:Level-actor\n  Het niveau is onbekend.\n" in text
    assert "    actor:town\n" in text
    assert '      pad: si:governmentLevel\n      waarde: "provincial"\n' in text
    assert "      data/town.trig:12:5\n" in text
    assert "\n  verwacht: een bestuursniveau\n  herstel: Bedoelde u level:province?\n" in text
    assert "\nLet op: Dit is een steekproef.\n2 fouten" in text
    assert "waarde: actor:town" not in text, "the value is only news where it is not the thing"
    assert "    naamloos ding\n" in text
    assert text.endswith("2 fouten, 1 waarschuwing, 1 melding (pySHACL 1)\n")
    assert render(EMPTY, "text", lang="nl") == "Geen bevindingen. (pySHACL 1)\n"


def test_text_tells_in_english_what_is_wrong_where() -> None:
    text = render(REPORT, "text", lang="en")
    assert "VIOLATION  sish:Level-actor\n  The level is unknown.\n" in text
    assert '      path: si:governmentLevel\n      value: "provincial"\n' in text
    assert "    unnamed thing\n" in text
    assert "  expected: a level of government\n  to mend: Did you mean level:province?\n" in text
    assert "\nNote: This is a sample.\n2 violations" in text
    assert text.endswith("2 violations, 1 warning, 1 notice (pySHACL 1)\n")
    assert render(EMPTY, "text", lang="en") == "No findings. (pySHACL 1)\n"


def test_things_with_one_problem_share_a_heading() -> None:
    other = ox.NamedNode(PREFIXES["actor"] + "village")
    text = render(make_report([result(), result(focus=other)], "engine"), lang="en")
    assert text.count("VIOLATION") == 1
    assert text.index("actor:town") < text.index("actor:village")


def test_what_differs_between_things_is_told_with_each_and_nothing_is_told_twice() -> None:
    other = result(
        focus=ox.NamedNode(SISH + "x"),
        expected={"en": "Level. It is"},
        mend={"en": "Choose one."},
        message={"en": "The level. It is unknown."},
    )
    text = render(make_report([result(message=other.message), other], "engine"), lang="en")
    assert text.count("VIOLATION") == 1
    assert "\n      expected: a level of government\n      to mend: Did you mean" in text
    assert "\n      to mend: Choose one.\n" in text
    said = result(message={"en": "Expected: a level of government."})
    assert "expected:" not in render(make_report([said], "engine"), lang="en")


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
    assert 'rdfs:comment "Dit is een steekproef."@nl' in text
    told = r"Place: data/town.trig:12:5\nExpected: a level of government\nTo mend: Did you mean"
    assert told in text
    assert read_report(render(EMPTY, "turtle")) == []


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
        "column": 5,
        "expected": {"nl": "een bestuursniveau", "en": "a level of government"},
        "mend": {"nl": "Bedoelde u level:province?", "en": "Did you mean level:province?"},
    }
    assert document["notes"] == [{"nl": "Dit is een steekproef.", "en": "This is a sample."}]


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
    assert physical == {
        "data/town.trig": {"startLine": 12, "startColumn": 5},
        "file:///data/a%20b.ttl": None,
    }
    assert all(entry["locations"][0]["logicalLocations"] for entry in found)


def test_sarif_tells_beside_the_line_what_was_expected_and_how_to_mend_it(
    sarif: dict[str, Any],
) -> None:
    told = [entry["message"]["text"] for entry in sarif["results"] if entry["level"] == "error"]
    assert told[0] == (
        "actor:town: The level is unknown. Expected: a level of government. "
        "To mend: Did you mean level:province?"
    )
    (invocation,) = sarif["invocations"]
    assert invocation["executionSuccessful"] is True
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "This is a sample."


def test_sarif_speaks_the_language_asked_for() -> None:
    assert "Het niveau is onbekend." in render(REPORT, "sarif", lang="nl")
    assert "The level is unknown." in render(REPORT, "sarif", lang="en")


def test_sarif_of_a_clean_check_has_a_run_without_results() -> None:
    (run,) = json.loads(render(EMPTY, "sarif"))["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"]["name"] == "si-graph"


# JUnit


def test_junit_has_a_test_case_for_each_shape_and_fails_on_violations_only() -> None:
    root = ElementTree.fromstring(render(REPORT, "junit", lang="nl").encode())  # noqa: S314
    (suite,) = root
    assert suite.attrib["tests"] == "3"
    assert suite.attrib["failures"] == "1"
    cases = {case.attrib["name"]: case for case in suite.iter("testcase")}
    assert cases.keys() == {"sish:Level-actor", "sish:C", "sh:InConstraintComponent"}
    failures = cases["sish:Level-actor"].findall("failure")
    assert [failure.attrib["message"] for failure in failures] == 2 * ["Het niveau is onbekend."]
    assert "herstel: Bedoelde u level:province?\nplaats: data/town.trig:12:5" in "\n".join(
        failure.text or "" for failure in failures
    )
    assert (cases["sish:C"].findtext("system-out") or "").startswith("melding: Note.\nactor:town")
    (note,) = suite.iter("property")
    assert note.attrib["value"] == "Dit is een steekproef."


def test_junit_of_a_clean_check_is_one_test_that_passed() -> None:
    root = ElementTree.fromstring(render(EMPTY, "junit").encode())  # noqa: S314
    assert [child.tag for case in root.iter("testcase") for child in case] == []
    assert (root.attrib["tests"], root.attrib["failures"]) == ("1", "0")


# HTML


def test_html_tells_what_text_tells() -> None:
    labels = {TOWN.value: "gemeente <Waterdorp>"}.get
    text = render(REPORT, "html", lang="nl", labels=labels)
    assert text.startswith('<!DOCTYPE html>\n<html lang="nl">')
    told = Page(text).text
    for words in (
        "2 fouten, 1 waarschuwing, 1 melding",
        "Het niveau is onbekend.",
        "gemeente <Waterdorp> actor:town",
        '"provincial"',
        "Verwacht: een bestuursniveau",
        "Herstel: Bedoelde u level:province?",
        "data/town.trig:12:5",
        "Let op: Dit is een steekproef.",
    ):
        assert words in told
    assert "Geen bevindingen." in Page(render(EMPTY, "html", lang="nl")).text
    assert "No findings." in Page(render(EMPTY, "html", lang="en")).text


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_the_page_can_be_read_by_day_and_by_night() -> None:
    """WCAG 2.2 AA asks a contrast of 4.5 to 1."""
    day, night = render(EMPTY, "html").split("@media", 1)
    for style in (day, night):
        colours = dict(re.findall(r"--(\w+): (#\w{6})", style))
        assert len(colours) == 7
        page = luminance(colours["page"])
        for name in colours.keys() - {"page", "line"}:
            low, high = sorted((page, luminance(colours[name])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, name


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
