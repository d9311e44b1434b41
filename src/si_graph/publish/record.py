"""The catalogue record (DCAT-AP 3.0.1, DCAT-AP-NL 3.0), by which portals find the graph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from si_graph.namespaces import BASE, PREFIXES
from si_graph.publish.dumps import ASSERTED, INFERRED, WHOLE
from si_graph.query.record import DATASET, written_by_hand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from si_graph.publish.configuration import Configuration, Contact, Publisher
    from si_graph.publish.dumps import Dump
    from si_graph.publish.tables.files import File
    from si_graph.query.release import Release

    Node = NamedNode | BlankNode | Triple
    Term = Node | Literal

CATALOGUE = BASE + "catalog"

ENDPOINT = NamedNode(CATALOGUE + "#sparql")
_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
_NAMESPACES = {
    **PREFIXES,
    "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
_PUBLISHER_TYPES = "http://purl.org/adms/publishertype/"
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|-")
_CONTACT = NamedNode(CATALOGUE + "#contact")
_SHA256 = "spdx:checksumAlgorithm_sha256"
_KINDS = ("Catalog", "Dataset", "DatasetSeries", "DataService")
_OF_DATASET = ("title", "description", "license", "creator", "issued", "modified")
_TITLES = {
    WHOLE: ("hele graaf", "whole graph"),
    ASSERTED: ("alleen wat gesteld is", "only what is stated"),
    INFERRED: ("alleen wat volgt door redeneren", "only what follows by reasoning"),
}
_DESCRIPTIONS = ("{}, als {} gecomprimeerd met gzip.", "{}, as {} compressed with gzip.")
_CONTENT = (
    "acties, partijen, instrumenten, beweringen, passages, en vragen met hun antwoorden",
    "actions, actors, instruments, claims, passages, and questions with their answers",
)
_TABLES = {
    "nl.xlsx": (
        ("Excel, werkmap in het Nederlands", "Excel, workbook in Dutch"),
        ("Alle tabellen in een Nederlandse werkmap: {}.", "All tables in a Dutch workbook: {}."),
    ),
    "en.xlsx": (
        ("Excel, werkmap in het Engels", "Excel, workbook in English"),
        ("Alle tabellen in een Engelse werkmap: {}.", "All tables in an English workbook: {}."),
    ),
    "zip": (
        ("CSV, alle tabellen", "CSV, all tables"),
        (
            "Alle tabellen als CSV, in het Nederlands en in het Engels, met hun beschrijving: {}.",
            "All tables as CSV, in Dutch and in English, with their description: {}.",
        ),
    ),
}
"""The titles and descriptions of files of tables, by what their names end in."""

_LANGUAGES = {"nl": "NLD", "en": "ENG"}


def record(
    told: Configuration,
    site: str,
    release: Release,
    dumps: Iterable[Dump],
    tables: Iterable[File],
) -> list[Triple]:
    """Return the record.

    Args:
        told: Who publishes the graph.
        site: The address of the site that has it; it ends with a slash.
        release: Which release it is.
        dumps: The files that it can be taken as.
        tables: The files of tables.

    Raises:
        InputError: The part of the record that is written by hand is malformed.
    """
    triples = written_by_hand(site)
    made = _Made()
    publisher = NamedNode(told.publisher.iri)
    made.publisher(publisher, told.publisher)
    made.contact(told.contact)
    kinds = {_term(f"dcat:{name}") for name in _KINDS}
    for subject in (one.subject for one in triples if one.object in kinds):
        made.add(subject, "dcterms:publisher", publisher)
        made.add(subject, "dcat:contactPoint", _CONTACT)
    made.add(_term(CATALOGUE), "dcterms:creator", publisher)
    dataset = NamedNode(DATASET)
    made.add(dataset, "dcat:version", Literal(release.version))
    licences = [one.object for one in triples if _is(one, dataset, "dcterms:license")]
    distributions = [made.dump(one, f"{site}dumps/{one.name}") for one in dumps]
    distributions += [made.tables(one, f"{site}tables/{one.name}") for one in tables]
    for distribution in distributions:
        made.add(distribution, "dcterms:license", *licences)
    # Several files share a media type, and what is said of that.
    return list(dict.fromkeys([*triples, *made.triples]))


def of_dataset(site: str) -> list[Triple]:
    """Return what a description of the dataset repeats of the record."""
    dataset = NamedNode(DATASET)
    predicates = {_term(f"dcterms:{name}") for name in _OF_DATASET}
    return [
        one
        for one in written_by_hand(site)
        if one.subject == dataset and one.predicate in predicates
    ]


def without_endpoint(triples: Iterable[Triple], site: str) -> list[Triple]:
    """Return a record without the data service, for a site that has none."""
    gone = {ENDPOINT, NamedNode(f"{site}openapi.json"), NamedNode(f"{site}sparql"), _PROTOCOL}
    return [one for one in triples if one.subject not in gone and one.object not in gone]


class _Made:
    """What the record says of the publisher and of the files."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def add(self, subject: Node, predicate: str, *values: Term) -> None:
        self.triples += [Triple(subject, _term(predicate), value) for value in values]

    def publisher(self, iri: NamedNode, told: Publisher) -> None:
        self.add(iri, "rdf:type", _term("foaf:Agent"))
        self.add(iri, "foaf:name", *_texts(told.name))
        if told.homepage:
            self.add(iri, "foaf:homepage", NamedNode(told.homepage))
            self.add(NamedNode(told.homepage), "rdf:type", _term("foaf:Document"))
        if told.type:
            self._publisher_type(iri, NamedNode(told.type))

    def _publisher_type(self, publisher: NamedNode, kind: NamedNode) -> None:
        self.add(publisher, "dcterms:type", kind)
        scheme = NamedNode(_PUBLISHER_TYPES + "1.0")
        self.add(kind, "rdf:type", _term("skos:Concept"))
        self.add(kind, "skos:inScheme", scheme)
        self.add(scheme, "rdf:type", _term("skos:ConceptScheme"))
        self.add(scheme, "dcterms:title", Literal("Publisher type", language="en"))
        # The codes are words run together: NationalAuthority.
        words = _WORD.sub(" ", kind.value.rsplit("/", 1)[-1])
        self.add(kind, "skos:prefLabel", Literal(words, language="en"))

    def contact(self, told: Contact) -> None:
        self.add(_CONTACT, "rdf:type", _term("vcard:Kind"), _term("vcard:Organization"))
        self.add(_CONTACT, "vcard:fn", *_texts(told.name))
        if told.url:
            self.add(_CONTACT, "vcard:hasURL", NamedNode(told.url))
        if told.email:
            self.add(_CONTACT, "vcard:hasEmail", NamedNode(f"mailto:{told.email}"))

    def dump(self, dump: Dump, url: str) -> NamedNode:
        parts = _TITLES[dump.part]
        subject = self._distribution(
            url,
            [f"{dump.format.title}, {part}" for part in parts],
            [
                text.format(part.capitalize(), dump.format.title)
                for part, text in zip(parts, _DESCRIPTIONS, strict=True)
            ],
            _LANGUAGES,
        )
        self._file(subject, dump.size, dump.sha256)
        self._format(subject, dump.format.title, dump.format.file_type, dump.format.media_type)
        self._packed(subject, "dcat:compressFormat", "application/gzip")
        self.add(subject, "dcterms:conformsTo", _term(BASE + "ontology"))
        return subject

    def tables(self, file: File, url: str) -> NamedNode:
        titles, descriptions = _TABLES[file.name.partition(".")[2]]
        texts = [text.format(what) for text, what in zip(descriptions, _CONTENT, strict=True)]
        subject = self._distribution(url, titles, texts, file.languages)
        self._file(subject, file.size, file.sha256)
        self._format(subject, *file.format)
        if file.package:
            self._packed(subject, "dcat:packageFormat", file.package)
        self.add(subject, "dcterms:conformsTo", _term(file.standard))
        return subject

    def _distribution(
        self, url: str, titles: Iterable[str], descriptions: Iterable[str], languages: Iterable[str]
    ) -> NamedNode:
        """Say what all files have to say; the texts are in Dutch and in English."""
        subject = NamedNode(f"{CATALOGUE}#{url.rpartition('/')[2]}")
        self.add(NamedNode(DATASET), "dcat:distribution", subject)
        self.add(subject, "rdf:type", _term("dcat:Distribution"))
        for name, texts in (("title", titles), ("description", descriptions)):
            by_language = dict(zip(_LANGUAGES, texts, strict=True))
            self.add(subject, f"dcterms:{name}", *_texts(by_language))
        self.add(subject, "dcat:accessURL", NamedNode(url))
        self.add(subject, "dcat:downloadURL", NamedNode(url))
        # Of course; but the Dutch shapes want to be told, and infer nothing.
        self.add(NamedNode(url), "rdf:type", _term("rdfs:Resource"))
        self.add(subject, "dcatap:availability", _term("euauth:planned-availability/STABLE"))
        self.add(subject, "adms:status", _term("euauth:distribution-status/COMPLETED"))
        self.add(subject, "dcat:accessService", ENDPOINT)
        for lang in languages:
            self.add(subject, "dcterms:language", _term(f"euauth:language/{_LANGUAGES[lang]}"))
        return subject

    def _format(self, subject: NamedNode, title: str, code: str, media_type: str) -> None:
        media = NamedNode(_MEDIA_TYPES + media_type)
        self.add(subject, "dcat:mediaType", media)
        self.add(media, "rdf:type", _term("dcterms:MediaType"))
        file_type = _term(f"euauth:file-type/{code}")
        self.add(subject, "dcterms:format", file_type)
        self.add(file_type, "rdf:type", _term("dcterms:MediaTypeOrExtent"), _term("skos:Concept"))
        self.add(file_type, "skos:prefLabel", Literal(title, language="en"))
        self.add(file_type, "skos:inScheme", _term("euauth:file-type"))

    def _packed(self, subject: NamedNode, how: str, media_type: str) -> None:
        media = NamedNode(_MEDIA_TYPES + media_type)
        self.add(subject, how, media)
        self.add(media, "rdf:type", _term("dcterms:MediaType"))

    def _file(self, subject: NamedNode, size: int, sha256: str) -> None:
        number = NamedNode(PREFIXES["xsd"] + "nonNegativeInteger")
        self.add(subject, "dcat:byteSize", Literal(str(size), datatype=number))
        self._checksum(subject, sha256)

    def _checksum(self, subject: NamedNode, sha256: str) -> None:
        checksum = NamedNode(f"{subject.value}-checksum")
        self.add(subject, "spdx:checksum", checksum)
        self.add(checksum, "rdf:type", _term("spdx:Checksum"))
        self.add(checksum, "spdx:algorithm", _term(_SHA256))
        hex_binary = NamedNode(PREFIXES["xsd"] + "hexBinary")
        self.add(checksum, "spdx:checksumValue", Literal(sha256, datatype=hex_binary))
        self.add(_term(_SHA256), "rdf:type", _term("spdx:ChecksumAlgorithm"))


def _is(one: Triple, subject: NamedNode, predicate: str) -> bool:
    return one.subject == subject and one.predicate == _term(predicate)


def _term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(name if local.startswith("//") else _NAMESPACES[prefix] + local)


def _texts(by_language: Mapping[str, str]) -> list[Literal]:
    return [Literal(text, language=lang) for lang, text in by_language.items()]
