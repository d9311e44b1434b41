"""The engine `rules` against owlrl: the bundled graph, and random schemas with random data.

Where the two differ for good, the difference is listed with its reason, and a test shows that it
is still there.
"""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import PREFIXES

from si_graph import locations
from si_graph.load.evidence import derive_evidence
from si_graph.load.sources import read_sources
from si_graph.namespaces import GRAPH_SHAPES
from si_graph.reason.owlrl_engine import OwlrlEngine
from si_graph.reason.protocol import Closure
from si_graph.reason.rules_engine import RulesEngine

pytestmark = pytest.mark.usefixtures("executor")


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)}


def both(stated: set[ox.Triple]) -> tuple[Closure, Closure]:
    return RulesEngine().close(stated), OwlrlEngine().close(stated)


def test_the_bundled_graph_has_the_same_closure() -> None:
    quads = list(read_sources(locations.root()))
    quads += derive_evidence(quads)
    stated = {quad.triple for quad in quads if quad.graph_name != ox.NamedNode(GRAPH_SHAPES)}
    ours, theirs = both(stated)
    assert ours.inferred == theirs.inferred
    assert ours.inferred
    assert ours.inconsistencies == theirs.inconsistencies == ()


CLASSES = [f":C{n}" for n in range(5)]
PROPERTIES = [f":p{n}" for n in range(4)]
THINGS = [f":a{n}" for n in range(5)]
a_class, a_property, a_thing = map(st.sampled_from, (CLASSES, PROPERTIES, THINGS))
classes = st.lists(a_class, min_size=1, max_size=3, unique=True).map(" ".join)
properties = st.lists(a_property, min_size=1, max_size=3).map(" ".join)
things = st.lists(a_thing, min_size=1, max_size=3, unique=True).map(" ".join)
characteristic = st.sampled_from(
    ["Transitive", "Symmetric", "Functional", "InverseFunctional", "Irreflexive", "Asymmetric"]
)
number = st.sampled_from(['"0"^^xsd:nonNegativeInteger', '"1"^^xsd:nonNegativeInteger'])


def sentence(pattern: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda chosen: pattern.format(**chosen))


axiom = st.one_of(
    sentence("{c} rdfs:subClassOf {d} .", c=a_class, d=a_class),
    sentence("{c} owl:equivalentClass {d} .", c=a_class, d=a_class),
    sentence("{c} owl:disjointWith {d} .", c=a_class, d=a_class),
    sentence("{c} owl:complementOf {d} .", c=a_class, d=a_class),
    sentence("{c} owl:intersectionOf ({l}) .", c=a_class, l=classes),
    sentence("{c} owl:unionOf ({l}) .", c=a_class, l=classes),
    sentence("{c} owl:oneOf ({l}) .", c=a_class, l=things),
    sentence("{c} owl:hasKey ({l}) .", c=a_class, l=properties),
    sentence("{c} owl:onProperty {p} ; owl:someValuesFrom {d} .", c=a_class, p=a_property, d=a_class),  # noqa: E501
    sentence("{c} owl:onProperty {p} ; owl:someValuesFrom owl:Thing .", c=a_class, p=a_property),
    sentence("{c} owl:onProperty {p} ; owl:allValuesFrom {d} .", c=a_class, p=a_property, d=a_class),  # noqa: E501
    sentence("{c} owl:onProperty {p} ; owl:hasValue {a} .", c=a_class, p=a_property, a=a_thing),
    sentence("{c} owl:onProperty {p} ; owl:maxCardinality {n} .", c=a_class, p=a_property, n=number),  # noqa: E501
    sentence(
        "{c} owl:onProperty {p} ; owl:maxQualifiedCardinality {n} ; owl:onClass {d} .",
        c=a_class, p=a_property, n=number, d=a_class,
    ),
    sentence("{p} rdfs:subPropertyOf {q} .", p=a_property, q=a_property),
    sentence("{p} owl:equivalentProperty {q} .", p=a_property, q=a_property),
    sentence("{p} owl:inverseOf {q} .", p=a_property, q=a_property),
    sentence("{p} owl:propertyDisjointWith {q} .", p=a_property, q=a_property),
    sentence("{p} owl:propertyChainAxiom ({l}) .", p=a_property, l=properties),
    sentence("{p} rdfs:domain {c} .", p=a_property, c=a_class),
    sentence("{p} rdfs:range {c} .", p=a_property, c=a_class),
    sentence("{p} a owl:{k}Property .", p=a_property, k=characteristic),
    sentence("[] a owl:AllDisjointClasses ; owl:members ({l}) .", l=classes),
    sentence("[] a owl:AllDifferent ; owl:members ({l}) .", l=things),
)  # fmt: skip
fact = st.one_of(
    sentence("{a} a {c} .", a=a_thing, c=a_class),
    sentence("{a} {p} {b} .", a=a_thing, p=a_property, b=a_thing),
    sentence("{a} owl:sameAs {b} .", a=a_thing, b=a_thing),
    sentence("{a} owl:differentFrom {b} .", a=a_thing, b=a_thing),
)
graph = st.tuples(st.lists(axiom, max_size=6), st.lists(fact, max_size=8)).map(
    lambda parts: "\n".join([*parts[0], *parts[1]])
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(graph)
def test_random_graphs_have_the_same_closure(text: str) -> None:
    ours, theirs = both(triples(text))
    assert ours.inferred == theirs.inferred
    assert bool(ours.inconsistencies) == bool(theirs.inconsistencies)
