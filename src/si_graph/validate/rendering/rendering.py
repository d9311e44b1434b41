"""One entry to the renderers: text and HTML for people; the other formats for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.errors import UsageError

if TYPE_CHECKING:
    from si_graph.validate.report import Report
    from si_graph.validate.wording import Labels

FORMATS = ("text", "turtle", "json", "sarif", "junit", "html")


def render(
    report: Report,
    format: str = "text",  # noqa: A002 - the name that the command's option has
    *,
    lang: str = "nl",
    labels: Labels | None = None,
    colour: bool = False,
    width: int = 80,
) -> str:
    """Return the report in one of `FORMATS`.

    Args:
        report: What was found.
        format: The format.
        lang: The language, `nl` or `en`; Turtle and JSON carry both.
        labels: Gives the label of an IRI for text and HTML, or None.
        colour: Whether to colour text; only for a terminal.
        width: The columns of text.

    Raises:
        UsageError: There is no such format.
    """
    if format == "text":
        from si_graph.validate.rendering.render_text import to_text

        return to_text(report, lang, labels, colour=colour, width=width)
    if format == "turtle":
        from si_graph.validate.rendering.render_rdf import to_turtle

        return to_turtle(report)
    if format == "json":
        from si_graph.validate.rendering.render_json import to_json

        return to_json(report)
    if format == "sarif":
        from si_graph.validate.rendering.render_sarif import to_sarif

        return to_sarif(report, lang)
    if format == "junit":
        from si_graph.validate.rendering.render_junit import to_junit

        return to_junit(report, lang)
    if format == "html":
        from si_graph.validate.rendering.render_html import to_html

        return to_html(report, lang, labels)
    raise UsageError(f"there is no report format {format!r}; choose from {', '.join(FORMATS)}")
