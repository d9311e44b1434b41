"""What the site tells programs beside its things: proofs, suggestions, pictures, maps of it."""

from __future__ import annotations

from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

from servers import BROWSER, Running, triples
from si_graph.namespaces import BASE


@pytest.fixture(scope="module")
def client(server: Running) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=60)


def test_a_proof_is_data_too(client: httpx.Client) -> None:
    asked = {"s": "rec2-a", "p": "concerns", "o": "organisations"}
    turtle = client.get("/explain", params=asked, headers={"Accept": "text/turtle"})
    derived = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    assert derived in {triple.predicate for triple in triples(turtle)}
    proof = client.get("/explain", params={**asked, "format": "json"}).json()
    assert proof["holds"]
    assert proof["proofs"]
    every = client.get("/explain", params={**asked, "format": "json", "all": "1"}).json()
    assert len(every["proofs"]) >= len(proof["proofs"])


def test_what_does_not_hold_has_no_proof(client: httpx.Client) -> None:
    asked = {"s": "rec1", "p": "concerns", "o": "rec2"}
    assert client.get("/explain", params={**asked, "format": "json"}).json()["holds"] is False
    assert client.get("/explain", params={**asked, "format": "turtle"}).status_code == 404


def test_suggestions_lead_to_pages(client: httpx.Client) -> None:
    words, labels, kinds, pages = client.get("/search.json", params={"q": "gemeent"}).json()
    assert words == "gemeent"
    assert len(labels) == len(kinds) == len(pages) > 0
    assert "/doc/actor/municipalities" in pages
    assert client.get("/search.json?q=").json() == ["", [], [], []]
    assert client.get("/search.json?q=%00%22%3C").status_code == 200
    dutch = client.get("/search.json?q=gemeent&lang=nl").json()
    assert "/doc/actor/municipalities?lang=nl" in dutch[3]


def test_a_picture_is_nodes_and_edges(client: httpx.Client) -> None:
    told = client.get("/graph.json", params={"thing": "actor:municipalities"}).json()
    known = {node["id"] for node in told["nodes"]}
    assert {edge["source"] for edge in told["edges"]} <= known
    assert told["nodes"][0]["iri"] == BASE + "id/actor/municipalities"


def test_the_editor_can_complete_terms(client: httpx.Client) -> None:
    told = client.get("/completion.json").json()
    assert told["prefixes"]["si"] == BASE + "ontology#"
    assert "si:Recommendation" in {term["name"] for term in told["terms"]}


def test_search_engines_find_every_page(client: httpx.Client, server: Running) -> None:
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {server.url}/sitemap.xml" in robots
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    places = [one.text or "" for one in tree.iter() if one.tag.endswith("loc")]
    assert len(places) == len(set(places)) > 100
    assert f"{server.url}/doc/awt84/rec1" in places
    for place in places[::40]:
        assert client.get(place, headers={"Accept": BROWSER}).status_code == 200, place


def test_browsers_can_search_from_their_address_bar(client: httpx.Client, server: Running) -> None:
    answer = client.get("/opensearch.xml?lang=nl")
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    tree = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    templates = [one.get("template", "") for one in tree.iter() if one.tag.endswith("Url")]
    assert all(template.startswith(f"{server.url}/search") for template in templates)
