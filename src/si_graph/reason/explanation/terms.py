"""Triples as texts: N-Triples' notation of terms, which is quick to compare and to look up."""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from si_graph.namespaces import PREFIXES
from si_graph.reason.explanation.proof import Statement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyoxigraph import Quad
    from pyoxigraph import Triple as RdfTriple

    from si_graph.reason.explanation.proof import Term

Triple = tuple[str, str, str]
"""Subject, predicate and object as N-Triples writes them."""


def name(curie: str) -> str:
    """Return what a prefixed name stands for."""
    prefix, _, local = curie.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


TYPE, FIRST, REST, NIL = map(name, ("rdf:type", "rdf:first", "rdf:rest", "rdf:nil"))
SAME_AS, DIFFERENT_FROM = name("owl:sameAs"), name("owl:differentFrom")
REFLEXIVE = frozenset(
    map(
        name,
        (
            "rdfs:subClassOf",
            "rdfs:subPropertyOf",
            "owl:equivalentClass",
            "owl:equivalentProperty",
        ),
    )
)
"""The relations that every class or property has with itself, which a closure leaves out."""

SCHEMA = REFLEXIVE | {name("rdfs:domain"), name("rdfs:range")}
"""The relations between classes and properties that rules conclude."""


@lru_cache(maxsize=100_000)
def term(text: str) -> Term:
    """Return the term that a text writes."""
    if text.startswith("<"):
        return NamedNode(text[1:-1])
    if text.startswith("_:"):
        return BlankNode(text[2:])
    (quad,) = parse(f"<x:s> <x:p> {text} .", format=RdfFormat.N_TRIPLES)
    value = quad.object
    assert isinstance(value, Literal)  # noqa: S101 - nothing else is left
    return value


def statement(triple: Triple) -> Statement:
    """Return a triple as terms."""
    return Statement(*map(term, triple))


def texts(triple: Statement | RdfTriple | Quad) -> Triple:
    """Return a statement, or a triple or quad of a store, as texts."""
    return str(triple.subject), str(triple.predicate), str(triple.object)


def is_literal(text: str) -> bool:
    """Tell whether a term is a literal."""
    return text.startswith('"')


def is_typed_literal(text: str) -> bool:
    """Tell whether a term is a literal that another one, written otherwise, may equal."""
    return text.startswith('"') and text.endswith(">")
