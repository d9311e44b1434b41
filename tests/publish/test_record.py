"""The catalogue record: portals accept it, and what it tells is true."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import InputError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, PREFIXES
from si_graph.publish.configuration import configuration
from si_graph.publish.dumps import RECORDED, Dump, content, described
from si_graph.publish.rdf import rebase
from si_graph.publish.record import CATALOGUE, record, without_endpoint
from si_graph.publish.tables import files
from si_graph.query.record import DATASET
from si_graph.query.release import Release, release
from si_graph.validate.report import Result
from si_graph.validate.shacl.engines import engine
from support import ROOT, SHARED

EU = SHARED / "eu"
DCAT_AP, DCAT_AP_NL = EU / "shapes" / "dcat-ap-3.0.1", EU / "shapes" / "dcat-ap-nl-3.0"
NEEDS_SHAPES = pytest.mark.skipif(not EU.is_dir(), reason="the official shapes are not at hand")
_OF_NL = ("dcat-ap-SHACL", "dcat-ap-nl-SHACL", "dcat-ap-nl-SHACL-aanbevolen",
          "dcat-ap-nl-SHACL-klassebereik", "dcat-ap-nl-SHACL-klassebereik-codelijsten",
          "dcat-ap-OPT", "dcat-ap-nl-OPT", "optionaliteit")  # fmt: skip
SHAPES = {
    "DCAT-AP 3.0.1": [DCAT_AP / "shacl" / "dcat-ap-SHACL.ttl"],
    "DCAT-AP 3.0.1, required": [DCAT_AP / "html" / "shacl" / "shapes.ttl"],
    "DCAT-AP 3.0.1, recommended": [DCAT_AP / "html" / "shacl" / "shapes_recommended.ttl"],
    "DCAT-AP 3.0.1, ranges": [DCAT_AP / "html" / "shacl" / "range.ttl"],
    "DCAT-AP 3.0.1, code lists": [DCAT_AP / "html" / "shacl" / "mdr-vocabularies.shape.ttl"],
    "DCAT-AP-NL 3.0.0": [DCAT_AP_NL / "300" / f"{name}.ttl" for name in _OF_NL],
    "DCAT-AP-NL 3.0.1": [DCAT_AP_NL / f"{name}.ttl" for name in _OF_NL],
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
NETHERLANDS = AUTHORITY + "country/NLD"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
# What is found although it cannot be met, with the reason. The name of the shape's set, the
# predicate, and the thing or value that is complained of.
UNMET = {
    ("DCAT-AP 3.0.1, recommended", "bbox", NETHERLANDS): "a country's box is the table's to tell",
    ("DCAT-AP 3.0.1, recommended", "centroid", NETHERLANDS): "so is its centre",
    ("DCAT-AP 3.0.1, code lists", "publisher", BASE + "id/actor/si-graph-editors"):
        "the publisher is no corporate body of the EU",
    ("DCAT-AP 3.0.1, code lists", "algorithm", SHA256):
        "the shape looks for https in a namespace of SPDX that has http",
}  # fmt: skip
OOXML = "https://ecma-international.org/publications-and-standards/standards/ecma-376/"
MEDIA = "http://www.iana.org/assignments/media-types/"
_OF_TABLES = ("dcat:mediaType", "dcterms:format", "dcat:packageFormat", "dcterms:language",
              "dcterms:conformsTo")  # fmt: skip
SITE = "https://site.example.org/graph/"
OTHER = """
base = "https://data.example.org/"
site = "https://www.example.org/"
[publisher]
iri = "https://data.example.org/publisher"
name = { nl = "Gemeente", en = "Municipality" }
type = "http://purl.org/adms/publishertype/LocalAuthority"
[contact]
name = { nl = "Loket", en = "Desk" }
email = "desk@example.org"
"""


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def dumps(graph: KnowledgeGraph) -> list[Dump]:
    return described(graph, BASE, RECORDED)


@pytest.fixture(scope="module")
def tables(graph: KnowledgeGraph) -> list[files.File]:
    return files.recorded(graph, BASE)


@pytest.fixture(scope="module")
def triples(graph: KnowledgeGraph, dumps: list[Dump], tables: list[files.File]) -> list[ox.Triple]:
    return record(configuration(), SITE, release(graph.store), dumps, tables)


def turtle(path: Path) -> list[ox.Triple]:
    found = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri="http://example.org/")
    return [quad.triple for quad in found]


def values(triples: list[ox.Triple], subject: str, predicate: str) -> list[str]:
    prefix, _, local = predicate.partition(":")
    iri = {
        **PREFIXES,
        "spdx": "http://spdx.org/rdf/terms#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
    }[prefix] + local
    found = [one for one in triples if one.subject == ox.NamedNode(subject)]
    return [one.object.value for one in found if one.predicate.value == iri]  # type: ignore[union-attr]


def complaint(name: str, result: Result) -> tuple[str, str, str]:
    path = str(result.path).rpartition(":")[2].rpartition("#")[2]
    term = result.focus if result.value is None else result.value
    return name, path.strip("<>"), str(term).strip("<>")


@NEEDS_SHAPES
@pytest.mark.parametrize("name", SHAPES)
def test_the_record_meets_the_official_shapes(name: str, triples: list[ox.Triple]) -> None:
    shapes = [one for path in SHAPES[name] for one in turtle(path)]
    report = engine().validate(triples, shapes)
    found = {complaint(name, result) for result in report.results}
    # What is no longer found must leave the list.
    assert found == {one for one in UNMET if one[0] == name}


@NEEDS_SHAPES
@pytest.mark.parametrize("name", SHAPES)
def test_the_record_of_a_site_without_an_endpoint_meets_them_too(
    name: str, triples: list[ox.Triple]
) -> None:
    shapes = [one for path in SHAPES[name] for one in turtle(path)]
    told = without_endpoint(triples, SITE)
    assert len(told) < len(triples)
    found = {complaint(name, result) for result in engine().validate(told, shapes).results}
    # That there is a service for each file is recommended; here there is none.
    others = {one for one in found if one[1] != "accessService"}
    assert others == {one for one in UNMET if one[0] == name}


@NEEDS_SHAPES
@pytest.mark.parametrize(
    ("name", "subject", "predicate"),
    [
        ("DCAT-AP 3.0.1", CATALOGUE, "publisher"),
        ("DCAT-AP 3.0.1", DATASET, "title"),
        ("DCAT-AP 3.0.1, recommended", DATASET, "temporal"),
        ("DCAT-AP 3.0.1, ranges", AUTHORITY + "language/NLD", "type"),
        ("DCAT-AP 3.0.1, code lists", AUTHORITY + "file-type/RDF_TRIG", "inScheme"),
        ("DCAT-AP-NL 3.0.0", DATASET, "contactPoint"),
        ("DCAT-AP-NL 3.0.1", CATALOGUE + "#sparql", "accessRights"),
    ],
)
def test_the_shapes_see_what_is_missing(
    name: str, subject: str, predicate: str, triples: list[ox.Triple]
) -> None:
    shapes = [one for path in SHAPES[name] for one in turtle(path)]
    without = [
        one
        for one in triples
        if not (one.subject.value == subject and one.predicate.value.endswith(predicate))  # type: ignore[union-attr]
    ]
    assert len(without) < len(triples)
    found = engine().validate(without, shapes)
    assert len(found.results) > len(engine().validate(triples, shapes).results)


@NEEDS_SHAPES
def test_codes_are_those_of_the_tables_of_the_eu(triples: list[ox.Triple]) -> None:
    with (EU / "tables" / "authority_tables.tsv").open(encoding="utf-8") as stream:
        rows = {row["uri"]: row for row in csv.DictReader(stream, delimiter="\t")}
    nodes = {term.value for one in triples for term in one if isinstance(term, ox.NamedNode)}
    codes = {node for node in nodes if node.startswith(AUTHORITY) and "/" in node[len(AUTHORITY) :]}
    assert len(codes) > 12
    for code in codes:
        scheme, _ = code[len(AUTHORITY) :].split("/")
        assert rows[code]["scheme"] == scheme
        assert values(triples, code, "skos:inScheme") == [AUTHORITY + scheme]
        labels = {rows[code]["label_en"], rows[code]["label_nl"]} - {""}
        # A format is called what it is called everywhere.
        if scheme != "file-type":
            assert set(values(triples, code, "skos:prefLabel")) == labels


def test_files_are_listed_with_their_true_size_and_checksum(
    graph: KnowledgeGraph, triples: list[ox.Triple]
) -> None:
    distributions = values(triples, DATASET, "dcat:distribution")
    assert len(distributions) == len(RECORDED) + len(files.RECORDED)
    for one in distributions:
        (url,) = values(triples, one, "dcat:downloadURL")
        folder, name = url.removeprefix(SITE).split("/")
        data = {"dumps": content, "tables": files.content}[folder](graph, name, BASE)
        assert values(triples, one, "dcat:byteSize") == [str(len(data))]
        (checksum,) = values(triples, one, "spdx:checksum")
        told = values(triples, checksum, "spdx:checksumValue")
        assert told == [hashlib.sha256(data).hexdigest()]


def test_tables_are_listed_with_format_language_and_standard(triples: list[ox.Triple]) -> None:
    told = {
        name: [values(triples, f"{CATALOGUE}#{name}", predicate) for predicate in _OF_TABLES]
        for name in files.RECORDED
    }
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    dutch, english = (AUTHORITY + f"language/{code}" for code in ("NLD", "ENG"))
    excel, csv_ = (AUTHORITY + f"file-type/{code}" for code in ("XLSX", "CSV"))
    assert told == {
        "si-graph.nl.xlsx": [[MEDIA + xlsx], [excel], [], [dutch], [OOXML]],
        "si-graph.en.xlsx": [[MEDIA + xlsx], [excel], [], [english], [OOXML]],
        "si-graph-csv.zip": [
            [MEDIA + "text/csv"], [csv_], [MEDIA + "application/zip"], [dutch, english],
            ["https://www.w3.org/TR/tabular-data-model/"],
        ],
    }  # fmt: skip


def test_the_version_is_that_of_the_ontology(
    graph: KnowledgeGraph, triples: list[ox.Triple]
) -> None:
    assert values(triples, DATASET, "dcat:version") == [release(graph.store).version]


def test_addresses_are_those_of_the_site_and_names_are_not(triples: list[ox.Triple]) -> None:
    service = CATALOGUE + "#sparql"
    assert values(triples, service, "dcat:endpointURL") == [f"{SITE}sparql"]
    assert values(triples, service, "dcat:servesDataset") == [DATASET]
    assert values(triples, CATALOGUE, "foaf:homepage") == [SITE]


def test_texts_are_there_in_dutch_and_english(triples: list[ox.Triple]) -> None:
    for name in ("title", "description"):
        told: dict[str, set[str]] = {}
        for one in triples:
            if one.predicate.value == PREFIXES["dcterms"] + name and CATALOGUE in str(one.subject):
                assert isinstance(one.object, ox.Literal)
                told.setdefault(str(one.subject), set()).add(one.object.language or "")
        assert len(told) > len(RECORDED)
        assert all(languages == {"nl", "en"} for languages in told.values())


def test_another_publisher_changes_the_configuration_only(
    tmp_path: Path, dumps: list[Dump], tables: list[files.File]
) -> None:
    path = tmp_path / "publisher.toml"
    path.write_text(OTHER, encoding="utf-8")
    told = configuration(str(path))
    found = rebase(record(told, told.site, Release("2.0.0", ""), dumps, tables), told.base)
    catalogue = "https://data.example.org/catalog"
    publisher = "https://data.example.org/publisher"
    assert values(found, catalogue, "dcterms:publisher") == [publisher]
    assert sorted(values(found, publisher, "foaf:name")) == ["Gemeente", "Municipality"]
    (contact,) = values(found, catalogue, "dcat:contactPoint")
    assert values(found, contact, "vcard:hasEmail") == ["mailto:desk@example.org"]
    assert values(found, f"{catalogue}#dataset", "dcat:version") == ["2.0.0"]
    assert not any(f"<{BASE}" in str(one) for one in found)


@NEEDS_SHAPES
def test_another_publishers_record_meets_the_shapes_too(
    tmp_path: Path, dumps: list[Dump], tables: list[files.File]
) -> None:
    path = tmp_path / "publisher.toml"
    path.write_text(OTHER, encoding="utf-8")
    told = configuration(str(path))
    found = rebase(record(told, told.site, Release("2.0.0", ""), dumps, tables), told.base)
    for name in ("DCAT-AP 3.0.1", "DCAT-AP 3.0.1, ranges", "DCAT-AP-NL 3.0.1"):
        shapes = [one for shape in SHAPES[name] for one in turtle(shape)]
        assert engine().validate(found, shapes).results == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('base = "https://data.example.org/"', "", "base must be an address"),
        (
            'base = "https://data.example.org/"',
            'base = "https://data.example.org"',
            "end with a slash",
        ),
        ('base = "https://data.example.org/"', "base = 7", "base must be an address"),
        ("https://data.example.org/publisher", "https://a b", "publisher.iri must be an address"),
        ("https://data.example.org/publisher", "javascript:x", "publisher.iri must be an address"),
        ("[contact]", "[contacts]", "is unknown"),
        ('nl = "Loket", ', "", "contact.name must be a text in each of nl, en"),
        ('email = "desk@example.org"', "", "needs a url or an email"),
        ("desk@example.org", "desk", "contact.email must be a mail address"),
        ("desk@example.org", "a b@example.org", "contact.email must be a mail address"),
        ("[publisher]", "[publisher", "no TOML"),
        ("[publisher]", "publisher = 1\n[other]", "is unknown"),
    ],
)
def test_a_wrong_configuration_is_reported_with_its_file(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in OTHER
    path = tmp_path / "publisher.toml"
    path.write_text(OTHER.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message) as raised:
        configuration(str(path))
    assert str(path) in str(raised.value)


def test_a_configuration_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        configuration(str(tmp_path / "none.toml"))


def test_the_record_is_no_part_of_the_graph(graph: KnowledgeGraph) -> None:
    assert (ROOT / "data" / "catalog" / "record.ttl").is_file()
    assert not graph.store.query(f"ASK {{ GRAPH ?g {{ <{CATALOGUE}> ?p ?o }} }}")
