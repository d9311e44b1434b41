"""A report points to the statement that is wrong, in whichever file and syntax it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from si_graph.validate import Locator, validate_files
from si_graph.validate.report import VIOLATION, Location, Result, predicate
from si_graph.validate.report import Path as ShaclPath

if TYPE_CHECKING:
    from si_graph.validate.report import Term

EX = "http://example.org/"
STATEMENTS = """@prefix ex: <http://example.org/> .
PREFIX other: <http://other.org/a/>
# ex:tom is described below.
ex:ann ex:knows
    ex:tom ,
    ex:tommy .
ex:graph {
    ex:tommy a ex:Cat.big .
    ex:tom.junior a ex:Cat .
    ex:tom
        a ex:Cat ;
        ex:age 3 , "old" ;
        ex:has [ ex:colour "red" ;
            ex:size 2 ] .
}
other:b a ex:Cat .
"""


@pytest.fixture
def statements(tmp_path: Path) -> Path:
    path = tmp_path / "statements.trig"
    path.write_text(STATEMENTS, encoding="utf-8")
    return path


def ex(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


def path_of(name: str) -> ShaclPath:
    return predicate(EX + name)


def place(
    paths: list[Path], focus: Term, path: ShaclPath | None = None, value: Term | None = None
) -> Location | None:
    """Return where a result is said to stand, without its folder."""
    (found,) = Locator(paths)([Result(focus, {}, VIOLATION, "", path=path, value=value)])
    return found and found._replace(file=Path(found.file).name)


@pytest.mark.parametrize(
    ("focus", "path", "value", "line", "column"),
    [
        ("tom", "age", ox.Literal("old"), 12, 20),
        ("tom", "age", ox.Literal("3", datatype=ox.NamedNode(EX + "other")), 12, 16),
        ("tom", "age", None, 12, 16),
        ("tom", "name", None, 10, 5),
        ("tom", None, None, 10, 5),
        ("ann", "knows", "tommy", 6, 5),
        ("Cat.big", None, None, 8, 16),
        ("graph", None, None, 8, 5),
        ("knows", None, None, 5, 5),
    ],
)
def test_the_best_statement_there_is(
    statements: Path, focus: str, path: str | None, value: object, line: int, column: int
) -> None:
    """With the value; or with the property; or about the thing; or one that mentions it."""
    term = ex(value) if isinstance(value, str) else value
    found = place([statements], ex(focus), path_of(path) if path else None, term)  # type: ignore[arg-type]
    assert found == ("statements.trig", line, column)


def test_paths_begin_with_the_statement_about_the_thing(statements: Path) -> None:
    knows, age = path_of("knows"), path_of("age")
    back = ShaclPath("^", (knows,))
    assert place([statements], ex("tom"), back, ex("ann")) == ("statements.trig", 5, 5)
    steps = ShaclPath("/", (back, age))
    assert place([statements], ex("tommy"), steps, ox.Literal("x")) == ("statements.trig", 6, 5)
    either = ShaclPath("|", (knows, age))
    assert place([statements], ex("tom"), either, ox.Literal("old")) == ("statements.trig", 12, 20)


def test_a_statement_in_a_later_file_counts_for_more_than_a_mention(
    tmp_path: Path, statements: Path
) -> None:
    described = tmp_path / "later.ttl"
    described.write_text("@prefix : <http://example.org/> .\n\n:Cat a :Class .\n")
    assert place([statements, described], ex("Cat")) == ("later.ttl", 3, 1)
    assert place([statements, described], ex("knows")) == ("statements.trig", 5, 5)
    assert place([statements, described], ex("nobody")) is None


def test_what_cannot_be_found_has_the_only_file_as_its_place(statements: Path) -> None:
    assert place([statements], ex("nobody")) == ("statements.trig", None, None)
    assert place([statements.with_name("gone.ttl")], ex("tom")) == ("gone.ttl", None, None)


SHAPES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Coat sh:targetSubjectsOf ex:colour ;
    sh:property [ sh:path ex:size ; sh:datatype xsd:string ] .
ex:Cat sh:targetClass ex:Cat ;
    sh:property [ sh:path ex:has ; sh:maxCount 0 ] , [ sh:path ex:has ; sh:nodeKind sh:IRI ] .
"""


def test_unnamed_things_are_found_too(tmp_path: Path, statements: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES)
    before = tmp_path / "before.ttl"
    before.write_text("[] <http://example.org/p> [] .")
    report = validate_files([before, statements], [shapes])
    found = {
        result.component.partition("#")[2].removesuffix("ConstraintComponent"): (
            Path(str(result.location)).name
        )
        for result in report.results
    }
    assert found == {
        "Datatype": "statements.trig:14:21",
        "MaxCount": "statements.trig:13:16",
        "NodeKind": "statements.trig:13:16",
    }


def test_every_result_has_its_own_place(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    count = 200
    lines = [f"<{EX}{number}> <{EX}p> <{EX}o> .\n" for number in range(count)]
    path.write_text("".join(lines))
    results = [
        Result(ex(str(number)), {}, VIOLATION, "", path=path_of("p")) for number in range(count)
    ]
    assert [place and place.line for place in Locator([path])(results)] == [*range(1, count + 1)]
    assert Locator([path])([]) == []


NODES = st.sampled_from([*(ex(letter) for letter in "abc"), ox.BlankNode("b")])
VALUES = NODES | st.sampled_from([ox.Literal(text, language="nl") for text in ("x", 'q "', "é")])
TRIPLES = st.tuples(NODES, st.sampled_from("pqr"), VALUES)


@given(st.lists(TRIPLES, min_size=1, max_size=8), st.lists(TRIPLES, max_size=4), st.data())
def test_lines_are_found_as_in_turtle(
    tmp_path_factory: pytest.TempPathFactory,
    stated: list[tuple[Term, str, Term]],
    others: list[tuple[Term, str, Term]],
    data: st.DataObject,
) -> None:
    # N-Triples is Turtle too, so the slow way through the parser tells what is right.
    folder = tmp_path_factory.mktemp("lines")
    gap = data.draw(st.sampled_from([" ", "  ", "\t"]))
    lines = [f"{s}{gap}<{EX}{p}> {o} .\n" for s, p, o in stated]
    for name in ("data.nt", "data.ttl"):
        (folder / name).write_text("".join(lines), encoding="utf-8")
    results = [
        Result(focus, {}, VIOLATION, "", path=path_of(name), value=value)
        for focus, name, value in [*stated, *others]
        if not isinstance(focus, ox.BlankNode) and not isinstance(value, ox.BlankNode)
    ]
    # Few statements are looked for in another way than many.
    results *= data.draw(st.sampled_from([1, 20]))
    results += [result._replace(value=None) for result in results]
    results += [result._replace(path=None, value=None) for result in results]
    fast, slow = (Locator([folder / name])(results) for name in ("data.nt", "data.ttl"))
    found = [(one and (one.line, gap == " " and one.column)) for one in fast]
    assert found == [(one and (one.line, gap == " " and one.column)) for one in slow]


def test_of_lines_with_unnamed_values_the_right_one_is_found(tmp_path: Path) -> None:
    file = tmp_path / "data.nt"
    file.write_text("".join(f"<{EX}a> <{EX}p> _:{name} .\n" for name in "xyz"), encoding="utf-8")
    found = [place([file], ex("a"), path_of("p"), ox.BlankNode(f"d1n{n}")) for n in (1, 2, 3)]
    assert [one and one.line for one in found] == [1, 2, 3]
