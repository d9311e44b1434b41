"""Triple patterns that can never match, by the axioms, and those that nothing matches yet."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from rdflib import RDF, BNode, Literal, URIRef, Variable

from si_graph.namespaces import shorten
from si_graph.validate.queries.patterns import as_sparql
from si_graph.validate.report import VIOLATION, WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from si_graph.validate.queries.patterns import Pattern
    from si_graph.validate.queries.vocabulary import QueryVocabulary

_IRI = re.compile(r"<([^>]*)>")
_NEVER = "QueryNeverMatches"
_NOTHING = "QueryMatchesNothing"
_KINDS = {"thing": ("een ding", "a thing"), "text": ("een tekst of getal", "a text or number")}


class Fault(NamedTuple):
    """What is wrong with a pattern, and the IRI in the query that shows it (empty if none)."""

    check: str
    severity: str
    term: str
    message: Mapping[str, str]
    mend: Mapping[str, str] | None = None


def faults(groups: Iterable[list[Pattern]], vocabulary: QueryVocabulary) -> list[Fault]:
    """Return what can never match, and what matches nothing in the graph; each once."""
    groups = list(groups)
    found: dict[tuple[str, str], Fault] = {}
    for group in groups:
        for fault in (*_values(group, vocabulary), *_classes(group, vocabulary)):
            found.setdefault((fault.term, fault.message["en"]), fault)
    impossible = {fault.term for fault in found.values()}
    patterns = dict.fromkeys(pattern for group in groups for pattern in group)
    for pattern in patterns:
        text = as_sparql(pattern)
        if text is None:
            continue
        named = _IRI.findall(text)
        # Why these match nothing is told already, here or in the ontology.
        told = impossible.intersection(named) or any(map(vocabulary.is_unknown, named))
        if not told and not any(map(vocabulary.is_explained, named)):
            term = _telling(pattern)
            if not vocabulary.matches(text):
                found.setdefault((term, text), _unmatched(term, vocabulary))
    return list(found.values())


def _telling(pattern: Pattern) -> str:
    """Return the IRI in a pattern that says most of it: the class or else the property."""
    parts = [pattern.predicate, pattern.object, pattern.subject]
    if pattern.predicate == RDF.type:
        parts = parts[1:]
    iris = [iri for part in parts for iri in _IRI.findall(part.n3())]
    return iris[0] if iris else ""


def _unmatched(term: str, vocabulary: QueryVocabulary) -> Fault:
    near = None if not term or term in vocabulary.known else vocabulary.nearest(term)
    name = f" ({shorten(term)})" if term else ""
    return Fault(
        _NOTHING,
        WARNING,
        term,
        {
            "nl": f"Niets in de graaf past op dit patroon{name}, ook niet wat eruit volgt.",
            "en": f"Nothing in the graph matches this pattern{name}, nor does what follows of it.",
        },
        {"nl": f"Is {shorten(near)} bedoeld?", "en": f"Did you mean {shorten(near)}?"}
        if near
        else None,
    )


# Texts where things stand, and the other way round


def _values(group: list[Pattern], vocabulary: QueryVocabulary) -> Iterator[Fault]:
    kinds: dict[str, dict[str, str]] = {}
    for pattern in group:
        if isinstance(pattern.subject, Variable):
            kinds.setdefault(str(pattern.subject), {}).setdefault("thing", "")
        if not isinstance(pattern.predicate, URIRef):
            continue
        iri = str(pattern.predicate)
        only = vocabulary.has_only(iri)
        if only == "thing" and isinstance(pattern.object, Literal):
            yield _wrong_value(iri, "thing", "text")
        elif only == "text" and isinstance(pattern.object, (URIRef, BNode)):
            yield _wrong_value(iri, "text", "thing")
        elif only and isinstance(pattern.object, Variable):
            kinds.setdefault(str(pattern.object), {})[only] = iri
    for name, its in kinds.items():
        if "thing" in its and "text" in its:
            yield Fault(
                _NEVER,
                VIOLATION,
                its["text"],
                {
                    "nl": f"?{name} zou een tekst of getal en een ding tegelijk moeten zijn.",
                    "en": f"?{name} would have to be a text or number and a thing at once.",
                },
            )


def _wrong_value(iri: str, right: str, wrong: str) -> Fault:
    name = shorten(iri)
    return Fault(
        _NEVER,
        VIOLATION,
        iri,
        {
            "nl": f"Dit past nooit: {name} heeft {_KINDS[right][0]} als waarde,"
            f" niet {_KINDS[wrong][0]}.",
            "en": f"This never matches: {name} has {_KINDS[right][1]} as value,"
            f" not {_KINDS[wrong][1]}.",
        },
    )


# Classes that exclude each other


def _classes(group: list[Pattern], vocabulary: QueryVocabulary) -> Iterator[Fault]:
    for name, classes in _demanded(group, vocabulary).items():
        for one, two in combinations(classes, 2):
            if vocabulary.are_disjoint(one, two):
                first, second = shorten(one), shorten(two)
                yield Fault(
                    _NEVER,
                    VIOLATION,
                    classes[two],
                    {
                        "nl": f"{name} zou {first} en {second} tegelijk moeten zijn,"
                        " en die sluiten elkaar uit.",
                        "en": f"{name} would have to be {first} and {second} at once,"
                        " and these are disjoint.",
                    },
                )


def _demanded(group: list[Pattern], vocabulary: QueryVocabulary) -> dict[str, dict[str, str]]:
    """Return the classes that each thing of a group must have, with the term that demands it."""
    found: dict[str, dict[str, str]] = {}

    def demand(term: object, classes: Iterable[str], reason: str) -> None:
        if isinstance(term, (Variable, URIRef)):
            name = shorten(str(term)) if isinstance(term, URIRef) else f"?{term}"
            for one in sorted(classes):
                found.setdefault(name, {}).setdefault(one, reason)

    for pattern in group:
        if not isinstance(pattern.predicate, URIRef):
            continue
        iri = str(pattern.predicate)
        if pattern.predicate == RDF.type:
            if isinstance(pattern.object, URIRef):
                demand(pattern.subject, [str(pattern.object)], str(pattern.object))
            continue
        demand(pattern.subject, vocabulary.classes_of_subject(iri), iri)
        demand(pattern.object, vocabulary.classes_of_object(iri), iri)
    return found
