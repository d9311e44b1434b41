"""Sources and snapshot are found in a checkout and in a wheel, and the cache is the user's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from si_graph import locations
from support import ROOT


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the package's folder in an installation without a checkout around it."""
    package = tmp_path / "site-packages" / "si_graph"
    package.mkdir(parents=True)
    monkeypatch.setattr(locations, "_PACKAGE", str(package))
    monkeypatch.setattr(locations, "_BUNDLE", str(package / "bundle"))
    return package


def test_a_checkout_has_its_own_sources_and_snapshot() -> None:
    assert locations.checkout() == str(ROOT)
    assert locations.root() == str(ROOT)
    assert locations.queries() == str(ROOT / "queries")
    assert locations.snapshot() == locations.built_snapshot() == str(ROOT / "build" / "snapshot")
    for folder in locations.SOURCE_FOLDERS:
        assert (ROOT / folder).is_dir()


def test_an_installation_carries_its_own_and_builds_in_the_cache(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("sys.platform", "linux")
    assert locations.checkout() is None
    assert locations.root() == str(installed / "bundle")
    assert locations.queries() == str(installed / "bundle" / "queries")
    assert locations.snapshot() == str(installed / "bundle" / "snapshot")
    assert locations.built_snapshot() == str(tmp_path / "cache" / "si-graph" / "snapshot")


@pytest.mark.parametrize("left_out", ["pyproject.toml", "ontology"])
def test_a_folder_is_only_a_checkout_with_project_file_and_ontology(
    installed: Path, left_out: str
) -> None:
    root = installed.parents[1]
    (root / "pyproject.toml").touch()
    (root / "ontology").mkdir()
    monkeyed = root / "src" / "si_graph"
    monkeyed.mkdir(parents=True)
    locations._PACKAGE = str(monkeyed)
    assert locations.checkout() == str(root)
    (root / left_out).rename(root / "other")
    assert locations.checkout() is None


@pytest.mark.parametrize("value", ["", "relative/cache"])
def test_a_cache_that_is_unset_or_relative_is_in_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    assert locations.cache() == str(tmp_path / ".cache" / "si-graph")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert locations.cache() == str(tmp_path / ".cache" / "si-graph")


def test_every_system_keeps_caches_in_its_own_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "darwin")
    assert locations.cache() == str(tmp_path / "Library" / "Caches" / "si-graph")
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert locations.cache() == str(tmp_path / "Local" / "si-graph")


def test_a_writable_dataset_is_kept_with_the_data_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert locations.store() == str(tmp_path / "data" / "si-graph" / "store")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert locations.store() == str(tmp_path / ".local" / "share" / "si-graph" / "store")
    monkeypatch.setattr("sys.platform", "darwin")
    assert locations.store().startswith(str(tmp_path / "Library" / "Application Support"))
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert locations.store() == str(tmp_path / "Local" / "si-graph" / "store")


def test_asking_for_a_place_makes_no_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    locations.cache()
    locations.store()
    locations.built_snapshot()
    assert os.listdir(tmp_path) == []


def test_a_path_is_shown_as_a_reader_would_type_it_from_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert locations.shown(str(tmp_path / "data" / "a.ttl")) == os.path.join("data", "a.ttl")
    assert locations.shown(f"{tmp_path}-other/a.ttl") == f"{tmp_path}-other/a.ttl"
    assert locations.shown("a.ttl") == "a.ttl"
