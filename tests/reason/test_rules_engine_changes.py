"""An open closure: after any change it is what it would be from the start."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import CASES, PREFIXES

from si_graph.reason.materialise import Materialisation
from si_graph.reason.rules_engine import RulesEngine

pytestmark = [
    pytest.mark.usefixtures("executor"),
    pytest.mark.parametrize(
        "executor", ["in memory", "at first in memory", "by the database"], indirect=True
    ),
]


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


def test_what_follows_now_and_did_not_before_is_told() -> None:
    graph = triples(":n rdfs:subPropertyOf :m . :C rdfs:subClassOf :D . :a a :C ; :n 7 .")
    with RulesEngine().open(graph) as closure:
        closure.note()
        closure.add(triples(":b a :C ."))
        changes = closure.changes()
        assert changes.added == triples(":b a :D .")
        assert not changes.removed
        # A value that nothing states any more is told all the same.
        closure.remove(triples(":a :n 7 ."))
        changes = closure.changes()
        assert changes.removed == triples(":a :m 7 .")
        assert not changes.added
        closure.add(triples(":b a :D ."))
        assert closure.changes().removed == triples(":b a :D .")
        assert closure.changes()[:2] == (frozenset(), frozenset())


def test_a_list_that_is_a_chain_already_may_be_one_of_another_property() -> None:
    graph = triples(
        ":p owl:propertyChainAxiom :l . :l rdf:first :q ; rdf:rest :m ."
        " :m rdf:first :r ; rdf:rest rdf:nil . :a :q :b . :b :r :c ."
    )
    with RulesEngine().open(graph) as closure:
        closure.add(triples(":t owl:propertyChainAxiom :l ."))
        assert triples(":a :t :c .") <= closure.closure().inferred


SCHEMA = """
    :C rdfs:subClassOf :D . :D rdfs:subClassOf :E . :E rdfs:subClassOf :D .
    :p rdfs:subPropertyOf :q ; rdfs:domain :C ; rdfs:range :E . :q owl:inverseOf :r .
    :t a owl:TransitiveProperty . :s a owl:SymmetricProperty .
    :r owl:propertyChainAxiom (:p :t :q) .
    :f a owl:FunctionalProperty . :E owl:hasKey (:k :n) . :n rdfs:range xsd:integer .
    :F owl:intersectionOf (:D :G) . :G owl:onProperty :s ; owl:someValuesFrom :C .
    :H owl:onProperty :n ; owl:hasValue 1 . :G owl:disjointWith :H .
    :t owl:propertyChainAxiom (:t :k :s) . :C rdfs:subClassOf :I .
    :I owl:onProperty :t ; owl:allValuesFrom :G .
"""
"""A cycle of every kind: what follows often leans on itself, and on more than one thing."""

THINGS = [":a", ":b", ":c", ":d"]
FACTS = st.one_of(
    st.tuples(
        st.sampled_from(THINGS),
        st.sampled_from([":p", ":q", ":r", ":t", ":t", ":s", ":f", ":k"]),
        st.sampled_from(THINGS),
    ),
    st.tuples(st.sampled_from(THINGS), st.just("a"), st.sampled_from([":C", ":E", ":G", ":H"])),
    st.tuples(st.sampled_from(THINGS), st.just(":n"), st.sampled_from(["1", "2", "'x'", "1.0"])),
).map(lambda parts: " ".join(parts) + " .")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    st.sets(FACTS, min_size=3, max_size=9),
    st.lists(st.tuples(st.booleans(), st.sets(FACTS, max_size=1), st.integers(0, 8)), max_size=6),
)
def test_after_any_changes_the_closure_is_that_of_what_is_stated_then(
    facts: set[str], changes: list[tuple[bool, set[str], int]]
) -> None:
    schema, stated = triples(SCHEMA), set(facts)
    with RulesEngine().open(schema | triples(" ".join(stated))) as closure:
        for is_added, some, place in changes:
            # What is taken away is mostly something that is there.
            changed = some if is_added or not stated else {sorted(stated)[place % len(stated)]}
            stated = stated | changed if is_added else stated - changed
            (closure.add if is_added else closure.remove)(triples(" ".join(changed)))
        changed_closure = closure.closure()
    whole = RulesEngine().close(schema | triples(" ".join(stated)))
    assert changed_closure.inferred == whole.inferred
    assert set(changed_closure.inconsistencies) == set(whole.inconsistencies)


REMOVALS = {
    "a fact that a chain of rules leans on": (
        ":p rdfs:domain :C . :C rdfs:subClassOf :D . :a :p :b , :c . :c :q :a .",
        ":a :p :b .",
    ),
    "a link of a circle": (
        ":t a owl:TransitiveProperty . :a :t :b . :b :t :c . :c :t :a . :c :t :d .",
        ":b :t :c .",
    ),
    "what two classes take from each other": (
        ":C owl:equivalentClass :D . :a a :C . :b a :D .",
        ":a a :C .",
    ),
    "what is stated and follows too": (
        ":C rdfs:subClassOf :D . :a a :C , :D .",
        ":a a :D .",
    ),
    "one of two names that a fact is stated by": (
        ":a owl:sameAs :b . :p rdfs:domain :C . :a :p :c . :b :p :c .",
        ":a :p :c .",
    ),
    "a fact about a thing with two names": (
        ":a owl:sameAs :b . :p rdfs:domain :C ; rdfs:subPropertyOf :q . :b :p :c .",
        ":b :p :c .",
    ),
    "the last statement with a number": (
        ":n rdfs:range xsd:integer . :a :n 1 . :b :n 2 .",
        ":b :n 2 .",
    ),
}


@pytest.mark.parametrize("name", REMOVALS)
def test_what_is_removed_does_not_make_all_be_worked_out_anew(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, removed = (triples(text) for text in REMOVALS[name])
    with RulesEngine().open(graph) as closure:
        with monkeypatch.context() as patch:
            patch.setattr(Materialisation, "run", lambda self: pytest.fail("all anew"))
            closure.remove(removed)
        assert closure.closure().inferred == RulesEngine().close(graph - removed).inferred


def test_a_number_that_the_rules_name_may_come_back() -> None:
    number = triples(":a :n '1'^^xsd:nonNegativeInteger .")
    limit = ":C owl:onProperty :p ; owl:maxCardinality '1'^^xsd:nonNegativeInteger ."
    limited = triples(f"{limit} :a a :C ; :p :b , :c .")
    with RulesEngine().open(number | triples(":n rdfs:range xsd:integer .")) as closure:
        closure.remove(number)
        closure.add(limited)
        assert triples(":b owl:sameAs :c .") <= closure.closure().inferred


def test_a_number_that_comes_back_counts_again() -> None:
    graph = triples(":n rdfs:range xsd:byte . :a :n 300 .")
    number = triples(":a :n 300 .")
    with RulesEngine().open(graph) as closure:
        closure.remove(number)
        assert closure.closure().inconsistencies == ()
        closure.add(number)
        assert [clash.rule for clash in closure.closure().inconsistencies] == ["dt-not-type"]


@pytest.mark.parametrize(
    ("graph", "removed"),
    [
        (":C rdfs:subClassOf :D . :a a :C .", ":C rdfs:subClassOf :D ."),
        (":f a owl:FunctionalProperty . :a :f :b , :c . :b :p :d .", ":a :f :c ."),
        (
            ":C owl:onProperty :p ; owl:maxCardinality '1'^^xsd:nonNegativeInteger ."
            ":a a :C ; :p :b , :c . :b :q :d .",
            ":a a :C .",
        ),
        (
            ":C owl:onProperty :p ; owl:onClass :D ;"
            " owl:maxQualifiedCardinality '1'^^xsd:nonNegativeInteger ."
            ":a a :C ; :p :b , :c . :b a :D ; :q :d . :c a :D .",
            ":a a :C .",
        ),
        (":C owl:hasKey (:k) . :a a :C ; :k :c . :b a :C ; :k :c ; :q :d .", ":b :k :c ."),
        (":C owl:unionOf (:D :E) . :a a :E .", ":C owl:unionOf (:D :E) ."),
    ],
    ids=[
        "an axiom",
        "what makes things equal",
        "a class that makes things equal",
        "a class that makes things of a class equal",
        "a key",
        "a list",
    ],
)
def test_where_the_ground_shifts_the_closure_is_right_too(graph: str, removed: str) -> None:
    stated = triples(graph)
    # Blank nodes have new names in every text: what is removed is found by its property.
    properties = {(t.subject, t.predicate) for t in triples(removed)}
    gone = {t for t in stated if (t.subject, t.predicate) in properties} & (
        triples(removed) | {t for t in stated if isinstance(t.object, ox.BlankNode)}
    )
    assert gone
    with RulesEngine().open(stated) as closure:
        closure.remove(gone)
        assert closure.closure().inferred == RulesEngine().close(stated - gone).inferred
