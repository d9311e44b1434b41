"""Clients that people use, against a server that runs: none of them knows anything of ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, POST, RDFXML, TURTLE, XML, SPARQLExceptions, SPARQLWrapper

from servers import AUTHORISED, TOKEN, Running, running_writable

ROOT = Path(__file__).resolve().parents[2]
SI = "PREFIX si: <https://w3id.org/si-graph/ontology#> "
STEPS = SI + "SELECT ?step WHERE { ?step a si:Step } ORDER BY ?step"
ANY = SI + "ASK { ?step a si:Step }"
TRIPLES = SI + "CONSTRUCT { ?step a si:Step } WHERE { ?step a si:Step }"
BROKEN = SI + "SELECT ?step WHERE { ?step a si:Step"
COMUNICA = "@comunica/query-sparql@4.5.0"


@pytest.fixture(scope="module")
def writable() -> Iterator[Running]:
    with running_writable("--no-reason", "--no-checks") as one:
        yield one


# SPARQLWrapper


def wrapper(server: Running, query: str, result: str = JSON) -> SPARQLWrapper:
    """Return SPARQLWrapper with a query."""
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(query)
    client.setReturnFormat(result)
    return client


def converted(server: Running, query: str, result: str = JSON, method: str = "GET") -> Any:
    """Return what SPARQLWrapper makes of an answer, which depends on the format."""
    client = wrapper(server, query, result)
    client.setMethod(method)
    return client.queryAndConvert()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads(server: Running, method: str) -> None:
    assert len(converted(server, STEPS, method=method)["results"]["bindings"]) == 6
    assert converted(server, ANY, method=method)["boolean"] is True


def test_sparqlwrapper_reads_every_format(server: Running) -> None:
    document = converted(server, STEPS, XML)
    assert len(document.getElementsByTagName("result")) == 6
    assert len(converted(server, STEPS, CSV).splitlines()) == 7
    assert len(converted(server, TRIPLES, RDFXML)) == 6
    turtle = converted(server, TRIPLES, TURTLE)
    assert len(Graph().parse(data=turtle, format="turtle")) == 6


def test_sparqlwrapper_tells_what_is_wrong(server: Running) -> None:
    with pytest.raises(SPARQLExceptions.QueryBadFormed, match="syntax error at line 1"):
        wrapper(server, BROKEN).query()


def test_sparqlwrapper_changes_data(writable: Running) -> None:
    client = SPARQLWrapper(f"{writable.url}/sparql", updateEndpoint=f"{writable.url}/update")
    client.setMethod(POST)
    client.setQuery("INSERT DATA { <x:wrapper> <x:p> 1 }")
    with pytest.raises(SPARQLExceptions.Unauthorized):
        client.query()
    client.addCustomHttpHeader("Authorization", AUTHORISED["Authorization"])
    client.query()
    assert converted(writable, "ASK { <x:wrapper> <x:p> 1 }")["boolean"] is True


# rdflib


def test_rdflib_reads(server: Running) -> None:
    graph = Graph(SPARQLStore(f"{server.url}/sparql"))
    assert len(list(graph.query(STEPS))) == 6
    assert graph.query(ANY).askAnswer is True
    built = graph.query(TRIPLES).graph
    assert built is not None
    assert len(built) == 6
    step = URIRef("https://w3id.org/si-graph/id/awt84/step1")
    kinds = {str(kind) for kind in graph.objects(step)}
    assert "https://w3id.org/si-graph/ontology#Step" in kinds


def test_rdflib_tells_that_something_is_wrong(server: Running) -> None:
    graph = Graph(SPARQLStore(f"{server.url}/sparql"))
    with pytest.raises(ValueError, match="something wrong"):
        list(graph.query(BROKEN))


def test_rdflib_changes_data(writable: Running) -> None:
    store = SPARQLUpdateStore(
        f"{writable.url}/sparql", f"{writable.url}/update", headers=AUTHORISED, autocommit=True
    )
    graph = Graph(store, identifier=URIRef("http://example.org/rdflib"))
    triple = (URIRef("x:rdflib"), URIRef("x:p"), URIRef("x:o"))
    graph.add(triple)
    assert triple in graph
    graph.remove(triple)
    assert triple not in graph


# curl


def curl(*arguments: str) -> str:
    """Run curl and return what it prints."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    command = ["curl", "--silent", "--show-error", "--max-time", "30", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_curl_reads(server: Running) -> None:
    url = f"{server.url}/sparql"
    asked = ["--get", "--data-urlencode", f"query={STEPS}", url]
    assert len(json.loads(curl(*asked))["results"]["bindings"]) == 6
    assert curl("--compressed", *asked) == curl(*asked)
    assert len(curl("-H", "Accept: text/csv", *asked).splitlines()) == 7
    direct = ["-H", "Content-Type: application/sparql-query", "--data-binary", TRIPLES, url]
    assert len(Graph().parse(data=curl(*direct), format="turtle")) == 6
    assert json.loads(curl("--data-urlencode", f"query={ANY}", url))["boolean"] is True


def test_curl_sees_headers_methods_and_faults(server: Running) -> None:
    url = f"{server.url}/sparql"
    head = curl("-I", f"{url}?query=ASK%7B%7D")
    assert head.startswith("HTTP/1.1 200 ")
    assert "content-type: application/sparql-results+json" in head.lower()
    assert "allow: get, head, options, post" in curl("-i", "-X", "OPTIONS", url).lower()
    fault = json.loads(curl("--data-urlencode", f"query={BROKEN}", url))
    assert (fault["status"], fault["line"]) == (400, 1)


def test_curl_changes_data(writable: Running, tmp_path: Path) -> None:
    file = tmp_path / "some.ttl"
    file.write_text("<x:curl> <x:p> 1 .", encoding="utf-8")
    graph = f"{writable.url}/data?graph=http://example.org/curl"
    authorised = ["-H", f"Authorization: Bearer {TOKEN}"]
    status = ["-o", "-", "-w", "%{http_code}"]
    turtle = ["-H", "Content-Type: text/turtle"]
    assert curl(*authorised, *turtle, *status, "-T", str(file), graph) == "201"
    assert "<x:curl> <x:p> 1" in curl(graph)
    assert curl(*authorised, *status, "-X", "DELETE", graph) == "204"


# Comunica


@pytest.fixture(scope="module")
def comunica() -> Path:
    """Return Comunica's program, installed from npm where node is at hand."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    room = ROOT / "build" / "comunica"
    program = room / "node_modules" / ".bin" / "comunica-sparql"
    if not program.exists():
        room.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--prefix", str(room), "--no-audit", "--no-fund", COMUNICA]
        done = subprocess.run(install, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"npm does not install {COMUNICA}: {done.stderr[-200:]}")
    return program


def ask_comunica(program: Path, server: Running, query: str, media_type: str) -> str:
    """Ask Comunica, which asks the server."""
    source = f"sparql@{server.url}/sparql"
    command = [str(program), source, "-q", query, "-t", media_type]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def test_comunica_reads(comunica: Path, server: Running) -> None:
    rows = ask_comunica(comunica, server, STEPS, "application/sparql-results+json")
    assert len(json.loads(rows)["results"]["bindings"]) == 6
    assert ask_comunica(comunica, server, ANY, "simple").strip() == "true"
    triples = ask_comunica(comunica, server, TRIPLES, "application/n-triples")
    assert len(Graph().parse(data=triples, format="nt")) == 6


def test_comunica_tells_that_something_is_wrong(comunica: Path, server: Running) -> None:
    with pytest.raises(RuntimeError):
        ask_comunica(comunica, server, BROKEN, "simple")
