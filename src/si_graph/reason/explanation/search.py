"""Minimal proofs: no asserted statement can be dropped, and of those the least deep."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason.explanation.clashes import starts
from si_graph.reason.explanation.derivation_graph import DerivationGraph
from si_graph.reason.explanation.guided import Guide
from si_graph.reason.explanation.matching import Rulebook, instances
from si_graph.reason.explanation.premises import rules
from si_graph.reason.explanation.rounds import Rounds
from si_graph.reason.explanation.terms import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.reason.explanation.facts import Facts
    from si_graph.reason.explanation.matching import Instance
    from si_graph.reason.explanation.proof import Proof, Statement
    from si_graph.reason.explanation.terms import Triple
    from si_graph.reason.rule_table import Rule

MOST_NODES = 4000
"""How many triples are looked at for all proofs of one."""

MOST_SUPPORTS = 50
"""How many sets of statements are kept for each of them."""


_FEW_NODES = 500
"""How many are looked at where only one proof is wanted, to find one that is less deep."""

_MOST_LEAVES = 100
"""From how many statements on their own closure may be too large to be made."""


class Proofs(NamedTuple):
    """Several minimal proofs.

    Attributes:
        proofs: The proofs, the least deep first.
        is_complete: Whether there are no others.
    """

    proofs: list[Proof]
    is_complete: bool


class Explainer:
    """Explains what holds in a closure."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._guide = Guide(facts)

    def explain(self, stated: Statement) -> Proof | None:
        """Return a minimal proof of a statement, or None if it does not hold.

        It has the least depth of all minimal proofs if the rounds of the closure are least and
        its ways are few enough to be looked at, and otherwise of those from the same statements.
        """
        goal = texts(stated)
        first = self._guide.prove(goal)
        if first is None and self._facts.round(goal) is not None:
            # The rounds lead nowhere, so all ways are looked at.
            return min(self._others(goal, MOST_NODES)[0], key=rank, default=None)
        if first is None or first.rule is None:
            return first
        proof = self._minimal([goal], first)
        if proof.depth <= first.depth:
            return proof
        # The least deep proof was not minimal: another minimal one may be less deep than this.
        return self._first_by_rank(goal, proof)

    def clashes(self, most: int) -> list[Proof]:
        """Return the proofs of inconsistencies, at most so many of them for each rule."""
        return [
            proof
            for one in rules()
            if one.is_inconsistency
            for proof in islice(self._clashes(one), most)
        ]

    def _clashes(self, one: Rule) -> Iterator[Proof]:
        seen: set[frozenset[Triple]] = set()
        for bindings in starts(one.id, self._facts):
            for instance in instances(one, bindings, self._guide.book.graph):
                premises = frozenset(instance.premises)
                proof = None if premises in seen else self._guide.prove_clash(instance)
                seen.add(premises)
                if proof is not None:
                    yield self._minimal(list(instance.premises), proof, instance)

    def explain_all(self, stated: Statement, most: int) -> Proofs:
        """Return the minimal proofs of a statement, one for each set of asserted statements.

        Args:
            stated: The statement.
            most: How many proofs are wanted.
        """
        goal = texts(stated)
        first = self.explain(stated)
        if first is None or first.rule is None:
            return Proofs([] if first is None else [first], True)
        others, is_complete = self._others(goal, MOST_NODES)
        found = {proof.leaves: proof for proof in [*others, first]}
        proofs = sorted(found.values(), key=rank)
        return Proofs(proofs[:most], is_complete and len(proofs) <= most)

    def _first_by_rank(self, goal: Triple, best: Proof) -> Proof:
        """Return the first by rank of all minimal proofs of a triple, of which one is known."""
        supports, is_complete = self._supports(goal, _FEW_NODES)
        for support in supports:
            depth, *others = rank(best)
            # What has no fewer statements must be less deep, unless it can do with fewer.
            is_smaller = not is_complete or _size(support) < tuple(others)
            most = depth if is_smaller else depth - 1
            if Rounds(support, goal, most).round(goal) is not None:
                found = least_deep(support, goal)
                if found is not None:
                    whole = found if is_complete else self._minimal([goal], found)
                    best = min(best, whole, key=rank)
        return best

    def _supports(self, goal: Triple, most_nodes: int) -> tuple[list[frozenset[Triple]], bool]:
        """Return sets of statements that a triple follows from, and whether they are the least."""
        ways = DerivationGraph(
            goal, self._guide.book, lambda triple: self._facts.round(triple) == 0, most_nodes
        )
        return ways.supports(MOST_SUPPORTS)

    def _others(self, goal: Triple, most_nodes: int) -> tuple[list[Proof], bool]:
        """Return minimal proofs of a triple, and whether they are all there are."""
        supports, is_complete = self._supports(goal, most_nodes)
        found = (least_deep(support, goal) for support in supports)
        proofs = [proof for proof in found if proof is not None]
        # Of all sets the smallest are minimal; of some of them others may be smaller.
        if not is_complete:
            proofs = [self._minimal([goal], proof) for proof in proofs]
        return proofs, is_complete

    def _minimal(self, goals: list[Triple], proof: Proof, clash: Instance | None = None) -> Proof:
        """Return a minimal proof from the leaves of a proof.

        Args:
            goals: What is proved; the premises where it is a clash.
            proof: A proof of it.
            clash: The clash.
        """
        asked = frozenset(part for goal in goals for part in goal)
        proved_in: Rounds | None = None
        while True:
            leaves = sorted(map(texts, proof.leaves))
            own = _closed(frozenset(leaves), asked) if len(leaves) <= _MOST_LEAVES else None
            # What the leaves alone do not give is no way to the goal either way.
            book = self._guide.book if own is None else Rulebook(own)
            required: set[Triple] = set()
            for goal in goals:
                required |= DerivationGraph(goal, book, set(leaves).__contains__).required()
            spare = next((leaf for leaf in reversed(leaves) if leaf not in required), None)
            if spare is None:
                if own is None or own is proved_in:
                    return proof
                return _prove(Guide(own), goals[0], clash) or proof
            proved_in = _closed(frozenset(leaves) - {spare}, asked)
            without = _prove(Guide(proved_in), goals[0], clash)
            if without is None:
                # Of what is true of any graph the closure of the leaves may lack a part.
                return proof
            proof = without


def _prove(guide: Guide, goal: Triple, clash: Instance | None) -> Proof | None:
    return guide.prove(goal) if clash is None else guide.prove_clash(clash)


def rank(proof: Proof) -> tuple[int, int, list[str]]:
    """Return what proofs are sorted by: depth, then the number of leaves."""
    return proof.depth, *_size(map(texts, proof.leaves))


def _size(leaves: Iterable[Triple]) -> tuple[int, list[str]]:
    written = sorted(map(" ".join, leaves))
    return len(written), written


def least_deep(asserted: Iterable[Triple], goal: Triple) -> Proof | None:
    """Return a proof of least depth from some statements alone, or None if there is none."""
    return Guide(_closed(frozenset(asserted), frozenset(goal))).prove(goal)


# To make a proof minimal means to close what is left of its statements, more than once.
@lru_cache(maxsize=4)
def _closed(asserted: frozenset[Triple], asked: frozenset[str]) -> Rounds:
    return Rounds(asserted, asked)
