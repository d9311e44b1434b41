"""A validation report for people: grouped, in Dutch or English, in 80 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from si_graph.validate import wording
from si_graph.validate.report import INFO, VIOLATION, WARNING, in_language
from si_graph.validate.terms import plain, term_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.validate.report import Report, Result, Term
    from si_graph.validate.wording import Group, Labels

_COLOURS = {VIOLATION: "31", WARNING: "33", INFO: "36"}


def to_text(
    report: Report,
    lang: str = "nl",
    labels: Labels | None = None,
    *,
    colour: bool = False,
    width: int = 80,
) -> str:
    """Return the report as text, one heading for each problem with the things that have it.

    Args:
        report: What was found.
        lang: `nl` or `en`.
        labels: Gives the label of an IRI, or None.
        colour: Whether to colour the severities; only for a terminal.
        width: The number of columns to fold sentences to.
    """
    page = _Page(lang, labels, width)
    lines = [line for group in wording.groups(report, lang) for line in page.group(group, colour)]
    for note in report.notes:
        lines += page.fold(f"{page.words['note']}: {plain(in_language(note, lang))}", 0)
    return "\n".join([*lines, f"{wording.counts(report, lang)} ({plain(report.engine)})", ""])


class _Page:
    """What the lines of one report have in common."""

    def __init__(self, lang: str, labels: Labels | None, width: int) -> None:
        self.words = wording.words(lang)
        self._lang = lang
        self._labels = labels
        self._width = width

    def group(self, group: Group, colour: bool) -> Iterator[str]:
        name = wording.severity_word(group.severity, self._lang).upper()
        heading = f"\x1b[1;{_COLOURS[group.severity]}m{name}\x1b[0m" if colour else name
        yield f"{heading}  {group.check}"
        yield from self.fold(group.message, 2)
        yield from self._told("expected", group.expected, 2)
        yield from self._told("mend", group.mend, 2)
        for result in group.results:
            yield f"    {self._labelled(result.focus)}"
            yield from self._finding(result, group)
        yield ""

    def fold(self, text: str, indent: int) -> list[str]:
        """Return a sentence in lines; names and values are not cut."""
        return textwrap.wrap(
            text,
            self._width,
            initial_indent=" " * indent,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _told(self, word: str, text: str, indent: int) -> list[str]:
        return self.fold(f"{self.words[word]}: {text}", indent) if text else []

    def _finding(self, result: Result, group: Group) -> Iterator[str]:
        if result.path is not None:
            yield f"      {self.words['path']}: {plain(str(result.path))}"
        # The value is only news where it is not the thing itself.
        if result.value is not None and result.value != result.focus:
            yield f"      {self.words['value']}: {self._labelled(result.value)}"
        if not group.expected:
            yield from self._told("expected", wording.expected(result, self._lang), 6)
        if not group.mend:
            yield from self._told("mend", wording.mend(result, self._lang), 6)
        for detail in result.details:
            place = f"  {plain(str(detail.location))}" if detail.location else ""
            yield f"      {wording.statement(detail, self._lang)}{place}"
        if result.location is not None and not result.details:
            yield f"      {plain(str(result.location))}"

    def _labelled(self, term: Term) -> str:
        label = self._labels(term.value) if self._labels and isinstance(term, NamedNode) else None
        return term_text(term, self._lang) + (f"  {plain(label)}" if label else "")
