"""A validation report as a page on its own: escaped, without scripts, nothing loaded."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from si_graph.validate import wording
from si_graph.validate.report import INFO, VIOLATION, WARNING, in_language
from si_graph.validate.terms import plain, term_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.validate.report import Report, Result, Term
    from si_graph.validate.wording import Group, Labels

# Every pair of colours has the contrast that WCAG 2.2 AA asks, 4.5 to 1, by day and by night.
_STYLE = """
:root { color-scheme: light dark; --text: #1a1a1a; --page: #ffffff; --soft: #595959;
  --violation: #a40000; --warning: #7a4a00; --info: #00507a; --line: #767676 }
@media (prefers-color-scheme: dark) { :root { --text: #eeeeee; --page: #161616; --soft: #b0b0b0;
  --violation: #ff9a8f; --warning: #f2c063; --info: #8ac8f0; --line: #8a8a8a } }
body { font: 1rem/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--text); background: var(--page) }
section { border-left: .25rem solid; padding-left: 1rem; margin: 2rem 0 }
section.violation, h2 .violation { border-color: var(--violation); color: var(--violation) }
section.warning, h2 .warning { border-color: var(--warning); color: var(--warning) }
section.info, h2 .info { border-color: var(--info); color: var(--info) }
section > * { color: var(--text) }
h2 { font-size: 1.1rem }
code { overflow-wrap: anywhere }
li { margin: 1rem 0; border-top: 1px solid var(--line) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0 }
dt, small { color: var(--soft) }
dd { margin: 0 }
"""
_CLASSES = {VIOLATION: "violation", WARNING: "warning", INFO: "info"}


def to_html(report: Report, lang: str = "nl", labels: Labels | None = None) -> str:
    """Return the report as a page, one section for each problem with the things that have it.

    Args:
        report: What was found.
        lang: `nl` or `en`.
        labels: Gives the label of an IRI, or None.
    """
    words = wording.words(lang)
    title, told = escape(words["title"]), escape(wording.counts(report, lang))
    notes = "".join(
        f"<p><strong>{words['note']}:</strong> {_safe(in_language(note, lang))}</p>\n"
        for note in report.notes
    )
    sections = "".join(_section(group, lang, labels) for group in wording.groups(report, lang))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: {told}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{told}</p>\n{notes}{sections}"
        f"<p><small>{words['by']}: {_safe(report.engine)}</small></p>\n"
        "</main>\n</body>\n</html>\n"
    )


def _section(group: Group, lang: str, labels: Labels | None) -> str:
    words = wording.words(lang)
    kind = _CLASSES[group.severity]
    name = escape(wording.severity_word(group.severity, lang).capitalize())
    told = "".join(
        f"<p>{words[word].capitalize()}: {_safe(text)}</p>\n"
        for word, text in (("expected", group.expected), ("mend", group.mend))
        if text
    )
    items = "".join(_item(result, group, lang, labels) for result in group.results)
    return (
        f'<section class="{kind}">\n<h2><span class="{kind}">{name}</span>: '
        f"{_safe(group.message)}</h2>\n{told}<ul>\n{items}</ul>\n"
        f"<p><small>{_safe(group.check)}</small></p>\n</section>\n"
    )


def _item(result: Result, group: Group, lang: str, labels: Labels | None) -> str:
    rows = "".join(
        f"<dt>{name}</dt><dd>{told}</dd>\n" for name, told in _rows(result, group, lang, labels)
    )
    return (
        f"<li>{_term(result.focus, lang, labels)}\n"
        + (f"<dl>\n{rows}</dl>" if rows else "")
        + ("</li>\n")
    )


def _rows(
    result: Result, group: Group, lang: str, labels: Labels | None
) -> Iterator[tuple[str, str]]:
    words = wording.words(lang)
    if result.path is not None:
        yield words["path"], f"<code>{_safe(str(result.path))}</code>"
    if result.value is not None and result.value != result.focus:
        yield words["value"], _term(result.value, lang, labels)
    if result.details:
        parts = (
            f"<code>{_safe(wording.statement(detail, lang))}</code> {_safe(str(detail.location))}"
            if detail.location
            else f"<code>{_safe(wording.statement(detail, lang))}</code>"
            for detail in result.details
        )
        yield words["parts"], "<br>".join(parts)
    if not group.expected and (text := wording.expected(result, lang)):
        yield words["expected"], _safe(text)
    if not group.mend and (text := wording.mend(result, lang)):
        yield words["mend"], _safe(text)
    if result.location is not None:
        yield words["where"], f"<code>{_safe(str(result.location))}</code>"


def _term(term: Term, lang: str, labels: Labels | None) -> str:
    label = labels(term.value) if labels and isinstance(term, NamedNode) else None
    name = f"<code>{_safe(term_text(term, lang))}</code>"
    return f"<strong>{_safe(label)}</strong> {name}" if label else name


def _safe(text: str) -> str:
    return escape(plain(text))
