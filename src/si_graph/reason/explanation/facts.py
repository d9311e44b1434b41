"""What a search for proofs may ask of a graph and its closure."""

from __future__ import annotations

from typing import Protocol

from si_graph.reason.explanation.premises import Graph


class Facts(Graph, Protocol):
    """A closure; it may lack what is trivial and what has a literal as its subject."""
