"""The page that leads elsewhere, for hosts that cannot redirect."""

from __future__ import annotations

from si_graph.render.page import Page
from si_graph.render.templating import environment


def render(href: str, canonical: str, name: str) -> Page:
    """Return the page.

    Args:
        href: The link to where it leads.
        canonical: The whole address of that.
        name: What is asked for.
    """
    return Page(
        environment().get_template("moved.html").render(href=href, canonical=canonical, name=name)
    )
