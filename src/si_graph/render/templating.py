"""Fills the templates: everything is escaped, and a text that is missing is an error."""

from __future__ import annotations

from functools import cache, lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

import si_graph
from si_graph.render.marks import marks
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jinja2.environment import TemplateModule

    from si_graph.render.page import View
    from si_graph.render.site import Site

LANGUAGES = ("nl", "en")

SECTIONS = {
    "": "site_name",
    "advice": "advice",
    "questions": "questions",
    "matrix": "matrix",
    "countries": "countries",
    "graph": "picture",
    "ontology": "ontology",
    "sparql": "editor",
}
"""The pages that stand in the menu, with the names of their texts; the first is the way home."""


def fill(template: str, view: View, **values: Any) -> str:
    """Return a template filled in for a view.

    In each template `view`, `site`, `lang` and `t` are at hand; `t` are the texts of the
    language, by name, and `version` is that of the package. `macros.html` has what pages share.
    """
    return (
        environment()
        .get_template(template)
        .render(
            view=view,
            site=view.site,
            lang=view.lang,
            t=texts(view.lang),
            marks=marks(view.site, view.lang),
            frame=_frame(
                view.site,
                view.lang,
                view.path if view.path in SECTIONS else None,
                view.values.get("q", "") if view.path == "search" else "",
            ),
            version=si_graph.__version__,
            **values,
        )
    )


# It is half of what a page takes otherwise, and the same for all pages at one depth.
@lru_cache(256)
def _frame(site: Site, lang: str, section: str | None, words: str) -> TemplateModule:
    """Return what stands around the content of pages.

    Args:
        site: Where they stand.
        lang: Their language.
        section: Which of the `SECTIONS` the page is, if it is one.
        words: What was searched for.
    """
    known = {
        "site": site,
        "lang": lang,
        "t": texts(lang),
        "section": section,
        "sections": SECTIONS,
        "words": words,
        "version": si_graph.__version__,
    }
    return environment().get_template("frame.html").make_module(known)


@cache
def environment() -> Environment:
    """Return what reads the templates."""
    return Environment(
        loader=PackageLoader("si_graph.render"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
