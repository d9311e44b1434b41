"""The page of one thing: what is stated, what follows, who says so, and what refers to it."""

from __future__ import annotations

from pyoxigraph import BlankNode

from si_graph.namespaces import BASE, PREFIXES, shorten
from si_graph.render.citation import citation
from si_graph.render.page import Format, Page, data_formats
from si_graph.render.statements import Statements, Written
from si_graph.render.structured_data import structured_data
from si_graph.render.templating import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.describe import Description
    from si_graph.query.statements import Statement
    from si_graph.render.page import View
    from si_graph.render.site import Site
    from si_graph.render.statements import Group

MOST_SHOWN = 50
"""How many statements that refer to a thing, or that a passage makes, are shown at first."""

_LIST_PARTS = {PREFIXES["rdf"] + "first", PREFIXES["rdf"] + "rest"}
_TITLES = {PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label"}


def render(view: View) -> Page:
    """Return the page of the thing that the path names, or else the parameter `iri`.

    Raises:
        UsageError: The graph knows nothing of it.
    """
    found = view.graph.describe(asked(view), lang=view.lang)
    statements = Statements(found, view.lang)
    shows_all = view.values.get("all") == "1"
    most = None if shows_all else MOST_SHOWN
    stated = statements.groups(one for one in found.stated if not _is_title(found, one))
    incoming = [one for one in found.incoming if not _is_hidden(one)]
    incoming.sort(key=lambda one: one.inferred)
    source = _only_source(stated)
    written = Written(view.site, view.lang, source)
    return Page(
        fill(
            "resource.html",
            view,
            found=found,
            formats=formats(view.site, view.path),
            stated=written.groups(stated),
            source=source,
            inferred=written.groups(
                statements.groups(one for one in found.inferred if not _is_hidden(one))
            ),
            incoming=written.groups(statements.groups(incoming[:most], is_incoming=True)),
            incoming_count=len(incoming),
            made=[
                [statements.terms.shown(term) for term in triple] for triple in found.states[:most]
            ],
            most=MOST_SHOWN,
            shows_all=shows_all,
            short=shorten(found.iri),
            citation=citation(view.graph.store, found, view.lang),
            structured_data=structured_data(found, view.lang),
        )
    )


def asked(view: View) -> str:
    """Return the name of the thing that a view is about."""
    if "iri" in view.values:
        return view.values["iri"]
    path = view.path
    return f"<{BASE}{'id/' + path.removeprefix('doc/') if path.startswith('doc/') else path}>"


def formats(site: Site, path: str) -> list[Format]:
    """Return the forms in which the data of a thing can be had; they stand beside its page."""
    # A scheme has a page with data of its own; only what is in it is a thing as others are.
    if not path.startswith(("doc/", "vocab/")):
        return []
    return data_formats(site, path)


def _is_title(found: Description, one: Statement) -> bool:
    """Tell whether a statement only says what stands above the page."""
    is_title = one.predicate in _TITLES and getattr(one.term, "value", "") == found.label
    return is_title and not one.passages


def _is_hidden(one: Statement) -> bool:
    """Tell whether a statement says nothing to readers: parts of lists, nameless classes."""
    is_nameless = isinstance(one.term, BlankNode)
    return one.predicate in _LIST_PARTS or (one.inferred and is_nameless)


def _only_source(groups: list[Group]) -> str:
    """Return where all statements stand, if that is one place and no passage."""
    rows = [row for group in groups for row in group.rows]
    places = {name for row in rows for name in row.graphs}
    is_one = len(places) == 1 and all(row.graphs and not row.passages for row in rows)
    return places.pop() if is_one else ""
