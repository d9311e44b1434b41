"""`si-graph explain`: why a statement holds."""

from __future__ import annotations

import sys

from si_graph.cli import options
from si_graph.errors import InconsistentError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.query.explanation.explanation import Explanation

FORMATS = ("text", "turtle", "json", "html", "mermaid")


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "explain",
        help=summary,
        description="Explains why a statement holds: rule by rule, down to what is stated and the "
        "passages that say so. Ends with status 1 if it does not hold, and says what is missing. "
        "With --data and no statement it explains why the data contradict each other.",
    )
    names = "an IRI, a prefixed name, or a unique local name"
    parser.add_argument("subject", metavar="S", nargs="?", help=names)
    parser.add_argument("predicate", metavar="P", nargs="?", help="the same, or `a`")
    parser.add_argument("object", metavar="O", nargs="?", help="the same, or a text or number")
    parser.add_argument("--all", action="store_true", help="give all minimal proofs")
    parser.add_argument(
        "--text", metavar="FILE", help="the text of the source, to show the words of passages"
    )
    options.add_format(parser, *FORMATS)
    options.add_lang(parser)
    parser.add_argument(
        "--data",
        nargs="+",
        metavar="FILE",
        help="explain what follows from these RDF files instead of the bundled graph",
    )


def run(args: argparse.Namespace) -> int:
    """Print the explanation."""
    from si_graph.cli.terminal import Progress
    from si_graph.graph import KnowledgeGraph

    named = [part for part in (args.subject, args.predicate, args.object) if part is not None]
    if len(named) not in ((0, 3) if args.data else (3,)):
        raise UsageError(
            "name a subject, a predicate and an object\n"
            "  For example: si-graph explain rec2-a concerns organisations"
        )
    with Progress() as progress:
        if not args.data:
            graph = KnowledgeGraph.open(progress=progress)
        else:
            graph = KnowledgeGraph.load(args.data, reason=bool(named), progress=progress)
    if not named:
        explanation = graph.explain_clashes(lang=args.lang, text=args.text)
        write(explanation, args.format)
        return InconsistentError.exit_status if explanation else 0
    explanation = graph.explain(*named, lang=args.lang, every=args.all, text=args.text)
    write(explanation, args.format)
    return 0 if explanation else 1


def write(explanation: Explanation, format: str) -> None:  # noqa: A002 - the option's name
    """Write an explanation to standard output."""
    written = {
        "text": explanation.__str__,
        "turtle": explanation.to_turtle,
        "json": explanation.to_json,
        "html": explanation.to_html,
        "mermaid": explanation.to_mermaid,
    }
    sys.stdout.write(written[format]())
