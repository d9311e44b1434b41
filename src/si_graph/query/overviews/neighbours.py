"""What a thing is linked to: the nearest part of the graph, small enough to draw."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import NamedNode

from si_graph.namespaces import PREFIXES
from si_graph.query.describe import describe
from si_graph.query.labels import kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.query.describe import Description
    from si_graph.query.statements import Statement
    from si_graph.store.protocol import Store

# What kind of thing it is and which passages say so is told in words; links would only crowd.
_TOLD_IN_WORDS = {PREFIXES["rdf"] + "type", PREFIXES["si"] + "hasEvidence"}
_INVERSE = PREFIXES["owl"] + "inverseOf"
_SUBPROPERTY = PREFIXES["rdfs"] + "subPropertyOf"


class Link(NamedTuple):
    """A link between the thing in the middle and another.

    Attributes:
        other: The other thing.
        property: The relation.
        outgoing: Whether the statement is about the thing in the middle.
        inferred: Whether the statement only follows.
    """

    other: str
    property: str
    outgoing: bool
    inferred: bool


class Neighbours(NamedTuple):
    """A thing and what it is linked to.

    Attributes:
        iri: The thing in the middle.
        links: The links, by relation.
        left_out: How many further things each relation (with its direction) leads to.
        names: What things and relations are called.
        kinds: What kinds of things they are.
    """

    iri: str
    links: list[Link]
    left_out: dict[tuple[str, bool], int]
    names: dict[str, str]
    kinds: dict[str, list[str]]


def neighbours(store: Store, thing: str, lang: str, limit: int) -> Neighbours:
    """Return what a thing is linked to, as far as it has a name.

    Between two things stands what is stated; where nothing is, the most telling of what follows.

    Args:
        store: The graph.
        thing: An IRI, a prefixed name, or a local name that only one thing has.
        lang: The language of names.
        limit: How many links to return at most; relations that lead to many things are cut first.

    Raises:
        UsageError: Nothing is called that, or several things are.
    """
    description = describe(store, thing, lang)
    found = _telling(store, _named_links(description))
    kept = _cut(found, limit)
    left_out: dict[tuple[str, bool], int] = {}
    for link in found:
        if link not in kept:
            key = (link.property, link.outgoing)
            left_out[key] = left_out.get(key, 0) + 1
    return Neighbours(
        iri=description.iri,
        links=[link for link in found if link in kept],
        left_out=left_out,
        names={description.iri: description.label}
        | {iri: description.name(iri) for link in found for iri in (link.other, link.property)},
        kinds=kinds(store, [description.iri, *(link.other for link in kept)], lang),
    )


def _named_links(description: Description) -> list[Link]:
    """Return the links to things that have a name, once each."""

    def link(one: Statement, outgoing: bool) -> Link | None:
        other = one.term
        if not isinstance(other, NamedNode) or other.value == description.iri:
            return None
        if other.value not in description.labels or (outgoing and one.predicate in _TOLD_IN_WORDS):
            return None
        return Link(other.value, one.predicate, outgoing, one.inferred)

    own = [link(one, True) for one in (*description.stated, *description.inferred)]
    incoming = [link(one, False) for one in description.incoming]
    return [one for one in dict.fromkeys([*own, *incoming]) if one is not None]


def _telling(store: Store, links: list[Link]) -> list[Link]:
    """Keep between two things what is stated, or else the narrowest relation that follows."""
    schema = _schema(store, {link.property for link in links})
    between: dict[str, list[Link]] = {}
    for link in links:
        between.setdefault(link.other, []).append(link)
    kept: list[Link] = []
    for found in between.values():
        told: list[Link] = []
        rivals = [link for link in found if not link.inferred] or found
        for link in rivals:
            if not schema.is_broader(link, rivals) and not schema.is_inverse(link, told):
                told.append(link)
        kept += told
    return sorted(kept, key=lambda one: (not one.outgoing, one.property, one.inferred, one.other))


def _cut(links: list[Link], limit: int) -> set[Link]:
    """Return as many links as may be shown, the same number of each relation if it has them."""
    by_relation: dict[tuple[str, bool], list[Link]] = {}
    for link in links:
        by_relation.setdefault((link.property, link.outgoing), []).append(link)
    each = max(map(len, by_relation.values()), default=0)
    while each > 1 and sum(min(len(one), each) for one in by_relation.values()) > limit:
        each -= 1
    shown = [link for one in by_relation.values() for link in one[:each]]
    return set(shown[:limit])


class _Schema(NamedTuple):
    """What stands above each property, and what it is the inverse of."""

    broader: dict[str, set[str]]
    inverses: dict[str, set[str]]

    def is_broader(self, link: Link, others: list[Link]) -> bool:
        """Tell whether another link says the same more narrowly."""
        return any(
            link.property in self.broader.get(other.property, ())
            # Of two properties above each other, both stay.
            and other.property not in self.broader.get(link.property, ())
            for other in others
            if other.outgoing == link.outgoing
        )

    def is_inverse(self, link: Link, others: list[Link]) -> bool:
        """Tell whether another link says the same from the other side."""
        return any(
            link.property in self.inverses.get(other.property, ())
            for other in others
            if other.outgoing != link.outgoing
        )


def _schema(store: Store, properties: Iterable[str]) -> _Schema:
    wanted = " ".join(f"<{iri}>" for iri in sorted(properties))
    schema = _Schema({}, {})
    rows = store.query(
        f"SELECT DISTINCT ?p ?above ?inverse {{ VALUES ?p {{ {wanted} }} "
        f"{{ ?p <{_SUBPROPERTY}>+ ?above FILTER(?above != ?p) }} "
        f"UNION {{ ?p <{_INVERSE}>|^<{_INVERSE}> ?inverse }} }}"
    )
    for row in rows:  # type: ignore[union-attr]  # a SELECT has rows
        name = row["p"].value
        if row["above"] is not None:
            schema.broader.setdefault(name, set()).add(row["above"].value)
        else:
            schema.inverses.setdefault(name, set()).add(row["inverse"].value)
    return schema
