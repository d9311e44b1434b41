"""What is derived from the named graphs: which passages speak of a thing, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from si_graph.namespaces import GRAPH_PASSAGES, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyoxigraph import BlankNode

_GRAPH = NamedNode(GRAPH_PASSAGES)
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_PASSAGE = NamedNode(PREFIXES["si"] + "Passage")
_HAS_EVIDENCE = NamedNode(PREFIXES["si"] + "hasEvidence")
_START, _END, _PAGE = (NamedNode(PREFIXES["si"] + name) for name in ("start", "end", "page"))
_HAS_PART = NamedNode(PREFIXES["dcterms"] + "hasPart")
_HAS_SELECTOR = NamedNode(PREFIXES["oa"] + "hasSelector")
_OA_START, _OA_END = (NamedNode(PREFIXES["oa"] + name) for name in ("start", "end"))
_PAGES = NamedNode(PREFIXES["bibo"] + "pages")


def derive_evidence(quads: Sequence[Quad]) -> list[Quad]:
    """Derive the evidence triples of a graph, for `graph:passages`.

    Every IRI that is the subject of a statement in a passage's graph has that passage as
    evidence. A passage gets its first and last position and its page; one that is cut by a page
    footer has these over its parts.

    Args:
        quads: The stated graph.

    Returns:
        The quads that are not there yet, sorted.
    """
    passages = {
        quad.subject for quad in quads if quad.predicate == _TYPE and quad.object == _PASSAGE
    }
    derived = {
        Quad(quad.subject, _HAS_EVIDENCE, quad.graph_name, _GRAPH)
        for quad in quads
        if isinstance(quad.graph_name, NamedNode)
        and quad.graph_name in passages
        and isinstance(quad.subject, NamedNode)
    }
    places = _Places(quads)
    for passage in passages:
        if isinstance(passage, NamedNode):
            derived.update(places.of(passage))
    return sorted(derived.difference(quads), key=str)


class _Places:
    """The selectors, parts and pages of passages."""

    _PREDICATES = frozenset({_HAS_PART, _HAS_SELECTOR, _OA_START, _OA_END, _PAGES})

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[object, NamedNode], list[NamedNode | BlankNode | Literal]] = {}
        for quad in quads:
            if quad.predicate in self._PREDICATES:
                key = (quad.subject, quad.predicate)
                self._objects.setdefault(key, []).append(quad.object)  # type: ignore[arg-type]

    def of(self, passage: NamedNode) -> Iterable[Quad]:
        spots = [passage, *sorted(self._all(passage, _HAS_PART), key=str)]
        selectors = [s for spot in spots for s in self._all(spot, _HAS_SELECTOR)]
        starts = self._numbers(selectors, _OA_START)
        ends = self._numbers(selectors, _OA_END)
        if starts and ends:
            yield Quad(passage, _START, Literal(min(starts)), _GRAPH)
            yield Quad(passage, _END, Literal(max(ends)), _GRAPH)
        pages = [page.value for spot in spots for page in self._literals(spot, _PAGES)]
        if pages:
            own = pages[0] if pages[0] == pages[-1] else f"{pages[0]}-{pages[-1]}"
            yield Quad(passage, _PAGE, Literal(own), _GRAPH)

    def _all(self, subject: object, predicate: NamedNode) -> list[NamedNode | BlankNode | Literal]:
        return self._objects.get((subject, predicate), [])

    def _literals(self, subject: object, predicate: NamedNode) -> list[Literal]:
        return [term for term in self._all(subject, predicate) if isinstance(term, Literal)]

    def _numbers(self, subjects: Iterable[object], predicate: NamedNode) -> list[int]:
        values = [value for subject in subjects for value in self._literals(subject, predicate)]
        # What is no number is for the shapes to report.
        return [int(value.value) for value in values if value.value.isdecimal()]
