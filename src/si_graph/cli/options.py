"""What the commands' options have in common."""

from __future__ import annotations

import argparse
import os

from si_graph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    Commands = argparse._SubParsersAction["Parser"]

LANGUAGES = ("nl", "en")


class Parser(argparse.ArgumentParser):
    """A parser that ends with one clear line, in which the nearest option is offered."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_formatter, **options)

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the command line."""
        from si_graph.query.suggest import nearest

        unknown = message.removeprefix("unrecognized arguments: ").split("=")[0].split()[0]
        offered = ""
        if message.startswith("unrecognized") and unknown.startswith("-"):
            offered = nearest(unknown, self._all_options())
        raise UsageError(f"{message}{offered or f'{chr(10)}  {self.prog} --help explains it.'}")

    def _all_options(self) -> set[str]:
        options = set(self._option_string_actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                for command in action.choices.values():
                    options |= set(command._option_string_actions)
        return options


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return a formatter for help as wide as the terminal.

    argparse makes one for every option, and would import much only to ask for that width.
    """
    try:
        width = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size().columns
    except (ValueError, OSError):  # not a number, or no terminal
        width = 80
    return argparse.HelpFormatter(prog, width=width - 2)


def add_lang(parser: argparse.ArgumentParser) -> None:
    """Add `--lang`."""
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=default_lang(),
        help="language of labels and answers (default: nl in a Dutch locale, otherwise en)",
    )


def default_lang() -> str:
    """Return the language that the environment asks for (POSIX: LC_ALL wins over LANG)."""
    chosen = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((value for value in chosen if value), "")
    return "nl" if locale.lower().startswith("nl") else "en"


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add `--data`, `--with` and `--asserted`."""
    parser.add_argument(
        "--data",
        nargs="+",
        metavar="FILE",
        help="use these RDF files instead of the bundled graph (nothing is reasoned over)",
    )
    parser.add_argument(
        "--with",
        dest="imports",
        nargs="+",
        default=[],
        metavar="NAME",
        help="add imported graphs to the bundled one (si-graph import)",
    )
    parser.add_argument(
        "--asserted",
        action="store_true",
        help="leave out what only follows by reasoning",
    )


def add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    """Add `--format`; the first is the default."""
    parser.add_argument(
        "--format",
        choices=formats,
        default=formats[0],
        help=f"how to print the result (default: {formats[0]})",
    )


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Add `--timeout`."""
    parser.add_argument(
        "--timeout", type=_seconds, metavar="S", help="end with status 4 after so many seconds"
    )


def add_parameters(parser: argparse.ArgumentParser) -> None:
    """Add `--param`."""
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        type=_assignment,
        metavar="NAME=VALUE",
        help="a parameter of the named query: IRI, prefixed name, unique local name, text or "
        "number; give one twice for either value",
    )


def parameters(args: argparse.Namespace) -> dict[str, list[str]]:
    """Return the values of `--param` by name."""
    values: dict[str, list[str]] = {}
    for name, value in args.param:
        values.setdefault(name, []).append(value)
    return values


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds
