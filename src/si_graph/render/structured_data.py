"""What a page is about, for search engines: schema.org as JSON-LD."""

from __future__ import annotations

import json

from markupsafe import Markup
from pyoxigraph import NamedNode

from si_graph.namespaces import BASE, PREFIXES
from si_graph.query.record import DATASET, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from si_graph.query.describe import Description
    from si_graph.render.site import Site

_SI, _OWL, _SKOS, _DCAT, _DCTERMS, _PROV = (
    PREFIXES[prefix] for prefix in ("si", "owl", "skos", "dcat", "dcterms", "prov")
)
_KINDS = {
    _SI + "Country": "Country",
    _SI + "Region": "Place",
    _SI + "Organisation": "Organization",
    _SI + "AdvisoryReport": "Report",
    _SI + "Passage": "CreativeWork",
    _SI + "Claim": "Claim",
    _SKOS + "Concept": "DefinedTerm",
    _OWL + "Class": "DefinedTerm",
    _OWL + "ObjectProperty": "DefinedTerm",
    _OWL + "DatatypeProperty": "DefinedTerm",
}
"""Our classes with those of schema.org, the most telling first."""

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOWNLOADS = {
    "tables/si-graph.nl.xlsx": ("Excel (Nederlands)", _EXCEL),
    "tables/si-graph.en.xlsx": ("Excel (English)", _EXCEL),
    "tables/si-graph-csv.zip": ("CSV", "application/zip"),
    "dumps/si-graph.ttl.gz": ("Turtle", "application/gzip"),
    "dumps/si-graph.nq.gz": ("N-Quads", "application/gzip"),
    "dumps/si-graph.jsonld.gz": ("JSON-LD", "application/gzip"),
}
"""The files by which the graph can be taken along, with their names and media types."""

_SAME = {PREFIXES["schema"] + "sameAs", _SKOS + "exactMatch"}


def structured_data(found: Description, lang: str) -> Markup:
    """Return the data of a page about a thing, as the text of a script element."""
    types = {
        one.term.value
        for one in (*found.stated, *found.inferred)
        if one.predicate == PREFIXES["rdf"] + "type" and isinstance(one.term, NamedNode)
    }
    thing: dict[str, Any] = {
        "@type": next((kind for iri, kind in _KINDS.items() if iri in types), "Thing"),
        "@id": found.iri,
        "name": found.label,
    }
    if found.definition:
        thing["description"] = found.definition
    same = [one.term.value for one in found.stated
            if one.predicate in _SAME and isinstance(one.term, NamedNode)]  # fmt: skip
    if same:
        thing["sameAs"] = same
    return _written(
        {"@type": "WebPage", "name": found.label, "inLanguage": lang, "mainEntity": thing}
    )


def dataset_data(site: Site, version: str, lang: str) -> Markup:
    """Return the same about the graph as a whole, as dataset search engines read it.

    Args:
        site: Where it can be had.
        version: Its release.
        lang: The language of the texts.
    """
    record = Record()
    creator, period = record.iri(_DCTERMS + "creator"), record.iri(_DCTERMS + "temporal")
    source, place = record.iri(_PROV + "wasDerivedFrom"), record.iri(_DCTERMS + "spatial")
    makers = {
        "@type": "Organization",
        "@id": creator,
        "name": record.text(PREFIXES["foaf"] + "name", lang, creator),
        "url": creator,
    }
    return _written(
        {
            "@type": "Dataset",
            "@id": BASE,
            "url": BASE,
            "identifier": DATASET,
            "name": record.text(_DCTERMS + "title", lang),
            "description": record.text(_DCTERMS + "description", lang),
            "keywords": record.texts(_DCAT + "keyword", lang),
            "inLanguage": ["nl", "en"],
            "version": version,
            "datePublished": record.value(_DCTERMS + "issued"),
            "dateModified": record.value(_DCTERMS + "modified"),
            "creator": makers,
            "publisher": makers,
            "isAccessibleForFree": True,
            "isBasedOn": source,
            "spatialCoverage": {
                "@type": "Place",
                "name": record.text(_SKOS + "prefLabel", lang, place),
                "sameAs": place,
            },
            "temporalCoverage": "/".join(
                record.value(f"{_DCAT}{end}Date", period) for end in ("start", "end")
            ),
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "name": record.text(_DCTERMS + "title", lang, BASE + "catalog"),
                "url": BASE + "catalog",
            },
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": name,
                    "encodingFormat": media_type,
                    "contentUrl": f"{site.origin}{site.file(path)}" if site.origin else BASE + path,
                }
                for path, (name, media_type) in DOWNLOADS.items()
            ],
        }
    )


def _written(data: dict[str, Any]) -> Markup:
    """Return data as the text of a script element, in which nothing can end that element."""
    licence = "https://creativecommons.org/licenses/by/4.0/"
    page = {"@context": "https://schema.org", **data, "license": licence}
    text = json.dumps(page, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - what could end the element is escaped above
