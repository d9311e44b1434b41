"""The questions that call endpoints give their expected rows from real servers of others."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoints import Told
from peers import oxigraph
from si_graph.query.catalogue import LANGUAGES, NamedQuery, catalogue, find
from si_graph.query.evaluate import evaluate_named
from si_graph.query.federation.endpoints import endpoint, named_endpoints, questions
from si_graph.query.federation.federated_store import FederatedStore
from si_graph.query.results import Rows, text_of
from si_graph.store.embedded import EmbeddedStore
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore
from support import ROOT, SHARED

FOLDER = ROOT / "queries" / "federated"
QUERIES = {query.name: query for query in catalogue(str(FOLDER))}
CALL = re.compile(r"SERVICE <alias:([^>]+)>")
each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())


def answer(query: NamedQuery, here: EmbeddedStore, peers: Mapping[str, str]) -> list[list[str]]:
    """Return the columns and the rows, with each endpoint at the address of a peer."""
    told = Told()

    def connect(chosen: Endpoint) -> RemoteStore:
        peer = chosen._replace(url=peers[chosen.name], rows=0, seconds=20.0)
        return RemoteStore(peer, tell=told.append, pause=told.pause)

    rows = evaluate_named(FederatedStore(here, connect, told.append), query, {})
    assert isinstance(rows, Rows)
    return [rows.variables, *([text_of(row.get(name)) for name in rows.variables] for row in rows)]


def expected(query: NamedQuery) -> list[list[str]]:
    path = Path(query.path).with_suffix(".tsv")
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream, dialect="excel-tab", quoting=csv.QUOTE_NONE)
    return [[column.removeprefix("?") for column in head], *rows]


@each_query
def test_a_question_gives_its_rows_from_oxigraph(
    query: NamedQuery, closure: EmbeddedStore, oxigraph_peers: Mapping[str, str]
) -> None:
    assert answer(query, closure, oxigraph_peers) == expected(query)


@each_query
def test_a_question_gives_its_rows_from_virtuoso(
    query: NamedQuery,
    closure: EmbeddedStore,
    oxigraph_peers: Mapping[str, str],
    virtuoso_peers: Mapping[str, str],
) -> None:
    """Virtuoso is what is behind these endpoints, and gives five rows at once here."""
    assert answer(query, closure, {**oxigraph_peers, **virtuoso_peers}) == expected(query)


def test_there_are_ten_questions_and_each_endpoint_is_called() -> None:
    assert len(QUERIES) >= 10
    called = {name for query in QUERIES.values() for name in CALL.findall(query.text)}
    assert called == set(named_endpoints())
    assert any(len(set(CALL.findall(query.text))) > 1 for query in QUERIES.values())


@each_query
def test_a_question_is_asked_in_two_languages_and_joins_what_is_here(query: NamedQuery) -> None:
    assert query.question.keys() == set(LANGUAGES)
    assert all(text.endswith("?") for text in query.question.values())
    assert len(expected(query)) > 1
    assert CALL.search(query.text)
    # Without the graph here there is nothing to join.
    rows = [
        row for row in expected(query)[1:] if row[0].split(":")[0] in ("concept", "actor", "place")
    ]
    assert len(rows) == len(expected(query)) - 1


@each_query
def test_a_question_says_rightly_whether_it_needs_inference(
    query: NamedQuery, asserted: EmbeddedStore, oxigraph_peers: Mapping[str, str]
) -> None:
    assert (answer(query, asserted, oxigraph_peers) != expected(query)) == query.inference


@each_query
def test_a_question_is_found_by_its_name(query: NamedQuery) -> None:
    assert find(query.name).path == find(query.name.lower()).path
    for name in set(CALL.findall(query.text)):
        assert query.name in questions(endpoint(name).name)


@each_query
def test_the_documentation_has_each_question(query: NamedQuery) -> None:
    text = (ROOT / "docs" / "federation.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith(f"| `{query.name}` "))
    assert query.question["en"] in line
    assert all(f"`{name}`" in line for name in CALL.findall(query.text))


EUROVOC = SHARED / "eu" / "samples" / "eurovoc_en_nl_fr_rebuilt.ttl"


@pytest.mark.skipif(not EUROVOC.is_file(), reason="the shared copy of EuroVoc is not at hand")
def test_all_concepts_that_are_in_a_copy_of_eurovoc_are_joined(
    closure: EmbeddedStore, tmp_path: Path
) -> None:
    with oxigraph(tmp_path, EUROVOC.read_text(encoding="utf-8")) as url:
        _, *rows = answer(QUERIES["FQ01"], closure, {"cellar": url})
        _, *narrower = answer(QUERIES["FQ02"], closure, {"cellar": url})
    matched = closure.query(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        "SELECT DISTINCT ?concept ?eurovoc { ?concept skos:exactMatch|skos:closeMatch ?eurovoc"
        " FILTER(STRSTARTS(STR(?eurovoc), 'http://eurovoc.europa.eu/')) }"
    )
    assert isinstance(matched, ox.QuerySolutions)
    assert len(rows) == len(list(matched)) > 10
    assert {row[2] for row in rows} >= {"eurovoc:1439", "eurovoc:c_5f90006e"}
    assert len(narrower) > len(rows)
