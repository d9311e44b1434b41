"""An answer is read as what it is, whatever it is called; what is none is never taken for one."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from endpoints import RESULTS, Told
from loopback import Server, answering
from si_graph.errors import EndpointError, LimitError
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore

SELECT = "SELECT * { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
JSON_ROW = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"x:y"}}]}}'
XML_ROW = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
    b'<variable name="x"/></head><results><result><binding name="x"><uri>x:y</uri></binding>'
    b"</result></results></sparql>"
)
RDF_XML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="x:a"><b xmlns="x:" rdf:resource="x:c"/></rdf:Description>'
    b"</rdf:RDF>"
)
LIES = ["text/html", "text/plain", "application/octet-stream", "application/json", "text/xml", ""]


def asking(server: Server, query: str = SELECT) -> list[str]:
    """Ask; return the rows or triples as text."""
    told = Told()
    answer = RemoteStore(Endpoint(server.url), tell=told.append, pause=told.pause).query(query)
    if isinstance(answer, ox.QueryBoolean):
        return [str(bool(answer))]
    if isinstance(answer, ox.QuerySolutions):
        return [" ".join(map(str, solution)) for solution in answer]
    return [str(triple) for triple in answer]


@pytest.mark.parametrize("called", [*LIES, RESULTS, "application/sparql-results+xml"])
@pytest.mark.parametrize(
    "body", [JSON_ROW, b"\n\n" + JSON_ROW, b"\xef\xbb\xbf" + JSON_ROW, XML_ROW]
)
def test_rows_are_read_whatever_they_are_called(server: Server, body: bytes, called: str) -> None:
    server.answer = answering(body, called)
    assert asking(server) == ["<x:y>"]


@pytest.mark.parametrize(
    ("body", "called"),
    [
        *[(RDF_XML, called) for called in (*LIES, "text/turtle")],
        (b'{"@id":"x:a","x:b":{"@id":"x:c"}}', "text/turtle"),
        (b'[{"@id":"x:a","x:b":{"@id":"x:c"}}]', "application/json"),
        (b"<x:a> <x:b> <x:c> .", "text/rdf+n3"),
        (b"@prefix x: <x:> . x:a x:b x:c .", "text/x-turtle"),
        (b"[] <x:b> <x:c> .", "text/turtle"),
    ],
)
def test_triples_are_read_whatever_they_are_called(
    server: Server, body: bytes, called: str
) -> None:
    server.answer = answering(body, called)
    (triple,) = asking(server, CONSTRUCT)
    assert triple.endswith(" <x:b> <x:c>")


PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Gateway</title><style>b { color: red }</style></head>"
    b"<body><p>The service is &lt;down&gt; for maintenance.</body></html>"
)


@pytest.mark.parametrize("called", ["text/html", RESULTS, "text/turtle", "text/plain"])
@pytest.mark.parametrize("query", [SELECT, CONSTRUCT, "ASK {}"])
def test_a_web_page_is_no_answer_though_its_status_says_so(
    server: Server, called: str, query: str
) -> None:
    server.answer = answering(PAGE, called)
    with pytest.raises(EndpointError, match="does not look like a SPARQL endpoint") as caught:
        asking(server, query)
    assert str(caught.value).endswith("\n  Gateway\n  The service is <down> for maintenance.")


def test_a_broken_answer_is_shown_at_its_end_where_some_say_why(server: Server) -> None:
    server.answer = answering(JSON_ROW[:-3] + b"\nTime is up, sorry", RESULTS)
    with pytest.raises(EndpointError, match=r"It ends with: .*Time is up, sorry"):
        asking(server)


@pytest.mark.parametrize(
    ("body", "called", "query"),
    [
        (b'{"head":{},"boolean":true}', RESULTS, SELECT),
        (JSON_ROW, RESULTS, "ASK {}"),
        (b"", RESULTS, SELECT),
        (b"OK", "text/plain", SELECT),
        (JSON_ROW, RESULTS, CONSTRUCT),
    ],
)
def test_an_answer_to_another_question_is_none(
    server: Server, body: bytes, called: str, query: str
) -> None:
    server.answer = answering(body, called)
    if query == CONSTRUCT:
        # As JSON-LD, rows say nothing at all.
        assert asking(server, query) == []
        return
    with pytest.raises(EndpointError, match="not sound"):
        asking(server, query)


def test_what_is_compressed_without_being_asked_for_is_refused(server: Server) -> None:
    server.answer = answering(JSON_ROW, RESULTS, headers={"Content-Encoding": "gzip"})
    with pytest.raises(EndpointError, match="compressed"):
        asking(server)


# What Virtuoso does


def test_literals_by_their_old_name_are_literals(server: Server) -> None:
    body = JSON_ROW.replace(
        b'"type":"uri"', b'"type":"typed-literal","datatype":"http://example.org/d"'
    )
    server.answer = answering(body, RESULTS)
    assert asking(server) == ['"x:y"^^<http://example.org/d>']


@pytest.mark.parametrize(
    "body",
    [
        JSON_ROW.replace(b'"uri"', b'"bnode"').replace(b"x:y", b"nodeID://b10"),
        XML_ROW.replace(b"uri>", b"bnode>").replace(b"x:y", b"nodeID://b10"),
    ],
)
def test_blank_nodes_with_names_that_no_standard_allows_are_read(
    server: Server, body: bytes
) -> None:
    server.answer = answering(body, RESULTS)
    assert asking(server) == ["_:b10"]


def test_a_text_that_looks_like_such_a_name_stays_as_it_is(server: Server) -> None:
    text = rb"{\"type\": \"bnode\", \"value\": \"nodeID://b10\"}"
    body = JSON_ROW.replace(b'"uri"', b'"literal"').replace(b"x:y", text)
    server.answer = answering(body, RESULTS)
    (row,) = asking(server)
    assert "nodeID://b10" in row


@pytest.mark.parametrize(("rows", "answer"), [(1, "True"), (0, "False")])
def test_yes_or_no_may_come_as_rows(server: Server, rows: int, answer: str) -> None:
    row = b'{"__ASK_RETVAL":{"type":"literal","value":"1"}}' * rows
    server.answer = answering(
        b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[%b]}}' % row, RESULTS
    )
    assert asking(server, "ASK {}") == [answer]


def test_what_was_ready_when_time_was_up_is_no_answer(server: Server) -> None:
    headers = {
        "X-SQL-State": "S1TAT",
        "X-SQL-Message": "RC...: Returning incomplete results  5 rnd",
    }
    server.answer = answering(JSON_ROW, RESULTS, headers=headers)
    with pytest.raises(LimitError, match=r"only a part \(S1TAT\)\n  RC...: Returning incomplete"):
        asking(server)


# Where an endpoint has moved


def test_a_redirection_on_the_same_server_is_followed_with_the_query(server: Server) -> None:
    for status, long in ((301, ""), (302, ""), (307, "x" * 2000), (308, "x" * 2000)):
        server.requests.clear()
        moved = answering(b"", "", status, headers={"Location": server.url + "/moved?query=1"})
        here = server.answer = answering(JSON_ROW, RESULTS)

        def answer(handler: object, moved: object = moved, here: object = here) -> None:
            is_first = len(server.requests) == 1
            (moved if is_first else here)(handler)  # type: ignore[operator]

        server.answer = answer
        assert asking(server, f"{SELECT} # {long}") == ["<x:y>"]
        first, second = server.requests
        assert second.path.endswith("/moved?query=1")
        assert (first.method, first.body) == (second.method, second.body)


@pytest.mark.parametrize("where", ["http://localhost:9/sparql", "file:///etc/hostname", "ftp://x/"])
def test_an_endpoint_that_has_moved_elsewhere_is_not_followed(server: Server, where: str) -> None:
    server.answer = answering(b"", "", 301, headers={"Location": where})
    with pytest.raises(EndpointError, match=f"has moved to {where}"):
        asking(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers"), [(300, {}), (301, {}), (303, {"Location": "/page"})]
)
def test_a_query_is_not_sent_on_as_a_look_at_another_page(
    server: Server, status: int, headers: dict[str, str]
) -> None:
    server.answer = answering(JSON_ROW, RESULTS, status, headers=headers)
    with pytest.raises(EndpointError, match=f"answers {status}"):
        asking(server, f"{SELECT} # {'x' * 2000}")
    assert len(server.requests) == 1


def test_redirections_come_to_an_end(server: Server) -> None:
    server.answer = answering(b"", "", 302, headers={"Location": "/sparql?again"})
    with pytest.raises(EndpointError, match="too many redirections"):
        asking(server)
