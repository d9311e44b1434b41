"""What the things and passages on a page are called, looked up together."""

from __future__ import annotations

from si_graph.namespaces import shorten
from si_graph.query.labels import labels
from si_graph.query.passages import passages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.query.passages import Passage
    from si_graph.render.page import View


def named(view: View, iris: Iterable[str]) -> dict[str, str]:
    """Return a name for each thing: its label, or its prefixed name if it has none."""
    iris = list(dict.fromkeys(iris))
    found = labels(view.graph.store, iris, view.lang)
    return {iri: found.get(iri) or shorten(iri) for iri in iris}


def cited(view: View, iris: Iterable[str]) -> dict[str, Passage]:
    """Return passages by their IRIs, in the order in which they stand in their source."""
    return {one.iri: one for one in passages(view.graph.store, iris, view.lang)}
