"""`si-graph ask`: a named question answered in sentences."""

from __future__ import annotations

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "ask",
        help=summary,
        description="Answers a named question in sentences and names the passages that say so.",
    )
    parser.add_argument("name", metavar="NAME", help="the question, such as CQ14")
    options.add_parameters(parser)
    options.add_format(parser, "text", "json")
    options.add_lang(parser)
    options.add_data(parser)
    options.add_timeout(parser)


def run(args: argparse.Namespace) -> int:
    """Print the question, the answer and its sources."""
    from si_graph.cli.opening import open_store
    from si_graph.cli.terminal import print_json, print_text
    from si_graph.query.answer import answer
    from si_graph.query.catalogue import load

    if args.timeout:
        from si_graph.cli import interrupt

        interrupt.deadline(args.timeout)
    query = load(args.name)
    found = answer(open_store(args), query, options.parameters(args), args.lang)
    if args.format == "json":
        print_json(
            {
                "name": found.name,
                "question": found.question,
                "answer": found.sentence,
                "evidence": [passage._asdict() for passage in found.evidence],
            }
        )
        return 0
    print_text(found.question)
    print_text(str(found))
    return 0
