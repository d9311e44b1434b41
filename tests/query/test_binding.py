"""Parameters are bound as RDF terms: no text that anybody types becomes part of a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyparsing import ParseResults
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from si_graph.errors import ParameterError
from si_graph.query.binding import bind, serialise, terms_of
from si_graph.query.catalogue import NamedQuery, load
from si_graph.query.tokens import data_blocks
from si_graph.store.embedded import EmbeddedStore

TEXT = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?text ?number WHERE {
  # VALUES ?text { "not this one" }
  VALUES ?text { "default" }
  VALUES ?number { 1 }
  FILTER(?text != "VALUES ?text { no }") # } "
}
"""
QUERY = NamedQuery(
    "echo",
    "echo.rq",
    TEXT,
    {
        "parameters": {
            "text": {"type": "xsd:string", "default": "default"},
            "number": {"type": "xsd:integer", "default": 1},
        }
    },
)
EMPTY = EmbeddedStore.from_quads([])
HOSTILE = [
    '"',
    '\\"',
    '" } SELECT * { ?s ?p ?o } #',
    "\\u0022 } #",
    "\\\\u0022 } #",
    "\\U00000022 } #",
    "\\",
    "\\\\",
    "\n",
    "\r\n",
    "}",
    "} VALUES ?text { 1",
    "# comment",
    "<http://example.org/>",
    "'''",
    '"""',
    "\t\b\f",
    "\0",
    "\u2028",
    "?text",
    "{number}",
    "é€😀",
]


def skeleton(node: object) -> object:
    """Return a parse tree as plain tuples."""
    if isinstance(node, CompValue):
        return (node.name, tuple((key, skeleton(value)) for key, value in sorted(node.items())))
    if isinstance(node, (list, tuple, ParseResults)):
        return tuple(map(skeleton, node))
    return (type(node).__name__, str(node))


def differences(one: object, other: object) -> Iterator[tuple[object, object]]:
    """Yield the leaves in which two parse trees differ, or whole branches of another shape."""
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        if all(isinstance(part, str) for part in (*one, *other)):
            if one != other:
                yield one, other
            return
        for left, right in zip(one, other, strict=True):
            yield from differences(left, right)
    elif one != other:
        yield one, other


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1))
@example(HOSTILE[0])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[11])
def test_any_text_changes_the_parse_tree_in_the_data_block_only(text: str) -> None:
    """A parser that is not ours must read the same query with another literal in it."""
    bound = skeleton(parseQuery(bind(QUERY, {"text": text}, EMPTY)))
    plain = skeleton(parseQuery(bind(QUERY, {"text": "plain"}, EMPTY)))
    assert list(differences(plain, bound)) in (
        [],
        [(("Literal", "plain"), ("Literal", text))],
    )


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1))
@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_any_text_comes_back_as_it_was_given(engine: str, text: str) -> None:
    assert echoed(engine, text) == text


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("text", HOSTILE, ids=map(ascii, HOSTILE))
def test_hostile_text_comes_back_as_it_was_given(engine: str, text: str) -> None:
    assert echoed(engine, text) == text


def echoed(engine: str, text: str) -> str:
    """Return the value of ?text that an engine sees, which must be the only answer."""
    query = f"SELECT ?text {{ VALUES ?text {{ {serialise(ox.Literal(text))} }} }}"
    if engine == "rdflib":
        (row,) = rdflib.Graph().query(query).bindings
        return str(row[rdflib.Variable("text")])
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    (solution,) = solutions
    assert isinstance(solution["text"], ox.Literal)
    return solution["text"].value


@pytest.mark.parametrize(
    "term",
    [
        ox.Literal('a "b"\\u0041', language="nl-BE"),
        ox.Literal("2015-07-13", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")),
        ox.Literal(-5),
        ox.NamedNode("http://example.org/é"),
    ],
)
def test_a_term_keeps_its_language_and_its_datatype(term: ox.Literal | ox.NamedNode) -> None:
    solutions = ox.Store().query(f"SELECT ?x {{ VALUES ?x {{ {serialise(term)} }} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["x"] for solution in solutions] == [term]


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_for_a_thing_is_refused_or_names_one(text: str) -> None:
    query = load("CQ14")
    thing = ox.NamedNode("https://w3id.org/si-graph/id/actor/a")
    actor = ox.NamedNode("https://w3id.org/si-graph/ontology#Actor")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store = EmbeddedStore.from_quads([ox.Quad(thing, rdf_type, actor)])
    try:
        terms = terms_of(query, "actor", text, store)
    except ParameterError:
        return
    assert terms == [thing]


@given(st.text())
def test_any_text_for_a_number_is_refused_or_is_one(text: str) -> None:
    try:
        (term,) = terms_of(QUERY, "number", text, EMPTY)
    except ParameterError:
        return
    assert term == ox.Literal(int(text))


def test_only_the_data_block_is_replaced() -> None:
    text = bind(QUERY, {"text": "new", "number": -7}, EMPTY)
    wanted = TEXT.replace('{ "default" }', '{ "new" }')
    wanted = wanted.replace("{ 1 }", f"{{ {serialise(ox.Literal(-7))} }}")
    assert text.split() == wanted.split()


def test_several_values_stand_beside_each_other() -> None:
    text = bind(QUERY, {"text": ["a", "b c"]}, EMPTY)
    ((start, end),) = data_blocks(text, "text")
    assert text[start:end].strip() == '"a" "b c"'


def test_a_value_may_look_like_the_data_block_of_another_parameter() -> None:
    values = {"text": "VALUES ?number { 1 }", "number": "2"}
    solutions = EMPTY.query(bind(QUERY, values, EMPTY))
    assert isinstance(solutions, ox.QuerySolutions)
    (solution,) = solutions
    assert [solution["text"], solution["number"]] == [ox.Literal(values["text"]), ox.Literal(2)]


REFUSED: list[tuple[str, str, str | int | Sequence[str], list[str]]] = [
    ("CQ14", "actr", "nwo", ["CQ14 has no parameter 'actr'", "actor, lang", "Did you mean actor?"]),
    ("CQ06", "actor", "nwo", ["CQ06 has no parameter 'actor'", "(it has: lang)"]),
    ("CQ14", "actor", "", ["'actor' (si:Actor)", "the value is empty"]),
    ("CQ14", "actor", [], ["'actor' of CQ14 needs a value"]),
    ("CQ14", "actor", "gemeentes", ["no si:Actor is called 'gemeentes'"]),
    ("CQ14", "actor", "municipalitys", ["Did you mean actor:municipalities?"]),
    ("CQ14", "actor", "actor:min-ex", ["actor:min-ez"]),
    ("CQ14", "actor", "awt84:rec1", ["awt84:rec1 is no si:Actor but", "si:Recommendation"]),
    ("CQ14", "actor", "rec1", ["no si:Actor is called 'rec1'"]),
    ("CQ14", "actor", "actro:nwo", ["the prefix 'actro' of 'actro:nwo' is unknown", "actor"]),
    ("CQ14", "actor", "http://example.org/no", ["nothing in the graph is called"]),
    ("CQ14", "actor", "<http://example.org/a b>", ["is not an IRI"]),
    ("CQ14", "actor", ["nwo", "nobody-at-all"], ["no si:Actor is called 'nobody-at-all'"]),
    ("CQ14", "lang", "\ud800", ["the value is not valid Unicode text"]),
    ("CQ09", "action", 3, ["no si:ProposedAction is called '3'"]),
]


@pytest.mark.parametrize(("name", "parameter", "value", "said"), REFUSED)
def test_a_value_that_does_not_fit_is_refused_with_a_reason(
    name: str, parameter: str, value: str, said: list[str], closure: EmbeddedStore
) -> None:
    with pytest.raises(ParameterError) as caught:
        bind(load(name), {parameter: value}, closure)
    for part in said:
        assert part in str(caught.value)


@pytest.mark.parametrize("value", ["1.5", "1e3", "٣", "1 2", " 1", "9" * 30, "--1", "0x1"])
def test_what_is_no_whole_number_is_refused(value: str) -> None:
    with pytest.raises(ParameterError, match="is not a whole number"):
        bind(QUERY, {"number": value}, EMPTY)


@pytest.mark.parametrize(
    "value",
    [
        "municipalities",
        "Municipalities",
        "actor:municipalities",
        "https://w3id.org/si-graph/id/actor/municipalities",
        "<https://w3id.org/si-graph/id/actor/municipalities>",
    ],
)
def test_a_thing_may_be_named_in_several_ways(value: str, closure: EmbeddedStore) -> None:
    (term,) = terms_of(load("CQ14"), "actor", value, closure)
    assert term.value == "https://w3id.org/si-graph/id/actor/municipalities"


def test_a_thing_counts_as_what_its_class_is_part_of_without_inference_too(
    asserted: EmbeddedStore,
) -> None:
    """`actor:nwo` is only stated to be a research funder; the class tree makes it an actor."""
    (term,) = terms_of(load("CQ14"), "actor", "nwo", asserted)
    assert term.value.endswith("/nwo")
