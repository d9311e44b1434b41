"""`si-graph stats`: what is in the graph."""

from __future__ import annotations

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_WORDS = {
    "nl": (
        "uitspraken",
        "waarvan afgeleid",
        "passages",
        "Uitspraken per graaf",
        "Dingen per klasse",
    ),
    "en": ("statements", "of them inferred", "passages", "Statements by graph", "Things by class"),
}


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "stats",
        help=summary,
        description="Counts statements by the graph they stand in, and things by class.",
    )
    options.add_format(parser, "text", "json")
    options.add_lang(parser)
    options.add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Print the counts."""
    from si_graph.cli.opening import open_graph
    from si_graph.cli.terminal import print_json, print_list
    from si_graph.namespaces import shorten

    found = open_graph(args).statistics(lang=args.lang)
    if args.format == "json":
        print_json(found._asdict())
        return 0
    statements, inferred, passages, by_graph, by_class = _WORDS[args.lang]
    print_list(
        [
            (statements, str(found.statements)),
            (inferred, str(found.inferred)),
            (passages, str(found.passages)),
        ]
    )
    for heading, rows in (
        (by_graph, [(shorten(iri), count) for iri, count in found.graphs.items()]),
        (
            by_class,
            [(found.labels.get(iri) or shorten(iri), n) for iri, n in found.classes.items()],
        ),
    ):
        print(f"\n{heading}")
        print_list([(f"  {name}", str(count)) for name, count in rows])
    return 0
