"""Reads the W3C's SHACL test suite: what is to be validated, and what must come out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from si_graph.load.files import parse_file, relabel
from si_graph.namespaces import PREFIXES
from support import SHARED

SUITES = Path(os.environ.get("SI_GRAPH_W3C_SUITES", SHARED / "w3c"))
SUITE = SUITES / "data-shapes-test-suite" / "tests"
SH, TYPE = PREFIXES["sh"], ox.NamedNode(PREFIXES["rdf"] + "type")
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHACL_TEST = "http://www.w3.org/ns/shacl-test#"

Row = tuple[str | None, ...]


class Case(NamedTuple):
    """One test; where it must fail there are no expected results."""

    data: tuple[ox.Quad, ...]
    shapes: tuple[ox.Quad, ...]
    expected: list[Row] | None


def read_cases() -> dict[str, Case]:
    """Return all validation tests by the name of their file."""
    files = sorted(SUITE.rglob("*.ttl"))
    return {str(file.relative_to(SUITE)): case for file in files for case in _cases(file)}


def _cases(file: Path) -> Iterator[Case]:
    triples = list(parse_file(file))

    def one(subject: object, predicate: str) -> object:
        found = (
            q.object for q in triples if q.subject == subject and q.predicate.value == predicate
        )
        return next(found, None)

    for test in triples:
        if test.predicate != TYPE or test.object != ox.NamedNode(SHACL_TEST + "Validate"):
            continue
        action, result = (one(test.subject, MANIFEST + name) for name in ("action", "result"))
        data, shapes = (one(action, SHACL_TEST + name) for name in ("dataGraph", "shapesGraph"))
        rows = [
            row(
                *(one(quad.object, SH + name) for name in ("focusNode", "value")),
                one(quad.object, SH + "resultSeverity"),
                one(quad.object, SH + "sourceConstraintComponent"),
                one(quad.object, SH + "sourceShape"),
            )
            for quad in triples
            if quad.subject == result and quad.predicate.value == SH + "result"
        ]
        fails = result == ox.NamedNode(SHACL_TEST + "Failure")
        yield Case(
            _graph(data, "d"), _graph(shapes, "s"), None if fails else sorted(rows, key=repr)
        )


def row(*terms: object) -> Row:
    """Return what makes a result, where blank nodes are all alike."""
    return tuple(
        None if term is None else "_:" if isinstance(term, ox.BlankNode) else str(term)
        for term in terms
    )


def _graph(document: object, prefix: str) -> tuple[ox.Quad, ...]:
    assert isinstance(document, ox.NamedNode)
    path = document.value.removeprefix("file://")
    return tuple(relabel(parse_file(path), prefix))
