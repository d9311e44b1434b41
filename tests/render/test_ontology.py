"""The page of the ontology tells all of it, and its diagrams show what its lists say."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading_pages import LANGUAGES, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import PREFIXES, local_name
from si_graph.query.overviews.ontology import ontology
from si_graph.query.overviews.shapes import shapes
from si_graph.query.results import Rows
from si_graph.render.diagram import Box, hierarchy, relations

TOLD = {
    "inverseOf", "propertyChainAxiom", "equivalentClass", "hasValue", "onProperty",
    "intersectionOf", "someValuesFrom", "members", "versionIRI", "versionInfo",
}  # fmt: skip
"""The words of OWL that the page puts into words."""
KINDS = {
    "Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty",
    "TransitiveProperty", "SymmetricProperty", "AllDisjointClasses", "Restriction",
}  # fmt: skip


def column(graph: KnowledgeGraph, pattern: str) -> list[str]:
    rows = graph.query(f"SELECT DISTINCT ?x WHERE {{ GRAPH graph:ontology {{ {pattern} }} }}")
    assert isinstance(rows, Rows)
    return [str(row["x"].value) for row in rows]  # type: ignore[union-attr]


def terms(graph: KnowledgeGraph) -> set[str]:
    kinds = "VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty }"
    found = column(graph, f"{kinds} ?x a ?kind FILTER(STRSTARTS(STR(?x), STR(si:)))")
    return set(map(local_name, found))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_has_its_name_and_definition_at_its_anchor(
    bundled: KnowledgeGraph, lang: str
) -> None:
    page = read(shown(bundled, "ontology", "ontology", lang))
    wanted = terms(bundled)
    assert len(wanted) > 100
    assert wanted <= set(page.ids)
    for term in ontology(bundled.store, lang).terms:
        within = page.within(local_name(term.iri))
        assert term.definition in within
        assert all(label in within for label in term.labels.values())


def test_no_word_of_owl_in_the_ontology_is_left_untold(bundled: KnowledgeGraph) -> None:
    owl = PREFIXES["owl"]
    used = column(bundled, f"?s ?x ?o FILTER(STRSTARTS(STR(?x), '{owl}'))")
    assert set(map(local_name, used)) <= TOLD
    kinds = column(bundled, f"?s a ?x FILTER(STRSTARTS(STR(?x), '{owl}'))")
    assert set(map(local_name, kinds)) <= KINDS


def test_axioms_are_told_in_words(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "ontology", "ontology"))
    told = {
        "addressedTo": "Also follows from this chain: inherits addressee from → addressed to",
        "addresseeOf": "The other way round this is: addressed to",
        "concurrentWith": "Holds both ways.",
        "includes": "Carries on:",
        "Step": "Cannot at the same time be: recommendation, sub-action",
        "NationalActor": "with this value: level of government, national",
        "RequesterAndAddressee": "requester of any advice question and addressee of any proposed",
    }
    for term, words in told.items():
        assert words in page.within(term)


def test_a_term_says_who_uses_it_who_asks_and_who_checks(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "ontology", "ontology"))
    step = page.within("Step")
    assert "6 times" in step
    assert "step, sequence of steps" in step
    assert "CQ13" in step
    assert "/shapes#StepSequence" in page.links
    assert "Is below proposed action" in step
    assert "Checked by addressee" in page.within("explicitlyAddressedTo")


def test_the_head_says_version_licence_and_where_the_data_is(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "ontology", "ontology"))
    assert "Version 1.0.0" in page.words
    assert "https://creativecommons.org/licenses/by/4.0/" in page.links
    assert {"/ontology.ttl", "/ontology.jsonld", "/ontology.rdf"} <= set(page.links)
    assert f"PREFIX si: <{PREFIXES['si']}>" in page.words


def test_diagrams_are_described_and_show_each_class_and_property_once(
    bundled: KnowledgeGraph,
) -> None:
    html = shown(bundled, "ontology", "ontology").html
    classes, properties = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    for drawing in (classes, properties):
        assert 'role="img"' in drawing
        assert "<title" in drawing
        assert "<desc" in drawing
    names = re.findall(r"<text[^>]*>([^<]*)</text>", classes)
    wanted = [t.labels["en"] for t in ontology(bundled.store, "en").terms if t.is_class]
    assert sorted(names) == sorted(wanted)
    assert "concerns claim" in re.findall(r"<text[^>]*>([^<]*)</text>", properties)


def test_a_graph_without_an_ontology_says_so(nothing: KnowledgeGraph) -> None:
    assert (
        "There is no ontology in this graph." in read(shown(nothing, "ontology", "ontology")).words
    )


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


THINGS = st.sampled_from("abcdefghij")
TREES = st.dictionaries(THINGS, st.lists(THINGS, max_size=3, unique=True), max_size=10)


@given(TREES)
def test_no_two_boxes_of_a_tree_overlap_and_what_is_below_stands_to_the_right(
    above: dict[str, list[str]],
) -> None:
    names = {iri: iri * 9 for iri in "abcdefghij"}
    diagram = hierarchy(above, names)
    boxes = {box.iri: box for box in diagram.boxes}
    assert len(boxes) == len(diagram.boxes)
    assert not [pair for pair in combinations(diagram.boxes, 2) if overlap(*pair)]
    highest = {iri for iri, over in above.items() if not set(over) & above.keys()}
    assert highest <= boxes.keys()
    for box in diagram.boxes:
        assert box.x >= 0
        assert box.right <= diagram.width
        assert box.y >= 0
        assert box.y + box.height <= diagram.height


def test_a_class_with_two_above_it_hangs_once_and_has_a_line_from_both() -> None:
    above: dict[str, list[str]] = {
        "a": [],
        "b": [],
        "c": ["a", "b"],
        "d": ["b"],
        "e": ["elsewhere"],
    }
    diagram = hierarchy(above, {iri: iri for iri in above})
    assert sorted(box.iri for box in diagram.boxes) == ["a", "b", "c", "d", "e"]
    assert len(diagram.lines) == 3


@given(st.lists(st.tuples(THINGS, st.sampled_from("pqr"), THINGS), max_size=12, unique=True))
def test_no_two_boxes_of_relations_overlap_and_each_relation_has_a_line(
    edges: list[tuple[str, str, str]],
) -> None:
    names = {iri: iri * 7 for iri in "abcdefghijpqr"}
    diagram = relations(edges, names)
    assert len(diagram.lines) == len(edges)
    assert not [pair for pair in combinations(diagram.boxes, 2) if overlap(*pair)]
    assert {box.iri for box in diagram.boxes} == {iri for a, _, b in edges for iri in (a, b)}


# --- The shapes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_a_shape_reports_stands_on_the_page_of_shapes(
    bundled: KnowledgeGraph, lang: str
) -> None:
    page = read(shown(bundled, "shapes", "shapes", lang))
    rows = bundled.query(
        f"SELECT DISTINCT ?m WHERE {{ GRAPH graph:shapes {{ ?s sh:message ?m }} "
        f'FILTER(LANG(?m) = "{lang}") }}'
    )
    assert isinstance(rows, Rows)
    messages = [" ".join(str(row["m"].value).split()) for row in rows]  # type: ignore[union-attr]
    assert len(messages) > 40
    assert [message for message in messages if message not in page.words] == []


def test_shapes_stand_under_their_class_with_how_serious_they_are(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "shapes", "shapes"))
    headings = [text.strip() for _, text in page.headings]
    assert headings.index("step") < headings.index("sequence of steps")
    assert page.within("StepSequence").startswith("sequence of steps A gap")
    assert "warning number" in page.within("StepSequence")
    assert {local_name(one.iri) for one in shapes(bundled.store, "en") if one.checks} <= set(
        page.ids
    )


def test_a_graph_without_shapes_says_so(nothing: KnowledgeGraph) -> None:
    assert "There are no shapes in this graph." in read(shown(nothing, "shapes", "shapes")).words
