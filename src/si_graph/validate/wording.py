"""The words that every report for people has in common, in Dutch and English."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import shorten
from si_graph.validate.report import INFO, VIOLATION, WARNING, in_language
from si_graph.validate.terms import plain, term_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from si_graph.validate.report import Report, Result

    Labels = Callable[[str], str | None]

_COUNTED = {
    "nl": {
        VIOLATION: ("fout", "fouten"),
        WARNING: ("waarschuwing", "waarschuwingen"),
        INFO: ("melding", "meldingen"),
    },
    "en": {
        VIOLATION: ("violation", "violations"),
        WARNING: ("warning", "warnings"),
        INFO: ("notice", "notices"),
    },
}
_WORDS = {
    "nl": {
        "none": "Geen bevindingen.",
        "title": "Controleverslag",
        "value": "waarde",
        "path": "pad",
        "where": "plaats",
        "parts": "uitspraken",
        "expected": "verwacht",
        "mend": "herstel",
        "note": "Let op",
        "by": "Gecontroleerd door",
    },
    "en": {
        "none": "No findings.",
        "title": "Validation report",
        "value": "value",
        "path": "path",
        "where": "place",
        "parts": "statements",
        "expected": "expected",
        "mend": "to mend",
        "note": "Note",
        "by": "Checked by",
    },
}


class Group(NamedTuple):
    """Results of one severity with one message.

    Attributes:
        severity: One of the three that SHACL knows.
        check: The shape, or else the kind of constraint, that says so.
        message: What is wrong.
        expected: What was expected, where that is the same for all and the message does not say it.
        mend: How to mend it, where that is the same for all.
        results: The results.
    """

    severity: str
    check: str
    message: str
    expected: str
    mend: str
    results: tuple[Result, ...]


def words(lang: str) -> Mapping[str, str]:
    """Return the words of a language."""
    return _WORDS.get(lang, _WORDS["en"])


def severity_word(severity: str, lang: str) -> str:
    """Return what a severity is called; one of a user's own is a violation."""
    forms = _COUNTED.get(lang, _COUNTED["en"])
    return forms.get(severity, forms[VIOLATION])[0]


def counts(report: Report, lang: str) -> str:
    """Return how many results of each severity there are, in words."""
    forms = _COUNTED.get(lang, _COUNTED["en"])
    counted = [(report.count(severity), forms[severity]) for severity in forms]
    told = ", ".join(f"{count} {form[count != 1]}" for count, form in counted if count)
    return told or words(lang)["none"]


def check_name(result: Result) -> str:
    """Return the name of what says so: the shape if it has one, or else the constraint."""
    named = isinstance(result.shape, NamedNode)
    return plain(shorten(result.shape.value if named else result.component))  # type: ignore[union-attr]


def message(result: Result, lang: str) -> str:
    """Return what is wrong, on one line."""
    return plain(" ".join(result.text(lang).split()))


def expected(result: Result, lang: str) -> str:
    """Return what was expected, unless the message says it."""
    text = plain(in_language(result.expected, lang))
    return "" if text in message(result, lang) else text


def mend(result: Result, lang: str) -> str:
    """Return how to mend it, or nothing."""
    return plain(in_language(result.mend, lang))


def statement(detail: Result, lang: str) -> str:
    """Return the statement that a detail is about, in the notation of Turtle."""
    parts = [term_text(detail.focus, lang), str(detail.path)]
    return plain(" ".join([*parts, *([term_text(detail.value, lang)] if detail.value else [])]))


def groups(report: Report, lang: str) -> Iterator[Group]:
    """Yield the results, those with the same severity and message together."""
    for (severity, text), found in groupby(
        report.results,
        key=lambda result: (
            result.severity if result.severity in _COUNTED["en"] else VIOLATION,
            message(result, lang),
        ),
    ):
        results = tuple(found)
        wanted = {expected(result, lang) for result in results}
        ways = {mend(result, lang) for result in results}
        yield Group(
            severity,
            check_name(results[0]),
            text,
            wanted.pop() if len(wanted) == 1 else "",
            ways.pop() if len(ways) == 1 else "",
            results,
        )
