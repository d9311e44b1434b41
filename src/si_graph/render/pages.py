"""The pages by name; each stands in a module of its own."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import Page, View

PAGES = {
    "home": "home",
    "search": "search",
    "alphabet": "alphabet",
    "resource": "resource",
    "explain": "explain",
    "advice": "advice",
    "questions": "questions",
    "question": "question",
    "matrix": "matrix",
    "countries": "countries",
    "editor": "editor",
    "picture": "picture",
    "ontology": "ontology",
    "vocabulary": "vocabulary",
    "shapes": "shapes",
    "rules": "rules",
    "problem": "problem",
    "opensearch": "opensearch",
}
"""Each page with the module of this room whose `render` makes it."""


def render(name: str, view: View) -> Page:
    """Return a page.

    Raises:
        SiGraphError: What was asked for cannot be shown; the `problem` page says so.
    """
    page: Page = import_module(f"si_graph.render.{PAGES[name]}").render(view)
    return page
