"""`si-graph reason`: the OWL 2 RL closure of any RDF."""

from __future__ import annotations

import argparse
import re
import sys

from si_graph.cli import contradiction, options
from si_graph.errors import InconsistentError, UsageError
from si_graph.reason.engines import ENGINES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.reason.protocol import Engine
    from si_graph.reason.rules_engine import Settings

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
    parser.add_argument(
        "--only-inferred", action="store_true", help="leave out what the files state themselves"
    )
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="the reasoner")
    _add_settings(parser)
    options.add_format(parser, *_FORMATS)
    contradiction.add_report(parser)
    options.add_lang(parser)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("settings of the engine `rules`")
    group.add_argument("--trivial", action="store_true", help="add what holds of any graph")
    group.add_argument(
        "--no-sameas",
        action="store_true",
        help="find no things equal, and carry nothing over from one to the other",
    )
    group.add_argument(
        "--max-inferred",
        type=_number,
        metavar="N",
        help="end with status 4, and write nothing, if more follows",
    )
    group.add_argument(
        "--memory",
        type=_size,
        metavar="SIZE",
        help="what the database may take before it goes on to disk, such as 1GB",
    )


def run(args: argparse.Namespace) -> int:
    """Write the closure."""
    from si_graph.load.files import format_of

    is_set = args.no_sameas or args.trivial or args.max_inferred is not None or args.memory
    if args.engine != "rules" and is_set:
        raise UsageError(f"the engine {args.engine} has no settings")
    written = format_of(args.output) if args.output else None
    # Reasoning can take long, and then it is late to learn that the result cannot be written.
    if args.output and written is None:
        raise UsageError(f"the name of {args.output} does not say which RDF format to write")
    try:
        if args.engine == "rules" and written is not None and not written.supports_datasets:
            return _from_files_to_file(args)
        return _in_memory(args)
    except InconsistentError as found:
        from si_graph.validate import Locator

        return contradiction.tell(found, args.report, args.lang, Locator(args.files))


def _settings(args: argparse.Namespace) -> Settings:
    from si_graph.cli.terminal import note
    from si_graph.reason.rules_engine import Settings

    return Settings(
        sameas=not args.no_sameas,
        trivial=args.trivial,
        max_inferred=args.max_inferred,
        memory=args.memory,
        warn=lambda text: note(f"si-graph: {text}"),
    )


def _from_files_to_file(args: argparse.Namespace) -> int:
    """Reason over files of any size: no statement passes through Python."""
    from si_graph.cli.terminal import Progress
    from si_graph.reason.rules_engine import RulesEngine

    settings = _settings(args)
    with Progress() as progress:
        progress("reasoning", 0, 1)
        if sys.stderr.isatty():  # counting takes time, which nobody would see

            def told(step: str, count: int) -> None:
                progress(f"{step}: {count:,} statements", 0, 1)

            settings = settings._replace(progress=told)
        closure = RulesEngine(settings).close_files(
            args.files, args.output, only_inferred=args.only_inferred
        )
    if closure.inconsistencies:
        raise InconsistentError(closure.inconsistencies)
    _tell(closure.stated, closure.inferred, closure.warnings)
    return 0


def _in_memory(args: argparse.Namespace) -> int:
    """Reason over files whose named graphs are to be kept apart, or whose result is printed."""
    from pyoxigraph import NamedNode

    from si_graph.cli.terminal import Progress
    from si_graph.namespaces import GRAPH_INFERRED
    from si_graph.snapshot.own_data import load_files
    from si_graph.store.writing import RDF_FORMATS, write_rdf, write_rdf_file

    engine = _engine(args)
    with Progress() as progress:
        data = load_files(args.files, engine, progress)
    inferred = [quad for quad in data.quads if quad.graph_name == NamedNode(GRAPH_INFERRED)]
    result = inferred if args.only_inferred else data.quads
    if args.output:
        write_rdf_file(result, args.output)
    else:
        write_rdf(result, sys.stdout.buffer, RDF_FORMATS[args.format])
    _tell(len(data.quads) - len(inferred), len(inferred), data.warnings)
    return 0


def _engine(args: argparse.Namespace) -> Engine:
    from si_graph.reason.engines import make_engine

    if args.engine != "rules":
        return make_engine(args.engine)
    from si_graph.reason.rules_engine import RulesEngine

    return RulesEngine(_settings(args))


def _tell(stated: int, inferred: int, warnings: tuple[str, ...]) -> None:
    from si_graph.cli.terminal import note

    for warning in warnings:
        note(f"si-graph: {warning}")
    note(f"{stated} statements read, {inferred} inferred")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _size(text: str) -> str:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B", text, re.IGNORECASE):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500MB or 2GB")
    return text
