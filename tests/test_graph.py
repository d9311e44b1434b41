"""The façade in Python: what a notebook does with the graph."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from si_graph import KnowledgeGraph
from si_graph.errors import InconsistentError, InputError, UsageError
from si_graph.query.results import Rows

EX = "http://example.org/"
INFERRED = ox.NamedNode("https://w3id.org/si-graph/graph/inferred")
PETS = """
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Cat rdfs:subClassOf ex:Animal .
ex:tom a ex:Cat ; ex:age "07"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    path = tmp_path / "pets.ttl"
    path.write_text(PETS)
    return path


def count(graph: KnowledgeGraph, query: str) -> int:
    """Return the number of rows of a SELECT."""
    found = graph.query(query)
    assert isinstance(found, Rows)
    return len(found)


def test_a_named_query_takes_its_parameters_as_arguments(graph: KnowledgeGraph) -> None:
    municipalities = graph.named("CQ14", actor="municipalities")
    ministry = graph.named("CQ14", actor="actor:min-ocw")
    assert isinstance(municipalities, Rows)
    assert isinstance(ministry, Rows)
    assert (len(municipalities), len(ministry)) == (15, 39)
    assert list(municipalities.to_pandas().columns) == ["action", "actionLabel"]
    assert municipalities.to_polars().shape == (15, 2)


def test_questions_are_answered_in_both_languages(graph: KnowledgeGraph) -> None:
    assert "gemeenten" in graph.ask("CQ12", lang="nl").sentence
    english = graph.ask("CQ12")
    assert "municipalities" in english.sentence
    assert any(passage.iri.endswith("/X14") for passage in english.evidence)


def test_evidence_of_a_thing_is_its_passages_in_reading_order(graph: KnowledgeGraph) -> None:
    passages = graph.evidence("rec2-b")
    assert "R2b" in {passage.iri.rsplit("/", 1)[1] for passage in passages}
    starts = [passage.start for passage in passages if passage.start is not None]
    assert starts == sorted(starts)
    with pytest.raises(UsageError, match="Did you mean"):
        graph.evidence("rec2-bb")


def test_things_are_found_and_described(graph: KnowledgeGraph) -> None:
    hit = graph.search("provinces", limit=1)[0]
    found = graph.describe(hit.iri, lang="nl")
    assert found.label == "provincies"
    assert found.inferred
    assert len(graph.queries()) >= 55


def test_the_asserted_graph_holds_nothing_that_only_follows(graph: KnowledgeGraph) -> None:
    asserted = KnowledgeGraph.open(asserted=True)
    assert any(quad.graph_name == INFERRED for quad in graph.quads())
    assert not any(quad.graph_name == INFERRED for quad in asserted.quads())
    query = "SELECT ?x { ?x a si:ProposedAction }"
    assert count(asserted, query) == 0
    assert count(graph, query) == 40


def test_rdflib_gets_every_graph_and_every_term_as_it_is(graph: KnowledgeGraph) -> None:
    dataset = graph.to_rdflib()
    quads = set(graph.quads())
    assert {str(one.identifier) for one in dataset.graphs() if len(one)} == {
        str(quad.graph_name.value) for quad in quads if isinstance(quad.graph_name, ox.NamedNode)
    }
    assert sum(len(one) for one in dataset.graphs()) == len(quads)
    query = "SELECT ?g { GRAPH ?g { awt84:rec2-b a si:SubAction } }"
    rows = [str(row[0]) for row in dataset.query(query)]  # type: ignore[index]
    assert rows == ["https://w3id.org/si-graph/id/awt84/passage/R2b"]
    labels = set(dataset.objects(rdflib.URIRef("https://w3id.org/si-graph/id/actor/provinces")))
    assert rdflib.Literal("provincies", lang="nl") in labels


def test_own_files_are_reasoned_over_and_merged(pets: Path) -> None:
    graph = KnowledgeGraph.load([pets])
    assert count(graph, f"SELECT ?x {{ ?x a <{EX}Animal> }}") == 1
    assert count(graph, f"SELECT ?g {{ GRAPH ?g {{ ?x a <{EX}Animal> }} }}") == 1
    plain = KnowledgeGraph.load([pets], reason=False)
    assert count(plain, f"SELECT ?x {{ ?x a <{EX}Animal> }}") == 0
    # Lexical forms stay as they were written.
    assert any(str(quad.object).startswith('"07"') for quad in graph.quads())


def test_own_files_are_validated_against_the_bundled_shapes(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(
        "@prefix si: <https://w3id.org/si-graph/ontology#> . "
        "<http://example.org/rec> a si:Recommendation ; si:number 1 ."
    )
    report = KnowledgeGraph.load([path], reason=False).validate()
    assert not report.passed
    assert {result.focus.value for result in report.results} == {"http://example.org/rec"}


def test_the_bundled_graph_passes_every_check(graph: KnowledgeGraph) -> None:
    assert graph.validate().passed


def test_a_contradiction_in_own_files_is_an_error_that_lists_it(tmp_path: Path, pets: Path) -> None:
    odd = tmp_path / "odd.ttl"
    odd.write_text(
        "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
        "ex:Cat owl:disjointWith ex:Dog . ex:tom a ex:Dog ."
    )
    with pytest.raises(InconsistentError) as caught:
        KnowledgeGraph.load([pets, odd])
    assert [clash.rule for clash in caught.value.inconsistencies] == ["cax-dw"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.ttl: there is no such file"):
        KnowledgeGraph.load([tmp_path / "none.ttl"])


def test_the_stages_of_loading_are_told(pets: Path) -> None:
    told: list[tuple[str, int, int]] = []
    KnowledgeGraph.load([pets], progress=lambda *stage: told.append(stage))
    assert told == [(f"reading {pets}", 0, 3), ("reasoning", 1, 3), ("indexing", 2, 3), ("", 3, 3)]


def test_a_notebook_shows_what_is_in_the_graph(graph: KnowledgeGraph, pets: Path) -> None:
    html = graph._repr_html_()
    assert "statements" in html
    assert "recommendation" in html
    assert "default graph" in KnowledgeGraph.load([pets], reason=False)._repr_html_()
    assert "<table>" in graph.named("CQ12")._repr_html_()
