"""An open closure: after any change it is what it would be from the start."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rule_cases import CASES, PREFIXES

from si_graph.reason.rules_engine import RulesEngine


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)}


@pytest.mark.parametrize("rule", CASES)
def test_a_graph_that_comes_in_two_parts_has_the_same_closure(rule: str) -> None:
    stated = sorted(triples(CASES[rule][0]), key=str)
    engine = RulesEngine()
    whole = engine.close(stated)
    with engine.open(stated[::2]) as closure:
        closure.add(stated[1::2])
        grown = closure.closure()
    assert grown.inferred == whole.inferred
    assert {clash.rule for clash in grown.inconsistencies} == {
        clash.rule for clash in whole.inconsistencies
    }


def test_what_no_longer_follows_is_gone() -> None:
    graph = triples(":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d .")
    link = triples(":b :p :c .")
    with RulesEngine().open(graph) as closure:
        closure.remove(link)
        assert closure.closure() == RulesEngine().close(graph - link)
        closure.add(link)
        assert closure.closure().inferred == RulesEngine().close(graph).inferred


def test_a_triple_that_follows_may_be_stated_later() -> None:
    with RulesEngine().open(triples(":C rdfs:subClassOf :D . :a a :C .")) as closure:
        closure.add(triples(":a a :D ."))
        assert closure.closure().inferred == frozenset()


def test_a_longer_path_grows_from_a_new_link_in_the_middle() -> None:
    links = " ".join(f":n{n} :p :n{n + 1} ." for n in range(20) if n != 10)
    with RulesEngine().open(triples(f":p a owl:TransitiveProperty . {links}")) as closure:
        closure.add(triples(":n10 :p :n11 ."))
        assert triples(":n0 :p :n20 .") <= closure.closure().inferred
