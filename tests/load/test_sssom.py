"""Mapping sets become triples, and each fault in one is reported with its line."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import InputError
from si_graph.load.sssom import parse_mappings, read_mappings
from si_graph.namespaces import PREFIXES, shorten

GRAPH = "http://example.org/graph"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OURS = "https://w3id.org/si-graph/id/concept/"
EUROVOC = "http://eurovoc.europa.eu/"
HEADER = f"""\
# mapping_set_id: http://example.org/set
# curie_map:
#   concept: {OURS}
#   eurovoc: {EUROVOC}
#   schema: http://schema.org/
"""
COLUMNS = (
    "subject_id", "predicate_id", "object_id", "object_label", "mapping_justification",
    "predicate_modifier", "ext_statement_predicate", "ext_object_label_language",
    "subject_type", "subject_label", "author_id", "mapping_date", "confidence", "object_source",
    "object_source_version", "comment",
)  # fmt: skip
ROW = {
    "subject_id": "concept:innovation",
    "predicate_id": "skos:exactMatch",
    "object_id": "eurovoc:1439",
    "mapping_justification": "semapv:ManualMappingCuration",
}


def table(*rows: dict[str, str], header: str = HEADER) -> str:
    """Return a mapping set with these rows, each what it changes of `ROW`."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join((ROW | row).get(column, "") for column in COLUMNS) for row in rows]
    return header + "\n".join(lines) + "\n"


def parsed(folder: Path, text: str | bytes) -> list[ox.Quad]:
    """Return the quads of a mapping set, without what it says of its mappings."""
    return [one for one in all_quads(folder, text) if isinstance(one.subject, ox.NamedNode)]


def all_quads(folder: Path, text: str | bytes) -> list[ox.Quad]:
    path = folder / "set.sssom.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(parse_mappings(path, GRAPH))


def said_of_mapping(folder: Path, text: str) -> dict[str, set[str]]:
    """Return what a set of one mapping says of it, by property."""
    found: dict[str, set[str]] = {}
    for one in all_quads(folder, text):
        if isinstance(one.subject, ox.BlankNode):
            found.setdefault(shorten(one.predicate.value), set()).add(str(one.object))
    return found


def refusal(folder: Path, text: str | bytes) -> InputError:
    """Return the error that reading a mapping set ends in."""
    with pytest.raises(InputError) as caught:
        parsed(folder, text)
    assert caught.value.file == str(folder / "set.sssom.tsv")
    return caught.value


def quad(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, ox.NamedNode(GRAPH))


MAPPING = quad(OURS + "innovation", SKOS + "exactMatch", ox.NamedNode(EUROVOC + "1439"))
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def test_a_row_is_a_triple_and_its_object_gets_its_label(tmp_path: Path) -> None:
    assert parsed(tmp_path, table({"object_label": "innovation"})) == [
        MAPPING,
        quad(EUROVOC + "1439", LABEL, ox.Literal("innovation", language="en")),
    ]


def test_what_is_ours_gets_no_label_from_a_mapping(tmp_path: Path) -> None:
    row = {"object_id": "concept:innovation", "object_label": "innovation"}
    assert len(parsed(tmp_path, table(row))) == 1


def test_an_iri_may_stand_in_full(tmp_path: Path) -> None:
    assert parsed(tmp_path, table({"object_id": EUROVOC + "1439"})) == [MAPPING]


def test_the_extension_column_gives_the_property_of_what_is_no_concept(tmp_path: Path) -> None:
    (found,) = parsed(tmp_path, table({"ext_statement_predicate": "schema:sameAs"}))
    assert found.predicate == ox.NamedNode("http://schema.org/sameAs")


def test_the_label_of_an_object_may_be_in_another_language(tmp_path: Path) -> None:
    row = {"object_label": "vernieuwing", "ext_object_label_language": "nl"}
    label = parsed(tmp_path, table(row))[1].object
    assert label == ox.Literal("vernieuwing", language="nl")


def test_what_a_row_says_of_its_mapping_is_kept_as_in_the_rdf_form_of_the_standard(
    tmp_path: Path,
) -> None:
    row = {
        "author_id": "concept:a|concept:b", "mapping_date": "2026-11-26", "confidence": "0.8",
        "object_source": "eurovoc:100141", "object_source_version": "4.19", "comment": "checked",
    }  # fmt: skip
    assert said_of_mapping(tmp_path, table(row)) == {
        "rdf:type": {f"<{PREFIXES['owl']}Axiom>"},
        "owl:annotatedSource": {f"<{OURS}innovation>"},
        "owl:annotatedProperty": {f"<{SKOS}exactMatch>"},
        "owl:annotatedTarget": {f"<{EUROVOC}1439>"},
        "sssom:mapping_justification": {f"<{PREFIXES['semapv']}ManualMappingCuration>"},
        "http://purl.org/pav/authoredBy": {f"<{OURS}a>", f"<{OURS}b>"},
        "dcterms:created": {f'"2026-11-26"^^<{PREFIXES["xsd"]}date>'},
        "sssom:confidence": {f'"0.8"^^<{PREFIXES["xsd"]}double>'},
        "sssom:object_source": {f"<{EUROVOC}100141>"},
        "sssom:object_source_version": {'"4.19"'},
        "rdfs:comment": {'"checked"'},
    }


def test_of_what_is_no_concept_the_set_says_how_close_the_match_is(tmp_path: Path) -> None:
    said = said_of_mapping(tmp_path, table({"ext_statement_predicate": "schema:sameAs"}))
    assert said["owl:annotatedProperty"] == {f"<{SKOS}exactMatch>"}


def test_a_word_is_mapped_without_stating_anything(tmp_path: Path) -> None:
    row = {"subject_id": "", "subject_type": "rdfs literal", "subject_label": "innovatie"}
    text = table(row | {"predicate_modifier": "Not"})
    assert all_quads(tmp_path, text) == []
    (mapping,) = read_mappings(tmp_path / "set.sssom.tsv")
    assert (mapping.subject, mapping.negated) == (ox.Literal("innovatie"), True)


@pytest.mark.parametrize(
    "row",
    [
        {"object_id": "sssom:NoTermFound"},
        {"subject_id": "sssom:NoTermFound"},
        {"predicate_modifier": "Not"},
    ],
)
def test_a_row_that_finds_no_match_states_nothing(tmp_path: Path, row: dict[str, str]) -> None:
    assert all_quads(tmp_path, table(row)) == []


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    text = table({}, {"subject_id": "concept:x"})
    expected = parsed(tmp_path, text)
    assert parsed(tmp_path, text.replace("\n", "\r\n")) == expected
    assert parsed(tmp_path, text.encode("utf-8-sig")) == expected


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0b", "\x1c"])
def test_only_line_ends_end_a_row(tmp_path: Path, separator: str) -> None:
    label = f"two{separator}lines"
    assert parsed(tmp_path, table({"object_label": label}))[1].object == ox.Literal(
        label, language="en"
    )


def test_a_quoted_cell_may_hold_tabs_and_line_ends(tmp_path: Path) -> None:
    _, label, second = parsed(tmp_path, table({"object_label": '"a\tb\nc"'}, {}))
    assert label.object == ox.Literal("a\tb\nc", language="en")
    assert second == MAPPING


def test_all_values_of_the_header_are_taken_as_text(tmp_path: Path) -> None:
    """In YAML 1.1 `no` is false, and the thirtieth of February is a fault."""
    header = HEADER + f"#   no: {EUROVOC}\n# mapping_date: 2026-02-30\n"
    assert parsed(tmp_path, table({"object_id": "no:1439"}, header=header)) == [MAPPING]


def test_the_prefixes_of_the_standard_need_no_declaration(tmp_path: Path) -> None:
    row = {"subject_id": "owl:Thing", "predicate_id": "rdfs:seeAlso", "object_id": "xsd:string"}
    assert len(parsed(tmp_path, table(row, header=""))) == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"subject_id": "eu:1439"}, "subject_id 'eu:1439' is neither an IRI nor a name"),
        ({"predicate_id": "exactMatch"}, "predicate_id 'exactMatch' is neither"),
        ({"predicate_id": "skos"}, "predicate_id 'skos' is neither"),
        ({"object_id": ""}, "object_id '' is neither"),
        ({"object_id": "eurovoc:1 2"}, "object_id 'eurovoc:1 2' is no IRI"),
        ({"object_id": "1://x"}, "object_id '1://x' is no IRI"),
        ({"ext_statement_predicate": "sameAs"}, "ext_statement_predicate 'sameAs' is neither"),
        ({"mapping_justification": "by hand"}, "mapping_justification 'by hand' is neither"),
        ({"author_id": "concept:a|me"}, "author_id 'me' is neither"),
        ({"mapping_date": "20261126"}, "mapping_date '20261126' is no date"),
        ({"mapping_date": "2026-02-30"}, "mapping_date '2026-02-30' is no date"),
        ({"confidence": "high"}, "confidence 'high' is no number from 0 to 1"),
        ({"confidence": "1.1"}, "confidence '1.1' is no number"),
        ({"confidence": "nan"}, "confidence 'nan' is no number"),
        ({"mapping_justification": "x\ty"}, "another number of cells"),
        ({"object_label": '"a" b'}, "the table is malformed"),
    ],
)
def test_a_faulty_row_is_reported_with_its_line(
    tmp_path: Path, row: dict[str, str], message: str
) -> None:
    error = refusal(tmp_path, table({}, row))
    assert message in error.message
    assert error.line == HEADER.count("\n") + 3


def test_an_undeclared_prefix_is_answered_with_the_declared_ones(tmp_path: Path) -> None:
    hint = refusal(tmp_path, table({"subject_id": "x:y"})).hint
    assert hint is not None
    assert "curie_map" in hint
    assert "eurovoc" in hint


def test_a_row_that_is_too_short_is_reported_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, table({}) + "concept:x\tskos:exactMatch\n")
    assert "another number of cells" in error.message
    assert error.line == HEADER.count("\n") + 3


@pytest.mark.parametrize("column", ROW)
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    error = refusal(tmp_path, table({}).replace(column, "other"))
    assert error.message == f"the table lacks the column {column}"
    assert error.line == HEADER.count("\n") + 1


@pytest.mark.parametrize("text", ["", HEADER])
def test_a_file_without_a_table_lacks_the_first_column(tmp_path: Path, text: str) -> None:
    assert "lacks the column subject_id" in refusal(tmp_path, text).message


def test_a_comment_within_the_table_is_reported_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, table({}) + "# a late remark\n")
    assert "before the table only" in error.message
    assert error.line == HEADER.count("\n") + 3


@pytest.mark.parametrize(
    ("header", "line", "column"),
    [
        ("# curie_map: {a: b\n", 2, None),
        ("# a: b\n#  - c: d\n", 2, 7),
        ("# a: 'never closed\n", 2, None),
        ("# a: \x07\n", 1, None),
        ("# " + "[" * 1200 + "\n", 1, None),
    ],
)
def test_a_header_that_is_no_yaml_is_reported_with_its_place(
    tmp_path: Path, header: str, line: int, column: int | None
) -> None:
    error = refusal(tmp_path, table({}, header=header))
    assert "the header is not YAML" in error.message
    assert error.line == line
    if column is not None:
        assert error.column == column


@pytest.mark.parametrize("header", ["# - a list\n", "# text\n", "# curie_map: text\n"])
def test_a_header_without_a_map_of_prefixes_is_reported(tmp_path: Path, header: str) -> None:
    error = refusal(tmp_path, table({}, header=header))
    assert "curie_map" in error.message
    assert error.line == 1


def test_another_encoding_is_reported_with_its_place(tmp_path: Path) -> None:
    text = table({"object_label": "café"}).encode("latin-1")
    error = refusal(tmp_path, text)
    assert "not UTF-8" in error.message
    assert error.line == HEADER.count("\n") + 2


def test_a_missing_file_and_a_folder_are_reported(tmp_path: Path) -> None:
    for path in (tmp_path / "none.sssom.tsv", tmp_path):
        with pytest.raises(InputError, match="the file cannot be read") as caught:
            list(parse_mappings(path, GRAPH))
        assert caught.value.file == str(path)
