"""Mapping sets in SSSOM/TSV as rows, and as triples.

Implements what https://mapping-commons.github.io/sssom/ says of the TSV format: a YAML header in
comment lines with a `curie_map`, then one mapping a row. A row whose subject is no concept may
not carry a SKOS mapping property; the extension column `ext_statement_predicate` then gives the
property of the triple, and `predicate_id` says how close the match is.

What a row says of the mapping itself (how it was found, by whom, how sure, where it was checked)
becomes an `owl:Axiom` on the triple, as in the RDF form of SSSOM.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from si_graph.errors import InputError
from si_graph.load.places import require_utf8
from si_graph.namespaces import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIRED_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
STATEMENT_PREDICATE = "ext_statement_predicate"
LABEL_LANGUAGE = "ext_object_label_language"
NO_MATCH = PREFIXES["sssom"] + "NoTermFound"

_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_AXIOM, _SOURCE, _PROPERTY, _TARGET = (
    NamedNode(PREFIXES["owl"] + name)
    for name in ("Axiom", "annotatedSource", "annotatedProperty", "annotatedTarget")
)
# The property of each column that tells of the mapping, and what its cells hold.
_ABOUT = {
    "mapping_justification": (PREFIXES["sssom"] + "mapping_justification", "name"),
    "author_id": ("http://purl.org/pav/authoredBy", "name"),
    "mapping_date": (PREFIXES["dcterms"] + "created", "date"),
    "confidence": (PREFIXES["sssom"] + "confidence", "share"),
    "object_source": (PREFIXES["sssom"] + "object_source", "name"),
    "object_source_version": (PREFIXES["sssom"] + "object_source_version", "text"),
    "comment": (PREFIXES["rdfs"] + "comment", "text"),
}
_DATE = NamedNode(PREFIXES["xsd"] + "date")
_EXPECTED = {"date": "no date: year-month-day", "share": "no number from 0 to 1"}
# What the SSSOM specification lets a mapping set use without declaring it.
_BUILT_IN = ("owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd")


class Mapping(NamedTuple):
    """One row of a mapping set.

    `subject` is a text where the row maps a word (`subject_type` is `rdfs literal`). `states` is
    the property of the triple, None where the row states none: it maps a word, found no match, or
    says that there is none (`negated`). `about` is what it says of itself, `cells` all it holds.
    """

    subject: NamedNode | Literal
    predicate: NamedNode
    target: NamedNode
    states: NamedNode | None
    negated: bool
    about: list[tuple[NamedNode, NamedNode | Literal]]
    cells: dict[str, str]


def parse_mappings(path: str | Path, graph: str) -> Iterator[Quad]:
    """Parse an SSSOM/TSV file into quads.

    Args:
        path: The `.sssom.tsv` file.
        graph: The IRI of the graph for the triples.

    Yields:
        One triple for each mapping, what its row says of it, and the label of each object that
        is not ours: English, unless the row says otherwise.

    Raises:
        InputError: The file is missing or malformed; says on which line.
    """
    name = NamedNode(graph)
    for number, mapping in enumerate(read_mappings(path), start=1):
        subject, target = mapping.subject, mapping.target
        if mapping.states is None or not isinstance(subject, NamedNode):
            continue
        yield Quad(subject, mapping.states, target, name)
        label = mapping.cells.get("object_label")
        if label and not target.value.startswith(BASE):
            language = mapping.cells.get(LABEL_LANGUAGE) or "en"
            yield Quad(target, _LABEL, Literal(label, language=language), name)
        axiom = BlankNode(f"m{number}")
        yield Quad(axiom, _TYPE, _AXIOM, name)
        yield Quad(axiom, _SOURCE, subject, name)
        yield Quad(axiom, _PROPERTY, mapping.predicate, name)
        yield Quad(axiom, _TARGET, target, name)
        for predicate, value in mapping.about:
            yield Quad(axiom, predicate, value, name)


def read_mappings(path: str | Path) -> Iterator[Mapping]:
    """Read the rows of an SSSOM/TSV file, those that state no triple too.

    Raises:
        InputError: The file is missing or malformed; says on which line.
    """
    name = str(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", name) from None
    require_utf8(data, name)
    # Only line ends end a line: str.splitlines would also cut a cell at a rare separator.
    lines = list(io.StringIO(data.decode("utf-8-sig"), newline=""))
    header = list(takewhile(lambda line: line.startswith("#"), lines))
    for number, line in enumerate(lines[len(header) :], start=len(header) + 1):
        if line.startswith("#"):
            raise InputError("comment lines stand before the table only", name, number)
    prefixes = _curie_map(header, name)
    table = csv.DictReader(lines[len(header) :], dialect="excel-tab", strict=True)
    for row, place in _rows(table, name, len(header)):
        yield _mapping(row, prefixes, name, place)


def _curie_map(header: list[str], name: str) -> dict[str, str]:
    import yaml

    try:
        # All values stay text: the prefix `no` is not false, and a date may be no date.
        text = "".join(line[1:] for line in header)
        metadata: Any = yaml.load(text, Loader=yaml.BaseLoader) or {}  # noqa: S506 - text only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 2) if mark else (1, 1)
        raise InputError(f"the header is not YAML: {error.problem}", name, line, column) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(f"the header is not YAML: {error}", name, 1) from None
    declared = metadata.get("curie_map", {}) if isinstance(metadata, dict) else None
    if not isinstance(declared, dict):
        raise InputError("the header holds no curie_map of prefixes and namespaces", name, 1)
    prefixes = {prefix: PREFIXES[prefix] for prefix in _BUILT_IN}
    return prefixes | {str(prefix): str(namespace) for prefix, namespace in declared.items()}


def _rows(
    table: csv.DictReader[str], name: str, offset: int
) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the rows, each with the number of its last line in the file."""
    try:
        missing = [c for c in REQUIRED_COLUMNS if c not in (table.fieldnames or ())]
        if missing:
            raise InputError(f"the table lacks the column {missing[0]}", name, offset + 1)
        for row in table:
            line = offset + table.line_num
            if None in row or None in row.values():
                raise InputError(
                    "this row has another number of cells than the head of the table", name, line
                )
            yield row, line
    except csv.Error as error:
        # The table itself only counts the rows that are sound.
        line = offset + table.reader.line_num
        raise InputError(f"the table is malformed: {error}", name, line) from None


def _mapping(row: dict[str, str], prefixes: dict[str, str], name: str, line: int) -> Mapping:
    def term(column: str, text: str) -> NamedNode:
        prefix, colon, local = text.partition(":")
        if not colon or (prefix not in prefixes and not local.startswith("//")):
            raise InputError(
                f"{column} {text!r} is neither an IRI nor a name with a declared prefix",
                name,
                line,
                hint=f"Declare the prefix in the curie_map; known are {', '.join(prefixes)}.",
            )
        try:
            return NamedNode(prefixes[prefix] + local if prefix in prefixes else text)
        except ValueError as error:
            raise InputError(f"{column} {text!r} is no IRI: {error}", name, line) from None

    def about(column: str, kind: str) -> Iterator[NamedNode | Literal]:
        text = row.get(column)
        if not text:
            return
        if kind == "name":
            yield from (term(column, one) for one in text.split("|"))
        elif (value := _literal(text, kind)) is not None:
            yield value
        else:
            raise InputError(f"{column} {text!r} is {_EXPECTED[kind]}", name, line)

    is_word = row.get("subject_type") == "rdfs literal"
    subject = (
        Literal(row.get("subject_label", "")) if is_word else term("subject_id", row["subject_id"])
    )
    target = term("object_id", row["object_id"])
    negated = row.get("predicate_modifier") == "Not"
    none = is_word or negated or NO_MATCH in (subject.value, target.value)
    states = STATEMENT_PREDICATE if row.get(STATEMENT_PREDICATE) else "predicate_id"
    return Mapping(
        subject=subject,
        predicate=term("predicate_id", row["predicate_id"]),
        target=target,
        states=None if none else term(states, row[states]),
        negated=negated,
        about=[
            (NamedNode(iri), value)
            for column, (iri, kind) in _ABOUT.items()
            for value in about(column, kind)
        ],
        cells=row,
    )


def _literal(text: str, kind: str) -> Literal | None:
    """Return a cell as a literal, or None where it is not of its kind."""
    try:
        if kind == "date" and date.fromisoformat(text).isoformat() == text:
            return Literal(text, datatype=_DATE)
        if kind == "share" and 0 <= float(text) <= 1:
            return Literal(float(text))
    except ValueError:
        return None
    return Literal(text) if kind == "text" else None
