"""A validation report as JUnit XML, which build servers count and chart.

A shape is a test case, and each violation a failure of it. What is no violation fails no build, so
it stands in the output of the test case.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from si_graph.validate import wording
from si_graph.validate.report import INFO, WARNING, in_language
from si_graph.validate.terms import plain, term_text

if TYPE_CHECKING:
    from si_graph.validate.report import Report, Result

# What XML 1.0 cannot hold, however it is escaped, beyond what is shown as escapes already.
_NOT_XML = re.compile(r"[\ufffe\uffff]")


def to_junit(report: Report, lang: str = "nl") -> str:
    """Return the report as JUnit XML; a check without findings is one test that passed."""
    by_check: dict[str, list[Result]] = {}
    for result in report.results:
        by_check.setdefault(wording.check_name(result), []).append(result)
    failed = {name: [one for one in found if _fails(one)] for name, found in by_check.items()}
    totals = {
        "tests": str(len(by_check) or 1),
        "failures": str(sum(bool(found) for found in failed.values())),
        "errors": "0",
    }
    root = Element("testsuites", totals)
    suite = SubElement(root, "testsuite", {"name": "si-graph validate", **totals, "skipped": "0"})
    if report.notes:
        properties = SubElement(suite, "properties")
        for note in report.notes:
            text = _safe(in_language(note, lang))
            SubElement(properties, "property", {"name": "note", "value": text})
    for name, found in by_check.items():
        case = SubElement(suite, "testcase", {"classname": _safe(report.engine), "name": name})
        for result in failed[name]:
            message = _safe(wording.message(result, lang))
            kind = wording.severity_word(result.severity, lang)
            SubElement(case, "failure", {"message": message, "type": kind}).text = _told(
                result, lang
            )
        told = [_told(result, lang) for result in found if not _fails(result)]
        if told:
            SubElement(case, "system-out").text = "\n\n".join(told)
    if not by_check:
        title = wording.words(lang)["title"]
        SubElement(suite, "testcase", {"classname": _safe(report.engine), "name": title})
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _fails(result: Result) -> bool:
    return result.severity not in (WARNING, INFO)


def _told(result: Result, lang: str) -> str:
    words = wording.words(lang)
    value = None if result.value is None else term_text(result.value, lang)
    lines = [
        f"{wording.severity_word(result.severity, lang)}: {wording.message(result, lang)}",
        term_text(result.focus, lang),
        *([f"{words['path']}: {result.path}"] if result.path else []),
        *([f"{words['value']}: {value}"] if value is not None else []),
        *(wording.statement(detail, lang) for detail in result.details),
    ]
    for word, text in (("expected", wording.expected), ("mend", wording.mend)):
        if told := text(result, lang):
            lines.append(f"{words[word]}: {told}")
    if result.location is not None:
        lines.append(f"{words['where']}: {result.location}")
    return "\n".join(_safe(line) for line in lines)


def _safe(text: str) -> str:
    return _NOT_XML.sub("\ufffd", plain(text))
