"""Why a statement does not hold: which rule comes nearest to it, and what it lacks."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason.explanation.left_out import Completed
from si_graph.reason.explanation.matching import instances
from si_graph.reason.explanation.premises import instantiate, rules, unify
from si_graph.reason.explanation.terms import TYPE, statement, term, texts
from si_graph.reason.rule_table import Chain, Every, Member, Pattern, variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from si_graph.reason.explanation.facts import Facts
    from si_graph.reason.explanation.proof import Statement, Term
    from si_graph.reason.explanation.terms import Triple
    from si_graph.reason.rule_table import Premise, Rule

# Everything would follow if two things were the same; that is no help.
_NO_HELP = ("eq-rep-s", "eq-rep-p", "eq-rep-o", "eq-ref", "eq-trans")
_MOST_INSTANCES = 200


class Missing(NamedTuple):
    """A rule of which all premises but one hold.

    Attributes:
        rule: The rule's id.
        premise: What is missing: subject, predicate and object; None is anything.
        holds: The statements that the other premises rest on.
        bindings: The terms that the variables of the rule stand for, without question marks.
    """

    rule: str
    premise: tuple[Term | None, Term | None, Term | None]
    holds: tuple[Statement, ...]
    bindings: Mapping[str, Term]


def nearest(facts: Facts, stated: Statement, most: int) -> list[Missing]:
    """Return the rules that lack one premise to conclude a statement, the most telling first.

    That is a rule whose missing premise is all known, and one of data rather than of the schema.
    """
    found: dict[tuple[object, ...], tuple[tuple[int, int, int], Missing]] = {}
    for rank, missing in _candidates(facts, texts(stated)):
        key = (missing.rule, missing.premise)
        if key not in found or rank < found[key][0]:
            found[key] = rank, missing
    ranked = sorted(found.values(), key=lambda entry: (entry[0], str(entry[1].premise)))
    return [missing for _, missing in ranked[:most]]


def _candidates(facts: Facts, goal: Triple) -> Iterator[tuple[tuple[int, int, int], Missing]]:
    graph = Completed(facts)
    for rule, conclusion in _concluding():
        bindings = unify(conclusion, goal, {})
        if bindings is None:
            continue
        for place, premise in enumerate(rule.premises):
            others = rule.premises[:place] + rule.premises[place + 1 :]
            if not isinstance(premise, Pattern) or not _can_be_matched(others):
                continue
            rest = rule._replace(premises=others)
            for instance in islice(instances(rest, bindings, graph), _MOST_INSTANCES):
                lacking = instantiate(premise, instance.bindings)
                if lacking == goal or all(part[0] == "?" for part in lacking):
                    continue
                if any(facts.round(triple) is None for triple in instance.premises):
                    continue
                free = sum(part[0] == "?" for part in lacking)
                is_schema = premise.predicate[0] != "?" and (
                    premise.predicate != TYPE or premise.object[0] != "?"
                )
                yield (
                    (int(is_schema), free, len(instance.premises)),
                    Missing(
                        rule.id,
                        _terms(lacking),
                        tuple(map(statement, instance.premises)),
                        {name[1:]: term(text) for name, text in instance.bindings.items()},
                    ),
                )


def _concluding() -> Iterator[tuple[Rule, Pattern]]:
    for rule in rules():
        if rule.id not in _NO_HELP:
            yield from ((rule, pattern) for pattern in rule.conclusions)


def _can_be_matched(premises: tuple[Premise, ...]) -> bool:
    """Tell whether there are premises, and a triple that leads to each list among them."""
    known = variables(premise for premise in premises if isinstance(premise, Pattern))
    return bool(known) and all(
        premise.list in known for premise in premises if isinstance(premise, (Member, Every, Chain))
    )


def _terms(triple: Triple) -> tuple[Term | None, Term | None, Term | None]:
    s, p, o = (None if part[0] == "?" else term(part) for part in triple)
    return s, p, o
