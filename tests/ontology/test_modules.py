"""The ontology's promises: complete, bilingual, OWL 2 RL, free of known hazards, open offline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "ontology" / "modules").glob("*.ttl"))
VOCABULARIES = sorted((ROOT / "ontology" / "vocab").glob("*.ttl"))
SI = "https://w3id.org/si-graph/ontology#"
PREFIXES = f"""
PREFIX si: <{SI}>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX vann: <http://purl.org/vocab/vann/>
"""


def store_of(paths: Iterable[Path]) -> ox.Store:
    """Load Turtle files into one default graph."""
    store = ox.Store()
    for path in paths:
        store.load(path=str(path))
    return store


def values(store: ox.Store, query: str) -> list[str]:
    """Return the first column of a query's rows as text."""
    rows = store.query(PREFIXES + query)
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(str(row[0]) for row in rows)


@pytest.fixture(scope="module")
def ontology() -> ox.Store:
    return store_of(MODULES)


def test_the_seven_modules_and_the_whole_are_there() -> None:
    assert {path.stem for path in MODULES} == {
        "si-graph", "evidence", "actors", "actions", "instruments", "concepts", "claims",
        "projects",
    }  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_has_a_full_header(path: Path) -> None:
    store = store_of([path])
    complete = values(
        store,
        """SELECT ?o WHERE { ?o a owl:Ontology ; owl:versionIRI ?v ; dcterms:license ?l ;
             dcterms:creator ?c ; owl:versionInfo ?i .
           ?o rdfs:label ?ln, ?le ; dcterms:abstract ?an, ?ae ; skos:changeNote ?cn, ?ce .
           FILTER(LANG(?ln)="nl" && LANG(?le)="en" && LANG(?an)="nl" && LANG(?ae)="en"
             && LANG(?cn)="nl" && LANG(?ce)="en") }""",
    )
    assert len(complete) == 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_opens_on_its_own_offline(path: Path) -> None:
    """Nothing is imported, and every si: term that a module uses is declared in it."""
    store = store_of([path])
    assert values(store, "SELECT ?x WHERE { ?s owl:imports ?x }") == []
    undeclared = values(
        store,
        f"""SELECT DISTINCT ?t WHERE {{
             {{ ?t ?p ?o }} UNION {{ ?s ?t ?o }} UNION {{ ?s ?p ?t }}
             FILTER(STRSTARTS(STR(?t), "{SI}"))
             FILTER(STR(?t) != "{SI}")
             MINUS {{ ?t a ?kind }} }}""",
    )
    assert undeclared == []


def test_every_term_has_label_and_definition_in_both_languages(ontology: ox.Store) -> None:
    for language in ("nl", "en"):
        for predicate in ("rdfs:label", "skos:definition"):
            missing = values(
                ontology,
                f"""SELECT DISTINCT ?t WHERE {{ ?t a ?kind . FILTER(STRSTARTS(STR(?t), "{SI}"))
                     FILTER NOT EXISTS {{
                       ?t {predicate} ?l . FILTER(LANG(?l) = "{language}") }} }}""",
            )
            assert missing == [], f"no {predicate} @{language}"


def test_a_term_is_described_in_one_module_only() -> None:
    seen: dict[str, str] = {}
    for path in MODULES:
        for term in values(store_of([path]), "SELECT ?t WHERE { ?t rdfs:isDefinedBy ?o }"):
            assert term not in seen, f"{term} in {seen[term]} and {path.stem}"
            seen[term] = path.stem


def test_names_follow_the_convention(ontology: ox.Store) -> None:
    """Classes in UpperCamelCase, properties in lowerCamelCase, no version in a term's IRI."""
    for kind, pattern in (
        ("owl:Class", r"[A-Z][A-Za-z]+"),
        ("owl:ObjectProperty", r"[a-z][A-Za-z]+"),
        ("owl:DatatypeProperty", r"[a-z][A-Za-z]+"),
    ):
        for term in values(
            ontology, f'SELECT ?t WHERE {{ ?t a {kind} FILTER(STRSTARTS(STR(?t), "{SI}")) }}'
        ):
            assert re.fullmatch(pattern, term.removeprefix(f"<{SI}").rstrip(">")), term


# OWL 2 Profiles, section 4.2: which class expressions may stand on which side of an axiom.
EXISTENTIAL = "?x (owl:someValuesFrom|owl:unionOf|owl:oneOf) ?v"


def test_profile_owl_2_rl(ontology: ox.Store) -> None:
    def misplaced(axiom: str, expression: str) -> list[str]:
        path = "((owl:intersectionOf/rdf:rest*/rdf:first)*)"
        return values(
            ontology, f"SELECT ?s WHERE {{ ?s {axiom} ?top . ?top {path} ?x . {expression} }}"
        )

    assert misplaced("rdfs:subClassOf", EXISTENTIAL) == []
    assert misplaced("owl:equivalentClass", EXISTENTIAL) == []
    assert misplaced("owl:equivalentClass", "?x owl:allValuesFrom ?v") == []
    assert misplaced("owl:equivalentClass", "?x owl:complementOf ?v") == []
    for banned in ("owl:disjointUnionOf", "owl:hasSelf", "owl:minCardinality", "owl:cardinality"):
        assert values(ontology, f"SELECT ?s WHERE {{ ?s {banned} ?o }}") == [], banned
    assert values(ontology, "SELECT ?s WHERE { ?s a owl:ReflexiveProperty }") == []
    # The datatypes of OWL 2 lack xsd:date; a range with it would leave the profile.
    allowed = {"integer", "string", "boolean", "decimal", "dateTime", "anyURI"}
    ranges = values(ontology, "SELECT ?r WHERE { ?p a owl:DatatypeProperty ; rdfs:range ?r }")
    assert {r.rsplit("#", 1)[1].rstrip(">") for r in ranges} <= allowed


def test_chained_and_transitive_properties_stay_simple(ontology: ox.Store) -> None:
    """OWL 2, section 11: a composite property is never functional, asymmetric, and so on."""
    composite = "{ ?p owl:propertyChainAxiom ?c } UNION { ?p a owl:TransitiveProperty }"
    for kind in ("Functional", "InverseFunctional", "Asymmetric", "Irreflexive"):
        assert values(ontology, f"SELECT ?p WHERE {{ {composite} ?p a owl:{kind}Property }}") == []
    for link in ("owl:propertyDisjointWith", "^owl:onProperty/owl:maxCardinality"):
        assert values(ontology, f"SELECT ?p WHERE {{ {composite} ?p {link} ?q }}") == []


def test_no_functional_parent_links_and_no_keys(ontology: ox.Store) -> None:
    """A wrong extra parent would silently merge two recommendations (SHACL counts instead)."""
    assert values(ontology, "SELECT ?p WHERE { ?p a owl:FunctionalProperty }") == []
    assert values(ontology, "SELECT ?p WHERE { ?p owl:hasKey ?k }") == []


def test_addressees_are_not_inherited_along_part_of(ontology: ox.Store) -> None:
    """`isPartOf o addressedTo` would have step 1 ask provinces, which the text contradicts."""
    chains = values(
        ontology,
        """SELECT ?first WHERE { si:addressedTo owl:propertyChainAxiom ?chain .
             ?chain rdf:first ?first }""",
    )
    assert chains == [f"<{SI}inheritsAddresseeFrom>"]


@pytest.mark.parametrize("path", VOCABULARIES, ids=lambda path: path.stem)
def test_every_code_has_labels_and_a_scheme(path: Path) -> None:
    store = store_of([path])
    for language in ("nl", "en"):
        missing = values(
            store,
            f"""SELECT ?c WHERE {{ ?c a skos:Concept
                 FILTER NOT EXISTS {{ ?c skos:prefLabel ?l . FILTER(LANG(?l)="{language}") }} }}""",
        )
        assert missing == []
    assert (
        values(store, "SELECT ?c WHERE { ?c a skos:Concept MINUS { ?c skos:inScheme ?s } }") == []
    )


def test_the_stip_codes_are_all_there_with_their_edition() -> None:
    store = store_of([ROOT / "ontology" / "vocab" / "instrument-type.ttl"])
    codes = values(store, "SELECT ?n WHERE { ?c skos:notation ?n ; skos:broader ?group }")
    assert len(codes) == 28
    assert any("2021" in s for s in values(store, "SELECT ?s WHERE { ?v dcterms:source ?s }"))
