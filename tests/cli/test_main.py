"""What holds for every command: help, wrong use, exit statuses, interrupts, broken outputs."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from si_graph.cli.main import COMMANDS
from support import COMMAND, Run

# No engine can answer this early: the filter needs all nine variables.
ENDLESS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
    "FILTER(STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) = 100000) }"
)


def test_help_lists_every_command(run: Run) -> None:
    finished = run("--help")
    assert finished.returncode == 0
    for name, summary in COMMANDS.items():
        assert name in finished.stdout
        assert summary.split(",")[0] in " ".join(finished.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    finished = run(name, "--help")
    assert finished.returncode == 0
    assert finished.stdout.startswith(f"usage: si-graph {name}")
    assert finished.stderr == ""


def test_the_module_runs_as_the_command_does(environment: dict[str, str]) -> None:
    python = str(Path(COMMAND).parent / "python")
    finished = subprocess.run(
        [python, "-m", "si_graph", "--version"], env=environment, capture_output=True, text=True
    )
    assert finished.returncode == 0
    assert finished.stdout.startswith("si-graph ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "say which command"),
        (["qeury"], "Did you mean query?"),
        (["query"], "the following arguments are required"),
        (["query", "CQ14", "--fromat", "csv"], "Did you mean --format?"),
        (["query", "CQ14", "--format", "exel"], "invalid choice: 'exel'"),
        (["query", "CQ14", "--param", "actor"], "'actor' is not NAME=VALUE"),
        (["query", "CQ14", "--timeout", "soon"], "'soon' is not a number of seconds"),
        (["query", "CQ41"], "there is no query named 'CQ41'"),
        (["ask", "CQ41"], "there is no query named 'CQ41'"),
        (["show", "actor:nowhere"], "nothing in the graph is called 'actor:nowhere'"),
        (["show", "min-exx"], "Did you mean"),
        (["search", "?!"], "there is no word to look for"),
        (["validate", "--text", "a.txt", "b.ttl"], "--text goes with the bundled graph"),
        (["validate", "--shapes", "a.ttl"], "--shapes needs files"),
        (["validate", "missing.ttl"], "missing.ttl: there is no such file"),
        (["reason", "missing.ttl"], "missing.ttl: there is no such file"),
        (["reason", "missing.ttl", "-o", "out.doc"], "does not say which RDF format"),
        (["query", "CQ14", "--data", "missing.ttl"], "missing.ttl: there is no such file"),
        (["query", "ASK {}", "--param", "a=b"], "--param is for named queries"),
        (["query", "ASK {}", "--endpoint", "ftp://example.org/"], "is not a web address"),
    ],
)
def test_wrong_use_gets_one_clear_message(run: Run, arguments: list[str], told: str) -> None:
    finished = run(*arguments)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.startswith("si-graph: ")
    assert told in finished.stderr


def test_a_closed_pipe_ends_the_command_quietly(environment: dict[str, str]) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c }"
    with subprocess.Popen(
        [COMMAND, "query", query, "--format", "csv"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 141


def test_a_full_disk_is_reported(environment: dict[str, str]) -> None:
    with Path("/dev/full").open("w") as full:
        finished = subprocess.run(
            [COMMAND, "query", "CQ14", "--format", "csv"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert finished.returncode == 2
    assert finished.stderr == "si-graph: the disk is full; nothing was replaced\n"


def test_a_closed_standard_output_does_no_harm(environment: dict[str, str]) -> None:
    finished = subprocess.run(
        ["sh", "-c", 'exec "$0" queries --format csv >&-', COMMAND],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (finished.returncode, finished.stderr) == (0, "")


def test_ctrl_c_stops_a_query_that_python_cannot_interrupt(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [COMMAND, "query", ENDLESS],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "Interrupted\n")


def test_a_timeout_ends_with_status_4(run: Run) -> None:
    finished = run("query", ENDLESS, "--timeout", "1")
    assert finished.returncode == 4
    assert finished.stdout == ""
    assert finished.stderr == "si-graph: no answer within 1 seconds (--timeout)\n"


def test_the_language_follows_the_locale_unless_told_otherwise(run: Run) -> None:
    dutch = run("ask", "CQ06", LANG="nl_NL.UTF-8").stdout
    english = run("ask", "CQ06", LANG="en_GB.UTF-8").stdout
    assert dutch.startswith("Wie heeft")
    assert english.startswith("Who requested")
    assert run("ask", "CQ06", "--lang", "nl").stdout == dutch
    assert run("ask", "CQ06", LC_ALL="nl_BE", LANG="en_GB").stdout == dutch


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], set[str]()),
        (["query", "CQ14", "--format", "csv"], set()),
        (["query", "CQ14", "--format", "json", "--param", "actor=provinces"], set()),
        (["ask", "CQ14"], set()),
        (["query", "CQ14"], {"rich"}),
        (["queries"], {"rich"}),
        (["search", "gemeente"], {"rich", "rapidfuzz"}),
        (["show", "actor:nwo"], {"rich"}),
        (["stats"], {"rich"}),
        (["doctor"], {"rich"}),
        (["completion", "bash"], {"shtab"}),
        (["validate", "data.ttl"], {"rdflib", "pyshacl", "owlrl"}),
        (["reason", "data.ttl"], {"duckdb", "numpy"}),
        (["reason", "data.ttl", "--engine", "owlrl"], {"rdflib", "owlrl"}),
        (["explain", "rec1", "si:asksActor", "min-ocw"], set()),
    ],
)
def test_a_command_imports_only_what_it_uses(
    tmp_path: Path, environment: dict[str, str], arguments: list[str], heavy: set[str]
) -> None:
    (tmp_path / "data.ttl").write_text("<http://example.org/a> a <http://example.org/B> .")
    script = (
        "import sys\n"
        "from si_graph.cli.main import main\n"
        f"main({arguments!r})\n"
        "sys.stdout = sys.stderr\n"
        "print(*(name for name in sys.modules if '.' not in name))"
    )
    python = str(Path(COMMAND).parent / "python")
    finished = subprocess.run(
        [python, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    loaded = set(finished.stderr.splitlines()[-1].split())
    watched = {
        "rdflib", "owlrl", "pyshacl", "SPARQLWrapper", "duckdb", "yaml", "rich", "rapidfuzz",
        "shtab", "pandas", "polars", "numpy",
    }  # fmt: skip
    # pySHACL itself brings owlrl along.
    assert loaded & watched <= heavy


def test_long_work_shows_on_a_terminal_that_it_goes_on(environment: dict[str, str]) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "query", ENDLESS, "--timeout", "4"],
        env=environment | {"TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=follower,
    )
    os.close(follower)
    shown = everything(leader)
    assert process.wait(timeout=30) == 4
    assert "answering" in shown


def everything(leader: int) -> str:
    """Return what a terminal was shown until its other side was closed."""
    shown = b""
    while True:
        try:
            read = os.read(leader, 4096)
        except OSError:
            break
        if not read:
            break
        shown += read
    os.close(leader)
    return shown.decode()


def test_a_terminal_gets_colour_and_80_columns(tmp_path: Path, environment: dict[str, str]) -> None:
    """A table in a terminal of 80 columns has no longer line, and a pipe gets whole names."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "query", "CQ14", "--lang", "nl"],
        cwd=tmp_path,
        env=environment | {"TERM": "xterm", "COLUMNS": "80"},
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    shown = everything(leader)
    assert process.wait(timeout=30) == 0
    lines = [line.rstrip() for line in shown.split("\n")]
    plain = [line for line in lines if "\x1b" not in line]
    assert any("\x1b" in line for line in lines)
    assert plain
    assert max(map(len, plain)) <= 80
