"""`si-graph search`: finds things by their names."""

from __future__ import annotations

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_MOST = 20


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "search",
        help=summary,
        description="Finds things by label or synonym, Dutch or English; forgives typing errors.",
    )
    parser.add_argument("words", nargs="+", metavar="WORDS", help="what to look for")
    options.add_format(parser, "table", "json", "csv")
    options.add_lang(parser)
    options.add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Print what is found, the best first."""
    from si_graph.cli.opening import open_store
    from si_graph.cli.terminal import note, print_records
    from si_graph.namespaces import shorten
    from si_graph.query.search import search

    hits = search(open_store(args), " ".join(args.words), args.lang, _MOST + 1)
    rows = [
        [shorten(hit.iri) if args.format == "table" else hit.iri, hit.label, hit.kind, hit.score]
        for hit in hits[:_MOST]
    ]
    if rows or args.format != "table":
        print_records(args.format, ["thing", "label", "kind", "score"], rows)
    if not hits:
        note("nothing is called anything like that")
    elif len(hits) > _MOST:
        note(f"the best {_MOST} are shown; more words find fewer")
    return 0
