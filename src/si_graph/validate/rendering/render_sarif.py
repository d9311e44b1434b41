"""A validation report as SARIF 2.1.0, which editors and code hosts show in place.

The specification is https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from si_graph.validate import wording
from si_graph.validate.report import INFO, VIOLATION, WARNING, in_language
from si_graph.validate.terms import plain, term_text

if TYPE_CHECKING:
    from si_graph.validate.report import Report, Result

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {VIOLATION: "error", WARNING: "warning", INFO: "note"}


def to_sarif(report: Report, lang: str = "nl") -> str:
    """Return the report as a SARIF log, with one rule for each shape."""
    rules: dict[str, dict[str, Any]] = {}
    for result in report.results:
        name = wording.check_name(result)
        rules.setdefault(
            name, {"id": name, "shortDescription": {"text": wording.message(result, lang)}}
        )
    numbers = {name: number for number, name in enumerate(rules)}
    notes = [
        {"level": "note", "message": {"text": in_language(note, lang)}} for note in report.notes
    ]
    driver = {
        "name": "si-graph",
        "informationUri": "https://w3id.org/si-graph/",
        "rules": list(rules.values()),
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_finding(result, lang, numbers) for result in report.results],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _finding(result: Result, lang: str, numbers: dict[str, int]) -> dict[str, Any]:
    related = [
        {**_place(detail), "message": {"text": wording.statement(detail, lang)}}
        for detail in result.details
    ]
    return {
        "ruleId": wording.check_name(result),
        "ruleIndex": numbers[wording.check_name(result)],
        "level": _LEVELS.get(result.severity, "error"),
        "message": {"text": _text(result, lang)},
        "locations": [_place(result)],
        **({"relatedLocations": related} if related else {}),
        "properties": {
            "path": None if result.path is None else str(result.path),
            "value": None if result.value is None else str(result.value),
        },
    }


def _text(result: Result, lang: str) -> str:
    """Return what an editor shows beside the line: thing, problem, expectation, remedy."""
    words = wording.words(lang)
    texts = [f"{term_text(result.focus, lang)}: {wording.message(result, lang)}"]
    expected, mend = wording.expected(result, lang), wording.mend(result, lang)
    texts += [f"{words['expected'].capitalize()}: {expected}."] if expected else []
    texts += [f"{words['mend'].capitalize()}: {mend}"] if mend else []
    return " ".join(texts)


def _place(result: Result) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": plain(result.focus.value), "kind": "resource"}]
    }
    if result.location is not None:
        file, line, column = result.location
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
        if line is not None:
            start = {"startLine": line, "startColumn": column}
            physical["region"] = {key: value for key, value in start.items() if value is not None}
        location["physicalLocation"] = physical
    return location


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
