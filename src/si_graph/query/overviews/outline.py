"""An advice as people read it: what was asked, what it concludes, and what it proposes to whom."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from si_graph.namespaces import PREFIXES, local_name
from si_graph.query.kept import kept
from si_graph.query.overviews.statements import said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.query.overviews.statements import Said
    from si_graph.store.protocol import Store

    Saying = defaultdict[str, list[Said]]
    """What is said of one thing, by the local name of the relation."""

_SI = PREFIXES["si"]
_TYPE = PREFIXES["rdf"] + "type"
_WHOLE = ("recommendationOf", "stepOf", "subActionOf")
ASKED = ("explicitlyAddressedTo", "addressedTo", "asksActor")
"""The ways in which an action asks an actor, the strongest first; each follows from the former."""
_OF_ACTIONS = (
    *_WHOLE, *ASKED, "number", "inheritsAddresseeFrom", "directlyProposes", "modality",
    "condition", "concernsPolicyField", "directedAt", "hasBeneficiary", "involves",
    "proposedPartner", "aimsAt", "concurrentWith", "basedOn", "justifiedBy",
)  # fmt: skip
_KINDS = ("Recommendation", "Step", "SubAction")
_OTHERS = ("AdvisoryReport", "AdviceQuestion", "Conclusion")
_OF_OTHERS = (
    "requestedBy", "requestedOf", "isPartOf", "answers", "attributedTo", "goalOf",
)  # fmt: skip


class Action(NamedTuple):
    """A proposed action with its parts.

    Attributes:
        iri: The action.
        kind: `Recommendation`, `Step` or `SubAction`, or `ProposedAction` if it is none of them.
        said: What is said of it, by the local name of the relation. Of the ways in which an actor
            is asked, only the strongest is there.
        parts: Its sub-actions, then its steps.
    """

    iri: str
    kind: str
    said: Saying
    parts: list[Action]


class Question(NamedTuple):
    """A question with what is said of it, what answers it, and its parts."""

    iri: str
    said: Saying
    answers: list[Said]
    parts: list[Question]


class Outline(NamedTuple):
    """One advice.

    Attributes:
        iri: The advice; empty for actions that belong to none.
        questions: What it answers.
        conclusions: What its actions are based on, each with what is said of it.
        actions: Its recommendations.
        goals: What actions and instruments aim at, by their IRIs; the goal is the value.
    """

    iri: str
    questions: list[Question]
    conclusions: dict[str, Saying]
    actions: list[Action]
    goals: dict[str, list[Said]]


@kept
def outlines(store: Store) -> list[Outline]:
    """Return each advice in the graph, and at the end the actions that belong to none."""
    # That a step is an action only follows, so what is stated alone is asked for by each kind.
    kinds = said(store, [_TYPE], _iris((*_KINDS, "ProposedAction", *_OTHERS)))
    statements = said(store, _iris(dict.fromkeys((*_OF_ACTIONS, *_OF_OTHERS))))
    return _Reader(kinds, statements).outlines()


class _Reader:
    """Puts statements in the order in which people read."""

    def __init__(self, kinds: list[Said], statements: list[Said]) -> None:
        others = {one.subject for one in kinds if local_name(one.value) in _OTHERS}
        everything = _by_subject([*kinds, *statements])
        typed = {one.subject for one in kinds}
        self.others = {iri: saying for iri, saying in everything.items() if iri in others}
        self.actions = {iri: saying for iri, saying in everything.items() if iri in typed - others}
        self.goals = _goals(statements)
        self.parts: dict[str, list[str]] = {}
        for iri, saying in self.actions.items():
            _keep_strongest(saying)
            for relation in _WHOLE:
                for one in saying[relation]:
                    self.parts.setdefault(one.value, []).append(iri)
        self.seen: set[str] = set()

    def outlines(self) -> list[Outline]:
        found = [self.outline(iri) for iri in self.others if self.is_a(iri, "AdvisoryReport")]
        loose = self.below(
            iri for iri, saying in self.actions.items() if not any(map(saying.get, _WHOLE))
        )
        # What stands under something that is no advice, or under itself, is shown all the same.
        loose += self.below(self.actions)
        return [*found, *([Outline("", [], {}, loose, self.goals)] if loose else [])]

    def outline(self, iri: str) -> Outline:
        actions = self.below(self.parts.get(iri, ()))
        grounds = {one.value for action in actions for one in action.said["basedOn"]}
        answered = [one.value for one in self.others[iri]["answers"]]
        return Outline(
            iri,
            [self.question(one) for one in answered],
            {ground: self.others[ground] for ground in sorted(grounds & self.others.keys())},
            actions,
            self.goals,
        )

    def below(self, iris: Iterable[str]) -> list[Action]:
        found = []
        for iri in sorted(iris, key=self.place):
            if iri not in self.seen:
                self.seen.add(iri)
                parts = self.below(self.parts.get(iri, ()))
                found.append(Action(iri, self.kind(iri), self.actions[iri], parts))
        return found

    def question(self, iri: str) -> Question:
        self.seen.add(iri)
        parts = [
            part
            for part, saying in self.others.items()
            if part not in self.seen
            and self.is_a(part, "AdviceQuestion")
            and any(one.value == iri for one in saying["isPartOf"])
        ]
        answers = [
            one
            for saying in self.others.values()
            for one in saying["answers"]
            if one.value == iri and not self.is_a(one.subject, "AdvisoryReport")
        ]
        return Question(
            iri, self.others.get(iri, defaultdict(list)), answers, [*map(self.question, parts)]
        )

    def kind(self, iri: str) -> str:
        return next(
            (kind for kind in _KINDS if self.is_a(iri, kind)),
            "ProposedAction",
        )

    def is_a(self, iri: str, kind: str) -> bool:
        saying = self.actions.get(iri) or self.others[iri]
        return any(one.value == _SI + kind for one in saying["type"])

    def place(self, iri: str) -> tuple[bool, int, str]:
        numbers = [one.value for one in self.actions[iri]["number"]]
        number = int(numbers[0]) if numbers and numbers[0].isdecimal() else 0
        return self.is_a(iri, "Step"), number, iri


def _iris(names: Iterable[str]) -> list[str]:
    return [_SI + name for name in names]


def _by_subject(statements: Iterable[Said]) -> dict[str, Saying]:
    found: dict[str, Saying] = {}
    for one in statements:
        saying = found.setdefault(one.subject, defaultdict(list))
        saying[local_name(one.predicate)].append(one)
    return found


def _keep_strongest(saying: Saying) -> None:
    stronger: set[str] = set()
    for relation in ASKED:
        weaker = [one for one in saying[relation] if one.value not in stronger]
        stronger |= {one.value for one in weaker}
        saying[relation] = weaker


def _goals(statements: Iterable[Said]) -> dict[str, list[Said]]:
    goals: dict[str, list[Said]] = {}
    for one in statements:
        if one.predicate == _SI + "aimsAt":
            goals.setdefault(one.subject, []).append(one)
        elif one.predicate == _SI + "goalOf":
            goals.setdefault(one.value, []).append(
                one._replace(subject=one.value, value=one.subject)
            )
    return goals
