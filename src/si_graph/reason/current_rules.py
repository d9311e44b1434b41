"""The rules over the numbers that their terms have now, as equal terms go by one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.reason.plans import plans_of_rules
from si_graph.reason.vocabulary import SAME_AS, axiom_classes, axiom_predicates, numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from si_graph.reason.plans import Axiom, Plan


class CurrentRules:
    """The plans of the rules, made anew when a term that they name gets another number.

    Attributes:
        numbers: The number of each term that the rules name.
        plans: The plans of the rules with a conclusion.
    """

    def __init__(self, *, sameas: bool) -> None:
        """Begin with the numbers that the terms have by themselves.

        Args:
            sameas: Whether things may be found equal.
        """
        self._sameas = sameas
        self._renamed: Mapping[int, int] = {}
        self._key_lengths: tuple[int, ...] = ()
        self._choose()

    def rename(self, renamed: Mapping[int, int]) -> None:
        """Take the numbers of terms that others stand for, with these."""
        if renamed != self._renamed:
            self._renamed = renamed
            self._choose()

    def take_key_lengths(self, lengths: tuple[int, ...]) -> None:
        """Take how long the lists of keys are that there are."""
        if lengths != self._key_lengths:
            self._key_lengths = lengths
            self._choose()

    def clashes(self, axioms: Collection[Axiom]) -> list[Plan]:
        """Return the plans of the inconsistencies that there may be with some kinds of axioms."""
        return [
            plan
            for rule, found in plans_of_rules(tuple(self._renamed.items()))
            if rule.is_inconsistency
            for plan in found
            if all(axiom in axioms for axiom in plan.needs)
        ]

    def axiom_predicates(self) -> set[int]:
        """Return the numbers of the properties that make a triple an axiom."""
        return {self._renamed.get(number, number) for number in axiom_predicates()}

    def axiom_classes(self) -> set[int]:
        """Return the numbers of the classes that make an `rdf:type` triple an axiom."""
        return {self._renamed.get(number, number) for number in axiom_classes()}

    def _choose(self) -> None:
        self.numbers = {term: self._renamed.get(n, n) for term, n in numbers().items()}
        self.plans = [
            plan
            for rule, found in plans_of_rules(tuple(self._renamed.items()), self._key_lengths)
            if not rule.is_inconsistency
            and (self._sameas or rule.conclusions[0].predicate != SAME_AS)
            for plan in found
        ]
