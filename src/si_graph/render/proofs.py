"""The pages of proofs, where no server finds one on demand: all that follows about one thing."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from si_graph.query.explanation.render_html import as_fragment, title_of
from si_graph.render.explain import links_of
from si_graph.render.page import Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from si_graph.query.explanation.explanation import Explanation
    from si_graph.render.page import View


class Proved(NamedTuple):
    """A proof on its page: its anchor, what is proved in words, and the proof as HTML."""

    anchor: str
    title: str
    proof: Markup


def render(view: View, thing: str, explained: Mapping[str, Explanation]) -> Page:
    """Return the page of all proofs about a thing.

    Args:
        view: What it is made from.
        thing: What the thing is called.
        explained: The explanations by their anchors.
    """
    links = links_of(view.site)
    proofs = [
        Proved(
            anchor,
            title_of(one),
            # Everything in it is escaped where it is written.
            Markup(as_fragment(one, links, "h2")),  # noqa: S704
        )
        for anchor, one in explained.items()
    ]
    return Page(fill("proofs.html", view, thing=thing, proofs=proofs))


def render_list(view: View, things: Sequence[tuple[str, str, int]]) -> Page:
    """Return the page of all things about which something follows.

    Args:
        view: What it is made from.
        things: Each thing with its name, the link to its proofs, and their number.
    """
    return Page(fill("proofs_list.html", view, things=things))
