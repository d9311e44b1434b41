"""Rounds: each inferred triple follows, by some rule, from triples of earlier rounds."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from explaining import Closure as Facts
from rule_cases import PREFIXES

from si_graph.reason.explanation.guided import Guide
from si_graph.reason.explanation.terms import texts
from si_graph.reason.rules_engine import RulesEngine

pytestmark = pytest.mark.usefixtures("executor")


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def too_early(
    stated: list[ox.Triple], later: list[ox.Triple], gone: list[ox.Triple] | None = None
) -> list[str]:
    """Return what no rule derives from earlier rounds, in a closure that grows and shrinks once."""
    with RulesEngine().open([*stated, *(gone or [])]) as closure:
        closure.add(later)
        closure.remove(gone or [])
        rounds = closure.closure().rounds
    assert rounds
    facts = Facts(map(texts, stated + later), {texts(t): n for t, n in rounds.items()})
    guide = Guide(facts)
    return [str(triple) for triple in rounds if guide.prove(texts(triple)) is None]


CASES = {
    "a name for the thing that a statement is about": ":b :p :c . :c owl:sameAs :b .",
    "a chain of names": " ".join(f":n{n} owl:sameAs :n{n + 1} ." for n in range(9))
    + " :n4 :p :b .",
    "every name replaced": ":a owl:sameAs :b . :p owl:sameAs :q . :c owl:sameAs :d . :b :q :d .",
    "equal by a rule, and a rule upon that": (
        ":f a owl:FunctionalProperty ; rdfs:range :C . :a :f :b , :c ."
        " :C owl:sameAs :D . :c :p :a ."
    ),
    "two classes that become one": (
        ":a owl:sameAs :b . :c owl:sameAs :d . :f a owl:FunctionalProperty . :x :f :b , :d ."
    ),
    "a property that says sameAs": (
        ":same rdfs:subPropertyOf owl:sameAs . :a :same :b . :b :same :c . :c :p :d ."
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("part", [0, 2])
def test_what_equality_adds_comes_after_what_it_follows_from(name: str, part: int) -> None:
    stated = triples(CASES[name])
    assert too_early(stated[part:], stated[:part]) == []


@pytest.mark.parametrize("seed", range(8))
def test_rounds_of_random_graphs_with_equal_things_rise(seed: int) -> None:
    # What is random here is no secret.
    chance = random.Random(seed)  # noqa: S311
    things, properties = [":a", ":b", ":c", ":d", ":e"], [":f", ":p", ":q"]
    lines = [
        f"{chance.choice(things)} {chance.choice(properties)} {chance.choice(things)} ."
        for _ in range(5)
    ]
    lines += [f"{chance.choice(things)} owl:sameAs {chance.choice(things)} ." for _ in range(2)]
    lines += [":f a owl:FunctionalProperty .", ":p rdfs:domain :C .", ":q owl:inverseOf :p ."]
    lines += chance.sample(
        [":p owl:sameAs :q .", ":C owl:sameAs :D .", ":q a owl:TransitiveProperty ."], 2
    )
    chance.shuffle(lines)
    stated = triples(" ".join(lines))
    part = chance.choice([0, len(stated) // 2])
    assert too_early(stated[part:], stated[:part]) == []


@pytest.mark.parametrize("seed", range(8))
def test_rounds_rise_after_statements_are_taken_back(seed: int) -> None:
    # What is random here is no secret.
    chance = random.Random(seed)  # noqa: S311
    things, properties = [":a", ":b", ":c", ":d", ":e", ":f"], [":p", ":q", ":r", ":t"]
    axioms = triples(
        ":p rdfs:domain :C ; rdfs:subPropertyOf :q . :q owl:inverseOf :r . :C rdfs:subClassOf :D ."
        " :t a owl:TransitiveProperty ; rdfs:subPropertyOf :q . :r rdfs:range :D ."
        " :s owl:propertyChainAxiom (:p :t) . :a owl:sameAs :other ."
    )
    facts = triples(
        " ".join(
            f"{chance.choice(things)} {chance.choice(properties)} {chance.choice(things)} ."
            for _ in range(14)
        )
    )
    kept, gone = facts[5:], [fact for fact in facts[:5] if fact not in facts[5:]]
    assert too_early(axioms + kept, [], gone) == []
