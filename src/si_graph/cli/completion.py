"""`si-graph completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.cli.options import Commands

_SHELLS = ("bash", "zsh", "tcsh")


def add_parser(commands: Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "completion",
        help=summary,
        description='Prints shell completion, to be read with: eval "$(si-graph completion bash)"',
    )
    parser.add_argument("shell", choices=_SHELLS, help="the shell")


def run(args: argparse.Namespace) -> int:
    """Print the completion script."""
    import shtab

    from si_graph.cli.main import parser

    print(shtab.complete(parser(), shell=args.shell))
    return 0
