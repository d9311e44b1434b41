"""The surroundings of a thing as nodes and edges, for drawing."""

from __future__ import annotations

from typing import TypedDict

from si_graph.namespaces import BASE, shorten
from si_graph.query.overviews.neighbours import neighbours
from si_graph.render.texts import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.graph import KnowledgeGraph
    from si_graph.query.overviews.neighbours import Neighbours
    from si_graph.render.site import Site

MOST_LINKS = 48
"""How many links are drawn; with those for what is left out a picture stays below 60 nodes."""


class Node(TypedDict):
    """A thing, or what a relation further leads to (without an IRI).

    `href` is its page, and `data` is where what it is linked to can be had, if it has more.
    """

    id: str
    iri: str
    label: str
    kind: str
    href: str
    data: str
    expandable: bool


class Edge(TypedDict):
    """A relation between two nodes, from the subject of the statement to its object."""

    source: str
    target: str
    property: str
    label: str
    inferred: bool


class Neighbourhood(TypedDict):
    """A picture's content; the first node is the thing in the middle.

    `left_out` counts the things that are not drawn.
    """

    nodes: list[Node]
    edges: list[Edge]
    left_out: int


def neighbourhood(graph: KnowledgeGraph, site: Site, thing: str, lang: str) -> Neighbourhood:
    """Return what a thing is linked to.

    Args:
        graph: The graph.
        site: Where the pages of the things stand.
        thing: An IRI, a prefixed name, or a local name that only one thing has.
        lang: The language of names.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    found = neighbours(graph.store, thing, lang, MOST_LINKS)
    nodes = {found.iri: _node(found, site, found.iri, lang)}
    edges: list[Edge] = []
    for link in found.links:
        nodes[link.other] = _node(found, site, link.other, lang)
        edges.append(_edge(found, link.property, link.other, link.outgoing, link.inferred))
    for (relation, outgoing), count in found.left_out.items():
        rest = f"{found.iri} {'+' if outgoing else '-'}{relation}"
        nodes[rest] = {
            "id": rest,
            "iri": "",
            "label": texts(lang)["picture_more"].format(count=count),
            "kind": "",
            "href": site.link(found.iri),
            "data": "",
            "expandable": False,
        }
        edges.append(_edge(found, relation, rest, outgoing, False))
    return {
        "nodes": list(nodes.values()),
        "edges": edges,
        "left_out": sum(found.left_out.values()),
    }


def _node(found: Neighbours, site: Site, iri: str, lang: str) -> Node:
    # Of a thing elsewhere the graph says no more than how it is linked.
    has_more = iri.startswith(BASE) or bool(found.kinds.get(iri))
    data = site.path("graph.json", thing=iri, lang=lang) if has_more else ""
    return {
        "id": iri,
        "iri": iri,
        "label": found.names.get(iri) or shorten(iri),
        "kind": ", ".join(found.kinds.get(iri, [])),
        "href": site.link(iri),
        "data": data,
        "expandable": bool(data),
    }


def _edge(found: Neighbours, relation: str, other: str, outgoing: bool, inferred: bool) -> Edge:
    return {
        "source": found.iri if outgoing else other,
        "target": other if outgoing else found.iri,
        "property": relation,
        "label": found.names[relation],
        "inferred": inferred,
    }
