"""`si-graph queries`: the catalogue of named queries."""

from __future__ import annotations

from si_graph.cli import options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.query.catalogue import NamedQuery


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "queries",
        help=summary,
        description="Lists the named queries, or shows what one asks, its parameters and text.",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the query to show, such as CQ14")
    options.add_format(parser, "table", "json", "csv")
    options.add_lang(parser)


def run(args: argparse.Namespace) -> int:
    """Print the catalogue, or one query of it."""
    from si_graph.cli.terminal import print_json, print_records
    from si_graph.query.catalogue import catalogue, find

    if args.name is None:
        rows = [
            [query.name, _question(query, args.lang), ", ".join(_given(query))]
            for query in catalogue()
        ]
        print_records(args.format, ["name", "question", "parameters"], rows)
        return 0
    query = find(args.name)
    if args.format == "table":
        _print_query(query, args.lang)
    elif args.format == "json":
        print_json(_as_json(query))
    else:
        print_records(
            "csv",
            ["parameter", "type", "default", "label"],
            [[*row[:3], row[3].get(args.lang, "")] for row in _parameters(query)],
        )
    return 0


def _print_query(query: NamedQuery, lang: str) -> None:
    from si_graph.cli.terminal import print_list, print_text

    print_text(f"{query.name}: {_question(query, lang)}")
    facts = [
        ("asked by", query.persona),
        ("kind", query.kind),
        ("inference", "needed" if query.inference else "not needed"),
    ]
    facts += [
        (f"--param {name}=…", f"{type_}, default {default}  {label.get(lang, '')}".rstrip())
        for name, type_, default, label in _parameters(query)
    ]
    print_list([(f"  {name}", text) for name, text in facts if text])
    print()
    print(query.sparql.rstrip())


def _question(query: NamedQuery, lang: str) -> str:
    """Return the question with the defaults of its parameters by their labels."""
    text = query.question.get(lang) or next(iter(query.question.values()), "")
    for name, parameter in query.parameters.items():
        text = text.replace(f"{{{name}}}", f"[{parameter.labels.get(lang, name)}]")
    return text


def _given(query: NamedQuery) -> list[str]:
    return [name for name in query.parameters if name != "lang"]


def _parameters(query: NamedQuery) -> list[tuple[str, str, str, dict[str, str]]]:
    return [(one.name, one.type, one.default, one.labels) for one in query.parameters.values()]


def _as_json(query: NamedQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "question": query.question,
        "persona": query.persona,
        "kind": query.kind,
        "inference": query.inference,
        "parameters": [
            dict(zip(("name", "type", "default", "label"), row, strict=True))
            for row in _parameters(query)
        ],
        "evidence": query.evidence,
        "sparql": query.sparql,
    }
