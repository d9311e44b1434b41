"""The shapes in a graph: what each checks, of what, and how serious it is."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import GRAPH_SHAPES
from si_graph.query.kept import kept
from si_graph.query.overviews.triples import Triples

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.overviews.triples import Term
    from si_graph.store.protocol import Store


class Check(NamedTuple):
    """One thing that a shape checks.

    Attributes:
        iri: Its name; empty if it has none.
        paths: The properties that it looks at.
        reason: Why it is checked.
        message: What a report says, and what to do.
        severity: The IRI of the severity.
    """

    iri: str
    paths: list[str]
    reason: str
    message: str
    severity: str


class Shape(NamedTuple):
    """A shape with what it checks.

    Attributes:
        iri: The shape.
        label: What it is called.
        comment: Why it is there.
        classes: The classes whose things it checks.
        properties: The properties whose subjects or objects it checks.
        checks: What it checks; first what it says itself, if it has a message.
    """

    iri: str
    label: str
    comment: str
    classes: list[str]
    properties: list[str]
    checks: list[Check]


@kept
def shapes(store: Store, lang: str) -> list[Shape]:
    """Return the node shapes of the project, with their texts in a language."""
    graph = Triples(store, GRAPH_SHAPES)
    found = [
        Shape(
            node.value,
            graph.text(node, lang, "rdfs:label"),
            graph.text(node, lang, "rdfs:comment"),
            graph.iris(node, "sh:targetClass"),
            graph.iris(node, "sh:targetSubjectsOf", "sh:targetObjectsOf"),
            [
                _check(graph, one, lang)
                for one in (node, *graph.values(node, "sh:property"))
                if graph.values(one, "sh:message")
            ],
        )
        for node in graph.instances("sh:NodeShape")
    ]
    return sorted(found, key=lambda one: one.iri)


def _check(graph: Triples, node: Term, lang: str) -> Check:
    return Check(
        node.value if isinstance(node, NamedNode) else "",
        [iri for path in graph.values(node, "sh:path") for iri in _paths(graph, path)],
        graph.text(node, lang, "sh:description"),
        graph.text(node, lang, "sh:message"),
        next(iter(graph.iris(node, "sh:severity")), ""),
    )


def _paths(graph: Triples, path: Term) -> list[str]:
    """Return the properties in a path."""
    if isinstance(path, NamedNode):
        return [path.value]
    parts = graph.values(path, "sh:inversePath")
    for head in (path, *graph.values(path, "sh:alternativePath")):
        parts += graph.members(head)
    return [iri for part in parts for iri in _paths(graph, part)]
