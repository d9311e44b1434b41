"""Linked data: every IRI of the graph leads to a page and to data, in the form asked for."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from servers import BROWSER, Running, quads, triples
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, GRAPH_INFERRED
from si_graph.serve.dataset.creation import bundled
from si_graph.serve.workers.limits import Limits
from si_graph.serve.workers.served import Served
from si_graph.serve.workers.worker import outcome_of

FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "trig": ("application/trig", ox.RdfFormat.TRIG),
    "nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
}
PROFILE = BASE + "profile/"
MIN_EZ = ox.NamedNode(BASE + "id/actor/min-ez")
REC2_B = ox.NamedNode(BASE + "id/awt84/rec2-b")


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def client(server: Running) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=60)


def links(answer: httpx.Response, rel: str) -> set[str]:
    parts = re.findall(r'<([^>]*)>((?:; *\w+="[^"]*")*)', answer.headers["link"])
    return {target for target, told in parts if f'rel="{rel}"' in told}


def test_a_thing_sends_to_its_document_with_what_was_asked(client: httpx.Client) -> None:
    answer = client.get("/id/actor/min-ez?lang=nl&profile=asserted")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/doc/actor/min-ez?lang=nl&profile=asserted"
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_document_comes_in_every_format_by_its_name_and_by_negotiation(
    client: httpx.Client, suffix: str
) -> None:
    media_type, _ = FORMATS[suffix]
    named = client.get(f"/doc/awt84/rec2-b.{suffix}")
    negotiated = client.get("/doc/awt84/rec2-b", headers={"Accept": media_type})
    for answer in (named, negotiated):
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert answer.headers["content-location"] == f"/doc/awt84/rec2-b.{suffix}"
        assert any(triple.subject == REC2_B for triple in triples(answer))
    assert named.content == negotiated.content
    assert {"Accept", "Accept-Profile", "Accept-Language"} <= set(
        negotiated.headers["vary"].split(", ")
    )


def test_browsers_get_the_page_and_programs_get_turtle(client: httpx.Client) -> None:
    page = client.get("/doc/awt84/rec2-b", headers={"Accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert page.text == client.get("/doc/awt84/rec2-b.html").text
    assert client.get("/doc/awt84/rec2-b").headers["content-type"].startswith("text/turtle")


def test_the_page_and_the_data_lead_to_each_other(client: httpx.Client) -> None:
    page = client.get("/doc/actor/min-ez", headers={"Accept": "text/html"})
    data = client.get("/doc/actor/min-ez.ttl")
    everything = {f"/doc/actor/min-ez.{suffix}" for suffix in (*FORMATS, "html")}
    for answer in (page, data):
        assert everything <= links(answer, "alternate")
        assert links(answer, "describes") == {BASE + "id/actor/min-ez"}
        assert links(answer, "canonical") == {BASE + "doc/actor/min-ez"}
        assert links(answer, "license") == {"https://creativecommons.org/licenses/by/4.0/"}
        assert links(answer, "describedby") == {"/.well-known/void"}
    for href in links(page, "alternate"):
        assert client.get(href).status_code == 200
    assert BASE + "ontology#Ministry" in links(data, "type")
    # What the proxies in front of a server take is about this much.
    assert sum(len(name) + len(value) for name, value in data.headers.items()) < 4000


def test_a_document_tells_what_is_stated_what_follows_and_who_says_so(
    client: httpx.Client, graph: KnowledgeGraph
) -> None:
    told = quads(client.get("/doc/awt84/rec2-b.trig"))
    stored = graph.store.oxigraph
    for quad in stored.quads_for_pattern(REC2_B, None, None, None):
        if quad.graph_name != ox.DefaultGraph():
            assert quad in told
    passage = ox.NamedNode(BASE + "id/awt84/passage/R2b")
    stated = {quad.graph_name for quad in told if quad.subject == REC2_B}
    assert {passage, ox.NamedNode(GRAPH_INFERRED)} <= stated
    # The passage is described as well, so that it can be cited.
    assert any(quad.subject == passage and quad.graph_name != passage for quad in told)
    # What refers to it is told, and everything has a name.
    assert any(quad.object == REC2_B for quad in told)
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    named = {quad.subject for quad in told if quad.predicate == label}
    assert ox.NamedNode(BASE + "id/awt84/rec2") in named


def test_nameless_things_are_told_with_what_leads_to_them(client: httpx.Client) -> None:
    told = triples(client.get("/doc/awt84/passage/R2b.nt"))
    inside = {triple.object for triple in told if isinstance(triple.object, ox.BlankNode)}
    assert inside
    assert inside <= {triple.subject for triple in told}


def test_profiles_tell_more_or_less(client: httpx.Client) -> None:
    path = "/doc/actor/min-ez.nq"
    everything = quads(client.get(path))
    asserted = quads(client.get(path, params={"profile": "asserted"}))
    description = quads(client.get(path, params={"profile": "description"}))
    inferred = ox.NamedNode(GRAPH_INFERRED)
    assert {quad for quad in everything if quad.graph_name == inferred}
    assert asserted < everything
    assert not {quad for quad in asserted if quad.graph_name == inferred}
    assert description < everything
    assert {quad.subject for quad in description if isinstance(quad.subject, ox.NamedNode)} == {
        MIN_EZ
    }


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("", "everything"),
        (f"<{PROFILE}asserted>", "asserted"),
        (f"<{PROFILE}asserted>;q=0.5, <{PROFILE}description>; q=0.9", "description"),
        (f"<http://example.org/other>, <{PROFILE}description>;q=0.1", "description"),
    ],
)
def test_profiles_are_negotiated_and_named(client: httpx.Client, header: str, token: str) -> None:
    answer = client.get("/doc/actor/min-ez.ttl", headers={"Accept-Profile": header})
    assert answer.headers["content-profile"] == f"<{PROFILE}{token}>"
    assert links(answer, "profile") == {PROFILE + token}
    suffix = "" if token == "everything" else f"?profile={token}"  # noqa: S105
    assert answer.headers["content-location"] == f"/doc/actor/min-ez.ttl{suffix}"
    assert answer.content == client.get(answer.headers["content-location"]).content


def test_a_profile_that_is_not_there_is_not_acceptable(client: httpx.Client) -> None:
    for options in ({"params": {"profile": "none"}}, {"headers": {"Accept-Profile": "<urn:x>"}}):
        answer = client.get("/doc/actor/min-ez.ttl", **options)  # type: ignore[arg-type]
        assert answer.status_code == 406
        assert PROFILE + "asserted" in answer.json()["available"]


def test_the_iri_of_a_profile_says_what_it_is(client: httpx.Client) -> None:
    told = triples(client.get("/profile/asserted"))
    assert {str(triple.subject) for triple in told} == {f"<{PROFILE}asserted>"}
    assert client.get("/profile/none").status_code == 404


def test_a_document_that_the_client_has_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/doc/actor/min-ez.ttl")
    again = client.get("/doc/actor/min-ez.ttl", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get("/doc/actor/min-ez.nt")
    assert other.headers["etag"] != first.headers["etag"]


def test_the_head_of_a_document_is_that_of_the_whole(client: httpx.Client) -> None:
    whole = client.get("/doc/actor/min-ez.ttl")
    head = client.head("/doc/actor/min-ez.ttl")
    assert (head.status_code, head.content) == (200, b"")
    changing = {"date", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in whole.headers.items() if k not in changing
    }


@pytest.mark.parametrize(
    ("path", "graph_name"),
    [("ontology", "ontology"), ("shapes", "shapes"), ("vocab", "vocab"),
     ("graph/editorial", "editorial"), ("graph/inferred", "inferred")],
)  # fmt: skip
def test_whole_graphs_can_be_had(
    client: httpx.Client, graph: KnowledgeGraph, path: str, graph_name: str
) -> None:
    name = ox.NamedNode(f"{BASE}graph/{graph_name}")
    stored = list(graph.store.oxigraph.quads_for_pattern(None, None, None, name))
    answer = client.get(f"/{path}", headers={"Accept": "application/n-quads"})
    assert len(quads(answer)) == len(stored)
    assert {quad.graph_name for quad in quads(answer)} == {name}
    assert triples(client.get(f"/{path}.ttl"))
    if not path.startswith("graph/"):
        page = client.get(f"/{path}", headers={"Accept": BROWSER})
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")


def test_every_term_of_the_ontology_is_in_its_document(
    client: httpx.Client, graph: KnowledgeGraph
) -> None:
    told = {str(triple.subject) for triple in triples(client.get("/ontology.ttl"))}
    terms = f"FILTER(STRSTARTS(STR(?x), '{BASE}ontology#'))"
    rows = graph.query(f"SELECT DISTINCT ?x {{ ?x a ?kind {terms} }}")
    assert {str(row["x"]) for row in rows.bindings} <= told  # type: ignore[union-attr]


def test_a_vocabulary_has_its_concepts_and_each_concept_a_document(client: httpx.Client) -> None:
    told = {triple.subject for triple in triples(client.get("/vocab/modality.ttl"))}
    concept = ox.NamedNode(BASE + "vocab/modality/example")
    assert {ox.NamedNode(BASE + "vocab/modality"), concept} <= told
    assert concept in {t.subject for t in triples(client.get("/vocab/modality/example.ttl"))}
    for path in ("/vocab", "/vocab/modality", "/vocab/modality/example"):
        page = client.get(path, headers={"Accept": BROWSER})
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")


def test_a_question_is_a_text_a_table_or_a_page(client: httpx.Client) -> None:
    text = client.get("/query/CQ14.rq")
    assert text.headers["content-type"].startswith("application/sparql-query")
    assert "SELECT" in text.text
    page = client.get("/query/CQ14?actor=citizens", headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["location"]) == (303, "/questions/CQ14?actor=citizens")
    # The letters of its name do not matter.
    assert client.get("/query/cq14.rq").text == text.text


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("csv", "text/csv"), ("tsv", "text/tab-separated-values"),
     ("json", "application/sparql-results+json"), ("srx", "application/sparql-results+xml")],
)  # fmt: skip
def test_a_question_is_answered_in_every_format(
    client: httpx.Client, suffix: str, media_type: str
) -> None:
    named = client.get(f"/query/CQ14.{suffix}", params={"actor": "municipalities"})
    negotiated = client.get(
        "/query/CQ14", params={"actor": "municipalities"}, headers={"Accept": media_type}
    )
    assert named.headers["content-type"].partition(";")[0] == media_type
    assert named.content == negotiated.content
    assert named.content != client.get(f"/query/CQ14.{suffix}?actor=citizens").content


def test_a_question_is_answered_as_the_library_answers_it(
    client: httpx.Client, graph: KnowledgeGraph
) -> None:
    answer = client.get("/query/CQ14.json", params={"actor": ["municipalities", "citizens"]})
    rows = graph.named("CQ14", actor=["municipalities", "citizens"])
    assert len(answer.json()["results"]["bindings"]) == len(rows.bindings) > 0  # type: ignore[union-attr]


def test_a_question_speaks_the_language_of_the_reader(client: httpx.Client) -> None:
    dutch = client.get("/query/CQ14.csv", headers={"Accept-Language": "nl"})
    assert dutch.text == client.get("/query/CQ14.csv?lang=nl").text
    assert dutch.text != client.get("/query/CQ14.csv?lang=en").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/actor/nobody.ttl", 404),
        ("/doc/", 404),
        ("/doc/awt84/a b.ttl", 404),
        ("/doc/awt84/<script>.ttl", 404),
        ("/doc/actor/min-ez.xlsx", 404),
        ("/ontology.docx", 404),
        ("/vocab/none.ttl", 404),
        ("/vocab/modality/none.ttl", 404),
        ("/graph/none.ttl", 404),
        ("/query/CQ999.csv", 404),
        ("/query/CQ14.docx", 404),
        ("/query/CQ14.csv?actor=nobody", 400),
        ("/query/CQ14.csv?actr=citizens", 400),
        ("/explain?s=rec2-a&p=concerns", 400),
        ("/explain?s=nothing&p=concerns&o=organisations", 404),
        ("/graph.json", 400),
        ("/graph.json?thing=nobody", 404),
        ("/nowhere", 404),
    ],
)
def test_what_is_not_there_is_told_in_problem_details(
    client: httpx.Client, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith(BASE + "problem/")
    assert problem["title"]


def test_a_name_that_is_nearly_right_is_answered_with_suggestions(client: httpx.Client) -> None:
    problem = client.get("/doc/actor/municipality.ttl").json()
    assert "actor:municipalities" in problem["suggestions"]
    page = client.get("/doc/actor/municipality", headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert "/doc/actor/municipalities" in page.text


def test_a_format_that_is_not_there_is_not_acceptable(client: httpx.Client) -> None:
    answer = client.get("/doc/actor/min-ez", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["available"]


def test_every_iri_of_the_graph_leads_to_data(client: httpx.Client, graph: KnowledgeGraph) -> None:
    query = f"SELECT DISTINCT ?x {{ ?x a ?kind FILTER(STRSTARTS(STR(?x), '{BASE}')) }} ORDER BY ?x"
    iris = [row["x"].value for row in graph.query(query).bindings]  # type: ignore[union-attr]
    kinds = {iri.removeprefix(BASE).partition("/")[0].partition("#")[0] for iri in iris}
    assert kinds >= {"id", "vocab", "ontology"}
    for iri in iris[::25]:
        path = quote(iri.removeprefix(BASE).partition("#")[0])
        answer = client.get(f"/{path}", follow_redirects=True, headers={"Accept": "text/turtle"})
        assert ox.NamedNode(iri) in {triple.subject for triple in triples(answer)}, iri


def test_json_ld_is_an_object_for_each_thing(client: httpx.Client) -> None:
    told = json.loads(client.get("/doc/actor/min-ez.jsonld").content)
    assert BASE + "id/actor/min-ez" in json.dumps(told)
    assert "@graph" not in json.dumps(told) or isinstance(told, dict)


@pytest.mark.parametrize("path", ["ontology/evidence", "ontology/1.0.0", "shapes/actors"])
def test_a_module_and_a_version_have_addresses_too(client: httpx.Client, path: str) -> None:
    page = client.get(f"/{path}", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html;charset=utf-8")
    data = client.get(f"/{path}.ttl")
    terms = {term for triple in triples(data) for term in (triple.subject, triple.object)}
    assert ox.NamedNode(BASE + path) in terms
    assert client.get(f"/{path}-unknown").status_code == 404


def test_what_others_named_has_a_page(client: httpx.Client) -> None:
    concept = "<http://www.w3.org/2004/02/skos/core#Concept>"
    html = {"Accept": "text/html"}
    assert "skos:Concept" in client.get("/doc", params={"iri": concept}, headers=html).text
    assert client.get("/doc", params={"iri": "nothing"}, headers=html).status_code == 404


def test_data_come_in_the_same_order_whether_they_are_held_in_memory_or_on_the_disk() -> None:
    arguments = {"iri": MIN_EZ.value, "profile": "everything", "media_type": "text/turtle"}
    held, opened = Served(Limits()), Served(Limits())
    held.load(bundled())
    opened.show(bundled())
    for name in ("turtle", "trig", "jsonld"):
        bodies = [
            outcome_of(served, "linked_data.resource", {**arguments, "format": name}).body
            for served in (held, opened)
        ]
        assert bodies[0] == bodies[1]
