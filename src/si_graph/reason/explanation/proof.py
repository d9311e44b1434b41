"""A proof: a statement, the rule that gives it, and the proofs of what the rule needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyoxigraph import BlankNode, Literal, NamedNode

    Term = NamedNode | BlankNode | Literal


class Statement(NamedTuple):
    """A triple; inside proofs a literal may be its subject."""

    subject: Term
    predicate: Term
    object: Term


class Proof(NamedTuple):
    """Why a statement holds, or why statements contradict each other.

    Attributes:
        conclusion: What is proved; None if it is an inconsistency.
        rule: The id of the rule of the last step; None if the conclusion is asserted.
        premises: The proofs of all the triples that the rule needs, in the order of its premises;
            of a list these are the `rdf:first` and `rdf:rest` triples of its cells.
        bindings: The terms that the variables of the rule stand for, without question marks.
    """

    conclusion: Statement | None
    rule: str | None
    premises: tuple[Proof, ...]
    bindings: Mapping[str, Term]

    @property
    def depth(self) -> int:
        """The number of steps on the longest way from the conclusion to a leaf."""
        depths: dict[int, int] = {}
        for proof in self.steps():
            above = [depths[id(premise)] for premise in proof.premises]
            depths[id(proof)] = (proof.rule is not None) + max(above, default=0)
        return depths[id(self)]

    @property
    def leaves(self) -> frozenset[Statement]:
        """The asserted statements that the proof rests on."""
        return frozenset(
            proof.conclusion
            for proof in self.steps()
            if proof.rule is None and proof.conclusion is not None
        )

    def steps(self) -> Iterator[Proof]:
        """Go through the proof and all that are in it, premises first, shared ones once."""
        seen: set[int] = set()
        pending = [(self, False)]
        while pending:
            proof, is_ready = pending.pop()
            if is_ready:
                yield proof
            elif id(proof) not in seen:
                seen.add(id(proof))
                pending.append((proof, True))
                pending += [(premise, False) for premise in reversed(proof.premises)]
