"""The description by which browsers search the site from their address bar."""

from __future__ import annotations

from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import View


def render(view: View) -> Page:
    """Return the description, `application/opensearchdescription+xml`."""
    return Page(fill("opensearch.xml", view))
