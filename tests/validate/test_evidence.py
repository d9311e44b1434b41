"""Statements stand in passages and passages in their text; every way to get it wrong is found."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph import locations
from si_graph.errors import InputError
from si_graph.load.sources import read_sources
from si_graph.namespaces import PREFIXES, shorten
from si_graph.validate import Report, check_evidence, read_text
from support import SHARED

TEXT = """De gemeente houdt het zwembad langer open.
Ze leidt daarvoor – in het café – badmeesters op.
"""
SOURCE = SHARED / "source" / "awt-2014-summary.txt"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


HASH = sha256(TEXT[0:10])
PARTS = sha256(TEXT[20:30] + TEXT[50:60])
# One passage, one passage in two parts of which only the whole has a hash, and one note.
GRAPH = f"""
graph:editorial {{
    graph:editorial prov:wasAttributedTo ex:editors .
    ex:note a rdf:Statement ; prov:wasAttributedTo ex:editors ;
        rdf:subject ex:rec ; rdf:predicate si:number ; rdf:object 1 .
}}
graph:passages {{
    ex:page si:characters {len(TEXT)} .
    ex:p1 a si:Passage ; oa:hasSource ex:page ; schema:sha256 "{HASH}" ;
        oa:hasSelector [ oa:start 0 ; oa:end 10 ] .
    ex:p2 a si:Passage ; dcterms:hasPart ex:z , ex:a ; schema:sha256 "{PARTS}" .
    ex:z a si:Passage ; oa:hasSource ex:page ; oa:hasSelector [ oa:start 20 ; oa:end 30 ] .
    ex:a a si:Passage ; oa:hasSource ex:page ; oa:hasSelector [ oa:start 50 ; oa:end 60 ] .
}}
ex:p1 {{ ex:rec si:number 1 . }}
"""


def check(graph: str = GRAPH, text: str | None = TEXT) -> Report:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    quads = ox.parse(
        prefixes + "@prefix ex: <http://example.org/> .\n" + graph, format=ox.RdfFormat.TRIG
    )
    return check_evidence(quads, text)


def found(report: Report) -> list[tuple[str, str]]:
    """Return which check found something, and about what."""
    return [(shorten(r.component), r.focus.value.rsplit("/")[-1]) for r in report.results]


def replaced(old: str, new: str) -> str:
    assert GRAPH.count(old) == 1, old
    return GRAPH.replace(old, new)


def test_what_is_right_gives_no_result_with_and_without_the_text() -> None:
    assert found(check()) == []
    assert found(check(text=None)) == []


def test_a_finding_reads_as_that_of_a_shape() -> None:
    (result,) = check(replaced(HASH, sha256("else"))).results
    assert shorten(result.severity) == "sh:Violation"
    assert str(result.path) == "schema:sha256"
    assert str(result.value) == f'"{sha256("else")}"'
    assert set(result.message) == {"nl", "en"}


def test_statements_in_a_graph_that_is_not_described_as_a_passage_are_found() -> None:
    report = check(GRAPH + "ex:p9 { ex:rec si:number 2 . }")
    assert found(report) == [("sish:StatementsInPassage", "p9")]
    assert report.results[0].text("en").startswith("1 statement stands")
    report = check(GRAPH + "ex:p9 { ex:rec si:number 2 , 3 . }")
    assert report.results[0].text("nl").startswith("2 uitspraken staan")


def test_the_graphs_of_the_project_itself_need_no_passage() -> None:
    assert found(check(GRAPH + "graph:vocab { ex:a ex:b ex:c . } ex:a ex:b ex:c .")) == []


@pytest.mark.parametrize("place", ["{{ {} }}", "graph:vocab {{ {} }}", "graph:passages {{ {} }}"])
def test_a_statement_that_no_passage_makes_about_what_one_speaks_of_is_found(place: str) -> None:
    report = check(GRAPH + place.format("ex:rec si:number 2 ."))
    assert found(report) == [("sish:StatementsInPassage", "rec")]
    (result,) = report.results
    assert (str(result.path), str(result.value)[:3]) == ("si:number", '"2"')
    assert ("passage (graph:" in result.text("en")) == ("graph:" in place)
    # What is derived, and what others say of it in their own terms, may stand there.
    for other in (
        "ex:rec si:hasEvidence ex:p1 .",
        "ex:rec skos:prefLabel 'r' .",
        "ex:o si:end 2 .",
    ):
        assert found(check(GRAPH + place.format(other))) == []


@pytest.mark.parametrize("graph", ["graph:editorial", "graph:alignments", "graph:inferred"])
def test_editors_and_rules_may_speak_of_what_a_passage_speaks_of(graph: str) -> None:
    assert found(check(GRAPH + f"{graph} {{ ex:rec si:stipType ex:a . }}")) == []


def test_editors_additions_without_an_editor_are_found() -> None:
    nameless = replaced("    graph:editorial prov:wasAttributedTo ex:editors .\n", "")
    assert found(check(nameless)) == [("sish:EditorialAttribution", "editorial")]


def test_a_note_without_a_writer_is_found() -> None:
    nameless = replaced("rdf:Statement ; prov:wasAttributedTo ex:editors ;", "rdf:Statement ;")
    assert found(check(nameless)) == [("sish:EditorialAttribution", "note")]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("rdf:subject ex:rec", "rdf:subject ex:other"),
        ("rdf:predicate si:number", "rdf:predicate si:start"),
        ("rdf:object 1", "rdf:object 2"),
        ("rdf:object 1", "rdf:object ex:rec"),
        ("rdf:subject ex:rec ;", ""),
        ("rdf:subject ex:rec", 'rdf:subject "rec"'),
        ("rdf:predicate si:number", 'rdf:predicate "number"'),
    ],
)
def test_a_note_on_what_is_nowhere_stated_is_found(right: str, wrong: str) -> None:
    assert found(check(replaced(right, wrong))) == [("sish:EditorialAttribution", "note")]


@pytest.mark.parametrize(
    ("right", "wrong", "about", "message"),
    [
        ("oa:start 0 ; oa:end 10", "oa:start 1 ; oa:end 11", "p1", "is another one"),
        ("oa:start 0 ; oa:end 10", "oa:start 0 ; oa:end 11", "p1", "is another one"),
        ("oa:start 20 ; oa:end 30", "oa:start 20 ; oa:end 29", "p2", "is another one"),
        ("oa:start 0 ; oa:end 10", "oa:start 10 ; oa:end 10", "p1", "does not lie in the text"),
        ("oa:start 0 ; oa:end 10", "oa:start 0 ; oa:end 999", "p1", "does not lie in the text"),
        ("oa:start 0 ; oa:end 10", "oa:start -1 ; oa:end 10", "p1", "does not lie in the text"),
    ],
)
def test_a_wrong_place_is_found(right: str, wrong: str, about: str, message: str) -> None:
    report = check(replaced(right, wrong))
    assert found(report) == [("sish:PassageText", about)]
    assert message in report.results[0].text("en")


def test_a_hash_that_is_missing_is_given_to_copy() -> None:
    report = check(replaced(f'schema:sha256 "{HASH}" ;', ""))
    assert found(report) == [("sish:PassageText", "p1")]
    assert f'schema:sha256 "{HASH}" .' in report.results[0].text("nl")


def test_a_part_with_a_hash_of_its_own_is_compared_too() -> None:
    good, bad = (f'ex:z a si:Passage ; schema:sha256 "{sha256(t)}" ;' for t in (TEXT[20:30], "x"))
    assert found(check(replaced("ex:z a si:Passage ;", good))) == []
    assert found(check(replaced("ex:z a si:Passage ;", bad))) == [("sish:PassageText", "z")]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (TEXT.replace("\n", "\r\n"), "CRLF"),
        ("\ufeff" + TEXT, "BOM"),
        ("\ufeff" + TEXT.replace("\n", "\r\n"), "CRLF"),
        (TEXT.encode().decode("cp1252"), "encoded twice"),
        (TEXT.encode().decode("latin-1"), "encoded twice"),
        (TEXT + "!", "another text"),
        ("", "another text"),
    ],
    ids=["crlf", "bom", "crlf and bom", "cp1252", "latin-1", "longer", "empty"],
)
def test_a_text_of_another_length_is_reported_once_with_its_cause(text: str, cause: str) -> None:
    report = check(text=text)
    assert found(report) == [("sish:PassageText", "page")]
    assert cause in report.results[0].text("en")
    assert str(len(TEXT)) in report.results[0].text("nl")


def test_another_text_of_the_same_length_is_found_by_its_passages() -> None:
    assert found(check(text=TEXT.upper())) == [
        ("sish:PassageText", "p1"),
        ("sish:PassageText", "p2"),
    ]


def test_a_length_that_is_no_number_is_left_to_the_shapes() -> None:
    assert found(check(replaced(f"si:characters {len(TEXT)}", 'si:characters "many"'))) == []


def test_a_text_is_compared_with_the_document_of_its_length() -> None:
    other = """graph:passages { ex:other si:characters 5 .
        ex:p5 a si:Passage ; oa:hasSource ex:other ; schema:sha256 "wrong" ;
            oa:hasSelector [ oa:start 0 ; oa:end 5 ] . }"""
    assert found(check(GRAPH + other)) == []
    assert found(check(GRAPH + other, "other")) == [("sish:PassageText", "p5")]


def test_a_text_is_read_with_every_character_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("\ufeffé\r\nb\rc\n".encode())
    assert read_text(path) == "\ufeffé\r\nb\rc\n"


def test_a_text_that_is_missing_or_not_utf_8_is_reported_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert caught.value.file == str(path)
    path.write_bytes(b"one\ncaf\xe9\n")
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert (caught.value.file, caught.value.line) == (str(path), 2)
    assert caught.value.hint


@pytest.fixture(scope="module")
def bundled() -> list[ox.Quad]:
    return list(read_sources(locations.root()))


def test_the_bundled_graph_keeps_its_word(bundled: list[ox.Quad]) -> None:
    assert found(check_evidence(bundled)) == []


@pytest.mark.skipif(not SOURCE.exists(), reason="the source text is not at hand")
def test_every_bundled_passage_is_where_its_text_is(bundled: list[ox.Quad]) -> None:
    text = read_text(SOURCE)
    assert found(check_evidence(bundled, text)) == []
    moved = check_evidence(bundled, " " + text[:-1])
    hashes = {q.subject for q in bundled if q.predicate.value == PREFIXES["schema"] + "sha256"}
    assert len(moved.results) > 0.9 * len(hashes) > 100
