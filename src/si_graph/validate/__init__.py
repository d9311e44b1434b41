"""Checks data: SHACL shapes, and what SHACL cannot see; one report model for all of it.

Names are imported on first use, so that a command that validates nothing pays for nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from si_graph.validate.evidence import check_evidence, read_text
    from si_graph.validate.locate import Locator
    from si_graph.validate.rendering.rendering import FORMATS, render
    from si_graph.validate.report import Location, Report, Result, merge
    from si_graph.validate.shacl.validation import (
        bundled_locator,
        bundled_shapes,
        validate_asserted,
        validate_closure,
        validate_files,
        validate_graph,
    )

_HOME = {
    "FORMATS": "rendering.rendering",
    "Location": "report",
    "Locator": "locate",
    "Report": "report",
    "Result": "report",
    "bundled_locator": "shacl.validation",
    "bundled_shapes": "shacl.validation",
    "check_evidence": "evidence",
    "merge": "report",
    "read_text": "evidence",
    "render": "rendering.rendering",
    "validate_asserted": "shacl.validation",
    "validate_closure": "shacl.validation",
    "validate_files": "shacl.validation",
    "validate_graph": "shacl.validation",
}

__all__ = [
    "FORMATS",
    "Location",
    "Locator",
    "Report",
    "Result",
    "bundled_locator",
    "bundled_shapes",
    "check_evidence",
    "merge",
    "read_text",
    "render",
    "validate_asserted",
    "validate_closure",
    "validate_files",
    "validate_graph",
]


def __getattr__(name: str) -> object:
    """Import a public name from the module that holds it (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
