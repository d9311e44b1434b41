"""The page of an advice: all that it proposes, whom it asks and how, with the passages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reading_pages import HOSTILE, LANGUAGES, graph_of, read, shown
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import local_name
from si_graph.query.results import Rows

OWN = """
<urn:advice> a si:AdvisoryReport ; skos:prefLabel "%s"@en .
<urn:one> a si:Recommendation ; si:recommendationOf <urn:advice> ; si:number 1 ;
    si:explicitlyAddressedTo <urn:somebody> ; skos:prefLabel "%s"@en .
<urn:somebody> a si:Actor ; skos:prefLabel "%s" .
"""


def things(graph: KnowledgeGraph, pattern: str) -> set[str]:
    rows = graph.query(f"SELECT DISTINCT ?x WHERE {{ {pattern} }}")
    assert isinstance(rows, Rows)
    return {local_name(str(row["x"].value)) for row in rows}  # type: ignore[union-attr]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_action_has_a_place_of_its_own(bundled: KnowledgeGraph, lang: str) -> None:
    page = read(shown(bundled, "advice", "advice", lang))
    actions = things(bundled, "?x a si:ProposedAction")
    assert len(actions) == 40
    assert actions <= set(page.ids)
    contents = {link[1:] for link in page.links if link.startswith("#")}
    assert things(bundled, "{ ?x a si:Recommendation } UNION { ?x a si:Step }") <= contents


def test_a_part_stands_inside_its_whole_and_parts_keep_their_order(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "advice", "advice"))
    places = {id_: place for place, id_ in enumerate(page.ids)}
    reading = ["rec1", "rec1-a", "rec1-g", "rec2", "rec3", "rec3-a", "step1", "step1-b", "step6"]
    assert sorted(reading, key=places.__getitem__) == reading
    assert "check every new policy trajectory" in page.within("rec2").casefold()
    assert "check every new policy trajectory" not in page.within("rec1").casefold()


def test_who_is_named_who_inherits_and_who_is_in_a_group_are_told_apart(
    bundled: KnowledgeGraph,
) -> None:
    page = read(shown(bundled, "advice", "advice"))
    named, inheriting = page.within("rec2-d"), page.within("rec2-c")
    assert re.search(r"ministries, municipalities, provinces explicitly", named)
    assert re.search(r"\(EZ\), .*\(OCW\) as part of a group why\?", named)
    assert "explicitly" not in inheriting
    assert re.search(r"ministries, municipalities, provinces through the whole", inheriting)
    why = [link for link in page.links if "explain" in link and "rec2-c" in link]
    assert any("addressedTo" in link for link in why)


def test_an_action_is_told_with_its_instrument_firmness_goal_and_passage(
    bundled: KnowledgeGraph,
) -> None:
    page = read(shown(bundled, "advice", "advice", "nl"))
    assert "landelijke platforms (platforminstrument) Doel: sociale innovatie" in page.within(
        "step1-a"
    )
    assert "Hoe stellig: voorbeeld passage S6b" in page.within("step6-b")
    assert "Doel een innovatieve werkwijze in de wetenschap" in page.within("step5-a")
    assert "/doc/awt84/passage/S6b?" in "".join(f"{link}?" for link in page.links)
    # Another passage than that of the action itself says so, and is named beside it.
    assert re.search(r"uitdrukkelijk passage X20, p\. 7", page.within("step2"))


def test_the_question_and_the_conclusions_stand_before_the_proposals(
    bundled: KnowledgeGraph,
) -> None:
    page = read(shown(bundled, "advice", "advice"))
    assert page.ids.index("questions") < page.ids.index("conclusions") < page.ids.index("rec1")
    assert {"conc1", "conc2", "conc3", "conc4"} <= set(page.ids)
    assert "Asked by Ministry of Economic Affairs (EZ)" in page.words
    assert "Answer: government should take an active role" in page.words


def test_without_reasoning_only_what_is_said_is_shown(stated: KnowledgeGraph) -> None:
    page = read(shown(stated, "advice", "advice"))
    assert "through the whole" not in page.words
    assert "ministries, municipalities, provinces explicitly" in page.words


def test_a_graph_without_an_advice_says_so(nothing: KnowledgeGraph) -> None:
    assert "There is no advice in this graph." in read(shown(nothing, "advice", "advice")).words


def test_actions_without_an_advice_and_in_a_circle_are_shown_all_the_same(tmp_path: Path) -> None:
    graph = graph_of(
        "<urn:loose> a si:SubAction . <urn:a> a si:SubAction ; si:subActionOf <urn:b> . "
        "<urn:b> a si:SubAction ; si:subActionOf <urn:a> .",
        tmp_path,
    )
    page = read(shown(graph, "advice", "advice"))
    assert {"urn:loose", "urn:a", "urn:b"} <= set(page.ids)


@pytest.mark.parametrize("text", HOSTILE[:5], ids=lambda text: text[:8])
def test_labels_of_anyone_are_shown_as_text(text: str, tmp_path: Path) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    graph = graph_of(OWN % (escaped, escaped, escaped), tmp_path)
    html = shown(graph, "advice", "advice").html
    assert " ".join(text.split())[1:] in read(shown(graph, "advice", "advice")).words
    assert text not in html.replace("javascript:alert(1)", "") or "<" not in text
