"""What is said of countries and regions, with who says so."""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import PREFIXES, local_name
from si_graph.query.kept import kept
from si_graph.query.overviews.statements import said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.query.overviews.statements import Said
    from si_graph.store.protocol import Store

QUESTION = "CQ58"
"""The question that this is the answer to."""
ASPECTS = (
    "usesConcept", "hasApproach", "worksThrough", "governmentLevel", "includedIn", "within",
    "proposedPartner", "targets", "explicitlyAddressedTo", "locatedIn", "spatial",
)  # fmt: skip
"""The relations of a place, by local name, in the order in which people read them."""

_SI = PREFIXES["si"]
_OF_THE_PLACE = {"usesConcept", "hasApproach", "worksThrough", "governmentLevel", "includedIn",
                 "within"}  # fmt: skip
_KINDS = [_SI + "Country", _SI + "Region"]


class OfPlace(NamedTuple):
    """One thing at the other end of a relation of a place; the relation may point either way."""

    place: str
    aspect: str
    thing: str
    said: Said


def places(store: Store) -> list[str]:
    """Return the countries and regions."""
    return sorted({one.subject for one in said(store, [PREFIXES["rdf"] + "type"], _KINDS)})


@kept
def of_places(store: Store) -> list[OfPlace]:
    """Return all that is said of them."""
    known = set(places(store))
    iris = [(PREFIXES["dcterms"] if aspect == "spatial" else _SI) + aspect for aspect in ASPECTS]
    found = []
    for one in said(store, iris):
        aspect = local_name(one.predicate)
        place, thing = one.subject, one.value
        if aspect not in _OF_THE_PLACE:
            place, thing = thing, place
        if place in known:
            found.append(OfPlace(place, aspect, thing, one))
    return found
