"""The page for addresses that are not there, where no server says so."""

from __future__ import annotations

from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import View


def render(view: View) -> Page:
    """Return the page; with scripts it offers things that are called like the address."""
    return Page(fill("missing.html", view), status=404)
