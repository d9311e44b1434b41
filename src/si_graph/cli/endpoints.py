"""`si-graph endpoints`: SPARQL endpoints of others that have names here."""

from __future__ import annotations

from si_graph.cli import options
from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from si_graph.query.federation.endpoints import NamedEndpoint


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "endpoints",
        help=summary,
        description="Lists the endpoints that query --endpoint and SERVICE <alias:NAME> know by "
        "name, shows what is known of one, or tries one.",
    )
    parser.add_argument(
        "name", nargs="?", metavar="NAME|URL", help="the endpoint to show or to try"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="ask the endpoint a few small questions, and say what it can do",
    )
    options.add_format(parser, "table", "json", "csv")
    options.add_lang(parser)
    options.add_timeout(parser)


def run(args: argparse.Namespace) -> int:
    """Print the endpoints, what is known of one, or what came of trying it."""
    from si_graph.query.federation.endpoints import named_endpoints

    if args.check:
        return _check(args)
    known = named_endpoints()
    if args.name is None:
        _print_all(args)
    elif args.name in known:
        _print_one(args.name, known[args.name], args)
    else:
        from si_graph.query.federation.endpoints import endpoint

        # Says which names come near.
        raise UsageError(f"nothing is known here of {endpoint(args.name).url}\n  Try it: --check")
    return 0


def _check(args: argparse.Namespace) -> int:
    from si_graph.cli.terminal import note, patience, print_records
    from si_graph.query.federation.endpoints import endpoint
    from si_graph.query.federation.probing import probe
    from si_graph.store.remote.client import Client

    if args.name is None:
        raise UsageError("--check needs the name or the address of an endpoint")
    chosen = endpoint(args.name)
    if args.timeout:
        chosen = chosen._replace(seconds=args.timeout)
    with patience(f"asking {chosen}"):
        findings = probe(chosen, Client(chosen, note))
    works = {"nl": ("nee", "ja"), "en": ("no", "yes")}[args.lang]
    is_json = args.format == "json"
    rows = [
        [one.label[args.lang], one.works if is_json else works[one.works], one.detail]
        for one in findings
    ]
    print_records(args.format, ["check", "works", "detail"], rows)
    return 0 if all(one.works for one in findings) else 1


def _print_all(args: argparse.Namespace) -> None:
    from si_graph.cli.terminal import print_json, print_records
    from si_graph.query.federation.endpoints import named_endpoints

    known = named_endpoints()
    if args.format == "json":
        print_json([_record(name, one) for name, one in known.items()])
        return
    rows = [
        [name, one.title[args.lang], one.endpoint.rows or "", one.endpoint.url]
        for name, one in known.items()
    ]
    print_records(args.format, ["name", "title", "rows", "url"], rows)


def _print_one(name: str, one: NamedEndpoint, args: argparse.Namespace) -> None:
    from si_graph.cli.terminal import print_json, print_list, print_records, print_text
    from si_graph.query.federation.endpoints import questions

    if args.format == "json":
        print_json(_record(name, one))
        return
    record = _record(name, one) | {
        "title": one.title[args.lang],
        "note": one.note[args.lang],
        "found": "; ".join(one.found),
        "questions": ", ".join(questions(name)),
    }
    facts = [(key, str(value)) for key, value in record.items() if value]
    if args.format == "csv":
        print_records("csv", ["what", "value"], facts)
        return
    print_text(f"{name}: {one.title[args.lang]}")
    print_list([(f"  {key}", value) for key, value in facts if key not in ("name", "title")])


def _record(name: str, one: NamedEndpoint) -> dict[str, object]:
    from si_graph.query.federation.endpoints import questions

    return {
        "name": name,
        "title": dict(one.title),
        "url": one.endpoint.url,
        "engine": one.endpoint.engine,
        "rows": one.endpoint.rows or None,
        "seconds": one.endpoint.seconds,
        "backoff": one.endpoint.backoff,
        "max-age": one.endpoint.max_age,
        "licence": one.licence or None,
        "note": dict(one.note),
        "found": list(one.found),
        "questions": questions(name),
    }
