"""`si-graph publish`: the whole graph as a site that needs no server."""

from __future__ import annotations

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_PUBLISHED = {
    "nl": "{resources} dingen, {files} bestanden; de site staat in {where}",
    "en": "{resources} things, {files} files; the site is in {where}",
}


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "publish",
        help=summary,
        description="Writes a static site for any host: pages in Dutch and English, data in five "
        "formats, answers, proofs, dumps, and SPARQL in the visitor's browser. An earlier site in "
        "the folder is replaced in one step; a folder with anything else in it is left alone.",
    )
    parser.add_argument("directory", metavar="DIR", help="the folder of the site")
    parser.add_argument(
        "--base",
        metavar="IRI",
        help="what the IRIs of the project begin with in what is published (default: as the "
        "publisher's file says)",
    )
    parser.add_argument(
        "--publisher",
        metavar="FILE",
        help="a file that says who publishes the graph, and where (default: the project's own)",
    )
    options.add_lang(parser)


def run(args: argparse.Namespace) -> int:
    """Publish, and print what there is now and where."""
    from si_graph import locations
    from si_graph.cli.terminal import Progress
    from si_graph.publish.configuration import configuration, under
    from si_graph.publish.static.site import publish

    by = configuration(args.publisher)
    if args.base is not None:
        by = under(by, args.base)
    with Progress() as progress:
        made = publish(args.directory, by, progress)
    where = locations.shown(args.directory)
    print(_PUBLISHED[args.lang].format(**made._asdict(), where=where))
    return 0
