"""SPARQL 1.1 Protocol, queries: how they are asked, and how they are answered."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import httpx
import pyoxigraph as ox
import pytest

from servers import GRAPHS, Running, ask, problem, running

STEPS = "SELECT ?step { ?step a si:Step } ORDER BY ?step"
TRIPLES = "CONSTRUCT { ?s a si:Step } WHERE { ?s a si:Step }"
GRAPH = "https://w3id.org/si-graph/graph/"
FORM = "application/x-www-form-urlencoded"
TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as one:
        yield one


def test_all_three_ways_to_ask_give_the_same_answer(client: httpx.Client) -> None:
    by_get = ask(client, STEPS)
    by_form = client.post("/sparql", data={"query": STEPS})
    direct = client.post(
        "/sparql", content=STEPS, headers={"Content-Type": "application/sparql-query"}
    )
    assert by_get.status_code == 200
    assert len(by_get.json()["results"]["bindings"]) == 6
    assert by_get.content == by_form.content == direct.content


@pytest.mark.parametrize("media_type", TABLES)
def test_rows_come_in_the_format_asked_for(client: httpx.Client, media_type: str) -> None:
    response = ask(client, STEPS, media_type)
    assert response.headers["content-type"].partition(";")[0] == media_type
    rows = ox.parse_query_results(response.content, format=TABLES[media_type])
    assert isinstance(rows, ox.QuerySolutions)
    assert len(list(rows)) == 6


def test_rows_come_as_csv(client: httpx.Client) -> None:
    response = ask(client, STEPS, "text/csv")
    assert response.headers["content-type"].replace(" ", "") == "text/csv;charset=utf-8"
    assert response.text.splitlines()[0] == "step"
    assert len(response.text.splitlines()) == 7


@pytest.mark.parametrize("media_type", [*TABLES, "text/csv"])
def test_yes_or_no_comes_in_every_format(client: httpx.Client, media_type: str) -> None:
    response = ask(client, "ASK { ?s a si:Step }", media_type)
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert "true" in response.text


@pytest.mark.parametrize("media_type", GRAPHS)
def test_graphs_come_in_the_format_asked_for(client: httpx.Client, media_type: str) -> None:
    response = ask(client, TRIPLES, media_type)
    assert response.headers["content-type"].partition(";")[0] == media_type
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    assert rdf_format is not None
    assert len(list(ox.parse(response.content, format=rdf_format))) == 6


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (STEPS, "*/*", "application/sparql-results+json"),
        (STEPS, "application/json", "application/json"),
        (STEPS, "text/xml", "text/xml"),
        (STEPS, "application/xml;q=0.5, text/csv;q=0.4", "application/xml"),
        (STEPS, "text/*", "text/csv"),
        (STEPS, "text/turtle, text/csv;q=0.1", "text/csv"),
        (TRIPLES, "*/*", "text/turtle"),
        (TRIPLES, "application/*", "application/n-triples"),
        (TRIPLES, "application/json", "application/json"),
        (TRIPLES, "text/plain", "text/plain"),
    ],
)
def test_the_media_type_is_one_that_the_client_takes(
    client: httpx.Client, query: str, accept: str, media_type: str
) -> None:
    assert ask(client, query, accept).headers["content-type"].partition(";")[0] == media_type


def test_a_format_in_the_address_wins_over_the_header(client: httpx.Client) -> None:
    types = {
        (STEPS, "csv"): "text/csv",
        (STEPS, "text/csv"): "text/csv",
        (STEPS, "xml"): "application/sparql-results+xml",
        (TRIPLES, "xml"): "application/rdf+xml",
        (TRIPLES, "ttl"): "text/turtle",
        (TRIPLES, "json-ld"): "application/ld+json",
    }
    for (query, name), media_type in types.items():
        response = ask(client, query, "text/html", format=name)
        assert response.headers["content-type"].partition(";")[0] == media_type


def test_a_format_that_is_not_there_is_refused_with_those_that_are(client: httpx.Client) -> None:
    for response in (ask(client, STEPS, "image/png"), ask(client, STEPS, format="rdf")):
        assert set(problem(response, 406, "format")["available"]) == {*TABLES, "text/csv"}
    assert problem(ask(client, TRIPLES, "text/csv"), 406, "format")["available"] == GRAPHS


def test_a_browser_gets_the_editor_with_the_query(client: httpx.Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for response in (
        ask(client, STEPS, accept),
        client.post("/sparql", data={"query": STEPS}, headers={"Accept": accept}),
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/html")
        assert "?step a si:Step" in response.text


@pytest.mark.parametrize(
    ("query", "line", "column"), [("SELECT * {\n ?s a foo:Step }", 2, 7), ("ASK {", 1, 6)]
)
def test_a_query_that_does_not_parse_is_refused_with_the_place(
    client: httpx.Client, query: str, line: int, column: int
) -> None:
    members = problem(ask(client, query), 400, "syntax")
    assert (members["line"], members["column"]) == (line, column)


def test_an_update_sent_as_a_query_is_no_query(client: httpx.Client) -> None:
    problem(ask(client, "INSERT DATA { <x:s> <x:p> <x:o> }"), 400, "syntax")


@pytest.mark.parametrize(
    "query",
    [
        "query=ASK%7B%7D&query=ASK%7B%7D",
        "query=ASK%7B%7D&update=CLEAR+ALL",
        "update=CLEAR+ALL",
        "query=ASK%7B%7D&default-graph-uri=relative",
        "query=ASK%7B%7D&named-graph-uri=",
        "query=ASK%7B%7D&timeout=soon",
        "query=ASK%7B%7D&timeout=0",
        "query=ASK%7B%7D&timeout=-1",
        "query=ASK%7B%7D&inference=some",
        "query=ASK%7B%FF%7D",
        "query=ASK%7B%7D&x=1" + "&y=2" * 1000,
    ],
)
def test_a_request_that_makes_no_sense_is_refused(client: httpx.Client, query: str) -> None:
    problem(client.get(f"/sparql?{query}"), 400, "request")


def test_a_form_is_decoded_once(client: httpx.Client) -> None:
    query = 'SELECT ("100%25 +%20a&b" AS ?text) {}'
    for response in (ask(client, query), client.post("/sparql", data={"query": query})):
        assert response.json()["results"]["bindings"][0]["text"]["value"] == "100%25 +%20a&b"


@pytest.mark.parametrize(
    ("content_type", "status", "name"),
    [
        ("text/plain", 415, "content-type"),
        ("", 415, "content-type"),
        ("application/json", 415, "content-type"),
        ("application/sparql-query; charset=UTF-16", 415, "encoding"),
        ("application/sparql-query; charset=utf-8", 200, ""),
        ('Application/SPARQL-Query; charset="UTF-8"', 200, ""),
        (FORM, 400, "request"),
    ],
)
def test_the_type_of_a_body_has_to_be_one_of_the_protocol(
    client: httpx.Client, content_type: str, status: int, name: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = client.post("/sparql", content="ASK {}", headers=headers)
    if status == 200:
        assert response.json()["boolean"] is True
    else:
        problem(response, status, name)


def test_a_body_that_is_not_utf_8_is_refused_with_the_place(client: httpx.Client) -> None:
    body = 'ASK { FILTER("é" = "é") }'.encode("latin-1")
    response = client.post(
        "/sparql", content=body, headers={"Content-Type": "application/sparql-query"}
    )
    assert "Byte 15" in str(problem(response, 400, "request")["detail"])


def test_other_methods_are_refused_with_those_that_there_are(client: httpx.Client) -> None:
    response = client.put("/sparql", content="ASK {}")
    problem(response, 405, "method")
    allowed = {"GET", "HEAD", "OPTIONS", "POST"}
    assert set(response.headers["allow"].split(", ")) == allowed
    options = client.options("/sparql")
    assert options.status_code == 204
    assert set(options.headers["allow"].split(", ")) == allowed


def test_head_gives_the_headers_of_get(client: httpx.Client) -> None:
    whole = ask(client, STEPS)
    head = client.head("/sparql", params={"query": STEPS})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == whole.headers[name]


def test_an_answer_that_the_client_has_is_not_sent_again(client: httpx.Client) -> None:
    tag = ask(client, STEPS).headers["etag"]
    query = {"query": STEPS}
    again = client.get("/sparql", params=query, headers={"If-None-Match": f'"x", W/{tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    other = client.get(
        "/sparql", params=query, headers={"If-None-Match": tag, "Accept": "text/csv"}
    )
    assert other.status_code == 200
    assert "Accept" in other.headers["vary"]


def test_what_changes_by_itself_is_not_kept(client: httpx.Client) -> None:
    query = "SELECT (RAND() AS ?number) {}"
    first, second = ask(client, query), ask(client, query)
    assert first.content != second.content
    assert first.headers["cache-control"] == "no-store"


def test_anyones_page_may_read_and_none_may_write(client: httpx.Client) -> None:
    answers = [ask(client, STEPS), ask(client, "ASK {"), client.get("/data"), client.get("/nope")]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "SI-Graph-Limit" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    allowed = client.options("/sparql", headers=asked)
    assert allowed.status_code == 204
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert "Content-Type" in allowed.headers["access-control-allow-headers"]
    assert "Authorization" not in allowed.headers["access-control-allow-headers"]
    assert "PUT" not in allowed.headers["access-control-allow-methods"]


def test_the_protocol_names_the_graphs_whatever_the_query_says(client: httpx.Client) -> None:
    def count(query: str, **graphs: str) -> int:
        rows = ask(client, query, **graphs).json()["results"]["bindings"]
        return int(rows[0]["n"]["value"])

    everything = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    vocabulary = {"default-graph-uri": GRAPH + "vocab"}
    whole, part = count(everything), count(everything, **vocabulary)
    assert 0 < part < whole
    elsewhere = everything.replace("{", f"FROM <{GRAPH}ontology> {{", 1)
    assert count(elsewhere) != part
    assert count(elsewhere, **vocabulary) == part
    assert count(named, **vocabulary) == 0
    assert count(named, **{"named-graph-uri": GRAPH + "vocab"}) == 1
    assert count(everything, **{"named-graph-uri": GRAPH + "vocab"}) == 0


def test_a_triple_in_two_graphs_comes_once_from_their_merge(client: httpx.Client) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graphs = [GRAPH + "vocab", GRAPH + "vocab"]
    one, two = (
        client.get("/sparql", params={"query": query, "default-graph-uri": graphs[:many]})
        for many in (1, 2)
    )
    assert one.json() == two.json()


def test_asserted_leaves_out_what_only_follows(client: httpx.Client) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s a si:ProposedAction }"
    whole, asserted = ask(client, query), ask(client, query, inference="asserted")
    assert int(asserted.json()["results"]["bindings"][0]["n"]["value"]) == 0
    assert int(whole.json()["results"]["bindings"][0]["n"]["value"]) > 0
    graph = f"ASK {{ GRAPH <{GRAPH}inferred> {{ ?s ?p ?o }} }}"
    assert ask(client, graph).json()["boolean"] is True
    assert ask(client, graph, inference="asserted").json()["boolean"] is False


def test_relative_iris_are_relative_to_the_endpoint(client: httpx.Client, server: Running) -> None:
    response = ask(client, "CONSTRUCT { <s> <p> <> } WHERE {}", "application/n-triples")
    url = server.url
    assert response.text == f"<{url}/s> <{url}/p> <{url}/sparql> .\n"


def test_a_query_may_call_nobody(client: httpx.Client) -> None:
    problem(ask(client, "ASK { SERVICE <http://example.org/sparql> { ?s ?p ?o } }"), 400, "usage")
    silent = "ASK { SERVICE SILENT <http://example.org/sparql> { ?s ?p ?o } }"
    problem(ask(client, silent), 400, "usage")


def test_from_fetches_nothing(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/data.ttl"
        assert ask(client, f"ASK FROM <{address}> {{ ?s ?p ?o }}").json()["boolean"] is False
        named = {"default-graph-uri": address}
        assert ask(client, "ASK { ?s ?p ?o }", **named).json()["boolean"] is False
        with pytest.raises(TimeoutError):
            trap.accept()


def test_without_a_host_that_is_one_a_request_is_refused(server: Running) -> None:
    parts = urlsplit(server.url)
    query = urlencode({"query": "ASK {}"})
    for host in ("a b", 'x"><script>', "[::1", "a/b", "{}"):
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            request = f"GET /sparql?{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 400 "), answer[:200]


def test_problems_are_json_of_their_own_type(client: httpx.Client) -> None:
    response = ask(client, "nonsense")
    assert json.loads(response.content)["title"] == "The query does not parse"


def test_a_server_that_only_reads_changes_nothing_for_anybody(client: httpx.Client) -> None:
    headers = {"Authorization": "Bearer 0123456789abcdef"}
    answers = [
        client.post("/update", data={"update": "CLEAR ALL"}, headers=headers),
        client.put("/data?default", content="", headers=headers),
        client.delete("/data?default", headers=headers),
    ]
    for answer in answers:
        problem(answer, 403, "read-only")


def test_an_endpoint_that_is_allowed_is_called_only_on_the_public_internet() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(1)
        allowed = f"http://127.0.0.1:{other.getsockname()[1]}/sparql"
        with (
            running("--allow-service", allowed) as server,
            httpx.Client(base_url=server.url, timeout=60) as client,
        ):
            called = ask(client, f"SELECT * {{ SERVICE <{allowed}> {{ ?s ?p ?o }} }}")
            told = problem(called, 502, "endpoint")
            assert "not on the public internet" in told["detail"]
            elsewhere = ask(client, "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
            assert allowed in problem(elsewhere, 400, "usage")["detail"]
        with pytest.raises(TimeoutError):
            other.accept()
