"""The page of what a search finds, and the suggestions while people type."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import shorten
from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.query.search import Hit
    from si_graph.render.page import View

MOST_FOUND = 50
"""How many things are listed."""

MOST_SUGGESTED = 8
"""How many things are suggested while people type."""


class Found(NamedTuple):
    """One thing found.

    Attributes:
        label: What it is called.
        kind: What kind of thing it is.
        href: Its page.
        short: Its prefixed name.
        matched: The name it was found by, where that is another.
    """

    label: str
    kind: str
    href: str
    short: str
    matched: str


def render(view: View) -> Page:
    """Return the page of what is found; without words it asks for some."""
    words = view.values.get("q", "")
    hits = _hits(view, words, MOST_FOUND)
    near = [] if hits else view.graph.finding().near(words)
    return Page(
        fill(
            "search.html",
            view,
            words=words,
            found=list(_found(view, hits)),
            near=near,
            is_cut=len(hits) == MOST_FOUND,
        )
    )


def suggestions(view: View) -> list[object]:
    """Return what OpenSearch suggests for `q`: the words, names, kinds and pages."""
    words = view.values.get("q", "")
    found = list(_found(view, _hits(view, words, MOST_SUGGESTED)))
    return [
        words,
        [one.label for one in found],
        [one.kind for one in found],
        [one.href for one in found],
    ]


def _hits(view: View, words: str, most: int) -> list[Hit]:
    has_word = any(sign.isalnum() for sign in words)
    return view.graph.search(words, lang=view.lang, limit=most) if has_word else []


def _found(view: View, hits: list[Hit]) -> Iterator[Found]:
    for hit in hits:
        matched = hit.matched if hit.matched.casefold() != hit.label.casefold() else ""
        yield Found(hit.label, hit.kind, view.site.about(hit.iri), shorten(hit.iri), matched)
