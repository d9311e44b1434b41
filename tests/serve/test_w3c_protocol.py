"""The W3C's own tests of the protocols, sent over HTTP to a server that runs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.namespace import RDFS
from rdflib.term import Node

from servers import AUTHORISED, Running, running_writable

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SI_GRAPH_SHARED", ROOT.parent / "shared"))
SUITES = Path(os.environ.get("SI_GRAPH_W3C_SUITES", SHARED / "w3c")) / "sparql" / "sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
ANYTHING = "ASK { { ?s ?p ?o } UNION { GRAPH ?graph {} } }"
NAMED = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples"),
}


class Request(NamedTuple):
    """One request of a test, with what is to come of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: set[str]
    graph: str | None
    truth: bool | None
    format: str | None


class Manifest:
    """The tests in a manifest."""

    def __init__(self, *files: str) -> None:
        self._graph = Graph()
        for file in files:
            if (SUITES / file).is_file():
                self._graph.parse(SUITES / file)
        self._tests = {str(one).rpartition("#")[2]: one for one in self._graph.subjects(MF.action)}

    def names(self) -> list[str]:
        """Return the names of the tests."""
        return sorted(self._tests)

    def requests(self, name: str) -> list[Request]:
        """Return the requests of a test."""
        requests = self._at(self._tests[name], MF.action, HT.requests)
        return [self._request(one) for one in self._listed(requests)]

    def data(self, name: str) -> dict[str, Path]:
        """Return the graphs that have to be there, by their IRIs."""
        return {
            str(self._at(one, RDFS.label)): Path(urlsplit(str(self._at(one, UT.graph))).path)
            for one in self._graph.objects(self._tests[name], UT.graphData)
        }

    def _request(self, request: Node) -> Request:
        response = self._at(request, HT.resp)
        truth = self._at(response, MF.expectedBoolean)
        expected = self._graph.objects(response, MF.expectedStatus)
        return Request(
            str(self._at(request, HT.methodName)),
            str(self._at(request, HT.absolutePath)),
            {
                str(self._at(one, HT.fieldName)): str(self._at(one, HT.fieldValue))
                for one in self._listed(self._at(request, HT.headers))
            },
            self._body(request),
            {str(status).rpartition("#")[2] for status in expected},
            self._text(response, HT.body, CNT.chars),
            None if truth is None else str(truth) == "true",
            self._text(response, MF.expectedFormat),
        )

    def _body(self, request: Node) -> bytes | None:
        text = self._text(request, HT.body, CNT.chars)
        encoding = self._text(request, HT.body, CNT.characterEncoding)
        return None if text is None else text.encode(encoding or "utf-8")

    def _text(self, node: Node | None, *path: Node) -> str | None:
        found = self._at(node, *path)
        return None if found is None else str(found)

    def _at(self, node: Node | None, *path: Node) -> Node | None:
        for step in path:
            node = None if node is None else self._graph.value(node, step)
        return node

    def _listed(self, node: Node | None) -> list[Node]:
        return [] if node is None else list(Collection(self._graph, node))


PROTOCOL = Manifest("protocol/manifest.ttl")
GRAPH_STORE = Manifest(
    "graph-store-protocol/manifest-direct.ttl", "graph-store-protocol/manifest-indirect.ttl"
)
pytestmark = pytest.mark.skipif(
    not SUITES.is_dir(), reason="the W3C's test suites are not here (SI_GRAPH_W3C_SUITES)"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Return a server with data that can be changed, and nothing in them yet."""
    with running_writable("--no-checks", "--no-reason") as one:
        yield one


@pytest.fixture
def client(server: Running) -> Iterator[httpx.Client]:
    """Return a client that may change the data, of which there are none."""
    with httpx.Client(
        base_url=server.url, headers=AUTHORISED, follow_redirects=True, timeout=60
    ) as one:
        # Most tests change nothing, and asking is faster than a change.
        if one.get("/sparql", params={"query": ANYTHING}).json()["boolean"]:
            assert one.post("/update", data={"update": "DROP ALL"}).status_code == 204
        yield one


def send(client: httpx.Client, request: Request, path: str) -> httpx.Response:
    """Send a request, and require the status that it has to have."""
    response = client.request(request.method, path, headers=request.headers, content=request.body)
    allowed = {NAMED.get(status) for status in request.statuses} - {None}
    classes = {
        match[1] for one in request.statuses if (match := re.fullmatch(r"StatusCode(\d)xx", one))
    }
    right = response.status_code in allowed or str(response.status_code)[0] in classes
    assert right, (request.statuses, response.status_code, response.text)
    return response


def test_the_whole_suite_is_here() -> None:
    assert len(PROTOCOL.names()) == 34
    assert len(GRAPH_STORE.names()) == 14


@pytest.mark.parametrize("name", PROTOCOL.names())
def test_protocol(client: httpx.Client, name: str) -> None:
    for graph, file in PROTOCOL.data(name).items():
        put = client.put(
            f"/data?graph={quote(graph, '')}",
            content=file.read_bytes(),
            headers={"Content-Type": "application/n-triples"},
        )
        assert put.status_code == 201
    for request in PROTOCOL.requests(name):
        response = send(client, request, request.path.replace("/sparql/", "/sparql", 1))
        if request.format is not None:
            media_type = response.headers["content-type"].partition(";")[0]
            assert media_type in FORMATS[request.format]
        if request.truth is not None:
            answer = ox.parse_query_results(response.content, format=ox.QueryResultsFormat.JSON)
            assert bool(answer) is request.truth


@pytest.mark.parametrize("name", GRAPH_STORE.names())
def test_graph_store_protocol(client: httpx.Client, name: str) -> None:
    location = ""
    for request in GRAPH_STORE.requests(name):
        path = request.path.replace("/gsp", "/data", 1).replace("$LOCATION$", quote(location, ""))
        response = send(client, request, path)
        location = response.headers.get("location", location)
        if request.graph is not None:
            assert response.headers["content-type"].replace(" ", "") == "text/turtle;charset=utf-8"
            assert canonical(response.text) == canonical(request.graph)
        if request.method == "HEAD":
            assert response.content == b""


def canonical(turtle: str) -> ox.Dataset:
    """Return a graph that equals all graphs with the same triples but for blank nodes' labels."""
    triples = ox.Dataset(
        ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri="http://www.example/")
    )
    triples.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return triples
