"""Who has which role in which action, with the wholes of actions and the groups of actors."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import PREFIXES, local_name
from si_graph.query.catalogue import load, natural
from si_graph.query.evaluate import evaluate_named
from si_graph.query.results import Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from si_graph.store.protocol import Store

QUESTION = "CQ57"
"""The question that this is the answer to."""
ROLES = (
    "explicitlyAddressedTo", "addressedTo", "asksActor", "directedAt", "involves",
    "hasBeneficiary", "proposedPartner",
)  # fmt: skip
"""The relations from an action to an actor, by local name, from the strongest to the weakest."""

_SI = PREFIXES["si"]


class Role(NamedTuple):
    """One role, by the local name of the relation, that an actor has in an action."""

    actor: str
    action: str
    role: str


def roles(store: Store) -> list[Role]:
    """Return all roles; of the ways of being asked only the strongest."""
    rows = evaluate_named(store, load(QUESTION), {})
    assert isinstance(rows, Rows)  # noqa: S101 - it is a SELECT
    return [
        Role(actor.value, action.value, local_name(role.value))
        for row in rows
        if isinstance(actor := row["actor"], NamedNode)
        and isinstance(action := row["action"], NamedNode)
        and isinstance(role := row["role"], NamedNode)
    ]


def wholes(store: Store) -> dict[str, str]:
    """Return the recommendation or step of each sub-action."""
    return dict(_pairs(store, f"?x <{_SI}subActionOf> ?y"))


def groups(store: Store) -> dict[str, set[str]]:
    """Return the actors that each group or government includes, also through another group."""
    members: dict[str, set[str]] = {}
    for group, member in _pairs(store, f"?x <{_SI}includes> ?y"):
        members.setdefault(group, set()).add(member)
    return members


def in_order(actions: Iterable[str], whole: Mapping[str, str]) -> list[str]:
    """Return actions as people count them, each whole before its parts."""
    return sorted(
        actions,
        key=lambda iri: (
            natural(local_name(whole.get(iri, iri))), iri in whole, natural(local_name(iri)), iri
        ),
    )  # fmt: skip


def _pairs(store: Store, pattern: str) -> list[tuple[str, str]]:
    rows = store.query(
        f"SELECT DISTINCT ?x ?y WHERE {{ {pattern} FILTER(isIRI(?x) && isIRI(?y)) }}"
    )
    return [(row["x"].value, row["y"].value) for row in rows]  # type: ignore[union-attr]  # a SELECT has rows
