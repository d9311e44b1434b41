"""Each answer to a query is explained by the statements that it rests on."""

from __future__ import annotations

import json

import pytest

from si_graph.errors import UsageError
from si_graph.graph import KnowledgeGraph
from si_graph.query.catalogue import NamedQuery, catalogue, load
from si_graph.query.explanation.rows import MOST_ROWS, explain_rows
from si_graph.query.results import Rows
from si_graph.reason.explanation.terms import texts

QUERIES = {query.name: query for query in catalogue()}


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.mark.parametrize("name", ["CQ14", "CQ18", "CQ19", "CQ34"])
def test_the_answers_to_a_question_rest_on_proofs_down_to_passages(
    graph: KnowledgeGraph, name: str
) -> None:
    found = explain_rows(graph, load(name), {}, "nl")
    result = graph.named(name)
    assert isinstance(result, Rows)
    assert len(found.rows) == min(len(result.bindings), MOST_ROWS)
    assert bool(found.notice) == (len(result.bindings) > MOST_ROWS)
    passages = set()
    for row, explanations in found.rows:
        assert explanations
        terms = {str(term) for term in row.values() if str(term).startswith("<")}
        told = {part for one in explanations for part in texts(one.statement or ("", "", ""))}  # type: ignore[arg-type]
        assert terms & told
        for one in explanations:
            passages |= {o.passage for found in one.origins.values() for o in found if o.passage}
    assert passages
    text = str(found)
    assert text.startswith("Antwoord 1: ")
    assert "Bron: passage" in text
    assert max(map(len, (line for line in text.splitlines() if "Antwoord" not in line))) <= 80


def test_what_follows_is_explained_by_rules(graph: KnowledgeGraph) -> None:
    found = explain_rows(graph, load("CQ14"), {}, "en")
    rules = {
        step.rule
        for _, explanations in found.rows
        for one in explanations
        for proof in one.proofs
        for step in proof.steps()
    }
    assert {None, "prp-spo1"} <= rules


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_every_named_query_can_be_explained(graph: KnowledgeGraph, query: NamedQuery) -> None:
    found = explain_rows(graph, query, {}, "en")
    facts = graph.explaining().facts
    for _, explanations in found.rows:
        for one in explanations:
            assert one.statement is not None
            assert facts.round(texts(one.statement)) is not None
            assert one.proofs
    assert json.loads(found.to_json())["notice"] == found.notice
    assert str(found)


def test_a_question_of_yes_or_no_is_explained_if_the_answer_is_yes(graph: KnowledgeGraph) -> None:
    yes = explain_rows(graph, "ASK { actor:central-government si:includes actor:min-ez }", {}, "en")
    ((row, (explanation,)),) = yes.rows
    assert row == {}
    assert explanation.proofs[0].rule == "prp-trp"
    no = explain_rows(graph, "ASK { actor:min-ez si:includes actor:central-government }", {}, "en")
    assert no.rows == []
    assert str(no) == "There are no answers.\n"


def test_union_and_optional_parts_are_explained_as_far_as_they_matched(
    graph: KnowledgeGraph,
) -> None:
    query = (
        "SELECT * WHERE { { actor:min-ez si:includes ?part } UNION"
        " { ?whole si:includes actor:min-ez } OPTIONAL { ?whole a si:NoSuchClass } }"
    )
    found = explain_rows(graph, query, {}, "en")
    assert found.rows
    for row, explanations in found.rows:
        (statement,) = [one.statement for one in explanations]
        assert statement is not None
        assert str(row["whole"]) == str(statement.subject)


def test_only_rows_and_questions_are_explained(graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="SELECT"):
        explain_rows(graph, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1", {}, "en")
