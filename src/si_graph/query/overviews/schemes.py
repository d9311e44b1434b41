"""The concept schemes in a graph: their concepts, the broader above the narrower."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import GRAPH_VOCAB, PREFIXES
from si_graph.query.kept import kept
from si_graph.query.labels import alphabetical
from si_graph.query.overviews.triples import Triples

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.store.protocol import Store

_BROADER = PREFIXES["skos"] + "broader"


class Concept(NamedTuple):
    """One concept.

    Attributes:
        iri: The concept.
        label: What it is called.
        other_labels: What else it is called.
        definition: What it means.
        notation: Its code elsewhere, if it has one.
        narrower: The concepts of its scheme that are below it.
    """

    iri: str
    label: str
    other_labels: list[str]
    definition: str
    notation: str
    narrower: list[Concept]


class Scheme(NamedTuple):
    """One scheme; `top` are its concepts that have no broader one in it."""

    iri: str
    title: str
    description: str
    version: str
    licence: str
    size: int
    top: list[Concept]


@kept
def schemes(store: Store, lang: str) -> list[Scheme]:
    """Return the schemes of the project, with their texts in a language."""
    reader = _Reader(store, lang)
    return [reader.scheme(node) for node in reader.graph.instances("skos:ConceptScheme")]


class _Reader:
    """Puts the concepts of a scheme in the order in which people look for them."""

    def __init__(self, store: Store, lang: str) -> None:
        self.graph = Triples(store, GRAPH_VOCAB)
        self.lang = lang
        # Sources say what is broader as well, in the graphs of their passages.
        self.broader: dict[str, set[str]] = {}
        rows = store.query(f"SELECT DISTINCT ?x ?y WHERE {{ ?x <{_BROADER}> ?y }}")
        for row in rows:  # type: ignore[union-attr]  # a SELECT has rows
            self.broader.setdefault(row["x"].value, set()).add(row["y"].value)

    def scheme(self, node: NamedNode) -> Scheme:
        concepts = [
            one for one in self.graph.subjects("skos:inScheme", node) if isinstance(one, NamedNode)
        ]
        known = {one.value for one in concepts}
        seen: set[str] = set()
        top = self.concepts(
            [iri for iri in known if not self.broader.get(iri, set()) & known], known, seen
        )
        # What is broader than itself, by a circle, is shown all the same.
        top += self.concepts([*known], known, seen)
        return Scheme(
            node.value,
            self.text(node, "skos:prefLabel", "dcterms:title"),
            self.text(node, "dcterms:description"),
            self.text(node, "owl:versionInfo"),
            "".join(self.graph.iris(node, "dcterms:license")),
            len(known),
            top,
        )

    def concepts(self, iris: list[str], known: set[str], seen: set[str]) -> list[Concept]:
        labels = {iri: self.text(NamedNode(iri), "skos:prefLabel") for iri in iris}
        found = []
        for iri in sorted(iris, key=lambda one: (alphabetical(labels[one]), one)):
            if iri in seen:
                continue
            seen.add(iri)
            node = NamedNode(iri)
            below = [one for one in known if iri in self.broader.get(one, ())]
            found.append(
                Concept(
                    iri,
                    labels[iri],
                    self.graph.texts(node, self.lang, "skos:altLabel"),
                    self.text(node, "skos:definition"),
                    self.text(node, "skos:notation"),
                    self.concepts(below, known, seen),
                )
            )
        return found

    def text(self, node: NamedNode, *predicates: str) -> str:
        return self.graph.text(node, self.lang, *predicates)
