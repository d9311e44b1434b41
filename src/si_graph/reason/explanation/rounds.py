"""The closure of a small graph, breadth first: each triple with the round that derives it.

The round of a triple is the depth of its least deep proof. What is trivial is in it too, but for
what nothing in the graph can make use of: that a thing is itself, and the axioms on terms that the
graph does not mention. For the closure of a large graph there is the engine.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from si_graph.reason.explanation import values
from si_graph.reason.explanation.matching import Rulebook
from si_graph.reason.explanation.premises import (
    candidates,
    instantiate,
    literals_of_rules,
    rule_named,
    rules,
)
from si_graph.reason.explanation.terms import SAME_AS, TYPE, is_literal, texts
from si_graph.reason.explanation.triples import TripleSet
from si_graph.reason.rule_table import Datatype, Pattern, variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from pyoxigraph import Triple as RdfTriple

    from si_graph.reason.explanation.premises import Bindings
    from si_graph.reason.explanation.terms import Triple
    from si_graph.reason.rule_table import Premise, Rule


class Rounds(TripleSet):
    """A graph and all that follows from it.

    Attributes:
        rounds: The round of each triple; 0 where it is asserted.
    """

    def __init__(
        self, asserted: Iterable[Triple], asked: Iterable[str] = (), most: float = math.inf
    ) -> None:
        """Close a graph.

        Args:
            asserted: The graph.
            asked: The terms of what will be asked of it, to take part in the rules too.
            most: After how many rounds to stop.
        """
        super().__init__(asserted)
        self.rounds: dict[Triple, int] = dict.fromkeys(self.match(None, None, None), 0)
        self._asked = set(asked)
        self._mentioned = self._asked.union(*((s, o) for s, _, o in self.rounds))
        self._active: list[Rule] = []
        self._idle = [one for one in rules() if one.conclusions]
        number = 0
        fresh = set(self.rounds)
        while fresh and number < most:
            number += 1
            fresh = self._derived(number, {p for _, p, _ in fresh})
            for triple in fresh:
                self.rounds[triple] = number
                self.add(triple)

    def round(self, triple: Triple) -> int | None:
        """Return the round that derives a triple; None if it does not hold."""
        return self.rounds.get(triple)

    def literals(self) -> list[str]:
        """Return the literals, those of the goal and of the rules among them."""
        return [*super().literals(), *filter(is_literal, self._asked), *literals_of_rules()]

    def _derived(self, number: int, changed: set[str]) -> set[Triple]:
        """Return what one step derives and is not there yet.

        Args:
            number: The number of the step.
            changed: The predicates of what the step before derived.
        """
        found = _Found()
        # What a rule finds to work on stays there.
        book = Rulebook(self)
        due = [rule for rule in self._active if _may_read(rule.id, changed)]
        begun = [
            rule
            for rule in self._idle
            if _needed(rule.id) <= self._objects.keys()
            and (number == 1 or _may_read(rule.id, changed))
            and book.may_hold(rule, {})
        ]
        self._active += begun
        self._idle = [rule for rule in self._idle if rule not in begun]
        for rule in (*due, *begun):
            if any(isinstance(premise, Datatype) for premise in rule.premises):
                # No rule makes new literals.
                if number == 1 or rule.id == "dt-diff":
                    found.triples.update(self._of_values(rule))
            elif not rule.premises or rule.id == "eq-ref":
                if number == 1:
                    found.triples.update(self._axioms(rule))
            else:
                for pattern in rule.conclusions:
                    _Join(self, rule, pattern, found).run()
        return {triple for triple in found.all() if triple not in self.rounds}

    def _axioms(self, rule: Rule) -> Iterator[Triple]:
        """Yield what always holds, of what is mentioned."""
        if rule.id == "eq-ref":
            terms = self.terms() if SAME_AS in self._mentioned else self._asked
            yield from ((one, SAME_AS, one) for one in terms)
            return
        for pattern in rule.conclusions:
            axiom = instantiate(pattern, {})
            if not self._mentioned.isdisjoint((axiom[0], axiom[2], TYPE)):
                yield axiom

    def _of_values(self, rule: Rule) -> Iterator[Triple]:
        """Yield what follows from the values of literals, as far as the graph may ask for it.

        Of all pairs of different values there are too many: only those matter that something
        else says to be the same.
        """
        if rule.id == "dt-type1":
            (pattern,) = rule.conclusions
            yield from (
                (name, pattern.predicate, pattern.object)
                for name in values.names()
                if name in self._mentioned
            )
        elif rule.id == "dt-type2":
            known = [name for name in values.names() if name in self._mentioned]
            for literal in dict.fromkeys(self.literals()):
                yield from ((literal, TYPE, name) for name in known if values.is_in(literal, name))
        elif rule.id == "dt-eq":
            by_value: dict[object, list[str]] = {}
            for literal in dict.fromkeys(self.literals()):
                if (value := values.value(literal)) is not None:
                    by_value.setdefault(value, []).append(literal)
            for same in by_value.values():
                yield from ((one, SAME_AS, other) for one in same for other in same)
        else:
            (different,) = {pattern.predicate for pattern in rule.conclusions}
            pairs = [(s, o) for s, _, o in self.match(None, SAME_AS, None)]
            asked = list(filter(is_literal, self._asked))
            pairs += [(one, two) for one in asked for two in asked]
            for one, two in pairs:
                if one != two and values.are_same(one, two) is False:
                    yield one, different, two


def least_rounds(
    asserted: Iterable[RdfTriple], derived: Iterable[RdfTriple]
) -> dict[RdfTriple, int]:
    """Return for triples that follow the depth of their least deep proofs."""
    closure = Rounds(texts(triple) for triple in asserted)
    rounds = ((triple, closure.round(texts(triple))) for triple in derived)
    return {triple: number for triple, number in rounds if number is not None}


class _Found:
    """What a round finds: triples, objects of a subject and predicate, and the other way round."""

    def __init__(self) -> None:
        self.triples: set[Triple] = set()
        self.objects: dict[tuple[str, str], set[str]] = {}
        self.subjects: dict[tuple[str, str], set[str]] = {}

    def all(self) -> Iterator[Triple]:
        yield from self.triples
        yield from ((s, p, o) for (s, p), found in self.objects.items() for o in found)
        yield from ((s, p, o) for (p, o), found in self.subjects.items() for s in found)


class _Join:
    """What one conclusion of a rule gives in a graph, set at a time where that can be.

    The members of the last premise are not gone through one by one: what is new among them is the
    difference of two sets. A transitive chain of 400 needs that.
    """

    def __init__(self, graph: Rounds, rule: Rule, conclusion: Pattern, found: _Found) -> None:
        self._graph = graph
        self._conclusion = conclusion
        self._found = found
        self._premises = [rule.premises[place] for place in _order(rule.id)]

    def run(self) -> None:
        *_, premise = self._premises
        for bindings in self._solved(0, {}):
            if not isinstance(premise, Pattern):
                for found, _ in candidates(premise, bindings, self._graph):
                    self._add(found)
            # What is equal to itself, or below itself, says nothing new of others.
            elif instantiate(self._conclusion, bindings) != instantiate(premise, bindings):
                self._last(premise, bindings)

    def _solved(self, place: int, bindings: Bindings) -> Iterator[Bindings]:
        """Yield the ways in which all premises but the last hold."""
        if place == len(self._premises) - 1:
            yield bindings
            return
        for found, _ in candidates(self._premises[place], bindings, self._graph):
            yield from self._solved(place + 1, found)

    def _last(self, pattern: Pattern, bindings: Bindings) -> None:
        graph = self._graph
        s, p, o = (bindings.get(part, None if part[0] == "?" else part) for part in pattern)
        if p is None:
            for known in graph.predicates(s, o):
                self._last(pattern, {**bindings, pattern.predicate: known})
        elif s is not None and o is not None:
            if o in graph.objects(s, p):
                self._add(bindings)
        elif s is not None:
            self._add_each(graph.objects(s, p), pattern.object, bindings)
        elif o is not None:
            self._add_each(graph.subjects(p, o), pattern.subject, bindings)
        elif pattern.subject not in self._conclusion:
            self._add_each(graph.by_object(p).keys(), pattern.object, bindings)
        elif pattern.object not in self._conclusion:
            self._add_each(graph.by_subject(p).keys(), pattern.subject, bindings)
        else:
            for subject, found in graph.by_subject(p).items():
                self._add_each(found, pattern.object, {**bindings, pattern.subject: subject})

    def _add(self, bindings: Bindings) -> None:
        self._found.triples.add(instantiate(self._conclusion, bindings))

    def _add_each(self, found: Set[str], name: str, bindings: Bindings) -> None:
        """Add the conclusions that are not in the graph, for each term found."""
        s, p, o = instantiate(self._conclusion, bindings)
        if not found:
            return
        if o == name != s:
            if fresh := found - self._graph.objects(s, p):
                self._found.objects.setdefault((s, p), set()).update(fresh)
        elif s == name != o:
            if fresh := found - self._graph.subjects(p, o):
                self._found.subjects.setdefault((p, o), set()).update(fresh)
        elif name in (s, p, o):
            for term in found:
                self._add({**bindings, name: term})
        else:
            self._found.triples.add((s, p, o))


def _may_read(rule: str, changed: set[str]) -> bool:
    """Tell whether triples with one of some predicates may be premises of a rule."""
    read = _read(rule)
    return read is None or not changed.isdisjoint(read)


@cache
def _read(rule: str) -> frozenset[str] | None:
    """Return the predicates of a rule's premises; None if they may be any."""
    read = set()
    for premise in rule_named(rule).premises:
        if not isinstance(premise, Pattern) or premise.predicate[0] == "?":
            return None
        read.add(premise.predicate)
    return frozenset(read)


@cache
def _needed(rule: str) -> frozenset[str]:
    """Return predicates without which a rule has nothing to work on."""
    return frozenset(
        premise.predicate
        for premise in rule_named(rule).premises
        if isinstance(premise, Pattern)
        and premise.predicate[0] != "?"
        and premise.object not in literals_of_rules()
    )


@cache
def _order(rule: str) -> tuple[int, ...]:
    """Return the order of premises: axioms first, a triple of data last."""
    premises = rule_named(rule).premises
    left = sorted(range(len(premises)), key=lambda place: (_rank(premises[place]), place))
    order: list[int] = []
    bound: set[str] = set()
    while left:
        best = next((place for place in left if _is_ready(premises[place], bound)), left[0])
        order.append(best)
        left.remove(best)
        bound |= variables((premises[best],))
    return tuple(order)


def _rank(premise: Premise) -> int:
    is_axiom = isinstance(premise, Pattern) and (
        premise.predicate[0] != "?" and (premise.predicate != TYPE or premise.object[0] != "?")
    )
    return 0 if is_axiom else 1 if not isinstance(premise, Pattern) else 2


def _is_ready(premise: Premise, bound: set[str]) -> bool:
    if isinstance(premise, Datatype):
        return variables((premise,)) <= bound
    if not isinstance(premise, Pattern):
        return premise.list in bound
    return not bound or bool(variables((premise,)) & bound)
