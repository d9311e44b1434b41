"""What shapes look at: their focus nodes, and the same shapes for some of these only."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Triple

from si_graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from si_graph.validate.report import Term

    Focus = dict[Term, set[Term]]

_SH = PREFIXES["sh"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SUBCLASS = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_CLASS = NamedNode(PREFIXES["rdfs"] + "Class")
_CLASSES = {_CLASS, NamedNode(PREFIXES["owl"] + "Class")}
NODE, TARGET_CLASS, SUBJECTS, OBJECTS = (
    NamedNode(_SH + name)
    for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
)
_SHAPE_KINDS = {NamedNode(_SH + name) for name in ("NodeShape", "PropertyShape")}
TARGETS = {NODE, TARGET_CLASS, SUBJECTS, OBJECTS}


def focus_nodes(shapes: Iterable[Triple], data: Iterable[Triple]) -> Focus:
    """Return the focus nodes in the data of each shape that has targets.

    https://www.w3.org/TR/shacl/#targets
    """
    wanted = targets_of(shapes)
    instances: dict[object, set[Term]] = defaultdict(set)
    subjects: dict[object, set[Term]] = defaultdict(set)
    objects: dict[object, set[Term]] = defaultdict(set)
    below: dict[object, set[object]] = defaultdict(set)
    ends = {value for _, kind, value in wanted if kind in (SUBJECTS, OBJECTS)}
    for triple in data:
        subject, name, value = _parts(triple)
        if name == _TYPE:
            instances[value].add(subject)
        elif name == _SUBCLASS:
            below[value].add(subject)
        if name in ends:
            subjects[name].add(subject)
            objects[name].add(value)
    found: Focus = {shape: set() for shape, _, _ in wanted}
    for shape, kind, value in wanted:
        if kind == NODE:
            found[shape].add(value)
        elif kind == TARGET_CLASS:
            for one in _closure(value, below):
                found[shape] |= instances.get(one, set())
        else:
            found[shape] |= (subjects if kind == SUBJECTS else objects).get(value, set())
    return found


def restricted(
    shapes: Iterable[Triple], chosen: Mapping[Term, Collection[Term]]
) -> tuple[list[Triple], list[Triple]]:
    """Return the shapes with the chosen focus nodes as their only targets.

    Args:
        shapes: The shapes.
        chosen: The focus nodes of each shape; a shape that is not mentioned keeps its targets.

    Returns:
        The shapes, and statements to add to the data: a blank node has no name by which shapes
        could speak of it, so a marker points to it.
    """
    kept = [triple for triple in shapes if triple.subject not in chosen or not _aims(triple)]
    markers: list[Triple] = []
    for number, (shape, nodes) in enumerate(chosen.items()):
        marker = NamedNode(f"urn:x-si-graph:chosen:{number}")
        for node in nodes:
            if isinstance(node, BlankNode):
                markers.append(Triple(marker, marker, node))
            else:
                kept.append(Triple(shape, NODE, node))  # type: ignore[arg-type]
        if markers and markers[-1].subject == marker:
            kept.append(Triple(shape, OBJECTS, marker))  # type: ignore[arg-type]
    return kept, markers


def sampled(focus: Focus, size: int) -> Focus:
    """Return at most `size` focus nodes of each shape, by chance but the same every time."""
    return {
        shape: set(_some(sorted(nodes, key=str), size, str(shape)))
        for shape, nodes in focus.items()
    }


def _some(nodes: list[Term], size: int, seed: str) -> list[Term]:
    # What is random here is no secret.
    return Random(seed).sample(nodes, min(size, len(nodes)))  # noqa: S311


def _parts(triple: Triple) -> tuple[Term, NamedNode, Term]:
    # What speaks about statements is refused before.
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]


def targets_of(shapes: Iterable[Triple]) -> list[tuple[Term, NamedNode, Term]]:
    """Return what shapes aim at: the shape, the kind of target (`TARGETS`) and its value."""
    triples = list(shapes)
    stated = [_parts(triple) for triple in triples if triple.predicate in TARGETS]
    # A shape that is a class as well looks at its own members.
    is_shape = {
        triple.subject
        for triple in triples
        if triple.predicate == _TYPE and triple.object in _SHAPE_KINDS
    }
    classes = [
        subject
        for subject, name, value in map(_parts, triples)
        if name == _TYPE and value in _CLASSES and subject in is_shape
    ]
    return stated + [(shape, TARGET_CLASS, shape) for shape in classes]


def _aims(triple: Triple) -> bool:
    is_class = triple.predicate == _TYPE and triple.object not in _SHAPE_KINDS
    return triple.predicate in TARGETS or is_class


def _closure(start: object, below: Mapping[object, set[object]]) -> set[object]:
    found, waiting = {start}, [start]
    while waiting:
        new = below.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
