"""`si-graph show`: everything about one thing."""

from __future__ import annotations

import sys

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from si_graph.query.describe import Description, Term
    from si_graph.query.statements import Statement

_MOST = 25
_HEADINGS = {
    "nl": {
        "stated": "Gesteld",
        "inferred": "Afgeleid",
        "incoming": "Verwijst hiernaar",
        "states": "Deze passage stelt",
        "evidence": "Bewijs",
        "notes": "Noten van de redactie",
        "more": "… en nog {count}",
    },
    "en": {
        "stated": "Stated",
        "inferred": "Inferred",
        "incoming": "Refers to this",
        "states": "This passage states",
        "evidence": "Evidence",
        "notes": "Editors' notes",
        "more": "… and {count} more",
    },
}


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "show",
        help=summary,
        description="Shows what is stated of a thing, what follows, what refers to it, and where "
        "the source says so.",
    )
    parser.add_argument(
        "thing", metavar="IRI", help="an IRI, a prefixed name, or a unique local name"
    )
    options.add_format(parser, "text", "json", "turtle")
    options.add_lang(parser)
    options.add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Print the description."""
    from si_graph.cli.opening import open_store
    from si_graph.query.describe import describe

    found = describe(open_store(args), args.thing, args.lang)
    if args.format == "json":
        from si_graph.cli.terminal import print_json

        print_json(_as_json(found))
    elif args.format == "turtle":
        _write_turtle(found)
    else:
        _print(found, args.lang)
    return 0


def _print(found: Description, lang: str) -> None:
    from si_graph.cli.terminal import print_list, print_text
    from si_graph.namespaces import shorten

    headings = _HEADINGS[lang]
    print_text(found.label + (f" ({', '.join(found.kinds)})" if found.kinds else ""))
    print_text(shorten(found.iri))
    if found.definition:
        print_text(found.definition)
    for section, lines in (
        ("stated", _lines(found, found.stated, headings)),
        ("inferred", _lines(found, found.inferred, headings)),
        ("incoming", _lines(found, found.incoming, headings)),
        ("states", [(f"  {subject}", rest) for subject, rest in _triples(found)]),
        ("evidence", [(f"  {one.citation(lang)}", one.label) for one in found.evidence]),
        ("notes", [("  ", note) for note in found.notes]),
    ):
        if lines:
            print(f"\n{headings[section]}")
            print_list(lines)


def _lines(
    found: Description, statements: list[Statement], headings: dict[str, str]
) -> list[tuple[str, str]]:
    """Return a line for each statement, the predicate on the first of several only."""
    from si_graph.namespaces import local_name

    by_predicate: dict[str, list[Statement]] = {}
    for one in statements:
        by_predicate.setdefault(one.predicate, []).append(one)
    lines = []
    for predicate, group in by_predicate.items():
        name = found.name(predicate)
        for one in group[:_MOST]:
            where = ", ".join(map(local_name, one.passages))
            lines.append((f"  {name}", _term(found, one.term) + (f"  [{where}]" if where else "")))
            name = ""
        if len(group) > _MOST:
            lines.append(("", headings["more"].format(count=len(group) - _MOST)))
    return lines


def _triples(found: Description) -> Iterable[tuple[str, str]]:
    for triple in found.states:
        yield (
            _term(found, triple.subject),
            f"{found.name(triple.predicate.value)}  {_term(found, triple.object)}",
        )


def _term(found: Description, term: Term) -> str:
    from pyoxigraph import NamedNode

    from si_graph.namespaces import shorten
    from si_graph.query.results import text_of

    if isinstance(term, NamedNode) and term.value in found.labels:
        return f"{found.labels[term.value]} ({shorten(term.value)})"
    return text_of(term)


def _as_json(found: Description) -> dict[str, object]:
    def statement(one: Statement) -> dict[str, object]:
        return {
            "predicate": one.predicate,
            "term": str(one.term),
            "inferred": one.inferred,
            "passages": list(one.passages),
        }

    return {
        "iri": found.iri,
        "label": found.label,
        "kinds": found.kinds,
        "definition": found.definition,
        "stated": [statement(one) for one in found.stated],
        "inferred": [statement(one) for one in found.inferred],
        "incoming": [statement(one) for one in found.incoming],
        "states": [str(triple) for triple in found.states],
        "evidence": [passage._asdict() for passage in found.evidence],
        "notes": found.notes,
    }


def _write_turtle(found: Description) -> None:
    from pyoxigraph import BlankNode, NamedNode, Triple

    from si_graph.query.results import write_graph

    thing = NamedNode(found.iri)
    triples: list[Triple] = [
        Triple(thing, NamedNode(one.predicate), one.term)
        for one in (*found.stated, *found.inferred)
    ]
    triples += [
        Triple(one.term, NamedNode(one.predicate), thing)
        for one in found.incoming
        if isinstance(one.term, (NamedNode, BlankNode))
    ]
    write_graph(triples, sys.stdout.buffer, "turtle")
