"""`si-graph reason`: the OWL 2 RL closure of any RDF."""

from __future__ import annotations

import sys

from si_graph.cli import options
from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_ENGINES = ("owlrl",)
_FORMATS = ("turtle", "trig", "ntriples", "nquads", "jsonld", "xml")


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "reason",
        help=summary,
        description="Derives what follows from RDF files under the OWL 2 RL/RDF rules. Named "
        "graphs are reasoned over together; a format with graphs gets what follows in a graph of "
        "its own. Ends with status 3, and writes nothing, if the statements contradict each other.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="the RDF files to reason over")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write to this file; its name says the format"
    )
    parser.add_argument("--engine", choices=_ENGINES, default=_ENGINES[0], help="the reasoner")
    parser.add_argument(
        "--only-inferred", action="store_true", help="leave out what the files state themselves"
    )
    options.add_format(parser, *_FORMATS)


def run(args: argparse.Namespace) -> int:
    """Write the closure."""
    from pyoxigraph import NamedNode

    from si_graph.cli.terminal import Progress, note
    from si_graph.graph import KnowledgeGraph
    from si_graph.load.files import format_of
    from si_graph.namespaces import GRAPH_INFERRED
    from si_graph.store.writing import RDF_FORMATS, write_rdf, write_rdf_file

    # Reasoning can take long, and then it is late to learn that the result cannot be written.
    if args.output and format_of(args.output) is None:
        raise UsageError(f"the name of {args.output} does not say which RDF format to write")
    with Progress() as progress:
        quads = list(KnowledgeGraph.load(args.files, progress=progress).quads())
    inferred = [quad for quad in quads if quad.graph_name == NamedNode(GRAPH_INFERRED)]
    result = inferred if args.only_inferred else quads
    if args.output:
        write_rdf_file(result, args.output)
    else:
        write_rdf(result, sys.stdout.buffer, RDF_FORMATS[args.format])
    note(f"{len(quads) - len(inferred)} statements read, {len(inferred)} inferred")
    return 0
