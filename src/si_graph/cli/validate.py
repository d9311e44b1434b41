"""`si-graph validate`: checks any RDF, or the bundled graph."""

from __future__ import annotations

import argparse
import sys

from si_graph.cli import options
from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from si_graph.graph import KnowledgeGraph
    from si_graph.validate.report import Report

    Labels = Callable[[str], str | None]

FORMATS = ("text", "turtle", "json", "sarif", "junit", "html")
_QUERY = ".rq"


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "validate",
        help=summary,
        description="Checks RDF files against SHACL shapes, and SPARQL queries (.rq) against the "
        "ontology; without files, runs all checks on the bundled graph. Ends with status 1 if "
        "there is a violation.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="the RDF files and queries")
    parser.add_argument(
        "--shapes", nargs="+", metavar="FILE", help="check against these shapes (default: ours)"
    )
    parser.add_argument("--strict", action="store_true", help="end with status 1 on warnings too")
    options.add_format(parser, *FORMATS)
    options.add_lang(parser)
    _add_files_options(parser)
    evidence = parser.add_argument_group("the bundled graph")
    evidence.add_argument(
        "--text",
        metavar="FILE",
        help="the source's text, to compare the hash of every passage with",
    )
    evidence.add_argument(
        "--coverage",
        action="store_true",
        help="show how much of the text has become statements, and what has not",
    )


def _add_files_options(parser: argparse.ArgumentParser) -> None:
    files = parser.add_argument_group("files")
    files.add_argument(
        "--style", action="store_true", help="check the files as an ontology, by rules of style"
    )
    files.add_argument(
        "--engine",
        choices=("native", "pyshacl"),
        help="which SHACL engine checks (default: native; pyshacl is the reference)",
    )
    files.add_argument(
        "--sample", type=_count, metavar="N", help="check at most N things of each shape"
    )
    files.add_argument("--limit", type=_count, metavar="N", help="report at most N findings")
    files.add_argument(
        "--changed-from",
        nargs="+",
        metavar="OLD",
        help="check only what differs from these older files",
    )
    files.add_argument(
        "--fix", action="store_true", help="show a patch for what is certainly meant otherwise"
    )
    files.add_argument("--write", action="store_true", help="with --fix: write the patch too")


def run(args: argparse.Namespace) -> int:
    """Print the report; the status says whether anything bad enough was found."""
    _require_sense(args)
    if args.fix:
        _mend(args)
    if args.files:
        report = _files(args)
        print_report(report, args.format, args.lang, _labels_in(args.files, report, args))
    else:
        graph, report = _bundled(args)
        labels = _labels(graph, args.lang) if graph else None
        print_report(report, args.format, args.lang, labels)
        if graph and args.coverage:
            _print_coverage(graph, args.text, args.lang)
    return 0 if (report.passed_strictly if args.strict else report.passed) else 1


def _require_sense(args: argparse.Namespace) -> None:
    """Refuse combinations of options that make no sense.

    Raises:
        UsageError: Says what to do instead.
    """
    if args.files and args.text:
        raise UsageError("--text goes with the bundled graph, not with files")
    if args.coverage and not args.text:
        raise UsageError("--coverage needs the text of the source\n  Give it with --text FILE.")
    if args.write and not args.fix:
        raise UsageError("--write goes with --fix\n  Look at what --fix shows first.")
    if args.format != "text" and (args.fix or args.coverage):
        option = "--fix" if args.fix else "--coverage"
        raise UsageError(f"{option} is for people to read\n  Leave out --format {args.format}.")
    _require_files(args)


def _require_files(args: argparse.Namespace) -> None:
    """Refuse options for files where there are no such files."""
    queries, data = _parted(args.files)
    of_data = ("shapes", "engine", "sample", "limit", "changed_from", "fix")
    given = [f"--{name.replace('_', '-')}" for name in of_data if getattr(args, name)]
    if args.style and given:
        raise UsageError(f"{given[0]} checks data and --style an ontology\n  Do one at a time.")
    if args.style and queries:
        raise UsageError(f"--style checks an ontology, and {queries[0]} is a query")
    needs = [*given, "--style"] if args.style else given
    if needs and not args.files:
        raise UsageError(f"{needs[0]} needs files to check")
    if needs and not data:
        raise UsageError(f"{needs[0]} needs RDF files, and {queries[0]} is a query")


def _parted(files: list[str]) -> tuple[list[str], list[str]]:
    """Return the queries among the files, and the other files."""
    queries = [file for file in files if file.lower().endswith(_QUERY)]
    return queries, [file for file in files if file not in queries]


def _files(args: argparse.Namespace) -> Report:
    from si_graph.cli.terminal import Progress
    from si_graph.validate import merge

    queries, data = _parted(args.files)
    reports = []
    with Progress() as progress:
        progress("checking", 0, 1)
        if args.style:
            from si_graph.validate.style import check_style

            reports.append(check_style(data))
        elif data:
            reports.append(_checked(data, args))
        if queries:
            from si_graph.validate.queries.checks import check_queries

            reports.append(check_queries(queries))
    return reports[0] if len(reports) == 1 else merge(*reports)


def _checked(data: list[str], args: argparse.Namespace) -> Report:
    from si_graph.validate import validate_files
    from si_graph.validate.shacl.engines import engine

    return validate_files(
        data,
        args.shapes or (),
        engine(args.engine) if args.engine else None,
        sample=args.sample,
        limit=args.limit,
        changed_from=args.changed_from or (),
    )


def _bundled(args: argparse.Namespace) -> tuple[KnowledgeGraph | None, Report]:
    """Check the bundled graph; where it is too wrong to be built, say what stopped it."""
    from si_graph.cli.terminal import Progress
    from si_graph.errors import ValidationFailed
    from si_graph.graph import KnowledgeGraph
    from si_graph.validate import bundled_locator

    try:
        with Progress() as progress:
            graph = KnowledgeGraph.open(progress=progress)
            progress("checking", 0, 1)
            report = graph.validate(text=args.text)
    except ValidationFailed as failed:
        return None, failed.report.located(bundled_locator())
    return graph, report.located(bundled_locator())


def _mend(args: argparse.Namespace) -> None:
    """Show what would mend the files, and write it where that is asked."""
    from si_graph.cli.terminal import note
    from si_graph.validate.mending.patches import propose, write
    from si_graph.validate.mending.text import why_not_mended
    from si_graph.validate.terms import plain

    _, data = _parted(args.files)
    for file in data:
        reason = why_not_mended(file)
        if reason is not None:
            note(f"si-graph: {file}: {reason[args.lang]}")
    patches = propose(data, args.shapes or ())
    for patch in patches:
        if sys.stdout.isatty():
            print("\n".join(plain(line) for line in patch.diff.split("\n")), end="")
        else:
            print(patch.diff, end="")
        for change in patch.changes:
            note(f"si-graph: {patch.file}: {change[args.lang]}")
    if args.write:
        write(patches)
    print()


def _print_coverage(graph: KnowledgeGraph, text: str, lang: str) -> None:
    from si_graph.validate import read_text
    from si_graph.validate.coverage import check_coverage, render_coverage

    words = read_text(text)
    print()
    print(
        render_coverage(check_coverage(graph.quads(), words), words, lang, _labels(graph, lang)),
        end="",
    )


def _labels(graph: KnowledgeGraph, lang: str) -> Labels:
    from si_graph.query.labels import labels

    return lambda iri: labels(graph.store, [iri], lang).get(iri)


def _labels_in(files: list[str], report: Report, args: argparse.Namespace) -> Labels | None:
    """Return what gives the labels that the files themselves have."""
    if args.format not in ("text", "html"):
        return None
    from si_graph.load.files import parse_file
    from si_graph.load.labels import labels_in

    terms = [term for result in report.results for term in (result.focus, result.value) if term]
    things = {term.value for term in terms}
    _, data = _parted(files)
    if not things or not data:
        return None
    quads = (quad for file in data for quad in parse_file(file))
    return labels_in(quads, things, args.lang).get


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def print_report(
    report: Report,
    format: str,  # noqa: A002 - the option's name
    lang: str,
    labels: Labels | None = None,
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
