"""`si-graph align`: proposes mappings to the vocabulary of somebody else."""

from __future__ import annotations

import sys

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.exchange.align import Proposal


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "align",
        help=summary,
        description="Proposes mappings for concepts and other things with names, each with a score "
        "and the reasons, as a mapping set (SSSOM) for a person to go through. Looks nothing up "
        "on the network.",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="what to map: RDF, or a table with columns such as iri, prefLabel@nl and altLabel@nl",
    )
    parser.add_argument(
        "--to",
        nargs="+",
        required=True,
        metavar="TARGET",
        help="the vocabulary to map to: files of RDF, tables with the same columns, or the names "
        "of imports (si-graph import)",
    )
    options.add_format(parser, "sssom", "table", "json")
    options.add_lang(parser)


def run(args: argparse.Namespace) -> int:
    """Print the proposals."""
    from datetime import date

    from si_graph.cli.terminal import note, print_records
    from si_graph.exchange.align import Proposer, read_false_friends, read_things, write_proposals

    things = read_things(args.files)
    proposer = Proposer(read_things(_target(one) for one in args.to), read_false_friends())
    proposals = list(proposer.propose(things))
    if args.format == "sssom":
        write_proposals(proposals, sys.stdout, args.lang, date.today())
    else:
        columns = ["thing", "match", "target", "label", "score", "rank", "reasons"]
        print_records(args.format, columns, [_row(one, args.lang) for one in proposals])
    mapped = len({id(one.thing) for one in proposals})
    count = len(proposals)
    note(f"{count} proposal{'' if count == 1 else 's'} for {mapped} of {len(things)} things")
    for thing in things:
        for target in sorted(proposer.false_friends_of(thing)):
            note(f"left out: {thing.label(args.lang)} and {target} are false friends")
    return 0


def _target(text: str) -> str:
    """Return the file of a target, which may be an import."""
    import os

    from si_graph.snapshot.joined import find_import, imports

    return text if os.path.exists(text) or text not in imports() else find_import(text).path


def _row(proposal: Proposal, lang: str) -> list[object]:
    from si_graph.namespaces import shorten

    return [
        proposal.thing.label(lang),
        shorten(proposal.predicate),
        shorten(proposal.target.iri),
        proposal.target.label(lang),
        proposal.score,
        proposal.rank,
        "; ".join(reason.text(lang) for reason in proposal.reasons),
    ]
