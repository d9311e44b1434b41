"""A validation report for programs: plain JSON, and SARIF 2.1.0 for code review and editors."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode

from si_graph.namespaces import shorten
from si_graph.validate.report import INFO, VIOLATION, WARNING

if TYPE_CHECKING:
    from si_graph.validate.report import Report, Result, Term

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {VIOLATION: "error", WARNING: "warning", INFO: "note"}


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
        "results": [_result(result) for result in report.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def to_sarif(report: Report, lang: str = "nl") -> str:
    """Return the report as a SARIF 2.1.0 log, with one rule for each shape.

    The specification is https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
    """
    rules: dict[str, dict[str, Any]] = {}
    for result in report.results:
        text = {"text": result.text(lang)}
        rules.setdefault(_rule(result), {"id": _rule(result), "shortDescription": text})
    driver = {
        "name": "si-graph",
        "informationUri": "https://w3id.org/si-graph/",
        "rules": list(rules.values()),
    }
    places = list(rules)
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _finding(result, lang, places.index(_rule(result))) for result in report.results
        ],
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


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
        "shape": _term(result.shape),
        "component": result.component,
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        **({"details": [_result(detail) for detail in result.details]} if result.details else {}),
    }


def _rule(result: Result) -> str:
    named = isinstance(result.shape, NamedNode)
    return shorten(result.shape.value) if named else shorten(result.component)  # type: ignore[union-attr]


def _finding(result: Result, lang: str, rule: int) -> dict[str, Any]:
    related = [
        {**_place(detail), "message": {"text": detail.text(lang)}} for detail in result.details
    ]
    about = shorten(result.focus.value)
    return {
        "ruleId": _rule(result),
        "ruleIndex": rule,
        "level": _LEVELS.get(result.severity, "error"),
        "message": {"text": f"{about}: {result.text(lang)}"},
        "locations": [_place(result)],
        **({"relatedLocations": related} if related else {}),
        "properties": {
            "path": None if result.path is None else str(result.path),
            "value": None if result.value is None else str(result.value),
        },
    }


def _place(result: Result) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": result.focus.value, "kind": "resource"}]
    }
    if result.location is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(result.location.file)}}
        if result.location.line is not None:
            physical["region"] = {"startLine": result.location.line}
        location["physicalLocation"] = physical
    return location


def _uri(file: str) -> str:
    path = FilePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
