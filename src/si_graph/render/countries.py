"""The page that compares countries and regions, as far as the source speaks of them."""

from __future__ import annotations

from si_graph.namespaces import expand, shorten
from si_graph.query.labels import alphabetical, kinds
from si_graph.query.overviews.places import ASPECTS, QUESTION, of_places, places
from si_graph.render.names import cited, named
from si_graph.render.page import Format, Page
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.overviews.places import OfPlace
    from si_graph.render.page import View


def render(view: View) -> Page:
    """Return the page; `place` chooses what is compared."""
    store = view.graph.store
    asked = {expand(one) for one in view.values.get("place", "").split()}
    known = places(store)
    chosen = [place for place in known if place in asked] or known
    found = [one for one in of_places(store) if one.place in chosen]
    names = named(view, [*known, *(one.thing for one in found)])
    cells: dict[tuple[str, str], list[OfPlace]] = {}
    for one in found:
        cells.setdefault((one.aspect, one.place), []).append(one)
    csv = view.site.path(f"query/{QUESTION}", format="csv", lang=view.lang)
    return Page(
        fill(
            "countries.html",
            view,
            places=sorted(known, key=lambda iri: alphabetical(names[iri])),
            chosen=sorted(chosen, key=lambda iri: alphabetical(names[iri])),
            aspects=ASPECTS,
            cells=cells,
            kinds=kinds(store, {one.thing for one in found if one.aspect == "spatial"}, view.lang),
            names=names,
            cited=cited(view, (iri for one in found for iri in one.said.passages)),
            shorten=shorten,
            formats=[Format("CSV", "text/csv", csv)],
        )
    )
