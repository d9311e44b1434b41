"""A query file is read as it is meant, or refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from si_graph.errors import InputError, UsageError
from si_graph.query.catalogue import catalogue, load, names, read

GOOD = """#+ question.nl = "Wat?"
#+ question.en = "What?"
# an ordinary comment
#+ persona = "researcher"
#+ kind = "fact"
#+ inference = true
#+ parameters.x = { type = "xsd:string", default = "a", label.nl = "de tekst" }
#+ evidence = ["?s ?p ?o"]

SELECT ?x WHERE { VALUES ?x { "a" } }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Q1.rq"


def test_a_query_file_is_read(file: Path) -> None:
    file.write_text(GOOD)
    query = read(str(file))
    assert (query.name, query.persona, query.kind) == ("Q1", "researcher", "fact")
    assert query.question == {"nl": "Wat?", "en": "What?"}
    assert query.inference
    assert query.evidence == ["?s ?p ?o"]
    assert query.parameters["x"].labels == {"nl": "de tekst"}
    assert query.sparql == '# an ordinary comment\n\nSELECT ?x WHERE { VALUES ?x { "a" } }\n'
    assert query.text == GOOD
    assert query.placeholders() == {"x", "xLabel", "rows", "count"}


def test_a_query_without_metadata_has_no_parameters(file: Path) -> None:
    file.write_text("SELECT * {}")
    assert read(str(file)).parameters == {}


VALUES = 'ASK { VALUES ?a { "x" } }'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('#+ question.nl = "a"\n#+ question.en =\nASK {}', 2, "the metadata is not TOML"),
        ('#+ kind = "fact"\n#+ kind = "fact"\nASK {}', 2, "the metadata is not TOML"),
        (
            '#+ qestion.nl = "a"\nASK {}',
            1,
            "no metadata called 'qestion'",
        ),
        ('#+ qestion.nl = "a"\nASK {}', 1, "Did you mean question?"),
        ('#+ kind = "fact"\n#+ persona = "king"\nASK {}', 2, "persona must be one of researcher"),
        ('# a\n\n#+ inference = "no"\nASK {}', 3, "inference must be one of true, false"),
        ("#+ inference = 1\nASK {}", 1, "inference must be one of true, false"),
        ('ASK {}\n#+ kind = "fact"', 2, "must stand above the query"),
        ('#+ question.fr = "a"\nASK {}', 1, "a text for each of nl, en"),
        ('#+ question = "a"\nASK {}', 1, "a text for each of nl, en"),
        ('#+ evidence = "?s ?p ?o"\nASK {}', 1, "a list of triple patterns"),
        ("#+ parameters = 3\nASK {}", 1, "parameters must be a table"),
        ('#+ parameters.a = { default = "x" }\n' + VALUES, 1, "needs a type"),
        ('#+ parameters.a = { type = "xsd:string" }\n' + VALUES, 1, "needs a default"),
        ('#+ parameters.a = { type = "x:y", default = true }\n' + VALUES, 1, "needs a default"),
        (
            '#+ parameters.a = { type = "xsd:string", default = "x", colour = 1 }\n' + VALUES,
            1,
            "unknown entry 'colour'",
        ),
        (
            '#+ kind = "fact"\n#+ parameters.a = { type = "xsd:string", default = "x" }\nASK {}',
            2,
            "`VALUES ?a { … }` exactly once",
        ),
        (
            '#+ parameters.a = { type = "xsd:string", default = "x" }\n'
            'ASK { VALUES ?a { "x" } VALUES ?a { "x" } }',
            1,
            "`VALUES ?a { … }` exactly once",
        ),
    ],
)
def test_a_fault_in_the_metadata_is_reported_with_its_line(
    text: str, line: int, said: str, file: Path
) -> None:
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        read(str(file))
    assert (caught.value.file, caught.value.line) == (str(file), line)
    assert said in str(caught.value)


def test_a_file_that_cannot_be_read_says_so(file: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read(str(file))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="must be UTF-8"):
        read(str(file))


def test_the_names_come_in_the_order_in_which_people_count(tmp_path: Path) -> None:
    for name in ("Q10", "Q2", "A", "Q1"):
        (tmp_path / f"{name}.rq").write_text("ASK {}")
    (tmp_path / "Q1.tsv").write_text("")
    assert names(str(tmp_path)) == ["A", "Q1", "Q2", "Q10"]
    assert [query.name for query in catalogue(str(tmp_path))] == ["A", "Q1", "Q2", "Q10"]
    with pytest.raises(InputError, match="the catalogue cannot be read"):
        names(str(tmp_path / "nowhere"))


def test_a_query_is_called_by_its_name_in_any_case() -> None:
    assert load("cq14").name == load("CQ14").name == "CQ14"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CQ140", "CQ14"),
        ("cq1", "CQ1"),
        ("../CQ14", "there is no query named '../CQ14'"),
        ("", "si-graph queries lists them all"),
        ("what", "si-graph queries lists them all"),
    ],
)
def test_an_unknown_name_offers_the_nearest(name: str, said: str) -> None:
    with pytest.raises(UsageError, match="there is no query named") as caught:
        load(name)
    assert said in str(caught.value)
