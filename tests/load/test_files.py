"""Every RDF syntax is read, every fault has its place, and nothing reaches the network."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from loopback import serving
from si_graph.errors import InputError, LimitError
from si_graph.load import files
from si_graph.load.files import FORMATS, format_of, parse_file, relabel

EX = "http://example.org/"
RDF_HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:ex="http://example.org/">\n'
)
TURTLE = '@prefix ex: <http://example.org/> .\nex:a ex:b "é" .\n'
LINES = '<http://example.org/a> <http://example.org/b> "é" .\n'
XML = RDF_HEAD + '<rdf:Description rdf:about="http://example.org/a" ex:b="é"/>\n</rdf:RDF>\n'
JSON = '{"@id": "http://example.org/a",\n "http://example.org/b": "é"}\n'
SAME = {
    ".ttl": TURTLE, ".trig": TURTLE, ".nt": LINES, ".nq": LINES, ".rdf": XML, ".owl": XML,
    ".xml": XML, ".jsonld": JSON, ".json": JSON,
}  # fmt: skip
SYNTAXES = [".ttl", ".trig", ".nt", ".nq", ".rdf", ".jsonld"]
STATEMENT = ox.Quad(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "b"), ox.Literal("é"))

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


def refusal(path: Path, *, relative_iris: bool = True) -> InputError:
    """Return the error that reading a file ends in."""
    with pytest.raises(InputError) as caught:
        list(parse_file(path, relative_iris=relative_iris))
    assert caught.value.file == str(path)
    assert str(caught.value).startswith(f"{path}:")
    return caught.value


def place(error: InputError) -> tuple[int | None, int | None]:
    """Return the line and the column of an error."""
    return error.line, error.column


def test_every_known_extension_is_tried_below() -> None:
    assert set(SAME) == set(FORMATS)


@pytest.mark.parametrize("extension", SAME)
def test_the_same_statement_in_every_syntax(write: Write, extension: str) -> None:
    assert list(parse_file(write(f"data{extension}", SAME[extension]))) == [STATEMENT]


@pytest.mark.parametrize("extension", SAME)
def test_gzipped_files_are_read_as_they_stand(write: Write, extension: str) -> None:
    path = write(f"data{extension}.gz", gzip.compress(SAME[extension].encode()))
    assert list(parse_file(path)) == [STATEMENT]


def test_extensions_may_be_in_capitals(write: Write) -> None:
    assert list(parse_file(write("DATA.TTL", TURTLE))) == [STATEMENT]
    assert list(parse_file(write("DATA.TTL.GZ", gzip.compress(TURTLE.encode())))) == [STATEMENT]
    assert format_of("x.NQ.gz") == ox.RdfFormat.N_QUADS
    assert format_of("x.csv") is None


@pytest.mark.parametrize("extension", SAME)
def test_a_byte_order_mark_is_no_part_of_the_text(write: Write, extension: str) -> None:
    path = write(f"data{extension}", SAME[extension].encode("utf-8-sig"))
    assert list(parse_file(path)) == [STATEMENT]


@pytest.mark.parametrize("extension", [".owl", ".rdf"])
@pytest.mark.parametrize(
    "text", [TURTLE, f"<{EX}a> <{EX}b> 'é' .", f"# a comment\n<{EX}a> <{EX}b> 'é' ."]
)
def test_turtle_under_an_ontology_extension_is_read_as_turtle(
    write: Write, extension: str, text: str
) -> None:
    assert list(parse_file(write(f"ontology{extension}", text))) == [STATEMENT]


@pytest.mark.parametrize("start", ["", '<?xml version="1.0"?>\n', "<!-- by hand -->\n", "\n\n"])
def test_rdf_xml_under_an_ontology_extension_may_start_in_any_way(write: Write, start: str) -> None:
    assert list(parse_file(write("ontology.owl", start + XML))) == [STATEMENT]


def test_a_graph_is_given_to_triples_that_have_none(write: Write) -> None:
    path = write("data.trig", f"<{EX}a> <{EX}b> 1 . <{EX}g> {{ <{EX}a> <{EX}b> 2 }}")
    graphs = [quad.graph_name for quad in parse_file(path, EX + "target")]
    assert graphs == [ox.NamedNode(EX + "target"), ox.NamedNode(EX + "g")]


def test_relative_iris_are_resolved_against_the_file_or_refused(write: Write) -> None:
    path = write("a name [1].ttl", "<#x> <#y> <../z> .")
    (quad,) = parse_file(path)
    assert str(quad.subject) == f"<{path.as_uri()}#x>"
    assert str(quad.object) == f"<{path.parent.parent.as_uri()}/z>"
    error = refusal(path, relative_iris=False)
    assert place(error) == (1, 1)
    assert "relative IRI" in error.message


@pytest.mark.parametrize(
    "literal",
    [
        '"01"^^xsd:integer',
        '"1.50"^^xsd:decimal',
        '"TRUE"^^xsd:boolean',
        '"2014-01-01T00:00:00+00:00"^^xsd:dateTime',
        '"x"^^xsd:integer',
        '" a  b "^^xsd:token',
    ],
)
def test_lexical_forms_are_kept_as_they_stand(write: Write, literal: str) -> None:
    prefix = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
    (quad,) = parse_file(write("data.ttl", f"{prefix} <{EX}a> <{EX}b> {literal} ."))
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == literal.split('"')[1]


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("a.ttl", TURTLE + "ex:a ex:b é ex:c .\n", 3, 11),
        ("undeclared.ttl", TURTLE + "ex:a ex:b foo:c .\n", 3, 11),
        ("same-line.ttl", f'<{EX}a> <{EX}b> "é€😀" oops .', 1, 53),
        ("unclosed.ttl", TURTLE + 'ex:a ex:b "never closed .\n', 3, 11),
        ("a.trig", f"<{EX}g> {{ <{EX}a> <{EX}b> 1\n  <{EX}c> }}\n", 2, 3),
        ("a.nt", LINES + f"<{EX}a> <{EX}b> oops .\n", 2, 47),
        ("relative.nt", LINES + f"<a> <{EX}b> <{EX}c> .\n", 2, 1),
        ("a.nq", LINES + f"<{EX}a> <{EX}b> <{EX}c> oops .\n", 2, 70),
        ("tag.rdf", RDF_HEAD + '<rdf:Description ex:b="é">\n</ex:other></rdf:RDF>', 3, 3),
        ("same-line.rdf", RDF_HEAD + "<ex:a>é€😀</ex:b></rdf:RDF>", 2, 12),
        ("half.rdf", RDF_HEAD + "<rdf:Description>\n", 3, 1),
        ("iri.rdf", RDF_HEAD + 'é\n  <rdf:Description rdf:about="http://x/ y"/>\n</rdf:RDF>', 3, 3),
        ("id.rdf", RDF_HEAD + '<ex:A rdf:about="http://x/" rdf:ID="y"/></rdf:RDF>', 2, 1),
        ("empty.xml", "", 1, 1),
        ("a.jsonld", '{"@id": "http://example.org/a",\n  "é€😀": oops}', 2, 10),
        ("meaning.jsonld", '{"@id": "http://example.org/a",\n  "@type": 5}', 2, 13),
        ("cut.jsonld", '{"@id": "http://example.org/a",\n  "@type": "http', 2, 12),
        ("empty.jsonld", "", 1, 1),
    ],
)  # fmt: skip
def test_a_broken_file_is_reported_with_its_place(
    write: Write, name: str, text: str, line: int, column: int
) -> None:
    error = refusal(write(name, text))
    assert error.line == line
    # In JSON the parser only notices at the end of a value that its meaning is wrong.
    assert error.column in ((column, column + 1) if name == "meaning.jsonld" else (column,))
    assert f":{error.line}:{error.column}: " in str(error)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", TURTLE * 2000 + "ex:a oops .\n"),
        ("a.rdf", XML.replace("</rdf:RDF>", '<ex:a rdf:ID=" "/></rdf:RDF>').replace(
            "<rdf:Desc", "<ex:a/>\n" * 20000 + "<rdf:Desc")),
        ("a.jsonld", "[" + "{},\n" * 50000 + '{"@id": 5}]'),
    ],
)  # fmt: skip
def test_the_place_is_right_far_into_a_file(write: Write, name: str, text: str) -> None:
    expected = next(
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if "oops" in line or 'ID=" "' in line or '"@id": 5' in line
    )
    assert refusal(write(name, text)).line == expected
    assert refusal(write(f"{name}.gz", gzip.compress(text.encode()))).line == expected


@pytest.mark.parametrize("extension", SYNTAXES)
def test_a_byte_order_mark_moves_no_place(write: Write, extension: str) -> None:
    text = SAME[extension].replace("http://example.org/", "http://example.org/ ")
    text = '{"é": oops}' if extension == ".jsonld" else text
    plain = refusal(write(f"plain{extension}", text))
    marked = refusal(write(f"marked{extension}", text.encode("utf-8-sig")))
    assert place(plain) == place(marked)


@pytest.mark.parametrize("extension", SYNTAXES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_recognised_with_and_without_its_mark(
    write: Write, extension: str, encoding: str
) -> None:
    error = refusal(write(f"data{extension}", SAME[extension].encode(encoding)))
    assert place(error) == (1, 1)
    assert "UTF-16, not UTF-8" in error.message
    assert error.hint == "Save the file as UTF-8 and try again."


@pytest.mark.parametrize("extension", SYNTAXES)
def test_latin_1_is_reported_at_the_first_character_that_is_not_utf_8(
    write: Write, extension: str
) -> None:
    text = SAME[extension]
    error = refusal(write(f"data{extension}", text.encode("latin-1")))
    before = text[: text.index("é")]
    assert place(error) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert "not UTF-8" in error.message


@pytest.mark.parametrize(
    "context",
    [
        '"URL"',
        '["URL"]',
        '[{"ex": "http://example.org/"}, "URL"]',
        '{"@version": 1.1, "@import": "URL"}',
        '{"x": {"@id": "http://example.org/x", "@context": "URL"}}',
    ],
)
@pytest.mark.parametrize("key", ["@context", "\\u0040context"])
def test_a_remote_context_is_refused_and_never_fetched(
    write: Write, context: str, key: str
) -> None:
    with serving() as server:
        text = f'{{\n  "{key}": {context.replace("URL", server.url)},\n  "x": {{"y": 1}}\n}}'
        error = refusal(write("data.jsonld", text))
        assert server.requests == []
    assert "remote @context is refused" in error.message
    assert error.hint == "Write the context out in the file."
    assert error.line == (2 if key == "@context" or "@" in context else 1)


def test_a_missing_file_an_unknown_extension_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "folder.ttl"
    folder.mkdir()
    (tmp_path / "folder.ttl.gz").mkdir()
    for name, message in {
        "none.ttl": "there is no such file",
        "none.ttl.gz": "there is no such file",
        "folder.ttl": "this is a folder, not a file",
        "folder.ttl.gz": "this is a folder, not a file",
    }.items():
        error = refusal(tmp_path / name)
        assert error.message == message
        assert place(error) == (None, None)


@pytest.mark.parametrize("name", ["data.csv", "data", "data.ttl.zip", "data.gz", ".ttl"])
def test_an_unknown_extension_is_answered_with_the_known_ones(write: Write, name: str) -> None:
    content = gzip.compress(b"x") if name.endswith(".gz") else b"x"
    error = refusal(write(name, content))
    assert "does not say which RDF format" in error.message
    assert error.hint is not None
    assert all(extension in error.hint for extension in FORMATS)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_reported(write: Write) -> None:
    path = write("data.ttl", TURTLE)
    path.chmod(0)
    assert "permission denied" in refusal(path).message


def test_whatever_the_system_says_of_a_file_is_reported(write: Write) -> None:
    inside = write("data.ttl", TURTLE) / "data.ttl"
    assert refusal(inside).message == "the file cannot be read (Not a directory)"


@pytest.mark.parametrize("extension", SYNTAXES)
def test_a_gzipped_file_that_is_none_or_is_cut_off_is_reported(
    write: Write, extension: str
) -> None:
    whole = gzip.compress(SAME[extension].encode())
    flipped = bytearray(whole)
    flipped[-6] ^= 255
    for number, data in enumerate((SAME[extension].encode(), whole[:-6], whole[:12], flipped)):
        error = refusal(write(f"{number}{extension}.gz", bytes(data)))
        assert "not a sound gzip file" in error.message


@pytest.mark.parametrize("extension", SYNTAXES)
def test_a_gzip_bomb_stops_at_the_limit(
    write: Write, extension: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_DECOMPRESSED_BYTES", 2**20)
    newlines = (b"<?xml version='1.0'?>" if extension == ".rdf" else b"") + b"\n" * 2**24
    path = write(f"bomb{extension}.gz", gzip.compress(newlines))
    tracemalloc.start()
    try:
        with pytest.raises(
            LimitError, match="unfolds to more than the limit of 1,048,576"
        ) as caught:
            list(parse_file(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(path) in str(caught.value)
    assert caught.value.exit_status == 4
    assert peak < len(newlines) / 4


def test_a_gzipped_file_just_below_the_limit_is_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TURTLE.encode()
    path = write("data.ttl.gz", gzip.compress(text))
    monkeypatch.setattr(files, "MAX_DECOMPRESSED_BYTES", len(text))
    assert list(parse_file(path)) == [STATEMENT]
    monkeypatch.setattr(files, "MAX_DECOMPRESSED_BYTES", len(text) - 1)
    with pytest.raises(LimitError):
        list(parse_file(path))


BLANK_NODES = """
@prefix ex: <http://example.org/> .
_:zebra ex:p [ ex:q _:apple ] .
_:apple ex:r ( 1 2 ) .
_:graph { _:apple ex:in _:graph . ex:s ex:says <<( _:zebra ex:p _:apple )>> }
"""


def test_blank_nodes_get_the_same_labels_in_every_reading(write: Write) -> None:
    path = write("data.trig", BLANK_NODES)
    first, second = ([*relabel(parse_file(path), "f1n")] for _ in range(2))
    assert first == second
    assert [*parse_file(path)] != [*parse_file(path)]
    assert first[0].subject == ox.BlankNode("f1n1")


def test_relabelling_keeps_what_is_said_also_within_triple_terms(write: Write) -> None:
    path = write("data.trig", BLANK_NODES)
    before, after = ox.Dataset(parse_file(path)), ox.Dataset(relabel(parse_file(path), "x"))
    assert before != after
    for dataset in (before, after):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert before == after


def test_two_files_never_share_a_blank_node(write: Write) -> None:
    path = write("data.ttl", f"_:b <{EX}p> _:c .")
    one, other = next(parse_file(path)), next(parse_file(path))
    assert {one.subject, one.object}.isdisjoint({other.subject, other.object})
