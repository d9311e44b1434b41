"""The owlrl engine: what follows and nothing else, and every clash by the rule that finds it."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from si_graph.errors import InputError, UsageError
from si_graph.namespaces import PREFIXES
from si_graph.reason.cleaning import is_noise
from si_graph.reason.owlrl_engine import OwlrlEngine
from si_graph.reason.owlrl_messages import inconsistency
from si_graph.reason.protocol import Closure
from support import ROOT

EX = "http://example.org/"
TYPE = PREFIXES["rdf"] + "type"
SAME = PREFIXES["owl"] + "sameAs"
HEAD = "\n".join(
    f"@prefix {name}: <{PREFIXES[name]}> ." for name in ("rdf", "rdfs", "owl", "xsd", "skos", "si")
)
NONE = '"0"^^xsd:nonNegativeInteger'


def close(turtle: str) -> Closure:
    """Close statements written in Turtle."""
    quads = ox.parse(f"{HEAD}\n@prefix ex: <{EX}> .\n{turtle}", format=ox.RdfFormat.TURTLE)
    return OwlrlEngine().close(quad.triple for quad in quads)


def told(closure: Closure) -> set[str]:
    """Return what was inferred, shortened for reading; without what is said of unnamed things."""
    short = {EX: "ex:", PREFIXES["owl"]: "owl:", PREFIXES["rdfs"]: "rdfs:", PREFIXES["rdf"]: "rdf:"}
    found = set()
    for triple in closure.inferred:
        if not any(isinstance(term, ox.BlankNode) for term in triple):
            text = f"{triple.subject.value} {triple.predicate.value} {triple.object.value}"  # type: ignore[union-attr]
            for namespace, prefix in short.items():
                text = text.replace(namespace, prefix)
            found.add(text)
    return found


# What follows


@pytest.mark.parametrize(
    ("statements", "follows"),
    [
        ("ex:A rdfs:subClassOf ex:B . ex:x a ex:A .", {"ex:x rdf:type ex:B"}),
        ("ex:p rdfs:subPropertyOf ex:q . ex:x ex:p ex:y .", {"ex:x ex:q ex:y"}),
        ("ex:p a owl:TransitiveProperty . ex:x ex:p ex:y . ex:y ex:p ex:z .", {"ex:x ex:p ex:z"}),
        ("ex:p owl:inverseOf ex:q . ex:x ex:p ex:y .", {"ex:y ex:q ex:x"}),
        (
            "ex:r owl:propertyChainAxiom (ex:p ex:q) . ex:x ex:p ex:y . ex:y ex:q ex:z .",
            {"ex:x ex:r ex:z"},
        ),
        (
            "ex:x owl:sameAs ex:y . ex:x ex:p ex:z .",
            {"ex:y owl:sameAs ex:x", "ex:y ex:p ex:z"},
        ),
        ("ex:x ex:p 5 .", set()),
        ("", set()),
    ],
)
def test_exactly_what_follows_is_inferred(statements: str, follows: set[str]) -> None:
    closure = close(statements)
    assert told(closure) == follows
    assert closure.inconsistencies == ()


@pytest.mark.parametrize(
    ("keys", "other", "same"),
    [
        ("ex:k1", "ex:k1 1", True),
        ("ex:k1 ex:k2", "ex:k1 1 ; ex:k2 2", True),
        ("ex:k1 ex:k2", "ex:k1 1 ; ex:k2 9", False),
        ("ex:k1 ex:k2 ex:k3", "ex:k1 1 ; ex:k2 2 ; ex:k3 9", False),
        ("ex:k1 ex:k2 ex:k3", "ex:k1 1 ; ex:k2 2 ; ex:k3 3", True),
    ],
)
def test_every_key_of_a_list_counts(keys: str, other: str, *, same: bool) -> None:
    closure = close(
        f"ex:C owl:hasKey ({keys}) . ex:a a ex:C ; ex:k1 1 ; ex:k2 2 ; ex:k3 3 ."
        f" ex:b a ex:C ; {other} ."
    )
    assert ("ex:a owl:sameAs ex:b" in told(closure)) == same


def test_lists_that_are_read_short_leave_no_trace() -> None:
    text = """ex:C owl:hasKey (ex:k1 ex:k2) . [] a owl:AllDifferent ; owl:members (ex:a ex:b) .
        [] a owl:AllDisjointProperties ; owl:members (ex:p ex:q) ."""
    assert close(text).inferred == frozenset()


def test_what_is_stated_is_not_inferred_again() -> None:
    text = "ex:A rdfs:subClassOf ex:B . ex:x a ex:A , ex:B ."
    assert close(text).inferred == frozenset()


def test_lexical_forms_come_back_as_they_were_written() -> None:
    closure = close("""ex:p rdfs:subPropertyOf ex:q .
        ex:x ex:p "7"^^xsd:integer , "007"^^xsd:integer , "1.50"^^xsd:decimal , "a"@nl , "a" .""")
    literals = {str(triple.object) for triple in closure.inferred}
    xsd = PREFIXES["xsd"]
    integers = {f'"7"^^<{xsd}integer>', f'"007"^^<{xsd}integer>'}
    assert literals == integers | {f'"1.50"^^<{xsd}decimal>', '"a"@nl', '"a"'}


# Noise


def test_no_literal_stands_as_a_subject() -> None:
    closure = close("""ex:p rdfs:range xsd:integer ; owl:inverseOf ex:q ; a owl:SymmetricProperty .
        ex:x ex:p 5 , "6" . ex:f a owl:FunctionalProperty . ex:y ex:f 1 , 2 .""")
    text = ox.serialize(closure.inferred, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    again = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
    assert {quad.triple for quad in again} == closure.inferred
    assert not any(isinstance(triple.subject, ox.Literal) for triple in closure.inferred)


def test_the_ontology_closes_without_noise() -> None:
    store = ox.Store()
    for path in (ROOT / "ontology" / "modules").glob("*.ttl"):
        store.load(path=str(path))
    closure = OwlrlEngine().close(quad.triple for quad in store)
    assert closure.inconsistencies == ()
    assert len(closure.inferred) > 100
    reflexive = {t for t in closure.inferred if t.subject == t.object}
    assert reflexive == set()
    vocabularies = tuple(PREFIXES[name] for name in ("rdf", "rdfs", "owl", "xsd"))
    for triple in closure.inferred:
        assert not isinstance(triple.subject, ox.Literal)
        assert not str(triple.subject).startswith(tuple(f"<{iri}" for iri in vocabularies))
        if triple.predicate.value == TYPE:
            assert triple.object.value not in {  # type: ignore[union-attr]
                PREFIXES["owl"] + "Thing",
                PREFIXES["rdfs"] + "Resource",
            }


@pytest.mark.parametrize(
    ("triple", "noise"),
    [
        ("ex:A rdfs:subClassOf ex:A", True),
        ("ex:p rdfs:subPropertyOf ex:p", True),
        ("ex:A owl:equivalentClass ex:A", True),
        ("ex:p owl:equivalentProperty ex:p", True),
        ("ex:x owl:sameAs ex:x", True),
        ("ex:x a owl:Thing", True),
        ("ex:x a rdfs:Resource", True),
        ("ex:p a rdf:Property", True),
        ("ex:A a rdfs:Class", True),
        ("ex:A rdfs:subClassOf owl:Thing", True),
        ("owl:Nothing rdfs:subClassOf ex:A", True),
        ("xsd:integer a rdfs:Datatype", True),
        ("ex:A rdfs:subClassOf ex:B", False),
        ("ex:x owl:sameAs ex:y", False),
        ("ex:x ex:knows ex:x", False),
        ("ex:x a owl:NamedIndividual", False),
        ("ex:x a ex:Thing", False),
        ("ex:A rdfs:subClassOf skos:Concept", False),
        ("skos:broader rdfs:subPropertyOf skos:semanticRelation", False),
    ],
)
def test_only_what_is_true_of_any_graph_is_noise(triple: str, *, noise: bool) -> None:
    text = f"{HEAD} @prefix ex: <{EX}> . {triple} ."
    (quad,) = ox.parse(text, format=ox.RdfFormat.TURTLE)
    assert is_noise(quad.triple) is noise


# Clashes

CLASHES = {
    "dt-not-type": (
        'ex:x ex:p "many"^^xsd:integer .',
        "the value 'many' is not a sound xsd:integer",
    ),
    "eq-diff1": (
        "ex:x owl:sameAs ex:y ; owl:differentFrom ex:y .",
        "ex:x and ex:y are the same and yet said to differ",
    ),
    "eq-diff2": (
        "[] a owl:AllDifferent ; owl:members (ex:x ex:z ex:y) . ex:x owl:sameAs ex:y .",
        "ex:x and ex:y are the same and yet listed as all different",
    ),
    "eq-diff3": (
        "[] a owl:AllDifferent ; owl:distinctMembers (ex:z ex:x ex:y) . ex:x owl:sameAs ex:y .",
        "ex:x and ex:y are the same and yet listed as all different",
    ),
    "prp-irp": (
        "ex:p a owl:IrreflexiveProperty . ex:x ex:p ex:x .",
        "ex:x is linked to itself by ex:p, which links nothing to itself",
    ),
    "prp-asyp": (
        "ex:p a owl:AsymmetricProperty . ex:x ex:p ex:x .",
        "ex:p links ex:x and ex:x both ways and may do so only one way",
    ),
    "prp-pdw": (
        "ex:p owl:propertyDisjointWith ex:q . ex:x ex:p ex:y ; ex:q ex:y .",
        "ex:x is linked to ex:y by both ex:p and ex:q, which exclude each other",
    ),
    "prp-adp": (
        "[] a owl:AllDisjointProperties ; owl:members (ex:r ex:p ex:q) ."
        " ex:x ex:p ex:y ; ex:q ex:y .",
        "ex:x is linked to ex:y by both ex:p and ex:q, which exclude each other",
    ),
    "prp-npa1": (
        "[] owl:sourceIndividual ex:x ; owl:assertionProperty ex:p ; owl:targetIndividual ex:y ."
        " ex:x ex:p ex:y .",
        "ex:x ex:p ex:y holds and is denied",
    ),
    "prp-npa2": (
        "[] owl:sourceIndividual ex:x ; owl:assertionProperty ex:p ; owl:targetValue 'a, b' ."
        " ex:x ex:p 'a, b' .",
        "ex:x ex:p 'a, b' holds and is denied",
    ),
    "cls-nothing2": ("ex:x a owl:Nothing .", "ex:x cannot exist: it is an owl:Nothing"),
    "cls-com": (
        "ex:A owl:complementOf ex:B . ex:x a ex:A , ex:B .",
        "ex:x is both ex:A and its complement",
    ),
    "cls-maxc1": (
        f"ex:x a [ owl:maxCardinality {NONE} ; owl:onProperty ex:p ] ; ex:p ex:y .",
        "ex:y is a value where a limit on ex:p allows none",
    ),
    "cls-maxqc1": (
        f"ex:x a [ owl:maxQualifiedCardinality {NONE} ; owl:onProperty ex:p ; owl:onClass ex:A ] ;"
        " ex:p ex:y . ex:y a ex:A .",
        "ex:y is a value of class ex:A where a limit on ex:p allows none",
    ),
    "cls-maxqc2": (
        f"ex:x a ex:R ; ex:p ex:y . ex:R owl:maxQualifiedCardinality {NONE} ; owl:onProperty ex:p ;"
        " owl:onClass owl:Thing .",
        "ex:y is a value of class owl:Thing where ex:R allows none",
    ),
    "cax-dw": (
        "ex:A owl:disjointWith ex:B . ex:x a ex:A , ex:B .",
        "ex:x is both ex:A and ex:B, which exclude each other",
    ),
    "cax-adc": (
        "[] a owl:AllDisjointClasses ; owl:members (ex:C ex:A ex:B) . ex:x a ex:A , ex:B .",
        "ex:x is both ex:A and ex:B, which exclude each other",
    ),
}
# Where things exclude each other, either may be named first.
EITHER = {"eq": ("ex:x", "ex:y"), "cax": ("ex:A", "ex:B"), "prp": ("ex:p", "ex:q")}


@pytest.mark.parametrize("rule", CLASHES)
def test_a_clash_is_told_once_in_words_with_its_rule_and_its_things(rule: str) -> None:
    statements, sentence = CLASHES[rule]
    (clash,) = close(statements).inconsistencies
    assert clash.rule == rule
    one, other = EITHER.get(rule.partition("-")[0], ("ex:x", "ex:x"))
    swapped = re.sub(f"{one}|{other}", lambda name: other if name[0] == one else one, sentence)
    assert clash.message.replace(EX, "ex:") in {sentence, swapped}
    named = {term.value.replace(EX, "ex:") for term in clash.terms}
    assert {word.strip("':,") for word in sentence.split() if "ex:" in word} - {"ex:p"} <= named
    assert rule in str(clash)


def test_the_first_and_the_last_of_a_list_are_compared_with_all_others() -> None:
    for members in ("ex:x ex:y", "ex:x ex:z ex:w ex:y"):
        for name in ("members", "distinctMembers"):
            closure = close(
                f"[] a owl:AllDifferent ; owl:{name} ({members}) . ex:x owl:sameAs ex:y ."
            )
            assert len(closure.inconsistencies) == 1, (members, name)


def test_what_differs_from_itself_is_a_clash() -> None:
    (clash,) = close("ex:x owl:differentFrom ex:x .").inconsistencies
    assert clash.rule == "eq-diff1"
    assert clash.message == f"{EX}x is said to differ from itself"


def test_a_clash_that_only_follows_is_found() -> None:
    closure = close("""ex:A rdfs:subClassOf ex:B . ex:B owl:disjointWith ex:C .
        ex:p rdfs:range ex:C . ex:x a ex:A . ex:y ex:p ex:x .""")
    assert [clash.rule for clash in closure.inconsistencies] == ["cax-dw"]
    assert "ex:x rdf:type ex:C" in told(closure)


def test_every_clash_is_reported_and_none_is_written_into_the_graph() -> None:
    closure = close("""ex:A owl:disjointWith ex:B . ex:x a ex:A , ex:B . ex:y a ex:A , ex:B .
        ex:z ex:p "many"^^xsd:integer .""")
    assert sorted(clash.rule for clash in closure.inconsistencies) == [
        "cax-dw",
        "cax-dw",
        "dt-not-type",
    ]
    assert not any("rror" in str(triple) for triple in closure.inferred)


def test_something_unnamed_is_not_called_by_a_made_up_name() -> None:
    (clash,) = close("[] a owl:Nothing .").inconsistencies
    assert clash.message == "something unnamed cannot exist: it is an owl:Nothing"


def test_a_message_that_owlrl_words_anew_is_passed_on() -> None:
    clash = inconsistency("Something new went wrong", {}, str)
    assert (clash.rule, clash.message) == ("owlrl", "Something new went wrong")


# Bad input

CIRCLE = "_:l rdf:first ex:a ; rdf:rest _:m . _:m rdf:first ex:b ; rdf:rest _:l ."


@pytest.mark.parametrize(
    "statement",
    [
        "ex:A owl:intersectionOf _:l .",
        "ex:A owl:unionOf _:l .",
        "ex:A owl:hasKey _:l .",
        "ex:p owl:propertyChainAxiom _:l .",
        "[] a owl:AllDifferent ; owl:members _:l .",
        "[] a owl:AllDisjointClasses ; owl:members _:l .",
    ],
)
def test_a_list_that_runs_in_a_circle_is_refused(statement: str) -> None:
    with pytest.raises(InputError, match="recursive"):
        close(statement + CIRCLE)


def test_a_circle_that_no_axiom_reads_does_no_harm() -> None:
    assert close("ex:a ex:p _:l ." + CIRCLE).inferred == frozenset()


@pytest.mark.parametrize("name", ["maxCardinality", "maxQualifiedCardinality"])
def test_a_maximum_that_is_no_number_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=f"owl:{name} is no number: {EX}none"):
        close(f"ex:A owl:{name} ex:none ; owl:onProperty ex:p ; owl:onClass ex:B . ex:x a ex:A .")


def test_a_triple_about_a_triple_is_refused() -> None:
    inner = ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "b"), ox.NamedNode(EX + "c"))
    with pytest.raises(UsageError, match="triples about triples"):
        OwlrlEngine().close([ox.Triple(ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), inner)])


def test_what_is_reported_is_not_logged_as_well(caplog: pytest.LogCaptureFixture) -> None:
    assert close('ex:x ex:p "many"^^xsd:integer , "2014-13-01"^^xsd:date .').inconsistencies
    assert caplog.records == []


def test_the_engine_names_itself_with_its_version() -> None:
    assert OwlrlEngine().name.startswith("owlrl 7.")


# Whatever the graph

names = st.sampled_from([ox.NamedNode(EX + name) for name in "abcpq"])
predicates = st.sampled_from(
    [ox.NamedNode(EX + "p"), ox.NamedNode(EX + "q")]
    + [
        ox.NamedNode(PREFIXES["rdfs"] + n)
        for n in ("subClassOf", "subPropertyOf", "domain", "range")
    ]
    + [ox.NamedNode(PREFIXES["owl"] + n) for n in ("sameAs", "inverseOf", "disjointWith")]
    + [ox.NamedNode(TYPE)]
)
objects = names | st.sampled_from(
    [ox.Literal(1), ox.Literal("a", language="nl"), ox.NamedNode(PREFIXES["owl"] + "Thing")]
    + [ox.NamedNode(PREFIXES["owl"] + n) for n in ("SymmetricProperty", "FunctionalProperty")]
)
graphs = st.sets(st.builds(ox.Triple, names, predicates, objects), max_size=8)


@settings(max_examples=40, deadline=None)
@given(graphs)
def test_a_closure_is_new_clean_and_closed(triples: set[ox.Triple]) -> None:
    closure = OwlrlEngine().close(triples)
    assert not closure.inferred & triples
    assert not any(is_noise(triple) for triple in closure.inferred)
    assert not any(isinstance(triple.subject, ox.Literal) for triple in closure.inferred)
    again = OwlrlEngine().close(triples | closure.inferred)
    assert again.inferred == frozenset()
    assert {clash.rule for clash in again.inconsistencies} == {
        clash.rule for clash in closure.inconsistencies
    }
