"""The proof checker accepts what is right and nothing else: explanations are tested with it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from itertools import count

import pyoxigraph as ox
import pytest
from literal_values import Term, holds
from proof_checker import WrongProofError, check

from si_graph.namespaces import PREFIXES, expand
from si_graph.reason.explanation.proof import Proof, Statement
from si_graph.reason.rule_table import (
    Chain,
    Datatype,
    Every,
    Member,
    Pattern,
    Premise,
    Rule,
    owl2_rl,
)

RULES = owl2_rl()
STRANGER, XSD = ox.NamedNode("http://example.org/stranger"), PREFIXES["xsd"]


def name(text: str) -> ox.NamedNode:
    return ox.NamedNode(expand(text) or f"http://example.org/{text}")


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def moment(text: str) -> ox.Literal:
    return literal(text, "dateTime")


def statement(text: str) -> Statement:
    """Return the statement of three names, such as `ann knows ben`."""
    subject, predicate, value = map(name, text.split())
    return Statement(subject, predicate, value)


def leaf(text: str) -> Proof:
    return Proof(statement(text), None, (), {})


def step(rule: str, conclusion: str | None, *premises: Proof, **bindings: str) -> Proof:
    bound = {variable: name(term) for variable, term in bindings.items()}
    return Proof(statement(conclusion) if conclusion else None, rule, premises, bound)


def cells(head: str, *members: str, end: str = "rdf:nil") -> list[Proof]:
    """Return the cells of a list as leaves; the first is named `head`, the next `head1`…"""
    nodes = [head, *(f"{head}{number}" for number in range(1, len(members)))]
    return [
        leaf(f"{node} {link}")
        for node, member, after in zip(nodes, members, [*nodes[1:], end], strict=True)
        for link in (f"rdf:first {member}", f"rdf:rest {after}")
    ]


# Terms for the rules on values, of which not just any will do.
VALUES: dict[str, dict[str, Term]] = {
    "dt-type1": {"dt": name("xsd:integer")},
    "dt-type2": {"lt": literal("5", "decimal"), "dt": name("xsd:byte")},
    "dt-eq": {"lt1": literal("1", "integer"), "lt2": literal("1.0", "decimal")},
    "dt-diff": {"lt1": literal("1", "integer"), "lt2": literal("1", "string")},
    "dt-not-type": {"lt": literal("300", "integer"), "dt": name("xsd:byte")},
}


class Example:
    """A proof in one step by a rule, in which every term matters.

    Each variable is a term of its own. A list has the members that the rule names, or three.
    """

    def __init__(self, rule: Rule) -> None:
        self.bindings: dict[str, Term] = dict(VALUES.get(rule.id, {}))
        self._numbers = count(1)
        facts = [fact for premise in rule.premises for fact in self._facts(premise)]
        conclusion = self._fact(rule.conclusions[-1]) if rule.conclusions else None
        leaves = tuple(Proof(fact, None, (), {}) for fact in facts)
        self.asserted = frozenset(facts)
        self.proof = Proof(conclusion, rule.id, leaves, self.bindings)

    def _facts(self, premise: Premise) -> Iterator[Statement]:
        if isinstance(premise, Pattern):
            yield self._fact(premise)
        elif not isinstance(premise, Datatype):
            members: list[Term] = [name("member0"), name("member1"), name("member2")]
            if isinstance(premise, Member):
                members = [self._term(item) for item in (premise.item, premise.later) if item]
            yield from self._cells(self._term(premise.list), members)
            if isinstance(premise, Every):
                for member in members:
                    own = {premise.item: member, "?zi": self._fresh()}
                    yield from (self._fact(pattern, own) for pattern in premise.patterns)
            elif isinstance(premise, Chain):
                stops = [self._term(premise.start), self._fresh(), self._fresh()]
                yield from map(Statement, stops, members, [*stops[1:], self._term(premise.end)])

    def _cells(self, head: Term, members: list[Term]) -> Iterator[Statement]:
        for place, member in enumerate(members, start=1):
            after = self._fresh() if place < len(members) else name("rdf:nil")
            yield Statement(head, name("rdf:first"), member)
            yield Statement(head, name("rdf:rest"), after)
            head = after

    def _fact(self, pattern: Pattern, own: Mapping[str, Term] | None = None) -> Statement:
        return Statement(*((own or {}).get(part) or self._term(part) for part in pattern))

    def _term(self, part: str) -> Term:
        if part.startswith("?"):
            return self.bindings.setdefault(part[1:], name(part[1:]))
        if part.startswith('"'):
            return literal(part[1], "nonNegativeInteger")
        return ox.NamedNode(part)

    def _fresh(self) -> Term:
        return name(f"fresh{next(self._numbers)}")


@pytest.fixture(params=RULES.values(), ids=list(RULES))
def example(request: pytest.FixtureRequest) -> Example:
    """An example of each rule in turn."""
    return Example(request.param)


def rejected(proof: Proof, asserted: Container[Statement]) -> bool:
    try:
        check(proof, asserted)
    except WrongProofError:
        return True
    return False


def test_an_instance_of_any_rule_is_accepted(example: Example) -> None:
    check(example.proof, example.asserted)


def test_a_premise_less_is_noticed(example: Example) -> None:
    premises = example.proof.premises
    for place in range(len(premises)):
        less = example.proof._replace(premises=(*premises[:place], *premises[place + 1 :]))
        assert rejected(less, example.asserted), premises[place]


def test_a_premise_too_many_is_noticed(example: Example) -> None:
    stray = leaf("stray knows stray")
    more = example.proof._replace(premises=(*example.proof.premises, stray))
    assert stray.conclusion is not None
    assert rejected(more, {*example.asserted, stray.conclusion})


def test_another_term_in_a_premise_is_noticed(example: Example) -> None:
    for place, premise in enumerate(example.proof.premises):
        assert premise.conclusion is not None
        for part in Statement._fields:
            fact = premise.conclusion._replace(**{part: STRANGER})
            changed = list(example.proof.premises)
            changed[place] = Proof(fact, None, (), {})
            proof = example.proof._replace(premises=tuple(changed))
            assert rejected(proof, {*example.asserted, fact}), fact


def test_another_term_in_the_conclusion_is_noticed(example: Example) -> None:
    if example.proof.conclusion is None:
        proof = example.proof._replace(conclusion=statement("ann knows ben"))
        assert rejected(proof, example.asserted)
        return
    assert rejected(example.proof._replace(conclusion=None), example.asserted)
    for part in Statement._fields:
        conclusion = example.proof.conclusion._replace(**{part: STRANGER})
        assert rejected(example.proof._replace(conclusion=conclusion), example.asserted)


def test_another_term_for_a_variable_is_noticed(example: Example) -> None:
    for variable in example.bindings:
        changed = {**example.bindings, variable: STRANGER}
        assert rejected(example.proof._replace(bindings=changed), example.asserted), variable


def test_a_variable_without_a_term_is_noticed(example: Example) -> None:
    for variable in example.bindings:
        less = {key: term for key, term in example.bindings.items() if key != variable}
        assert rejected(example.proof._replace(bindings=less), example.asserted), variable


def test_a_leaf_that_is_not_asserted_is_noticed(example: Example) -> None:
    for fact in example.asserted:
        assert rejected(example.proof, example.asserted - {fact}), fact


def test_another_conclusion_of_the_same_rule_is_accepted() -> None:
    fact = leaf("ann knows ben")
    for term in ("ann", "knows", "ben"):
        proof = step("eq-ref", f"{term} owl:sameAs {term}", fact, s="ann", p="knows", o="ben")
        check(proof, fact.leaves)


def test_another_rule_is_noticed() -> None:
    premises = leaf("Dog rdfs:subClassOf Animal"), leaf("rex rdf:type Dog")
    proof = step("cax-sco", "rex rdf:type Animal", *premises, c1="Dog", c2="Animal", x="rex")
    check(proof, proof.leaves)
    for rule in ("cax-eqc1", "scm-sco", "no-such-rule"):
        assert rejected(proof._replace(rule=rule), proof.leaves), rule


def test_every_step_of_a_long_proof_is_checked() -> None:
    """A fault far up in a proof of 1,200 steps is found, and depth is no obstacle."""
    for start, is_wrong in (("c0", False), ("other", True)):
        proof = leaf(f"rex rdf:type {start}")
        for number in range(1200):
            below, above = f"c{number}", f"c{number + 1}"
            axiom = leaf(f"{below} rdfs:subClassOf {above}")
            conclusion = f"rex rdf:type {above}"
            proof = step("cax-sco", conclusion, axiom, proof, c1=below, c2=above, x="rex")
        assert rejected(proof, proof.leaves) is is_wrong


def test_a_step_that_many_share_is_checked_once() -> None:
    """Each of 60 steps lists the one before twice: written out, that would be 2^60 steps."""
    proof = leaf("x rdf:type C0")
    for number in range(60):
        head, whole, part = f"l{number}_", f"C{number + 1}", f"C{number}"
        premises = leaf(f"{whole} owl:intersectionOf {head}"), *cells(head, part, part)
        conclusion = f"x rdf:type {whole}"
        proof = step("cls-int1", conclusion, *premises, proof, proof, c=whole, l=head, y="x")
    check(proof, proof.leaves)


def test_a_proof_that_runs_in_a_circle_is_noticed() -> None:
    premises: list[Proof] = []
    proof = Proof(statement("b near a"), "prp-symp", premises, {})  # type: ignore[arg-type]
    premises.append(proof)
    assert rejected(proof, frozenset())


def test_a_statement_that_proves_itself_is_noticed() -> None:
    transitive, loop = leaf("near rdf:type owl:TransitiveProperty"), leaf("a near a")
    proof = step("prp-trp", "a near a", transitive, loop, loop, p="near", x="a", y="a", z="a")
    assert rejected(proof, proof.leaves)
    symmetric = leaf("near rdf:type owl:SymmetricProperty")
    first = step("prp-symp", "b near a", symmetric, leaf("a near b"), p="near", x="a", y="b")
    check(first, first.leaves)
    second = step("prp-symp", "a near b", symmetric, first, p="near", x="b", y="a")
    assert rejected(second, second.leaves)


def test_nothing_is_concluded_from_an_inconsistency() -> None:
    clash = step("cls-nothing2", None, leaf("x rdf:type owl:Nothing"), x="x")
    check(clash, clash.leaves)
    proof = step("cls-thing", "owl:Thing rdf:type owl:Class", clash)
    assert rejected(proof, proof.leaves)


def test_a_leaf_rests_on_nothing() -> None:
    fact = statement("ann knows ben")
    premise = leaf("ann knows cas")
    assert rejected(Proof(fact, None, (premise,), {}), {fact, *premise.leaves})
    assert rejected(Proof(None, None, (), {}), {fact})


@pytest.mark.parametrize(
    "list_cells",
    [
        cells("l", "A", "B", end="l"),
        cells("l", "A", "B", end="nowhere"),
        [*cells("l", "A", "B"), leaf("l1 rdf:first C")],
        [*cells("l", "A", "B"), leaf("l1 rdf:rest elsewhere")],
    ],
    ids=["runs in a circle", "has no end", "holds two things in one place", "forks"],
)
def test_only_a_whole_list_counts(list_cells: list[Proof]) -> None:
    axiom, member = leaf("C owl:unionOf l"), leaf("x rdf:type A")
    for given, is_wrong in ((cells("l", "A", "B"), False), (list_cells, True)):
        proof = step("cls-uni", "x rdf:type C", axiom, *given, member, c="C", l="l", ci="A", y="x")
        assert rejected(proof, proof.leaves) is is_wrong


def test_an_empty_list_proves_nothing() -> None:
    axiom = leaf("C owl:intersectionOf rdf:nil")
    proof = step("cls-int1", "x rdf:type C", axiom, c="C", l="rdf:nil", y="x")
    assert rejected(proof, proof.leaves)


def test_the_order_in_a_list_counts() -> None:
    def clash(first: str, second: str, *members: str) -> Proof:
        premises = (
            leaf("d rdf:type owl:AllDifferent"), leaf("d owl:members l"), *cells("l", *members),
            leaf(f"{first} owl:sameAs {second}"),
        )  # fmt: skip
        return step("eq-diff2", None, *premises, x="d", l="l", zi=first, zj=second)

    for proof, is_wrong in (
        (clash("a", "b", "a", "b"), False),
        (clash("a", "b", "b", "a"), True),
        (clash("a", "a", "a", "b"), True),
        (clash("a", "a", "a", "a"), False),
    ):
        assert rejected(proof, proof.leaves) is is_wrong


def test_keys_must_agree_in_every_place() -> None:
    def merged(*values: str) -> Proof:
        premises = (
            leaf("C owl:hasKey l"), *cells("l", "p", "q"), leaf("x rdf:type C"),
            leaf("y rdf:type C"), *map(leaf, values),
        )  # fmt: skip
        return step("prp-key", "x owl:sameAs y", *premises, c="C", l="l", x="x", y="y")

    right = merged("x p 1", "y p 1", "x q 2", "y q 2")
    wrong = merged("x p 1", "y p 2", "x q 2", "y q 1")
    check(right, right.leaves)
    assert rejected(wrong, wrong.leaves)
    # What a variable was for one member only may be told, and does not matter.
    told = {**right.bindings, "pi": name("q"), "zi": name("2")}
    check(right._replace(bindings=told), right.leaves)


def test_a_value_outside_a_datatype_is_noticed() -> None:
    for value, is_wrong in (("255", False), ("256", True)):
        bindings: dict[str, Term] = {
            "lt": literal(value, "integer"),
            "dt": name("xsd:unsignedByte"),
        }
        conclusion = Statement(bindings["lt"], name("rdf:type"), bindings["dt"])
        assert rejected(Proof(conclusion, "dt-type2", (), bindings), frozenset()) is is_wrong


@pytest.mark.parametrize(
    ("test", "terms"),
    [
        ("DATATYPE", [name("rdfs:Literal")]),
        ("IN", [literal("7", "long"), name("xsd:unsignedByte")]),
        ("IN", [literal("7.0", "decimal"), name("xsd:integer")]),
        ("IN", [literal("a b", "string"), name("xsd:token")]),
        ("IN", [ox.Literal("hoi", language="nl"), name("rdf:PlainLiteral")]),
        ("IN", [moment("2024-02-29T24:00:00Z"), name("xsd:dateTimeStamp")]),
        ("NOT IN", [literal("7", "float"), name("xsd:decimal")]),
        ("NOT IN", [literal("7.5", "decimal"), name("xsd:integer")]),
        ("NOT IN", [literal("a  b", "string"), name("xsd:token")]),
        ("NOT IN", [literal("1a", "NMTOKEN"), name("xsd:NCName")]),
        ("NOT IN", [literal("1:a", "NMTOKEN"), name("xsd:Name")]),
        ("NOT IN", [ox.Literal("hoi", language="nl"), name("xsd:string")]),
        ("NOT IN", [literal("seven", "integer"), name("xsd:integer")]),
        ("NOT IN", [moment("2023-02-29T00:00:00"), name("xsd:dateTime")]),
        ("NOT IN", [literal("-1", "nonNegativeInteger"), name("xsd:nonNegativeInteger")]),
        ("SAME AS", [literal("01", "int"), literal("+1.0", "decimal")]),
        ("SAME AS", [literal("1e0", "double"), literal("1", "double")]),
        ("SAME AS", [literal("0.1", "float"), literal("0.100000001", "float")]),
        ("SAME AS", [literal("a\tb", "normalizedString"), literal("a b", "string")]),
        ("SAME AS", [literal(" a  b\n", "token"), literal("a b", "string")]),
        ("SAME AS", [literal("true", "boolean"), literal("1", "boolean")]),
        ("SAME AS", [literal("0f", "hexBinary"), literal("0F", "hexBinary")]),
        (
            "SAME AS",
            [
                ox.Literal("hoi", language="nl-be"),
                ox.Literal("hoi@nl-BE", datatype=name("rdf:PlainLiteral")),
            ],
        ),
        ("SAME AS", [moment("2024-02-29T24:00:00"), moment("2024-03-01T00:00:00.0")]),
        ("NOT SAME AS", [literal("+0.0", "float"), literal("-0.0", "float")]),
        ("NOT SAME AS", [literal("+0.0", "double"), literal("-0.0", "double")]),
        (
            "NOT SAME AS",
            [literal("1" + 40 * "0", "integer"), literal("1" + 39 * "0" + "1", "integer")],
        ),
        ("NOT SAME AS", [moment("2024-01-01T12:00:00Z"), moment("2024-01-01T12:00:00")]),
        ("NOT SAME AS", [moment("1600-01-01T12:00:00"), moment("2000-01-01T12:00:00")]),
        ("NOT SAME AS", [literal("1", "float"), literal("1", "double")]),
        ("NOT SAME AS", [literal("a", "string"), literal("a", "anyURI")]),
        ("NOT SAME AS", [moment("2024-01-01T12:00:00Z"), moment("2024-01-01T13:00:00+01:00")]),
    ],
    ids=str,
)
def test_values_are_told_apart(test: str, terms: list[Term]) -> None:
    assert holds(test, *terms)
    opposite = test.removeprefix("NOT ") if test.startswith("NOT ") else f"NOT {test}"
    assert not holds(opposite, *terms)


def test_of_values_that_are_unknown_nothing_holds() -> None:
    unknown, unsound = literal("2024", "gYear"), literal("300", "byte")
    for test in ("IN", "NOT IN"):
        assert not holds(test, unknown, name("xsd:integer"))
        assert not holds(test, literal("1", "integer"), name("xsd:gYear"))
        assert not holds(test, name("ann"), name("xsd:integer"))
        assert not holds(test, ox.Literal("1", datatype=name("rdfs:Literal")), name("xsd:integer"))
    for test in ("SAME AS", "NOT SAME AS"):
        assert not holds(test, unknown, literal("1", "integer"))
        assert not holds(test, unsound, literal("300", "integer"))
    assert not holds("DATATYPE", name("xsd:gYear"))
