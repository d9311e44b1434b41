"""Proofs are right, minimal and found for every rule, and cycles and long chains do not hurt."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from explaining import (
    Closure,
    closure,
    explain,
    least_depth,
    listed,
    smallest_supports,
    stated,
    triple,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof_checker import check
from pyoxigraph import Triple

from si_graph.reason.explanation.derivation_graph import DerivationGraph
from si_graph.reason.explanation.guided import Guide
from si_graph.reason.explanation.left_out import is_left_out
from si_graph.reason.explanation.matching import Rulebook
from si_graph.reason.explanation.missing import nearest
from si_graph.reason.explanation.rounds import Rounds
from si_graph.reason.explanation.search import Explainer, least_deep
from si_graph.reason.explanation.terms import TYPE, statement, texts
from si_graph.reason.rule_table import owl2_rl
from si_graph.reason.rules_engine import RulesEngine

# A graph and what one rule gives in it; `false` is a contradiction.
EXAMPLES = {
    row["rule"]: ([line for line in row["graph"].split(" . ") if line], row["conclusion"])
    for row in csv.DictReader(
        Path(__file__).with_name("explanation_examples.tsv").read_text("utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
}


def test_every_rule_of_the_table_has_an_example() -> None:
    assert EXAMPLES.keys() == owl2_rl().keys()


@pytest.mark.parametrize("rule", EXAMPLES)
def test_the_rule_is_named_in_a_right_proof(rule: str) -> None:
    lines, goal = EXAMPLES[rule]
    asserted = set(map(stated, lines))
    if goal == "false":
        proofs = [one for one in Explainer(closure(lines)).clashes(5) if one.rule == rule]
        assert proofs
        assert all(proof.conclusion is None for proof in proofs)
    else:
        proof = explain(lines, goal)
        assert proof is not None
        assert proof.conclusion == stated(goal)
        assert rule in {step.rule for step in proof.steps()}
        proofs = [proof]
    for proof in proofs:
        check(proof, asserted)


def test_an_asserted_statement_is_its_own_proof() -> None:
    proof = explain(["x p y", "x q y", "q rdfs:subPropertyOf p"], "x p y")
    assert proof is not None
    assert proof.rule is None


def test_what_does_not_hold_has_no_proof() -> None:
    assert explain(["x p y"], "y p x") is None
    assert explain(["x p y"], "x rdfs:subClassOf x") is None


def test_a_statement_that_the_others_make_needless_is_dropped() -> None:
    """That x p y is stated, but it follows from two statements that the proof needs anyway."""
    lines = [
        "t owl:propertyChainAxiom l", *listed("l", "q", "k", "p", "p"), "q rdfs:subPropertyOf p",
        "x q y", "y k x", "x p y", "y q z",
    ]  # fmt: skip
    proof = explain(lines, "x t z")
    assert proof is not None
    check(proof, set(map(stated, lines)))
    assert set(map(texts, proof.leaves)) == set(map(triple, lines)) - {triple("x p y")}


@pytest.mark.parametrize(("steps", "depth"), [("u v t", 2), ("u v w1 w2 t", 3)])
def test_where_the_least_deep_proof_is_not_minimal_the_next_best_is_found(
    steps: str, depth: int
) -> None:
    """That w p z is stated, but needless: without it this proof has depth 3 and more leaves."""
    below = steps.split()
    lines = [
        "t owl:propertyChainAxiom l",
        *listed("l", "rdfs:subPropertyOf", "rdfs:subPropertyOf", "k", "a", "h", "p"),
        "a rdfs:subPropertyOf b", "b rdfs:subPropertyOf p", "p k w", "w a z", "z h w", "w p z",
    ]  # fmt: skip
    other = ["a u z", *map("{} rdfs:subPropertyOf {}".format, below, below[1:])]
    proof = explain([*lines, *other], "a t z")
    assert proof is not None
    assert proof.depth == depth
    assert set(map(texts, proof.leaves)) == set(map(triple, other))


def test_an_axiom_may_be_a_premise() -> None:
    lines = ["r owl:onProperty p", "r owl:someValuesFrom owl:AnnotationProperty", "x p rdfs:label"]
    proof = explain(lines, "x rdf:type r")
    assert proof is not None
    check(proof, set(map(stated, lines)))
    assert "prp-ap" in {step.rule for step in proof.steps()}


def test_all_minimal_proofs_are_given_and_it_is_said_when_there_are_more() -> None:
    lines = [line for n in range(4) for line in (f"x p{n} y", f"p{n} rdfs:subPropertyOf q")]
    explainer = Explainer(closure(lines))
    every = explainer.explain_all(stated("x q y"), 10)
    assert every.is_complete
    leaves = {frozenset(map(texts, proof.leaves)) for proof in every.proofs}
    assert leaves == set(smallest_supports(map(triple, lines), triple("x q y")))
    some = explainer.explain_all(stated("x q y"), 3)
    assert len(some.proofs) == 3
    assert not some.is_complete


# Graphs small enough to try all sets of their statements.
THINGS = st.sampled_from(["x", "y", "z"])
CLASSES = st.sampled_from(["A", "B", "C"])
RELATIONS = st.sampled_from(["p", "q"])
LINES = st.one_of(
    st.builds("{} {} {}".format, THINGS, RELATIONS, THINGS),
    st.builds("{} rdf:type {}".format, THINGS, CLASSES),
    st.builds("{} rdfs:subClassOf {}".format, CLASSES, CLASSES),
    st.builds("{} owl:equivalentClass {}".format, CLASSES, CLASSES),
    st.builds("{} owl:sameAs {}".format, THINGS, THINGS),
    st.builds("{} rdfs:subPropertyOf {}".format, RELATIONS, RELATIONS),
    st.builds("{} owl:inverseOf {}".format, RELATIONS, RELATIONS),
    st.builds("{} rdfs:domain {}".format, RELATIONS, CLASSES),
    st.builds(
        "{} rdf:type owl:{}Property".format,
        RELATIONS,
        st.sampled_from(["Transitive", "Symmetric", "Functional", "InverseFunctional"]),
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LINES, min_size=2, max_size=14, unique=True))
def test_the_closure_of_a_small_graph_is_the_one_of_the_engine(lines: list[str]) -> None:
    asserted = set(map(triple, lines))
    rounds = Rounds(asserted).rounds
    triples = [Triple(*statement(one)) for one in asserted]  # type: ignore[arg-type]  # all IRIs
    engine = RulesEngine().close(triples)
    assert {one for one, number in rounds.items() if number and not is_left_out(one)} == set(
        map(texts, engine.inferred)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LINES, min_size=2, max_size=7, unique=True), st.data())
def test_no_proof_is_smaller_and_none_from_the_same_statements_less_deep(
    lines: list[str], data: st.DataObject
) -> None:
    asserted = set(map(triple, lines))
    derived = sorted(t for t, n in Rounds(asserted).rounds.items() if n and not is_left_out(t))
    if not derived:
        return
    goal = data.draw(st.sampled_from(derived))
    explainer = Explainer(closure(lines))
    every = explainer.explain_all(statement(goal), 1000)
    supports = set(smallest_supports(asserted, goal))
    assert {frozenset(map(texts, proof.leaves)) for proof in every.proofs} == supports
    for proof in every.proofs:
        check(proof, set(map(stated, lines)))
        assert proof.depth == least_depth(map(texts, proof.leaves), goal)
    first = explainer.explain(statement(goal))
    assert first is not None
    assert first.depth == min(one.depth for one in every.proofs)


CYCLES = {
    "equivalent classes": (
        [f"C{n} owl:equivalentClass C{(n + 1) % 12}" for n in range(12)] + ["x rdf:type C0"],
        "x rdf:type C6",
    ),
    "subclasses": (
        [f"C{n} rdfs:subClassOf C{(n + 1) % 12}" for n in range(12)] + ["x rdf:type C0"],
        "x rdf:type C11",
    ),
    "a transitive cycle": (
        ["p rdf:type owl:TransitiveProperty"] + [f"x{n} p x{(n + 1) % 30}" for n in range(30)],
        "x0 p x15",
    ),
    "inverses": (["p owl:inverseOf q", "q owl:inverseOf p", "x p y"], "y q x"),
    "a list in a circle": (
        ["C owl:unionOf l", "l rdf:first A", "l rdf:rest l", "D owl:unionOf k", *listed("k", "A"),
         "x rdf:type A"],
        "x rdf:type D",
    ),
}  # fmt: skip


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_cycle_ends(cycle: str) -> None:
    lines, goal = CYCLES[cycle]
    proof = explain(lines, goal)
    assert proof is not None
    check(proof, set(map(stated, lines)))


def test_a_transitive_chain_of_400_is_explained() -> None:
    lines = ["p rdf:type owl:TransitiveProperty"] + [f"x{n} p x{n + 1}" for n in range(400)]
    proof = explain(lines, "x0 p x400")
    assert proof is not None
    check(proof, set(map(stated, lines)))
    assert len(proof.leaves) == 401
    assert proof.depth == 9


def test_a_clique_of_100_same_things_is_explained() -> None:
    lines = [f"x{n} owl:sameAs x{m}" for n in range(100) for m in range(100) if n != m]
    proof = explain([*lines, "x0 p y"], "x99 p y")
    assert proof is not None
    assert set(map(texts, proof.leaves)) == {triple("x0 owl:sameAs x99"), triple("x0 p y")}


ONE = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
ONE_POINT_NOUGHT = '"1.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'
# Premises that a closure does not have, and yet hold: a conclusion that rests on them.
LEFT_OUT = {
    "a class is below the top": (
        ["p rdfs:domain D", "D rdf:type owl:Class"], "p rdfs:domain owl:Thing",
    ),
    "a property is itself": (
        ["p rdf:type owl:DatatypeProperty", "p owl:sameAs q"], "p owl:equivalentProperty q",
    ),
    "a number is written in another way": (
        ["C owl:onProperty p", f"C owl:maxCardinality {ONE}", "x rdf:type C", "x p y", "x p z"],
        "y owl:sameAs z",
    ),
    "a member of a list has two names": (
        ["C owl:oneOf l", *listed("l", "y", "x"), "z owl:sameAs x"], "y rdf:type C",
    ),
    "two numbers are the same": (
        [f"x p {ONE}", f"y p {ONE_POINT_NOUGHT}"], f"x p {ONE_POINT_NOUGHT}",
    ),
    "a number has the inverse of a property": (
        [f"x p {ONE}", "q owl:inverseOf p", "q rdfs:range C"], "x rdf:type C",
    ),
    "a number has a property above the inverse": (
        [f"x p {ONE}", "q owl:inverseOf p", "q rdfs:subPropertyOf r", "r rdfs:range C"],
        "x rdf:type C",
    ),
    "a number has a property that is symmetric": (
        [f"x p {ONE}", "p rdf:type owl:SymmetricProperty", "p rdfs:range C"], "x rdf:type C",
    ),
    "a number has a chain of an inverse": (
        [f"x p {ONE}", "q owl:inverseOf p", "r owl:propertyChainAxiom l", *listed("l", "q"),
         "r rdfs:range C"],
        "x rdf:type C",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_rests_on_something_left_out_is_explained(case: str) -> None:
    lines, goal = LEFT_OUT[case]
    triples = [Triple(*stated(line)) for line in lines]  # type: ignore[arg-type]  # no literals as subjects
    rounds = RulesEngine().close(triples).rounds
    assert rounds is not None
    derived = {texts(one): number for one, number in rounds.items()}
    proof = Explainer(Closure(map(texts, triples), derived)).explain(stated(goal))
    assert proof is not None
    check(proof, set(map(stated, lines)))


def test_what_is_said_of_the_vocabulary_is_used_and_what_might_be_is_not_pursued() -> None:
    lines = ["p rdf:type owl:TransitiveProperty", "a p b", "b p c"]
    book, goal = Guide(closure(lines)).book, triple("a p c")
    ways = DerivationGraph(goal, book, set(map(triple, lines)).__contains__).ways
    assert not [node for node in ways if node[0][0] == TYPE]
    said = ["q rdfs:range owl:SymmetricProperty", "x q rdf:type", "a rdf:type B"]
    proof = explain(said, "B rdf:type a")
    assert proof is not None
    check(proof, set(map(stated, said)))


class Looking(Closure):
    """A closure that counts what it answers."""

    looked = 0

    def match(self, s: str | None, p: str | None, o: str | None) -> Iterator[tuple[str, str, str]]:
        for found in super().match(s, p, o):
            self.looked += 1
            yield found


def test_the_other_parts_of_a_whole_are_not_gone_through() -> None:
    def looked(parts: int) -> int:
        lines = [f"x{n} part whole" for n in range(parts)]
        lines += [f"whole has x{n}" for n in range(parts)]
        lines += ["whole part top", "top has whole"]
        lines += [f"{one} rdf:type owl:TransitiveProperty" for one in ("part", "has")]
        asserted = set(map(triple, lines))
        graph = Looking(asserted, {t: n for t, n in Rounds(asserted).rounds.items() if n})
        DerivationGraph(triple("x0 part top"), Rulebook(graph), asserted.__contains__)
        return graph.looked

    assert looked(200) == looked(20)


def test_of_two_names_in_one_place_of_a_list_the_first_is_taken() -> None:
    """The other one is only there after what is proved, so it leads to no proof."""
    lines, goal = LEFT_OUT["a member of a list has two names"]
    assert least_deep(map(triple, lines), triple(goal)) is not None


def test_rounds_that_lead_nowhere_do_not_hide_a_proof() -> None:
    lines = ["p rdfs:subPropertyOf q", "q rdfs:subPropertyOf r", "x p y"]
    wrong = {triple("x q y"): 5, triple("x r y"): 1, triple("p rdfs:subPropertyOf r"): 5}
    proof = Explainer(Closure(map(triple, lines), wrong)).explain(stated("x r y"))
    assert proof is not None
    check(proof, set(map(stated, lines)))


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (["p rdf:type owl:FunctionalProperty", f"x p {ONE}", 'x p "two"'], "eq-diff1"),
        (["x owl:sameAs " + ONE, 'x owl:sameAs "two"'], "eq-diff1"),
        (["x owl:differentFrom x"], "eq-diff1"),
        (["a rdf:type owl:AllDifferent", "a owl:members l", *listed("l", "x", "x")], "eq-diff2"),
        (["p rdfs:range xsd:integer", 'x p "two"'], "dt-not-type"),
    ],
)
def test_a_clash_on_what_is_left_out_is_explained(lines: list[str], rule: str) -> None:
    proofs = Explainer(closure(lines)).clashes(5)
    assert rule in {proof.rule for proof in proofs}
    for proof in proofs:
        check(proof, set(map(stated, lines)))


def test_the_nearest_missing_premise_is_told() -> None:
    facts = closure(["p rdfs:subPropertyOf q", "x r y"])
    (one, *_) = nearest(facts, stated("x q y"), 3)
    assert one.rule == "prp-spo1"
    assert one.premise == stated("x p y")
    assert one.holds == (stated("p rdfs:subPropertyOf q"),)
