"""Queries, data and ontology speak the same language: no word is unknown, none is idle."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from si_graph.namespaces import BASE, GRAPH_ONTOLOGY, PREFIXES, expand, shorten
from si_graph.query.catalogue import NamedQuery, catalogue
from si_graph.query.suggest import nearest
from si_graph.query.tokens import tokens
from si_graph.store.embedded import EmbeddedStore
from support import ROOT

QUERIES = {query.name: query for query in catalogue(str(ROOT / "queries"))}
ONTOLOGY = ox.NamedNode(GRAPH_ONTOLOGY)
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
NOTE = ox.NamedNode(PREFIXES["skos"] + "note")
DECLARATION = re.compile(r"PREFIX\s+(\S*):\s*<([^>]*)>", re.IGNORECASE)


def terms_of(query: NamedQuery) -> set[str]:
    """Return the IRIs that a query names: in its text, its parameters and its evidence."""
    declared = dict(DECLARATION.findall(query.sparql))
    found = {
        token.group()[1:-1]
        for token in tokens(DECLARATION.sub("", query.sparql))
        if token.lastgroup == "iri"
    }
    for token in tokens(DECLARATION.sub("", query.sparql)):
        if token.lastgroup == "name":
            prefix, _, local = token.group().partition(":")
            assert prefix in declared, f"{query.name} does not declare {prefix}:"
            assert declared[prefix] == PREFIXES.get(prefix), f"{prefix}: means something else here"
            found.add(declared[prefix] + local)
    names = [token.group() for pattern in query.evidence for token in tokens(pattern)]
    for parameter in query.parameters.values():
        names += [parameter.type, parameter.default]
    return found | {iri for name in names if (iri := expand(name))}


@pytest.fixture(scope="module")
def known(asserted: EmbeddedStore) -> set[str]:
    """Return the prefixed names of everything that something is said of."""
    subjects = {quad.subject for quad in asserted.oxigraph}
    return {shorten(subject.value) for subject in subjects if isinstance(subject, ox.NamedNode)}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_every_term_of_ours_that_a_query_uses_exists(query: NamedQuery, known: set[str]) -> None:
    for iri in terms_of(query):
        if iri.startswith(BASE):
            name = shorten(iri)
            assert name in known, f"nothing defines {name} of {query.name}{nearest(name, known)}"


def test_every_term_of_the_ontology_is_used_or_says_why_not(asserted: EmbeddedStore) -> None:
    store = asserted.oxigraph
    used = set().union(*map(terms_of, QUERIES.values()))
    for quad in store:
        if quad.graph_name not in (ONTOLOGY, ox.DefaultGraph()):
            used |= {
                term.value
                for term in (quad.subject, quad.predicate, quad.object)
                if isinstance(term, ox.NamedNode)
            }
    terms = {
        quad.subject
        for quad in store.quads_for_pattern(None, TYPE, None, ONTOLOGY)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(PREFIXES["si"])
    }
    assert terms
    for term in sorted(terms, key=str):
        notes = store.quads_for_pattern(term, NOTE, None, ONTOLOGY)
        languages = {note.object.language for note in notes if isinstance(note.object, ox.Literal)}
        assert term.value in used or languages >= {"nl", "en"}, (
            f"{shorten(term.value)} is used by no data, query or shape: "
            "leave it out, or say why it is there in a skos:note in both languages"
        )


def test_no_question_is_about_another_dataset_than_ours() -> None:
    for query in QUERIES.values():
        words = {token.group().upper() for token in tokens(query.sparql)}
        assert words.isdisjoint({"FROM", "SERVICE"}), f"{query.name} is not about the bundled graph"
