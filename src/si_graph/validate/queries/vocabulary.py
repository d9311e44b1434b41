"""What queries can speak of: the terms and things of a graph, and what follows of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, Quad, Store

from si_graph import locations
from si_graph.load.evidence import derive_evidence
from si_graph.load.sources import read_sources
from si_graph.namespaces import BASE, GRAPH_INFERRED, GRAPH_SHAPES, PREFIXES
from si_graph.validate.known_terms import CLOSED, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# How many letters of a name may be other letters for it still to be a near one: one in three.
_NEAR = 3
# Shorter names are codes, which are the same in many namespaces.
_SHORT = 4
# A graph may be named that this build does not have, and queries are not things of the graph.
_OPEN = (PREFIXES["graph"], PREFIXES["query"])
_LITERALS = (PREFIXES["rdfs"] + "Literal", PREFIXES["xsd"])


def _named(prefix: str, name: str) -> NamedNode:
    return NamedNode(PREFIXES[prefix] + name)


_TYPE = _named("rdf", "type")
_SUBCLASS = _named("rdfs", "subClassOf")
_SUBPROPERTY = _named("rdfs", "subPropertyOf")


class QueryVocabulary:
    """A graph as queries see it: its terms, its axioms, and everything that follows."""

    def __init__(self, stated: Iterable[Quad]) -> None:
        """Take in a graph.

        Args:
            stated: What is stated; what follows of it is found where it is needed.
        """
        quads = list(stated)
        self.store = Store()
        self.store.extend([*quads, *derive_evidence(quads)])

    # Names

    @cached_property
    def known(self) -> frozenset[str]:
        """The IRIs that something is said of or by."""
        terms = {term for quad in self.store for term in (quad.subject, quad.predicate)}
        return frozenset(term.value for term in terms if isinstance(term, NamedNode))

    def is_unknown(self, iri: str) -> bool:
        """Tell whether an IRI is in a namespace of ours and names nothing there."""
        ours = iri.startswith(BASE) and not iri.startswith(_OPEN) and iri != BASE
        return ours and iri not in self.known

    def is_closed(self, iri: str) -> bool:
        """Tell whether nobody but us names things in the namespace of an IRI."""
        return iri.startswith(CLOSED)

    def nearest(self, iri: str) -> str | None:
        """Return the known IRI that comes nearest to one that is not, if any comes near.

        A name in the same namespace comes before one elsewhere.
        """
        from rapidfuzz.distance import OSA

        namespace, name = split(iri)
        best: tuple[int, bool, str] | None = None
        for known in self.known:
            its_namespace, its_name = split(known)
            elsewhere = its_namespace != namespace
            if elsewhere and (len(name) < _SHORT or not known.startswith(BASE)):
                continue
            apart = OSA.distance(name.casefold(), its_name.casefold())
            # Elsewhere only the very name is meant: the prefix was wrong.
            if apart <= (0 if elsewhere else max(1, len(name) // _NEAR)):
                best = min(filter(None, (best, (apart, elsewhere, known))))
        return best[2] if best else None

    def replacement(self, iri: str) -> str | None:
        """Return what replaces a deprecated term; empty if nothing does, None if it is current."""
        term = NamedNode(iri)
        said = self._objects(term, _named("owl", "deprecated"))
        if not any(value.value == "true" for value in said):
            return None
        replaced = self._objects(term, _named("dcterms", "isReplacedBy"))
        return next((str(one.value) for one in replaced), "")

    def is_explained(self, iri: str) -> bool:
        """Tell whether a note says why a term is there, such as that the data has none of it.

        What is said of a class holds for the properties of its things.
        """
        terms = {iri, *self.classes_of_subject(iri)}
        return any(self._objects(NamedNode(term), _named("skos", "note")) for term in terms)

    # Axioms

    def classes_above(self, iri: str) -> set[str]:
        """Return a class and all classes above it."""
        return self._above(NamedNode(iri), _SUBCLASS)

    def classes_of_subject(self, property_iri: str) -> set[str]:
        """Return the classes of whatever has a property."""
        return set(self._axiom(property_iri, _named("rdfs", "domain")))

    def classes_of_object(self, property_iri: str) -> set[str]:
        """Return the classes of whatever is the value of a property; no datatypes."""
        classes = self._axiom(property_iri, _named("rdfs", "range"))
        return {iri for iri in classes if not iri.startswith(_LITERALS)}

    def has_only(self, property_iri: str) -> str | None:
        """Return whether a property has only things (`thing`) or only texts (`text`) as values."""
        kinds = {term.value for term in self._objects(NamedNode(property_iri), _TYPE)}
        if PREFIXES["owl"] + "ObjectProperty" in kinds:
            return "thing"
        return "text" if PREFIXES["owl"] + "DatatypeProperty" in kinds else None

    def are_disjoint(self, one: str, two: str) -> bool:
        """Tell whether nothing can be of two classes at once."""
        pairs = self._disjoint
        above = self.classes_above(two)
        return any((a, b) in pairs for a in self.classes_above(one) for b in above)

    # What matches

    def matches(self, pattern: str) -> bool:
        """Tell whether anything stated or inferred matches a pattern."""
        return self._ask(self.store, pattern) or self._ask(self._closure, pattern)

    @cached_property
    def _closure(self) -> Store:
        """Everything, with what follows from it; it takes a second, so it is made when needed."""
        from si_graph.reason.engines import make_engine

        shapes = NamedNode(GRAPH_SHAPES)
        triples = {quad.triple for quad in self.store if quad.graph_name != shapes}
        inferred = NamedNode(GRAPH_INFERRED)
        closure = Store()
        closure.extend(self.store)
        closure.extend(
            Quad(triple.subject, triple.predicate, triple.object, inferred)
            for triple in make_engine().close(triples).inferred
        )
        return closure

    @staticmethod
    def _ask(store: Store, pattern: str) -> bool:
        return bool(store.query(f"ASK {{ {pattern} }}", use_default_graph_as_union=True))

    def _objects(self, subject: NamedNode, predicate: NamedNode) -> list[Any]:
        return [quad.object for quad in self.store.quads_for_pattern(subject, predicate, None)]

    def _above(self, term: NamedNode, relation: NamedNode) -> set[str]:
        found = {term}
        todo = [term]
        while todo:
            above = self._objects(todo.pop(), relation)
            new = {one for one in above if isinstance(one, NamedNode)} - found
            found |= new
            todo += new
        return {one.value for one in found}

    def _axiom(self, property_iri: str, axiom: NamedNode) -> Iterator[str]:
        for iri in self._above(NamedNode(property_iri), _SUBPROPERTY):
            for term in self._objects(NamedNode(iri), axiom):
                if isinstance(term, NamedNode):
                    yield term.value

    @cached_property
    def _disjoint(self) -> frozenset[tuple[str, str]]:
        rows = self.store.query(
            """SELECT DISTINCT ?a ?b WHERE {
              { ?a owl:disjointWith ?b } UNION {
                ?axiom a owl:AllDisjointClasses ; owl:members ?list .
                ?list rdf:rest*/rdf:first ?a , ?b
                FILTER(?a != ?b)
              }
            }""",
            prefixes={name: PREFIXES[name] for name in ("owl", "rdf")},
            use_default_graph_as_union=True,
        )
        pairs = [(row["a"].value, row["b"].value) for row in rows]  # type: ignore[union-attr]
        return frozenset(_both_ways(pairs))


def bundled_vocabulary() -> QueryVocabulary:
    """Return what queries on the bundled graph can speak of.

    Raises:
        InputError: The sources cannot be read.
    """
    return QueryVocabulary(read_sources(locations.root()))


def _both_ways(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for one, two in pairs:
        yield one, two
        yield two, one
