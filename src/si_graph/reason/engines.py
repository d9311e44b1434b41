"""The engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from si_graph.reason.protocol import Engine

ENGINES = ("rules", "owlrl")
"""The names; the first is the default."""


def make_engine(name: str = ENGINES[0]) -> Engine:
    """Return the engine of that name; only what it needs itself is imported."""
    if name == "owlrl":
        from si_graph.reason.owlrl_engine import OwlrlEngine

        return OwlrlEngine()
    from si_graph.reason.rules_engine import RulesEngine

    return RulesEngine()
