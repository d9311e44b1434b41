"""Results up to a number of rows: whole where they fit, and cut with a word where they do not."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.query.bounded import CUT, write_solutions, write_triples
from si_graph.query.results import RESULT_FORMATS
from si_graph.store.writing import RDF_FORMATS

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
TERMS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(ox.Literal, st.integers()),
    st.builds(ox.Literal, st.sampled_from(["a\tb", 'a"b', "a\nb", "a,b", "{},{", "</head>"])),
    st.builds(lambda text: ox.Literal(text, language="nl"), TEXTS),
    st.just(ox.NamedNode("http://example.org/a")),
    st.just(ox.BlankNode("b")),
    st.builds(ox.Literal, st.text('\t\n\r\b\f\x01\x1f\x7f"\\/\u2028', max_size=4)),
    st.builds(lambda text: ox.Literal(text, language="ar", direction=ox.BaseDirection.RTL), TEXTS),
    st.builds(ox.Triple, *[st.just(ox.NamedNode("x:a"))] * 2, st.builds(ox.Literal, TEXTS)),
)


def rows_of(terms: list[ox.Literal | ox.NamedNode | ox.BlankNode | ox.Triple]) -> ox.QuerySolutions:
    """Return rows with one value each, and one column that has none."""
    store = ox.Store()
    for number, term in enumerate(terms):
        place = ox.NamedNode(f"http://example.org/{number:04}")
        store.add(ox.Quad(place, ox.NamedNode("http://example.org/p"), term))
    rows = store.query("SELECT ?term ?none { ?place ?p ?term } ORDER BY ?place")
    assert isinstance(rows, ox.QuerySolutions)
    return rows


@pytest.mark.parametrize("name", ["json", "xml", "tsv", "csv"])
@given(terms=st.lists(TERMS, max_size=6), limit=st.integers(1, 6), anew=st.booleans())
def test_what_is_within_the_limit_is_as_oxigraph_writes_it(
    name: str,
    terms: list[ox.Literal | ox.NamedNode | ox.BlankNode | ox.Triple],
    limit: int,
    anew: bool,
) -> None:
    written = write_solutions(
        rows_of(terms), name, limit, (lambda: rows_of(terms)) if anew else None
    )
    assert written.is_cut == (len(terms) > limit)
    whole = rows_of(terms[:limit]).serialize(format=RESULT_FORMATS[name])
    assert whole is not None
    if not written.is_cut or name in ("csv", "tsv"):
        assert written.body == whole
    else:
        told = written.body.replace(f'"link":["{CUT}"],'.encode(), b"", 1)
        assert told.replace(f'<link href="{CUT}"/>'.encode(), b"", 1) == whole


@pytest.mark.parametrize("name", ["json", "xml", "tsv", "csv"])
def test_only_where_there_may_be_too_many_rows_they_are_gone_through_anew(name: str) -> None:
    # What Oxigraph writes comes in parts, which may end anywhere. Of many rows that are allowed,
    # the first part has fewer bytes than that.
    for length, pairs in [*((length, 500) for length in range(50)), (0, 5000)]:
        values = f'"{"a" * length}" ' + "UNDEF 1 " * pairs
        asked = 0

        def rows(values: str = values) -> ox.QuerySolutions:
            nonlocal asked
            asked += 1
            found = ox.Store().query(f"SELECT ?number {{ VALUES ?number {{ {values} }} }}")
            assert isinstance(found, ox.QuerySolutions)
            return found

        for limit, is_cut, times in ((2 * pairs, True, 2), (2 * pairs + 3, False, 1)):
            asked = 0
            written = write_solutions(rows(), name, limit, rows)
            assert (written.is_cut, asked) == (is_cut, times)
            assert written == write_solutions(rows(), name, limit)


def test_a_cut_is_told_in_the_head_of_json_and_xml() -> None:
    terms = [ox.Literal("{},{"), ox.Literal("</head>"), ox.Literal("a")]
    document = json.loads(write_solutions(rows_of(terms), "json", 2).body)  # type: ignore[arg-type]
    assert document["head"] == {"link": [CUT], "vars": ["term", "none"]}
    assert len(document["results"]["bindings"]) == 2
    xml = ElementTree.fromstring(write_solutions(rows_of(terms), "xml", 2).body)  # type: ignore[arg-type]  # noqa: S314
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [one.get("href") for one in xml.findall(f"{space}head/{space}link")] == [CUT]
    assert len(xml.findall(f"{space}results/{space}result")) == 2


def test_rows_without_columns_are_counted_as_well() -> None:
    store = ox.Store()
    rows = store.query("SELECT * { VALUES () { () () () } }")
    assert isinstance(rows, ox.QuerySolutions)
    written = write_solutions(rows, "json", 2)
    assert written.is_cut
    assert json.loads(written.body)["results"]["bindings"] == [{}, {}]


def test_yes_and_no_are_never_cut() -> None:
    answer = ox.Store().query("ASK {}")
    assert isinstance(answer, ox.QueryBoolean)
    assert write_solutions(answer, "csv", 1) == (b"true\n", False)


@pytest.mark.parametrize("name", RDF_FORMATS)
def test_a_graph_that_is_cut_says_so_where_its_format_can(name: str) -> None:
    store = ox.Store()
    predicate = ox.NamedNode("http://example.org/p")
    for number in range(5):
        store.add(ox.Quad(ox.BlankNode(), predicate, ox.Literal(number)))

    def triples(limit: int) -> tuple[bytes, bool]:
        found = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
        assert isinstance(found, ox.QueryTriples)
        return write_triples(found, RDF_FORMATS[name], limit)

    whole, is_cut = triples(5)
    assert not is_cut
    assert b"cut off" not in whole
    part, is_cut = triples(4)
    assert is_cut
    assert len(list(ox.parse(part, format=RDF_FORMATS[name]))) == 4
    assert (b"cut off after 4 triples" in part) == (name != "jsonld")


def test_a_triple_that_comes_twice_counts_once() -> None:
    found = ox.Store().query("CONSTRUCT { <x:a> <x:p> ?o } WHERE { VALUES ?o { 1 1 2 1 2 } }")
    assert isinstance(found, ox.QueryTriples)
    written = write_triples(found, ox.RdfFormat.N_TRIPLES, 2)
    assert not written.is_cut
    assert len(written.body.splitlines()) == 2
