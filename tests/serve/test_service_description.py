"""The description of the SPARQL service says what is so."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from servers import AUTHORISED, GRAPHS, Running, running_writable

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
PREFIXES = f"""
PREFIX sd: <{SD}>
PREFIX ent: <http://www.w3.org/ns/entailment/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX schema: <http://schema.org/>
"""
# What each property of the vocabulary is about, and what its values are, where it says so.
SCHEMA = {
    "endpoint": ("Service", None),
    "supportedLanguage": ("Service", None),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "feature": ("Service", None),
    "defaultEntailmentRegime": ("Service", None),
    "defaultSupportedEntailmentProfile": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
    "entailmentRegime": ("NamedGraph", None),
    "supportedEntailmentProfile": ("NamedGraph", None),
}
MEDIA_TYPES = {
    "SPARQL_Results_JSON": "application/sparql-results+json",
    "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv",
    "SPARQL_Results_TSV": "text/tab-separated-values",
    "Turtle": "text/turtle",
    "N-Triples": "application/n-triples",
    "JSON-LD": "application/ld+json",
    "RDF_XML": "application/rdf+xml",
    "TriG": "application/trig",
    "N-Quads": "application/n-quads",
}


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as one:
        yield one


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> ox.Store:
    return described(client)


@pytest.fixture(scope="module")
def changing() -> Iterator[ox.Store]:
    """Return the description of a server with data that can be changed."""
    data = "<http://e/a> <http://e/p> 1 . <http://e/g> { <http://e/a> <http://e/p> 1 }"
    with (
        running_writable("--body", "5MB", "--no-reason", data=data) as server,
        httpx.Client(base_url=server.url, headers=AUTHORISED) as one,
    ):
        yield described(one)


def described(client: httpx.Client) -> ox.Store:
    """Return what a service says of itself."""
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    store = ox.Store()
    store.extend(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))
    return store


def values(store: ox.Store, pattern: str) -> set[str]:
    """Return the values of `?x` in a pattern."""
    rows = store.query(f"{PREFIXES} SELECT ?x {{ {pattern} }}")
    assert isinstance(rows, ox.QuerySolutions)
    return {row["x"].value for row in rows}


@pytest.mark.parametrize("media_type", GRAPHS)
def test_it_comes_in_every_format_for_graphs(client: httpx.Client, media_type: str) -> None:
    answer = client.get("/sparql", headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    assert rdf_format is not None
    assert len(list(ox.parse(answer.content, format=rdf_format))) > 100


def test_browsers_get_the_editor_instead(client: httpx.Client) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "<textarea" in answer.text


def test_it_names_the_endpoint_that_was_asked(description: ox.Store, server: Running) -> None:
    assert values(description, "?s a sd:Service ; sd:endpoint ?x") == {f"{server.url}/sparql"}


def test_it_keeps_to_the_vocabulary(description: ox.Store, changing: ox.Store) -> None:
    for store in (description, changing):
        types: dict[object, set[str]] = {}
        for quad in store.quads_for_pattern(None, None, None):
            if quad.predicate.value.endswith("#type"):
                types.setdefault(quad.subject, set()).add(quad.object.value)  # type: ignore[union-attr]
        used = [quad for quad in store if quad.predicate.value.startswith(SD)]
        assert len(used) > 20
        for quad in used:
            domain, value = SCHEMA[quad.predicate.value.removeprefix(SD)]
            assert SD + domain in types[quad.subject]
            assert value is None or SD + value in types[quad.object]
            assert value is not None or isinstance(quad.object, ox.NamedNode)


def test_every_format_that_it_names_is_given(client: httpx.Client, description: ox.Store) -> None:
    named = {one.removeprefix(FORMATS) for one in values(description, "?s sd:resultFormat ?x")}
    assert named == set(MEDIA_TYPES)
    for name, media_type in MEDIA_TYPES.items():
        query = "ASK {}" if "esults" in name else "CONSTRUCT WHERE { ?s a si:Step }"
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
        assert answer.headers["content-type"].partition(";")[0] == media_type


def test_the_graphs_and_their_sizes_are_those_there_are(
    client: httpx.Client, description: ox.Store
) -> None:
    query = "SELECT ?x (COUNT(*) AS ?n) { GRAPH ?x { ?s ?p ?o } } GROUP BY ?x"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    expected = {row["x"]["value"]: int(row["n"]["value"]) for row in rows}
    found = description.query(
        PREFIXES + "SELECT ?x ?n { ?g sd:name ?x ; sd:graph [ void:triples ?n ] }"
    )
    assert isinstance(found, ox.QuerySolutions)
    assert {row["x"].value: int(row["n"].value) for row in found} == expected
    everything = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    rows = client.get("/sparql", params={"query": everything}).json()["results"]["bindings"]
    default = values(description, "?d sd:defaultGraph [ void:triples ?x ]")
    assert default == {rows[0]["n"]["value"]}


def test_only_what_follows_is_said_to_follow(description: ox.Store, changing: ox.Store) -> None:
    closed = "?g sd:entailmentRegime ent:OWL-RDF-Based ; sd:name ?x"
    assert values(description, closed) == {"https://w3id.org/si-graph/graph/inferred"}
    simple = values(description, "?g sd:entailmentRegime ent:Simple ; sd:name ?x")
    assert "https://w3id.org/si-graph/graph/ontology" in simple
    assert len(simple) == len(values(description, "?g sd:name ?x")) - 1
    regime = "?s sd:defaultEntailmentRegime ?x"
    assert values(description, regime) == {"http://www.w3.org/ns/entailment/OWL-RDF-Based"}
    assert values(changing, regime) == {"http://www.w3.org/ns/entailment/Simple"}
    assert values(changing, "?s sd:supportedEntailmentProfile ?x") == set()


def test_what_it_can_do_depends_on_how_it_was_started(
    description: ox.Store, changing: ox.Store
) -> None:
    language, feature = "?s sd:supportedLanguage ?x", "?s sd:feature ?x"
    assert values(description, language) == {SD + "SPARQL11Query"}
    assert values(description, feature) == {SD + "UnionDefaultGraph"}
    assert values(description, "?s sd:inputFormat ?x") == set()
    assert values(changing, language) == {SD + "SPARQL11Query", SD + "SPARQL11Update"}
    assert values(changing, feature) == set()
    assert FORMATS + "Turtle" in values(changing, "?s sd:inputFormat ?x")


def test_it_tells_the_limits(description: ox.Store, changing: ox.Store) -> None:
    def limit(store: ox.Store, name: str) -> set[str]:
        return values(
            store, f'?s schema:additionalProperty [ schema:name "{name}" ; schema:maxValue ?x ]'
        )

    assert limit(description, "rows") == {"100000"}
    assert {float(one) for one in limit(description, "timeout")} == {30.0}
    assert limit(description, "body") == {"10000000"}
    assert limit(changing, "body") == {"5000000"}


def test_the_same_version_is_described_in_the_same_bytes(client: httpx.Client) -> None:
    head = {"Accept": "text/turtle"}
    tag = client.get("/sparql", headers=head).headers["etag"]
    again = client.get("/sparql", headers={**head, "If-None-Match": tag})
    assert again.status_code == 304
