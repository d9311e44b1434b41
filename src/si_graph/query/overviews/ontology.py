"""The ontology in a graph: its classes and properties, with their axioms and their use."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import GRAPH_ONTOLOGY, PREFIXES
from si_graph.query.kept import kept
from si_graph.query.overviews.triples import Triples

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.query.overviews.triples import Term as RdfTerm
    from si_graph.store.protocol import Store

_ONTOLOGY = NamedNode(PREFIXES["si"].rstrip("#"))
_ALL_DISJOINT = NamedNode(PREFIXES["owl"] + "AllDisjointClasses")
_PROPERTIES = ("owl:ObjectProperty", "owl:DatatypeProperty")
_LANGUAGES = ("nl", "en")


class Axiom(NamedTuple):
    """What follows from using a term.

    Attributes:
        kind: `transitive`, `symmetric`, `inverse`, `chain`, `disjoint`, `value` (is of the class
            what has the value) or `both` (is of the class what has, by each of the properties,
            something of the class that follows it).
        iris: The other terms that it speaks of.
    """

    kind: str
    iris: tuple[str, ...]


class Term(NamedTuple):
    """A class or a property.

    Attributes:
        iri: The term.
        is_class: Whether it is a class.
        labels: What it is called, by language.
        definition: What it means.
        notes: What its editors say of it.
        above: The classes or properties that it is below.
        domain: What has the property.
        range: What its values are.
        axioms: What else follows from it.
    """

    iri: str
    is_class: bool
    labels: dict[str, str]
    definition: str
    notes: list[str]
    above: list[str]
    domain: list[str]
    range: list[str]
    axioms: list[Axiom]


class Use(NamedTuple):
    """How often a term is used in a graph, and by what, for example."""

    times: int
    example: str


class Ontology(NamedTuple):
    """The ontology as a whole; without terms if the graph has none."""

    title: str
    abstract: str
    version: str
    version_iri: str
    licence: str
    change: str
    terms: list[Term]


@kept
def ontology(store: Store, lang: str) -> Ontology:
    """Return the ontology of the graph, with its texts in a language."""
    graph = Triples(store, GRAPH_ONTOLOGY)
    terms = [
        _term(graph, node, lang, is_class=is_class)
        for is_class, kinds in ((True, ("owl:Class",)), (False, _PROPERTIES))
        for node in graph.instances(*kinds)
        if node.value.startswith(PREFIXES["si"])
    ]
    return Ontology(
        graph.text(_ONTOLOGY, lang, "dcterms:title"),
        graph.text(_ONTOLOGY, lang, "dcterms:abstract"),
        graph.text(_ONTOLOGY, lang, "owl:versionInfo"),
        "".join(graph.iris(_ONTOLOGY, "owl:versionIRI")),
        "".join(graph.iris(_ONTOLOGY, "dcterms:license")),
        graph.text(_ONTOLOGY, lang, "skos:changeNote"),
        sorted(terms, key=lambda one: (not one.is_class, one.iri)),
    )


@kept
def uses(store: Store) -> dict[str, Use]:
    """Return how often each class and property of the project is used."""
    found = {}
    for pattern in ("?x a ?term", "?x ?term ?y"):
        rows = store.query(
            "SELECT ?term (COUNT(?x) AS ?n) (MIN(?x) AS ?example) WHERE { "
            f'{pattern} FILTER(isIRI(?x) && STRSTARTS(STR(?term), "{PREFIXES["si"]}")) '
            "} GROUP BY ?term"
        )
        for row in rows:  # type: ignore[union-attr]  # a SELECT has rows
            found[row["term"].value] = Use(int(row["n"].value), row["example"].value)
    return found


def _term(graph: Triples, node: NamedNode, lang: str, *, is_class: bool) -> Term:
    return Term(
        node.value,
        is_class,
        {one: graph.text(node, one, "rdfs:label") for one in _LANGUAGES},
        graph.text(node, lang, "skos:definition"),
        graph.texts(node, lang, "skos:note"),
        graph.iris(node, "rdfs:subClassOf", "rdfs:subPropertyOf"),
        graph.iris(node, "rdfs:domain"),
        graph.iris(node, "rdfs:range"),
        list(_axioms(graph, node)),
    )


def _axioms(graph: Triples, node: NamedNode) -> Iterator[Axiom]:
    """Go through the axioms of the kinds that the ontology has."""
    kinds = graph.iris(node, "rdf:type")
    for kind in ("Transitive", "Symmetric"):
        if PREFIXES["owl"] + f"{kind}Property" in kinds:
            yield Axiom(kind.lower(), ())
    inverses = [*graph.values(node, "owl:inverseOf"), *graph.subjects("owl:inverseOf", node)]
    for inverse in inverses:
        yield Axiom("inverse", (_name(inverse),))
    for chain in graph.values(node, "owl:propertyChainAxiom"):
        yield Axiom("chain", tuple(map(_name, graph.members(chain))))
    yield from _definitions(graph, node)
    for disjoint in graph.subjects("rdf:type", _ALL_DISJOINT):
        heads = graph.values(disjoint, "owl:members")
        members = [one for head in heads for one in graph.members(head)]
        if node in members:
            yield Axiom("disjoint", tuple(_name(one) for one in members if one != node))


def _definitions(graph: Triples, node: NamedNode) -> Iterator[Axiom]:
    """Go through what makes something one of a class."""
    for expression in graph.values(node, "owl:equivalentClass"):
        for value in graph.values(expression, "owl:hasValue"):
            for on in graph.values(expression, "owl:onProperty"):
                yield Axiom("value", (_name(on), _name(value)))
    for below in graph.subjects("rdfs:subClassOf", node):
        for parts in graph.values(below, "owl:intersectionOf"):
            yield Axiom("both", tuple(map(_name, _restrictions(graph, parts))))


def _restrictions(graph: Triples, parts: RdfTerm) -> Iterator[RdfTerm]:
    for part in graph.members(parts):
        yield from graph.values(part, "owl:onProperty", "owl:someValuesFrom")


def _name(term: RdfTerm) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
