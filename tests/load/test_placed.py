"""A statement is said to stand where it does stand, to the line and the column, in every syntax."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from si_graph.load.files import parse_file
from si_graph.load.placed import parse_placed
from si_graph.load.places import Spot

EX = "http://example.org/"


def places(path: Path) -> dict[tuple[str, str, str], Spot]:
    """Return the place of the object of each statement with a named subject."""
    return {
        (str(quad.subject), str(quad.predicate), str(quad.object)): cursor.object()
        for quad, cursor in parse_placed(path)
    }


def subjects(path: Path) -> dict[tuple[str, str], Spot]:
    """Return where the subject of each statement is named, by subject and predicate."""
    return {
        (str(quad.subject), str(quad.predicate)): cursor.subject()
        for quad, cursor in parse_placed(path)
    }


def ex(name: str) -> str:
    return f"<{EX}{name}>"


class Written(NamedTuple):
    """One object as it is written, and as the parser returns it."""

    text: str
    term: ox.NamedNode | ox.Literal


RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD = "http://www.w3.org/2001/XMLSchema#"
words = st.text("aé𝄞 ,;.#()[]{}<>@^'\\n", min_size=0, max_size=6)


def literal(words: str, quote: str, suffix: tuple[str, dict[str, object]]) -> Written:
    text = words.replace("\\", "\\\\")
    if len(quote) == 1:
        text = text.replace("\n", "\\n")
    text = text.replace("'", "\\'") if quote[0] == "'" else text
    written, options = suffix
    return Written(f"{quote}{text}{quote}{written}", ox.Literal(words, **options))  # type: ignore[arg-type]


objects = st.one_of(
    st.sampled_from(
        [
            Written("ex:thing", ox.NamedNode(EX + "thing")),
            Written("ex:a.b", ox.NamedNode(EX + "a.b")),
            Written("ex:", ox.NamedNode(EX)),
            Written(f"<{EX}x#y>", ox.NamedNode(EX + "x#y")),
            Written("12", ox.Literal("12", datatype=ox.NamedNode(XSD + "integer"))),
            Written("-1.5", ox.Literal("-1.5", datatype=ox.NamedNode(XSD + "decimal"))),
            Written("true", ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))),
        ]
    ),
    st.builds(
        literal,
        words,
        st.sampled_from(['"', "'", '"""', "'''"]),
        st.sampled_from(
            [
                ("", {}),
                ("@nl", {"language": "nl"}),
                (f"^^<{XSD}date>", {"datatype": ox.NamedNode(XSD + "date")}),
                ("^^ex:date", {"datatype": ox.NamedNode(EX + "date")}),
            ]
        ),
    ),
)
spaces = st.sampled_from([" ", "\n", "\t", "\n\n  ", ' # "a comment ; ,\n', "\r\n"])
marks = st.sampled_from([",", ";", "."])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(objects, spaces, spaces, spaces, marks), min_size=1, max_size=8))
@pytest.mark.parametrize("suffix", [".ttl", ".trig"])
def test_any_layout_of_turtle(
    tmp_path: Path,
    suffix: str,
    statements: list[tuple[Written, str, str, str, str]],
) -> None:
    text = "@prefix ex: <http://example.org/> .\n"
    expected = []
    mark = "."
    for number, (written, before, between, after, next_mark) in enumerate(statements):
        subject = f"ex:s{number}{before}" if mark == "." else ""
        name = f"ex:p{number}{between}" if mark != "," else ""
        text += subject + name
        lines = text.split("\n")
        expected.append((written.term, (len(lines), len(lines[-1]) + 1)))
        text += written.text + after + next_mark + before
        mark = next_mark
    text += "" if mark == "." else "ex:p ex:o ." if mark == ";" else "ex:o ."
    path = tmp_path / f"data{suffix}"
    path.write_bytes(text.encode())
    found = [(quad.object, tuple(cursor.object())) for quad, cursor in parse_placed(path)]
    assert found[: len(expected)] == expected


TURTLE = """@prefix ex: <http://example.org/> .
ex:a ex:p ex:b ,
    ex:c ; # a comment, with a comma
  ex:q
    "x"
  ; ex:r [
      ex:s 1 ;
      ex:t "é", "y"@nl ] .
ex:d ex:p '''more
than one line''' , ( 1
  2 ) .
"""


def test_the_place_is_where_the_object_begins(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(TURTLE)
    found = places(path)
    assert found[ex("a"), ex("p"), ex("b")] == (2, 11)
    assert found[ex("a"), ex("p"), ex("c")] == (3, 5)
    assert found[ex("a"), ex("q"), '"x"'] == (5, 5)
    assert found[ex("d"), ex("p"), '"more\\nthan one line"'] == (9, 11)
    inner = {key[1:]: place for key, place in found.items() if key[0].startswith("_:")}
    assert inner[ex("t"), '"é"'] == (8, 12)
    assert inner[ex("t"), '"y"@nl'] == (8, 17)


def test_a_text_in_a_list_has_a_rough_place(tmp_path: Path) -> None:
    """The parser has to read that first; and it tells two statements about each cell at once."""
    path = tmp_path / "data.ttl"
    path.write_text(f'{ex("a")} {ex("p")} (\n "x"\n "y"\n\n ) .\n')
    found = {value: place for (_, _, value), place in places(path).items()}
    assert 2 <= found['"x"'][0] <= 4
    assert 3 <= found['"y"'][0] <= 5


def test_the_subject_is_where_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(TURTLE)
    found = subjects(path)
    assert found[ex("a"), ex("p")] == (3, 5), "the second statement leaves its subject out"
    unnamed = {name: place for (subject, name), place in found.items() if subject[0] == "_"}
    assert unnamed[ex("s")] == (6, 10), "what has no name begins at its bracket"


@pytest.mark.parametrize("suffix", [".nt", ".nq"])
def test_lines_of_triples_and_quads(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    graph = f" {ex('g')}" if suffix == ".nq" else ""
    path.write_text(
        f'# data\n{ex("a")} {ex("p")} "x . y"{graph} .\n\n{ex("b")} {ex("p")} {ex("c")} .'
    )
    found = places(path)
    assert found[ex("a"), ex("p"), '"x . y"'] == (2, 47)
    assert found[ex("b"), ex("p"), ex("c")] == (4, 47)
    assert subjects(path)[ex("b"), ex("p")] == (4, 1)


XML = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
  <!ENTITY ex "http://example.org/">
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="&ex;">
  <ex:Town rdf:about="&ex;a" ex:name="é > f">
    <ex:p rdf:resource="&ex;b"/><ex:q>x</ex:q>
    <ex:r
      xml:lang="nl">two
      lines</ex:r>
    <ex:s>
      <rdf:Description rdf:about="&ex;c"><ex:t>1</ex:t></rdf:Description>
    </ex:s>
  </ex:Town>
</rdf:RDF>
"""


@pytest.mark.parametrize("is_one_line", [False, True])
def test_rdf_xml(tmp_path: Path, *, is_one_line: bool) -> None:
    path = tmp_path / "data.rdf"
    path.write_text(XML.replace("\n", " ") if is_one_line else XML)
    found = places(path)
    if is_one_line:
        assert {line for line, _ in found.values()} == {1}
        text = path.read_text()
        column = found[ex("c"), ex("t"), '"1"'].column
        # The document type that the parser sees is shorter than the one in the file.
        assert column is not None
        assert column <= text.index("<ex:t>") + 1
        return
    assert found[ex("a"), ex("name"), '"é > f"'] == (6, 3)
    assert found[ex("a"), ex("p"), ex("b")] == (7, 5)
    assert found[ex("a"), ex("q"), '"x"'] == (7, 33)
    assert found[ex("a"), ex("r"), '"two\\n      lines"@nl'] == (8, 5)
    assert found[ex("c"), ex("t"), '"1"'] == (12, 42)
    assert found[ex("a"), ex("s"), ex("c")] == (11, 5)
    assert subjects(path)[ex("c"), ex("t")] == (12, 7)


DOCUMENT = {
    "@context": {
        "ex": EX,
        "name": "ex:name",
        "knows": {"@id": "ex:knows", "@type": "@id"},
        "id": "@id",
        "when": {"@id": "ex:when", "@type": f"{XSD}date"},
    },
    "@graph": [
        {"name": ["Ann", {"@value": "Anna", "@language": "nl"}], "knows": "ex:ben", "id": "ex:ann"},
        {"id": f"{EX}ben", "@type": "ex:Person", "when": "soon", "ex:has": {"name": "Rex"}},
        {"id": "ex:tom", "ex:age": 5, "ex:is": True},
    ],
}


def test_json_ld(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonld"
    path.write_text(json.dumps(DOCUMENT, indent=1))
    lines = path.read_text().split("\n")
    found = places(path)
    for (subject, name, value), line in {
        (ex("ann"), ex("name"), '"Ann"'): '    "Ann",',
        (ex("ann"), ex("name"), '"Anna"@nl'): "    {",
        (ex("ann"), ex("knows"), ex("ben")): '   "knows": "ex:ben",',
        (ex("ben"), RDF_TYPE, ex("Person")): '   "@type": "ex:Person",',
        (ex("ben"), ex("when"), f'"soon"^^<{XSD}date>'): '   "when": "soon",',
        (ex("tom"), ex("age"), f'"5"^^<{XSD}integer>'): '   "ex:age": 5,',
        (ex("tom"), ex("is"), f'"true"^^<{XSD}boolean>'): '   "ex:is": true',
    }.items():
        assert lines[found[subject, name, value][0] - 1] == line
    assert lines[subjects(path)[ex("tom"), ex("age")][0]] == '   "id": "ex:tom",'
    rex = next(place for (_, _, value), place in found.items() if value == '"Rex"')
    assert lines[rex[0] - 1] == '    "name": "Rex"'


def test_a_context_too_clever_to_follow_does_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonld"
    path.write_text('{"@context": {"@base": "http://a.org/"},\n "@id": "x", "http://a.org/p": 1}')
    assert places(path)["<http://a.org/x>", "<http://a.org/p>", f'"1"^^<{XSD}integer>'] == (2, 32)
    path.write_text(
        '{"@context": {"p": {"@reverse": "http://a.org/p"}}, "p": {"@id": "http://a.org/x"}}'
    )
    assert len(places(path)) == 1


def test_gzipped_files_and_marks_of_utf8_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + TURTLE.encode()))
    assert places(path)[ex("a"), ex("p"), ex("c")] == (3, 5)


@pytest.mark.parametrize("name", ["data.ttl", "data.rdf", "data.jsonld"])
def test_the_statements_are_those_of_the_parser(tmp_path: Path, name: str) -> None:
    text = {"data.ttl": TURTLE, "data.rdf": XML, "data.jsonld": json.dumps(DOCUMENT)}[name]
    path = tmp_path / name
    path.write_text(text)

    def told(quad: ox.Quad) -> list[str]:
        return [str(term) for term in quad if not isinstance(term, ox.BlankNode)]

    assert [told(quad) for quad, _ in parse_placed(path)] == list(map(told, parse_file(path)))


def test_of_one_endless_line_only_the_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    triple = "<http://example.org/{}> a <http://example.org/T> .{}"
    text = "".join(triple.format(number, " ") for number in range(3000))
    path.write_text(triple.format("first", "\n") + text + "\n" + triple.format("last", "\n"))
    found = [tuple(cursor.object()) for _, cursor in parse_placed(path)]
    assert found[0] == (1, 30)
    assert set(found[1:-1]) == {(2, None)}
    assert found[-1] == (3, 29)
