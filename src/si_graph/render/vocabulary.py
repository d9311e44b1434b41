"""The pages of the vocabularies: which there are, the concepts of one, and one concept."""

from __future__ import annotations

from si_graph.errors import UsageError
from si_graph.namespaces import local_name
from si_graph.query.labels import alphabetical
from si_graph.query.overviews.schemes import schemes
from si_graph.query.suggest import nearest
from si_graph.render.page import Page, data_formats
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.render.page import View


def render(view: View) -> Page:
    """Return the page of `name`: nothing for all schemes, a scheme, or a scheme and a code.

    Raises:
        UsageError: There is no such scheme or concept.
    """
    name = view.values.get("name", "")
    if "/" in name:
        from si_graph.render import resource

        return resource.render(view)
    found = {local_name(one.iri): one for one in schemes(view.graph.store, view.lang)}
    if not name:
        listed = sorted(found.values(), key=lambda one: alphabetical(one.title))
        return Page(fill("vocabularies.html", view, schemes=listed))
    if name not in found:
        raise UsageError(f"there is no vocabulary {name!r}{nearest(name, found)}")
    return Page(
        fill(
            "vocabulary.html",
            view,
            scheme=found[name],
            anchor=local_name,
            formats=data_formats(view.site, f"vocab/{name}"),
        )
    )
