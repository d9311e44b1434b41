"""What explanations look up: the graph's own store, with literals as the sources write them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Quad

from si_graph.graph import KnowledgeGraph
from si_graph.query.explanation.facts import GraphFacts
from si_graph.reason.explanation.search import Explainer
from si_graph.reason.explanation.terms import statement

OWN = """@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:age rdfs:subPropertyOf :number .
:ann :age "01"^^xsd:integer ; :likes "1"^^xsd:integer , "plain" .
:ben :age "1"^^xsd:integer , "2.50"^^xsd:decimal .
:knows a owl:TransitiveProperty .
:ann :knows :ben . :ben :knows :cas .
"""
GRAPHS = """@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/si-graph/graph/> .
:told { :p rdfs:subPropertyOf :q . :x :p "01"^^<http://www.w3.org/2001/XMLSchema#integer> . }
:also { :x :p "1"^^<http://www.w3.org/2001/XMLSchema#integer> . :p rdfs:subPropertyOf :q . }
sg:shapes { :y :p :z , "07"^^<http://www.w3.org/2001/XMLSchema#integer> .
  :p rdfs:subPropertyOf :q . }
"""
ONE = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
Name = tuple[str, str, str]


def name(local: str) -> str:
    return f"<http://example.org/{local}>"


def written(folder: Path, text: str, ending: str) -> Path:
    path = folder / f"own{ending}"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(params=["with rounds", "without rounds"])
def facts(request: pytest.FixtureRequest, tmp_path: Path) -> GraphFacts:
    reasoned = request.param == "with rounds"
    path = written(tmp_path, OWN, ".ttl")
    return KnowledgeGraph.load([path], reason=reasoned).explaining().facts


def leaves(facts: GraphFacts, triple: Name) -> set[Name] | None:
    proof = Explainer(facts).explain(statement(triple))
    return proof and {tuple(map(str, leaf)) for leaf in proof.leaves}  # type: ignore[misc]  # three


@pytest.mark.parametrize(("who", "age"), [("ann", "01"), ("ben", "1")])
def test_a_proof_quotes_a_number_as_its_source_writes_it(
    facts: GraphFacts, who: str, age: str
) -> None:
    stated = (name(who), name("age"), ONE.format(age))
    found = leaves(facts, (name(who), name("number"), ONE.format(age)))
    assert found is not None
    assert stated in found


def test_another_spelling_of_a_number_is_not_taken_for_stated(facts: GraphFacts) -> None:
    assert facts.round((name("ann"), name("age"), ONE.format("01"))) == 0
    # It follows, as the two are equal.
    assert (facts.round((name("ann"), name("age"), ONE.format("1"))) or 0) > 0
    assert facts.graphs((name("ann"), name("age"), ONE.format("1"))) == []
    assert facts.round((name("ann"), name("age"), ONE.format("001"))) is None
    assert list(facts.match(name("ann"), name("age"), ONE.format("001"))) == []
    decimal = ONE.replace("integer", "decimal")
    assert facts.round((name("ben"), name("age"), decimal.format("2.50"))) == 0
    assert facts.round((name("ben"), name("age"), decimal.format("2.5"))) is None
    assert decimal.format("2.5") not in {o for _, _, o in facts.match(name("ben"), None, None)}


def test_everything_is_found_by_any_of_its_parts(facts: GraphFacts) -> None:
    everything = set(facts.match(None, None, None))
    assert (name("ann"), name("number"), ONE.format("01")) in everything
    assert (name("ann"), name("knows"), name("cas")) in everything
    for s, p, o in everything:
        for asked in ((s, p, o), (s, None, o), (None, p, o), (s, p, None), (None, None, o)):
            found = list(facts.match(*asked))
            assert (s, p, o) in found
            assert len(found) == len(set(found))


def test_what_is_stated_has_round_0_and_what_follows_a_higher_one(facts: GraphFacts) -> None:
    assert facts.round((name("ann"), name("knows"), name("ben"))) == 0
    assert facts.graphs((name("ann"), name("knows"), name("ben"))) == [None]
    follows = (name("ann"), name("knows"), name("cas"))
    assert (facts.round(follows) or 0) > 0
    assert facts.graphs(follows) == []
    assert facts.round((name("cas"), name("knows"), name("ann"))) is None


def test_each_spelling_has_its_own_graphs_and_shapes_are_not_reasoned_over(tmp_path: Path) -> None:
    path = written(tmp_path, GRAPHS, ".trig")
    facts = KnowledgeGraph.load([path]).explaining().facts
    told, also = "http://example.org/told", "http://example.org/also"
    assert facts.graphs((name("x"), name("p"), ONE.format("01"))) == [told]
    assert facts.graphs((name("x"), name("p"), ONE.format("1"))) == [also]
    shape = (name("y"), name("p"), name("z"))
    assert facts.round(shape) == 0
    assert list(facts.match(None, name("p"), name("z"))) == []
    assert list(facts.match(name("y"), None, None)) == []
    assert len(list(facts.match(None, None, name("q")))) == 1


def test_a_graph_is_not_read_as_a_whole_where_no_numbers_are_met(tmp_path: Path) -> None:
    graph = KnowledgeGraph.load([written(tmp_path, OWN, ".ttl")])
    asked: list[str] = []

    def quads() -> Iterable[Quad]:
        asked.append("everything")
        return graph.quads()

    facts = GraphFacts(graph.store.oxigraph, quads, graph._rounds())
    assert leaves(facts, (name("ann"), name("knows"), name("cas"))) is not None
    assert asked == []
    assert ONE.format("01") in facts.literals()
    assert asked == ["everything"]


def test_many_answers_are_all_given_and_given_again(tmp_path: Path) -> None:
    lines = "".join(f"{name(f'x{n}')} {name('p')} {name('y')} .\n" for n in range(120))
    facts = KnowledgeGraph.load([written(tmp_path, lines, ".nt")]).explaining().facts
    for _ in range(2):
        assert len(set(facts.match(None, name("p"), None))) == 120


def test_all_literals_are_listed_whatever_they_hold(tmp_path: Path) -> None:
    texts = [r'"a \" b\\"', r'"say \"hi\" <x> ."@en', ONE.format("7"), '"2.50"^^<http://x.org/d>']
    lines = "".join(f"{name('x')} {name('p')} {text} .\n" for text in texts)
    facts = KnowledgeGraph.load([written(tmp_path, lines, ".nt")], reason=False).explaining().facts
    assert set(facts.literals()) == set(texts)
