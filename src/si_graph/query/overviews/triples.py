"""The triples of one named graph, to be looked up by hand where a query would be a page long."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from si_graph.load.labels import language_rank
from si_graph.namespaces import PREFIXES, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.store.protocol import Store

    Term = NamedNode | BlankNode | Literal | Triple
    Node = NamedNode | BlankNode

_FIRST, _REST = PREFIXES["rdf"] + "first", PREFIXES["rdf"] + "rest"


class Triples:
    """The triples of a graph by subject and by object."""

    def __init__(self, store: Store, graph: str) -> None:
        self._values: dict[tuple[Term, str], list[Term]] = {}
        self._subjects: dict[tuple[str, Term], list[Node]] = {}
        # In the order of names, as a store has no order to rely on.
        rows = store.query(
            f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o"
        )
        for subject, predicate, value in rows:  # type: ignore[union-attr]  # a SELECT has rows
            self._values.setdefault((subject, predicate.value), []).append(value)
            self._subjects.setdefault((predicate.value, value), []).append(subject)

    def values(self, subject: Term, *predicates: str) -> list[Term]:
        """Return what stands behind a subject and any of some predicates (prefixed names)."""
        return [one for name in predicates for one in self._values.get((subject, _iri(name)), [])]

    def subjects(self, predicate: str, value: Term) -> list[Node]:
        """Return what stands before a predicate and a value."""
        return self._subjects.get((_iri(predicate), value), [])

    def instances(self, *kinds: str) -> list[NamedNode]:
        """Return the things with IRIs that are of any of some kinds."""
        found = [
            one
            for kind in kinds
            for one in self.subjects("rdf:type", NamedNode(_iri(kind)))
            if isinstance(one, NamedNode)
        ]
        return list(dict.fromkeys(found))

    def iris(self, subject: Term, *predicates: str) -> list[str]:
        """Return the IRIs among the values."""
        values = self.values(subject, *predicates)
        return [one.value for one in values if isinstance(one, NamedNode)]

    def texts(self, subject: Term, lang: str, *predicates: str) -> list[str]:
        """Return the texts among the values in a language, or in the next best there is."""
        texts = [one for one in self.values(subject, *predicates) if isinstance(one, Literal)]
        best = min((language_rank(one.language, lang) for one in texts), default=0)
        return [one.value for one in texts if language_rank(one.language, lang) == best]

    def text(self, subject: Term, lang: str, *predicates: str) -> str:
        """Return the first of the texts; empty if there is none."""
        return next(iter(self.texts(subject, lang, *predicates)), "")

    def members(self, head: Term) -> Iterator[Term]:
        """Go through the members of a list; one that runs in a circle ends there."""
        seen: set[Term] = set()
        while head not in seen:
            seen.add(head)
            yield from self._values.get((head, _FIRST), [])[:1]
            head = next(iter(self._values.get((head, _REST), [])), head)


def _iri(name: str) -> str:
    return expand(name) or name
