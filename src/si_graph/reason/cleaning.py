"""What a closure leaves out: triples that are true of any graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from si_graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Triple

_RDF, _RDFS, _OWL, _XSD = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
_VOCABULARIES = (_RDF, _RDFS, _OWL, _XSD)
_TYPE = NamedNode(_RDF + "type")
_SUBCLASS = NamedNode(_RDFS + "subClassOf")
_REFLEXIVE = frozenset(
    {
        _SUBCLASS,
        NamedNode(_RDFS + "subPropertyOf"),
        NamedNode(_OWL + "equivalentClass"),
        NamedNode(_OWL + "equivalentProperty"),
        NamedNode(_OWL + "sameAs"),
    }
)
_TOP = frozenset({NamedNode(_OWL + "Thing"), NamedNode(_RDFS + "Resource")})
_TRIVIAL_TYPES = _TOP | {
    NamedNode(_RDF + "Property"),
    NamedNode(_RDFS + "Class"),
    NamedNode(_RDFS + "Datatype"),
}


def is_noise(triple: Triple) -> bool:
    """Tell whether an inferred triple says nothing about this graph in particular.

    That is: a reflexive schema or equality triple, membership of the top class, and what holds
    of the RDF, RDFS, OWL and XSD vocabularies themselves.
    """
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    if isinstance(subject, NamedNode) and subject.value.startswith(_VOCABULARIES):
        return True
    if predicate in _REFLEXIVE and subject == value:
        return True
    if predicate == _TYPE:
        return value in _TRIVIAL_TYPES
    return predicate == _SUBCLASS and value in _TOP
