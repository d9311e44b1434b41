"""The W3C's OWL 2 test cases of profile RL under the RDF-based semantics, every one of them.

What the rules cannot reach is listed beside this file, each case with its reason. That list is
checked in both directions, so it can neither hide a fault nor outlive its reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from explaining import Closure as Facts
from proof_checker import check

from si_graph.load import rdf_xml
from si_graph.load.files import parse_file
from si_graph.namespaces import PREFIXES
from si_graph.reason.cleaning import is_noise
from si_graph.reason.explanation.proof import Statement
from si_graph.reason.explanation.search import Explainer
from si_graph.reason.explanation.terms import texts
from si_graph.reason.protocol import Closure
from si_graph.reason.rules_engine import RulesEngine, Settings

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SI_GRAPH_SHARED", ROOT.parent / "shared"))
SUITE = SHARED / "w3c" / "owl2-test-cases.rdf"
MISSES_FILE = Path(__file__).with_name("owl2_conformance_misses.tsv")
TEST = "http://www.w3.org/2007/OWL/testOntology#"
DIFFERENT_FROM, SAME_AS = (
    ox.NamedNode(PREFIXES["owl"] + name) for name in ("differentFrom", "sameAs")
)

pytestmark = pytest.mark.skipif(
    not SUITE.exists(), reason="the W3C's OWL 2 test cases are not at hand (set SI_GRAPH_SHARED)"
)

SELECTION = f"""
PREFIX test: <{TEST}>
SELECT * WHERE {{
  ?case a test:TestCase ; test:profile test:RL ; test:semantics test:RDF-BASED ;
    test:status test:Approved ; test:identifier ?identifier .
  OPTIONAL {{ ?case test:rdfXmlPremiseOntology ?premise }}
  OPTIONAL {{ ?case test:fsPremiseOntology ?functional }}
  OPTIONAL {{ ?case test:importedOntology/test:rdfXmlInputOntology ?imported }}
  OPTIONAL {{ ?case test:rdfXmlConclusionOntology ?conclusion }}
  OPTIONAL {{ ?case test:rdfXmlNonConclusionOntology ?non_conclusion }}
  BIND(EXISTS {{ ?case a test:ConsistencyTest }} AS ?consistent)
  BIND(EXISTS {{ ?case a test:InconsistencyTest }} AS ?inconsistent)
}} ORDER BY ?identifier
"""

# The statements in functional syntax of the cases that come in no other, as Turtle.
FUNCTIONAL_TO_TURTLE = (
    (r"Prefix\( *(\w*): *= *(<.*>) *\)", r"@prefix \1: \2 ."),
    (r"Declaration\((\w+)\((\S+)\)\)", r"\2 a owl:\1 ."),
    (r"DataPropertyRange\((\S+) (\S+)\)", r"\1 rdfs:range \2 ."),
    (r"FunctionalDataProperty\((\S+)\)", r"\1 a owl:FunctionalProperty ."),
    (r"DataPropertyAssertion\((\S+) (\S+) (\S+)\)", r"\2 \1 \3 ."),
    (
        r"ClassAssertion\(DataHasValue\((\S+) (\S+)\) (\S+)\)",
        r"\3 a [ a owl:Restriction ; owl:onProperty \1 ; owl:hasValue \2 ] .",
    ),
    (r"Ontology\(\s+([^()]*)\)", r"[] a owl:Ontology . \1"),
)


class Case(NamedTuple):
    """A test case; its ontologies are still text."""

    premises: tuple[str, ...]
    conclusion: str | None
    non_conclusion: str | None
    consistent: bool
    inconsistent: bool


def read_cases() -> dict[str, Case]:
    """Return the selected cases by identifier."""
    store = ox.Store()
    store.extend(parse_file(SUITE))
    rows = store.query(SELECTION)
    assert isinstance(rows, ox.QuerySolutions)

    def text(row: ox.QuerySolution, name: str) -> str | None:
        value = row[name]
        return value.value if isinstance(value, ox.Literal) else None

    cases = {}
    for row in rows:
        premise = text(row, "premise") or text(row, "functional")
        cases[text(row, "identifier") or ""] = Case(
            tuple(part for part in (premise, text(row, "imported")) if part),
            text(row, "conclusion"),
            text(row, "non_conclusion"),
            text(row, "consistent") == "true",
            text(row, "inconsistent") == "true",
        )
    return cases


def read_misses() -> dict[str, str]:
    """Return the reason of each listed miss by the case's identifier."""
    header, *lines = MISSES_FILE.read_text(encoding="utf-8").splitlines()
    assert header == "case\treason"
    return dict(line.split("\t") for line in lines)


CASES = read_cases() if SUITE.exists() else {}
MISSES = read_misses()
CONSISTENT = [name for name, case in CASES.items() if case.consistent]
INCONSISTENT = [name for name, case in CASES.items() if case.inconsistent]
CONCLUSIONS = {name: case.conclusion for name, case in CASES.items() if case.conclusion}
NON_CONCLUSIONS = {name: case.non_conclusion for name, case in CASES.items() if case.non_conclusion}
DIFFERENCES = [name for name in MISSES if "owl:differentFrom" in CONCLUSIONS.get(name, "")]


def triples(text: str) -> list[ox.Triple]:
    """Parse an ontology of the suite."""
    if "rdf:RDF" in text:
        syntax, data = ox.RdfFormat.RDF_XML, rdf_xml.checked(text.encode(), "a test case")
    else:
        for pattern, turtle in FUNCTIONAL_TO_TURTLE:
            text = re.sub(pattern, turtle, text)
        prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> . " for name in ("owl", "rdfs"))
        syntax, data = ox.RdfFormat.TURTLE, (prefixes + text).encode()
    quads = ox.parse(data, syntax, base_iri="http://example.org/case", rename_blank_nodes=True)
    return [quad.triple for quad in quads]


@cache
def premises(name: str) -> tuple[ox.Triple, ...]:
    """Return the premises of a case, with what they import."""
    return tuple(triple for text in CASES[name].premises for triple in triples(text))


def close(stated: Iterable[ox.Triple]) -> Closure:
    """Return the closure, with all that is trivially true in it."""
    return RulesEngine(Settings(trivial=True)).close(stated)


def closure(name: str) -> Closure:
    """Return what follows from the premises of a case."""
    return close(premises(name))


def explainer_of(name: str) -> Explainer:
    """Return what explains the closure of a case."""
    rounds = closure(name).rounds
    assert rounds is not None
    derived = {texts(triple): number for triple, number in rounds.items()}
    return Explainer(Facts(map(texts, premises(name)), derived))


def follows(name: str, conclusion: str) -> bool:
    """Tell whether a graph follows from a case; its blank nodes stand for anything."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in closure(name).inferred.union(premises(name)))
    numbers: dict[ox.BlankNode, int] = {}

    def text(term: object) -> str:
        if isinstance(term, ox.BlankNode):
            return f"?blank{numbers.setdefault(term, len(numbers))}"
        return str(term)

    patterns = (" ".join(map(text, triple)) for triple in triples(conclusion))
    return bool(store.query(f"ASK {{ {' . '.join(patterns)} }}"))


def test_the_whole_selection_is_read() -> None:
    kinds = (CASES, CONSISTENT, INCONSISTENT, CONCLUSIONS, NON_CONCLUSIONS)
    assert [len(kind) for kind in kinds] == [62, 48, 14, 26, 4]


def test_every_listed_miss_names_a_case_and_gives_a_reason() -> None:
    assert set(MISSES) <= set(CONCLUSIONS)
    assert all(len(reason.split()) > 3 for reason in MISSES.values())


@pytest.mark.usefixtures("executor")
@pytest.mark.parametrize("name", INCONSISTENT)
def test_an_inconsistency_is_found(name: str) -> None:
    assert closure(name).inconsistencies


@pytest.mark.usefixtures("executor")
@pytest.mark.parametrize("name", CONSISTENT)
def test_what_is_consistent_has_no_clash(name: str) -> None:
    assert closure(name).inconsistencies == ()


@pytest.mark.usefixtures("executor")
@pytest.mark.parametrize("name", CONCLUSIONS)
def test_a_conclusion_follows_unless_it_is_listed_as_a_miss(name: str) -> None:
    holds = follows(name, CONCLUSIONS[name])
    if name in MISSES:
        assert not holds, f"this follows by now; take it off {MISSES_FILE.name}"
    else:
        assert holds


@pytest.mark.usefixtures("executor")
@pytest.mark.parametrize("name", NON_CONCLUSIONS)
def test_what_does_not_follow_is_not_concluded(name: str) -> None:
    assert not follows(name, NON_CONCLUSIONS[name])


@pytest.mark.parametrize("name", CASES)
def test_everything_that_follows_has_a_proof_from_the_premises(name: str) -> None:
    asserted = {Statement(*triple) for triple in premises(name)}
    explainer = explainer_of(name)
    for triple in closure(name).inferred:
        if not is_noise(triple):
            proof = explainer.explain(Statement(*triple))
            assert proof is not None, f"{triple} does not follow"
            assert proof.conclusion == Statement(*triple)
            check(proof, asserted)


@pytest.mark.parametrize("name", INCONSISTENT)
def test_an_inconsistency_has_a_proof_from_the_premises(name: str) -> None:
    clashes = explainer_of(name).clashes(1)
    assert clashes
    for proof in clashes:
        assert proof.conclusion is None
        check(proof, {Statement(*triple) for triple in premises(name)})


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_missed_difference_clashes_with_its_opposite(name: str) -> None:
    """So whoever wants to know can still find out: state the opposite and see it clash."""
    differences = [
        triple for triple in triples(CONCLUSIONS[name]) if triple.predicate == DIFFERENT_FROM
    ]
    assert differences
    for triple in differences:
        opposite = ox.Triple(triple.subject, SAME_AS, triple.object)
        assert close([*premises(name), opposite]).inconsistencies
