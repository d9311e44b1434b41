"""One answer, every format: nothing gets lost, nothing gets out, and it can be read again."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from si_graph.errors import QuerySyntaxError, UsageError
from si_graph.query.binding import serialise
from si_graph.query.evaluate import evaluate
from si_graph.query.results import Graph, Rows, YesNo
from si_graph.store.embedded import EmbeddedStore

EMPTY = EmbeddedStore.from_quads([])
MIXED = """SELECT ?thing ?text ?number { VALUES (?thing ?text ?number) {
  (actor:nwo "<b> & \\"quoted\\"" 1)
  (UNDEF "a,b\\nc"@nl 2)
  (<javascript:alert(1)> "é\\t€" UNDEF)
} }"""
TEXTS = ['<b> & "quoted"', "a,b\nc", "é\t€"]
NWO = "https://w3id.org/si-graph/id/actor/nwo"


def rows(query: str = MIXED) -> Rows:
    result = evaluate(EMPTY, query)
    assert isinstance(result, Rows)
    return result


def written(result: Rows | YesNo | Graph, format: str) -> str:  # noqa: A002 - as in `write`
    buffer = BytesIO()
    result.write(buffer, format)
    return buffer.getvalue().decode()


def test_csv_reads_back() -> None:
    head, *lines = csv.reader(StringIO(written(rows(), "csv"), newline=""))
    assert head == ["thing", "text", "number"]
    assert [line[1] for line in lines] == TEXTS
    assert [line[0] for line in lines] == [NWO, "", "javascript:alert(1)"]


@pytest.mark.parametrize(
    ("format", "rdflib_format"), [("json", "json"), ("xml", "xml"), ("tsv", "tsv")]
)
def test_rows_read_back_in_another_library(format: str, rdflib_format: str) -> None:  # noqa: A002
    query = 'SELECT * { VALUES (?a ?b) { (actor:nwo "<b> & c"@nl) (actor:knaw 5) } }'
    data = BytesIO(written(rows(query), format).encode())
    found = rdflib.query.Result.parse(data, format=rdflib_format).bindings
    values = [{str(name): str(term) for name, term in row.items()} for row in found]
    assert values == [
        {"a": NWO, "b": "<b> & c"},
        {"a": NWO.replace("nwo", "knaw"), "b": "5"},
    ]


def test_html_escapes_everything_and_links_to_the_web_only() -> None:
    html = written(rows(), "html")
    assert "&lt;b&gt; &amp; &quot;quoted&quot;" in html
    assert f'<a href="{NWO}">actor:nwo</a>' in html
    assert "<td>javascript:alert(1)</td>" in html
    assert html.count("<tr>") == 4


@given(st.text(alphabet=st.sampled_from("<>&\"'ab \n"), max_size=12))
def test_no_text_becomes_markup(text: str) -> None:
    from html.parser import HTMLParser

    tags: list[str] = []
    content: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.handle_data = content.append  # type: ignore[assignment]
    query = f"SELECT ?t {{ VALUES ?t {{ {serialise(ox.Literal(text))} }} }}"
    parser.feed(written(rows(query), "html"))
    parser.close()
    assert tags == ["table", "thead", "tr", "th", "tbody", "tr", "td"]
    assert text in "".join(content)


def test_rows_can_be_read_and_written_again_and_again() -> None:
    result = rows()
    first = written(result, "csv") if len(result) == 3 else ""
    assert [len(list(result)) for _ in range(2)] == [3, 3]
    assert result.to_csv() == first == written(result, "csv")
    assert json.loads(result.to_json())["head"]["vars"] == ["thing", "text", "number"]
    assert result.to_xml().startswith("<?xml")
    assert result.to_tsv().startswith("?thing\t?text\t?number")


def test_rows_that_were_passed_on_unread_say_that_they_are_gone() -> None:
    result = rows()
    written(result, "csv")
    with pytest.raises(UsageError, match="written already"):
        result.to_csv()


def test_a_row_leaves_out_what_is_unbound() -> None:
    assert [set(row) for row in rows()] == [
        {"thing", "text", "number"},
        {"text", "number"},
        {"thing", "text"},
    ]


def test_data_frames_hold_plain_values() -> None:
    pandas, polars = rows().to_pandas(), rows().to_polars()
    assert list(pandas.columns) == polars.columns == ["thing", "text", "number"]
    assert list(pandas["text"]) == polars["text"].to_list() == TEXTS
    assert polars["thing"].to_list() == [NWO, None, "javascript:alert(1)"]
    assert polars["number"].to_list() == [1, 2, None]
    assert pandas["number"].sum() == 3
    assert pandas["thing"].isna().tolist() == [False, True, False]


def test_data_frames_know_numbers_and_truth() -> None:
    frame = rows("SELECT * { VALUES (?a ?b ?c) { (1.5 true 2e0) (2.5 false 1e1) } }").to_pandas()
    assert frame["a"].sum() == 4.0
    assert frame["b"].tolist() == [True, False]
    assert frame["c"].max() == 10.0


def test_an_empty_answer_keeps_its_columns() -> None:
    query = "SELECT ?a ?b WHERE { ?a ?b ?c }"
    assert list(rows(query).to_pandas().columns) == rows(query).to_polars().columns == ["a", "b"]
    assert written(rows(query), "csv").strip() == "a,b"
    assert len(rows(query)) == 0


@pytest.mark.parametrize(("pattern", "answer"), [("", True), ("?s ?p ?o", False)])
def test_yes_or_no_has_every_format(pattern: str, answer: bool) -> None:
    result = evaluate(EMPTY, f"ASK {{ {pattern} }}")
    assert isinstance(result, YesNo)
    word = str(answer).lower()
    assert bool(result) == answer
    assert written(result, "csv") == written(result, "tsv") == f"{word}\n"
    assert json.loads(result.to_json())["boolean"] == json.loads(written(result, "json"))["boolean"]
    assert json.loads(result.to_json())["boolean"] is answer
    assert f"<boolean>{word}</boolean>" in written(result, "xml")
    assert word in written(result, "html")


def graph() -> Graph:
    result = evaluate(
        EMPTY,
        "CONSTRUCT { ?s a si:Actor ; rdfs:label '<b>' } "
        "WHERE { VALUES ?s { actor:nwo actor:nwo actor:knaw } }",
    )
    assert isinstance(result, Graph)
    return result


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize(
    ("format", "rdflib_format"),
    [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld"), ("xml", "xml")],
)
def test_a_graph_reads_back_in_another_library(format: str, rdflib_format: str) -> None:  # noqa: A002
    found = rdflib.Graph().parse(data=written(graph(), format), format=rdflib_format)
    assert len(found) == len(graph()) == 4
    assert (rdflib.URIRef(NWO), rdflib.RDFS.label, rdflib.Literal("<b>")) in found


def test_turtle_declares_the_prefixes_that_it_uses() -> None:
    turtle = graph().to_turtle()
    declared = {line.split()[1] for line in turtle.splitlines() if line.startswith("@prefix")}
    assert {"actor:", "si:", "rdfs:"} <= declared <= {"actor:", "si:", "rdfs:", "rdf:"}
    assert "&lt;b&gt;" in written(graph(), "html")


@pytest.mark.parametrize(
    ("query", "format", "said"),
    [
        ("SELECT * {}", "turtle", "rows cannot be written as turtle; choose one of: csv"),
        ("ASK {}", "jsonld", "yes or no cannot be written as jsonld"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", "a graph cannot be written as csv"),
        ("SELECT * {}", "nonsense", "html"),
    ],
)
def test_a_format_that_does_not_fit_is_refused_with_those_that_do(
    query: str,
    format: str,  # noqa: A002
    said: str,
) -> None:
    with pytest.raises(UsageError, match=said):
        written(evaluate(EMPTY, query), format)


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * WHERE { ?s ?p }", 1, 24),
        ("SELECT *\nWHERE { ?s skos:prefLabel ?o . BAD }", 2, 32),
        ("SELECT", 1, 7),
    ],
)
def test_a_syntax_error_points_at_its_place(query: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        evaluate(EMPTY, query)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).splitlines()[-1] == "  " + " " * (column - 1) + "^"


def test_prefixes_of_ours_need_no_declaration_and_others_may_be_declared_anew() -> None:
    assert len(rows("SELECT ?x { VALUES ?x { actor:nwo } }")) == 1
    (row,) = rows("PREFIX actor: <http://e/> SELECT ?x { VALUES ?x { actor:nwo } }")
    assert row["x"] == ox.NamedNode("http://e/nwo")
    with pytest.raises(QuerySyntaxError):
        evaluate(EMPTY, "SELECT ?x { VALUES ?x { nobody:nwo } }")
