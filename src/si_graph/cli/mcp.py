"""`si-graph mcp`: the graph for language-model assistants."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.cli import options

_DESCRIPTION = (
    "Gives a language-model assistant the graph as tools (Model Context Protocol): search, show, "
    "named questions, proofs, evidence and SPARQL, each answer with its passages. Without --http "
    "it speaks on standard input and output, as assistants start it."
)


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser("mcp", help=summary, description=_DESCRIPTION)
    parser.add_argument(
        "--http", action="store_true", help="speak HTTP (streamable HTTP) at /mcp instead"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on with --http")
    parser.add_argument(
        "--port", type=int, default=8001, help="the port; 0 takes any that is free (default: 8001)"
    )
    parser.add_argument(
        "--data", nargs="+", default=[], metavar="FILE",
        help="use these RDF files, and what follows from them, instead of the bundled graph",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Serve until the assistant closes its end, or a signal comes."""
    from si_graph.serve.assistants.running import serve_http, serve_stdio
    from si_graph.serve.settings import Settings

    settings = Settings(host=args.host, port=args.port, data=tuple(args.data))
    if args.http:
        serve_http(settings)
    else:
        serve_stdio(settings)
    return 0
