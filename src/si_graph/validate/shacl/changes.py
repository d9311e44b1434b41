"""Which focus nodes a change of the data can make a difference to, by what their shapes look at."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from si_graph.namespaces import PREFIXES
from si_graph.validate.shacl.targets import focus_nodes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pyoxigraph import Triple

    from si_graph.validate.report import Term
    from si_graph.validate.shacl.targets import Focus

    Step = tuple[NamedNode | None, bool]
    Walk = tuple[Step, ...]

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_TYPE = NamedNode(_RDF + "type")
_SUBCLASS = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_SHAPES = ("node", "property", "not", "qualifiedValueShape")
_SHAPE_LISTS = ("and", "or", "xone")
# A query may ask anything, and what is to be disjoint is judged by the shapes beside it.
_ANYTHING = ("sparql", "qualifiedValueShapesDisjoint")
_UNBOUNDED = ("zeroOrMorePath", "oneOrMorePath")
_MOST_WALKS = 1000


class _LooksAnywhereError(Exception):
    """A shape whose sight has no bounds that can be told."""


def touched(shapes: Sequence[Triple], old: Collection[Triple], new: Collection[Triple]) -> Focus:
    """Return for each shape the focus nodes in the new data whose verdict may have changed.

    From each changed statement the paths of a shape are followed back to its focus nodes. A shape
    with a query, a path without end or the like may look at anything: it keeps all its focus nodes.

    Args:
        shapes: The shapes.
        old: The data before.
        new: The data after.
    """
    before, after = focus_nodes(shapes, old), focus_nodes(shapes, new)
    changed = set(old) ^ set(new)
    if any(triple.predicate == _SUBCLASS for triple in changed):
        return after
    sight = Sight(shapes)
    walks = {shape: sight.walks(shape) for shape in after}
    links = _Links([*old, *new], {name for some in walks.values() for name in _names(some or ())})
    return {
        shape: nodes
        if walks[shape] is None
        else nodes & _starts(walks[shape] or (), changed, links) | nodes - before[shape]
        for shape, nodes in after.items()
    }


def _names(walks: Iterable[Walk]) -> Iterator[NamedNode]:
    return (name for walk in walks for name, _ in walk if name is not None)


class _Links:
    """Statements by their predicate and either end."""

    def __init__(self, triples: Iterable[Triple], names: set[NamedNode]) -> None:
        self._ends: dict[tuple[NamedNode, bool, Term], set[Term]] = defaultdict(set)
        for triple in triples:
            if triple.predicate in names:
                self._ends[triple.predicate, True, triple.object].add(triple.subject)  # type: ignore[index,arg-type]
                self._ends[triple.predicate, False, triple.subject].add(triple.object)  # type: ignore[index,arg-type]

    def back(self, nodes: Iterable[Term], step: Step) -> set[Term]:
        """Return from where one step leads to the nodes."""
        name, forward = step
        return {
            start
            for node in nodes
            for start in self._ends.get((name, forward, node), ())  # type: ignore[arg-type]
        }


def _starts(walks: Iterable[Walk], changed: Iterable[Triple], links: _Links) -> set[Term]:
    found: set[Term] = set()
    for walk in walks:
        for place, (name, forward) in enumerate(walk):
            nodes: set[Term] = {
                triple.subject if forward else triple.object  # type: ignore[misc]
                for triple in changed
                if name is None or triple.predicate == name
            }
            for step in reversed(walk[:place]):
                nodes = links.back(nodes, step)
            found |= nodes
    return found


class Sight:
    """How far shapes look from a focus node, as walks over statements."""

    def __init__(self, shapes: Iterable[Triple]) -> None:
        self._values: dict[object, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        # A constraint component of a user's own may ask anything.
        self._is_open = False
        for triple in shapes:
            name = triple.predicate.value
            self._values[triple.subject][name].append(triple.object)  # type: ignore[arg-type]
            self._is_open = self._is_open or name == _SH + "parameter"

    def walks(self, shape: Term) -> set[Walk] | None:
        """Return the walks of a shape, or None where there is no telling."""
        try:
            return self._bounded(shape)
        except _LooksAnywhereError:
            return None

    def _bounded(self, shape: Term) -> set[Walk]:
        if self._is_open:
            raise _LooksAnywhereError
        found: set[Walk] = set()
        for walk in self._of_shape(shape):
            found.add(walk)
            if len(found) > _MOST_WALKS:
                raise _LooksAnywhereError
        return found

    def _get(self, node: Term, *names: str) -> list[Term]:
        values = self._values.get(node, {})
        return [value for name in names for value in values.get(_SH + name, ())]

    def _of_shape(self, shape: Term) -> Iterator[Walk]:
        if self._get(shape, *_ANYTHING):
            raise _LooksAnywhereError
        paths: list[Walk] = [walk for path in self._get(shape, "path") for walk in self._path(path)]
        yield from paths
        for name in self._get(shape, *_PAIRS):
            yield ((name, True),)  # type: ignore[misc]
        lists = self._get(shape, *_SHAPE_LISTS)
        inner = self._get(shape, *_SHAPES) + [one for some in lists for one in self._items(some)]
        for before in paths or [()]:
            if self._get(shape, "class"):
                yield (*before, (_TYPE, True))
            if self._get(shape, "closed"):
                yield (*before, (None, True))
            for used in inner:
                yield from ((*before, *walk) for walk in self._of_shape(used))

    def _path(self, node: Term) -> list[Walk]:
        if isinstance(node, NamedNode):
            return [((node, True),)]
        if self._get(node, *_UNBOUNDED):
            raise _LooksAnywhereError
        for inner in self._get(node, "inversePath"):
            return [
                tuple((name, not forward) for name, forward in reversed(walk))
                for walk in self._path(inner)
            ]
        for inner in self._get(node, "alternativePath"):
            return [walk for part in self._items(inner) for walk in self._path(part)]
        for inner in self._get(node, "zeroOrOnePath"):
            return [(), *self._path(inner)]
        walks: list[Walk] = [()]
        for part in self._items(node):
            walks = [(*walk, *more) for walk in walks for more in self._path(part)]
            if len(walks) > _MOST_WALKS:
                raise _LooksAnywhereError
        return walks

    def _items(self, head: Term) -> Iterator[Term]:
        while head in self._values and self._values[head][_RDF + "first"]:
            yield from self._values[head][_RDF + "first"]
            head = self._values[head][_RDF + "rest"][0]
