"""Where an endpoint gives fewer rows than there are, all are asked for, or their lack is told."""

from __future__ import annotations

import re
from collections import Counter
from http.server import BaseHTTPRequestHandler

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from endpoints import RESULTS, Told, asked, evaluating, in_turn
from loopback import Server, answering
from si_graph.store.remote import connection
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.paging import take_apart
from si_graph.store.remote.store import RemoteStore

CAP = 7
ANNOUNCED = {"X-SPARQL-MaxRows": str(CAP)}
DATA = "".join(
    f'<x:s{number}> <x:p> {number % 5} ; <x:q> "é {number}"@nl , [] .\n' for number in range(12)
)
PREFIX = "PREFIX x: <x:>\n"
# Without an order a query leaves open which rows these are.
ANY_ROWS = ["SELECT ?s { ?s x:p ?o } LIMIT 11", "SELECT ?s { ?s ?p ?o } OFFSET 20"]
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?o { ?s x:p ?o }",
    "SELECT DISTINCT ?s { ?s ?p ?o } # all of them",
    "select ?s (str(?o) as ?text) where { ?s x:q ?o filter(isLiteral(?o)) } order by desc(?text)",
    "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?o ?s LIMIT 16 OFFSET 3",
    *ANY_ROWS,
    "SELECT ?s ?n { ?s x:p ?o { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?x } GROUP BY ?s LIMIT 11 } }",
    "SELECT ?s ?o { ?s x:p ?o } GROUP BY ?s ?o HAVING (EXISTS { ?s x:q ?any }) ORDER BY ?o",
    "SELECT ?s ?o { ?s x:p ?o } GROUP BY ?s ?o HAVING (EXISTS { SELECT * { ?x x:q ?y } LIMIT 3 })",
    "SELECT ?s (EXISTS { ?s x:p 1 } AS ?is) { ?s x:p ?o } VALUES ?o { 0 1 2 3 }",
    "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?p VALUES ?p { x:p x:q }",
    'SELECT ?s { ?s x:p ?o FILTER(?o != "} LIMIT 3 OFFSET 1") }',
    "SELECT ?s { ?s x:p ?o } ORDER BY ?s LIMIT # 5\n 100OFFSET 1",
]


@pytest.fixture(scope="module")
def data() -> ox.Store:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    return store


def store_for(server: Server, told: Told, rows: int = 0) -> RemoteStore:
    return RemoteStore(Endpoint(server.url, "peer", rows=rows), tell=told.append, pause=told.pause)


def triples(answer: object) -> list[ox.Triple]:
    assert isinstance(answer, ox.QueryTriples)
    return list(answer)


def lines(answer: object) -> list[str]:
    assert isinstance(answer, ox.QuerySolutions)
    return ["\t".join(map(str, solution)) for solution in answer]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("knows", ["announced", "announced by Virtuoso", "known beforehand"])
def test_all_rows_come_in_parts(server: Server, data: ox.Store, query: str, knows: str) -> None:
    headers = None if knows == "known beforehand" else ANNOUNCED
    if knows == "announced by Virtuoso":
        headers = ANNOUNCED | {"Server": "Virtuoso/07"}
    server.answer = evaluating(server, data, CAP, headers)
    told = Told()
    remote = store_for(server, told, CAP if knows == "known beforehand" else 0)
    found, wanted = lines(remote.query(PREFIX + query)), lines(data.query(PREFIX + query))
    if query in ANY_ROWS:
        everything = lines(data.query(PREFIX + query.partition("}")[0] + "}"))
        assert not Counter(found) - Counter(everything)
        assert len(found) == len(wanted)
    else:
        assert Counter(found) == Counter(wanted)
    assert remote.is_partial is False
    assert len(told) == 1
    assert f"at most {CAP} rows at once, so all {len(found)} were asked for" in told[0]
    # Virtuoso wants the rows to be sorted in a query within.
    for request in server.requests[1:]:
        is_nested = re.search(r"WHERE \{ \{ SELECT", asked(request), re.IGNORECASE) is not None
        assert is_nested == (knows != "known beforehand")


def test_the_order_of_the_query_is_kept(server: Server, data: ox.Store) -> None:
    query = "SELECT ?o ?s { ?s <x:p> ?o } ORDER BY DESC(?o)"
    for headers in (None, ANNOUNCED):
        server.answer = evaluating(server, data, CAP, headers)
        found = lines(store_for(server, Told(), CAP).query(query))
        assert [row.split()[0] for row in found] == [
            row.split()[0] for row in lines(data.query(query))
        ]


def test_graphs_of_the_query_are_asked_in_each_part(server: Server, data: ox.Store) -> None:
    graph = ox.Store()
    graph.load(DATA, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:g"))
    query = "SELECT ?s FROM <x:g> WHERE { ?s <x:p> ?o }"
    for headers in (ANNOUNCED, None):
        server.answer = evaluating(server, graph, CAP, headers)
        assert len(lines(store_for(server, Told(), CAP).query(query))) == 12


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } LIMIT 7",
        "SELECT * { ?s ?p ?o } LIMIT 3",
        "SELECT * { ?s <x:none> ?o }",
    ],
)
def test_an_answer_with_all_that_was_asked_for_is_whole(
    server: Server, data: ox.Store, query: str
) -> None:
    server.answer = evaluating(server, data, CAP, ANNOUNCED)
    told = Told()
    remote = store_for(server, told, CAP)
    remote.query(query)
    assert len(server.requests) == 1
    assert told == []


def test_an_endpoint_that_does_not_page_leaves_a_part_and_says_so(
    server: Server, data: ox.Store
) -> None:
    whole = evaluating(server, data, CAP, ANNOUNCED)

    def always_the_first(handler: object) -> None:
        first = server.requests[0]
        server.requests[-1] = first
        whole(handler)  # type: ignore[arg-type]

    server.answer = always_the_first
    told = Told()
    remote = store_for(server, told)
    assert len(lines(remote.query("SELECT * { ?s ?p ?o }"))) == CAP
    assert remote.is_partial
    assert "does not give rows part by part" in told[0]
    assert "the answer stops at 7, which is as much as it gives" in told[1]


def test_an_endpoint_that_refuses_to_sort_leaves_a_part_and_says_so(
    server: Server, data: ox.Store
) -> None:
    refusal = answering(b"estimated too expensive", "text/plain", 400)
    server.answer = in_turn(evaluating(server, data, CAP, ANNOUNCED), refusal)
    told = Told()
    remote = store_for(server, told)
    assert len(lines(remote.query("SELECT * { ?s ?p ?o }"))) == CAP
    assert remote.is_partial
    assert "estimated too expensive" in told[0]


def test_time_that_is_up_in_the_middle_leaves_what_came_before(
    server: Server, data: ox.Store
) -> None:
    part = answering(b"{}", RESULTS, headers={"X-SQL-State": "S1TAT"})
    server.answer = in_turn(evaluating(server, data, CAP, ANNOUNCED), part)
    told = Told()
    remote = store_for(server, told)
    assert len(lines(remote.query("SELECT * { ?s ?p ?o }"))) == CAP
    assert remote.is_partial
    assert "only a part (S1TAT)" in told[0]


def test_a_description_that_stops_at_the_cap_is_told_to_be_a_part(server: Server) -> None:
    server.answer = answering(b"".join(b"<x:s> <x:p> %d ." % n for n in range(CAP)), "text/turtle")
    told = Told()
    remote = store_for(server, told, CAP)
    remote.query("DESCRIBE <x:s>")
    assert remote.is_partial
    assert "there may be more" in told[0]
    # The next answer is another matter.
    server.answer = answering(b"<x:s> <x:p> 1 .", "text/turtle")
    remote.query("DESCRIBE <x:s>")
    assert not remote.is_partial


@pytest.mark.parametrize("virtuoso", [True, False])
def test_a_graph_is_made_here_where_the_endpoint_would_cut_it(
    server: Server, data: ox.Store, *, virtuoso: bool
) -> None:
    """What the rows of a graph are is announced to be cut, and what is made of them is not."""
    pattern = "?s x:q ?o FILTER(isBlank(?o)) OPTIONAL { ?s x:none ?n }"
    template = "?o x:of ?s . ?s x:is [] . ?s x:has ?n"
    query = f"{PREFIX}CONSTRUCT {{ {template} }} WHERE {{ {pattern} }}"
    rows = evaluating(server, data, CAP, ANNOUNCED)
    name = "Virtuoso/07" if virtuoso else "Other/1"
    part = b"".join(b"[] <x:of> <x:s%d> ." % number for number in range(CAP))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.version_string = lambda: name  # type: ignore[method-assign]
        is_first = len(server.requests) == 1
        (answering(part, "text/turtle") if is_first else rows)(handler)

    server.answer = answer
    remote = store_for(server, Told(), 0 if virtuoso else CAP)
    found = Counter(triple.predicate.value for triple in triples(remote.query(query)))
    assert found == {"x:of": 12, "x:is": 12}
    assert not remote.is_partial


def numbers(count: int) -> ox.Store:
    """Return a store with so many numbers."""
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal(number))
        for number in range(count)
    )
    return store


def test_a_round_number_of_rows_makes_suspicious(server: Server) -> None:
    """Nothing is known of this endpoint, and it says nothing."""
    server.answer = evaluating(server, numbers(10_003), 10_000)
    assert len(lines(store_for(server, Told()).query("SELECT ?o { ?s ?p ?o }"))) == 10_003
    assert [asked(request).rpartition("}")[2].split() for request in server.requests[1:]] == [
        ["ORDER", "BY", "?o", "LIMIT", "10000", "OFFSET", start] for start in ("0", "10000")
    ]


def test_all_parts_together_may_not_be_too_large(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = evaluating(server, numbers(200), CAP, ANNOUNCED)
    monkeypatch.setattr(connection, "MAX_ANSWER_BYTES", 1000)
    told = Told()
    remote = store_for(server, told)
    remote.query("SELECT (STR(?o) AS ?text) { ?s ?p ?o }")
    assert remote.is_partial
    assert "larger than 1,000 bytes" in told[0]
    assert 3 < len(server.requests) < 29


def test_an_engine_that_is_known_need_not_show_itself(server: Server, data: ox.Store) -> None:
    """Something stands before it, and leaves out what it says of itself."""
    server.answer = evaluating(server, data, CAP)
    endpoint = Endpoint(server.url, "peer", rows=CAP, engine="Virtuoso")
    told = Told()
    RemoteStore(endpoint, tell=told.append).query("SELECT ?s { ?s ?p ?o }")
    assert "WHERE { { SELECT ?s" in asked(server.requests[1])


@settings(max_examples=60, deadline=None)
@given(
    cap=st.integers(1, 40),
    limit=st.none() | st.integers(0, 50),
    offset=st.none() | st.integers(0, 50),
    swapped=st.booleans(),
    nested=st.booleans(),
)
def test_parts_of_any_size_make_the_whole(
    data: ox.Store, *, cap: int, limit: int | None, offset: int | None, swapped: bool, nested: bool
) -> None:
    clauses = [f"LIMIT {limit}" * (limit is not None), f"OFFSET {offset}" * (offset is not None)]
    query = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(!isBlank(?o)) } ORDER BY ?o ?s ?p "
    query += " ".join(clauses[::-1] if swapped else clauses)
    wanted = lines(data.query(query))
    paged = take_apart(query)
    assert paged.limit == limit
    found: list[str] = []
    while len(found) != limit:
        part = lines(data.query(paged.page(["s", "p", "o"], len(found), cap, nested=nested)))
        assert len(part) <= cap
        found += part
        if len(part) < cap:
            break
    assert found == wanted


def test_no_more_is_asked_for_than_the_query_wants(server: Server, data: ox.Store) -> None:
    server.answer = evaluating(server, data, CAP, ANNOUNCED)
    assert (
        len(lines(store_for(server, Told()).query(f"SELECT * {{ ?s ?p ?o }} LIMIT {2 * CAP}")))
        == 14
    )
    assert len(server.requests) == 3
