"""What has become statements is counted in characters, and what has not is shown."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph import locations
from si_graph.load.sources import read_sources
from si_graph.namespaces import PREFIXES
from si_graph.validate import read_text
from si_graph.validate.coverage import Coverage, check_coverage, render_coverage
from support import SHARED

SOURCE = SHARED / "source" / "awt-2014-summary.txt"
EX = "http://example.org/"
TEXT = "Één kop\n\nDe gemeente houdt – zo lang het kan – het bad open. Dat is goed.\n"


def passage(
    name: str, *spans: tuple[int, int], states: bool = True, section: str = "", page: str = ""
) -> str:
    """Describe a passage, of one stretch or of several parts, with a statement in its graph."""
    more = (f"dcterms:isPartOf ex:{section} ; " if section else "") + (
        f'bibo:pages "{page}" ; ' if page else ""
    )

    def described(one: str, start: int, end: int) -> str:
        place = f"oa:hasSource ex:page ; oa:hasSelector [ oa:start {start} ; oa:end {end} ]"
        return f"ex:{one} a si:Passage ; {more}{place} .\n"

    if len(spans) == 1:
        about = described(name, *spans[0])
    else:
        parts = [(f"{name}-{number}", span) for number, span in enumerate(spans)]
        about = "".join(described(part, *span) for part, span in parts)
        names = " , ".join(f"ex:{part}" for part, _ in parts)
        about += f"ex:{name} a si:Passage ; dcterms:hasPart {names} .\n"
    stated = f"ex:{name} {{ ex:thing si:number 1 . }}\n" if states else ""
    return f"graph:passages {{\n{about}}}\n{stated}"


def graph(*parts: str, characters: int = len(TEXT)) -> list[ox.Quad]:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    document = f"graph:passages {{ ex:page si:characters {characters} . }}\n"
    text = f"{prefixes}@prefix ex: <{EX}> .\n{document}{''.join(parts)}"
    return list(ox.parse(text, format=ox.RdfFormat.TRIG))


def measured(*parts: str) -> Coverage:
    return check_coverage(graph(*parts), TEXT)


def left(coverage: Coverage) -> list[str]:
    return [TEXT[one.start : one.end] for one in coverage.uncovered]


def test_a_passage_with_statements_is_covered_and_the_rest_is_shown() -> None:
    coverage = measured(passage("p", (9, 55)))
    assert coverage.document == EX + "page"
    assert (coverage.characters, coverage.covered) == (len(TEXT), 46)
    assert coverage.share == pytest.approx(46 / len(TEXT))
    assert left(coverage) == ["Één kop", TEXT[55:].strip()]


def test_a_passage_without_statements_is_not_covered() -> None:
    coverage = measured(passage("p", (9, 55), states=False))
    assert (coverage.covered, coverage.share) == (0, 0.0)
    assert left(coverage) == [TEXT.strip()]


def test_overlapping_and_nested_passages_count_once() -> None:
    coverage = measured(passage("p", (9, 30)), passage("q", (20, 40)), passage("r", (12, 15)))
    assert coverage.covered == 31


def test_the_parts_of_a_passage_are_covered_by_the_statements_of_the_whole() -> None:
    coverage = measured(passage("p", (0, 7), (20, 25)))
    assert coverage.covered == 12


@pytest.mark.parametrize("span", [(-5, 7), (5, 2), (7, 7), (900, 950), (-9, -5)])
def test_a_place_outside_the_text_is_no_crash(span: tuple[int, int]) -> None:
    assert measured(passage("p", span)).covered == (7 if span == (-5, 7) else 0)
    past = measured(passage("p", (len(TEXT) - 3, len(TEXT) + 50)))
    assert past.covered == 3


def test_white_space_and_single_signs_are_not_shown_as_left_over() -> None:
    end = TEXT.index("Dat")
    coverage = measured(passage("p", (0, 7)), passage("q", (9, end - 2)), passage("r", (end, 74)))
    assert coverage.covered < coverage.characters
    assert left(coverage) == []
    # The full stop is a sign of the text all the same.
    assert coverage.written - coverage.covered_written == 1
    assert coverage.share < coverage.share_written < 1


def test_a_passage_of_another_document_does_not_count() -> None:
    other = passage("p", (9, 55)).replace("ex:page", "ex:other")
    assert measured(other).covered == 0


def test_a_stretch_has_the_section_and_page_on_which_its_neighbours_agree() -> None:
    around = [
        passage("p", (9, 20), section="one", page="5"),
        passage("q", (30, 40), section="one", page="6"),
        passage("r", (50, 55), section="two", page="6"),
    ]
    places = [(one.start, one.section, one.page) for one in measured(*around).uncovered]
    assert places == [
        (0, None, None),
        (21, EX + "one", None),
        (41, None, "6"),
        (55, None, None),
    ]


def test_a_passage_around_a_stretch_says_where_it_stands() -> None:
    section = passage("s", (9, 70), states=False, section="whole", page="7")
    chapter = passage("c", (0, 74), states=False, section="all", page="7")
    (first, *_, last) = measured(section, chapter, passage("p", (30, 40))).uncovered
    assert (first.section, last.section) == (EX + "all", EX + "all")
    inside = measured(section, chapter, passage("p", (0, 30)), passage("q", (40, 74))).uncovered
    assert [(one.section, one.page) for one in inside] == [(EX + "whole", "7")]


def test_a_part_of_a_passage_has_the_section_of_the_whole() -> None:
    parts = passage("p", (9, 20), (30, 40)).replace(
        "ex:p a si:Passage ;", "ex:p a si:Passage ; dcterms:isPartOf ex:one ; bibo:pages '5' ;"
    )
    for part in ("p-0", "p-1"):
        parts = parts.replace(
            f"ex:{part} a si:Passage ;", f"ex:{part} a si:Passage ; dcterms:isPartOf ex:p ;"
        )
    (_, between, _) = measured(parts).uncovered
    assert (between.section, between.page) == (EX + "one", "5")


def test_a_text_that_no_passage_is_of_is_said_to_be_so() -> None:
    coverage = check_coverage([], TEXT)
    assert (coverage.document, coverage.share) == (None, 0.0)
    assert "niets om te vergelijken" in render_coverage(coverage, TEXT)
    assert check_coverage([], "").share_written == 0.0


def test_it_is_told_in_dutch_and_english_with_only_the_ends_of_a_stretch() -> None:
    coverage = measured(passage("p", (0, 7), section="one", page="5"), passage("q", (73, 74)))
    dutch = render_coverage(coverage, TEXT, "nl")
    english = render_coverage(coverage, TEXT, "en", lambda iri: f"Section {iri[-3:]}")
    assert dutch.startswith("8 van de 74 tekens (10,8%) staan in een passage")
    assert "1 stuk is" in dutch
    assert "1 stretch has" in english
    assert "«De gemeente houdt – … open. Dat is goed.»" in dutch
    assert "zo lang het kan" not in dutch
    assert english.startswith("8 of the 74 characters (10.8%) stand in a passage")


def test_the_label_of_a_section_stands_for_its_name_where_there_is_one() -> None:
    parts = [passage(name, span, section="one", page="5") for name, span in
             (("p", (0, 20)), ("q", (60, len(TEXT))))]  # fmt: skip
    coverage = measured(*parts)
    assert "  Eerste, bladzijde 5  «" in render_coverage(coverage, TEXT, "nl", lambda _: "Eerste")
    assert f"  {EX}one, page 5  «" in render_coverage(coverage, TEXT, "en", lambda _: None)


def test_only_what_is_complete_is_called_so() -> None:
    text = "a" * 9999 + "b"
    quads = graph(passage("p", (0, 9999)), characters=10_000)
    assert "99.9%" in render_coverage(check_coverage(quads, text), text, "en")
    quads = graph(passage("p", (0, 10_000)), characters=10_000)
    told = render_coverage(check_coverage(quads, text), text, "en")
    assert "(100.0%)" in told
    assert "No word of the text is left over." in told


def test_what_commands_a_terminal_is_not_shown() -> None:
    text = "kop \x1b[31m\nrood"
    coverage = check_coverage(graph(characters=len(text)), text)
    assert "\x1b" not in render_coverage(coverage, text)


SPANS = st.tuples(st.integers(-5, 45), st.integers(-5, 45))


@given(
    st.text("ab é–.\n😀", max_size=40),
    st.lists(st.tuples(SPANS, st.booleans()), max_size=6),
    st.lists(SPANS, min_size=2, max_size=3),
)
def test_it_agrees_with_a_set_of_characters(
    text: str, singles: list[tuple[tuple[int, int], bool]], parts: list[tuple[int, int]]
) -> None:
    described = [passage(f"p{n}", span, states=said) for n, (span, said) in enumerate(singles)]
    quads = graph(*described, passage("whole", *parts), characters=len(text))
    coverage = check_coverage(quads, text)
    stating = [span for span, said in singles if said] + parts
    covered = {at for start, end in stating for at in range(max(start, 0), min(end, len(text)))}
    assert coverage.covered == len(covered)
    assert coverage.written == sum(not sign.isspace() for sign in text)
    assert coverage.covered_written == sum(not text[at].isspace() for at in covered)
    rest = {at for one in coverage.uncovered for at in range(one.start, one.end)}
    assert rest.isdisjoint(covered)
    words = {at for at, sign in enumerate(text) if sign.isalnum()}
    assert words - covered <= rest
    for one in coverage.uncovered:
        assert text[one.start : one.end] == text[one.start : one.end].strip() != ""


@pytest.mark.skipif(not SOURCE.exists(), reason="the source text is not at hand")
def test_nearly_all_of_the_bundled_source_has_become_statements() -> None:
    text = read_text(SOURCE)
    coverage = check_coverage(read_sources(locations.root()), text)
    assert coverage.document == "https://w3id.org/si-graph/id/awt84/summary-page"
    assert coverage.share > 0.94
    assert coverage.share_written > 0.96
    # What is left is the masked head, buttons of the web page and the words between passages.
    assert max(one.end - one.start for one in coverage.uncovered if one.section) < 50
