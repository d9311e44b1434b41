"""The command that imports, ended by a signal or started twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exchange.resuming import table

# The command, with pieces so small that a short import has several. Where it is to be stopped, it
# waits for that in the midst of the second piece.
COMMAND = """
import os, sys, time
from si_graph.exchange.imports import pieces
pieces.PIECE = 1_000_000
if "HELD" in os.environ:
    add = pieces.Pieces.add
    def held(self, mapped):
        add(self, mapped)
        if self.done.size and self._unfinished:
            self._file.flush()
            time.sleep(100)
    pieces.Pieces.add = held
from si_graph.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


class Process:
    """The command in a process of its own, which can be held once it has a piece."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.imports = home / "si-graph" / "imports"

    def start(self, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
        home = {"XDG_DATA_HOME": str(self.home), "LANG": "en_GB.UTF-8"}
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, "import", "cordis", *map(str, arguments)],
            env=os.environ | home | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start_and_hold(self, *arguments: str | Path) -> subprocess.Popen[str]:
        process = self.start(*arguments, HELD="1")
        deadline = time.monotonic() + 90
        while not list(self.imports.glob(".cordis.nq.gz.import/*/done.json")):
            assert process.poll() is None, "it ended before it could be stopped"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return process

    def finish(self, *arguments: str | Path) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in err
        return process.returncode, out, err

    def kept(self) -> list[str]:
        """Return the names of what users see."""
        return sorted(path.name for path in self.imports.iterdir() if path.name[0] != ".")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_the_same_command_goes_on_after_a_kill_or_an_interrupt(
    tmp_path: Path, end: signal.Signals
) -> None:
    source = table(tmp_path / "project.csv", 12_000)
    command = (source, "--on-error", "skip", "--format", "json")
    calm = Process(tmp_path / "calm")
    assert calm.finish(*command)[0] == 0
    disturbed = Process(tmp_path / "disturbed")
    process = disturbed.start_and_hold(*command)
    process.send_signal(end)
    _, told = process.communicate(timeout=60)
    assert process.returncode == (130 if end == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in told
    assert disturbed.kept() == []
    status, report, told = disturbed.finish(*command)
    assert status == 0
    assert "goes on after " in told
    rows_before = int(told.partition("goes on after ")[2].partition(" rows")[0].replace(",", ""))
    assert 0 < rows_before < 12_000
    assert json.loads(report)["refused"] == 1200
    assert disturbed.kept() == ["cordis.json", "cordis.nq.gz"]
    assert sorted(os.listdir(disturbed.imports)) == disturbed.kept()
    for name in disturbed.kept():
        assert (disturbed.imports / name).read_bytes() == (calm.imports / name).read_bytes()


def test_a_second_import_of_the_same_says_so_and_a_dead_one_does_not_block(tmp_path: Path) -> None:
    source = table(tmp_path / "project.csv", 12_000)
    one = Process(tmp_path / "home")
    process = one.start_and_hold(source, "--on-error", "skip")
    status, out, told = one.finish(source, "--on-error", "skip")
    assert (status, out) == (2, "")
    assert "another import writes this now" in told
    # Another name is another import.
    assert one.finish(source, "--on-error", "skip", "--name", "other")[0] == 0
    process.kill()
    process.communicate()
    status, _, told = one.finish(source, "--on-error", "skip", "--lang", "nl")
    assert (status, "gaat verder na" in told) == (0, True)
