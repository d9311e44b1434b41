"""All ways in which a triple follows, as one graph, and what can be read off it.

A statement is required if nothing can do without it; the supports of a triple are the smallest
sets of statements that it follows from.

Chains and equality have more ways than can be listed: a chain of 400 links can be cut in ten
million. Which statements a triple follows from does not depend on where it is cut, so only the
cuts before the last link are listed.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from si_graph.reason.explanation.matching import instances
from si_graph.reason.explanation.premises import candidates, instantiate, unify
from si_graph.reason.explanation.terms import SAME_AS
from si_graph.reason.rule_table import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from si_graph.reason.explanation.matching import Instance, Rulebook
    from si_graph.reason.explanation.premises import Bindings
    from si_graph.reason.explanation.terms import Triple
    from si_graph.reason.rule_table import Rule

T = TypeVar("T")

Node = tuple["Triple", str | None]
"""A triple, and the rule that its last step may not be by, if there is one."""

Way = tuple[Node, ...]
"""The premises of a last step."""

_CHAINING = ("eq-trans", "prp-trp", "scm-sco", "scm-spo")
_TRIED_FOR_EACH = 8
# For equality itself these say what eq-sym and eq-trans say.
_SAYING_IT_AGAIN = ("eq-rep-s", "eq-rep-o")


class DerivationGraph:
    """The ways in which a triple follows in a closure.

    Attributes:
        goal: The triple.
        ways: For each node the premises of each of its last steps.
        asserted: The asserted triples, in the order in which they were met.
        is_complete: Whether all nodes are in it; if not, there were too many.
    """

    def __init__(
        self,
        goal: Triple,
        book: Rulebook,
        is_asserted: Callable[[Triple], bool],
        most_nodes: int | None = None,
    ) -> None:
        self._book = book
        self._is_asserted = is_asserted
        self.goal: Node = (goal, None)
        self.ways: dict[Node, list[Way]] = {self.goal: []}
        self.is_complete = True
        # Membership of a class may have one way for each link of a thing that has many.
        self._left = None if most_nodes is None else most_nodes * _TRIED_FOR_EACH
        pending: list[Node] = [self.goal]
        while pending and self.is_complete:
            node = pending.pop()
            for way in self._ways(node):
                self.ways[node].append(way)
                fresh = [premise for premise in way if premise not in self.ways]
                self.ways.update((premise, []) for premise in fresh)
                pending += fresh
            if most_nodes is not None and len(self.ways) > most_nodes:
                self.is_complete = False
        self.asserted = list(dict.fromkeys(t for t, _ in self.ways if is_asserted(t)))

    def _ways(self, node: Node) -> list[Way]:
        """Return the ways to a node; those that were found for another goal are kept."""
        known = self._book.ways.get(node)
        if known is None:
            left = self._left
            found = list(self._found(node))
            if not self.is_complete:
                return found
            tried = 0 if left is None or self._left is None else left - self._left
            known = self._book.ways[node] = (found, tried)
        elif self._left is not None:
            self._left -= known[1]
            self.is_complete = self._left >= 0
        return known[0]

    def _found(self, node: Node) -> Iterator[Way]:
        triple, barred = node
        for rule, conclusion in self._book.concluding(triple):
            if rule.id == barred or (triple[1] == SAME_AS and rule.id in _SAYING_IT_AGAIN):
                continue
            bindings = unify(conclusion, triple, {})
            for start in () if bindings is None else self._starts(rule, bindings):
                if self._is_enough():
                    return
                for instance in instances(rule, start, self._book.graph):
                    if self._is_enough():
                        return
                    way = _nodes(instance)
                    if triple not in instance.premises and all(map(self._may_hold, way)):
                        yield way

    def _is_enough(self) -> bool:
        """Count what is tried, and tell whether that is as much as may be."""
        if self._left is not None:
            self._left -= 1
            self.is_complete = self.is_complete and self._left >= 0
        return not self.is_complete

    def _starts(self, rule: Rule, bindings: Bindings) -> Iterator[Bindings]:
        """Yield the bindings to match a rule from: of a chain, its possible last links."""
        if rule.id not in _CHAINING:
            yield bindings
            return
        # From the end with fewer links: everything may be part of one thing.
        rest, last = (link for link in rule.premises[-2:] if isinstance(link, Pattern))
        graph = self._book.graph
        for found, _ in _shorter(
            candidates(last, bindings, graph), candidates(rest, bindings, graph)
        ):
            if self._may_hold((instantiate(last, found), rule.id)):
                yield found

    def _may_hold(self, node: Node) -> bool:
        """Tell whether there may be another last step to a triple than by the rule barred."""
        triple, barred = node
        return (
            barred is None
            or self._is_asserted(triple)
            or any(rule.id != barred for rule, _ in self._book.concluding(triple))
        )

    def required(self) -> set[Triple]:
        """Return the asserted triples without which the goal does not follow."""
        bits = {triple: 1 << place for place, triple in enumerate(self.asserted)}
        everything = (1 << len(bits)) - 1
        needs = {node: bits.get(node[0], everything) for node in self.ways}

        def renew(node: Node) -> bool:
            least = needs[node]
            for way in self.ways[node]:
                needed = 0
                for premise in way:
                    needed |= needs[premise]
                least &= needed
            changed = least != needs[node]
            needs[node] = least
            return changed

        self._until_stable(renew)
        return {triple for triple, bit in bits.items() if needs[self.goal] & bit}

    def supports(self, most: int) -> tuple[list[frozenset[Triple]], bool]:
        """Return the smallest sets of asserted triples that the goal follows from.

        Args:
            most: How many sets are kept for each triple on the way; the smallest ones are.

        Returns:
            The sets, and whether they are all there are.
        """
        bits = {triple: 1 << place for place, triple in enumerate(self.asserted)}
        found: dict[Node, list[int]] = {
            node: [bits[node[0]]] if node[0] in bits else [] for node in self.ways
        }
        is_complete = self.is_complete

        def renew(node: Node) -> bool:
            nonlocal is_complete
            sets = list(found[node])
            for way in self.ways[node]:
                combined = [0]
                for premise in way:
                    combined = _smallest(one | two for one in combined for two in found[premise])
                    if len(combined) > most:
                        is_complete = False
                        combined = combined[:most]
                sets += combined
            sets = _smallest(sets)
            if len(sets) > most:
                is_complete = False
                sets = sets[:most]
            changed = sets != found[node]
            found[node] = sets
            return changed

        self._until_stable(renew)
        listed = [
            frozenset(triple for triple, bit in bits.items() if support & bit)
            for support in found[self.goal]
        ]
        return listed, is_complete

    def _until_stable(self, renew: Callable[[Node], bool]) -> None:
        """Renew what is known of the nodes until nothing changes any more."""
        users: dict[Node, list[Node]] = {node: [] for node in self.ways}
        for node, ways in self.ways.items():
            for premise in {premise for way in ways for premise in way}:
                users[premise].append(node)
        # What was met last is nearest to what is asserted.
        pending = dict.fromkeys(self.ways)
        while pending:
            node, _ = pending.popitem()
            if renew(node):
                pending.update(dict.fromkeys(users[node]))


def _nodes(instance: Instance) -> Way:
    *others, last = instance.premises or (None,)
    if last is None:
        return ()
    barred: str | None = None
    if instance.rule.id in _CHAINING:
        barred = instance.rule.id
    elif instance.rule.id == "eq-sym":
        barred = "eq-trans"
    return (*((other, None) for other in others if other is not None), (last, barred))


def _shorter(one: Iterator[T], other: Iterator[T]) -> list[T]:
    """Return what the one of two iterators gives that ends first."""
    first: list[T] = []
    second: list[T] = []
    for this, that in zip_longest(one, other):
        if this is None:
            return first
        if that is None:
            return second
        first.append(this)
        second.append(that)
    return first


def _smallest(sets: Iterator[int] | list[int]) -> list[int]:
    """Return the sets that contain no other, the smallest first."""
    kept: list[int] = []
    for one in sorted(set(sets), key=lambda bits: (bits.bit_count(), bits)):
        if not any(other & one == other for other in kept):
            kept.append(one)
    return kept
