"""The rules that ask for something of every member of a list, worked out in memory.

They find all there is to find, whatever is new: where there is little, that is soon done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from si_graph.reason.sorted_triples import Rows, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.reason.sorted_triples import Numbers, SortedTriples


def in_all(triples: SortedTriples, items: Rows, predicate: int, kind: int) -> Iterator[Numbers]:
    """Yield the keys of what rule cls-int1 finds: members of all classes of a list.

    Args:
        triples: All triples.
        items: The table `item`.
        predicate: The number of `owl:intersectionOf`.
        kind: That of `rdf:type`.
    """
    _, axioms = triples.match({"p": predicate}, 1)
    origin, first = items.match({"list": axioms["o"], "position": 1}, len(axioms["o"]))
    names = axioms["s"][origin]
    origin, found = triples.match({"p": kind, "o": first["item"]}, len(names))
    names, things = names[origin], found["s"]
    heads, lengths = first["list"][origin], first["length"][origin]
    position = 1
    while len(things):
        is_whole = lengths == position
        yield key(kind, things[is_whole], names[is_whole])
        position += 1
        origin, next_ = items.match({"list": heads, "position": position}, len(heads))
        kept, _ = triples.match({"p": kind, "s": things[origin], "o": next_["item"]}, len(origin))
        origin = origin[kept]
        names, things, heads, lengths = (c[origin] for c in (names, things, heads, lengths))


def with_same_keys(
    triples: SortedTriples, items: Rows, predicate: int, kind: int, same: int
) -> Iterator[Numbers]:
    """Yield the keys of what rule prp-key finds: things that have the same keys.

    Args:
        triples: All triples.
        items: The table `item`.
        predicate: The number of `owl:hasKey`.
        kind: That of `rdf:type`.
        same: That of `owl:sameAs`.
    """
    _, axioms = triples.match({"p": predicate}, 1)
    for name, head in zip(axioms["s"].tolist(), axioms["o"].tolist(), strict=True):
        _, listed = items.match({"list": head}, 1)
        _, found = triples.match({"p": kind, "o": name}, 1)
        # Without a list there is nothing to agree in.
        things = found["s"] if len(listed["item"]) else found["s"][:0]
        groups = np.zeros(len(things), np.int64)
        for item in listed["item"].tolist():
            origin, found = triples.match({"p": item, "s": things}, len(things))
            things, values = things[origin], key(0, groups[origin], found["o"])
            _, groups = np.unique(values, return_inverse=True)
        origin, alike = Rows({"group": groups, "s": things}).match({"group": groups}, len(groups))
        one, other = things[origin], alike["s"]
        yield key(same, one[one != other], other[one != other])
