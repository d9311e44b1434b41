"""A set of triples, indexed so that rules can be matched against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.reason.explanation.terms import is_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from si_graph.reason.explanation.terms import Triple

_NONE: frozenset[str] = frozenset()


class TripleSet:
    """A set of triples that can be asked for any of their parts."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self._objects: dict[str, dict[str, set[str]]] = {}
        self._subjects: dict[str, dict[str, set[str]]] = {}
        self._predicates: dict[str, set[str]] = {}
        for triple in triples:
            self.add(triple)

    def add(self, triple: Triple) -> None:
        """Add a triple."""
        s, p, o = triple
        self._objects.setdefault(p, {}).setdefault(s, set()).add(o)
        self._subjects.setdefault(p, {}).setdefault(o, set()).add(s)
        self._predicates.setdefault(s, set()).add(p)

    def __contains__(self, triple: Triple) -> bool:
        s, p, o = triple
        return o in self.objects(s, p)

    def objects(self, s: str, p: str) -> set[str] | frozenset[str]:
        """Return the objects of a subject and a predicate."""
        found = self._objects.get(p)
        return _NONE if found is None else found.get(s, _NONE)

    def subjects(self, p: str, o: str) -> set[str] | frozenset[str]:
        """Return the subjects of a predicate and an object."""
        found = self._subjects.get(p)
        return _NONE if found is None else found.get(o, _NONE)

    def predicates(self, s: str | None = None, o: str | None = None) -> Iterable[str]:
        """Return the predicates; those of a subject, or those of an object, if it is given."""
        if s is not None:
            return list(self._predicates.get(s, ()))
        if o is not None:
            return [p for p, found in self._subjects.items() if o in found]
        return list(self._objects)

    def by_subject(self, p: str) -> dict[str, set[str]]:
        """Return the objects by subject of a predicate."""
        return self._objects.get(p, {})

    def by_object(self, p: str) -> dict[str, set[str]]:
        """Return the subjects by object of a predicate."""
        return self._subjects.get(p, {})

    def match(self, s: str | None, p: str | None, o: str | None) -> Iterator[Triple]:
        """Return the triples that have these parts; None is any."""
        if p is None:
            for known in self.predicates(s, o):
                yield from self.match(s, known, o)
        elif s is not None:
            found = self.objects(s, p)
            if o is None:
                yield from ((s, p, value) for value in found)
            elif o in found:
                yield s, p, o
        elif o is not None:
            yield from ((subject, p, o) for subject in self.subjects(p, o))
        else:
            for subject, values in self.by_subject(p).items():
                yield from ((subject, p, value) for value in values)

    def literals(self) -> list[str]:
        """Return the literals."""
        return [o for found in self._subjects.values() for o in found if is_literal(o)]

    def terms(self) -> set[str]:
        """Return everything that stands anywhere in a triple."""
        found = {*self._predicates, *self._objects}
        return found.union(*self._subjects.values()) if self._subjects else found
