"""The line that a report points to is the one at which the thing is described."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.validate import Locator

STATEMENTS = """@prefix ex: <http://example.org/> .
PREFIX other: <http://other.org/a/>
# ex:tom is described below.
ex:ann ex:knows
    ex:tom ,
    ex:tommy .
ex:graph {
    ex:tommy a ex:Cat.big .
    ex:tom.junior a ex:Cat .
    ex:tom-tom a ex:Cat .
    ex:tom
        a ex:Cat .
}
<http://example.org/full/name> a ex:Cat .
other:b a ex:Cat .
ex:graph a ex:Passage .
"""


@pytest.fixture
def statements(tmp_path: Path) -> Path:
    path = tmp_path / "statements.trig"
    path.write_text(STATEMENTS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("iri", "line"),
    [
        ("http://example.org/tom", 11),
        ("http://example.org/tommy", 8),
        ("http://example.org/tom.junior", 9),
        ("http://example.org/ann", 4),
        ("http://example.org/full/name", 14),
        ("http://other.org/a/b", 15),
        ("http://example.org/graph", 16),
        ("http://example.org/Cat", 9),
        ("http://example.org/knows", 4),
    ],
)
def test_a_thing_is_found_where_it_is_described(statements: Path, iri: str, line: int) -> None:
    assert str(Locator([statements])(ox.NamedNode(iri))) == f"{statements}:{line}"


def test_a_description_in_a_later_file_counts_for_more_than_a_mention(
    tmp_path: Path, statements: Path
) -> None:
    described = tmp_path / "later.ttl"
    described.write_text("@prefix : <http://example.org/> .\n\n:Cat a :Class .\n")
    locator = Locator([statements, described])
    assert str(locator(ox.NamedNode("http://example.org/Cat"))) == f"{described}:3"
    assert str(locator(ox.NamedNode("http://example.org/knows"))) == f"{statements}:4"


def test_line_based_files_are_searched_too(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    path.write_text("<http://e.org/a> <http://e.org/p> <http://e.org/b> .\n" * 2)
    path.write_text(path.read_text() + "<http://e.org/b> <http://e.org/p> <http://e.org/a> .\n")
    assert str(Locator([path])(ox.NamedNode("http://e.org/b"))) == f"{path}:3"


def test_other_syntaxes_and_unnamed_things_have_the_only_file_as_their_place(
    tmp_path: Path, statements: Path
) -> None:
    other = tmp_path / "data.jsonld"
    other.write_text('{"@id": "http://example.org/x"}')
    thing = ox.NamedNode("http://example.org/x")
    assert str(Locator([other])(thing)) == str(other)
    assert str(Locator([statements])(ox.BlankNode("b"))) == str(statements)
    assert Locator([statements, other])(thing) is None
    assert Locator([statements, other])(ox.BlankNode("b")) is None


def test_an_iri_with_signs_of_a_pattern_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(
        "<http://e.org/abc> a <http://e.org/T> .\n<http://e.org/a.c+> a <http://e.org/T> .\n"
    )
    assert str(Locator([path])(ox.NamedNode("http://e.org/a.c+"))) == f"{path}:2"
    assert str(Locator([path])(ox.NamedNode("http://e.org/a.c"))) == str(path)
