"""Where an import comes from (PROV): stated in its own graph, so that it goes where that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from si_graph import __version__
from si_graph.namespaces import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from si_graph.exchange.imports.inputs import Source
    from si_graph.exchange.imports.profiles import Profile

_TOOL = NamedNode(BASE + "id/actor/si-graph-importer")


def provenance(graph: str, profile: Profile, sources: Sequence[Source]) -> bytes:
    """Return what is said of an import, as N-Triples: sources, licence, mapping and tool.

    The time of the import is left out, so that the same input gives the same graph.
    """
    imported = NamedNode(graph)
    activity = NamedNode(f"{graph}/activity")
    triples = [
        Triple(imported, _term("rdf:type"), _term("prov:Entity")),
        Triple(imported, _term("rdf:type"), _term("void:Dataset")),
        *(
            Triple(imported, _term("dcterms:title"), Literal(text, language=lang))
            for lang, text in profile.title.items()
        ),
        *(
            Triple(imported, _term(property_), NamedNode(value))
            for property_, value in (
                ("dcterms:license", profile.licence),
                ("dcterms:publisher", profile.publisher),
            )
            if value is not None
        ),
        Triple(imported, _term("foaf:page"), NamedNode(profile.homepage)),
        Triple(imported, _term("prov:wasGeneratedBy"), activity),
        Triple(activity, _term("rdf:type"), _term("prov:Activity")),
        Triple(activity, _term("prov:wasAssociatedWith"), _TOOL),
        Triple(_TOOL, _term("rdf:type"), _term("prov:SoftwareAgent")),
        Triple(_TOOL, _term("schema:softwareVersion"), Literal(__version__)),
    ]
    for source in sources:
        # The file is named by what is in it (RFC 6920), wherever it lay.
        entity = NamedNode(f"ni:///sha-256;{source.sha256}")
        triples += [
            Triple(imported, _term("prov:wasDerivedFrom"), entity),
            Triple(activity, _term("prov:used"), entity),
            Triple(entity, _term("rdf:type"), _term("prov:Entity")),
            Triple(entity, _term("dcterms:title"), Literal(source.name)),
            Triple(entity, _term("schema:sha256"), Literal(source.sha256)),
            Triple(
                entity,
                _term("dcterms:modified"),
                Literal(source.modified.isoformat(), datatype=_term("xsd:date")),
            ),
        ]
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
