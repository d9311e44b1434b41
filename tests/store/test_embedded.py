"""The embedded store answers SPARQL, never uses the network, and merges graphs before it counts."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from loopback import Server, answering
from si_graph.errors import LimitError, QuerySyntaxError, SiGraphError, UsageError
from si_graph.store.embedded import EmbeddedStore
from si_graph.store.inspection import MAX_NESTING

EX = "http://example.org/"
PREFIX = f"PREFIX ex: <{EX}>\n"
NOTHING = b'{"head": {"vars": []}, "results": {"bindings": []}}'


def rows(store: EmbeddedStore, query: str) -> list[list[str]]:
    """Return the rows of a SELECT query as text, in no particular order."""
    results = store.query(PREFIX + query)
    assert isinstance(results, ox.QuerySolutions)
    return sorted([str(value) for value in solution] for solution in results)


def triples(store: EmbeddedStore, query: str) -> list[str]:
    """Return the triples of a CONSTRUCT or DESCRIBE query as text."""
    results = store.query(PREFIX + query)
    assert isinstance(results, ox.QueryTriples)
    return sorted(str(triple) for triple in results)


def number(store: EmbeddedStore, query: str) -> int:
    """Return the one number that a query answers with."""
    ((value,),) = rows(store, query)
    return int(value.split('"')[1])


def test_select_answers_with_terms_of_every_kind(store: EmbeddedStore) -> None:
    integer = '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert rows(store, "SELECT ?o { ex:s ex:p ?o }") == [[integer], ['"café"@nl'], [f"<{EX}o>"]]


def test_ask_construct_and_describe_are_answered(store: EmbeddedStore) -> None:
    assert bool(store.query(PREFIX + "ASK { ex:s ex:p ex:o }")) is True
    assert bool(store.query(PREFIX + "ASK { ex:o ex:p ex:s }")) is False
    turned = [f"<{EX}o> <{EX}q> <{EX}s>"]
    assert triples(store, "CONSTRUCT { ?o ex:q ?s } { ?s ?p ?o FILTER(ISIRI(?o)) }") == turned
    assert len(triples(store, "DESCRIBE ex:s")) == 3


def test_a_store_on_disk_is_opened_for_reading_only(store: EmbeddedStore, tmp_path: Path) -> None:
    kept = ox.Store(str(tmp_path))
    kept.extend(store.oxigraph)
    kept.flush()
    del kept
    opened = EmbeddedStore.open(str(tmp_path))
    assert number(opened, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == 5
    with pytest.raises(RuntimeError, match="read-write"):
        opened.oxigraph.add(ox.Quad(ox.NamedNode(EX), ox.NamedNode(EX), ox.NamedNode(EX)))


CALLS = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "in small letters": "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "by a name": "PREFIX e: <URL> SELECT * { SERVICE e: { ?s ?p ?o } }",
    "by a variable": "SELECT * { BIND(<URL> AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "after a number": "SELECT * { ?a ex:b 1SERVICE <URL> { ?s ?p ?o } }",
    "after a truth value": "SELECT * { {} UNION { ?a ex:b trueSERVICE <URL> { ?s ?p ?o } } }",
    "after a string": "SELECT * { ?a ex:b ''' ' ''SERVICE'''SERVICE <URL> { ?s ?p ?o } }",
    "after an escaped quote": "SELECT * { ?a ex:b\\' ?c . SERVICE <URL> { ?s ?p ?o } #'\n }",
    "after a comparison": "SELECT * { FILTER(1<'>')SERVICE <URL> { ?s ?p ?o } #'\n }",
    "after an escape in an IRI": "SELECT * { ?a <x:\\u0041#> ?c . SERVICE <URL> { ?s ?p ?o } }",
    "joined to SILENT": "SELECT * { SERVICESILENT <URL> { ?s ?p ?o } }",
    "with a comment inside": "SELECT * { SERVICE # silent\n SILENT <URL> { ?s ?p ?o } }",
    "after a comment that a return ends": "SELECT * { # see\rSERVICE <URL> { ?s ?p ?o }\n }",
    "with a prefix of that name": "PREFIX : <URL> PREFIX SERVICE: <x:> "
    "SELECT * { SERVICE: { ?s ?p ?o } }",
    "in EXISTS": "ASK { ?a ex:b ?c FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "in a subquery": "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "in an expression": "SELECT (EXISTS { SERVICE <URL> {} } AS ?z) { ?a ex:b ?c }",
    "in an order": "SELECT * { ?a ex:b ?c } ORDER BY (EXISTS { SERVICE <URL> {} })",
    "in HAVING": "SELECT ?a { ?a ex:b ?c } GROUP BY ?a HAVING (EXISTS { SERVICE <URL> {} })",
    "in LATERAL": "SELECT * { ?a ex:b ?c LATERAL { SERVICE <URL> { ?s ?p ?o } } }",
    "in ASK": "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "in CONSTRUCT": "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "in DESCRIBE": "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS)
def test_a_call_of_another_endpoint_is_refused_and_not_made(
    store: EmbeddedStore, server: Server, query: str
) -> None:
    server.answer = answering(NOTHING, "application/sparql-results+json")
    with pytest.raises(SiGraphError) as caught:
        list(store.query(PREFIX + query.replace("URL", server.url)))  # type: ignore[arg-type]
    assert server.requests == []
    assert "SERVICE" in str(caught.value)


def test_the_refusal_says_what_to_do_instead(store: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match=r"\(SERVICE\).*\n.*si-graph query") as caught:
        store.query("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { S\\U00000045RVICE <URL> { ?s ?p ?o } }",
        "SELECT * { # \\u000ASERVICE <URL> { ?s ?p ?o } ",
        "CONSTRUCT WHERE { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { SERVICE\x0b<URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p _:bSERVICE <URL> { ?s ?p ?o } }",
    ],
)
def test_what_is_no_sparql_calls_nothing_either(
    store: EmbeddedStore, server: Server, query: str
) -> None:
    with pytest.raises(QuerySyntaxError):
        store.query(query.replace("URL", server.url))
    assert server.requests == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { ex:s ex:p ?o } # SERVICE <http://example.org/> {}",
        "SELECT ?o { ex:s ex:p ?o FILTER(STR(?o) != 'SERVICE <http://example.org/> {}') }",
        "SELECT ?o { ex:s ex:p ?o FILTER(STR(?o) != '\\u0053ERVICE') }",
        "SELECT ?service { ex:s ex:p ?service } ORDER BY ?SERVICE",
        "SELECT (STR(?service) AS ?Service) { ex:s ex:p ?service }",
        "SELECT ?o { ex:s ex:p ?o MINUS { ?o ex:SERVICE <http://example.org/service> } }",
        "PREFIX service: <http://example.org/> SELECT ?o { service:s service:p ?o }",
        "SELECT ?o { ex:s ex:p ?o MINUS { ?o ex:service ?x LATERAL { ?x ex:y ?z } } }",
    ],
)
def test_the_word_may_stand_where_it_calls_nothing(store: EmbeddedStore, query: str) -> None:
    assert len(rows(store, query)) == 3


def test_a_function_that_is_none_of_sparqls_is_named(store: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match=f"cannot be answered.*<{EX}double> is not supported"):
        store.query(PREFIX + "SELECT (ex:double(7) AS ?n) {}")


COUNT = "SELECT (COUNT(*) AS ?n) "


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (COUNT + "FROM ex:one { ?s ex:b ?o }", 1),
        (COUNT + "FROM ex:one FROM ex:two { ?s ex:b ?o }", 1),
        (COUNT + "FROM ex:one FROM ex:two { ?s ?p ?o }", 3),
        (COUNT + "FROM ex:one FROM ex:one { ?s ?p ?o }", 2),
        (COUNT + f"from <{EX}one>from<{EX}two> {{ ?s ?p ?o }}", 3),
        (COUNT + "FROM ex:one # and\rFROM ex:two\n { ?s ex:b ?o }", 1),
        (COUNT + "FROM ex:one FROM ex:none { ?s ?p ?o }", 2),
        (COUNT + "FROM ex:one FROM ex:two { ?s ?p ?o LATERAL { ?s ex:only ?x } }", 6),
        (COUNT + "FROM ex:one FROM ex:two FROM NAMED ex:three { GRAPH ?g { ?s ?p ?o } }", 1),
        (COUNT + "FROM ex:one FROM ex:two { GRAPH ?g { ?s ?p ?o } }", 0),
        (COUNT + "FROM NAMED ex:one FROM NAMED ex:two { GRAPH ?g { ?s ex:b ?o } }", 2),
        (COUNT + "FROM NAMED ex:one { ?s ?p ?o }", 0),
        (COUNT + "{ ?s ?p ?o FILTER(STR(?o) != 'FROM ex:one FROM ex:two') }", 3),
    ],
)
def test_several_from_are_one_graph_with_each_triple_once(
    store: EmbeddedStore, query: str, expected: int
) -> None:
    assert number(store, query) == expected


def test_the_names_of_graphs_are_resolved_as_in_the_rest_of_the_query(
    store: EmbeddedStore,
) -> None:
    query = f"BASE <{EX}> PREFIX x: <on> {COUNT} FROM x:e FROM <two> {{ ?s ex:b ?o }}"
    assert number(store, query) == 1


def test_a_merge_is_asked_and_built_from_too(store: EmbeddedStore) -> None:
    both = "FROM ex:one FROM ex:two"
    assert triples(store, f"CONSTRUCT {{ ?s ?p ?o }} {both} {{ ?s ?p ?o }}") == [
        f"<{EX}a> <{EX}b> <{EX}c>",
        f"<{EX}a> <{EX}only> <{EX}one>",
        f"<{EX}a> <{EX}only> <{EX}two>",
    ]
    assert bool(store.query(f"{PREFIX} ASK {both} {{ ex:a ex:only ex:one, ex:two }}"))
    assert not bool(store.query(f"{PREFIX} ASK {both} {{ ex:s ?p ?o }}"))


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("{", "}"), ("[", "]")])
def test_endless_nesting_is_a_limit_and_no_crash(
    store: EmbeddedStore, opening: str, closing: str
) -> None:
    for depth in (MAX_NESTING + 1, 100_000):
        with pytest.raises(LimitError, match=f"more than {MAX_NESTING} levels") as caught:
            store.query("SELECT * " + opening * depth + closing * depth)
        assert caught.value.exit_status == 4


def test_what_nests_as_deep_as_people_write_is_answered(store: EmbeddedStore) -> None:
    nested = "{" * (MAX_NESTING - 1) + "ex:s ex:p ?o" + "}" * (MAX_NESTING - 1)
    assert len(rows(store, f"SELECT ?o {{ {nested} }}")) == 3
    flat = "".join("OPTIONAL { ex:s ex:q ?q }\n" for _ in range(2 * MAX_NESTING))
    assert len(rows(store, f"SELECT ?o {{ ex:s ex:p ?o {flat} }}")) == 3


@pytest.mark.parametrize(
    ("query", "asks_named_graphs"),
    [
        ("SELECT * { ?s ?p ?o }", False),
        ("SELECT * { ?s ?p ?o FILTER(?p != <http://example.org/graph/p>) }", False),
        ("DESCRIBE ex:s", False),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", True),
        ("SELECT * {graph?g{?s ?p ?o}}", True),
        ("SELECT * { GRAPHex:one { ?s ?p ?o } }", True),
        (f"SELECT * {{ GRAPH<{EX}one> {{ ?s ?p ?o }} }}", True),
        ("SELECT * { GRAPH # which\n ex:one { ?s ?p ?o } }", True),
        ("SELECT * FROM ex:one { ?s ?p ?o }", True),
        ("SELECT * FROM NAMED ex:one { ?s ?p ?o }", True),
    ],
)
def test_what_asks_the_default_graph_alone_is_answered_from_it(
    store: EmbeddedStore, query: str, asks_named_graphs: bool
) -> None:
    def answer(one: EmbeddedStore) -> list[str]:
        return sorted(map(str, one.query(PREFIX + query)))  # type: ignore[arg-type]  # no ASK

    alone, empty = ox.Store(), ox.Store()
    alone.bulk_extend(store.oxigraph.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    whole = answer(store)
    assert answer(EmbeddedStore(store.oxigraph, default=alone)) == whole
    from_there = answer(EmbeddedStore(store.oxigraph, default=empty)) == []
    assert from_there == (not asks_named_graphs or whole == [])


def test_no_word_of_a_query_hides_behind_escapes(store: EmbeddedStore) -> None:
    # Where a query reaches is told from its words, so Oxigraph must not read them otherwise.
    for word in ("\\u0047RAPH ?g", "SERV\\u0049CE <x:y>"):
        with pytest.raises(QuerySyntaxError):
            store.query(f"SELECT * {{ {word} {{ ?s ?p ?o }} }}")
    with pytest.raises(QuerySyntaxError):
        store.query("SELECT * FR\\u004FM <x:y> { ?s ?p ?o }")
