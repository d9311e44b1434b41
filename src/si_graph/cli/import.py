# ruff: noqa: N999 - the file is named after its command, and imported by that name
"""`si-graph import`: brings in open data of the EU and others."""

from __future__ import annotations

import argparse

from si_graph.cli import options
from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.exchange.imports import Imported, Report

_LINES = {
    "nl": "{rows} rijen gelezen, {kept} bewaard, {refused} geweigerd; {statements} uitspraken",
    "en": "{rows} rows read, {kept} kept, {refused} refused; {statements} statements",
}
_GOES_ON = {
    "nl": {
        "bytes": "het ophalen gaat verder na {count} bytes",
        "triples": "{count} triples zijn al gelezen",
        "rows": "gaat verder na {count} rijen",
        "statements": "gaat verder na {count} uitspraken",
    },
    "en": {
        "bytes": "the download goes on after {count} bytes",
        "triples": "{count} triples were read before",
        "rows": "goes on after {count} rows",
        "statements": "goes on after {count} statements",
    },
}
_MORE = {"nl": "… en nog {count}", "en": "… and {count} more"}
_UNREAD = {"nl": "niet gelezen: {name}", "en": "not read: {name}"}
_USE = {
    "nl": "bewaard in {path}\n  si-graph query … --with {name}",
    "en": "kept in {path}\n  si-graph query … --with {name}",
}
_WRITTEN = {"nl": "geschreven naar {path}", "en": "written to {path}"}
_MOST_SHOWN = 20


def add_parser(commands: options.Commands, summary: str) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "import",
        help=summary,
        description="Maps open data to this graph's classes, into a named graph of its own. Each "
        "profile and its mappings are files in queries/import/. Nothing is kept unless the whole "
        "import succeeds; one that is broken off goes on when it is started again.",
    )
    parser.add_argument(
        "profile",
        metavar="PROFILE",
        help="which data it is: authority, cordis, dcat, esid, eurovoc, kohesio, nuts, ror, tooi, "
        "or the path of a profile of your own (.toml)",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE|URL", help="the data, packed (.gz, .zip) or not"
    )
    parser.add_argument("--name", help="the name of the graph (default: that of the profile)")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the N-Quads file to write (default: one that --with NAME finds)",
    )
    parser.add_argument(
        "--on-error",
        choices=("stop", "skip"),
        default="stop",
        help="what a row that is not as it should be does: end the import, keeping nothing of it "
        "(default), or stay out",
    )
    parser.add_argument(
        "--limit",
        type=_gigabytes,
        default=4.0,
        metavar="GB",
        help="how much packed files may unfold to, and a download may hold (default: 4)",
    )
    options.add_format(parser, "text", "json")
    options.add_lang(parser)


def run(args: argparse.Namespace) -> int:
    """Import, and print the quality of the data."""
    from si_graph.cli.terminal import Progress, note, print_json
    from si_graph.exchange.imports import GIGABYTE, import_files, is_url, load_profile, source_of

    profile = load_profile(args.profile)
    for text in args.files:
        if "://" in text and not is_url(text):
            raise UsageError(f"{text}: data is fetched from http:// and https:// only")
    with Progress() as progress:
        imported = import_files(
            profile,
            [text if is_url(text) else source_of(text) for text in args.files],
            name=args.name,
            output=args.output,
            on_error=args.on_error,
            limit=int(args.limit * GIGABYTE),
            progress=progress,
            resumed=lambda what, count: note(_GOES_ON[args.lang][what].format(count=f"{count:,}")),
        )
    if args.format == "json":
        print_json({"graph": imported.graph, "path": imported.path, **imported.report.to_dict()})
    else:
        _print(imported, args)
    return 0


def _print(imported: Imported, args: argparse.Namespace) -> None:
    from si_graph import locations
    from si_graph.cli.terminal import note

    report: Report = imported.report
    counts = {name: f"{getattr(report, name):,}" for name in ("rows", "kept", "refused")}
    print(_LINES[args.lang].format(**counts, statements=f"{report.statements:,}"))
    for reason, count in report.reasons.most_common():
        print(f"  {count:,} × {_printable(reason)}")
    for fault in report.faults[:_MOST_SHOWN]:
        print(_printable(f"  {fault.file}:{fault.line}: {fault.message}"))
    if report.refused > _MOST_SHOWN:
        print("  " + _MORE[args.lang].format(count=f"{report.refused - _MOST_SHOWN:,}"))
    for name in report.unread:
        print(_printable(_UNREAD[args.lang].format(name=name)))
    said = _WRITTEN if args.output else _USE
    name = imported.graph.rpartition("/")[2]
    note(said[args.lang].format(path=locations.shown(imported.path), name=name))


def _printable(text: str) -> str:
    """Return text of others without what a terminal would obey."""
    return "".join(one if one.isprintable() else "�" for one in text)


def _gigabytes(text: str) -> float:
    try:
        size = float(text)
    except ValueError:
        size = 0.0
    if not 0 < size < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of gigabytes above 0")
    return size
