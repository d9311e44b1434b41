"""Search forgives: typing errors, the other language, synonyms, compounds, capitals, accents."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from si_graph.errors import UsageError
from si_graph.namespaces import shorten
from si_graph.query.search import Finder, search
from si_graph.store.embedded import EmbeddedStore


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("gemeenten", "actor:municipalities"),
        ("municipalities", "actor:municipalities"),
        ("gemeentn", "actor:municipalities"),
        ("municipalties", "actor:municipalities"),
        ("municipality", "actor:municipalities"),  # not the term of EuroVoc, nor a passage
        ("GEMEENTEN", "actor:municipalities"),
        ("belgie", "place:be"),
        ("België", "place:be"),
        ("werkplaatsinovatie", "concept:workplace-innovation"),
        ("marktfaalen", "concept:market-failure"),
        ("market failure", "concept:market-failure"),
        ("sociale innovatie", "concept:social-innovation"),
        ("innovation social", "concept:social-innovation"),
        ("do democracy", "concept:do-democracy"),
        ("knaw", "actor:knaw"),
        ("OCW", "actor:min-ocw"),
        ("burgers", "actor:citizens"),
        ("regelluwe zone", "instrument:low-regulation-zones"),  # one word of two
    ],
)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_thing_is_found_first(words: str, first: str, lang: str, closure: EmbeddedStore) -> None:
    assert shorten(search(closure, words, lang)[0].iri) == first


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("innovatie", "concept:workplace-innovation"),  # the end of a compound
        ("experimenteer", "instrument:experiment-environments"),  # its beginning
        ("beta", "actor:scientists-alfa-beta-gamma"),  # an accent inside a compound
    ],
)
def test_a_part_of_a_compound_finds_the_whole(
    words: str, found: str, closure: EmbeddedStore
) -> None:
    assert found in [shorten(hit.iri) for hit in search(closure, words, "nl", 50)]


def test_what_is_found_is_named_in_the_language_of_the_user(closure: EmbeddedStore) -> None:
    hit = search(closure, "municipalities", "nl")[0]
    assert (hit.label, hit.matched, hit.score) == ("gemeenten", "municipalities", 100)
    assert "groep actoren" in hit.kind
    assert search(closure, "gemeenten", "en")[0].label == "municipalities"


def test_the_best_comes_first_and_nothing_comes_twice(closure: EmbeddedStore) -> None:
    hits = search(closure, "innovatie", "nl", 1000)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.iri for hit in hits}) == len(hits)
    assert search(closure, "innovatie", "nl", 3) == hits[:3]


def test_what_is_nowhere_is_not_found(closure: EmbeddedStore) -> None:
    assert search(closure, "qqqqzz", "nl") == []
    assert search(closure, "x" * 100_000, "nl") == []


@pytest.mark.parametrize("words", ["", " ", "?!", "\n", "\u0301"])
def test_no_word_is_no_search(words: str, closure: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match="no word to look for"):
        search(closure, words, "nl")


@settings(max_examples=20, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_looked_for_without_harm(text: str, closure: EmbeddedStore) -> None:
    try:
        hits = search(closure, text, "en", 5)
    except UsageError:
        return
    assert all(0 < hit.score <= 100 and hit.label for hit in hits)


def test_words_and_names_that_come_near_are_offered(closure: EmbeddedStore) -> None:
    finder = Finder(closure)
    assert "subsidie" in " ".join(finder.near("subsidei"))
    assert finder.near("?!") == []
    assert finder.called("min-eez")[0].endswith("/actor/min-ez")
    assert len(finder.near("innovatie", limit=2)) == 2
    assert finder.called("qqqwwkzzz") == []
