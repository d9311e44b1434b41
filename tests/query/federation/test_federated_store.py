"""A query here may call endpoints: those with names, those that are allowed, and nobody else."""

from __future__ import annotations

import gc
import threading
import traceback
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from endpoints import RESULTS, Told, evaluating, written
from loopback import Server, answering
from peers import oxigraph
from si_graph.errors import EndpointError, LimitError, QuerySyntaxError, UnknownError, UsageError
from si_graph.query.federation.federated_store import FederatedStore
from si_graph.store.embedded import EmbeddedStore
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore

HERE = "@prefix : <http://example.org/> . :a :knows :x . :b :knows :y . :c :knows :z ."
THERE = (
    "@prefix : <http://example.org/> . :x :name 'Xena' . :y :name 'Yara'@nl . :v :of [ :is 1 ] ."
)
PREFIX = "PREFIX : <http://example.org/>\n"
ROW = answering(written(["name"], [['"there"']]), RESULTS)


@pytest.fixture(scope="module")
def here() -> EmbeddedStore:
    return EmbeddedStore.from_quads(ox.parse(HERE, format=ox.RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("peer"), THERE) as url:
        yield url


@pytest.fixture(autouse=True)
def _answering(server: Server) -> None:
    server.answer = ROW


class Federated:
    """A store that reaches a server of the tests by the names of others."""

    def __init__(self, here: EmbeddedStore, url: str, *allowed: str, rows: int = 0) -> None:
        self.told = Told()
        self.names: list[str] = []
        self._url = url
        self._rows = rows
        self.store = FederatedStore(here, self._connect, self.told.append, allowed)

    def _connect(self, endpoint: Endpoint) -> RemoteStore:
        self.names.append(endpoint.name)
        url = self._url if endpoint.name else endpoint.url
        mine = endpoint._replace(url=url, rows=self._rows, seconds=5.0)
        return RemoteStore(mine, tell=self.told.append, pause=self.told.pause)

    def rows(self, query: str) -> list[str]:
        answer = self.store.query(PREFIX + query)
        assert isinstance(answer, ox.QuerySolutions)
        return sorted(" ".join(map(str, solution)) for solution in answer)


def test_an_endpoint_is_called_by_its_name_and_joined(here: EmbeddedStore, peer: str) -> None:
    federated = Federated(here, peer)
    query = "SELECT ?who ?name { ?who :knows ?x SERVICE <alias:cellar> { ?x :name ?name } }"
    assert federated.rows(query) == [
        '<http://example.org/a> "Xena"',
        '<http://example.org/b> "Yara"@nl',
    ]
    assert federated.names == ["cellar"]


def test_what_is_not_there_is_left_open(here: EmbeddedStore, peer: str) -> None:
    query = "{ ?who :knows ?x OPTIONAL { SERVICE <alias:cellar> { ?x :name ?name } } }"
    assert len(Federated(here, peer).rows(f"SELECT ?who ?name {query}")) == 3
    missing = "MINUS { SERVICE <alias:cordis> { ?x :name ?name } }"
    query = f"SELECT ?who {{ ?who :knows ?x {missing} }}"
    assert Federated(here, peer).rows(query) == ["<http://example.org/c>"]


def test_several_endpoints_are_called_in_one_query(here: EmbeddedStore, peer: str) -> None:
    federated = Federated(here, peer)
    query = """SELECT ?name ?value { ?who :knows ?x SERVICE <alias:cellar> { ?x :name ?name }
        SERVICE <alias:wikidata> { :v :of/:is ?value } }"""
    assert len(federated.rows(query)) == 2
    assert sorted(federated.names) == ["cellar", "wikidata"]


@pytest.mark.parametrize("form", ["ASK", "CONSTRUCT { ?x :is ?name }"])
def test_every_form_of_query_may_call(here: EmbeddedStore, peer: str, form: str) -> None:
    query = f"{PREFIX}{form} {{ ?who :knows ?x SERVICE <alias:cellar> {{ ?x :name ?name }} }}"
    answer = Federated(here, peer).store.query(query)
    if isinstance(answer, ox.QueryBoolean):
        assert answer
    else:
        assert len(list(answer)) == 2


@pytest.mark.parametrize("form", ["ASK", "SELECT *", "CONSTRUCT { ?x :is ?name }"])
def test_a_query_of_chosen_graphs_calls_an_endpoint_once(
    here: EmbeddedStore, server: Server, form: str
) -> None:
    query = f"{PREFIX}{form} FROM :graph {{ SERVICE <alias:cellar> {{ ?x :name ?name }} }}"
    Federated(here, server.url).store.query(query)
    assert len(server.requests) == 1


def test_rows_past_the_cap_of_an_endpoint_are_joined_too(
    here: EmbeddedStore, server: Server
) -> None:
    there = ox.Store()
    there.load(THERE, format=ox.RdfFormat.TURTLE)
    server.answer = evaluating(server, there, 1, {"X-SPARQL-MaxRows": "1"})
    federated = Federated(here, server.url)
    query = "SELECT ?who { ?who :knows ?x SERVICE <alias:cellar> { ?x :name ?name } }"
    assert len(federated.rows(query)) == 2
    assert "at most 1 rows at once, so all 2" in federated.told[0]


def test_an_answer_that_may_lack_rows_is_not_joined(here: EmbeddedStore, server: Server) -> None:
    federated = Federated(here, server.url, rows=1)
    with pytest.raises(LimitError, match="cellar: rows may be lacking"):
        federated.rows("SELECT * { SERVICE <alias:cellar> { ?x :name ?name } }")


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_an_address_is_called_only_if_it_is_allowed(
    here: EmbeddedStore, server: Server, silent: str
) -> None:
    query = f"SELECT ?name {{ SERVICE {silent}<{server.url}> {{ ?x :name ?name }} }}"
    with pytest.raises(UsageError, match=r"nothing here uses the network unasked\n  Allow it with"):
        Federated(here, "http://127.0.0.1:9/").rows(query)
    assert server.requests == []
    folder = server.url.removesuffix("sparql")
    for allowed in (server.url, folder):
        federated = Federated(here, "http://127.0.0.1:9/", allowed)
        assert federated.rows(query) == ['"there"']
    assert len(server.requests) == 2


def test_a_name_that_nobody_has_is_told_with_the_nearest(here: EmbeddedStore) -> None:
    with pytest.raises(UnknownError, match=r"'wikidate'\n  Did you mean wikidata\?"):
        Federated(here, "").rows("SELECT * { SERVICE <alias:wikidate> { ?s ?p ?o } }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?who { ?who :knows :x # SERVICE <alias:cellar> { ?s ?p ?o }\n}",
        "SELECT ?who { ?who :knows :x FILTER(STR(?who) != 'SERVICE <alias:cellar> {}') }",
        "SELECT ?service { ?service :knows :x }",
    ],
)
def test_a_word_is_no_call(here: EmbeddedStore, query: str) -> None:
    federated = Federated(here, "")
    assert federated.rows(query) == ["<http://example.org/a>"]
    assert federated.names == []


def test_a_call_that_fails_fails_the_query_unless_it_is_silent(
    here: EmbeddedStore, server: Server
) -> None:
    server.answer = answering(b"no such graph", "text/plain", 400)
    query = "SELECT * { ?who :knows ?x SERVICE <alias:cellar> { ?x :name ?name } }"
    federated = Federated(here, server.url)
    with pytest.raises(EndpointError, match="answers 400 Bad Request\n  no such graph"):
        federated.rows(query)
    assert federated.told == []
    assert len(federated.rows(query.replace("SERVICE", "SERVICE SILENT"))) == 3
    assert federated.told[0].endswith("SERVICE SILENT: the answer goes without it.")


def test_a_call_in_a_loop_comes_to_an_end(here: EmbeddedStore, server: Server) -> None:
    many = " ".join(map(str, range(50)))
    query = (
        f"SELECT * {{ VALUES ?n {{ {many} }} LATERAL {{ SERVICE <alias:cellar> {{ ?x :p ?n }} }} }}"
    )
    with pytest.raises(LimitError, match="more than 20 times"):
        Federated(here, server.url).rows(query)
    assert len(server.requests) == 20


def test_a_fault_in_a_query_that_calls_has_its_place(here: EmbeddedStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        Federated(here, "").rows("SELECT * {\n SERVICE <alias:cellar> { ?s ?p } }")
    assert caught.value.line == 3


def test_what_is_allowed_must_be_an_address(here: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match="not a web address"):
        Federated(here, "", "cellar")


def test_the_gateway_does_not_outlive_the_query(here: EmbeddedStore, peer: str) -> None:
    before = set(threading.enumerate())
    Federated(here, peer).rows("SELECT * { SERVICE <alias:cellar> { ?x :name ?name } }")
    later = [
        one for one in threading.enumerate() if one not in before and "asyncio" not in one.name
    ]
    assert later == []


def test_rows_end_where_they_began(here: EmbeddedStore, peer: str) -> None:
    """Garbage is collected in any thread, also in that of the gateway, where rows cannot end."""
    gc.collect()
    gc.disable()
    try:
        Federated(here, peer).rows("SELECT * { SERVICE <alias:cellar> { ?x :name ?name } }")
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        held = [thing for kept in gc.garbage for thing in gc.get_referents(kept)]
        assert not [thing for thing in held if isinstance(thing, ox.QuerySolutions)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_a_failure_keeps_no_rows(here: EmbeddedStore, server: Server) -> None:
    """Whoever keeps it, in whatever thread it ends, must not keep rows."""
    server.answer = answering(b"no", "text/plain", 400)
    with pytest.raises(EndpointError) as caught:
        Federated(here, server.url).rows("SELECT * { SERVICE <alias:cellar> { ?x :name ?name } }")
    assert isinstance(caught.value.__context__, OSError)
    frames = [
        frame
        for error in (caught.value, caught.value.__context__)
        for frame, _ in traceback.walk_tb(error.__traceback__)
    ]
    values = [value for frame in frames for value in frame.f_locals.values()]
    assert len(frames) > 3
    assert not [value for value in values if isinstance(value, ox.QuerySolutions)]
