"""What holds a premise up: the triples of a graph that it rests on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from si_graph.reason.explanation import values
from si_graph.reason.explanation.terms import FIRST, NIL, REST, is_literal
from si_graph.reason.rule_table import (
    Chain,
    Datatype,
    Every,
    Member,
    Pattern,
    Rule,
    owl2_rl,
    variables,
)
from si_graph.reason.vocabulary import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from si_graph.reason.explanation.terms import Triple
    from si_graph.reason.rule_table import Premise

Bindings = dict[str, str]
"""The terms that variables stand for."""

Used = tuple["Triple", ...]
"""The triples of the graph that a premise rests on."""


class Graph(Protocol):
    """A set of triples to look things up in."""

    def match(self, s: str | None, p: str | None, o: str | None) -> Iterable[Triple]:
        """Return the triples that have these parts; None is any."""
        ...

    def round(self, triple: Triple) -> int | None:
        """Return the round that derives a triple.

        Returns:
            0 if it is asserted; n > 0 if a rule derives it from triples of lower rounds; None if
            it is not there.
        """
        ...

    def literals(self) -> Iterable[str]:
        """Return the literals in it that the rules on values may be asked about."""
        ...


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rule table with its constants as N-Triples writes them."""
    return tuple(_as_text(rule) for rule in owl2_rl().values())


@cache
def literals_of_rules() -> frozenset[str]:
    """Return the literals that the rules themselves name."""
    return frozenset(
        part
        for rule in rules()
        for premise in rule.premises
        if isinstance(premise, Pattern)
        for part in premise
        if is_literal(part)
    )


def rule_named(name: str) -> Rule:
    """Return one rule of the table with its constants as N-Triples writes them."""
    return next(one for one in rules() if one.id == name)


def unify(pattern: Pattern, triple: Triple, bindings: Bindings) -> Bindings | None:
    """Return the bindings under which a pattern is a triple, or None if there are none."""
    found = bindings
    for part, term in zip(pattern, triple, strict=True):
        if part == term:
            continue
        known = found.get(part)
        if known is None and part[0] == "?":
            found = {**found, part: term}
        elif known != term:
            return None
    return found


def instantiate(pattern: Pattern, bindings: Bindings) -> Triple:
    """Return a pattern with terms for its variables; a variable without one stays."""
    return (
        bindings.get(pattern.subject, pattern.subject),
        bindings.get(pattern.predicate, pattern.predicate),
        bindings.get(pattern.object, pattern.object),
    )


def candidates(
    premise: Premise, bindings: Bindings, graph: Graph
) -> Iterator[tuple[Bindings, Used]]:
    """Yield the ways in which one premise holds."""
    if isinstance(premise, Pattern):
        wanted = [bindings.get(part) if part[0] == "?" else part for part in premise]
        left = [place for place, term in enumerate(wanted) if term is None]
        if len(left) == 1:
            name = premise[left[0]]
            for triple in graph.match(*wanted):
                yield {**bindings, name: triple[left[0]]}, (triple,)
            return
        for triple in graph.match(*wanted):
            found = unify(premise, triple, bindings) if left else bindings
            if found is not None:
                yield found, (triple,)
    elif isinstance(premise, Member):
        yield from _members(premise, bindings, graph)
    elif isinstance(premise, Every):
        yield from _every(premise, bindings, graph)
    elif isinstance(premise, Chain):
        yield from _chain(premise, bindings, graph)
    else:
        yield from _datatype(premise, bindings, graph)


def cells(head: str, graph: Graph) -> Iterator[list[tuple[str, Triple]]]:
    """Yield the readings of a list: its cells in order, each with its `rdf:rest` triple.

    There is one reading of a sound list, several where a cell has several rests, and none where
    a list does not end or runs in a circle.
    """
    pending: list[tuple[str, list[tuple[str, Triple]]]] = [(head, [])]
    while pending:
        cell, before = pending.pop()
        if cell == NIL:
            yield before
        elif all(cell != earlier for earlier, _ in before):
            pending += [
                (rest[2], [*before, (cell, rest)]) for rest in graph.match(cell, REST, None)
            ]


def _whole_list(listed: list[tuple[str, Triple]], firsts: Sequence[Triple]) -> Used:
    return tuple(
        triple for first, (_, rest) in zip(firsts, listed, strict=True) for triple in (first, rest)
    )


def _firsts(cell: str, graph: Graph) -> list[Triple]:
    return list(graph.match(cell, FIRST, None))


def _members(premise: Member, bindings: Bindings, graph: Graph) -> Iterator[tuple[Bindings, Used]]:
    for listed in cells(bindings[premise.list], graph):
        choices = [_firsts(cell, graph) for cell, _ in listed]
        if not all(choices):
            continue
        # Equal things may stand in one cell; of those the one that was there first.
        usual = [min(firsts, key=lambda first: graph.round(first) or 0) for firsts in choices]
        for place, firsts in enumerate(choices):
            for first in firsts:
                found = _bound(premise.item, first[2], bindings)
                if found is None:
                    continue
                chosen = [*usual[:place], first, *usual[place + 1 :]]
                if premise.later is None:
                    yield found, _whole_list(listed, chosen)
                    continue
                for behind in range(place + 1, len(choices)):
                    for second in choices[behind]:
                        both = _bound(premise.later, second[2], found)
                        if both is not None:
                            pair = [*chosen[:behind], second, *chosen[behind + 1 :]]
                            yield both, _whole_list(listed, pair)


def _every(premise: Every, bindings: Bindings, graph: Graph) -> Iterator[tuple[Bindings, Used]]:
    own = _own_variables()[premise]
    for listed in cells(bindings[premise.list], graph):
        if not listed:
            continue
        ways: list[tuple[Bindings, Used, Used]] = [(bindings, (), ())]
        for cell, rest in listed:
            ways = [
                (_without(found, own), (*lists, first, rest), (*holds, *triples))
                for before, lists, holds in ways
                for first in _firsts(cell, graph)
                for found, triples in _all(
                    premise.patterns, {**before, premise.item: first[2]}, graph
                )
            ]
        yield from ((found, lists + holds) for found, lists, holds in ways)


@cache
def _own_variables() -> dict[Premise, set[str]]:
    """Return the variables that have a value of their own for each member of a list."""
    return {
        premise: variables(premise.patterns)
        - variables((one.conclusions, *(other for other in one.premises if other != premise)))
        - {premise.list}
        for one in rules()
        for premise in one.premises
        if isinstance(premise, Every)
    }


def _without(found: Bindings, own: set[str]) -> Bindings:
    return {name: term for name, term in found.items() if name not in own}


def _all(
    patterns: Sequence[Pattern], bindings: Bindings, graph: Graph
) -> Iterator[tuple[Bindings, Used]]:
    if not patterns:
        yield bindings, ()
        return
    for found, first in candidates(patterns[0], bindings, graph):
        for whole, others in _all(patterns[1:], found, graph):
            yield whole, first + others


def _chain(premise: Chain, bindings: Bindings, graph: Graph) -> Iterator[tuple[Bindings, Used]]:
    for listed in cells(bindings[premise.list], graph):
        if not listed:
            continue
        starts = bindings.get(premise.start)
        ways: list[tuple[str | None, str | None, Used, Used]] = [(starts, starts, (), ())]
        for place, (cell, rest) in enumerate(listed):
            goal = bindings.get(premise.end) if place == len(listed) - 1 else None
            ways = [
                (start or link[0], link[2], (*lists, first, rest), (*links, link))
                for start, here, lists, links in ways
                for first in _firsts(cell, graph)
                for link in graph.match(here, first[2], goal)
            ]
        for start, end, lists, links in ways:
            if start is not None and end is not None:
                yield {**bindings, premise.start: start, premise.end: end}, lists + links


def _datatype(
    premise: Datatype, bindings: Bindings, graph: Graph
) -> Iterator[tuple[Bindings, Used]]:
    first = premise.arguments[0]
    if premise.test == "DATATYPE":
        known = bindings.get(first)
        for name in values.names() if known is None else [known]:
            if values.is_datatype(name):
                yield {**bindings, first: name}, ()
        return
    second = premise.arguments[1]
    for one in _known_or(first, bindings, graph.literals):
        if not is_literal(one):
            continue
        others = values.names if "IN" in premise.test else graph.literals
        for other in _known_or(second, bindings, others):
            if _passes(premise.test, one, other):
                yield {**bindings, first: one, second: other}, ()


def _known_or(name: str, bindings: Bindings, others: object) -> Iterable[str]:
    known = bindings.get(name)
    return [known] if known is not None else others()  # type: ignore[operator]


def _passes(test: str, one: str, other: str) -> bool:
    if test in ("IN", "NOT IN"):
        return values.is_in(one, other) is (test == "IN")
    if one == other:
        return test == "SAME AS" and values.value(one) is not None
    return values.are_same(one, other) is (test == "SAME AS")


def _bound(name: str, term: str, bindings: Bindings) -> Bindings | None:
    known = bindings.get(name)
    if known is None:
        return {**bindings, name: term}
    return bindings if known == term else None


def _as_text(one: Rule) -> Rule:
    premises = tuple(_premise_as_text(premise) for premise in one.premises)
    return one._replace(
        premises=premises, conclusions=tuple(_pattern_as_text(part) for part in one.conclusions)
    )


def _premise_as_text(premise: Premise) -> Premise:
    if isinstance(premise, Pattern):
        return _pattern_as_text(premise)
    if isinstance(premise, Every):
        return premise._replace(patterns=tuple(map(_pattern_as_text, premise.patterns)))
    return premise


def _pattern_as_text(pattern: Pattern) -> Pattern:
    return Pattern(*(part if part[0] == "?" else text(part) for part in pattern))
