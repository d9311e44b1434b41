"""One entry to the renderers: text for people; Turtle, JSON and SARIF for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.errors import UsageError

if TYPE_CHECKING:
    from si_graph.validate.render_text import Labels
    from si_graph.validate.report import Report

FORMATS = ("text", "turtle", "json", "sarif")


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
        lang: The language of text and SARIF, `nl` or `en`; the other formats carry both.
        labels: Gives the label of an IRI for text, or None.
        colour: Whether to colour text; only for a terminal.
        width: The columns of text.

    Raises:
        UsageError: There is no such format.
    """
    if format == "text":
        from si_graph.validate.render_text import to_text

        return to_text(report, lang, labels, colour=colour, width=width)
    if format == "turtle":
        from si_graph.validate.render_rdf import to_turtle

        return to_turtle(report)
    if format in ("json", "sarif"):
        from si_graph.validate.render_json import to_json, to_sarif

        return to_json(report) if format == "json" else to_sarif(report, lang)
    raise UsageError(f"there is no report format {format!r}; choose from {', '.join(FORMATS)}")
