"""Proposed mappings: what is found and why, what is refused, and what a person gets to read."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from si_graph.errors import InputError
from si_graph.exchange.align import (
    Proposal,
    Proposer,
    Thing,
    read_false_friends,
    read_things,
    write_proposals,
)
from si_graph.exchange.align.words import parts, plain, words
from si_graph.load.sssom import parse_mappings, read_mappings
from si_graph.namespaces import PREFIXES, shorten

T = "http://example.org/target/"
CONCEPT = PREFIXES["skos"] + "Concept"


def target(code: str, *names: str, synonyms: tuple[str, ...] = (), **more: object) -> Thing:
    """Return a target; names are written as `word@nl`."""
    thing = Thing(T + code, [tagged(one) for one in names], [tagged(one) for one in synonyms])
    for name, value in more.items():
        setattr(thing, name, value)
    return thing


def tagged(text: str) -> tuple[str, str]:
    name, _, language = text.partition("@")
    return name, language


def ours(*names: str, synonyms: tuple[str, ...] = (), **more: object) -> Thing:
    thing = target("x", *names, synonyms=synonyms, **more)
    thing.iri = "http://example.org/ours"
    return thing


# Words that make the others rare, as in any real vocabulary.
OTHERS = [target(f"o{n}", f"{word}@nl") for n, word in enumerate(
    ("brood", "kaas", "melk", "boter", "vis", "appel", "peer", "kool", "wortel", "zout")
)]  # fmt: skip


def proposals(thing: Thing, *targets: Thing) -> list[Proposal]:
    return list(Proposer([*OTHERS, *targets], read_false_friends()).propose([thing]))


def codes(found: list[Proposal]) -> list[str]:
    return [one.target.iri.removeprefix(T) for one in found]


def kinds(found: Proposal) -> list[str]:
    return [reason.kind for reason in found.reasons]


# Words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("nl", ("probleem", "problemen")),
        ("nl", ("burger", "burgers")),
        ("nl", ("innovatie", "innovaties")),
        ("nl", ("sociaal", "sociale")),
        ("nl", ("prijs", "prijzen")),
        ("nl", ("brief", "brieven")),
        ("nl", ("huis", "huizen")),
        ("nl", ("proces", "processen")),
        ("nl", ("mogelijkheid", "mogelijkheden")),
        ("nl", ("programma", "programma's")),
        ("nl", ("bètawetenschap", "betawetenschappen")),
        ("en", ("policy", "policies")),
        ("en", ("tax", "taxes")),
        ("en", ("organisation", "Organizations")),
        ("fr", ("commune", "communes")),
    ],
)
def test_the_forms_of_one_word_are_one_word(language: str, forms: tuple[str, str]) -> None:
    assert words(forms[0], language) == words(forms[1], language)


@pytest.mark.parametrize(
    ("one", "other"), [("burger", "burgemeester"), ("status", "staat"), ("bedrijf", "bedrog")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert words(one, "nl") != words(other, "nl")


@pytest.mark.parametrize("compound", ["onderzoeksbeleid", "onderzoekbeleid"])
def test_a_dutch_compound_falls_apart_into_known_words(compound: str) -> None:
    known = {*words("onderzoek", "nl"), *words("beleid", "nl")}
    assert parts(words(compound, "nl")[0], known) == ("onderzoek", "beleid")
    assert parts(words(compound, "nl")[0], {"beleid"}) == words(compound, "nl")


def test_what_stands_in_brackets_does_not_count_unless_it_is_all() -> None:
    assert plain("Vlaanderen (België)") == plain("vlaanderen")
    assert plain("(KNAW)") == "knaw"


@given(st.text(max_size=40), st.sampled_from(["nl", "en", "fr", ""]))
def test_any_text_has_words_and_they_are_those_of_its_capitals(text: str, language: str) -> None:
    assert words(text, language) == words(plain(text), language)


# Proposals


def test_the_same_name_in_two_languages_is_the_same_concept() -> None:
    (found,) = proposals(
        ours("innovatie@nl", "innovation@en"), target("a", "Innovatie@nl", "innovation@en")
    )
    assert (shorten(found.predicate), found.score, found.rank) == ("skos:exactMatch", 1.0, 1)
    assert kinds(found) == ["name", "name"]


def test_a_name_that_differs_in_the_other_language_makes_less_sure() -> None:
    (found,) = proposals(
        ours("innovatie@nl", "innovation@en"), target("a", "vernieuwing@nl", "innovation@en")
    )
    assert shorten(found.predicate) == "skos:closeMatch"
    assert found.score < 1
    assert kinds(found) == ["name", "differs"]


def test_what_agrees_in_two_languages_is_surer_than_what_agrees_in_one() -> None:
    (one,) = proposals(ours("gemeenten@nl"), target("a", "gemeente@nl"))
    (two,) = proposals(
        ours("gemeenten@nl", "municipalities@en"), target("a", "gemeente@nl", "municipality@en")
    )
    assert two.score > one.score


def test_a_name_is_surer_than_a_synonym() -> None:
    found = proposals(
        ours("aftrek@nl"),
        target("a", "verlaging@nl", synonyms=("aftrek@nl",)),
        target("b", "aftrek@nl"),
    )
    assert codes(found) == ["b", "a"]


def test_names_are_compared_in_the_same_language_only() -> None:
    assert proposals(ours("gift@en"), target("a", "gift@nl")) == []
    assert codes(proposals(ours("gift@en"), target("a", "gift"))) == ["a"]


@pytest.mark.parametrize(
    ("thing", "theirs", "kind", "predicate"),
    [
        (ours("gemeenten@nl"), target("a", "gemeente@nl"), "inflection", "skos:closeMatch"),
        (ours("gemeent@nl"), target("a", "gemeente@nl"), "inflection", "skos:closeMatch"),
        (ours("subsidie@nl"), target("a", "subsydie@nl"), "spelling", "skos:closeMatch"),
        (ours("steun aan bedrijven@nl"), target("a", "bedrijven, steun@nl"), "order",
         "skos:closeMatch"),
        (ours("aftrek@nl"), target("a", "verlaging@nl", synonyms=("aftrek@nl",)), "synonym",
         "skos:closeMatch"),
        (ours("sociale innovatie@nl"), target("a", "innovatie@nl"), "head", "skos:broadMatch"),
        (ours("kaasbeleid@nl"), target("a", "beleid@nl"), "head", "skos:broadMatch"),
        (ours("open boter@nl"), target("a", "open kaas in boter@nl"), "shared",
         "skos:relatedMatch"),
    ],
)  # fmt: skip
def test_each_kind_of_likeness_is_found_and_told(
    thing: Thing, theirs: Thing, kind: str, predicate: str
) -> None:
    found = next(one for one in proposals(thing, theirs) if one.target.iri == theirs.iri)
    assert kinds(found)[0] == kind
    assert shorten(found.predicate) == predicate
    for lang in ("nl", "en"):
        assert found.reasons[0].theirs in found.reasons[0].text(lang)


def test_what_is_no_concept_gets_no_mapping_of_skos() -> None:
    ministry = ours("ministerie@nl", types={PREFIXES["org"] + "Organization"})
    (same,) = proposals(ministry, target("a", "ministerie@nl"))
    assert shorten(same.predicate) == "schema:sameAs"
    body = ours("nieuw ministerie@nl", types={PREFIXES["org"] + "Organization"})
    (related,) = proposals(body, target("a", "ministerie@nl"))
    assert shorten(related.predicate) == "rdfs:seeAlso"


def test_a_shared_broader_concept_decides_between_two_of_the_same_name() -> None:
    above = target("b", "landbouw@nl")
    found = proposals(
        ours("bank@nl", "bench@en", broader=["landbouw"]),
        target("a", "bank@nl", "bank@en"),
        target("c", "bank@nl", "shore@en", broader=[above.iri]),
        above,
    )
    assert codes(found) == ["c", "a"]
    assert [one.rank for one in found] == [1, 2]
    assert "broader" in kinds(found[0])


def test_what_is_far_behind_the_best_is_not_proposed() -> None:
    found = proposals(
        ours("sociale innovatie@nl"),
        target("a", "sociale innovatie@nl"),
        target("b", "innovatie@nl"),
    )
    assert codes(found) == ["a"]


def test_no_more_than_three_are_proposed_for_one_thing() -> None:
    found = proposals(ours("bank@nl"), *(target(f"t{n}", "bank@nl") for n in range(5)))
    assert codes(found) == ["t0", "t1", "t2"]


def test_a_false_friend_of_the_list_is_never_proposed() -> None:
    initiative = Thing(PREFIXES["eurovoc"] + "c_c4c48e5c", [("Burgerinitiatief", "nl")])
    proposer = Proposer([initiative], read_false_friends())
    friend = ours("actie van burgers@nl", synonyms=("burgerinitiatief@nl",))
    assert list(proposer.propose([friend])) == []
    assert proposer.false_friends_of(friend) == {initiative.iri}
    assert list(Proposer([initiative], set()).propose([friend])) != []


def test_a_target_that_is_gone_is_never_proposed() -> None:
    assert proposals(ours("bank@nl"), target("a", "bank@nl", is_gone=True)) == []


def test_a_thing_is_not_mapped_to_itself() -> None:
    thing = target("a", "bank@nl")
    assert proposals(thing, target("a", "bank@nl")) == []


names = st.lists(
    st.tuples(st.text(max_size=20).filter(str.strip), st.sampled_from(["nl", "en", ""])),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(mine=names, theirs=st.lists(names, min_size=1, max_size=5))
def test_whatever_things_are_called_proposals_are_sure_to_some_degree_and_in_order(
    mine: list[tuple[str, str]], theirs: list[list[tuple[str, str]]]
) -> None:
    targets = [Thing(f"{T}{n}", one) for n, one in enumerate(theirs)]
    found = list(Proposer(targets, set()).propose([Thing("http://example.org/ours", mine)]))
    scores = [one.score for one in found]
    assert all(0.5 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert all(one.reasons for one in found)


# What is read


def test_rdf_gives_things_with_their_names_and_not_the_scheme_they_are_in(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(
        f"""@prefix skos: <{PREFIXES["skos"]}> . @prefix owl: <{PREFIXES["owl"]}> .
        @prefix dcterms: <{PREFIXES["dcterms"]}> . @prefix t: <{T}> .
        t:scheme a skos:ConceptScheme ; skos:prefLabel "lijst"@nl .
        t:a a skos:Concept ; skos:prefLabel "bank"@nl-BE ; skos:altLabel "zitbank"@nl ;
            skos:hiddenLabel "bnak" ; skos:broader t:b .
        t:b skos:prefLabel "oud"@nl ; owl:deprecated true .
        t:c skos:prefLabel "ouder"@nl ; dcterms:isReplacedBy t:a .
        t:d skos:altLabel "naamloos"@nl .""",
        encoding="utf-8",
    )
    a, b, c = read_things([path])
    assert a == Thing(
        T + "a", [("bank", "nl")], [("zitbank", "nl"), ("bnak", "")], [T + "b"], {CONCEPT}
    )
    assert (a.is_gone, b.is_gone, c.is_gone) == (False, True, True)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_gives_things_whatever_separates_its_cells(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "x.csv"
    rows = [
        ("iri", "prefLabel@nl", "label_en", "synoniemen nl", "breder", "note"),
        ("eurovoc:1", "bank", "bench", "zitbank|bankje", "meubel", "x"),
        ("", "", "", "", "", "no name"),
    ]
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8-sig")
    assert read_things([path]) == [
        Thing(
            PREFIXES["eurovoc"] + "1",
            [("bank", "nl"), ("bench", "en")],
            [("zitbank", "nl"), ("bankje", "nl")],
            ["meubel"],
        )
    ]


@pytest.mark.parametrize(
    ("name", "text", "message", "line"),
    [
        ("x.csv", "a,b\n1,2\n", "no column of names", 1),
        ("x.csv", "", "no column of names", 1),
        ("x.csv", "iri,label\nno iri,bank\n", "'no iri' is neither an IRI", 2),
        ("x.csv", "label,note\nbank,x,y\n", "more cells than the head", 2),
        ("x.csv", 'label\n"a"b\n', "the table is malformed", 2),
        ("x.csv", "label\n", "nothing here has a name", None),
        ("x.ttl", "<a:b> <a:c> <a:d> .", "nothing here has a name", None),
        ("x.ttl", "<a:b> <a:c> .", "", 1),
        ("x.docx", "", "neither RDF nor a table", None),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_place(
    tmp_path: Path, name: str, text: str, message: str, line: int | None
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_things([path])
    assert message in caught.value.message
    assert (caught.value.file, caught.value.line) == (str(path), line)


# What is written


def written(found: list[Proposal], lang: str = "en") -> str:
    output = io.StringIO()
    write_proposals(found, output, lang, date(2026, 11, 26))
    return output.getvalue()


def test_proposals_are_a_mapping_set_that_the_build_can_read(tmp_path: Path) -> None:
    found = proposals(
        ours("gemeenten@nl"), target("a b", "gemeente@nl"), target("c", "gemeente@nl")
    )
    found += proposals(
        ours("provincie@nl"), Thing(PREFIXES["eurovoc"] + "1", [("provincie", "nl")])
    )
    found[0].target.iri = T + "a"
    path = tmp_path / "set.sssom.tsv"
    path.write_text(written(found), encoding="utf-8")
    rows = list(read_mappings(path))
    assert [(one.subject.value, one.predicate.value, one.target.value) for one in rows] == [
        (one.thing.iri, one.predicate, one.target.iri) for one in found
    ]
    assert [one.cells["ext_rank"] for one in rows] == ["1", "2", "1"]
    assert [float(one.cells["confidence"]) for one in rows] == [one.score for one in found]
    assert {one.cells["mapping_justification"] for one in rows} == {"semapv:LexicalMatching"}
    assert len(list(parse_mappings(path, "http://example.org/g"))) > len(found)


def test_a_word_without_an_iri_is_proposed_as_a_word(tmp_path: Path) -> None:
    word = ours("gemeente@nl")
    word.iri = ""
    path = tmp_path / "set.sssom.tsv"
    path.write_text(written(proposals(word, target("a", "gemeente@nl"))), encoding="utf-8")
    (row,) = read_mappings(path)
    assert (row.subject.value, row.cells["subject_type"]) == ("gemeente", "rdfs literal")
    assert list(parse_mappings(path, "http://example.org/g")) == []


@pytest.mark.parametrize(
    ("lang", "reason"),
    [("nl", "heet net zo (nl): gemeente"), ("en", "has the same name (nl): gemeente")],
)
def test_the_reasons_stand_beside_each_proposal_in_the_language_asked_for(
    lang: str, reason: str
) -> None:
    assert reason in written(proposals(ours("gemeente@nl"), target("a", "gemeente@nl")), lang)
