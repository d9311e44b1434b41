"""Proposals against the mappings that editors made: they must not become worse unnoticed."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from support import ROOT, SHARED

pytestmark = pytest.mark.skipif(
    not (SHARED / "eu").is_dir(), reason="the extracts of reference data are not at hand"
)


@pytest.fixture(scope="module")
def aligning() -> ModuleType:
    spec = importlib.util.spec_from_file_location("aligning", ROOT / "benchmarks" / "aligning.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("eurovoc", 0.75, 0.4),
        ("eu-authority-tables", 0.8, 0.8),
        ("organisation-identifiers", 0.7, 0.9),
    ],
)
def test_what_the_editors_mapped_is_proposed_as_often_as_when_this_was_measured(
    aligning: ModuleType, name: str, precision: float, recall: float
) -> None:
    """Most of what is missed in EuroVoc shares no word with ours: that takes a person."""
    found = aligning.measure(name)
    assert found.precision >= precision
    assert found.recall >= recall
