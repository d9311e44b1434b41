"""Mapping sets in SSSOM/TSV as triples.

Implements what https://mapping-commons.github.io/sssom/ says of the TSV format: a YAML header in
comment lines with a `curie_map`, then one mapping a row. A row whose subject is no concept may
not carry a SKOS mapping property; the extension column `ext_statement_predicate` then gives the
property of the triple, and `predicate_id` says how close the match is.
"""

from __future__ import annotations

import csv
import io
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad

from si_graph.errors import InputError
from si_graph.load.places import require_utf8
from si_graph.namespaces import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIRED_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
STATEMENT_PREDICATE = "ext_statement_predicate"
NO_MATCH = PREFIXES["sssom"] + "NoTermFound"

_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
# What the SSSOM specification lets a mapping set use without declaring it.
_BUILT_IN = ("owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd")


def parse_mappings(path: str | Path, graph: str) -> Iterator[Quad]:
    """Parse an SSSOM/TSV file into quads.

    Args:
        path: The `.sssom.tsv` file.
        graph: The IRI of the graph for the triples.

    Yields:
        One triple for each mapping, and the English label of each object that is not ours.
        Rows that say that no match was found, or that there is none (`Not`), state no triple.

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
    yield from _rows(table, prefixes, NamedNode(graph), name, len(header))


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
    table: csv.DictReader[str], prefixes: dict[str, str], graph: NamedNode, name: str, offset: int
) -> Iterator[Quad]:
    def term(row: dict[str, str], column: str) -> NamedNode:
        line = offset + table.line_num
        text = row[column] or ""
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

    try:
        missing = [c for c in REQUIRED_COLUMNS if c not in (table.fieldnames or ())]
        if missing:
            raise InputError(f"the table lacks the column {missing[0]}", name, offset + 1)
        for row in table:
            if None in row or None in row.values():
                raise InputError(
                    "this row has another number of cells than the head of the table",
                    name,
                    offset + table.line_num,
                )
            subject, target = term(row, "subject_id"), term(row, "object_id")
            no_match = NO_MATCH in (subject.value, target.value)
            if no_match or row.get("predicate_modifier") == "Not":
                continue
            states = STATEMENT_PREDICATE if row.get(STATEMENT_PREDICATE) else "predicate_id"
            yield Quad(subject, term(row, states), target, graph)
            label = row.get("object_label")
            if label and not target.value.startswith(BASE):
                yield Quad(target, _LABEL, Literal(label, language="en"), graph)
    except csv.Error as error:
        # The table itself only counts the rows that are sound.
        line = offset + table.reader.line_num
        raise InputError(f"the table is malformed: {error}", name, line) from None
