"""`si-graph query`: answers SPARQL."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext

from si_graph.cli import options
from si_graph.cli.endpoint import add_endpoint, federated, open_endpoint
from si_graph.errors import LimitError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from si_graph.query.binding import Value
    from si_graph.query.catalogue import NamedQuery
    from si_graph.query.results import Result
    from si_graph.store.protocol import Store

FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld", "html")


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "query",
        help=summary,
        description="Answers a SPARQL 1.1 query. The project's prefixes need no declaration.",
    )
    parser.add_argument(
        "query", metavar="TEXT|FILE|NAME", help="a query, a file with one, or a named one (CQ14)"
    )
    options.add_parameters(parser)
    options.add_format(parser, *FORMATS)
    options.add_lang(parser)
    options.add_data(parser)
    add_endpoint(parser)
    options.add_timeout(parser)
    parser.add_argument(
        "--explain",
        action="store_true",
        help="show for each answer the statements that it rests on, and why these hold",
    )


def run(args: argparse.Namespace) -> int:
    """Answer the query on standard output."""
    if args.timeout:
        from si_graph.cli import interrupt

        interrupt.deadline(args.timeout)
    query = _query(args.query)
    values = options.parameters(args)
    if isinstance(query, str) and values:
        raise UsageError("--param is for named queries; write the value into the query itself")
    if args.explain:
        return _explain(query, values, args)
    store = _store(query, args)
    _print(_answer(query, values, store, args), store, args)
    # A limit of the endpoint's counts like one of ours.
    return LimitError.exit_status if getattr(store, "is_partial", False) else 0


def _answer(
    query: str | NamedQuery, values: Mapping[str, Value], store: Store, args: argparse.Namespace
) -> Result:
    from si_graph.cli.terminal import patience
    from si_graph.query.evaluate import evaluate, evaluate_named

    with patience("answering"):
        if isinstance(query, str):
            return evaluate(store, query)
        return evaluate_named(store, query, values, args.lang)


def _explain(query: str | NamedQuery, values: Mapping[str, Value], args: argparse.Namespace) -> int:
    """Print the statements that each answer rests on, with their proofs."""
    from si_graph.cli.opening import open_graph
    from si_graph.cli.terminal import note, patience
    from si_graph.query.explanation.rows import explain_rows

    if args.endpoint:
        raise UsageError("--explain works on a graph here, not on an endpoint")
    if args.format not in ("table", "json"):
        raise UsageError("--explain prints text, or JSON with --format json")
    graph = open_graph(args)
    with patience("explaining"):
        found = explain_rows(graph, query, values, args.lang)
    sys.stdout.write(found.to_json() if args.format == "json" else str(found))
    if found.notice:
        note(found.notice)
    return 0


def _query(text: str) -> str | NamedQuery:
    """Return what the argument means: a named query, a file, or the query itself."""
    from si_graph.query import catalogue
    from si_graph.query.tokens import looks_like_query

    if text == "-":
        return sys.stdin.read()
    is_file = os.path.isfile(text)
    if not is_file and looks_like_query(text):
        return text
    if is_file or text.endswith((".rq", ".sparql")):
        query = catalogue.read(text)
        # Places in error messages must be those of the file, so the metadata stays in the text.
        return query if query.parameters else query.text
    return catalogue.find(text)


def _store(query: str | NamedQuery, args: argparse.Namespace) -> Store:
    if args.endpoint:
        return open_endpoint(args)
    from si_graph.cli.opening import open_graph

    store = open_graph(args).store
    text = query if isinstance(query, str) else query.text
    return federated(store, args) if "SERVICE" in text.upper() else store


def _print(result: Result, store: Store, args: argparse.Namespace) -> None:
    from si_graph.cli.terminal import patience, print_table
    from si_graph.query.results import Graph, Rows

    if args.format != "table":
        # On a terminal the rows themselves show that it goes on.
        with nullcontext() if sys.stdout.isatty() else patience("answering"):
            result.write(sys.stdout.buffer, args.format)
    elif isinstance(result, Graph):
        result.write(sys.stdout.buffer, "turtle")
    elif isinstance(result, Rows):
        from si_graph.query.table import table

        with patience("answering"):
            shown = table(result, None if args.endpoint else store, args.lang)
        print_table(*shown)
    else:
        print({"nl": ("nee", "ja"), "en": ("no", "yes")}[args.lang][bool(result)])
