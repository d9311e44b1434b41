"""What a page is about, for search engines: schema.org as JSON-LD."""

from __future__ import annotations

import json

from markupsafe import Markup
from pyoxigraph import NamedNode

from si_graph.namespaces import BASE, PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from si_graph.query.describe import Description

_SI, _OWL, _SKOS = (PREFIXES[prefix] for prefix in ("si", "owl", "skos"))
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


def dataset_data(name: str, description: str, version: str, lang: str) -> Markup:
    """Return the same about the graph as a whole, as dataset search engines read it.

    Args:
        name: What it is called.
        description: What is in it.
        version: Its release.
        lang: The language of both.
    """
    return _written(
        {
            "@type": "Dataset",
            "@id": BASE,
            "url": BASE,
            "name": name,
            "description": description,
            "inLanguage": lang,
            "version": version,
            "isAccessibleForFree": True,
            "includedInDataCatalog": {"@type": "DataCatalog", "url": BASE + "catalog"},
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
