"""The engine `rules`: every rule of the table, how they work together, what it reports."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rule_cases import CASES, PREFIXES, TRIVIAL

from si_graph.errors import UsageError
from si_graph.reason.cleaning import is_noise
from si_graph.reason.protocol import Closure
from si_graph.reason.rule_table import owl2_rl
from si_graph.reason.rules_engine import RulesEngine, Settings

pytestmark = pytest.mark.usefixtures("executor")


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)}


def close(turtle: str, settings: Settings | None = None) -> Closure:
    return RulesEngine(settings).close(triples(turtle))


def case(rule: str) -> tuple[frozenset[ox.Triple], Closure]:
    """Return the graph of a rule's case and its closure."""
    stated = frozenset(triples(CASES[rule][0]))
    return stated, RulesEngine().close(stated)


def follows(turtle: str, expected: str, settings: Settings | None = None) -> bool:
    return triples(expected) <= close(turtle, settings).inferred


def test_every_rule_has_a_case() -> None:
    assert {*CASES, *TRIVIAL} == set(owl2_rl())


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_finds_what_it_should(rule: str) -> None:
    expected = CASES[rule][1]
    _, closure = case(rule)
    if expected is None:
        reported = "eq-diff1" if rule == "dt-diff" else rule
        assert [clash.rule for clash in closure.inconsistencies] == [reported]
    else:
        assert triples(expected) <= closure.inferred
        assert closure.inconsistencies == ()


@pytest.mark.parametrize("rule", TRIVIAL)
def test_what_holds_of_any_graph_is_given_on_request_only(rule: str) -> None:
    graph, expected = TRIVIAL[rule]
    assert triples(expected) <= close(graph, Settings(trivial=True)).inferred
    assert close(graph).inferred.isdisjoint(triples(expected))


@pytest.mark.parametrize("rule", CASES)
def test_nothing_trivial_and_nothing_stated_is_given(rule: str) -> None:
    stated, closure = case(rule)
    assert not any(map(is_noise, closure.inferred))
    assert closure.inferred.isdisjoint(stated)


@pytest.mark.parametrize("rule", [rule for rule, case in CASES.items() if case[1] is None])
def test_a_clash_comes_with_its_triples_and_a_sentence_in_two_languages(rule: str) -> None:
    stated, closure = case(rule)
    (clash,) = closure.inconsistencies
    assert clash.premises
    assert set(clash.premises) <= stated | closure.inferred
    assert clash.message != clash.message_nl
    assert "{" not in clash.message + clash.message_nl
    assert clash.terms


INTERACTIONS = {
    "a class is found through a property that only data makes transitive": (
        ":Kind rdfs:subClassOf owl:TransitiveProperty . :p a :Kind . :a :p :b . :b :p :c .",
        ":a :p :c .",
    ),
    "a subproperty of rdf:type gives classes": (
        ":isA rdfs:subPropertyOf rdf:type . :a :isA :C . :C rdfs:subClassOf :D .",
        ":a a :D .",
    ),
    "a subproperty of rdfs:subClassOf gives a hierarchy": (
        ":under rdfs:subPropertyOf rdfs:subClassOf . :C :under :D . :a a :C .",
        ":a a :D .",
    ),
    "a property that equals rdf:type gives classes": (
        ":isA owl:sameAs rdf:type . :a :isA :C . :C rdfs:subClassOf :D .",
        ":a a :D ; :isA :D .",
    ),
    "a property that equals rdfs:subClassOf gives a hierarchy": (
        ":under owl:sameAs rdfs:subClassOf . :C :under :D . :a a :C .",
        ":a a :D .",
    ),
    "equal classes share their members": (":C owl:sameAs :D . :a a :C .", ":a a :D ."),
    "a subproperty of owl:sameAs makes things equal": (
        ":is rdfs:subPropertyOf owl:sameAs . :a :is :b . :a :p :c .",
        ":b :p :c .",
    ),
    "owl:sameAs in a chain holds of each thing and itself": (
        ":p owl:propertyChainAxiom (owl:sameAs :q) . :a :q :b .",
        ":a :p :b .",
    ),
    "the domain of owl:sameAs is the class of everything": (
        "owl:sameAs rdfs:domain :C . :a :p :b .",
        ":a a :C . :b a :C .",
    ),
    "a key finds things equal, whose names then share a key": (
        ":C owl:hasKey (:p) . :a a :C ; :p 1 ; :q :x . :b a :C ; :p 1 ; :q :y ."
        " :q a owl:FunctionalProperty . :x :r :z .",
        ":y :r :z .",
    ),
    "keys need a value in common, not all": (
        ":C owl:hasKey (:p :q) . :a a :C ; :p 1, 2 ; :q 3 . :b a :C ; :p 2, 4 ; :q 3, 5 .",
        ":a owl:sameAs :b .",
    ),
    "an inverse feeds a chain that feeds a class": (
        ":p owl:inverseOf :q . :r owl:propertyChainAxiom (:p :p) . :b :q :a . :c :q :b ."
        " :C owl:someValuesFrom owl:Thing ; owl:onProperty :r .",
        ":a :r :c ; a :C .",
    ),
    "a chain may contain its own property": (
        ":p owl:propertyChainAxiom (:p :q) . :a :p :b . :b :q :c . :c :q :d .",
        ":a :p :d .",
    ),
    "a list of one is a list": (
        ":C owl:unionOf (:D) . :E owl:intersectionOf (:D) . :p owl:propertyChainAxiom (:q) ."
        " :a a :D ; :q :b .",
        ":a a :C, :E ; :p :b .",
    ),
    "a thing in an intersection twice counts once": (
        ":C owl:intersectionOf (:D :D :E) . :a a :D, :E .",
        ":a a :C .",
    ),
    "everything is asked for where owl:Thing is a part": (
        ":C owl:intersectionOf (owl:Thing :D) . :D a owl:Class . :a a :D .",
        ":a a :C .",
    ),
    "what is above owl:Thing has everything with a class": (
        "owl:Thing rdfs:subClassOf :C . :D a owl:Class . :a a :D .",
        ":a a :C .",
    ),
    "a class that equals owl:Thing has everything with a class": (
        ":C owl:equivalentClass owl:Thing . :D a owl:Class . :a a :D .",
        ":a a :C .",
    ),
    "a restriction equals one that is the same": (
        ":p a owl:ObjectProperty . :C owl:hasValue :a ; owl:onProperty :p ."
        " :D owl:hasValue :a ; owl:onProperty :p .",
        ":C owl:equivalentClass :D .",
    ),
    "equal terms stand for each other in all three places": (
        ":a owl:sameAs :x . :p owl:sameAs :q . :b owl:sameAs :y . :a :p :b .",
        ":x :q :y .",
    ),
    "a cardinality may be written as any number": (
        ":C owl:maxCardinality 1 ; owl:onProperty :p . :a a :C ; :p :b, :c .",
        ":b owl:sameAs :c .",
    ),
    "a number is an integer however it is written": (
        ":C owl:someValuesFrom xsd:integer ; owl:onProperty :p . :a :p 1.0 .",
        ":a a :C .",
    ),
    "a literal passes through a symmetric property": (
        ':p a owl:SymmetricProperty ; rdfs:subPropertyOf :q . :a :p "x" . :b :p "x" .'
        " :q a owl:FunctionalProperty .",
        ":a owl:sameAs :b .",
    ),
    "the value of a restriction may be a class axiom": (
        ":C owl:hasValue :D ; owl:onProperty rdfs:subClassOf . :E a :C . :a a :E .",
        ":a a :D .",
    ),
    "a property used as a class": (":p rdfs:subClassOf :C . :a a :p ; :p :b .", ":a a :C ."),
}


@pytest.mark.parametrize("name", INTERACTIONS)
def test_rules_work_together(name: str) -> None:
    assert follows(*INTERACTIONS[name])


NOT_FOLLOWING = {
    "keys do not reach things of other classes": (
        ":C owl:hasKey (:p) . :a a :C ; :p 1 . :b :p 1 .",
        ":a owl:sameAs :b .",
    ),
    "all keys must agree": (
        ":C owl:hasKey (:p :q) . :a a :C ; :p 1 ; :q 1 . :b a :C ; :p 1 ; :q 2 .",
        ":a owl:sameAs :b .",
    ),
    "every class of an intersection is asked for": (
        ":C owl:intersectionOf (:D :E :F) . :a a :D, :F .",
        ":a a :C .",
    ),
    "a chain is followed to its end": (
        ":p owl:propertyChainAxiom (:q :r :s) . :a :q :b . :b :r :c .",
        ":a :p :c .",
    ),
    "a floating-point number is no decimal": (
        ':a :p "1"^^xsd:double . :b :q "1"^^xsd:integer .',
        ':a :p "1"^^xsd:integer .',
    ),
    "a negative number is not of a datatype without": (
        ":C owl:someValuesFrom xsd:nonNegativeInteger ; owl:onProperty :p . :a :p -1 .",
        ":a a :C .",
    ),
}


@pytest.mark.parametrize("name", NOT_FOLLOWING)
def test_what_does_not_follow_is_not_given(name: str) -> None:
    graph, consequence = NOT_FOLLOWING[name]
    assert close(graph).inferred.isdisjoint(triples(consequence))


@pytest.mark.parametrize("length", [1, 2, 3, 12, 60])
def test_lists_may_have_any_length(length: int) -> None:
    names = " ".join(f":x{n}" for n in range(length))
    links = " ".join(f":n{n} :x{n} :n{n + 1} . :a a :x{n} ." for n in range(length))
    keys = " ".join(f":k :x{n} {n} . :l :x{n} {n} ." for n in range(length))
    graph = (
        f":p owl:propertyChainAxiom ({names}) . :C owl:intersectionOf ({names}) . {links}"
        f" :K owl:hasKey ({names}) . :k a :K . :l a :K . {keys}"
    )
    assert follows(graph, f":n0 :p :n{length} . :a a :C . :k owl:sameAs :l .")


def test_the_last_of_a_long_list_excludes_the_first() -> None:
    names = " ".join(f":C{n}" for n in range(50))
    graph = f"[] a owl:AllDisjointClasses ; owl:members ({names}) . :a a :C0, :C49 ."
    assert [clash.rule for clash in close(graph).inconsistencies] == ["cax-adc"]


def test_several_clashes_are_all_reported() -> None:
    graph = (
        ":C owl:disjointWith :D . :a a :C, :D . :b a :C, :D . :c a owl:Nothing ."
        ' :c :p "many"^^xsd:integer .'
    )
    clashes = close(graph).inconsistencies
    assert [clash.rule for clash in clashes] == ["cax-dw", "cax-dw", "cls-nothing2", "dt-not-type"]


def test_that_there_are_more_clashes_than_shown_is_said() -> None:
    graph = ":C owl:disjointWith :D . " + " ".join(f":a{n} a :C, :D ." for n in range(150))
    closure = close(graph)
    assert len(closure.inconsistencies) == 100
    assert closure.warnings == ("there are more clashes of rule cax-dw than the 100 shown",)


def test_no_literal_is_ever_a_subject_and_no_blank_node_a_predicate() -> None:
    graph = ':p owl:inverseOf :q . :a :p "x" . :q owl:sameAs _:r . :a :p :b .'
    closure = close(graph)
    assert triples(":b :q :a .") <= closure.inferred
    assert all(not isinstance(triple.subject, ox.Literal) for triple in closure.inferred)
    assert all(isinstance(triple.predicate, ox.NamedNode) for triple in closure.inferred)


def test_lexical_forms_are_kept() -> None:
    graph = ':p rdfs:subPropertyOf :q . :a :p "007"^^xsd:integer, "é\\n\\"\\\\"@nl .'
    expected = triples(':a :q "007"^^xsd:integer, "é\\n\\"\\\\"@nl .')
    assert {t for t in close(graph).inferred if t.predicate.value.endswith("/q")} == expected


def test_without_sameas_nothing_is_found_equal() -> None:
    graph = (
        ":a owl:sameAs :b . :a :p :c . :q a owl:FunctionalProperty . :d :q :e, :f ."
        " :p rdfs:domain :C ."
    )
    closure = close(graph, Settings(sameas=False))
    assert {t for t in closure.inferred if "example" in str(t.subject)} == triples(":a a :C .")


def test_a_triple_about_a_triple_is_refused() -> None:
    inner = ox.Triple(*[ox.NamedNode("http://example.org/a")] * 3)
    quoted = ox.Triple(inner.subject, inner.predicate, inner)
    with pytest.raises(UsageError, match="triples about triples"):
        RulesEngine().close([quoted])


def test_an_empty_graph_has_an_empty_closure() -> None:
    assert close("") == Closure(frozenset(), (), (), {})


@pytest.mark.parametrize("rule", [rule for rule, case in CASES.items() if case[1] is not None])
def test_every_round_is_above_zero_and_told_for_all(rule: str) -> None:
    _, closure = case(rule)
    assert closure.rounds is not None
    assert set(closure.rounds) == closure.inferred
    assert all(number > 0 for number in closure.rounds.values())
