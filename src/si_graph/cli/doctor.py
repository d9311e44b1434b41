"""`si-graph doctor`: is this installation sound?"""

from __future__ import annotations

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "doctor",
        help=summary,
        description="Checks this installation: versions, every byte of the snapshot, the queries. "
        "Ends with status 1 if something is not sound.",
    )
    options.add_format(parser, "text", "json")


def run(args: argparse.Namespace) -> int:
    """Print what was looked at and, where it is not sound, what to do."""
    from si_graph.cli.terminal import print_json, print_list
    from si_graph.doctor import diagnose

    checks = diagnose()
    if args.format == "json":
        print_json([check._asdict() for check in checks])
    else:
        rows = []
        for check in checks:
            rows.append((f"{'ok' if check.passed else 'FAILED':6}  {check.name}", check.seen))
            if not check.passed and check.remedy:
                rows.append(("", check.remedy))
        print_list(rows)
    return 0 if all(check.passed for check in checks) else 1
