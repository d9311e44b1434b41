"""An independent check of proofs: it knows the rule table and what is asserted, and no engine."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from itertools import combinations, product

import pyoxigraph as ox
from literal_values import Term, holds

from si_graph.namespaces import PREFIXES
from si_graph.reason.explanation.proof import Proof, Statement
from si_graph.reason.rule_table import (
    Chain,
    Datatype,
    Every,
    Member,
    Pattern,
    Premise,
    Rule,
    owl2_rl,
    variables,
)

FIRST, REST, NIL = (ox.NamedNode(PREFIXES["rdf"] + name) for name in ("first", "rest", "nil"))

Bindings = Mapping[str, Term]
Facts = frozenset[Statement]


class WrongProofError(AssertionError):
    """A step of a proof does not hold."""


def check(proof: Proof, asserted: Container[Statement]) -> None:
    """Check every step of a proof.

    Args:
        proof: The proof.
        asserted: The statements that may be its leaves.

    Raises:
        WrongProofError: A leaf is not asserted, a step is no instance of its rule, a premise is
            not needed, or a statement is used to prove itself.
    """
    used: dict[int, Facts] = {}
    entered: set[int] = set()
    pending = [(proof, False)]
    while pending:
        step, is_ready = pending.pop()
        if is_ready:
            _check_step(step, asserted)
            used[id(step)] = _used(step, used)
        elif id(step) in used:
            continue
        elif id(step) in entered:
            raise WrongProofError(f"the proof of {step.conclusion} is its own premise")
        else:
            entered.add(id(step))
            pending += [(step, True), *((premise, False) for premise in step.premises)]


def _used(step: Proof, used: Mapping[int, Facts]) -> Facts:
    """Return the statements of a step and of all above it."""
    above = frozenset[Statement]().union(*(used[id(premise)] for premise in step.premises))
    if step.conclusion in above:
        raise WrongProofError(f"{step.conclusion} is used to prove itself")
    return above if step.conclusion is None else above | {step.conclusion}


def _check_step(step: Proof, asserted: Container[Statement]) -> None:
    if step.rule is None:
        if step.conclusion is None or step.conclusion not in asserted:
            raise WrongProofError(f"{step.conclusion} is not asserted")
        if step.premises:
            raise WrongProofError(f"{step.conclusion} is asserted and yet has premises")
        return
    rule = owl2_rl().get(step.rule)
    if rule is None:
        raise WrongProofError(f"there is no rule {step.rule}")
    facts = frozenset(premise.conclusion for premise in step.premises if premise.conclusion)
    if any(premise.conclusion is None for premise in step.premises):
        raise WrongProofError(f"nothing is concluded from an inconsistency, as {rule.id} does here")
    local = _local(rule)
    named = {f"?{name}": term for name, term in step.bindings.items()}
    missing = variables((rule.premises, rule.conclusions)) - local - named.keys()
    if missing:
        raise WrongProofError(f"{rule.id} does not say what {', '.join(sorted(missing))} is")
    bindings = {name: term for name, term in named.items() if name not in local}
    if not _concludes(rule, bindings, step.conclusion):
        raise WrongProofError(f"{step.conclusion} is not what {rule.id} concludes")
    options = [list(_ways(premise, bindings, facts)) for premise in rule.premises]
    if not any(facts == frozenset().union(*way) for way in product(*options)):
        raise WrongProofError(f"the premises of {step.conclusion} are not those of {rule.id}")


def _concludes(rule: Rule, bindings: Bindings, conclusion: Statement | None) -> bool:
    if conclusion is None:
        return rule.is_inconsistency
    facts = frozenset({conclusion})
    return any(way for pattern in rule.conclusions for way in _matches(pattern, bindings, facts))


def _local(rule: Rule) -> set[str]:
    """Return the variables that have a value of their own for each member of a list."""
    every = [premise for premise in rule.premises if isinstance(premise, Every)]
    others = [premise for premise in rule.premises if premise not in every]
    shared = variables((others, rule.conclusions)) | {premise.list for premise in every}
    return variables(every) - shared


def _ways(premise: Premise, bindings: Bindings, facts: Facts) -> Iterator[Facts]:
    """Find what makes a premise hold: the sets of facts that it can use."""
    if isinstance(premise, Pattern):
        for fact, _ in _matches(premise, bindings, facts):
            yield frozenset({fact})
    elif isinstance(premise, Datatype):
        if holds(premise.test, *(bindings[argument] for argument in premise.arguments)):
            yield frozenset()
    else:
        items, cells = _list(bindings[premise.list], facts)
        for way in _in_list(premise, items, bindings, facts):
            yield cells | way


def _in_list(
    premise: Member | Every | Chain, items: tuple[Term, ...], bindings: Bindings, facts: Facts
) -> Iterator[Facts]:
    if isinstance(premise, Every):
        each = [
            list(_all_of(premise.patterns, {**bindings, premise.item: item}, facts))
            for item in items
        ]
        if items:
            yield from (frozenset().union(*way) for way in product(*each))
    elif isinstance(premise, Chain):
        if items:
            yield from _paths(bindings[premise.start], items, bindings[premise.end], facts)
    elif premise.later is None:
        if bindings[premise.item] in items:
            yield frozenset()
    elif (bindings[premise.item], bindings[premise.later]) in combinations(items, 2):
        yield frozenset()


def _list(head: Term, facts: Facts) -> tuple[tuple[Term, ...], Facts]:
    """Return the members of a list and the cells; no members unless it is whole."""
    cells: set[Statement] = set()
    items: list[Term] = []
    while head != NIL:
        firsts = [fact for fact in facts if fact[:2] == (head, FIRST)]
        rests = [fact for fact in facts if fact[:2] == (head, REST)]
        if len(firsts) != 1 or len(rests) != 1 or rests[0] in cells:
            return (), frozenset()
        cells.update(firsts, rests)
        items.append(firsts[0].object)
        head = rests[0].object
    return tuple(items), frozenset(cells)


def _all_of(patterns: tuple[Pattern, ...], bindings: Bindings, facts: Facts) -> Iterator[Facts]:
    if not patterns:
        yield frozenset()
        return
    for fact, extended in _matches(patterns[0], bindings, facts):
        for others in _all_of(patterns[1:], extended, facts):
            yield others | {fact}


def _paths(start: Term, properties: tuple[Term, ...], end: Term, facts: Facts) -> Iterator[Facts]:
    if not properties:
        if start == end:
            yield frozenset()
        return
    for fact in facts:
        if fact[:2] == (start, properties[0]):
            for others in _paths(fact.object, properties[1:], end, facts):
                yield others | {fact}


def _matches(
    pattern: Pattern, bindings: Bindings, facts: Facts
) -> Iterator[tuple[Statement, Bindings]]:
    for fact in facts:
        extended = dict(bindings)
        pairs = zip(pattern, fact, strict=True)
        if all(_bound(part, extended, term) == term for part, term in pairs):
            yield fact, extended


def _bound(part: str, bindings: dict[str, Term], default: Term) -> Term:
    """Return what a part of a pattern stands for; a variable without a value gets the default."""
    if part.startswith("?"):
        return bindings.setdefault(part, default)
    if part.startswith('"'):
        text, datatype = part[1:-1].split('"^^<')
        return ox.Literal(text, datatype=ox.NamedNode(datatype))
    return ox.NamedNode(part)
