"""The page that says why a statement holds, or what it lacks."""

from __future__ import annotations

from markupsafe import Markup

from si_graph.errors import UsageError
from si_graph.query.explanation.render_html import Links, as_fragment, title_of
from si_graph.render.page import Format, Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import View
    from si_graph.render.site import Site

PARTS = ("s", "p", "o")
"""The parameters that name the subject, the predicate and the object."""

_FORMATS = (("Turtle", "text/turtle", "turtle"), ("JSON", "application/json", "json"))


def render(view: View) -> Page:
    """Return the proofs of the statement, or the form that asks for one."""
    parts = [view.values.get(part, "").strip() for part in PARTS]
    if not all(parts):
        return Page(fill("explain.html", view, proof="", error=""))
    try:
        explanation = view.graph.explain(
            *parts, lang=view.lang, every=view.values.get("all") == "1"
        )
    except UsageError as error:
        return Page(fill("explain.html", view, proof="", error=str(error)), status=400)
    links = links_of(view.site)
    return Page(
        fill(
            "explain.html",
            view,
            error="",
            title=title_of(explanation),
            # Everything in it is escaped where it is written.
            proof=Markup(as_fragment(explanation, links)),  # noqa: S704
            mermaid=explanation.to_mermaid() if explanation else "",
            shows_all=view.values.get("all") == "1",
            formats=[Format(name, kind, view.link(format=value)) for name, kind, value in _FORMATS],
        )
    )


def links_of(site: Site) -> Links:
    """Return where the things, passages and rules in a proof can be read about."""
    return Links(site.link, site.link, lambda name: f"{site.path('rules')}#{name}")
