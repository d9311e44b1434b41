"""`si-graph explain` and `si-graph query --explain` as users run them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from support import SHARED, Run

STATEMENT = ("rec2-b", "asksActor", "min-ocw")
TEXT = SHARED / "source" / "awt-2014-summary.txt"
FAMILY = """@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:knows a owl:SymmetricProperty .
:Cat owl:disjointWith :Dog .
:ann :knows :ben .
:tom a :Cat .
"""


@pytest.fixture
def family(tmp_path: Path) -> str:
    (tmp_path / "family.ttl").write_text(FAMILY, encoding="utf-8")
    return "family.ttl"


def test_an_inferred_statement_is_explained_down_to_its_passage(run: Run) -> None:
    finished = run("explain", *STATEMENT)
    assert finished.returncode == 0
    assert "[prp-spo2]" in finished.stdout
    assert "passage X14" in finished.stdout
    assert "(characters 4741–4825)" in finished.stdout
    assert "Common knowledge" in finished.stdout
    assert max(map(len, finished.stdout.splitlines())) <= 80


def test_it_is_told_in_dutch(run: Run) -> None:
    told = run("explain", *STATEMENT, "--lang", "nl").stdout
    assert "Bron: passage X14, Rol van de overheid" in told
    assert "Algemeen bekend" in told


def test_a_stated_one_names_its_source_only(run: Run) -> None:
    finished = run("explain", "rec2-b", "a", "SubAction")
    assert finished.returncode == 0
    assert "This is stated as such." in finished.stdout
    assert "passage R2b" in finished.stdout


def test_what_does_not_hold_ends_with_1_and_says_what_is_missing(run: Run) -> None:
    finished = run("explain", "step3", "asksActor", "municipalities")
    assert finished.returncode == 1
    assert "does not hold" in finished.stdout
    assert "addressed to – municipalities" in " ".join(finished.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rec2-b", "asksActor"), "name a subject, a predicate and an object"),
        ((), "name a subject, a predicate and an object"),
        (("rec2-b", "asksActr", "min-ocw"), "asksActor"),
        (("nobody-at-all", "asksActor", "min-ocw"), "nothing in the graph is called"),
    ],
)
def test_a_wrong_statement_is_refused(run: Run, arguments: tuple[str, ...], message: str) -> None:
    finished = run("explain", *arguments)
    assert finished.returncode == 2
    assert message in finished.stderr


def test_the_json_has_steps_that_refer_to_earlier_ones(run: Run) -> None:
    data = json.loads(run("explain", *STATEMENT, "--format", "json").stdout)
    assert data["holds"] is True
    (steps,) = data["proofs"]
    for step in steps:
        assert all(premise < step["step"] for premise in step["premises"])
        assert (step["rule"] is None) == ("origins" in step)
    assert steps[-1]["conclusion"]["p"].endswith("asksActor>")


def test_the_turtle_is_provenance_of_each_inferred_statement(run: Run) -> None:
    turtle = run("explain", *STATEMENT, "--format", "turtle").stdout
    triples = {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)}
    prov = "http://www.w3.org/ns/prov#"
    generated = {t.subject for t in triples if t.predicate.value == prov + "wasGeneratedBy"}
    derived = {t.subject for t in triples if t.predicate.value == prov + "wasDerivedFrom"}
    assert generated == derived != set()
    assert any(str(t.object).endswith("/passage/X14>") for t in triples)


def test_the_html_is_whole_and_runs_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.ttl").write_text(
        "@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        ':p rdfs:subPropertyOf :q . :x :p "<script>alert(1)</script>" .',
        encoding="utf-8",
    )
    arguments = ("http://e/x", "http://e/q", '"<script>alert(1)</script>"', "--data", "odd.ttl")
    html = run("explain", *arguments, "--format", "html").stdout
    assert "&lt;script&gt;" in html
    names: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names.append(tag)
            assert not any(key.startswith("on") or key == "src" for key, _ in attrs)

    Reader().feed(html)
    assert {"html", "main", "ul", "li"} <= set(names)
    assert "script" not in names


def test_the_mermaid_chart_links_premises_to_what_follows(run: Run) -> None:
    lines = run("explain", *STATEMENT, "--format", "mermaid").stdout.splitlines()
    assert lines[0] == "flowchart TD"
    nodes = {line.split("(")[0].split("[")[0].strip() for line in lines[1:] if "-->" not in line}
    links = [line.split() for line in lines if "-->" in line]
    assert links
    assert all(link[0] in nodes and link[-1] in nodes for link in links)


def test_all_proofs_are_given(run: Run) -> None:
    told = run("explain", "awt84:advice", "concerns", "nwo", "--all").stdout
    assert "Proof 1 of " in told
    assert "Proof 2 of " in told


@pytest.mark.skipif(not TEXT.exists(), reason="the source text is not at hand (SI_GRAPH_SHARED)")
def test_the_words_of_a_passage_are_shown_from_the_text(run: Run, tmp_path: Path) -> None:
    words = " ".join(TEXT.read_text("utf-8")[4741:4825].split())
    told = run("explain", *STATEMENT, "--text", str(TEXT), "--format", "json").stdout
    assert words in {
        origin["words"]
        for step in json.loads(told)["proofs"][0]
        for origin in step.get("origins", ())
    }
    (tmp_path / "other.txt").write_text("x" * 9000, encoding="utf-8")
    assert "differs" in run("explain", *STATEMENT, "--text", "other.txt").stdout


def test_a_users_file_is_named_with_the_line(run: Run, family: str) -> None:
    names = ("http://example.org/ben", "http://example.org/knows", "http://example.org/ann")
    finished = run("explain", *names, "--data", family)
    assert finished.returncode == 0
    assert "[prp-symp]" in finished.stdout
    assert "Source: family.ttl:6" in finished.stdout


def test_a_contradiction_in_a_users_file_is_explained(
    run: Run, family: str, tmp_path: Path
) -> None:
    assert run("explain", "--data", family).returncode == 0
    (tmp_path / "more.ttl").write_text(
        "@prefix : <http://example.org/> .\n\n:tom a :Dog .\n", encoding="utf-8"
    )
    finished = run("explain", "--data", family, "more.ttl")
    assert finished.returncode == 3
    assert "[cax-dw]" in finished.stdout
    assert "more.ttl:3" in finished.stdout or "family.ttl:7" in finished.stdout


def test_the_answers_to_a_query_are_explained(run: Run) -> None:
    finished = run("query", "CQ14", "--explain")
    assert finished.returncode == 0
    assert "Answer 1: action = awt84:rec1" in finished.stdout
    assert "[prp-spo1]" in finished.stdout
    assert "passage X14" in finished.stdout
    assert "10" in finished.stderr


def test_a_path_in_a_query_is_followed_link_by_link(run: Run) -> None:
    query = (
        "SELECT ?who WHERE { actor:government si:includes+ ?who "
        "FILTER(?who = actor:min-ez) FILTER NOT EXISTS { ?who a si:Country } }"
    )
    told = run("query", query, "--explain", "--asserted", "--format", "json").stdout
    (answer,) = json.loads(told)["answers"]
    links = [one["statement"] for one in answer["explanations"]]
    assert links[0]["s"].endswith("/actor/government>")
    assert links[-1]["o"].endswith("/actor/min-ez>")
    assert len(links) == 3
    assert all(link["o"] == after["s"] for link, after in pairwise(links))


def test_a_query_without_rows_to_explain_is_refused(run: Run) -> None:
    finished = run("query", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1", "--explain")
    assert finished.returncode == 2
    assert "SELECT" in finished.stderr
