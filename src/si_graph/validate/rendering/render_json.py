"""A validation report as plain JSON, with every text in every language that it has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, NamedNode

from si_graph.namespaces import shorten
from si_graph.validate.report import INFO, VIOLATION, WARNING

if TYPE_CHECKING:
    from si_graph.validate.report import Report, Result, Term


def to_json(report: Report) -> str:
    """Return the report as JSON; terms are written as in SPARQL 1.1 Query Results JSON."""
    document = {
        "conforms": report.conforms,
        "passed": report.passed,
        "engine": report.engine,
        "counts": {
            "violation": report.count(VIOLATION),
            "warning": report.count(WARNING),
            "info": report.count(INFO),
        },
        "notes": [dict(note) for note in report.notes],
        "results": [_result(result) for result in report.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _term(term: Term | None) -> dict[str, str] | None:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def _result(result: Result) -> dict[str, Any]:
    place = result.location
    return {
        "focus": _term(result.focus),
        "path": None if result.path is None else str(result.path),
        "value": _term(result.value),
        "severity": shorten(result.severity),
        "message": dict(result.message),
        "expected": dict(result.expected),
        "mend": dict(result.mend),
        "shape": _term(result.shape),
        "component": result.component,
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "column": None if place is None else place.column,
        **({"details": [_result(detail) for detail in result.details]} if result.details else {}),
    }
