"""What a closure leaves out, found again where a rule needs it.

That is what is true of any graph (a class is below itself), and what has a literal as its subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Triple as RdfTriple

from si_graph.namespaces import PREFIXES
from si_graph.reason.cleaning import is_noise
from si_graph.reason.explanation import values
from si_graph.reason.explanation.premises import literals_of_rules
from si_graph.reason.explanation.terms import REFLEXIVE, SAME_AS, TYPE, is_literal, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.reason.explanation.facts import Facts
    from si_graph.reason.explanation.terms import Triple

_INVERSE_OF, _SYMMETRIC, _CHAIN = (
    f"<{PREFIXES['owl']}{name}>"
    for name in ("inverseOf", "SymmetricProperty", "propertyChainAxiom")
)
_SUB_PROPERTY_OF = f"<{PREFIXES['rdfs']}subPropertyOf>"
_OF_ANY_GRAPH = REFLEXIVE | {SAME_AS, TYPE}


def is_left_out(triple: Triple) -> bool:
    """Tell whether a closure does without a triple even though it may follow."""
    if is_literal(triple[0]) or not triple[1].startswith("<"):
        return True
    # Such as a cardinality of 1 that is written as another kind of number.
    if triple[2] in literals_of_rules():
        return True
    if triple[1] not in _OF_ANY_GRAPH and not triple[0].startswith("<http://www.w3.org/"):
        return False  # most are told by this already
    return is_noise(RdfTriple(*map(term, triple)))  # type: ignore[arg-type]  # checked above


class Completed:
    """A closure in which also that can be matched which it may leave out.

    A triple that is only perhaps true is given when all of it is asked for: whoever asks has to
    prove it. Equal literals are given too.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._same: dict[object, list[str]] | None = None
        self._partners: dict[str, frozenset[str]] = {}

    def match(self, s: str | None, p: str | None, o: str | None) -> Iterator[Triple]:
        """Return the triples that have these parts, and those that may be left out."""
        if s is not None and p is not None and o is not None:
            triple = (s, p, o)
            if self.round(triple) is not None or is_left_out(triple):
                yield triple
            return
        yield from self._facts.match(s, p, o)
        if p is not None:
            yield from self._left_out(s, p, o)

    def _left_out(self, s: str | None, p: str, o: str | None) -> Iterator[Triple]:
        if p == SAME_AS:
            known = s if o is None else o
            if known is not None and is_literal(known):
                for other in self._equal(known):
                    yield (other, p, known) if s is None else (known, p, other)
        elif p in REFLEXIVE and (known := s or o) is not None:
            if self.round((known, p, known)) is None:
                yield known, p, known
        elif o is not None and o in literals_of_rules():
            for other in self._equal(o):
                yield from ((one, link, o) for one, link, _ in self._facts.match(s, p, other))
        elif (s is None) != (o is None):
            yield from self._turned(s, p, o)

    def _turned(self, s: str | None, p: str, o: str | None) -> Iterator[Triple]:
        """Yield what holds of literals if a property turns round another that has these."""
        for other in self._turning(p):
            for value, _, literal in self._facts.match(o, other, s):
                if is_literal(literal):
                    yield literal, p, value

    def _turning(self, p: str) -> frozenset[str]:
        """Return the properties that a property, or one that leads to it, turns round."""
        if p not in self._partners:
            facts = self._facts
            leading: set[str | None] = {p}
            leading |= {below for below, _, _ in facts.match(None, _SUB_PROPERTY_OF, p)}
            if any(True for one in leading for _ in facts.match(one, _CHAIN, None)):
                leading = {None}
            found: set[str] = set()
            for one in leading:
                found |= {other for _, _, other in facts.match(one, _INVERSE_OF, None)}
                found |= {other for other, _, _ in facts.match(None, _INVERSE_OF, one)}
                found |= {same for same, _, _ in facts.match(one, TYPE, _SYMMETRIC)}
            self._partners[p] = frozenset(found)
        return self._partners[p]

    def round(self, triple: Triple) -> int | None:
        """Return the round of a triple; None of one that is left out."""
        return self._facts.round(triple)

    def literals(self) -> Iterable[str]:
        """Return the literals that the rules on values may be asked about."""
        return [*self._facts.literals(), *literals_of_rules()]

    def _equal(self, literal: str) -> list[str]:
        # Two texts have the same value only if they are written the same.
        value = values.value(literal) if literal.endswith(">") else None
        if value is None:
            return []
        if self._same is None:
            self._same = {}
            for other in dict.fromkeys(self.literals()):
                if other.endswith(">") and (content := values.value(other)) is not None:
                    self._same.setdefault(content, []).append(other)
        return [other for other in self._same.get(value, []) if other != literal]
