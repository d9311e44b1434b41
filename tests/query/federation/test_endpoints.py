"""What is known of the endpoints with names is complete, and told by whom."""

from __future__ import annotations

import csv

import pytest

from si_graph.errors import UnknownError, UsageError
from si_graph.network.addresses import web_address
from si_graph.query.federation.endpoints import SCHEME, endpoint, named_endpoints
from si_graph.store.remote.endpoint import Endpoint
from support import SHARED

FACTS = SHARED / "eu" / "tables" / "sparql_endpoints.tsv"


@pytest.mark.parametrize("name", named_endpoints())
def test_every_endpoint_says_what_it_is_and_where_that_stands(name: str) -> None:
    one = named_endpoints()[name]
    assert one.endpoint.name == str(one.endpoint) == name
    assert web_address(one.endpoint.url).scheme == "https"
    for texts in (one.title, one.note):
        assert set(texts) == {"nl", "en"}
        assert all(texts.values())
    assert one.found
    assert one.endpoint.engine
    assert 0 < one.endpoint.backoff < one.endpoint.seconds


@pytest.mark.skipif(not FACTS.is_file(), reason="the shared list of endpoints is not at hand")
def test_every_address_is_one_that_was_verified() -> None:
    with FACTS.open(encoding="utf-8", newline="") as stream:
        verified = {row["endpoint"] for row in csv.DictReader(stream, dialect="excel-tab")}
    assert {one.endpoint.url for one in named_endpoints().values()} <= verified


@pytest.mark.parametrize("name", named_endpoints())
def test_an_endpoint_is_found_by_its_name_and_by_its_address(name: str) -> None:
    known = named_endpoints()[name].endpoint
    assert endpoint(name) == endpoint(SCHEME + name) == endpoint(known.url) == known


def test_an_address_that_has_no_name_is_an_endpoint_too() -> None:
    assert endpoint("https://example.org/sparql") == Endpoint("https://example.org/sparql")


@pytest.mark.parametrize(
    ("name", "offered"),
    [("celar", "Did you mean cellar?"), ("xyz", "si-graph endpoints lists them all")],
)
def test_an_unknown_name_is_told_with_the_nearest(name: str, offered: str) -> None:
    with pytest.raises(UnknownError) as caught:
        endpoint(name)
    assert offered in str(caught.value)
    assert isinstance(caught.value, UsageError)
