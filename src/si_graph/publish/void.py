"""The description of the dataset (VoID), counted by the queries in `queries/publish`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from si_graph import locations
from si_graph.namespaces import PREFIXES
from si_graph.query import catalogue
from si_graph.query.kept import kept
from si_graph.query.tokens import data_blocks
from si_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID, _FOAF = PREFIXES["void"], PREFIXES["foaf"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
_ONLY_IN_NAMED = "ASK { GRAPH ?graph { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }"


@kept
def counted(store: EmbeddedStore, dataset: str) -> list[Triple]:
    """Return what can be counted in a graph: sizes, parts, classes, properties, vocabularies.

    Args:
        store: The graph.
        dataset: The IRI that the whole of it is called by.
    """
    folder = os.path.join(locations.queries(), "publish")
    merged = _merged(store)
    found: list[Triple] = []
    for name in catalogue.names(folder):
        found += merged.query(_about(catalogue.load(name, folder).text, dataset))  # type: ignore[arg-type]  # each is a CONSTRUCT
    return found


def access(dataset: str, site: str, dumps: Iterable[str], *, is_served: bool) -> list[Triple]:
    """Return where a dataset can be asked and taken from.

    Args:
        dataset: Its IRI.
        site: The address of the site that has it; it ends with a slash.
        dumps: The names of its dumps.
        is_served: Whether there is an endpoint and a search, as on a server.
    """
    subject, document = NamedNode(dataset), NamedNode(f"{site}.well-known/void")
    asked = [
        _link(subject, "sparqlEndpoint", f"{site}sparql"),
        _link(subject, "openSearchDescription", f"{site}opensearch.xml"),
    ]
    return [
        Triple(document, _TYPE, NamedNode(_VOID + "DatasetDescription")),
        Triple(document, NamedNode(_FOAF + "primaryTopic"), subject),
        Triple(subject, NamedNode(_FOAF + "homepage"), NamedNode(site)),
        *(asked if is_served else ()),
        *(_link(subject, "dataDump", f"{site}dumps/{name}") for name in dumps),
        *(_link(subject, "feature", f"http://www.w3.org/ns/formats/{name}") for name in _FORMATS),
    ]


def uri_space(dataset: str, base: str) -> Triple:
    """Return what the IRIs of a dataset's things begin with."""
    return Triple(NamedNode(dataset), NamedNode(_VOID + "uriSpace"), Literal(base))


def _link(subject: NamedNode, name: str, value: str) -> Triple:
    return Triple(subject, NamedNode(_VOID + name), NamedNode(value))


def _about(text: str, dataset: str) -> str:
    for start, end in data_blocks(text, "dataset"):
        text = f"{text[:start]} {NamedNode(dataset)} {text[end:]}"
    return text


def _merged(store: EmbeddedStore) -> EmbeddedStore:
    """Return a store in whose default graph everything stands, each statement once."""
    if not store.query(_ONLY_IN_NAMED):
        return store
    merged = Oxigraph()
    for quad in store.oxigraph:
        merged.add(quad)
        merged.add(Quad(quad.subject, quad.predicate, quad.object))
    return EmbeddedStore(merged)
