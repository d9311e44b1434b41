"""SPARQL updates change what they would in Oxigraph itself, and tell exactly what that was."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from si_graph.errors import EndpointError, LimitError, QuerySyntaxError, UsageError
from si_graph.namespaces import GRAPH_INFERRED
from si_graph.serve.dataset.changes import Changes
from si_graph.serve.dataset.operations import operations
from si_graph.serve.dataset.updating import apply
from si_graph.store.inspection import Selection

BASE = "http://example.org/"
PREFIX = f"PREFIX : <{BASE}> "


def run(
    store: ox.Store, update: str, using: Selection | None = None, gateway: str | None = None
) -> Changes:
    changes = Changes(store)
    for operation in operations(update, BASE, gateway):
        apply(changes, operation, using, BASE)
    return changes


def graphs(store: ox.Store) -> set[str]:
    return {str(graph) for graph in store.named_graphs()}


THINGS = st.sampled_from([":a", ":b", ":c"])
GRAPHS = st.sampled_from([":g", ":h"])
TRIPLES = st.tuples(THINGS, st.sampled_from([":p", ":q"]), THINGS | st.sampled_from(["1", "'x'"]))
QUADS = st.tuples(TRIPLES, st.none() | GRAPHS).map(
    lambda parts: (
        f"{' '.join(parts[0])} ."
        if parts[1] is None
        else f"GRAPH {parts[1]} {{ {' '.join(parts[0])} }}"
    )
)
DATA = st.lists(QUADS, max_size=4).map(" ".join)
PATTERNS = st.sampled_from(
    [
        "?s ?p ?o",
        "?s :p ?o",
        ":a ?p ?o",
        "GRAPH ?g { ?s ?p ?o }",
        "GRAPH :g { ?s :q ?o }",
        "?s :p ?x . ?x ?p ?o",
        "?s ?p ?o FILTER(isNumeric(?o) || ?s < ?o)",
        "?s ?p ?x OPTIONAL { ?x :q ?o }",
        "{ SELECT ?s (COUNT(*) AS ?o) { ?s ?p ?x } GROUP BY ?s } BIND(:q AS ?p)",
        "",
    ]
)
TEMPLATES = st.sampled_from(
    [
        "",
        "?s ?p ?o",
        "?o ?p ?s",
        "?s :q ?o",
        "GRAPH :h { ?s ?p ?o }",
        "GRAPH ?g { ?s :p ?o }",
        ":c :p ?o ; :q :c",
        ":a :p 1",
    ]
)
SCOPES = st.sampled_from(["", "USING :g", "USING :g USING NAMED :h", "USING NAMED :g"])
UPDATES = st.one_of(
    DATA.map(lambda data: f"INSERT DATA {{ {data} }}"),
    DATA.map(lambda data: f"DELETE DATA {{ {data} }}"),
    st.sampled_from(["?s :p ?o", "GRAPH ?g { :a ?p ?o }", ":a :p 1"]).map(
        lambda pattern: f"DELETE WHERE {{ {pattern} }}"
    ),
    st.tuples(st.sampled_from(["", "WITH :g"]), TEMPLATES, TEMPLATES, SCOPES, PATTERNS).map(
        lambda parts: (
            f"{parts[0]} DELETE {{ {parts[1]} }} INSERT {{ {parts[2]} }} {parts[3]}"
            f" WHERE {{ {parts[4]} }}"
        )
    ),
    st.tuples(
        st.sampled_from(["ADD", "MOVE", "COPY"]),
        st.sampled_from(["DEFAULT", ":g", "GRAPH :h"]),
        st.sampled_from(["DEFAULT", ":g", ":h"]),
    ).map(lambda parts: f"{parts[0]} {parts[1]} TO {parts[2]}"),
    st.tuples(
        st.sampled_from(["CLEAR", "DROP"]),
        st.sampled_from(["", "SILENT"]),
        st.sampled_from(["ALL", "NAMED", "DEFAULT", "GRAPH :g", "GRAPH :h"]),
    ).map(" ".join),
    st.sampled_from(["CREATE GRAPH :h", "CREATE SILENT GRAPH :g"]),
)


@settings(max_examples=300, deadline=None)
@given(DATA, st.lists(UPDATES, min_size=1, max_size=3))
def test_an_update_changes_what_it_would_in_oxigraph(data: str, updates: list[str]) -> None:
    ours, theirs = ox.Store(), ox.Store()
    for store in (ours, theirs):
        store.update(f"{PREFIX} INSERT DATA {{ {data} }}")
    text = PREFIX + " ; ".join(updates)
    before = set(ours)
    try:
        theirs.update(text, base_iri=BASE)
    except RuntimeError:
        with pytest.raises(UsageError):
            run(ours, text)
        return
    try:
        changes = run(ours, text)
    except UsageError as error:
        # Oxigraph copies from a graph that is not there, where the language has an error.
        assert re.match("(ADD|COPY) .* is not there", str(error))  # noqa: PT017
        return
    assert set(ours) == set(theirs)
    assert graphs(ours) == graphs(theirs), updates
    assert changes.added == set(ours) - before
    assert changes.removed == before - set(ours)


def test_what_is_inserted_for_each_solution_has_blank_nodes_of_its_own() -> None:
    store = ox.Store()
    run(store, f"{PREFIX} INSERT DATA {{ :a :p 1, 2 . :b :p 1 }}")
    run(store, f"{PREFIX} INSERT {{ ?s :q _:x . _:x :r _:x }} WHERE {{ ?s :p ?o }}")
    found = store.query(f"{PREFIX} SELECT ?x {{ ?s :q ?x . ?x :r ?x }}")
    assert isinstance(found, ox.QuerySolutions)
    assert len({row["x"] for row in found}) == 3


def test_a_prefix_may_be_declared_between_operations() -> None:
    store = ox.Store()
    text = "INSERT DATA { <a> <b> <c> } ;\nPREFIX x: <http://x/> INSERT DATA { x:a x:b x:c } ;"
    run(store, text)
    assert len(store) == 2


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("PREFIX : <http://x/>\nINSERT DATA { :a :b }", 2, 21),
        ("INSERT DATA { <a> <b> 1 } ;\n\nINSERT DATA { <a> x:b 1 }", 3, 19),
        ("INSERT DATA { <a> <b> 1 } ;; DROP ALL", 1, 28),
        ("PREFIX x <http://x/>\nDROP ALL", 1, 8),
        ("DROP ALL ;\nPREFIX x <http://x/>", 2, 8),
        ("SELECT * { ?s ?p ?o }", 1, 1),
    ],
)
def test_what_does_not_parse_is_reported_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        operations(text, BASE)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.query == text


@given(st.text(max_size=60) | st.lists(UPDATES).map(lambda some: "}".join(some)))
@settings(deadline=None)
def test_any_text_is_an_update_or_a_typed_error(text: str) -> None:
    with suppress(QuerySyntaxError, UsageError, LimitError):
        run(ox.Store(), text)


def test_nothing_is_written_to_what_follows() -> None:
    inferred = f"<{GRAPH_INFERRED}>"
    store = ox.Store()
    store.update(f"{PREFIX} INSERT DATA {{ :a :p 1 GRAPH {inferred} {{ :a :q 1 }} }}")
    before = set(store)
    for update in (
        f"INSERT DATA {{ GRAPH {inferred} {{ :a :q 2 }} }}",
        f"DELETE DATA {{ GRAPH {inferred} {{ :a :q 1 }} }}",
        f"DELETE WHERE {{ GRAPH {inferred} {{ :a :q 1 }} }}",
        "INSERT { GRAPH ?g { :a :q 2 } } WHERE { GRAPH ?g { :a :q 1 } }",
        f"WITH {inferred} DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"CLEAR GRAPH {inferred}",
        f"DROP SILENT GRAPH {inferred}",
        f"COPY DEFAULT TO {inferred}",
        f"MOVE {inferred} TO :g",
    ):
        with pytest.raises(UsageError, match="follows from"):
            run(store, PREFIX + update)
        assert set(store) == before, update
    # What speaks of all graphs means those that can be written to.
    run(store, f"{PREFIX} DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}")
    assert set(store) == before
    run(store, "DROP ALL")
    assert {str(quad.graph_name) for quad in store} == {inferred}


def test_the_request_may_say_which_graphs_conditions_are_about() -> None:
    store = ox.Store()
    run(store, f"{PREFIX} INSERT DATA {{ GRAPH :g {{ :a :p 1 }} GRAPH :h {{ :b :p 2 }} }}")
    update = f"{PREFIX} INSERT {{ ?s :q ?o }} WHERE {{ ?s :p ?o }}"
    run(store, update, Selection((f"{BASE}g",)))
    assert len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == 1
    run(store, update, Selection((f"{BASE}g", f"{BASE}h")))
    assert len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == 2
    named = f"{PREFIX} INSERT {{ ?s :r ?g }} WHERE {{ GRAPH ?g {{ ?s :p ?o }} }}"
    assert len(run(store, named, Selection((), (f"{BASE}h",))).added) == 1
    for clause in ("WITH :g INSERT { } WHERE { }", "INSERT { } USING :g WHERE { }"):
        with pytest.raises(UsageError, match="USING or WITH"):
            run(store, PREFIX + clause, Selection((f"{BASE}g",)))


# The network


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Listen, answer with one triple, and note what is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if "missing" not in self.path else 404)
            self.send_header("Content-Type", "text/turtle")
            body = b"<http://example.org/s> <http://example.org/p> 1 ."
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - what the library calls

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


REACHES_OUT = [
    "LOAD <{url}a>",
    "load silent <{url}a> INTO GRAPH <g>",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}a> {{ ?s ?p ?o }} }}",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{url}a> {{ ?s ?p ?o }} }}",
    "INSERT {{ ?s ?p ?o }} WHERE {{ BIND(<{url}a> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "DROP ALL ; LOAD <{url}a>",
    "PREFIX x: <{url}> LOAD x:a",
    # A reader that takes what stands between < and > for an IRI sees a string here.
    "INSERT {{}} WHERE {{ FILTER(?a<?b#> '''\n)}} ;"
    " LOAD <{url}a> ; INSERT DATA {{ <a> <b> '''c''' }}",
]


@pytest.mark.parametrize("update", REACHES_OUT)
def test_an_update_never_reaches_the_network(update: str) -> None:
    with listening() as (url, asked):
        with pytest.raises(UsageError, match="network"):
            run(ox.Store(), update.format(url=url))
        with pytest.raises(UsageError, match="network"):
            run(ox.Store(), update.format(url=url), gateway=f"{url}secret/")
        assert asked == []


def test_words_that_only_look_like_fetching_are_no_fetching() -> None:
    store = ox.Store()
    run(store, "PREFIX load: <http://x/service/> INSERT DATA { load:service load:a 'LOAD' } # LOAD")
    assert len(store) == 1


def test_what_goes_through_the_gateway_is_loaded() -> None:
    with listening() as (url, asked):
        store = ox.Store()
        run(store, f"LOAD <{url}secret/a> INTO GRAPH <g>", gateway=f"{url}secret/")
        assert asked == ["/secret/a"]
        assert graphs(store) == {f"<{BASE}g>"}
        with pytest.raises(EndpointError):
            run(store, f"LOAD <{url}secret/missing>", gateway=f"{url}secret/")
