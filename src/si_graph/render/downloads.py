"""The page of the catalogue, where no server negotiates: the record, and what to take along."""

from __future__ import annotations

from si_graph.render.page import Page, data_formats
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from si_graph.render.page import View


def render(view: View, files: Sequence[tuple[str, str, str, int]]) -> Page:
    """Return the page.

    Args:
        view: What it is made from.
        files: The dumps: name, part, format, bytes.
    """
    # The record has no named graphs, and so no TriG.
    formats = data_formats(view.site, "catalog")[:4]
    return Page(fill("downloads.html", view, files=files, formats=formats))
