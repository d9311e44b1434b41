"""The plans, worked out in memory where there is little.

There are many such plans, and the database takes far longer to plan them than to join some
thousand rows. Here they run on sorted arrays, in rounds, until nothing is new.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from si_graph.reason.listed_in_memory import in_all, with_same_keys
from si_graph.reason.plans import Join, Plan
from si_graph.reason.sorted_triples import (
    Rows,
    SortedTriples,
    TooManyError,
    distinct,
    have_room,
    key,
    terms,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt
    from duckdb import DuckDBPyConnection

    from si_graph.reason.plans import Axiom
    from si_graph.reason.sorted_triples import Numbers

MOST_TRIPLES = 100_000
"""How many triples are little."""

_MOST_FOUND = 1_000_000
_NEVER = -1
_LISTS = ("item", "chain")
_COMPARED: Mapping[str, Callable[..., Numbers]] = {
    "=": np.equal,
    "<": np.less,
    # Two things that are found the same are told apart: the pair is found once.
    "{apart}": np.less,
}
# Rule prp-trp, for the properties in the table `transitive`.
_PATHS = [
    Join(
        ("transitive", "triple", "triple"),
        (("t1.p", "=", "t0.p"), ("t2.p", "=", "t0.p"), ("t2.s", "=", "t1.o")),
        ("t1.s", "t0.p", "t2.o"),
        fresh,
    )
    for fresh in range(3)
]


class Task(NamedTuple):
    """What is to be worked out.

    Attributes:
        plans: The plans.
        tables: Where the triples are: `axiom`, and `triple` but for the rules over axioms only.
        since: The last stage that is not new.
        stage: The last stage that there is.
        transitive: The properties that are transitive, and whether each was closed before.
        left_out: A predicate and an object that no new triple may have together.
        same: The predicate that ends the work where it holds between two things.
        type: The number of `rdf:type`.
    """

    plans: Sequence[Plan]
    tables: Collection[str]
    since: int
    stage: int
    transitive: Mapping[int, bool]
    left_out: tuple[int, int] | None
    same: int | None
    type: int


class Consequences(NamedTuple):
    """What follows.

    Attributes:
        rows: The columns `s`, `p`, `o` and `stage` of the new triples.
        kinds: The kinds of these.
        last: The last stage of these, or that there was before.
        done: The last stage of which all has been joined.
    """

    rows: Mapping[str, Numbers]
    kinds: Collection[Axiom]
    last: int
    done: int


def consequences(database: DuckDBPyConnection, task: Task) -> Consequences:
    """Return what follows by some plans, round by round.

    Each round is a stage, and joins what came in the round before. When nothing comes of that, it
    is the turn of the queries that are no joins. The work ends when nothing is new, or when two
    things turn out to be the same.

    Raises:
        TooManyError: There is too much for memory.
    """
    tables = _Tables(database, task)
    rounds: list[Numbers] = []
    goes_on = True
    while goes_on and len(found := tables.round()):
        rounds.append(found)
        goes_on = tables.take_in(found)
    last = task.stage + len(rounds)
    p, s, o = terms(np.concatenate([np.empty(0, np.int64), *rounds]))
    stages = np.arange(task.stage + 1, last + 1).repeat([len(found) for found in rounds])
    rows = {"s": s, "p": p, "o": o, "stage": stages}
    return Consequences(rows, tables.found_kinds, last, last if goes_on else last - 1)


class _Tables:
    """The tables that plans join: all rows, and those that are new."""

    def __init__(self, database: DuckDBPyConnection, task: Task) -> None:
        self._task = task
        self._is_first = task.since == _NEVER
        self._left = _MOST_FOUND
        self.found_kinds: set[Axiom] = set()
        triples = " UNION ALL ".join(f"FROM {table}" for table in task.tables)
        s, p, o, stages = fetched(database, f"({triples}) LIMIT {MOST_TRIPLES + 1}").values()
        lists = {name: fetched(database, name) for name in _LISTS}
        named = np.concatenate((s, p, o, *lists["chain"].values(), lists["item"]["item"]))
        if len(s) > MOST_TRIPLES or not have_room(named):
            raise TooManyError
        keys = key(p, s, o)
        self._triples = SortedTriples(distinct(keys))
        self._kinds = _kinds(keys, task.type)
        self._take_new(distinct(keys[stages > task.since]))
        transitive = np.array([*task.transitive], dtype=np.int64)
        self._lists = {name: Rows(rows) for name, rows in lists.items()}
        self._lists["transitive"] = Rows({"p": transitive})
        self._new_lists = {
            name: Rows(rows).where(rows["stage"] > task.since) for name, rows in lists.items()
        }
        is_closed = np.array([*task.transitive.values()], dtype=bool)
        self._new_lists["transitive"] = self._lists["transitive"].where(~is_closed)

    def round(self) -> Numbers:
        """Return the keys of the triples that follow from new rows and are not known."""
        joins = [plan.join for plan in self._task.plans if plan.join and self._promise(plan)]
        if len(self._lists["transitive"]):
            joins += _PATHS[:1] if self._is_first else _PATHS
        found = self._new(map(self._found, joins))
        return found if len(found) else self._new(self._queried())

    def _new(self, found: Iterable[Numbers]) -> Numbers:
        """Return those of some keys that are not known, sorted."""
        keys = distinct(np.concatenate([np.empty(0, np.int64), *found]))
        if self._task.left_out is not None:
            p, _, o = terms(keys)
            predicate, value = self._task.left_out
            keys = keys[(p != predicate) | (o != value)]
        keys = self._triples.lacking(keys)
        self._left -= len(keys)
        if self._left < 0:
            raise TooManyError
        return keys

    def take_in(self, keys: Numbers) -> bool:
        """Let the triples with some keys be the new ones, and tell whether the work goes on."""
        self._is_first = False
        self._take_new(keys)
        self._triples = self._triples.joined(self._new_triples)
        self._kinds |= self._new_kinds
        self.found_kinds |= self._new_kinds
        self._new_lists = {name: rows.where(_none_of(rows)) for name, rows in self._lists.items()}
        same = self._task.same
        if same is None or (same, None) not in self._new_kinds:
            return True
        _, found = self._new_triples.match({"p": same}, 1)
        return bool((found["s"] == found["o"]).all())

    def _take_new(self, keys: Numbers) -> None:
        self._new_triples = SortedTriples(keys)
        self._new_kinds = _kinds(keys, self._task.type)

    def _promise(self, plan: Plan) -> bool:
        """Tell whether a plan may find anything with the new rows."""
        if self._is_first and not plan.first:
            return False
        if plan.fresh_axiom is not None and plan.fresh_axiom not in self._new_kinds:
            return False
        return self._kinds.issuperset(plan.needs)

    def _found(self, join: Join) -> Numbers:
        """Return the keys of what a join finds."""
        columns: dict[str, Numbers] = {}
        size = 1
        for turn in _turns(join):
            bound = {column: _value(other, columns) for column, other in turn.bound}
            origin, matched = self._table(turn.table, is_fresh=turn.is_fresh).match(bound, size)
            columns = {name: values[origin] for name, values in columns.items()}
            columns.update((f"t{turn.place}.{name}", matched[name]) for name in matched)
            for left, compared, right in turn.conditions:
                holds = _COMPARED[compared](_value(left, columns), _value(right, columns))
                columns = {name: values[holds] for name, values in columns.items()}
            size = len(next(iter(columns.values())))
            if not size:
                break
            columns = {name: columns[name] for name in turn.kept}
        else:
            s, p, o = (_value(term, columns) for term in join.chosen)
            return np.broadcast_to(key(p, s, o), size)
        return np.empty(0, np.int64)

    def _queried(self) -> Iterator[Numbers]:
        """Yield the keys of what the plans find that are no joins."""
        items, task = self._lists["item"], self._task
        queries = {(plan.rule, plan.needs[0][0]) for plan in task.plans if not plan.join}
        for rule, predicate in queries:
            if rule == "cls-int1":
                yield from in_all(self._triples, items, predicate, task.type)
            elif rule == "prp-key" and task.same is not None:
                yield from with_same_keys(self._triples, items, predicate, task.type, task.same)

    def _table(self, name: str, *, is_fresh: bool) -> SortedTriples | Rows:
        if name in ("axiom", "triple"):
            return self._new_triples if is_fresh else self._triples
        return (self._new_lists if is_fresh else self._lists)[name]


class _Turn(NamedTuple):
    """How a join takes in one of its tables.

    Attributes:
        place: The place of the table in the join.
        table: Its name.
        is_fresh: Whether only its new rows are joined.
        bound: Its columns that equal a number or a column taken in before, and these.
        conditions: What else is compared from here on.
        kept: The columns that are needed later.
    """

    place: int
    table: str
    is_fresh: bool
    bound: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, str, str], ...]
    kept: tuple[str, ...]


@lru_cache(maxsize=1000)
def _turns(join: Join) -> tuple[_Turn, ...]:
    """Return the tables of a join in the order in which each has most to go by."""
    turns: list[_Turn] = []
    taken: set[str] = set()
    waiting = set(range(len(join.tables)))
    conditions = list(join.conditions)

    def bound(place: int) -> dict[str, tuple[str, tuple[str, str, str]]]:
        found: dict[str, tuple[str, tuple[str, str, str]]] = {}
        for condition in conditions:
            left, compared, right = condition
            for own, other in ((left, right), (right, left)):
                table, _, column = own.partition(".")
                if compared == "=" and table == f"t{place}" and _is_known(other, taken):
                    found.setdefault(column, (other, condition))
        return found

    def preference(place: int) -> tuple[int, bool, bool]:
        # Axioms and lists are fewer than data, whatever is new.
        return len(bound(place)), join.tables[place] != "triple", place == join.fresh

    while waiting:
        place = max(waiting, key=preference)
        columns = bound(place)
        waiting.discard(place)
        taken.add(f"t{place}")
        used = [condition for _, condition in columns.values()]
        left = [condition for condition in conditions if condition not in used]
        conditions = [c for c in left if not (_is_known(c[0], taken) and _is_known(c[2], taken))]
        later = {*join.chosen, *(term for left, _, right in conditions for term in (left, right))}
        turns.append(
            _Turn(
                place,
                join.tables[place],
                place == join.fresh,
                tuple((column, other) for column, (other, _) in columns.items()),
                tuple(condition for condition in left if condition not in conditions),
                tuple(term for term in later if term.startswith("t") and _is_known(term, taken)),
            )
        )
    return tuple(turns)


def _is_known(term: str, taken: Collection[str]) -> bool:
    return term.isdigit() or term.partition(".")[0] in taken


def _value(term: str, columns: Mapping[str, Numbers]) -> Numbers | int:
    return int(term) if term.isdigit() else columns[term]


def _kinds(keys: Numbers, kind: int) -> set[Axiom]:
    """Return the kinds of triples, `kind` being the number of `rdf:type`."""
    p, _, o = terms(keys)
    of_kind = p == kind
    classes = ((kind, name) for name in distinct(o[of_kind]).tolist())
    return {*classes, *((name, None) for name in distinct(p[~of_kind]).tolist())}


def _none_of(rows: Rows) -> npt.NDArray[np.bool_]:
    return np.zeros(len(rows), dtype=bool)


def fetched(database: DuckDBPyConnection, table: str) -> dict[str, Numbers]:
    """Return the columns of a table of numbers."""
    found = database.execute(f"FROM {table}").fetchnumpy()
    return {name: column.astype(np.int64) for name, column in found.items()}
