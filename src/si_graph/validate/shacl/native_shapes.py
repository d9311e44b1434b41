"""Shapes as the native engine takes them best: the same verdicts and the same results."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Triple

from si_graph.namespaces import PREFIXES
from si_graph.validate.shacl.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


def _sh(name: str) -> NamedNode:
    return NamedNode(PREFIXES["sh"] + name)


_TYPE, _FIRST, _REST, _NIL = (
    NamedNode(PREFIXES["rdf"] + name) for name in ("type", "first", "rest", "nil")
)
_SUBCLASS, _CLASS = (NamedNode(PREFIXES["rdfs"] + name) for name in ("subClassOf", "Class"))
_OWL_CLASS = NamedNode(PREFIXES["owl"] + "Class")
# What a shape asks by way of these is not reported itself, only that it was not met.
_UNREPORTED = {_sh("not"), _sh("node"), _sh("qualifiedValueShape"), _FIRST}
_USES = _UNREPORTED | {_sh("property"), _sh("and"), _sh("or"), _sh("xone"), _REST}
# What remains of a shape that asks nothing itself.
_FRAME = TARGETS | {_TYPE, _sh("path"), _sh("property"), _sh("deactivated")}


def suited(shapes: Sequence[Triple]) -> Iterator[Triple]:
    """Yield the shapes as the native engine takes them best.

    It knows only classes of RDFS as targets of their own, where shapes are often classes of OWL.
    And where one shape asks another for a class, it looks through all members for each value
    (quadratic, as measured), so there the class is asked for along a path.
    """
    uses: Counter[object] = Counter(
        one.object for one in shapes if isinstance(one.object, BlankNode)
    )
    inner = {one.object for one in shapes if one.predicate in _UNREPORTED and uses[one.object] == 1}
    for number, one in enumerate(shapes):
        if one.object == _OWL_CLASS:
            yield Triple(one.subject, _TYPE, _CLASS)
        if one.predicate == _sh("class") and one.subject in inner:
            yield from _along_path(one, number)
        else:
            yield one


def _along_path(asked: Triple, number: int) -> Iterator[Triple]:
    """Write `sh:class` as `rdf:type/rdfs:subClassOf*` with that value."""
    shape, path, rest, above = (BlankNode(f"class{number}x{part}") for part in range(4))
    yield Triple(asked.subject, _sh("property"), shape)
    yield Triple(shape, _sh("path"), path)
    yield Triple(shape, _sh("hasValue"), asked.object)
    yield Triple(path, _FIRST, _TYPE)
    yield Triple(path, _REST, rest)
    yield Triple(rest, _FIRST, above)
    yield Triple(rest, _REST, _NIL)
    yield Triple(above, _sh("zeroOrMorePath"), _SUBCLASS)


def without(shapes: Sequence[Triple], severities: Collection[str]) -> list[Triple]:
    """Return the shapes without what those of these severities ask themselves.

    A shape by which another judges stays whole, as the verdict of that one depends on it.
    """
    judging = _used(shapes, (one.object for one in shapes if one.predicate in _UNREPORTED))
    left_out = {
        one.subject
        for one in shapes
        if one.predicate == _sh("severity")
        and isinstance(one.object, NamedNode)
        and one.object.value in severities
        and one.subject not in judging
    }
    return [one for one in shapes if one.subject not in left_out or one.predicate in _FRAME]


def _used(shapes: Sequence[Triple], start: Iterable[object]) -> set[object]:
    below: dict[object, list[object]] = defaultdict(list)
    for one in shapes:
        if one.predicate in _USES:
            below[one.subject].append(one.object)
    found, waiting = set(), list(start)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += below[node]
    return found
