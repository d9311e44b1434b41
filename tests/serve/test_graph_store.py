"""Graph Store Protocol: whole graphs read, replaced, added to and removed."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from servers import AUTHORISED, GRAPHS, Running, problem, running_writable

TURTLE = {"Content-Type": "text/turtle"}
R2B = "https://w3id.org/si-graph/id/awt84/passage/R2b"
INFERRED = "https://w3id.org/si-graph/graph/inferred"


@pytest.fixture(scope="module")
def reader(server: Running) -> Iterator[httpx.Client]:
    """Return a client of the server that only reads."""
    with httpx.Client(base_url=server.url) as one:
        yield one


@pytest.fixture(scope="module")
def writable() -> Iterator[Running]:
    with running_writable() as one:
        yield one


@pytest.fixture(scope="module")
def writer(writable: Running) -> Iterator[httpx.Client]:
    """Return a client that may change the data, of which there are none at first."""
    with httpx.Client(base_url=writable.url, headers=AUTHORISED, timeout=60) as one:
        yield one


def graph(iri: str) -> str:
    """Return the path of a graph by its IRI."""
    return f"/data?graph={quote(iri, '')}"


def triples(response: httpx.Response) -> list[ox.Triple]:
    """Return the triples in an answer in N-Triples."""
    assert response.status_code == 200, response.text
    return [quad.triple for quad in ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES)]


def read(client: httpx.Client, path: str) -> list[ox.Triple]:
    """Return the triples of a graph."""
    return triples(client.get(path, headers={"Accept": "application/n-triples"}))


@pytest.mark.parametrize("media_type", GRAPHS)
def test_a_graph_comes_in_the_format_asked_for(reader: httpx.Client, media_type: str) -> None:
    response = reader.get(graph(R2B), headers={"Accept": media_type})
    assert response.headers["content-type"].partition(";")[0] == media_type
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    assert rdf_format is not None
    found = {quad.triple for quad in ox.parse(response.content, format=rdf_format)}
    assert found == set(read(reader, graph(R2B)))
    assert len(found) == 5


def test_the_default_graph_comes_whole(reader: httpx.Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    rows = reader.get("/sparql", params={"query": count}).json()["results"]["bindings"]
    assert len(read(reader, "/data?default")) == int(rows[0]["n"]["value"])


def test_a_graph_that_is_not_there_is_not_found(reader: httpx.Client) -> None:
    members = problem(reader.get(graph("http://example.org/none")), 404, "graph")
    assert "http://example.org/none" in members["detail"]
    assert reader.head(graph("http://example.org/none")).status_code == 404


def test_a_graph_is_not_sent_again_to_those_who_have_it(reader: httpx.Client) -> None:
    tag = reader.get(graph(R2B)).headers["etag"]
    assert reader.get(graph(R2B), headers={"If-None-Match": tag}).status_code == 304
    head = reader.head(graph(R2B))
    assert (head.content, head.headers["etag"]) == (b"", tag)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?graph=relative",
        "?graph=",
        "?default&graph=http://example.org/",
        "?graph=http://example.org/a&graph=http://example.org/b",
        "?default&default",
        "?default=yes",
    ],
)
def test_a_request_has_to_name_one_graph(reader: httpx.Client, query: str) -> None:
    problem(reader.get(f"/data{query}"), 400, "request")


def test_what_is_not_offered_is_refused(reader: httpx.Client) -> None:
    problem(reader.get(graph(R2B), headers={"Accept": "image/png"}), 406, "format")
    refused = reader.patch(graph(R2B), content="")
    problem(refused, 405, "method")
    allowed = {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}
    assert set(refused.headers["allow"].split(", ")) == allowed
    assert set(reader.options("/data").headers["allow"].split(", ")) == allowed


def test_a_graph_is_made_replaced_added_to_and_removed(writer: httpx.Client) -> None:
    path = graph("http://example.org/life")
    put = [writer.put(path, content=f"<a> <p> {n} .", headers=TURTLE) for n in range(2)]
    assert [one.status_code for one in put] == [201, 204]
    assert [one.object.value for one in read(writer, path)] == ["1"]  # type: ignore[union-attr]
    assert writer.post(path, content="<a> <p> 2 .", headers=TURTLE).status_code == 204
    assert len(read(writer, path)) == 2
    assert writer.delete(path).status_code == 204
    problem(writer.get(path), 404, "graph")
    problem(writer.delete(path), 404, "graph")


def test_a_graph_can_be_empty(writer: httpx.Client) -> None:
    path = graph("http://example.org/empty")
    assert writer.put(path, content="", headers=TURTLE).status_code == 201
    assert read(writer, path) == []
    writer.delete(path)


def test_the_default_graph_can_be_emptied_and_stays(writer: httpx.Client) -> None:
    writer.put("/data?default", content="<x:a> <x:p> 1 .", headers=TURTLE)
    assert len(read(writer, "/data?default")) == 1
    assert writer.delete("/data?default").status_code == 204
    assert read(writer, "/data?default") == []


def test_a_graph_may_have_an_address_of_its_own(writer: httpx.Client, writable: Running) -> None:
    path = "/data/people/caf%C3%A9"
    assert writer.put(path, content="<#a> <p> <> .", headers=TURTLE).status_code == 201
    url = writable.url + path
    (triple,) = read(writer, graph(url))
    assert triple.subject == ox.NamedNode(url + "#a")
    assert triple.object == ox.NamedNode(url)
    assert read(writer, path) == [triple]
    problem(writer.get(path + "?default"), 400, "request")
    writer.delete(path)


def test_a_new_graph_gets_an_address_that_works(writer: httpx.Client) -> None:
    made = [writer.post("/data", content="<> <x:p> 1 .", headers=TURTLE) for _ in range(2)]
    places = [one.headers["location"] for one in made]
    assert [one.status_code for one in made] == [201, 201]
    assert places[0] != places[1]
    for place in places:
        (triple,) = triples(httpx.get(place, headers={"Accept": "application/n-triples"}))
        assert triple.subject == ox.NamedNode(place)
        writer.delete(place)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/turtle; charset=UTF-8", "<http://e/a> <http://e/p> 'é' ."),
        ("application/n-triples", '<http://e/a> <http://e/p> "é" .'),
        (
            "application/rdf+xml",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
            '<r:Description r:about="http://e/a"><e:p>é</e:p></r:Description></r:RDF>',
        ),
        ("application/ld+json", '{"@id": "http://e/a", "http://e/p": "é"}'),
    ],
)
def test_a_graph_is_taken_in_every_format_for_one(
    writer: httpx.Client, media_type: str, body: str
) -> None:
    path = graph("http://example.org/taken")
    answer = writer.put(path, content=body, headers={"Content-Type": media_type})
    assert answer.status_code in (201, 204), answer.text
    expected = ox.Triple(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p"), ox.Literal("é"))
    assert read(writer, path) == [expected]


def test_blank_nodes_of_two_documents_stay_apart(writer: httpx.Client) -> None:
    path = graph("http://example.org/blank")
    for _ in range(2):
        writer.post(path, content="_:same <http://e/p> 1 .", headers=TURTLE)
    assert len({triple.subject for triple in read(writer, path)}) == 2


def test_the_parts_of_a_form_are_added_as_one_change(writer: httpx.Client) -> None:
    path = graph("http://example.org/form")
    parts = {
        "one": ("one.ttl", b"_:x <http://e/p> 1 .", "text/turtle"),
        "two": ("two.nt", b'_:x <http://e/p> "2" .', "application/n-triples"),
    }
    answer = writer.post(path, files=parts)
    assert answer.status_code == 201, answer.text
    assert len({triple.subject for triple in read(writer, path)}) == 2
    parts["two"] = ("two.nt", b"not RDF", "application/n-triples")
    parts["one"] = ("one.ttl", b"<http://e/new> <http://e/p> 1 .", "text/turtle")
    problem(writer.post(path, files=parts), 400, "input")
    assert len(read(writer, path)) == 2
    parts["two"] = ("two.bin", b"", "image/png")
    problem(writer.post(path, files=parts), 415, "content-type")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "name"),
    [
        ("", "", 415, "content-type"),
        ("", "application/trig", 415, "content-type"),
        ("", "text/turtle; charset=latin-1", 415, "encoding"),
        ("", "multipart/form-data", 400, "request"),
        ("--x", "multipart/form-data; boundary=x", 400, "request"),
        ("<a> <b>", "text/turtle", 400, "input"),
        ('{"@context": "http://example.org/c"}', "application/ld+json", 400, "input"),
        ('<!DOCTYPE x SYSTEM "/etc/passwd"><x/>', "application/rdf+xml", 400, "input"),
    ],
)
def test_a_body_that_is_no_graph_is_refused(
    writer: httpx.Client, body: str, content_type: str, status: int, name: str
) -> None:
    path = graph("http://example.org/refused")
    headers = {"Content-Type": content_type} if content_type else {}
    problem(writer.post(path, content=body, headers=headers), status, name)
    assert writer.head(path).status_code == 404


def test_a_fault_in_a_body_has_its_place(writer: httpx.Client) -> None:
    body = "<http://e/a> <http://e/p> 1 .\n<http://e/a> nonsense"
    members = problem(writer.put(graph("http://e/"), content=body, headers=TURTLE), 400, "input")
    assert members["line"] == 2


def test_nobody_writes_what_follows(writer: httpx.Client) -> None:
    answer = writer.put(graph(INFERRED), content="<x:a> <x:p> 1 .", headers=TURTLE)
    problem(answer, 400, "usage")
