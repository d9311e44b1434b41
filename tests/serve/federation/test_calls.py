"""SERVICE and LOAD reach what is allowed, by the gateway, and nothing else, however written."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from federating import PREFIX, Federation
from loopback import Server, answering
from si_graph.errors import LimitError, QuerySyntaxError, UsageError
from si_graph.query.federation.calls import MAX_CALLS
from si_graph.serve.federation.policy import prepare_query

# Each calls URL once, or would.
CALLS = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "in small letters": "SELECT * { service<URL>{ ?s ?p ?o } }",
    "by a name": "PREFIX e: <URL> SELECT * { SERVICE e: { ?s ?p ?o } }",
    "by a name in two parts": "PREFIX e: <HOST> SELECT * { SERVICE e:PATH { ?s ?p ?o } }",
    "by a relative IRI": "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "by an IRI with an escape": "SELECT * { SERVICE <ESCAPED> { ?s ?p ?o } }",
    "silently": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "with comments inside": "SELECT * { SERVICE # <x:>\r SILENT # SILENT\n <URL> { ?s ?p ?o } }",
    "after a number": "SELECT * { ?a ex:b 1SERVICE <URL> { ?s ?p ?o } }",
    "after a string": "SELECT * { BIND(''' ' ''SERVICE''' AS ?x)SERVICE <URL> { ?s ?p ?o } }",
    "after a comparison": "SELECT * { FILTER('>'>'<')SERVICE <URL> { ?s ?p ?o } #'\n }",
    "in EXISTS": "ASK { VALUES ?a { 1 } FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "in a subquery": "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "in an expression": "SELECT (EXISTS { SERVICE <URL> {} } AS ?z) {}",
    "in OPTIONAL": "SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } }",
    "in LATERAL": "SELECT * { VALUES ?a { 1 } LATERAL { SERVICE <URL> { ?s ?p ?o } } }",
    "in CONSTRUCT": "CONSTRUCT { ?x ex:b ?x } { SERVICE <URL> { ?s ?p ?o } }",
    "beside a language": "SELECT * { VALUES (?a ?b) { ('x'@service <x:y>) } SERVICE <URL> {} }",
}  # fmt: skip
UPDATES = {
    "by LOAD": "LOAD <URL>",
    "by LOAD in small letters": "load silent<URL>",
    "by LOAD into a graph": "PREFIX e: <URL> LOAD e: INTO GRAPH e:x",
    "by LOAD after another update": "INSERT DATA { ex:load ex:load 'LOAD <URL>' } ; LOAD <URL>",
    "by LOAD without a word": "CLEAR ALL;LOAD<URL>INTO GRAPH<x:y>;",
    "by SERVICE in an update": "INSERT { ?x ex:b ex:c } WHERE { SERVICE <URL> { ?x ?y ?z } }",
    "by SERVICE in DELETE": "DELETE { ?x ex:b ex:c } WHERE { SERVICE SILENT <URL> { ?x ?y ?z } }",
}


def written(text: str, server: Server) -> str:
    """Return an example as a call of a server."""
    host, _, path = server.url.rpartition(":")
    escaped = server.url.replace("s", "\\u0073")
    for mark, value in (("HOST", host + ":"), ("PATH", path.replace("/", "\\/"))):
        text = text.replace(mark, value)
    return PREFIX + text.replace("URL", server.url).replace("ESCAPED", escaped)


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS)
def test_a_call_of_an_allowed_endpoint_is_made_once(
    federation: Federation, allowed: Server, query: str
) -> None:
    federation.run(written(query, allowed))
    assert [request.method for request in allowed.requests] == ["POST"]


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS)
def test_a_call_of_any_other_endpoint_is_refused(
    federation: Federation, forbidden: Server, query: str
) -> None:
    with pytest.raises(UsageError, match=r"does not call .*\(SERVICE\)\n  Allowed are"):
        federation.run(written(query, forbidden))
    assert forbidden.requests == []


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
def test_an_update_calls_what_is_allowed(
    federation: Federation, allowed: Server, update: str
) -> None:
    if "SERVICE" not in update:
        allowed.answer = answering(b"<x:a> <x:b> <x:c> .", "text/turtle")
    federation.run(written(update, allowed), update=True)
    assert len(allowed.requests) == 1


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
def test_an_update_calls_nothing_else(
    federation: Federation, forbidden: Server, update: str
) -> None:
    with pytest.raises(UsageError, match="this server does not call"):
        federation.run(written(update, forbidden), update=True)
    assert forbidden.requests == []


def test_what_an_endpoint_answers_is_in_the_answer(federation: Federation, allowed: Server) -> None:
    (row,) = federation.run(f"SELECT ?x {{ SERVICE <{allowed.url}> {{ ?x ?y ?z }} }}")
    assert isinstance(row, ox.QuerySolution)
    assert row["x"] == ox.Literal("there")
    assert allowed.requests[0].body == "SELECT * WHERE { ?x ?y ?z . }"


def test_without_an_allow_list_nothing_is_called(forbidden: Server) -> None:
    query = f"SELECT * {{ SERVICE <{forbidden.url}> {{ ?s ?p ?o }} }}"
    for allowed, gateway in (((), None), ((), "http://127.0.0.1:1"), ((forbidden.url,), None)):
        with pytest.raises(UsageError, match="It calls no other at all"):
            prepare_query(query, allowed, gateway)


@pytest.mark.parametrize("query", ["SERVICE ?e {}", "SERVICE SILENT $e { ?s ?p ?o }"])
def test_an_endpoint_that_only_running_would_tell_is_refused(
    federation: Federation, forbidden: Server, query: str
) -> None:
    text = f"SELECT * {{ VALUES ?e {{ <{forbidden.url}> }} {query} }}"
    with pytest.raises(UsageError, match=r"SERVICE [?$]e: .*cannot be a variable.*\n.*IRI"):
        federation.run(text)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?o { 1 } } # SERVICE <URL> {}",
        "SELECT * { VALUES ?o { 1 } FILTER(STR(?o) != 'SERVICE <URL> {}') }",
        "SELECT ?service { VALUES ?service { 1 } } ORDER BY ?service",
        "PREFIX service: <URL> SELECT ?o { VALUES ?o { service:x service:service } FILTER(?o = "
        "service:x) }",
        "SELECT * { VALUES ?o { 'x'@service } }",
        "SELECT * { VALUES (?o ?p) { ('x'@service <URL>) } }",
    ],
)
def test_a_query_that_calls_nothing_is_left_as_it_is(
    federation: Federation, forbidden: Server, query: str
) -> None:
    text = written(query, forbidden)
    assert prepare_query(text, federation.allowed, federation.url) == text
    assert len(federation.run(text)) == 1


def test_what_is_no_call_stays_beside_one(federation: Federation, allowed: Server) -> None:
    query = (
        "SELECT ?service ?x { VALUES (?service ?y) { ('SERVICE <x:>'@load-service <x:service>) } "
        f"SERVICE <{allowed.url}> {{ ?x ?p ?o }} }} # SERVICE <x:y>"
    )
    (row,) = federation.run(query)
    assert isinstance(row, ox.QuerySolution)
    assert row["service"] == ox.Literal("SERVICE <x:>", language="load-service")
    assert row["x"] == ox.Literal("there")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * {\n SERVICE <URL> { ?s ?p } }", 2, 50),
        ("SELECT * {\n SERVICE none: { ?s ?p ?o } }", 2, 10),
        ("SELECT * {\n SERVICE\x0b<URL> {} }", 2, 2),
        ("SELECT * {\n SERVICE SERVICE <URL> {} }", 2, 2),
    ],
)
def test_a_query_that_does_not_parse_is_an_error_with_its_place(
    federation: Federation, allowed: Server, text: str, line: int, column: int
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        federation.run(text.replace("URL", allowed.url))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert allowed.requests == []


@pytest.mark.parametrize(
    "text", ["LOAD", "LOAD <URL>\nINTO <x:y>", "LOAD <URL> ; LOAD x", "INSERT { SERVICE <URL> {} }"]
)
def test_an_update_that_does_not_parse_does_nothing(
    federation: Federation, allowed: Server, text: str
) -> None:
    with pytest.raises(QuerySyntaxError):
        federation.run(text.replace("URL", allowed.url), update=True)
    assert allowed.requests == []


def test_a_fault_between_calls_is_none_of_them(federation: Federation, allowed: Server) -> None:
    twice = "BIND('LOAD' AS ?n) BIND(1 AS ?n)"
    text = f"INSERT {{}} WHERE {{ {twice} SERVICE <{allowed.url}> {{ ?s ex:LOAD ?o }} }} ; LOAD ex:"
    with pytest.raises(QuerySyntaxError):
        federation.run(PREFIX + text, update=True)
    assert allowed.requests == []


def test_a_user_and_a_password_are_never_sent(federation: Federation, allowed: Server) -> None:
    secret = allowed.url.replace("http://", "http://user:pass@")
    with pytest.raises(UsageError, match="user name or password"):
        federation.run(f"ASK {{ SERVICE <{secret}> {{}} }}")


def test_a_text_may_hold_only_so_many_calls(federation: Federation, allowed: Server) -> None:
    call = f"OPTIONAL {{ SERVICE <{allowed.url}> {{ ?s ?p ?o }} }} "
    federation.run(f"SELECT * {{ {call * MAX_CALLS} }}")
    with pytest.raises(LimitError, match=f"more than {MAX_CALLS} calls"):
        federation.run(f"SELECT * {{ {call * (MAX_CALLS + 1)} }}")


def test_an_escape_makes_no_keyword(federation: Federation, allowed: Server) -> None:
    for word in ("\\u0053ERVICE", "S\\U00000045RVICE", "# \\u000ASERVICE"):
        with pytest.raises((SyntaxError, QuerySyntaxError)):
            federation.run(f"SELECT * {{ {word} <{allowed.url}> {{ ?s ?p ?o }} }}")
    assert allowed.requests == []


def test_a_call_within_a_call_is_sent_on_as_it_was_written(
    federation: Federation, allowed: Server
) -> None:
    inner = f"SERVICE SILENT <{allowed.url}> {{ ?s ?p ?o . }}"
    federation.run(f"SELECT * {{ SERVICE <{allowed.url}> {{ {inner} }} }}")
    assert [request.body for request in allowed.requests] == [f"SELECT * WHERE {{ {inner} }}"]


def test_from_fetches_nothing(forbidden: Server) -> None:
    for clause in ("FROM", "FROM NAMED"):
        query = f"SELECT * {clause} <{forbidden.url}> {{ ?s ?p ?o }}"
        assert list(ox.Store().query(query)) == []  # type: ignore[arg-type]  # it is a SELECT
    ox.Store().update(
        f"INSERT {{ ?s ?p ?o }} USING <{forbidden.url}> USING NAMED <{forbidden.url}> "
        "WHERE { ?s ?p ?o }"
    )
    assert forbidden.requests == []
