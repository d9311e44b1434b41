"""Pages, as workers render them."""

from __future__ import annotations

from si_graph.render.page import View
from si_graph.render.pages import render
from si_graph.render.site import Site
from si_graph.serve.workers.outcome import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.serve.workers.served import Served


def page(
    served: Served,
    name: str,
    lang: str,
    path: str,
    values: tuple[tuple[str, str], ...],
    site: tuple[str, str, str],
) -> Outcome:
    """Render a page.

    Args:
        served: The graph.
        name: The page's name (`render.pages`).
        lang: Its language.
        path: Its path on the site.
        values: What was asked for, by name.
        site: Where it stands: the fields of `Site`.

    Raises:
        UsageError: What was asked for is not there.
    """
    stated = served.graph(asserted=True)
    made = render(name, View(served.graph(), Site(*site), lang, path, dict(values), stated))
    return Outcome(made.html.encode(), "text/html", made.status)
