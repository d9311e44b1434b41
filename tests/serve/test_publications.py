"""What harvesters read: the description, the record, dumps and tables, as the server has them."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from servers import Running, running
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, PREFIXES
from si_graph.publish.tables.files import content, names
from support import ROOT

FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
DCAT, VOID = PREFIXES["dcat"], PREFIXES["void"]
DATASET = ox.NamedNode(BASE + "catalog#dataset")
OWN = "GRAPH <http://example.org/g> { <http://example.org/a> a <http://example.org/Boat> }"


@pytest.fixture(scope="module")
def client(server: Running) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=60)


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


def triples(answer: httpx.Response) -> set[ox.Triple]:
    assert answer.status_code == 200, answer.text
    rdf_format = ox.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    assert rdf_format is not None
    return {quad.triple for quad in ox.parse(BytesIO(answer.content), format=rdf_format)}


def addresses(found: set[ox.Triple], *predicates: str) -> list[str]:
    return [one.object.value for one in found if one.predicate.value in predicates]  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_record_is_the_same_by_suffix_and_by_media_type(
    client: httpx.Client, suffix: str
) -> None:
    by_suffix = client.get(f"/catalog.{suffix}")
    by_type = client.get("/catalog", headers={"Accept": FORMATS[suffix]})
    assert by_suffix.headers["content-type"].partition(";")[0] == FORMATS[suffix]
    assert triples(by_suffix) == triples(by_type) == triples(client.get("/catalog.ttl"))
    assert 'rel="license"' in by_type.headers["link"]


def test_all_addresses_in_the_record_and_the_description_answer(client: httpx.Client) -> None:
    told = addresses(
        triples(client.get("/catalog")) | triples(client.get("/.well-known/void")),
        DCAT + "downloadURL",
        DCAT + "endpointURL",
        DCAT + "endpointDescription",
        DCAT + "landingPage",
        VOID + "sparqlEndpoint",
        VOID + "dataDump",
        VOID + "openSearchDescription",
        PREFIXES["foaf"] + "page",
    )
    here = {one for one in told if one.startswith(str(client.base_url))}
    assert here == set(told)
    assert len(here) > 10
    for one in here:
        assert client.get(one).status_code == 200, one


def test_a_downloaded_file_has_the_size_and_checksum_of_the_record(client: httpx.Client) -> None:
    record = triples(client.get("/catalog"))
    sizes = {int(one) for one in addresses(record, DCAT + "byteSize")}
    checksums = set(addresses(record, "http://spdx.org/rdf/terms#checksumValue"))
    for url in addresses(record, DCAT + "downloadURL"):
        data = client.get(url).content
        assert len(data) in sizes
        assert hashlib.sha256(data).hexdigest() in checksums


def test_a_dump_is_the_whole_graph(client: httpx.Client) -> None:
    answer = client.get("/dumps/si-graph.nq.gz")
    assert answer.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in answer.headers
    data = BytesIO(gzip.decompress(answer.content))
    assert set(ox.parse(data, format=ox.RdfFormat.N_QUADS)) == set(KnowledgeGraph.open().quads())
    plain = client.get("/dumps/si-graph.nq")
    assert plain.headers["content-type"] == "application/n-quads"
    assert plain.content == data.getvalue()


@pytest.mark.parametrize("name", names())
def test_tables_have_their_media_type_and_bytes(
    client: httpx.Client, graph: KnowledgeGraph, name: str
) -> None:
    answer = client.get(f"/tables/{name}")
    assert answer.content == content(graph, name, BASE)
    assert (
        answer.headers["content-type"]
        == {
            "csv": "text/csv;charset=utf-8",
            "json": "application/csvm+json",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "zip": "application/zip",
        }[name.rpartition(".")[2]]
    )
    links = answer.headers["link"]
    assert 'rel="license"' in links
    # Where a CSVW processor looks for the description of a CSV file that it is given.
    described = '<csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    assert (described in links) == name.endswith(".csv")


def test_the_description_is_of_the_dataset_of_the_record(client: httpx.Client) -> None:
    description = triples(client.get("/.well-known/void", headers={"Accept": "text/turtle"}))
    record = triples(client.get("/catalog"))
    title = ox.NamedNode(PREFIXES["dcterms"] + "title")
    titles = {one for one in record if one.subject == DATASET and one.predicate == title}
    assert len(titles) == 2
    assert titles <= description
    space = ox.Triple(DATASET, ox.NamedNode(VOID + "uriSpace"), ox.Literal(BASE))
    assert space in description
    sizes = [one for one in description if one.subject == DATASET
             and one.predicate.value == VOID + "triples"]  # fmt: skip
    assert len(sizes) == 1


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void"])
def test_a_browser_shows_it_as_text(client: httpx.Client, path: str) -> None:
    shown = client.get(path, headers={"Accept": BROWSER})
    assert shown.headers["content-type"].startswith("text/plain")
    assert shown.text == client.get(path, headers={"Accept": "text/turtle"}).text
    assert "Accept" in shown.headers["vary"]


def test_a_client_that_names_no_host_gets_the_addresses_of_the_publisher(
    client: httpx.Client,
) -> None:
    record = triples(client.get("/catalog", headers={"Host": ""}))
    assert addresses(record, DCAT + "endpointURL") == [f"{BASE}sparql"]


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void", "/sparql"])
@pytest.mark.parametrize("host", ["%zz", "[:::::]", "[1.2.3.4]", "a%4", "a b"])
def test_a_host_that_no_address_can_have_is_refused(
    client: httpx.Client, path: str, host: str
) -> None:
    answer = client.get(path, headers={"Host": host, "Accept": "text/turtle"})
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    "path", ["/catalog.xyz", "/dumps/none.nq", "/dumps/si-graph.zip", "/tables/actions.csv"]
)
def test_what_is_not_there_is_a_problem_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_format_is_not_acceptable(client: httpx.Client) -> None:
    assert client.get("/catalog", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/catalog?format=trig").status_code == 406


@pytest.mark.parametrize(
    "path",
    ["/catalog", "/.well-known/void", "/dumps/si-graph.ttl.gz", "/tables/si-graph.nl.xlsx"],
)
def test_a_client_that_has_it_gets_it_no_second_time(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.head(path).headers["etag"] == first.headers["etag"]


def test_the_home_page_leads_to_the_record(client: httpx.Client) -> None:
    page = client.get("/", headers={"Accept": BROWSER}).text
    assert 'href="/catalog"' in page
    assert 'href="/.well-known/void"' in page


def test_another_publisher_is_told_by_a_file(tmp_path: Path) -> None:
    file = tmp_path / "publisher.toml"
    own = (ROOT / "data" / "catalog" / "publisher.toml").read_text(encoding="utf-8")
    file.write_text(own.replace("Editors of SI-Graph", "City of Utrecht"), encoding="utf-8")
    with running("--publisher", str(file)) as server:
        record = triples(httpx.get(f"{server.url}/catalog", timeout=60))
        assert "City of Utrecht" in addresses(record, PREFIXES["foaf"] + "name")


def test_a_server_does_not_start_with_a_publisher_that_makes_no_sense(tmp_path: Path) -> None:
    file = tmp_path / "publisher.toml"
    file.write_text("base = 1", encoding="utf-8")
    command = [sys.executable, "-m", "si_graph", "serve", "--port", "0", "--publisher", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert str(file) in run.stderr
    assert "Traceback" not in run.stderr


def test_other_data_are_described_under_a_name_of_this_site_and_have_no_record_or_tables(
    tmp_path: Path,
) -> None:
    file = tmp_path / "own.trig"
    file.write_text(OWN, encoding="utf-8")
    with running("--data", str(file), "--root", "/boats/") as server:
        # The proxy that puts the site under that path takes it off again.
        client, site = httpx.Client(base_url=server.url, timeout=60), f"{server.url}/boats/"
        description = client.get("/.well-known/void")
        told = triples(description)
        dataset = ox.NamedNode(f"{site}.well-known/void#dataset")
        boat = ox.NamedNode("http://example.org/Boat")
        assert boat in {one.object for one in told if one.predicate.value == VOID + "class"}
        assert ox.Triple(dataset, ox.NamedNode(PREFIXES["rdf"] + "type"),
                         ox.NamedNode(VOID + "Dataset")) in told  # fmt: skip
        assert DATASET not in {one.subject for one in told}
        for dump in addresses(told, VOID + "dataDump"):
            assert dump.startswith(site)
            assert client.get(f"/{dump.removeprefix(site)}").status_code == 200, dump
        quads = client.get("/dumps/si-graph-asserted.nq").content
        assert b"<http://example.org/Boat> <http://example.org/g>" in quads
        for path, missing in {
            "/catalog": "no catalogue record of these data",
            "/tables/actions.nl.csv": "no tables of these data",
        }.items():
            refused = client.get(path)
            assert refused.status_code == 404
            assert missing in refused.json()["detail"]
