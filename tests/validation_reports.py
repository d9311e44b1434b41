"""Reads validation reports from Turtle, so that they can be compared with what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from si_graph.namespaces import PREFIXES, shorten
from si_graph.validate import Report

SH = PREFIXES["sh"]
RDF = PREFIXES["rdf"]
_OPERATORS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class Finding(NamedTuple):
    """What makes two results the same: everything but the words and the place."""

    focus: str
    path: str | None
    value: str | None
    severity: str
    component: str
    shape: str


def findings(report: Report) -> list[Finding]:
    """Return the findings of a report, sorted."""
    return sorted(
        (
            Finding(
                str(result.focus),
                None if result.path is None else str(result.path),
                None if result.value is None else str(result.value),
                result.severity,
                result.component,
                str(result.shape),
            )
            for result in report.results
        ),
        key=repr,
    )


def read_report(turtle: str | Path) -> list[Finding]:
    """Return the findings of the one `sh:ValidationReport` in a Turtle text or file, sorted."""
    text = turtle.read_text(encoding="utf-8") if isinstance(turtle, Path) else turtle
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    reports = ox.NamedNode(SH + "ValidationReport")
    (report,) = store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), reports)
    results = values(store, report.subject, SH + "result")
    conforms = values(store, report.subject, SH + "conforms")
    assert [term.value for term in conforms] == ["false" if results else "true"]
    return sorted((_finding(store, result) for result in results), key=repr)


def values(store: ox.Store, subject: object, predicate: str) -> list[ox.NamedNode | ox.BlankNode]:
    """Return the values of a property."""
    assert isinstance(subject, ox.NamedNode | ox.BlankNode)
    quads = store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
    return [quad.object for quad in quads]  # type: ignore[misc]


def path_text(store: ox.Store, node: object, name: Callable[[str], str] = shorten) -> str:
    """Write the SHACL path at a node in the notation of SPARQL."""
    if isinstance(node, ox.NamedNode):
        return name(node.value)
    first = values(store, node, RDF + "first")
    alternatives = values(store, node, SH + "alternativePath")
    if first or alternatives:
        parts = _items(store, node if first else alternatives[0])
        return ("/" if first else "|").join(_part(store, part, name) for part in parts)
    for inverse in values(store, node, SH + "inversePath"):
        return "^" + _part(store, inverse, name)
    ((operator, inner),) = (
        (sign, part)
        for predicate, sign in _OPERATORS.items()
        for part in values(store, node, SH + predicate)
    )
    return _part(store, inner, name) + operator


def _part(store: ox.Store, node: object, name: Callable[[str], str]) -> str:
    text = path_text(store, node, name)
    compound = values(store, node, RDF + "first") or values(store, node, SH + "alternativePath")
    return f"({text})" if compound else text


def _items(store: ox.Store, head: object) -> list[object]:
    found: list[object] = []
    while head != ox.NamedNode(RDF + "nil"):
        found += values(store, head, RDF + "first")
        (head,) = values(store, head, RDF + "rest")
    return found


def _finding(store: ox.Store, result: object) -> Finding:
    def one(name: str) -> ox.NamedNode | ox.BlankNode | None:
        found = values(store, result, SH + name)
        assert len(found) <= 1, f"sh:{name} twice"
        return found[0] if found else None

    path, value = one("resultPath"), one("value")
    severity, component = one("resultSeverity"), one("sourceConstraintComponent")
    assert severity is not None
    assert component is not None
    return Finding(
        str(one("focusNode")),
        None if path is None else path_text(store, path),
        None if value is None else str(value),
        severity.value,
        component.value,
        str(one("sourceShape")),
    )
