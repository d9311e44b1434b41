"""The page of the shapes: what is checked, of what, and why."""

from __future__ import annotations

from si_graph.namespaces import local_name
from si_graph.query.labels import alphabetical
from si_graph.query.overviews.shapes import shapes
from si_graph.render.names import named
from si_graph.render.page import Page, data_formats
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.overviews.shapes import Shape
    from si_graph.render.page import View


def render(view: View) -> Page:
    """Return the page, with the shapes grouped by the class that they check."""
    found = [shape for shape in shapes(view.graph.store, view.lang) if shape.checks]
    iris = [iri for shape in found for iri in shape.classes]
    iris += [iri for shape in found for check in shape.checks for iri in check.paths]
    names = named(view, iris)
    groups: dict[str, list[Shape]] = {}
    for shape in found:
        # A shape of several classes stands once, under the first.
        groups.setdefault(shape.classes[0] if shape.classes else "", []).append(shape)
    return Page(
        fill(
            "shapes.html",
            view,
            groups=sorted(groups.items(), key=lambda group: alphabetical(names.get(group[0], ""))),
            names=names,
            anchor=local_name,
            formats=data_formats(view.site, "shapes"),
        )
    )
