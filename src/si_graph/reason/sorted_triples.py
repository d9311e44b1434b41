"""Triples of numbers in memory, sorted so that those that have some terms lie together."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Numbers: TypeAlias = npt.NDArray[np.int64]
    Bound: TypeAlias = Mapping[str, Numbers | int]
    """What some columns have to equal: one number, or one for each row so far."""

    Match: TypeAlias = tuple[Numbers, dict[str, Numbers]]
    """For each row that matches, the place of the row so far that it goes with, and its columns."""

# How many rows may come of a join.
_MOST_MATCHES = 2_000_000
_BITS = 21
_MASK = (1 << _BITS) - 1
# Helper properties have negative numbers, but keys must be none.
_LOWEST = 1 << (_BITS - 1)


class TooManyError(Exception):
    """There is too much for memory."""


def have_room(numbers: Numbers) -> bool:
    """Tell whether the keys of triples of such terms are numbers of 64 bits."""
    return bool(numbers.min(initial=0) >= -_LOWEST and numbers.max(initial=0) < _LOWEST)


def key(p: Numbers | int, first: Numbers | int, second: Numbers | int) -> Numbers:
    """Return the keys of triples: by the predicate, then one column, then the other."""
    return np.asarray((p + _LOWEST << 2 * _BITS) | (first << _BITS) | second)


def terms(keys: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the columns that keys are made of, in the same order."""
    return (keys >> 2 * _BITS) - _LOWEST, (keys >> _BITS) & _MASK, keys & _MASK


class SortedTriples:
    """A set of triples, sorted by predicate and subject, and by predicate and object."""

    def __init__(self, keys: Numbers, by_object: Numbers | None = None) -> None:
        """Take the sorted keys of triples, by the subject and, if at hand, by the object."""
        if by_object is None:
            p, s, o = terms(keys)
            by_object = np.sort(key(p, o, s))
        self._by_subject = keys
        self._by_object = by_object

    def joined(self, others: SortedTriples) -> SortedTriples:
        """Return these triples and others, of which none is among these."""
        return SortedTriples(
            _merged(self._by_subject, others._by_subject),
            _merged(self._by_object, others._by_object),
        )

    def lacking(self, keys: Numbers) -> Numbers:
        """Return those of some keys that no triple here has."""
        if not len(self._by_subject):
            return keys
        places = np.searchsorted(self._by_subject, keys)
        places[places == len(self._by_subject)] = 0
        is_new: npt.NDArray[np.bool_] = self._by_subject[places] != keys
        return keys[is_new]

    def match(self, bound: Bound, size: int) -> Match:
        """Return the triples with given terms.

        Args:
            bound: What the columns have to equal, of which `p` is one.
            size: How many rows there are so far.

        Raises:
            TooManyError: There are too many.
        """
        keys, low, high = self._between(bound["p"], bound.get("s"), bound.get("o"))
        origin, places = spread(low, high, size)
        p, first, second = terms(keys[places])
        s, o = (second, first) if keys is self._by_object else (first, second)
        return origin, {"s": s, "p": p, "o": o}

    def _between(
        self, p: Numbers | int, s: Numbers | int | None, o: Numbers | int | None
    ) -> tuple[Numbers, Numbers, Numbers]:
        """Return keys, and between which places are those of the triples with given terms."""
        keys = self._by_subject
        if s is not None and o is not None:
            start, width = key(p, s, o), 1
        elif s is not None:
            start, width = key(p, s, 0), 1 << _BITS
        elif o is not None:
            start, width, keys = key(p, o, 0), 1 << _BITS, self._by_object
        else:
            start, width = key(p, 0, 0), 1 << 2 * _BITS
        return keys, np.searchsorted(keys, start), np.searchsorted(keys, start + width)


class Rows:
    """A small table."""

    def __init__(self, columns: Mapping[str, Numbers]) -> None:
        self._columns = columns
        self._sorted: dict[str, tuple[Numbers, Numbers]] = {}

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def where(self, chosen: npt.NDArray[np.bool_]) -> Rows:
        """Return the table of some rows."""
        return Rows({name: values[chosen] for name, values in self._columns.items()})

    def match(self, bound: Bound, size: int) -> Match:
        """Return the rows with given values; see `SortedTriples.match`."""
        column, *others = bound or ("",)
        if column:
            order, values = self._by(column)
            low = np.searchsorted(values, bound[column])
            high = np.searchsorted(values, bound[column], "right")
            origin, places = spread(low, high, size)
            places = order[places]
        else:
            origin, places = spread(np.array(0), np.array(len(self)), size)
        kept = np.ones(len(places), dtype=bool)
        for other in others:
            wanted = bound[other]
            kept &= self._columns[other][places] == (
                wanted if isinstance(wanted, int) else wanted[origin]
            )
        places = places[kept]
        return origin[kept], {name: values[places] for name, values in self._columns.items()}

    def _by(self, column: str) -> tuple[Numbers, Numbers]:
        if column not in self._sorted:
            order = np.argsort(self._columns[column])
            self._sorted[column] = order, self._columns[column][order]
        return self._sorted[column]


def distinct(keys: Numbers) -> Numbers:
    """Return keys sorted, each once."""
    keys = np.sort(keys)
    return keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys


def spread(low: Numbers, high: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """Return all places from a low to a high one, for each row, and the rows that they go with."""
    if low.ndim == 0:
        low, high = np.full(size, low), np.full(size, high)
    counts = high - low
    total = int(counts.sum())
    if total > _MOST_MATCHES:
        raise TooManyError
    begins = low - (np.cumsum(counts) - counts)
    return np.repeat(np.arange(size), counts), np.arange(total) + np.repeat(begins, counts)


def _merged(one: Numbers, other: Numbers) -> Numbers:
    return np.insert(one, np.searchsorted(one, other), other)
