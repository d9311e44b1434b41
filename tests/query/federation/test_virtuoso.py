"""What Virtuoso does, which is behind the largest endpoints of the EU, is made good for."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from endpoints import Told
from si_graph.errors import EndpointError, LimitError
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore

P, Q, R = (f"<http://example.org/{name}>" for name in "pqr")
MANY = 230


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def remote(virtuoso_peer: str, told: Told) -> RemoteStore:
    return RemoteStore(Endpoint(virtuoso_peer, "peer"), tell=told.append, pause=told.pause)


def rows(answer: object) -> list[list[str]]:
    assert isinstance(answer, ox.QuerySolutions)
    return [[str(term) for term in solution] for solution in answer]


def test_all_rows_come_though_it_gives_five_at_once(remote: RemoteStore, told: Told) -> None:
    found = rows(remote.query(f"SELECT ?s ?o WHERE {{ ?s {P} ?o }}"))
    assert Counter(int(row[1].split('"')[1]) for row in found) == Counter(range(MANY))
    assert told == ["peer: it gives at most 5 rows at once, so all 230 were asked for in 47 parts"]
    assert not remote.is_partial


def test_terms_of_every_kind_keep_one_order_in_all_parts(remote: RemoteStore) -> None:
    filtered = (
        "FILTER(?p != <http://example.org/p> && STRSTARTS(STR(?s), 'http://example.org/s00'))"
    )
    found = rows(remote.query(f"SELECT ?s ?p ?o WHERE {{ ?s {P} ?n ; ?p ?o {filtered} }}"))
    assert len(found) == len(set(map(tuple, found))) == 30
    assert sum(row[2].startswith("_:") for row in found) == 10


def test_the_order_and_the_limits_of_a_query_are_kept(remote: RemoteStore) -> None:
    query = f"SELECT ?o WHERE {{ ?s {P} ?o }} ORDER BY DESC(?o) LIMIT 12 OFFSET 3"
    found = [int(row[0].split('"')[1]) for row in rows(remote.query(query))]
    assert found == list(range(226, 214, -1))


def test_blank_nodes_are_read(remote: RemoteStore) -> None:
    (row,) = rows(remote.query(f"SELECT ?o {{ <http://example.org/s001> {R} ?o }}"))
    assert row[0].startswith("_:b")


@pytest.mark.parametrize(("value", "is_there"), [(7, True), (MANY, False)])
def test_yes_or_no_is_read(remote: RemoteStore, value: int, *, is_there: bool) -> None:
    answer = remote.query(f"ASK {{ ?s {P} {value} }}")
    assert isinstance(answer, ox.QueryBoolean)
    assert bool(answer) is is_there


def test_a_refusal_is_told_in_its_own_words(remote: RemoteStore) -> None:
    with pytest.raises(EndpointError, match=r"answers 400 .*\n  Virtuoso 37000 Error SP030"):
        remote.query("SELECT ?s { ?s ?p }")


@pytest.mark.parametrize(
    ("query", "size"),
    [
        (f"CONSTRUCT {{ ?s <x:of> ?o }} WHERE {{ ?s {P} ?o }}", MANY),
        (f"CONSTRUCT WHERE {{ ?s {P} ?o }}", MANY),
        (f"CONSTRUCT {{ ?s <x:is> ?o , [ <x:at> ?o ] }} {{ ?s {P} ?o }} LIMIT 12", 36),
        (f"CONSTRUCT {{ ?s <x:has> ?o }} WHERE {{ ?s {R} ?o . ?s {P} ?n FILTER(?n < 9) }}", 9),
        (f"CONSTRUCT {{ ?s a <x:Thing> }} WHERE {{ ?s {P} {MANY} }}", 0),
        (f"CONSTRUCT {{ <x:a> a <x:Thing> }} WHERE {{ ?s {P} ?o }}", 1),
    ],
)
def test_a_graph_is_whole_though_virtuoso_would_cut_it_without_a_word(
    remote: RemoteStore, query: str, size: int
) -> None:
    answer = remote.query(query)
    assert isinstance(answer, ox.QueryTriples)
    assert len(list(answer)) == size
    assert not remote.is_partial


def test_rows_far_down_come_too_though_virtuoso_does_not_sort_so_many(remote: RemoteStore) -> None:
    digits = " ".join(map(str, range(10)))
    pattern = " ".join(f"VALUES ?{name} {{ {digits} }}" for name in "abcde")
    found = rows(remote.query(f"SELECT ?a ?b ?c ?d ?e {{ {pattern} }} LIMIT 12 OFFSET 20000"))
    numbers = [int("".join(term.split('"')[1] for term in row)) for row in found]
    assert numbers == list(range(20_000, 20_012))


def test_what_it_has_when_its_time_is_up_is_no_answer(virtuoso_peer: str, told: Told) -> None:
    hurried = Endpoint(f"{virtuoso_peer}?timeout=1000", "peer")
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(STR(?x) < STR(?z)) }"
    with pytest.raises(LimitError, match="gave up, and its answer is only a part"):
        RemoteStore(hurried, tell=told.append, pause=told.pause).query(heavy)
