"""The page of all questions: by who asks them and of which kind, found by words."""

from __future__ import annotations

from functools import cache

from si_graph.namespaces import expand
from si_graph.query.catalogue import KINDS, PERSONAS, catalogue
from si_graph.query.labels import labels
from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from si_graph.query.catalogue import NamedQuery
    from si_graph.render.page import View

    Groups = list[tuple[str, list[tuple[str, list[tuple[str, str]]]]]]

# The civil servant is who reads pages; the others come with tools of their own.
_PERSONAS = sorted(PERSONAS, key=lambda persona: persona != "civil-servant")


def render(view: View) -> Page:
    """Return the page of questions; `q` leaves those with all of its words."""
    words = view.values.get("q", "").casefold().split()
    queries = _questions()
    asked = all_asked(view)
    shown = [query for query in queries if _fits(query, asked[query.name], words)]
    return Page(
        fill(
            "questions.html",
            view,
            groups=_groups(shown, asked),
            count=len(shown),
            total=len(queries),
        )
    )


def all_asked(view: View) -> dict[str, str]:
    """Return all questions in words, by the names of their queries."""
    queries = _questions()
    defaults = {
        iri
        for query in queries
        for parameter in query.parameters.values()
        if (iri := expand(parameter.default)) is not None
    }
    names = labels(view.graph.store, sorted(defaults), view.lang)
    return {query.name: spelled_out(query, names, view.lang) for query in queries}


@cache
def _questions() -> tuple[NamedQuery, ...]:
    """Return the catalogue; reading it takes longer than the rest of the page."""
    return tuple(catalogue())


def spelled_out(query: NamedQuery, names: Mapping[str, str], lang: str) -> str:
    """Return a question about the things that it is asked about by default, by their names."""
    text = query.question.get(lang, query.name)
    for name, parameter in query.parameters.items():
        label = names.get(expand(parameter.default) or "") or parameter.labels.get(lang, name)
        text = text.replace(f"{{{name}}}", label)
    return text


def _fits(query: NamedQuery, asked: str, words: list[str]) -> bool:
    text = " ".join([query.name, asked, *query.question.values()]).casefold()
    return all(word in text for word in words)


def _groups(queries: list[NamedQuery], asked: Mapping[str, str]) -> Groups:
    """Return the questions by persona, and of each by kind."""
    groups: Groups = []
    for persona in _PERSONAS:
        of_kinds = [
            (kind, found)
            for kind in KINDS
            if (
                found := [
                    (query.name, asked[query.name])
                    for query in queries
                    if (query.persona, query.kind) == (persona, kind)
                ]
            )
        ]
        if of_kinds:
            groups.append((persona, of_kinds))
    return groups
