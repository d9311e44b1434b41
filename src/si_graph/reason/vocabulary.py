"""The terms that the rules name, each with a fixed number.

Engines that work on numbers give every other term a higher one. So the representative of equal
terms, the one with the lowest number, is the term that the rules look for.
"""

from __future__ import annotations

from functools import cache

from si_graph.namespaces import PREFIXES
from si_graph.reason.datatypes import DATATYPES
from si_graph.reason.rule_table import Chain, Every, Member, Pattern, owl2_rl

TYPE = PREFIXES["rdf"] + "type"
FIRST = PREFIXES["rdf"] + "first"
REST = PREFIXES["rdf"] + "rest"
NIL = PREFIXES["rdf"] + "nil"
SAME_AS = PREFIXES["owl"] + "sameAs"
THING = PREFIXES["owl"] + "Thing"
TRANSITIVE = PREFIXES["owl"] + "TransitiveProperty"
HAS_KEY = PREFIXES["owl"] + "hasKey"
_ALSO = (FIRST, REST, NIL, PREFIXES["rdfs"] + "Resource")


def text(term: str) -> str:
    """Return a term of the rule table, an IRI or a literal, as N-Triples writes it."""
    return term if term.startswith('"') else f"<{term}>"


@cache
def numbers() -> dict[str, int]:
    """Return the number of each term that the rules name, in the order of the rule table."""
    found = dict.fromkeys(
        part
        for rule in owl2_rl().values()
        for pattern in (*rule.premises, *rule.conclusions)
        if isinstance(pattern, Pattern)
        for part in pattern
        if not part.startswith("?")
    )
    found.update(dict.fromkeys((*_ALSO, *DATATYPES)))
    return {term: number for number, term in enumerate(found, start=1)}


@cache
def axiom_predicates() -> frozenset[int]:
    """Return the properties that make a triple an axiom: those that the rules name as such."""
    known = numbers()
    named = {
        pattern.predicate
        for rule in owl2_rl().values()
        for pattern in rule.premises
        if isinstance(pattern, Pattern) and not pattern.predicate.startswith("?")
    }
    named = (named | {FIRST, REST}) - {TYPE, SAME_AS}
    return frozenset(known[term] for term in named)


@cache
def axiom_classes() -> frozenset[int]:
    """Return the classes that make an `rdf:type` triple an axiom."""
    known = numbers()
    return frozenset(
        known[pattern.object]
        for rule in owl2_rl().values()
        for pattern in rule.premises
        if isinstance(pattern, Pattern)
        and pattern.predicate == TYPE
        and not pattern.object.startswith("?")
    )


@cache
def list_predicates() -> frozenset[int]:
    """Return the properties that point to a list that some rule reads."""
    known = numbers()
    return frozenset(
        known[pattern.predicate]
        for rule in owl2_rl().values()
        for listed in rule.premises
        if isinstance(listed, Member | Every | Chain)
        for pattern in rule.premises
        if isinstance(pattern, Pattern) and pattern.object == listed.list
    )


@cache
def axiomatic() -> tuple[tuple[int, int, int], ...]:
    """Return the triples that hold of any graph, by the rules that ask for nothing."""
    known = numbers()
    stated = [
        pattern for rule in owl2_rl().values() if not rule.premises for pattern in rule.conclusions
    ]
    stated += [Pattern(iri, TYPE, PREFIXES["rdfs"] + "Datatype") for iri in DATATYPES]
    return tuple((known[s], known[p], known[o]) for s, p, o in stated)
