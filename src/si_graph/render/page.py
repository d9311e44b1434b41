"""One page: who asks for it, and what comes of it."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from si_graph.graph import KnowledgeGraph
    from si_graph.render.site import Site


class View(NamedTuple):
    """What a page is made from.

    Attributes:
        graph: The graph that it shows.
        site: Where it will stand.
        lang: Its language, `nl` or `en`.
        path: Its own path without the leading slash, such as `doc/actor/min-ez`.
        values: What was asked for: the parameters in its address, and `name` for what its path
            names. They come from anyone, so they may be anything.
        asserted: The same graph without what only follows, where it is at hand.
    """

    graph: KnowledgeGraph
    site: Site
    lang: str
    path: str
    values: Mapping[str, str]
    asserted: KnowledgeGraph | None = None

    def link(self, **changes: str) -> str:
        """Return the link to this page with some parameters changed; an empty one is left out."""
        values = {name: value for name, value in self.values.items() if name != "name"}
        return self.site.path(self.path, **(values | changes))


class Format(NamedTuple):
    """A form in which the data of a page can be had.

    Attributes:
        name: What people call it.
        media_type: What programs call it.
        href: The link to it.
    """

    name: str
    media_type: str
    href: str


_RDF = (
    ("Turtle", "text/turtle", "ttl"),
    ("N-Triples", "application/n-triples", "nt"),
    ("JSON-LD", "application/ld+json", "jsonld"),
    ("RDF/XML", "application/rdf+xml", "rdf"),
    ("TriG", "application/trig", "trig"),
)


def data_formats(site: Site, path: str) -> list[Format]:
    """Return the forms of RDF in which the data at a path can be had."""
    return [Format(name, kind, site.file(f"{path}.{ending}")) for name, kind, ending in _RDF]


class Page(NamedTuple):
    """A page.

    Attributes:
        html: The whole document.
        status: The HTTP status that it is an answer with.
    """

    html: str
    status: int = 200
