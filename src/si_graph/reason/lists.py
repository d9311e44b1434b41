"""The RDF lists that axioms point to, read with an eye for those that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason.vocabulary import NIL, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

Row = tuple[int, int, int]
"""A triple of numbers."""

_NEVER = -1
_ROWS_AT_ONCE = 10_000


class Fault(NamedTuple):
    """What is wrong with a list, and the triple that shows it."""

    message: str
    triple: Row


class Cells:
    """The cells of lists: what they hold and what comes after."""

    def __init__(self, rows: Iterable[Row], links: tuple[int, int]) -> None:
        self._first, self._rest = links
        self._links: dict[int, dict[int, list[int]]] = {self._first: {}, self._rest: {}}
        for subject, predicate, value in rows:
            self._links[predicate].setdefault(subject, []).append(value)

    def items(self, axiom: Row) -> tuple[int, ...] | Fault:
        """Return the items of the list that an axiom points to, or what is wrong with it."""
        found: list[int] = []
        node, before = axiom[2], axiom
        seen: set[int] = set()
        while node != numbers()[NIL]:
            if node in seen:
                return Fault("the list runs in a circle", before)
            seen.add(node)
            held = {}
            for predicate, name in ((self._first, "rdf:first"), (self._rest, "rdf:rest")):
                values = self._links[predicate].get(node, [])
                if len(values) > 1:
                    # The rows come in any order, and the same fault is to be told once.
                    shown = (node, predicate, max(values))
                    return Fault(f"a cell of the list has two {name}", shown)
                if not values:
                    return Fault(
                        f"the list has no rdf:nil at its end: a cell has no {name}", before
                    )
                held[predicate] = values[0]
            found.append(held[self._first])
            before = (node, self._rest, held[self._rest])
            node = held[self._rest]
        return tuple(found)


class Chains:
    """Property chains cut in steps of two, with helper properties for what comes in between.

    A chain of four properties becomes three steps; chains that begin alike share the helpers,
    which have negative numbers.
    """

    def __init__(self) -> None:
        self._helpers: dict[tuple[int, ...], int] = {}

    def steps(self, chains: Mapping[int, Iterable[tuple[int, ...]]]) -> set[tuple[int, int, int]]:
        """Return the steps of the chains of each property; the second of a chain of one is 0."""
        found: set[tuple[int, int, int]] = set()
        for whole, paths in chains.items():
            for path in paths:
                so_far = path[0]
                for place in range(1, len(path) - 1):
                    helper = self._helper(path[: place + 1])
                    found.add((helper, so_far, path[place]))
                    so_far = helper
                found.add((whole, so_far, path[-1] if len(path) > 1 else 0))
        return found

    def _helper(self, path: tuple[int, ...]) -> int:
        return self._helpers.setdefault(path, -1 - len(self._helpers))


class ListTables:
    """The tables `item` and `chain`, kept up with the lists that axioms point to.

    Attributes:
        stage: The stage in which they last changed.
        own_chains: The properties of which two in a row make one, so that they are transitive.
        named: What stands in lists by which triples are joined: in all of them, in those of keys,
            first and second in a step of a chain.
    """

    def __init__(self, database: DuckDBPyConnection) -> None:
        self.stage = _NEVER
        self.own_chains: set[int] = set()
        self.named: dict[str, set[int]] = {}
        self._database = database
        self._items: Mapping[int, tuple[int, ...]] = {}
        self._chains = Chains()
        self._steps: set[tuple[int, int, int]] = set()

    def write(
        self,
        items: Mapping[int, tuple[int, ...]],
        chains: Mapping[int, Iterable[tuple[int, ...]]],
        keys: Iterable[int],
        stage: int,
    ) -> None:
        """Write the lists that are new or have changed, and the chains cut in steps."""
        changed = {
            head: listed for head, listed in items.items() if self._items.get(head) != listed
        }
        gone = [head for head in self._items if head in changed or head not in items]
        self._items = items
        if gone:
            self._database.execute(f"DELETE FROM item WHERE list IN ({', '.join(map(str, gone))})")
        rows = [
            (head, place, item, len(listed), stage)
            for head, listed in changed.items()
            for place, item in enumerate(listed, start=1)
        ]
        self._insert("item", rows)
        steps = self._chains.steps(chains)
        self.own_chains = {p for p, first, second in steps if p == first == second}
        steps -= {(p, p, p) for p in self.own_chains}
        self._insert("chain", [(*step, stage) for step in sorted(steps - self._steps)])
        if changed or gone or steps - self._steps:
            self.stage = stage
        self._steps |= steps
        self.named = {
            "item": {item for listed in items.values() for item in listed},
            "key": {item for key in keys for item in items[key]},
            "first": {first for _, first, _ in self._steps},
            "second": {second for _, _, second in self._steps},
        }

    def _insert(self, table: str, rows: Sequence[tuple[int, ...]]) -> None:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            values = ", ".join(map(str, rows[start : start + _ROWS_AT_ONCE]))
            self._database.execute(f"INSERT INTO {table} VALUES {values}")
