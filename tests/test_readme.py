"""The README shows what really happens: every command and every line of Python in it is run."""

from __future__ import annotations

import doctest
import re
import subprocess

import pytest

from support import COMMAND, ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = [
    (command, output)
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    for command, output in re.findall(r"^\$ (si-graph .*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_the_readme_has_what_is_checked_here() -> None:
    assert len(CONSOLE) >= 5
    assert PYTHON


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_of_the_readme_prints_what_the_readme_shows(command: str, output: str) -> None:
    finished = subprocess.run(
        ["bash", "-c", command.replace("si-graph", COMMAND, 1)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "en_GB.UTF-8", "HOME": str(ROOT / "build")},
    )
    # The file that is checked has its mistakes.
    assert finished.returncode == (" validate " in command), finished.stderr
    shown = output.rstrip("\n").removesuffix("\n…").removesuffix("…")
    # Three dots at the end stand for lines that are left out.
    if output.rstrip("\n").endswith("…"):
        assert finished.stdout.startswith(shown)
    else:
        assert finished.stdout.rstrip("\n") == shown


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_the_python_of_the_readme_does_what_the_readme_shows(code: str) -> None:
    example = doctest.DocTestParser().get_doctest(code, {}, "README", "README.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    said: list[str] = []
    runner.run(example, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_every_path_of_the_readme_exists() -> None:
    for path in re.findall(r"\]\(((?!https?:)[^)#]+)\)", TEXT):
        assert (ROOT / path).exists(), path
