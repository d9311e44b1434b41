"""The description of the dataset: what it counts is what is there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph import locations
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, GRAPH_INFERRED, PREFIXES
from si_graph.publish.void import counted
from si_graph.query.record import DATASET
from si_graph.store.embedded import EmbeddedStore

VOID = PREFIXES["void"]
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
PASSAGE = ox.NamedNode(PREFIXES["si"] + "Passage")
PASSAGES = ox.NamedNode(DATASET + "-passages")
OWN = """
PREFIX : <http://example.org/>
GRAPH :one { :a a :Boat ; :name "Ada" ; :beside :b . }
GRAPH :two { :a a :Boat . :b a :Boat ; :name "Ada" . }
"""


class Told:
    """What a description says."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.triples = triples

    def values(self, subject: ox.NamedNode, name: str) -> list[ox.NamedNode]:
        found = (one for one in self.triples if one.subject == subject)
        return [one.object for one in found if one.predicate.value == VOID + name]  # type: ignore[misc]

    def number(self, subject: ox.NamedNode, name: str) -> int:
        (value,) = self.values(subject, name)
        return int(value.value)

    def parts(self, dataset: str, name: str, key: str, count: str) -> dict[str, int]:
        """Return what each partition is of, with one of its numbers."""
        parts = self.values(ox.NamedNode(dataset), name)
        assert len(parts) == len(set(parts))
        return {self.values(one, key)[0].value: self.number(one, count) for one in parts}


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def told(graph: KnowledgeGraph) -> Told:
    return Told(counted(graph.store, DATASET))


@pytest.fixture(scope="module")
def triples(graph: KnowledgeGraph) -> set[ox.Triple]:
    """Return the statements, each once, as the store has them."""
    return {quad.triple for quad in graph.store.oxigraph}


def test_the_size_is_that_of_all_graphs_together(told: Told, triples: set[ox.Triple]) -> None:
    dataset = ox.NamedNode(DATASET)
    things = {one.subject for one in triples if isinstance(one.subject, ox.NamedNode)}
    assert told.number(dataset, "triples") == len(triples)
    assert told.number(dataset, "entities") == len(things)
    assert told.number(dataset, "properties") == len({one.predicate for one in triples})
    assert told.number(dataset, "distinctSubjects") == len({one.subject for one in triples})
    assert told.number(dataset, "distinctObjects") == len({one.object for one in triples})
    classes = {one.object for one in triples if one.predicate == TYPE}
    assert told.number(dataset, "classes") == len(classes)


def test_each_class_has_its_things(told: Told, triples: set[ox.Triple]) -> None:
    expected = Counter(
        one.object.value
        for one in triples
        if one.predicate == TYPE and isinstance(one.object, ox.NamedNode)
    )
    assert told.parts(DATASET, "classPartition", "class", "entities") == expected


def test_each_property_has_its_statements_and_values(told: Told, triples: set[ox.Triple]) -> None:
    expected = Counter(one.predicate.value for one in triples)
    assert told.parts(DATASET, "propertyPartition", "property", "triples") == expected
    values = {(one.predicate.value, one.object) for one in triples}
    expected = Counter(predicate for predicate, _ in values)
    assert told.parts(DATASET, "propertyPartition", "property", "distinctObjects") == expected


def test_the_graphs_are_parts_and_those_of_passages_one(told: Told, graph: KnowledgeGraph) -> None:
    sizes = Counter(quad.graph_name for quad in graph.store.oxigraph)
    of_passages = {
        quad.subject for quad in graph.store.oxigraph.quads_for_pattern(None, TYPE, PASSAGE, None)
    }
    del sizes[ox.DefaultGraph()]
    expected = {name: size for name, size in sizes.items() if name not in of_passages}
    expected[PASSAGES] = sum(size for name, size in sizes.items() if name in of_passages)
    parts = told.values(ox.NamedNode(DATASET), "subset")
    assert {part: told.number(part, "triples") for part in parts} == expected
    assert expected[ox.NamedNode(GRAPH_INFERRED)] > 1000
    titled = {one.subject for one in told.triples if one.predicate.value.endswith("/terms/title")}
    assert titled == set(parts)


def test_every_vocabulary_in_use_is_named_and_no_other(told: Told, triples: set[ox.Triple]) -> None:
    named = {one.value for one in told.values(ox.NamedNode(DATASET), "vocabulary")}
    terms = {one.predicate.value for one in triples}
    terms |= {one.object.value for one in triples
              if one.predicate == TYPE and isinstance(one.object, ox.NamedNode)}  # fmt: skip
    assert BASE + "ontology#" in named
    assert all(any(term.startswith(one) for one in named) for term in terms)
    assert all(any(term.startswith(one) for term in terms) for one in named)


def test_examples_are_things_of_the_graph(told: Told, triples: set[ox.Triple]) -> None:
    examples = told.values(ox.NamedNode(DATASET), "exampleResource")
    subjects = {one.subject for one in triples}
    assert len(examples) > 3
    assert set(examples) <= subjects
    assert any(one.value.startswith(BASE + "id/awt84/") for one in examples)


def test_data_that_stand_in_named_graphs_only_are_counted_once() -> None:
    store = ox.Store()
    store.load(OWN, format=ox.RdfFormat.TRIG)
    dataset = "http://example.org/data"
    told = Told(counted(EmbeddedStore(store), dataset))
    assert told.number(ox.NamedNode(dataset), "triples") == 5
    assert told.parts(dataset, "classPartition", "class", "entities") == {
        "http://example.org/Boat": 2
    }
    assert {one.value for one in told.values(ox.NamedNode(dataset), "subset")} == {
        "http://example.org/one",
        "http://example.org/two",
    }
    assert not any(DATASET in str(one) for one in told.triples)
    assert len(store) == 6, "the data themselves must not change"


def test_the_queries_answer_as_they_stand(graph: KnowledgeGraph, told: Told) -> None:
    found: list[ox.Triple] = []
    for path in Path(locations.queries(), "publish").glob("*.rq"):
        found += graph.store.query(path.read_text(encoding="utf-8"))  # type: ignore[arg-type]
    assert set(found) == set(told.triples)
