"""What a closure leaves out, found again where a rule needs it.

That is what is true of any graph (a class is below itself), and what has a literal as its subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Triple as RdfTriple

from si_graph.reason.cleaning import is_noise
from si_graph.reason.explanation import values
from si_graph.reason.explanation.terms import SAME_AS, is_literal, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.reason.explanation.facts import Facts
    from si_graph.reason.explanation.terms import Triple


def is_left_out(triple: Triple) -> bool:
    """Tell whether a closure does without a triple even though it may follow."""
    if is_literal(triple[0]):
        return True
    if not triple[1].startswith("<"):
        return True
    return is_noise(RdfTriple(*map(term, triple)))  # type: ignore[arg-type]  # checked above


class Completed:
    """A closure in which also that can be matched which it may leave out.

    A triple that is only perhaps true is given when all of it is asked for: whoever asks has to
    prove it. Equal literals are given too.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._same: dict[object, list[str]] | None = None

    def match(self, s: str | None, p: str | None, o: str | None) -> Iterator[Triple]:
        """Return the triples that have these parts, and those that may be left out."""
        found = False
        for triple in self._facts.match(s, p, o):
            found = True
            yield triple
        if s is not None and p is not None and o is not None:
            if not found and is_left_out((s, p, o)):
                yield s, p, o
        elif p == SAME_AS:
            known = s if o is None else o
            if known is not None and is_literal(known):
                for other in self._equal(known):
                    yield (other, p, known) if s is None else (known, p, other)

    def literals(self) -> Iterable[str]:
        """Return the literals that the rules on values may be asked about."""
        return self._facts.literals()

    def _equal(self, literal: str) -> list[str]:
        # Two texts have the same value only if they are written the same.
        value = values.value(literal) if literal.endswith(">") else None
        if value is None:
            return []
        if self._same is None:
            self._same = {}
            for other in dict.fromkeys(self._facts.literals()):
                if other.endswith(">") and (content := values.value(other)) is not None:
                    self._same.setdefault(content, []).append(other)
        return [other for other in self._same.get(value, []) if other != literal]
