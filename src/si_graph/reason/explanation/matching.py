"""Instances of rules: ways in which the premises of a rule hold in a graph."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason.explanation import values
from si_graph.reason.explanation.premises import (
    Bindings,
    Used,
    candidates,
    instantiate,
    literals_of_rules,
    rule_named,
    rules,
    unify,
)
from si_graph.reason.explanation.terms import (
    FIRST,
    REFLEXIVE,
    SCHEMA,
    TYPE,
    is_typed_literal,
    name,
)
from si_graph.reason.rule_table import Chain, Datatype, Every, Member, Pattern, Rule, variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from si_graph.reason.explanation.premises import Graph
    from si_graph.reason.explanation.terms import Triple
    from si_graph.reason.rule_table import Premise

# The classes of properties that rules may pass on by what they say of `rdf:type` itself.
_TURNING = {
    name("owl:SymmetricProperty"): "prp-symp",
    name("owl:TransitiveProperty"): "prp-trp",
}

_Wanted = tuple[str | None, str | None, str | None]


class Instance(NamedTuple):
    """One way to use a rule.

    Attributes:
        rule: The rule.
        bindings: The terms that its variables stand for, with their question marks.
        premises: The triples of the graph that it needs, in the order of the rule's premises.
    """

    rule: Rule
    bindings: Bindings
    premises: Used

    def conclusions(self) -> list[Triple]:
        """Return what follows; nothing from a clash."""
        return [instantiate(pattern, self.bindings) for pattern in self.rule.conclusions]


class Rulebook:
    """The rules that may find something to work on in a graph.

    Attributes:
        graph: The graph.
        ways: The ways to triples that were found in it, and how many were tried for that.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.ways: dict[Any, tuple[list[Any], int]] = {}
        self._there: dict[_Wanted, bool] = {}
        self._turning: bool | None = None
        self._concluding: dict[tuple[str, str | None], list[tuple[Rule, Pattern]]] = {}

    def concluding(self, triple: Triple) -> list[tuple[Rule, Pattern]]:
        """Return the rules that may conclude a triple, each with its conclusion."""
        # A literal may equal another one, which no triple of the closure tells.
        literal = triple[2] if is_typed_literal(triple[2]) else None
        key = (triple[1], triple[2] if triple[1] == TYPE else literal)
        if key not in self._concluding:
            self._concluding[key] = [
                (one, pattern)
                for one, pattern, known in _saying(triple[1], None if literal else key[1])
                if self.may_hold(one, known)
                or (literal and self.may_hold(one, {**known, pattern.object: literal}))
            ]
        return self._concluding[key]

    def may_hold(self, one: Rule, bindings: Bindings) -> bool:
        """Tell whether there is something for each premise of a rule, taken by itself."""
        for s, p, o in _named(one.id):
            subject = bindings.get(s) if s[0] == "?" else s
            value = bindings.get(o) if o[0] == "?" else o
            if not (self._is_there((subject, p, value)) or self._may_be_left_out(p, o, bindings)):
                return False
        return all(map(values.is_datatype, filter(None, map(bindings.get, _datatypes(one.id)))))

    @staticmethod
    def _may_be_left_out(predicate: str, value: str, bindings: Bindings) -> bool:
        """Tell whether a closure may lack a premise that holds.

        That a relation is below itself says something new of the schema only.
        """
        if value in literals_of_rules():
            return True
        return predicate in REFLEXIVE and not SCHEMA.isdisjoint(bindings.values())

    def _is_there(self, wanted: _Wanted) -> bool:
        if wanted not in self._there:
            found = any(s != o or p not in REFLEXIVE for s, p, o in self.graph.match(*wanted))
            self._there[wanted] = found and (self._is_told(wanted) or self._may_turn())
        return self._there[wanted]

    def _is_told(self, wanted: _Wanted) -> bool:
        """Tell whether what is found is more than perhaps said, of what `_may_turn` is about."""
        s, p, o = wanted
        if s is None or p != TYPE or o not in _TURNING:
            return True
        return self.graph.round((s, p, o)) is not None

    def _may_turn(self) -> bool:
        """Tell whether rules may say of any property that it is transitive or symmetric.

        Of what a closure leaves out that might be said of `rdf:type` too, which would then say the
        same of others; but some other rule has to begin.
        """
        if self._turning is None:
            self._turning = any(
                self.may_hold(one, known)
                for kind in _TURNING
                for one, _, known in _saying(TYPE, kind)
                if one.id not in _TURNING.values()
            )
        return self._turning


@cache
def _named(rule: str) -> tuple[Pattern, ...]:
    """Return the triples among the premises of a rule whose predicate is known."""
    premises = rule_named(rule).premises
    named = [part for part in premises if isinstance(part, Pattern) and part.predicate[0] != "?"]
    members = [part.item for part in premises if isinstance(part, Member)]
    return (*named, *(Pattern("?cell", FIRST, item) for item in members))


@cache
def _datatypes(rule: str) -> tuple[str, ...]:
    """Return the variables of a rule that stand for datatypes."""
    premises = rule_named(rule).premises
    return tuple(
        part.arguments[-1]
        for part in premises
        if isinstance(part, Datatype) and part.test in ("DATATYPE", "IN", "NOT IN")
    )


@lru_cache(maxsize=10_000)
def _saying(predicate: str, value: str | None) -> list[tuple[Rule, Pattern, Bindings]]:
    """Return the rules that conclude something with a predicate, and a value where it is telling.

    Each comes with its conclusion, and with the variables in it that the two give a value.
    """
    found = []
    for one in rules():
        for pattern in one.conclusions:
            known: Bindings = {pattern.predicate: predicate}
            if value is not None:
                known[pattern.object] = value
            if all(part[0] == "?" or part == term for part, term in known.items()):
                found.append((one, pattern, known))
    return found


def derivations(triple: Triple, book: Rulebook) -> Iterator[Instance]:
    """Yield the instances of rules in the graph of a book that conclude a triple.

    One that has its own conclusion as a premise is left out: it explains nothing.
    """
    for one, pattern in book.concluding(triple):
        bindings = unify(pattern, triple, {})
        if bindings is not None:
            for instance in instances(one, bindings, book.graph):
                if triple not in instance.premises:
                    yield instance


def instances(one: Rule, bindings: Bindings, graph: Graph) -> Iterator[Instance]:
    """Yield the instances of a rule in a graph in which some variables have values already."""
    order = _order(one.premises, frozenset(bindings))
    used: list[Used] = [()] * len(order)
    for found in _solve(one.premises, order, 0, bindings, graph, used):
        yield Instance(one, found, tuple(triple for part in used for triple in part))


def _solve(
    premises: Sequence[Premise],
    order: Sequence[int],
    place: int,
    bindings: Bindings,
    graph: Graph,
    used: list[Used],
) -> Iterator[Bindings]:
    if place == len(order):
        yield bindings
        return
    number = order[place]
    for found, triples in candidates(premises[number], bindings, graph):
        used[number] = triples
        yield from _solve(premises, order, place + 1, found, graph, used)


@cache
def _order(premises: tuple[Premise, ...], bound: frozenset[str]) -> tuple[int, ...]:
    """Return the order in which to look premises up: what is known best first."""
    left, order = set(range(len(premises))), []
    while left:
        best = min(left, key=lambda number: (-_boundness(premises[number], bound), number))
        order.append(best)
        left.discard(best)
        bound |= variables((premises[best],))
    return tuple(order)


def _boundness(premise: Premise, bound: frozenset[str]) -> float:
    if isinstance(premise, Datatype):
        # A test costs nothing once its terms are known, and before that it knows nothing.
        return 9 if variables((premise,)) <= bound else -1
    if isinstance(premise, (Every, Chain)):
        return 2.5 if premise.list in bound else -2
    if isinstance(premise, Member):
        return 2.5 if premise.list in bound else -2
    known = [part[0] != "?" or part in bound for part in premise]
    # A triple of data is told best by its subject, one of the schema by its predicate.
    return sum(known) + 0.1 * known[0] - 0.2 * (not known[1])
