"""Fills the templates: everything is escaped, and a text that is missing is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

import si_graph
from si_graph.render.marks import Marks
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from si_graph.render.page import View

LANGUAGES = ("nl", "en")


def fill(template: str, view: View, **values: Any) -> str:
    """Return a template filled in for a view.

    In each template `view`, `site`, `lang` and `t` are at hand; `t` are the texts of the
    language, by name, and `version` is that of the package. `macros.html` has what pages share.
    """
    told = texts(view.lang)
    return (
        environment()
        .get_template(template)
        .render(
            view=view,
            site=view.site,
            lang=view.lang,
            t=told,
            marks=Marks(view.site, view.lang, told),
            version=si_graph.__version__,
            **values,
        )
    )


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
