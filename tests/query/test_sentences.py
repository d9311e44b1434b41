"""`ask` answers in sentences that read well, in the language asked for, and names its passages."""

from __future__ import annotations

import re

import pytest

from si_graph.errors import InputError, ParameterError, UsageError
from si_graph.namespaces import local_name
from si_graph.query.answer import Answer, answer
from si_graph.query.catalogue import LANGUAGES, NamedQuery, catalogue, load
from si_graph.store.embedded import EmbeddedStore

QUERIES = {query.name: query for query in catalogue()}
WITHOUT_PASSAGES = {
    "CQ52": "there is no answer",
    "CQ53": "there is no answer",
    "CQ67": "there is no answer",
    "CQ55": "the mappings are the editors'",
    "CQ82": "the names are the editors'",
    "CQ91": "the mappings are the editors'",
    "CQ92": "the mappings are the editors'",
    "CQ93": "the response is known to the editors",
    "CQ94": "the dates are known to the editors",
    "CQ96": "it counts all passages",
    "CQ99": "it is about the editors",
    "EU01": "the projects are imported",
    "EU02": "the projects are imported",
    "EU03": "the projects are imported",
}
"""Questions whose answer no passage bears, and why."""


def ask(store: EmbeddedStore, name: str, lang: str, **values: str | list[str]) -> Answer:
    return answer(store, load(name), values, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_every_question_is_answered_in_a_whole_sentence(
    query: NamedQuery, lang: str, closure: EmbeddedStore
) -> None:
    found = answer(closure, query, {}, lang)
    for text in (found.question, found.sentence):
        assert not re.search(r"[{}\0]|\bNone\b|  |\.\.|, ,|–\s*[,;.)]|\(\s*\)", text), text
        assert text[0].isupper() or not text[0].isalpha()
    assert found.question.endswith("?")
    assert found.sentence.endswith(".")
    # A prefixed name is for machines, unless an identifier is what was asked for.
    if query.kind != "mapping":
        assert not re.search(r"\b(si|actor|place|concept|instrument|awt84|skos):\w", found.sentence)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_every_answer_names_the_passages_that_bear_it(
    query: NamedQuery, closure: EmbeddedStore
) -> None:
    found = answer(closure, query, {}, "en")
    assert bool(found.evidence) != (query.name in WITHOUT_PASSAGES)
    places = [passage.start for passage in found.evidence]
    assert places == sorted(places, key=lambda start: start or 0)
    assert all(passage.section and passage.end for passage in found.evidence)


@pytest.mark.parametrize(
    ("name", "passages"),
    [
        ("CQ01", {"X01"}),
        ("CQ05", {"F08", "F16"}),
        ("CQ06", {"X11"}),
        ("CQ14", {"X14", "R1a", "R1g", "R2d", "R3a"}),
        ("CQ15", {"X14", "X20", "R2e"}),
        ("CQ18", {"R2d", "R2e"}),
        ("CQ21", {"S5a", "S5b", "S5c"}),
        ("CQ34", {"X14", "R2a", "R2b", "R2c", "R2d", "R2e"}),
        ("CQ36", {"S1c", "S1d"}),
        ("CQ42", {"X13", "F25"}),
        ("CQ46", {"D13", "D14"}),
        ("CQ48", {"X09", "S6a"}),
    ],
)
def test_the_passages_are_those_that_say_it(
    name: str, passages: set[str], closure: EmbeddedStore
) -> None:
    assert passages <= {local_name(one.iri) for one in ask(closure, name, "nl").evidence}


def test_an_answer_reads_well_in_dutch(closure: EmbeddedStore) -> None:
    found = ask(closure, "CQ06", "nl")
    assert str(found) == (
        "Om het advies is gevraagd door: ministerie van Economische Zaken (EZ) en ministerie van "
        "Onderwijs, Cultuur en Wetenschap (OCW).\n"
        "Bron: passage X11, Adviesvraag, p. 5 (tekens 1206–1278)"
    )


def test_an_answer_reads_well_in_english(closure: EmbeddedStore) -> None:
    found = ask(closure, "CQ48", "en")
    assert found.question == (
        "Which country is one of the front-runner countries and also a proposed partner?"
    )
    assert str(found) == (
        "One of the front-runner countries and also a proposed partner: United Kingdom.\n"
        "Sources:\n"
        "  passage X09, Advice question, p. 5 (characters 1100–1173)\n"
        "  passage S6a, Recommendation 3, step 6, p. 7* (characters 8844–8871)"
    )


def test_rows_that_differ_in_one_place_are_said_in_one_go(closure: EmbeddedStore) -> None:
    assert "ten gunste van individuen, gemeenten en professionals." in (
        ask(closure, "CQ16", "nl").sentence
    )
    assert "Nederland (werkplaatsinnovatie)" in ask(closure, "CQ02", "nl").sentence
    assert ask(closure, "CQ02", "en").sentence.count("(social innovation)") == 1


def test_numbers_are_never_said_of_several_things_together(closure: EmbeddedStore) -> None:
    """Local and regional both have 15; "local and regional: 15" would be half of the truth."""
    assert ask(closure, "CQ63", "en").sentence.endswith("local: 15, national: 39 and regional: 15.")


def test_the_count_is_of_the_rows(closure: EmbeddedStore) -> None:
    assert "bestaat uit 40 voorgestelde acties" in ask(closure, "CQ60", "nl").sentence


def test_identifiers_are_given_where_they_are_asked_for(closure: EmbeddedStore) -> None:
    assert "innovatie (eurovoc:1439, innovation)" in ask(closure, "CQ54", "nl").sentence
    assert "euauth:country/NLD" in ask(closure, "CQ92", "en").sentence
    assert "https://identifier.overheid.nl/" in ask(closure, "CQ91", "en").sentence


def test_dates_are_written_as_people_write_them(closure: EmbeddedStore) -> None:
    for lang, wanted in (
        ("nl", ["mei 2012", "januari 2014", "13 juli 2015"]),
        ("en", ["May 2012", "January 2014", "13 July 2015"]),
    ):
        sentence = ask(closure, "CQ94", lang).sentence
        assert [date for date in wanted if date in sentence] == wanted


def test_an_empty_answer_is_an_answer_about_what_was_asked(closure: EmbeddedStore) -> None:
    found = ask(closure, "CQ14", "nl", actor="nwo")
    assert found.question.startswith("Wat wordt er van Nederlandse Organisatie voor")
    assert found.sentence.startswith("Van Nederlandse Organisatie voor")
    assert found.sentence.endswith("wordt niets gevraagd.")
    assert found.sources == ""
    assert str(found) == found.sentence


def test_several_values_are_named_together(closure: EmbeddedStore) -> None:
    found = ask(closure, "CQ14", "en", actor=["nl", "central-government"])
    assert found.question == (
        "What is asked of Netherlands and central government (also inherited)?"
    )


def test_the_names_may_be_in_another_language_than_the_sentence(closure: EmbeddedStore) -> None:
    found = answer(closure, load("CQ03"), {"lang": "en"}, "nl")
    assert "zelforganisatie" not in found.sentence
    assert "self-organisation" in found.sentence


def echo(answer_: str, row: str, text: str = "SELECT ?a WHERE { VALUES ?a { 1 } }") -> NamedQuery:
    metadata = {"question": {"en": "?"}, "answer": {"en": answer_}, "row": {"en": row}}
    return NamedQuery("echo", "echo.rq", text, metadata)


def test_a_template_that_names_what_is_not_there_is_refused(closure: EmbeddedStore) -> None:
    with pytest.raises(InputError, match=r"uses \{b\}, which has no value"):
        answer(closure, echo("{rows}", "{b}"), {}, "en")


def test_braces_in_the_data_are_no_placeholders(closure: EmbeddedStore) -> None:
    query = echo("{rows}.", "<{a}>", 'SELECT ?a WHERE { VALUES ?a { "{rows}" "{count}" } }')
    assert answer(closure, query, {}, "en").sentence == "<{rows} and {count}>."


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["a"], "A."),
        (["a", "b"], "A and b."),
        (["a", "b", "c"], "A, b and c."),
        (["a, b", "c"], "A, b and c."),
        (["a, b", "c", "d"], "A, b; c; and d."),
    ],
)
def test_lists_are_joined_so_that_their_parts_stay_apart(
    texts: list[str], sentence: str, closure: EmbeddedStore
) -> None:
    values = " ".join(f'"{text}"' for text in texts)
    query = echo("{rows}.", "{a}", f"SELECT ?a WHERE {{ VALUES ?a {{ {values} }} }}")
    assert answer(closure, query, {}, "en").sentence == sentence


def test_a_query_without_a_sentence_says_what_to_do_instead(closure: EmbeddedStore) -> None:
    plain = NamedQuery("plain", "plain.rq", "SELECT * {}", {})
    with pytest.raises(UsageError, match="si-graph query plain gives its rows"):
        answer(closure, plain, {}, "nl")
    with pytest.raises(UsageError, match="does not select rows"):
        answer(closure, echo("{rows}", "x", "ASK {}"), {}, "en")
    with pytest.raises(UsageError, match="has no sentence"):
        answer(closure, load("CQ14"), {}, "fr")
    with pytest.raises(ParameterError, match="no si:Actor is called"):
        ask(closure, "CQ14", "nl", actor="nobody-at-all")
