"""How commands tell that statements contradict each other."""

from __future__ import annotations

from si_graph.cli.validate import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.errors import InconsistentError
    from si_graph.validate.report import Locate


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add `--report`."""
    parser.add_argument(
        "--report",
        choices=FORMATS,
        default=FORMATS[0],
        help="how to tell contradictions: as text on standard error (default), or for programs "
        "on standard output",
    )


def tell(
    found: InconsistentError,
    format: str,  # noqa: A002 - the option's name
    lang: str,
    locate: Locate,
) -> int:
    """Print the contradictions, and return the status to end with."""
    import sys

    from si_graph.cli.terminal import note
    from si_graph.cli.validate import print_report
    from si_graph.validate.clashes import report_clashes

    report = report_clashes(found.inconsistencies, "OWL 2 RL").located(locate)
    # What is piped on as RDF must not be a text for people.
    output = sys.stderr if format == "text" else sys.stdout
    print_report(report, format, lang, output=output)
    note("si-graph: the graph is inconsistent; nothing was written")
    return found.exit_status
