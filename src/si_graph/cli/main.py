"""The entry of the command line: finds the command, runs it, and turns every error into a message.

A command's file is only imported when that command runs, and `si-graph --help` imports none.
"""

from __future__ import annotations

import io
import os
import sys

from si_graph.errors import SiGraphError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection
    from types import ModuleType

COMMANDS = {
    "build": "build the graph: load, validate, reason, write the snapshot",
    "query": "answer a SPARQL query, or a named one",
    "queries": "list the named queries, or show one",
    "endpoints": "list the SPARQL endpoints that have names, or try one",
    "ask": "answer a named question in sentences, with its evidence",
    "search": "find things by their names, in any language",
    "show": "show everything about one thing",
    "explain": "explain why a statement holds, down to the passages",
    "reason": "derive what follows (OWL 2 RL) from any RDF",
    "validate": "check any RDF against shapes (SHACL), or the bundled graph",
    "import": "bring in open data of the EU and others, to ask together with the graph",
    "align": "propose mappings to somebody else's vocabulary, with reasons",
    "serve": "put the graph on the web: SPARQL, pages, linked data",
    "publish": "write a site that needs no server, with everything in it",
    "mcp": "give the graph to language-model assistants as tools",
    "stats": "count what is in the graph",
    "doctor": "check that this installation is sound",
    "completion": "print shell completion for bash, zsh or tcsh",
}
"""Each command with its help; `si_graph.cli.<command>` implements it."""

_HELP = """\
usage: si-graph COMMAND ...

The open knowledge graph of social-innovation policy.

commands:
{commands}

options:
  -h, --help  show this text and end
  --version   print the version and end

si-graph COMMAND --help explains one command. Tab completion:
  eval "$(si-graph completion bash)"\
"""
INTERRUPTED = 130
BROKEN_PIPE = 141


def run() -> None:
    """Run the command line and end the process with its exit status."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 done, 1 a check failed, 2 wrong use or unreadable input, 3 inconsistent, 4 a limit was
        hit, 130 interrupted, 141 whoever read the output left.
    """
    from si_graph.cli import interrupt

    interrupt.watch()
    if sys.stdout is None:  # closed by the caller, as with `>&-`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the end
    elif isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a character still gets the rest of the answer.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _guarded(arguments)
    except KeyboardInterrupt:
        interrupt.announce()
        return INTERRUPTED


def _guarded(arguments: list[str]) -> int:
    try:
        status = _command(arguments)
        sys.stdout.flush()
        return status
    except SystemExit as end:  # argparse ends --help and --version so
        return end.code if isinstance(end.code, int) else 0
    except BrokenPipeError:
        _abandon_output()
        return BROKEN_PIPE
    except SiGraphError as error:
        return _failed(str(error), error.exit_status)
    except MemoryError:
        return _failed("the memory is full", 4)
    except OSError as error:
        _abandon_output()
        return _failed(_system_message(error), 2)
    except Exception as error:
        if os.environ.get("SI_GRAPH_DEBUG"):
            raise
        return _failed(
            f"something unforeseen went wrong: {type(error).__name__}: {error}\n"
            "  SI_GRAPH_DEBUG=1 shows where; please report it.",
            2,
        )


def _abandon_output() -> None:
    """Keep Python from complaining once more when it flushes standard output at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _failed(message: str, status: int) -> int:
    # A message may quote a file or a server, and what they hold is not for the terminal to obey.
    shown = "".join(one if one.isprintable() or one == "\n" else "�" for one in message)
    print(f"si-graph: {shown}", file=sys.stderr)
    return status


def _system_message(error: OSError) -> str:
    import errno

    where = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"{where}the disk is full; nothing was replaced"
    return f"{where}{error.strerror or error}"


def _command(arguments: list[str]) -> int:
    name = next((one for one in arguments if not one.startswith("-")), None)
    if name is None:
        return _without_command(arguments)
    if name not in COMMANDS:
        from si_graph.query.suggest import nearest

        raise UsageError(
            f"there is no command {name!r}"
            + (nearest(name, COMMANDS) or "\n  si-graph --help lists them all.")
        )
    parsed = parser({name}).parse_args(arguments)
    status: int = _module(parsed.command).run(parsed)
    return status


def _without_command(arguments: list[str]) -> int:
    """Answer `--help` and `--version`, for which argparse would take longer than Python itself."""
    if "-h" in arguments or "--help" in arguments:
        width = max(map(len, COMMANDS))
        listed = "\n".join(f"  {name:{width}}  {summary}" for name, summary in COMMANDS.items())
        print(_HELP.format(commands=listed))
    elif "--version" in arguments:
        from si_graph import __version__

        print(f"si-graph {__version__}")
    else:
        unknown = f"there is no option {arguments[0]}; " if arguments else ""
        raise UsageError(f"{unknown}say which command\n  si-graph --help lists them all.")
    return 0


def parser(loaded: Collection[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        loaded: The commands whose options are wanted.
    """
    from si_graph.cli.options import Parser

    top = Parser(prog="si-graph")
    top.add_argument("--version", action="store_true", help="print the version and end")
    # Without a name of its own, argparse would format a usage line only to take it from there.
    commands = top.add_subparsers(dest="command", metavar="COMMAND", prog="si-graph")
    for name in loaded:
        _module(name).add_parser(commands, COMMANDS[name])
    return top


def _module(name: str) -> ModuleType:
    import importlib

    return importlib.import_module(f"si_graph.cli.{name}")
