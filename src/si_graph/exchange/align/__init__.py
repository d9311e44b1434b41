"""Mappings proposed for a person to accept: by names, synonyms and broader concepts.

Nothing here looks anything up on the network, and nothing is accepted by itself.
"""

from __future__ import annotations

from si_graph.exchange.align.propose import FALSE_FRIENDS, Proposal, Proposer, read_false_friends
from si_graph.exchange.align.things import Thing, read_things
from si_graph.exchange.align.write import write_proposals

__all__ = [
    "FALSE_FRIENDS",
    "Proposal",
    "Proposer",
    "Thing",
    "read_false_friends",
    "read_things",
    "write_proposals",
]
