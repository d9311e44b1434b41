"""What is said of all tables together: what they are, of which source and release, the licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.namespaces import PREFIXES
from si_graph.publish.tables.description import LANGUAGES
from si_graph.publish.tables.rows import moved
from si_graph.publish.tables.workbook import Cover, Fact
from si_graph.query.answer import date_in_words
from si_graph.query.labels import label
from si_graph.query.record import DATASET, Record
from si_graph.query.release import release

if TYPE_CHECKING:
    from typing import Any

    from si_graph.store.protocol import Store

_DCTERMS, _PROV, _SKOS = (PREFIXES[prefix] for prefix in ("dcterms", "prov", "skos"))
_WORDS = {
    "nl": ("Bron", "Licentie", "Uitgave", "Datum", "Meer lezen", "Over de cellen"),
    "en": ("Source", "Licence", "Release", "Date", "Read more", "About the cells"),
}
_CELLS = {
    "nl": "Wat onderstreept is, leidt naar de pagina erover. In een cel met meer waarden staat er"
    " een puntkomma of een streep (|) tussen. Het adres van een ding blijft altijd hetzelfde:"
    " gebruik het om tabellen te koppelen.",
    "en": "What is underlined leads to the page about it. In a cell with several values a semicolon"
    " or a bar (|) stands between them. The address of a thing always stays the same: use it to"
    " join tables.",
}


def cover(store: Store, base: str, lang: str) -> Cover:
    """Return what the first sheet of a workbook says.

    Args:
        store: The graph.
        base: What the IRIs of the project begin with.
        lang: The language.
    """
    record = Record()
    source, licence, version, date, more, cells = _WORDS[lang]
    licence_iri, source_iri = record.iri(_DCTERMS + "license"), record.iri(_PROV + "wasDerivedFrom")
    terms = record.iri(_SKOS + "exactMatch", licence_iri)
    facts = [
        Fact(source, label(store, source_iri, lang), moved(source_iri, base)),
        Fact(licence, record.text(_SKOS + "prefLabel", lang, licence_iri), terms),
        Fact(version, release(store).version),
        Fact(date, date_in_words(record.value(_DCTERMS + "modified"), lang)),
        Fact(more, base, base),
        Fact(cells, _CELLS[lang]),
    ]
    title, description = (record.text(_DCTERMS + name, lang) for name in ("title", "description"))
    return Cover(title, description, facts)


def about(store: Store, base: str) -> dict[str, Any]:
    """Return what the CSVW description says of all tables; the arguments are those of `cover`."""
    record = Record()
    licence = record.iri(_DCTERMS + "license")
    return {
        **{f"dc:{name}": _in_all_languages(record, name) for name in ("title", "description")},
        "dc:license": {"@id": record.iri(_SKOS + "exactMatch", licence)},
        "dc:source": {"@id": moved(record.iri(_PROV + "wasDerivedFrom"), base)},
        "dc:isPartOf": {"@id": moved(DATASET, base)},
        "dc:modified": record.value(_DCTERMS + "modified"),
        "schema:version": release(store).version,
    }


def _in_all_languages(record: Record, name: str) -> list[dict[str, str]]:
    return [{"@value": record.text(_DCTERMS + name, lang), "@language": lang} for lang in LANGUAGES]
