"""The description for programs is true: whatever it allows is answered as it says."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from servers import Running
from si_graph.serve.openapi import description

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PATHS = sorted(description("/", writable=True)["paths"])


@pytest.fixture(scope="module")
def described(server: Running) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


def test_the_description_is_that_of_this_server(server: Running) -> None:
    told = httpx.get(f"{server.url}/openapi.json").json()
    assert told == description("/", writable=False)
    assert "/update" not in told["paths"]
    assert description("/graph/", writable=True)["servers"] == [{"url": "/graph"}]


@pytest.mark.parametrize("path", PATHS)
def test_examples_in_the_description_are_there(server: Running, path: str) -> None:
    if path in ("/update", "/id/{path}"):
        pytest.skip("it takes changes only, or sends elsewhere")
    parameters = description("/", writable=True)["paths"][path]["get"]["parameters"]
    for one in parameters:
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", one["example"])
    asked = {"/graph.json": {"thing": "actor:min-ez"},
             "/explain": {"s": "rec2-a", "p": "concerns", "o": "organisations"},
             "/data": {"graph": "https://w3id.org/si-graph/graph/editorial"}}  # fmt: skip
    answer = httpx.get(server.url + path, params=asked.get(path), timeout=60)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("/update", "/metrics")])
def test_what_the_description_allows_is_answered_as_it_says(
    described: schemathesis.BaseSchema, path: str
) -> None:
    for method in described[path]:
        require_true(described[path][method])


def require_true(operation: Any) -> None:
    """Call an operation with whatever its description allows, and more."""

    @given(case=operation.as_strategy())
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    def call(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, timeout=60)

    call()
