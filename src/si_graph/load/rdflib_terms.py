"""Terms between Oxigraph and rdflib, with their lexical forms kept.

rdflib rewrites literals on creation unless told not to (`"01"^^xsd:integer` becomes `"1"`), which
changes what SHACL and SPARQL see. Imports rdflib: import this module only where rdflib is used.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import BNode, Dataset, Literal, URIRef
from rdflib.term import IdentifiedNode

from si_graph.errors import UsageError
from si_graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib.term import Node

_STRING = ox.NamedNode(PREFIXES["xsd"] + "string")

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def to_rdflib(term: Term | ox.Triple) -> Node:
    """Return rdflib's form of a term.

    Raises:
        UsageError: The term is a triple, which rdflib has no form for.
    """
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise UsageError(f"triples about triples are not covered here: {term}")
    if term.language:
        return Literal(term.value, lang=term.language)
    # rdflib takes a string with a datatype for another term than the same string without one.
    if term.datatype == _STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def from_rdflib(node: Node) -> Term:
    """Return Oxigraph's form of an rdflib term."""
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
        return ox.Literal(str(node), datatype=datatype)
    raise TypeError(f"no RDF term: {node!r}")


@contextmanager
def silenced(*names: str) -> Iterator[None]:
    """Keep loggers of rdflib and its kin off standard error, where what they say is reported."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled


def to_dataset(quads: Iterable[ox.Quad]) -> Dataset:
    """Return an rdflib Dataset with all graphs; its default graph is their union."""
    dataset = Dataset(default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    for quad in quads:
        graph = dataset.default_graph
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            name = to_rdflib(quad.graph_name)
            assert isinstance(name, IdentifiedNode)  # noqa: S101 - a graph is named by no literal
            graph = dataset.get_context(name)
        subject, value = to_rdflib(quad.subject), to_rdflib(quad.object)
        # Adding to the store keeps lexical forms and skips checks of terms that are right already.
        dataset.store.add((subject, to_rdflib(quad.predicate), value), graph)
    return dataset
