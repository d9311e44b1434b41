"""The namespaces of the project, and prefixed names for people to read and type."""

from __future__ import annotations

from functools import lru_cache

BASE = "https://w3id.org/si-graph/"

PREFIXES: dict[str, str] = {
    "si": BASE + "ontology#",
    "sish": BASE + "shapes#",
    "actor": BASE + "id/actor/",
    "place": BASE + "id/place/",
    "concept": BASE + "id/concept/",
    "instrument": BASE + "id/instrument/",
    "passage": BASE + "id/awt84/passage/",
    "awt84": BASE + "id/awt84/",
    "modality": BASE + "vocab/modality/",
    "level": BASE + "vocab/government-level/",
    "field": BASE + "vocab/policy-field/",
    "effect": BASE + "vocab/effect/",
    "itype": BASE + "vocab/instrument-type/",
    "theme": BASE + "vocab/stip-theme/",
    "targetgroup": BASE + "vocab/stip-target-group/",
    "followup": BASE + "vocab/follow-up-status/",
    "collection": BASE + "vocab/collection/",
    "graph": BASE + "graph/",
    "query": BASE + "query/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "http://schema.org/",
    "cv": "http://data.europa.eu/m8g/",
    "fabio": "http://purl.org/spar/fabio/",
    "doco": "http://purl.org/spar/doco/",
    "bibo": "http://purl.org/ontology/bibo/",
    "eurovoc": "http://eurovoc.europa.eu/",
    "euauth": "http://publications.europa.eu/resource/authority/",
    "sh": "http://www.w3.org/ns/shacl#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
    "sssom": "https://w3id.org/sssom/",
    "semapv": "https://w3id.org/semapv/vocab/",
}
"""Prefix to namespace; where one namespace begins another, the longer one stands first."""

GRAPH_ONTOLOGY = PREFIXES["graph"] + "ontology"
GRAPH_VOCAB = PREFIXES["graph"] + "vocab"
GRAPH_SHAPES = PREFIXES["graph"] + "shapes"
GRAPH_PASSAGES = PREFIXES["graph"] + "passages"
GRAPH_EDITORIAL = PREFIXES["graph"] + "editorial"
GRAPH_ALIGNMENTS = PREFIXES["graph"] + "alignments"
GRAPH_INFERRED = PREFIXES["graph"] + "inferred"
IMPORTS = PREFIXES["graph"] + "import/"
"""What the graph of an import is called, before its name."""

# What would not read as one name: a local part with these is shown as a full IRI instead.
_NOT_LOCAL = frozenset('#?:<>"{}|^`\\ \t\n')


def expand(curie: str) -> str | None:
    """Return the IRI of a prefixed name such as `actor:min-ez`, or None for an unknown prefix."""
    prefix, colon, local = curie.partition(":")
    namespace = PREFIXES.get(prefix)
    return namespace + local if colon and namespace is not None else None


# A page shows the same few names again and again.
@lru_cache(8192)
def shorten(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI itself where no prefix fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            if local and _NOT_LOCAL.isdisjoint(local):
                return f"{prefix}:{local}"
    return iri


def local_name(iri: str) -> str:
    """Return what follows the last `#` or `/` of an IRI.

    The name of a part of a passage keeps its parent (`F16/1`): a bare `1` would name nothing.
    """
    if iri.startswith(PREFIXES["passage"]):
        return iri[len(PREFIXES["passage"]) :]
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]
