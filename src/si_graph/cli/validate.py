"""`si-graph validate`: checks any RDF, or the bundled graph."""

from __future__ import annotations

import sys

from si_graph.cli import options
from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import TextIO

    from si_graph.validate.report import Report

FORMATS = ("text", "turtle", "json", "sarif")


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "validate",
        help=summary,
        description="Checks RDF files against SHACL shapes; without files, runs all checks on the "
        "bundled graph. Ends with status 1 if there is a violation.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="the RDF files to check")
    parser.add_argument(
        "--shapes", nargs="+", metavar="FILE", help="check against these shapes (default: ours)"
    )
    parser.add_argument(
        "--text",
        metavar="FILE",
        help="the source's text, to compare the hash of every passage with",
    )
    options.add_format(parser, *FORMATS)
    options.add_lang(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report; the status says whether anything worse than a warning was found."""
    if args.files and args.text:
        raise UsageError("--text goes with the bundled graph, not with files")
    if args.shapes and not args.files:
        raise UsageError("--shapes needs files to check")
    if args.files:
        from si_graph.cli.terminal import Progress
        from si_graph.validate import validate_files

        with Progress() as progress:
            progress("checking", 0, 1)
            report = validate_files(args.files, args.shapes or ())
        print_report(report, args.format, args.lang)
    else:
        report, labels = _bundled(args)
        print_report(report, args.format, args.lang, labels)
    return 0 if report.passed else 1


def _bundled(args: argparse.Namespace) -> tuple[Report, Callable[[str], str | None] | None]:
    """Check the bundled graph; where it is too wrong to be built, say what stopped it."""
    from si_graph.cli.terminal import Progress
    from si_graph.errors import ValidationFailed
    from si_graph.graph import KnowledgeGraph
    from si_graph.query.labels import labels
    from si_graph.validate import bundled_locator

    try:
        with Progress() as progress:
            graph = KnowledgeGraph.open(progress=progress)
            progress("checking", 0, 1)
            report = graph.validate(text=args.text)
    except ValidationFailed as failed:
        return failed.report.located(bundled_locator()), None
    found = report.located(bundled_locator())
    return found, lambda iri: labels(graph.store, [iri], args.lang).get(iri)


def print_report(
    report: Report,
    format: str,  # noqa: A002 - the option's name
    lang: str,
    labels: Callable[[str], str | None] | None = None,
    output: TextIO | None = None,
) -> None:
    """Print a report, by default on standard output; folded and coloured for a terminal."""
    import os
    from shutil import get_terminal_size

    from si_graph.validate import render

    output = output or sys.stdout
    terminal = output.isatty()
    text = render(
        report,
        format,
        lang=lang,
        labels=labels,
        colour=terminal and not os.environ.get("NO_COLOR"),
        width=get_terminal_size().columns if terminal else 80,
    )
    print(text, end="", file=output)
