"""From a triple back to what is asserted, led by the rounds in which an engine derived things.

A rule counts only if all its premises were there in an earlier round, so the way back ends. Of
several the one is taken whose premises were there first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.reason.explanation.left_out import Completed, is_left_out
from si_graph.reason.explanation.matching import Instance, Rulebook, derivations
from si_graph.reason.explanation.proof import Proof
from si_graph.reason.explanation.terms import statement, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.reason.explanation.facts import Facts
    from si_graph.reason.explanation.proof import Term
    from si_graph.reason.explanation.terms import Triple

# How many steps a proof may take through what a closure leaves out, one upon the other.
_FARTHEST = 6


class Guide:
    """Finds proofs in a closure with rounds; what it finds on the way it keeps.

    Attributes:
        book: The rules that may be used in the closure with what it leaves out.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.book = Rulebook(Completed(facts))
        self._steps: dict[Triple, Instance] = {}
        # What is left out has the round of its latest premise.
        self._found: dict[Triple, int] = {}

    def prove(self, goal: Triple) -> Proof | None:
        """Return a proof, or None if there is none."""
        return self._made([goal])[goal] if self._reach([goal]) else None

    def prove_clash(self, clash: Instance) -> Proof | None:
        """Return a proof of an instance of a rule that concludes nothing, or None."""
        if not self._reach(clash.premises):
            return None
        made = self._made(clash.premises)
        premises = tuple(made[premise] for premise in clash.premises)
        return Proof(None, clash.rule.id, premises, named(clash))

    def _reach(self, goals: Iterable[Triple]) -> bool:
        """Find the steps to some triples, and tell whether there are any."""
        for goal in goals:
            if self.round(goal) is None and not (
                is_left_out(goal) and self._prove_left_out(goal, None, ()) is not None
            ):
                return False
        pending = list(goals)
        seen = set(pending)
        while pending:
            triple = pending.pop()
            if self.round(triple) == 0:
                continue
            step = self._step(triple)
            if step is None:
                return False
            fresh = [premise for premise in step.premises if premise not in seen]
            seen.update(fresh)
            pending += fresh
        return True

    def round(self, triple: Triple) -> int | None:
        """Return the round of a triple of the closure."""
        return self._facts.round(triple)

    def _step(self, triple: Triple) -> Instance | None:
        if triple not in self._steps:
            number = self.round(triple)
            if number is None:
                return None
            best = self._best(triple, number, ())
            if best is None:
                return None
            self._steps[triple] = best[1]
        return self._steps[triple]

    def _best(
        self, triple: Triple, limit: int | None, above: tuple[Triple, ...]
    ) -> tuple[int, Instance] | None:
        """Return the best last step to a triple, with the latest round of its premises.

        Args:
            triple: What is to be proved.
            limit: The round before which the premises must have been derived, if there is one.
            above: What is left out and being proved at the moment.
        """
        best: tuple[tuple[int, int, tuple[Triple, ...]], Instance] | None = None
        for instance in derivations(triple, self.book):
            rounds = self._rounds(instance, limit, above)
            if rounds is None:
                continue
            rank = (max(rounds, default=0), len(instance.premises), instance.premises)
            if best is None or rank < best[0]:
                best = rank, instance
        return None if best is None else (best[0][0], best[1])

    def _rounds(
        self, instance: Instance, limit: int | None, above: tuple[Triple, ...]
    ) -> list[int] | None:
        """Return the rounds of the premises, or None if one is not there in time."""
        rounds = []
        unsure = []
        for premise in instance.premises:
            number = self.round(premise)
            if number is None:
                unsure.append(premise)
            elif limit is not None and number >= limit:
                return None
            else:
                rounds.append(number)
        for premise in unsure:
            number = self._prove_left_out(premise, limit, above)
            if number is None:
                return None
            rounds.append(number)
        return rounds

    def _prove_left_out(
        self, triple: Triple, limit: int | None, above: tuple[Triple, ...]
    ) -> int | None:
        known = self._found.get(triple)
        if known is not None and (limit is None or known < limit):
            return known
        if triple in above or len(above) == _FARTHEST:
            return None
        best = self._best(triple, limit, (*above, triple))
        if best is None:
            return None
        self._found[triple], self._steps[triple] = best
        return best[0]

    def _made(self, goals: Iterable[Triple]) -> dict[Triple, Proof]:
        made: dict[Triple, Proof] = {}
        for triple in self._from_leaves(goals):
            if self.round(triple) == 0:
                made[triple] = Proof(statement(triple), None, (), {})
                continue
            step = self._steps[triple]
            premises = tuple(made[premise] for premise in step.premises)
            made[triple] = Proof(statement(triple), step.rule.id, premises, named(step))
        return made

    def _from_leaves(self, goals: Iterable[Triple]) -> Iterator[Triple]:
        seen: set[Triple] = set()
        pending = [(goal, False) for goal in goals]
        while pending:
            triple, is_ready = pending.pop()
            if is_ready:
                yield triple
            elif triple not in seen:
                seen.add(triple)
                pending.append((triple, True))
                if self.round(triple) != 0:
                    pending += [(premise, False) for premise in self._steps[triple].premises]


def named(step: Instance) -> dict[str, Term]:
    """Return the bindings of a step as terms by name."""
    return {name[1:]: term(text) for name, text in step.bindings.items()}
