"""The libraries of others are those of the manifest, with their licences; nothing else is there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "si_graph" / "render" / "static"
FOLDERS = [STATIC / "vendor", ROOT / "tests" / "browser" / "vendor"]
# What may go into the wheel; axe, under the MPL, is for tests only.
SHIPPED_LICENCES = {"MIT", "MIT OR Apache-2.0"}
LICENCE_WORDS = {
    "MIT": "Permission is hereby granted",
    "MPL-2.0": "Mozilla Public License",
    "Apache-2.0": "Apache License",
}


def manifest(folder: Path) -> Any:
    return json.loads((folder / "vendor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", FOLDERS, ids=["pages", "tests"])
def test_every_file_is_the_one_of_the_manifest(folder: Path) -> None:
    told = manifest(folder)
    for name, about in told["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == about["sha256"], name
    texts = {about["text"] for about in told["packages"].values()}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {"vendor.json", *told["files"], *texts}


@pytest.mark.parametrize("folder", FOLDERS, ids=["pages", "tests"])
def test_every_package_has_its_licence_and_the_locked_version(folder: Path) -> None:
    told = manifest(folder)
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    used = {package for about in told["files"].values() for package in about["packages"]}
    assert used == set(told["packages"])
    for name, about in told["packages"].items():
        locked = lock["packages"][f"node_modules/{name}"]
        assert (locked["version"], locked["license"]) == (about["version"], about["licence"])
        text = (folder / about["text"]).read_text(encoding="utf-8")
        assert any(LICENCE_WORDS[one] in text for one in about["licence"].split(" OR ")), name


def test_what_is_shipped_may_be_shipped() -> None:
    licences = {about["licence"] for about in manifest(FOLDERS[0])["packages"].values()}
    assert licences <= SHIPPED_LICENCES


def test_every_script_takes_only_what_is_here() -> None:
    for script in STATIC.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert "http:" not in text.replace("http://www.w3.org/", ""), script.name
        assert "https:" not in text, script.name
        for part in text.split(' from "')[1:] + text.split('import("')[1:]:
            assert (STATIC / part.split('"')[0]).is_file(), f"{script.name} takes {part[:40]}"
