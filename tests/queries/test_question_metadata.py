"""What the catalogue says of each question; one about a thing can be asked about any other."""

from __future__ import annotations

import re

import pytest

from si_graph.namespaces import BASE, expand, local_name
from si_graph.query.catalogue import KINDS, LANGUAGES, PERSONAS, NamedQuery, catalogue
from si_graph.query.evaluate import evaluate_named
from si_graph.query.names import find_instance
from si_graph.query.results import Rows
from si_graph.query.tokens import tokens
from si_graph.store.embedded import EmbeddedStore
from support import ROOT

QUERIES = {query.name: query for query in catalogue(str(ROOT / "queries"))}
COMPETENCY_QUESTIONS = 40
each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_there_are_at_least_fifteen_further_questions() -> None:
    assert len(QUERIES) >= COMPETENCY_QUESTIONS + 15


def test_each_persona_and_each_kind_has_questions() -> None:
    assert {query.persona for query in QUERIES.values()} == set(PERSONAS)
    assert {query.kind for query in QUERIES.values()} == set(KINDS)


def test_no_two_questions_ask_the_same() -> None:
    for lang in LANGUAGES:
        asked = [query.question[lang] for query in QUERIES.values()]
        assert len(asked) == len(set(asked))


@each_query
def test_a_question_is_told_in_two_languages(query: NamedQuery) -> None:
    for texts in (query.question, query.answer, query.row, query.none):
        assert texts.keys() == set(LANGUAGES)
        assert all(text.strip() for text in texts.values())
        assert texts["nl"] != texts["en"] or texts is query.row
    for lang in LANGUAGES:
        assert query.question[lang].endswith("?")
        # What differs between the languages is the words, never what is filled in.
        assert query.question[lang][0].isupper()
        assert "{rows}" in query.answer[lang]
    for texts in (query.question, query.answer, query.row, query.none):
        used = [set(PLACEHOLDER.findall(text)) for text in texts.values()]
        assert used[0] == used[1]
        assert used[0] <= query.placeholders()


@each_query
def test_a_question_says_who_asks_it_and_of_which_kind_it_is(query: NamedQuery) -> None:
    text = query.text
    for key in ("persona", "kind", "inference", "evidence"):
        assert re.search(rf"^#\+ {key} = ", text, re.MULTILINE), f"{query.name} lacks {key}"
    assert re.fullmatch(r"(CQ|EU)\d{2}", query.name)


@each_query
def test_a_parameter_has_a_label_in_two_languages_and_a_default_that_exists(
    query: NamedQuery, closure: EmbeddedStore
) -> None:
    assert query.parameters["lang"].default == "nl"
    for parameter in query.parameters.values():
        assert parameter.labels.keys() == set(LANGUAGES)
        class_iri = expand(parameter.type)
        assert class_iri is not None
        if not parameter.type.startswith("xsd:"):
            found = find_instance(closure, parameter.default, class_iri)
            assert found.value == expand(parameter.default)


FIXED = {
    "CQ01": {"actor:awt"},  # the AWT's own definition is what is asked for
    "CQ46": {"actor:awt"},  # claims that are not the AWT's
    "CQ99": {"actor:si-graph-editors"},  # the editors of this graph, as against any source
}
"""Questions with an actor, action, instrument or country of their own, beside any parameter."""
THINGS = ("actor:", "place:", "instrument:", "awt84:", "passage:", "concept:")


@each_query
def test_a_question_about_one_thing_takes_it_as_a_parameter(query: NamedQuery) -> None:
    named = {
        token.group()
        for token in tokens(query.text)
        if (token.lastgroup == "name" and token.group().startswith(THINGS))
        or (token.lastgroup == "iri" and token.group().startswith(f"<{BASE}id/"))
    }
    # The namespace of a PREFIX declaration names nothing.
    named = {name for name in named if not name.endswith((":", "/>"))}
    defaults = {parameter.default for parameter in query.parameters.values()}
    assert named - defaults == FIXED.get(query.name, set())


def answer(store: EmbeddedStore, name: str, **values: str | list[str]) -> set[str]:
    """Return the local names in the first column of an answer."""
    rows = evaluate_named(store, QUERIES[name], values)
    assert isinstance(rows, Rows)
    first = rows.variables[0]
    return {local_name(str(row[first].value)) for row in rows if first in row}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "values", "wanted"),
    [
        ("CQ01", {"concept": "market-failure"}, set()),
        ("CQ03", {"concept": "innovation"}, set()),
        ("CQ05", {"concept": "social-innovation"}, {"innovation"}),
        ("CQ07", {"question": "awt84:q1"}, set()),
        ("CQ07", {"question": "awt84:advice-question"}, {"advice"}),
        ("CQ09", {"action": "step6"}, {"step6-a", "step6-b", "step6-c"}),
        ("CQ09", {"action": "step6-a"}, set()),
        ("CQ10", {"action": "rec2"}, {"5"}),
        ("CQ10", {"action": "step1"}, {"2"}),
        ("CQ14", {"actor": "central-government"}, {"rec2-e"}),
        ("CQ14", {"actor": "nl"}, {"step6-c"}),
        ("CQ14", {"actor": "nwo"}, set()),
        ("CQ15", {"actor": "provinces"}, {"15"}),
        ("CQ15", {"actor": "citizens"}, {"0"}),
        ("CQ16", {"actor": "municipalities"}, set()),
        ("CQ21", {"actor": "knaw"}, {"step5-a", "step5-b"}),
        ("CQ21", {"asked": "municipalities"}, set()),
        ("CQ22", {"actor": "vsnu"}, {"knaw", "nwo"}),
        ("CQ25", {"country": "uk"}, set()),
        ("CQ27", {"action": "step4"}, {"knowledge-agenda", "monitoring"}),
        ("CQ34", {"action": "step6-a"}, {"min-ez", "min-ocw", "uk"}),
        ("CQ36", {"instrument": "deals"}, set()),
        ("CQ37", {"action": "step2"}, {"incentive-scheme", "tax-deduction"}),
        ("CQ39", {"field": "field:european-policy"}, {"rec1", "rec1-d"}),
        ("CQ40", {"field": "field:topsector-policy"}, {"rec1-g", "step3-a", "step3-c"}),
        ("CQ42", {"concept": "public-value"}, {"rec1", "rec2", "rec3"}),
        ("CQ42", {"concept": "do-democracy"}, set()),
        ("CQ46", {"agent": "actor:awt"}, set()),
        ("CQ50", {"actor": "nwo"}, set()),
        ("CQ62", {"recommendation": "rec1"}, {"ministries", "municipalities", "provinces"}),
        ("CQ64", {"action": "step3"}, {"step2"}),
        ("CQ64", {"action": "step1"}, set()),
        ("CQ70", {"actor": "vsnu"}, {"step5-a"}),
        ("CQ74", {"question": "q1"}, set()),
        ("CQ75", {"country": "uk"}, set()),
        ("CQ78", {"action": "step1"}, set()),
        ("CQ83", {"country": "nl"}, set()),
        ("CQ98", {"passage": "S6a"}, {"step6-a"}),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else None,
)
def test_another_value_gives_another_answer(
    name: str, values: dict[str, str], wanted: set[str], closure: EmbeddedStore
) -> None:
    assert answer(closure, name, **values) == wanted


def test_an_instrument_may_have_a_task_without_a_word_on_its_funding(
    closure: EmbeddedStore,
) -> None:
    rows = evaluate_named(closure, QUERIES["CQ36"], {"instrument": "monitoring"})
    assert isinstance(rows, Rows)
    (row,) = rows
    assert row.keys() == {"goal", "goalLabel"}


def test_several_values_ask_for_any_of_them(closure: EmbeddedStore) -> None:
    both = answer(closure, "CQ09", action=["step4", "awt84:step6"])
    assert both == answer(closure, "CQ09", action="step4") | answer(closure, "CQ09", action="step6")


def test_the_labels_come_in_the_language_asked_for(closure: EmbeddedStore) -> None:
    for lang in LANGUAGES:
        rows = evaluate_named(closure, QUERIES["CQ14"], {"lang": lang})
        assert isinstance(rows, Rows)
        assert {row["actionLabel"].language for row in rows} == {lang}  # type: ignore[union-attr]
