"""The page of the rules by which statements follow from others."""

from __future__ import annotations

from si_graph.reason.rule_table import owl2_rl
from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import View


def render(view: View) -> Page:
    """Return the rules with what they say; each has an anchor of its name."""
    return Page(fill("rules.html", view, rules=owl2_rl().values()))
