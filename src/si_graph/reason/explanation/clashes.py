"""Where to look for clashes: a closure has no literals as subjects, but rules can clash on them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from si_graph.reason.explanation import values
from si_graph.reason.explanation.matching import instances
from si_graph.reason.explanation.premises import instantiate, rules
from si_graph.reason.explanation.terms import DIFFERENT_FROM, SAME_AS, is_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.reason.explanation.facts import Facts
    from si_graph.reason.explanation.premises import Bindings


def starts(rule: str, facts: Facts) -> Iterable[Bindings]:
    """Yield the bindings from which to look for clashes by a rule in a closure."""
    if rule == "dt-not-type":
        return _misplaced(facts)
    return _told_apart(facts) if rule == "eq-diff1" else [{}]


def _misplaced(facts: Facts) -> Iterator[Bindings]:
    """Yield literals and datatypes that these may be said to be of, and are not."""
    datatypes = [
        name for name in values.names() if any(True for _ in facts.match(None, None, name))
    ]
    for literal in dict.fromkeys(facts.literals()):
        for name in datatypes:
            if values.is_in(literal, name) is False:
                yield {"?lt": literal, "?dt": name}


def _told_apart(facts: Facts) -> Iterator[Bindings]:
    """Yield things that are said to differ, and literals that do and are said to be the same."""
    for s, _, o in facts.match(None, DIFFERENT_FROM, None):
        yield {"?x": s, "?y": o}
    for one, other in _equated(facts):
        if values.are_same(one, other) is False:
            yield {"?x": one, "?y": other}


def _equated(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield literals that a rule says to be the same, or that are the same as one thing."""
    for one in rules():
        # Those of table 4 only pass on what the others, of tables 5 and 6, find to be the same.
        for conclusion in one.conclusions if one.table in (5, 6) else ():
            if conclusion.predicate == SAME_AS:
                for instance in instances(one, {}, facts):
                    first, _, second = instantiate(conclusion, instance.bindings)
                    if is_literal(first) and is_literal(second):
                        yield first, second
    same: dict[str, list[str]] = {}
    for s, _, o in facts.match(None, SAME_AS, None):
        if is_literal(o):
            same.setdefault(s, []).append(o)
    for literals in same.values():
        yield from combinations(literals, 2)
