"""Whatever a report holds, every format of it is sound and harmless."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pyoxigraph as ox
from example_reports import REPORT, Page
from hypothesis import given
from hypothesis import strategies as st

from si_graph.namespaces import PREFIXES
from si_graph.validate import Location, Report, Result, render
from si_graph.validate.rendering.render_rdf import to_triples
from si_graph.validate.report import INFO, VIOLATION, WARNING, make_report, predicate
from si_graph.validate.report import Path as ShaclPath
from validation_reports import findings, read_report

iris = st.sampled_from([PREFIXES["si"] + "a", "http://example.org/b", PREFIXES["rdf"] + "first"])
paths = st.recursive(
    iris.map(predicate),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("^*+?"), st.tuples(inner)),
        st.tuples(st.sampled_from("/|"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ).map(lambda parts: ShaclPath(*parts)),
    max_leaves=6,
)
texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [
        "]]>",
        "<script>alert(1)</script>",
        "</style>",
        "&lt;",
        '"',
        "\x00\x1b[2J",
        "\ufffe\uffff",
        "\r\n",
    ]
)
translated = st.dictionaries(st.sampled_from(["nl", "en", ""]), texts, max_size=2)
plain_results = st.builds(
    Result,
    focus=iris.map(ox.NamedNode),
    message=translated,
    severity=st.sampled_from([VIOLATION, WARNING, INFO]),
    component=iris,
    shape=iris.map(ox.NamedNode),
    path=st.none() | paths,
    value=st.none() | texts.map(ox.Literal) | iris.map(ox.NamedNode),
    location=st.none() | st.builds(Location, texts, st.none() | st.integers(1, 99)),
    expected=translated,
    mend=translated,
)
results = st.builds(
    lambda result, details: result._replace(details=tuple(details)),
    plain_results,
    st.lists(plain_results, max_size=2),
)
reports = st.builds(
    make_report, st.lists(results, max_size=4), st.just("engine"), st.lists(translated, max_size=2)
)


@given(reports)
def test_any_report_survives_turtle(report: Report) -> None:
    assert read_report(render(report, "turtle")) == findings(report)


@given(reports)
def test_any_report_is_sound_json(report: Report) -> None:
    assert len(json.loads(render(report, "json"))["results"]) == len(report.results)
    assert len(json.loads(render(report, "sarif"))["runs"][0]["results"]) == len(report.results)


@given(reports, texts)
def test_any_report_is_text_that_commands_no_terminal(report: Report, label: str) -> None:
    text = render(report, "text", labels=lambda _: label)
    assert text.endswith("(engine)\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@given(reports)
def test_any_report_is_well_formed_junit_with_every_violation(report: Report) -> None:
    root = ElementTree.fromstring(render(report, "junit").encode())  # noqa: S314 - our own
    failures = root.findall("./testsuite/testcase/failure")
    assert len(failures) == report.count(VIOLATION)
    assert int(root.attrib["tests"]) == len(root.findall("./testsuite/testcase")) > 0
    assert int(root.attrib["failures"]) == len(root.findall("./testsuite/testcase[failure]"))


@given(reports, texts)
def test_any_report_is_a_sound_page_that_runs_and_loads_nothing(report: Report, label: str) -> None:
    page = Page(render(report, "html", labels=lambda _: label))
    assert not page.open
    assert page.tags.count("li") == len(report.results)
    assert page.tags.count("style") == 1
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.attributes.keys() <= {"lang", "charset", "name", "content", "class"}


def test_triples_and_turtle_say_the_same() -> None:
    graph = set(ox.parse(render(REPORT, "turtle"), format=ox.RdfFormat.TURTLE))
    assert len(graph) == len(set(to_triples(REPORT)))
