"""`si-graph serve`: the linked-data server."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.cli import options
    from si_graph.serve.settings import Option

_DESCRIPTION = (
    "Puts the graph on the web: pages in Dutch and English, linked data, and a SPARQL endpoint. "
    "Every option can also be set in the environment (--token-file as SI_GRAPH_TOKEN_FILE) and in "
    'a file of settings (token-file = "…"); the command line wins, then the environment. Sizes '
    "are written as 10MB or 64MiB, times as 30s or 5m. SIGTERM ends the server when running "
    "requests are answered; SIGHUP makes it serve a snapshot that was built anew."
)
_METAVARS = {
    "text": "TEXT",
    "texts": "ITEM",
    "number": "N",
    "bytes": "SIZE",
    "seconds": "TIME",
    "origin": "URL",
    "root": "PATH",
}


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    from si_graph.serve.settings import OPTIONS

    parser = commands.add_parser("serve", help=summary, description=_DESCRIPTION)
    parser.add_argument("--config", metavar="FILE", help="a file of settings (TOML)")
    groups: dict[str, argparse._ArgumentGroup] = {}
    for option in OPTIONS:
        if option.group not in groups:
            groups[option.group] = parser.add_argument_group(option.group)
        _add(groups[option.group], option)


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    # What is not given has no value, so that the environment and the file are asked.
    if option.kind == "flag":
        group.add_argument(
            f"--{option.name}",
            action=argparse.BooleanOptionalAction,
            default=argparse.SUPPRESS,
            help=f"{option.help} (default: {'yes' if option.default else 'no'})",
        )
        return
    group.add_argument(
        f"--{option.name}",
        metavar=_METAVARS[option.kind],
        nargs="+" if option.kind == "texts" else None,
        default=argparse.SUPPRESS,
        help=option.help + _shown_default(option),
    )


def _shown_default(option: Option) -> str:
    if option.default in (None, "", ()):
        return ""
    if option.kind == "bytes":
        return f" (default: {int(str(option.default)) // 10**6}MB)"
    if option.kind == "seconds":
        return f" (default: {option.default:g}s)"
    return f" (default: {option.default})"


def run(args: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    from si_graph.serve.configuration import environment_settings
    from si_graph.serve.server import serve
    from si_graph.serve.settings import OPTIONS

    given = vars(args)
    chosen = {one.name: given[one.attribute] for one in OPTIONS if one.attribute in given}
    return serve(lambda: environment_settings(chosen, args.config))
