"""Terms go to rdflib and back without losing a character."""

from __future__ import annotations

import logging

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib.namespace import RDF, XSD

from si_graph.errors import UsageError
from si_graph.load.rdflib_terms import Term, from_rdflib, silenced, to_dataset, to_rdflib

pytestmark = pytest.mark.filterwarnings("ignore:Parsing weird boolean")
EX = "http://example.org/"
XSD_NAMES = ["integer", "decimal", "double", "boolean", "date", "dateTime", "gYear", "duration",
    "anyURI", "hexBinary", "base64Binary", "string"]  # fmt: skip

local_names = st.text("abcXYZ019-_.~é€", min_size=1, max_size=8)
iris = local_names.map(lambda name: ox.NamedNode(EX + name))
blank_nodes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9]{0,7}", fullmatch=True).map(ox.BlankNode)
datatypes = st.one_of(
    iris,
    st.sampled_from(XSD_NAMES).map(lambda name: ox.NamedNode(str(XSD) + name)),
    st.sampled_from(["HTML", "XMLLiteral", "JSON"]).map(lambda name: ox.NamedNode(str(RDF) + name)),
)
forms = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["01", "+1", "1.0", "1.50", "-0", "NaN", "INF", "1E2", "TRUE", "0", " 1 "]),
    st.sampled_from(["2014-01-01", "2014-01-01T24:00:00Z", "2014", "P1Y", "0a", "QQ==", "<b>"]),
)
languages = st.sampled_from(["nl", "en", "nl-be", "de-ch-1996", "x-own", "en-gb"])
literals = st.one_of(
    st.builds(ox.Literal, forms),
    st.builds(lambda form, language: ox.Literal(form, language=language), forms, languages),
    st.builds(lambda form, datatype: ox.Literal(form, datatype=datatype), forms, datatypes),
)
terms = st.one_of(iris, blank_nodes, literals)


@given(terms)
@example(ox.Literal("01", datatype=ox.NamedNode(str(XSD.integer))))
@example(ox.Literal(""))
@example(ox.Literal("\r\n\t\0"))
def test_every_term_comes_back_as_it_was(term: Term) -> None:
    assert from_rdflib(to_rdflib(term)) == term


@given(forms, datatypes)
def test_rdflib_keeps_the_lexical_form(form: str, datatype: ox.NamedNode) -> None:
    node = to_rdflib(ox.Literal(form, datatype=datatype))
    assert str(node) == form


@pytest.mark.parametrize(("name", "kept"), [("token", "a b"), ("normalizedString", " a  b ")])
def test_the_white_space_of_two_datatypes_is_the_one_thing_rdflib_always_changes(
    name: str, kept: str
) -> None:
    datatype = ox.NamedNode(str(XSD) + name)
    assert str(to_rdflib(ox.Literal(" a\t\nb ", datatype=datatype))) == kept


def test_a_plain_string_is_what_rdflib_itself_reads() -> None:
    """With a datatype it would be another term, and no query for "x" would find it."""
    graph = rdflib.Graph().parse(data="<x:s> <x:p> 'x', 'x'@nl, 7 .", format="turtle")
    read = {to_rdflib(t) for t in (ox.Literal("x"), ox.Literal("x", language="nl"), ox.Literal(7))}
    assert set(graph.objects()) == read


def test_a_triple_as_a_term_is_refused() -> None:
    node = ox.NamedNode(EX)
    with pytest.raises(UsageError, match="triples about triples"):
        to_rdflib(ox.Triple(node, node, node))


@pytest.mark.parametrize("node", [rdflib.Variable("x"), rdflib.Graph()])
def test_what_is_no_term_has_no_other_form(node: rdflib.term.Node) -> None:
    with pytest.raises(TypeError, match="no RDF term"):
        from_rdflib(node)


graph_names = st.one_of(iris, blank_nodes, st.just(ox.DefaultGraph()))
quads = st.builds(ox.Quad, st.one_of(iris, blank_nodes), iris, terms, graph_names)


@given(st.sets(quads, max_size=6))
def test_a_dataset_holds_the_same_quads(found: set[ox.Quad]) -> None:
    dataset = to_dataset(found)
    default = dataset.default_graph.identifier
    assert {
        (from_rdflib(s), from_rdflib(p), from_rdflib(o), None if g in (None, default) else str(g))
        for s, p, o, g in dataset.quads()
    } == {
        (
            quad.subject,
            quad.predicate,
            quad.object,
            None if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value,
        )
        for quad in found
    }


def test_a_query_in_rdflib_finds_a_plain_string_and_a_number_in_any_graph() -> None:
    subject, predicate = ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p")
    dataset = to_dataset(
        ox.Quad(subject, predicate, value, ox.NamedNode(EX + "g"))
        for value in (ox.Literal("text"), ox.Literal(7))
    )
    for value in ("'text'", "7"):
        assert dataset.query(f"ASK {{ ?s <{EX}p> {value} }}").askAnswer


def test_loggers_are_silent_only_within_the_block(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("rdflib.term")
    with silenced("rdflib.term"):
        logger.warning("not heard")
    logger.warning("heard")
    assert caplog.messages == ["heard"]
