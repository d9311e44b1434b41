"""What things are called in the files that describe them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from si_graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from pyoxigraph import Quad

LABEL_PROPERTIES = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("skos", "prefLabel"),
        ("rdfs", "label"),
        ("dcterms", "title"),
        ("schema", "name"),
        ("foaf", "name"),
    )
)
"""What counts as the name of a thing, the most telling first."""


def labels_in(quads: Iterable[Quad], things: Container[str], lang: str) -> dict[str, str]:
    """Return the labels of those things that have one.

    Args:
        quads: Where the labels are.
        things: The IRIs of the things.
        lang: The language preferred; see `language_rank`.
    """
    best: dict[str, tuple[int, int, str]] = {}
    for quad in quads:
        thing, name, label = quad.subject, quad.predicate.value, quad.object
        if not isinstance(thing, NamedNode) or not isinstance(label, Literal):
            continue
        if name in LABEL_PROPERTIES and thing.value in things:
            rank = language_rank(label.language, lang), LABEL_PROPERTIES.index(name), label.value
            best[thing.value] = min(best.get(thing.value, rank), rank)
    return {iri: label for iri, (_, _, label) in best.items()}


def language_rank(language: str | None, lang: str) -> int:
    """Rank the language of a label: the one preferred, none, English, any other."""
    if language is None:
        return 1
    base = language.partition("-")[0].lower()
    return 0 if base == lang else 2 if base == "en" else 3
