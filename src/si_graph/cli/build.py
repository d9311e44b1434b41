"""`si-graph build`: from sources to a snapshot."""

from __future__ import annotations

from si_graph.cli import contradiction, options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_COUNTED = {
    "nl": "{asserted} uitspraken, {inferred} afgeleid; bewaard in {where}",
    "en": "{asserted} statements, {inferred} inferred; kept in {where}",
}


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "build",
        help=summary,
        description="Reads the sources, validates what they state, reasons (OWL 2 RL), validates "
        "what follows, and writes a snapshot. Nothing is replaced unless all of it succeeds.",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        help="the folder to write to (default: the one that the other commands read)",
    )
    contradiction.add_report(parser)
    options.add_lang(parser)


def run(args: argparse.Namespace) -> int:
    """Build, and print what there is now and where."""
    from si_graph import locations
    from si_graph.cli.terminal import Progress, note
    from si_graph.errors import InconsistentError, ValidationFailed
    from si_graph.snapshot.build import build

    directory = args.output or locations.built_snapshot()
    try:
        with Progress() as progress:
            manifest = build(locations.root(), directory, progress)
    except ValidationFailed as failed:
        from si_graph.cli.validate import print_report
        from si_graph.validate import bundled_locator

        print_report(failed.report.located(bundled_locator()), "text", args.lang)
        note(f"si-graph: {failed}; nothing was replaced")
        return failed.exit_status
    except InconsistentError as found:
        from si_graph.validate import bundled_locator

        return contradiction.tell(found, args.report, args.lang, bundled_locator())
    print(_COUNTED[args.lang].format(**manifest.counts, where=directory))
    return 0
