"""An installed package answers from the snapshot that it carries, and never writes into itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from si_graph import locations
from support import ROOT, Finished


@pytest.fixture
def site(tmp_path: Path, snapshot: object) -> Path:
    """Return a folder with the package as a wheel lays it out."""
    package = tmp_path / "site" / "si_graph"
    shutil.copytree(ROOT / "src" / "si_graph", package)
    for folder in locations.SOURCE_FOLDERS:
        shutil.copytree(ROOT / folder, package / "bundle" / folder)
    built = Path(locations.snapshot())
    data = json.loads((built / "manifest.json").read_text())["data"]
    shutil.copytree(built / data, package / "bundle" / "snapshot" / data)
    shutil.copy(built / "manifest.json", package / "bundle" / "snapshot")
    return package.parent


def run(site: Path, *arguments: str) -> Finished:
    """Run the installed package's command, with a cache of its own."""
    finished = subprocess.run(
        [sys.executable, "-m", "si_graph", *arguments],
        cwd=site.parent,
        env=os.environ | {"PYTHONPATH": str(site), "XDG_CACHE_HOME": str(site.parent / "cache")},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in finished.stderr
    return finished


def answer(site: Path) -> Finished:
    """Ask what the README asks."""
    return run(site, "query", "CQ12", "--format", "csv")


def bundle(site: Path) -> Path:
    """Return the folder of the data of the bundled snapshot."""
    return next((site / "si_graph" / "bundle" / "snapshot").glob("data-*"))


def damage(folder: Path) -> None:
    """Empty every file of a store."""
    for path in folder.iterdir():
        path.write_bytes(b"")


def test_it_answers_and_writes_nothing(site: Path) -> None:
    before = sorted((site / "si_graph" / "bundle").rglob("*"))
    finished = answer(site)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "id/actor/municipalities" in finished.stdout
    assert sorted((site / "si_graph" / "bundle").rglob("*")) == before
    assert not (site.parent / "cache").exists()


def test_a_changed_time_of_a_source_means_nothing(site: Path) -> None:
    for path in (site / "si_graph" / "bundle" / "data").rglob("*.trig"):
        os.utime(path, (1, 1))
    assert answer(site).stderr == ""


def test_a_damaged_store_is_restored_to_the_cache(site: Path) -> None:
    damage(bundle(site) / "closure")
    finished = answer(site)
    assert finished.returncode == 0
    assert "restoring it" in finished.stderr
    assert (site.parent / "cache" / "si-graph" / "snapshot" / "manifest.json").exists()
    again = answer(site)
    assert (again.returncode, again.stderr, again.stdout) == (0, "", finished.stdout)


def test_where_it_cannot_be_restored_the_message_says_what_to_do(site: Path) -> None:
    damage(bundle(site) / "closure")
    (bundle(site) / "quads.nq").write_text("")
    finished = answer(site)
    assert finished.returncode == 2
    assert "pip install --force-reinstall si-graph" in finished.stderr
    unhealthy = run(site, "doctor")
    assert unhealthy.returncode == 1
    assert "FAILED" in unhealthy.stdout


def test_a_users_own_build_goes_to_the_cache(site: Path) -> None:
    before = sorted((site / "si_graph" / "bundle").rglob("*"))
    finished = run(site, "build")
    assert finished.returncode == 0
    assert str(site.parent / "cache" / "si-graph" / "snapshot") in finished.stdout
    assert sorted((site / "si_graph" / "bundle").rglob("*")) == before
