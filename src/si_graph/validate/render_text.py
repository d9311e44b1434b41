"""A validation report for people: grouped, in Dutch or English, in 80 columns."""

from __future__ import annotations

import re
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from si_graph.namespaces import shorten
from si_graph.validate.report import INFO, VIOLATION, WARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from si_graph.validate.report import Report, Result, Term

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
    "nl": {"none": "Geen bevindingen.", "value": "waarde", "path": "pad", "it": "naamloos ding"},
    "en": {"none": "No findings.", "value": "value", "path": "path", "it": "unnamed thing"},
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_COLOURS = {VIOLATION: "31", WARNING: "33", INFO: "36"}


def to_text(
    report: Report,
    lang: str = "nl",
    labels: Labels | None = None,
    *,
    colour: bool = False,
    width: int = 80,
) -> str:
    """Return the report as text, one heading for each shape with the things it is about.

    Args:
        report: What was found.
        lang: `nl` or `en`.
        labels: Gives the label of an IRI, or None.
        colour: Whether to colour the severities; only for a terminal.
        width: The number of columns to fold messages to.
    """
    words = _WORDS.get(lang, _WORDS["en"])
    if not report.results:
        return f"{words['none']} ({report.engine})\n"
    lines = []
    for (severity, message), results in groupby(
        report.results, key=lambda result: (_known(result.severity), result.text(lang))
    ):
        group = list(results)
        name = _COUNTED.get(lang, _COUNTED["en"])[severity][0].upper()
        heading = f"\x1b[1;{_COLOURS[severity]}m{name}\x1b[0m" if colour else name
        shape = group[0].shape
        check = _term(shape) if isinstance(shape, NamedNode) else shorten(group[0].component)
        lines.append(f"{heading}  {check}")
        lines += textwrap.wrap(
            _plain(" ".join(message.split())),
            width - 2,
            initial_indent="  ",
            subsequent_indent="  ",
        )
        for result in group:
            lines += _finding(result, labels, words)
        lines.append("")
    return "\n".join([*lines, f"{_counts(report, lang)} ({report.engine})", ""])


def _known(severity: str) -> str:
    return severity if severity in _COLOURS else VIOLATION


def _counts(report: Report, lang: str) -> str:
    forms = _COUNTED.get(lang, _COUNTED["en"])
    counted = [(report.count(severity), forms[severity]) for severity in forms]
    return ", ".join(f"{count} {words[count != 1]}" for count, words in counted if count)


def _finding(result: Result, labels: Labels | None, words: dict[str, str]) -> Iterator[str]:
    focus = words["it"] if isinstance(result.focus, BlankNode) else _term(result.focus)
    label = _label(result.focus, labels)
    yield f"    {focus}" + (f"  {label}" if label else "")
    if result.path is not None:
        yield f"      {words['path']}: {result.path}"
    # The value is only news where it is not the thing itself.
    if result.value is not None and result.value != result.focus:
        label = _label(result.value, labels)
        yield f"      {words['value']}: {_term(result.value)}" + (f"  {label}" if label else "")
    if result.details:
        for detail in result.details:
            place = f"  {detail.location}" if detail.location else ""
            yield f"      {_statement(detail)}{place}"
    elif result.location is not None:
        yield f"      {result.location}"


def _statement(detail: Result) -> str:
    parts = [_term(detail.focus), str(detail.path)]
    return " ".join([*parts, *([] if detail.value is None else [_term(detail.value)])])


def _label(term: Term, labels: Labels | None) -> str | None:
    label = labels(term.value) if labels and isinstance(term, NamedNode) else None
    return _plain(label) if label else None


def _term(term: Term) -> str:
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, Literal):
        datatype = shorten(term.datatype.value)
        plain = f'"{_plain(term.value)}"'
        if term.language:
            return f"{plain}@{term.language}"
        return plain if datatype == "xsd:string" else f"{plain}^^{datatype}"
    return str(term)


def _plain(text: str) -> str:
    """Show line ends and what would command a terminal, rather than let them act."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04X}", text)
