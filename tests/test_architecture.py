"""The rooms of the package: imports point downwards only, and no room outgrows itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "si_graph"
MODULES = sorted(PACKAGE.rglob("*.py"))
# From the bottom up; what stands in one line may not import each other.
LAYERS = [
    {"errors", "namespaces", "locations", "__init__"},
    {"network"},
    {"load"},
    {"store"},
    {"reason"},
    {"validate"},
    {"snapshot"},
    {"query"},
    {"graph", "doctor"},
    {"render", "exchange"},
    {"publish"},
    {"serve"},
    {"cli"},
    {"__main__"},
]
LONGEST_MODULE = 400


def room_of(path: Path) -> str:
    """Return the room that a file belongs to: its folder, or its own name at the top."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms that a module imports when it runs, wherever in it the import stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "si_graph":
            names |= {f"si_graph.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    rooms = {name.split(".")[1] for name in names if name.startswith("si_graph.")}
    known = set().union(*LAYERS)
    # `from si_graph import __version__` names no module.
    return rooms & known


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    room = room_of(path)
    height = {name: level for level, layer in enumerate(LAYERS) for name in layer}
    assert room in height, f"{room} is a new room: say where it stands in LAYERS"
    for other in imported_rooms(path) - {room}:
        if path.name == "__init__.py" and path.parent == PACKAGE:
            assert other == "graph"  # the façade, on first use
        else:
            assert height[other] < height[room], f"{room} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_outgrows_its_room(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_MODULE, f"{lines} lines: these are two rooms"


def test_every_command_has_a_file_of_its_own() -> None:
    from si_graph.cli.main import COMMANDS

    for name in COMMANDS:
        assert (PACKAGE / "cli" / f"{name}.py").is_file()
