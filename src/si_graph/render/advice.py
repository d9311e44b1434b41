"""The page of an advice: a readable outline of what was asked, concluded and proposed."""

from __future__ import annotations

from si_graph.namespaces import local_name
from si_graph.query.labels import kinds
from si_graph.query.overviews.outline import outlines
from si_graph.render.names import cited, named
from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.query.overviews.outline import Action, Outline, Question
    from si_graph.query.overviews.statements import Said
    from si_graph.render.page import View

ROLES = (
    "directedAt", "involves", "hasBeneficiary", "proposedPartner", "concernsPolicyField",
    "condition", "concurrentWith", "basedOn", "justifiedBy",
)  # fmt: skip
"""What is told of an action beside whom it asks, how firmly, and by which instrument."""


def render(view: View) -> Page:
    """Return the page of all advice in the graph."""
    found = outlines(view.graph.store)
    statements = [one for outline in found for one in _statements(outline)]
    iris = [outline.iri for outline in found if outline.iri]
    iris += [iri for one in statements for iri in (one.subject, one.predicate, one.value)]
    instruments = [one.value for one in statements if one.predicate.endswith("directlyProposes")]
    return Page(
        fill(
            "advice.html",
            view,
            outlines=found,
            roles=ROLES,
            anchor=local_name,
            dates={
                outline.iri: view.graph.ask("CQ94", lang=view.lang, advice=outline.iri).sentence
                for outline in found
                if outline.iri
            },
            kinds=kinds(view.graph.store, instruments, view.lang),
            names=named(view, (iri for iri in iris if ":" in iri)),
            cited=cited(view, (iri for one in statements for iri in one.passages)),
        )
    )


def _statements(outline: Outline) -> Iterator[Said]:
    """Go through all statements that the page shows."""
    for goals in outline.goals.values():
        yield from goals
    for saying in outline.conclusions.values():
        for told in saying.values():
            yield from told
    yield from _of_questions(outline.questions)
    yield from _of_actions(outline.actions)


def _of_questions(questions: list[Question]) -> Iterator[Said]:
    for question in questions:
        for told in (*question.said.values(), question.answers):
            yield from told
        yield from _of_questions(question.parts)


def _of_actions(actions: list[Action]) -> Iterator[Said]:
    for action in actions:
        for told in action.said.values():
            yield from told
        yield from _of_actions(action.parts)
