"""The rules run on DuckDB, set at a time, until nothing is new.

Terms are numbers and triples stand over representatives of equal terms. The rules over axioms run
first, then those over one triple of data, then the joins, and from the start again after whatever
is new: what the data says about the schema is found too. Every step joins only what is newer than
the step of its kind before it, so the stage of a triple is above that of the triples it follows
from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason import equality, in_memory, removal, schema
from si_graph.reason.arrivals import Arrivals
from si_graph.reason.current_rules import CurrentRules
from si_graph.reason.explosion import too_many
from si_graph.reason.lists import ListTables
from si_graph.reason.plans import JOIN, LINEAR, QUERY, SCHEMA, says_of_data, together
from si_graph.reason.sorted_triples import TooManyError
from si_graph.reason.transitive import TransitiveClosure, paths_through
from si_graph.reason.vocabulary import SAME_AS, THING, TRANSITIVE, TYPE, axiomatic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from duckdb import DuckDBPyConnection

    from si_graph.reason.lists import Fault
    from si_graph.reason.plans import Axiom, Plan

    Progress = Callable[[str, int], None]
    """Called with what is being done and the number of triples so far."""

_NEVER = -1
_FEW = 10
_TABLES = {
    "triple": "s p o stage",
    "axiom": "s p o stage",
    "item": "list position item length stage",
    "chain": "p first second stage",
    "same": "id rep stage",
    "former": "s p o stage",
}


class Options(NamedTuple):
    """How to reason.

    Attributes:
        sameas: Whether things found equal are treated as one.
        trivial: Whether to work out what holds of any graph too.
        max_inferred: How many triples may follow at most.
        progress: Is told about each step.
        announce: Is told about a property with very many triples to come, before they come.
    """

    sameas: bool = True
    trivial: bool = False
    max_inferred: int | None = None
    progress: Progress | None = None
    announce: Callable[[int, int], None] | None = None


class Materialisation:
    """The closure of the triples in the table `stated`.

    Attributes:
        faults: What is wrong with lists that are none.
    """

    def __init__(self, database: DuckDBPyConnection, options: Options) -> None:
        self.faults: set[Fault] = set()
        self._database = database
        self._options = options
        self._stage = 0
        self._total = 0
        self._seen = dict.fromkeys((SCHEMA, LINEAR, JOIN, QUERY), _NEVER)
        self._fits_in_memory = True
        self._rules = CurrentRules(sameas=options.sameas)
        self._lists = ListTables(database)
        self._arrivals = Arrivals(database, self._lists)
        self._read_stage = _NEVER
        self._leaves_out_things = not options.trivial
        self._compares_equals = False
        self._transitive_closure = TransitiveClosure(database, options.announce)

    def run(self) -> None:
        """Find all that follows.

        Raises:
            LimitError: More follows than is allowed.
        """
        for table, columns in _TABLES.items():
            declared = ", ".join(f"{column} INTEGER" for column in columns.split())
            self._database.execute(f"CREATE OR REPLACE TABLE {table} ({declared})")
        self._literals = schema.Literals(self._database)
        given = [f"SELECT * FROM (VALUES {', '.join(map(str, axiomatic()))})"]
        given += filter(None, [self._literals.read("stated")])
        count = self._count(
            "INSERT INTO triple SELECT *, 0 FROM stated UNION ALL SELECT DISTINCT f.*, 1"
            f" FROM ({' UNION ALL '.join(given)}) f(s, p, o) WHERE {self._kept()} AND NOT EXISTS"
            " (SELECT 1 FROM stated t WHERE t.s = f.s AND t.p = f.p AND t.o = f.o)"
        )
        equal = [schema.EQUAL_LITERALS] if self._literals.grew else []
        self._settle(count, self._kinds((0, 1)), (0, 1), *equal)
        self.saturate()

    def extend(self, table: str) -> None:
        """Find what follows from more triples; the cost is in proportion to what is new.

        Args:
            table: The table of the new triples, which are in `stated` already.

        Raises:
            LimitError: More follows than is allowed.
        """
        stage = equality.bring_in(self._database, table, self._stage + 1)
        self._add("SELECT s, p, o FROM arrived", stage)
        self._read_literals(table)
        self.saturate()

    def retract(self, table: str) -> bool:
        """Take back what follows only from triples that are no longer stated.

        All that leans on them is deleted, and what also follows from what is left is found again.

        Args:
            table: The table of the triples, which are in `stated` no longer.

        Returns:
            Whether that was possible. It is not where axioms, lists or equal things are concerned:
            then nothing here is right any more.
        """
        first = self._stage + 1
        removal.begin(self._database, table)
        if self._compares_equals or removal.names_vocabulary(self._database):
            return False
        same = self._rules.numbers[SAME_AS]
        foundations = {*self._rules.axiom_predicates(), same}
        supports = [
            plan.support
            for plan in self._rules.plans
            if plan.support and self._arrivals.promise(plan, _NEVER)
        ]
        while True:
            if removal.touches_foundations(
                self._database, foundations, self._rules.axiom_classes()
            ):
                return False
            since, self._stage = self._stage, self._stage + 1
            marked = removal.mark(self._database, self._stage)
            doubted = self._arrivals.note(marked, self._stage)
            # Every premise of a key is about equal things, which is found out above.
            chosen = [
                p
                for p in self._rules.plans
                if p.rule != "prp-key" and self._arrivals.promise(p, since)
            ]
            # Equal things have one name here, so two of them are one.
            queries = [together(chosen, since, apart="<=")] if chosen else []
            if paths := doubted & self._transitive():
                queries.append(paths_through(paths, since))
            if not queries or not removal.suspect(
                self._database, " UNION ALL ".join(queries), same, first, supports
            ):
                break
        self._total -= removal.delete(self._database, first)
        self._find_again()
        return True

    def _find_again(self) -> None:
        """Find what follows, of what was deleted, from what is left."""
        since, self._stage = self._stage, self._stage + 1
        self._arrivals.note(removal.renew(self._database, self._stage), self._stage)
        self._seen = dict.fromkeys(self._seen, since)
        always = [
            plan
            for plan in self._rules.plans
            if plan.reach == SCHEMA and says_of_data(plan) and self._arrivals.promise(plan, _NEVER)
        ]
        queries = [together(always, _NEVER)] if always else []
        queries += self._literals.memberships()
        for query in queries:
            self._grow(f"SELECT f.* FROM ({query}) f(s, p, o) SEMI JOIN doubtful USING (s, p, o)")
        self.saturate()
        removal.settle(self._database)

    def _read_literals(self, table: str) -> None:
        memberships = self._literals.read(table)
        if self._options.sameas and self._literals.grew:
            self._merge(schema.EQUAL_LITERALS)
        if memberships is not None:
            self._add(memberships, self._stage + 1)

    def saturate(self) -> None:
        """Apply the rules to what is newer than their last turn, until nothing is new."""
        again = True
        while again:
            self._read_axioms()
            before = self._stage
            if self._fits_in_memory:
                self._fits_in_memory = self._work_out((SCHEMA, LINEAR, JOIN, QUERY))
            again = self._stage > before or any(self._step(reach) for reach in self._seen)

    def clash_plans(self) -> list[Plan]:
        """Return the plans of the inconsistencies that there may be."""
        return self._rules.clashes(self._arrivals.axioms)

    def _step(self, reach: int) -> bool:
        """Run the plans of one reach on what is new to them, and tell whether anything came."""
        since, before = self._seen[reach], self._stage
        chosen = [
            plan
            for plan in self._rules.plans
            if plan.reach == reach and self._arrivals.promise(plan, since)
        ]
        if reach == SCHEMA and chosen and self._work_out((SCHEMA,)):
            return self._stage > before
        self._seen[reach] = before
        if reach == JOIN:
            self._transitive_closure.close(
                self._transitive(), self._arrivals.properties, self._grow
            )
        if chosen:
            self._grow(together(chosen, since))
        return self._stage > before

    def _work_out(self, reaches: Sequence[int]) -> bool:
        """Add all that follows by rules of some reaches if it is little, and tell whether it is."""
        since = min(self._seen[reach] for reach in reaches)
        names = self._transitive() if JOIN in reaches else set()
        transitive = {name: self._transitive_closure.is_closed(name) for name in names}
        if max(self._stage, self._lists.stage) <= since and all(transitive.values()):
            return True
        task = in_memory.Task(
            [plan for plan in self._rules.plans if plan.reach in reaches],
            # While statements are taken back, the table of triples lacks axioms.
            ("axiom", "triple") if JOIN in reaches else ("axiom",),
            since,
            self._stage,
            transitive,
            (self._rules.numbers[TYPE], self._rules.numbers[THING])
            if self._leaves_out_things
            else None,
            self._rules.numbers[SAME_AS] if self._options.sameas else None,
            self._rules.numbers[TYPE],
        )
        try:
            found = in_memory.consequences(self._database, task)
        except TooManyError:
            return False
        self._seen.update(dict.fromkeys(reaches, found.done))
        self._transitive_closure.note(transitive, found.done)
        if found.last > self._stage:
            self._database.register("followed", found.rows)
            count = self._count("INSERT INTO triple FROM followed")
            self._settle(count, found.kinds, (self._stage + 1, found.last))
        return True

    def _grow(self, query: str) -> int:
        """Add what a query finds in a stage of its own, and return the last stage."""
        self._add(query, self._stage + 1)
        return self._stage

    def _transitive(self) -> set[int]:
        axiom = (self._rules.numbers[TYPE], self._rules.numbers[TRANSITIVE])
        named = self._arrivals.named.get((axiom, "s"), set()) | self._lists.own_chains
        return named - {self._rules.numbers[SAME_AS]}

    def _add(self, query: str, stage: int) -> None:
        """Add to a stage what a query finds and is new."""
        count = self._count(
            f"CREATE OR REPLACE TEMP TABLE found AS SELECT DISTINCT f.s, f.p, f.o"
            f" FROM ({query}) f(s, p, o) WHERE {self._kept()}"
        )
        # Of many triples few are among what is found: to look these up is quicker than to
        # look up each that is found among all.
        few = count * _FEW < self._total
        known = "(SELECT t.s, t.p, t.o FROM triple t JOIN found g USING (s, p, o))"
        if count:
            new = f"SELECT *, {stage} FROM found f WHERE true"
            self._insert(new, known if few else "triple", (stage, stage))

    def _kept(self) -> str:
        if not self._leaves_out_things:
            return "true"
        return f"NOT (f.p = {self._rules.numbers[TYPE]} AND f.o = {self._rules.numbers[THING]})"

    def _insert(self, rows: str, known: str, stages: tuple[int, int]) -> None:
        """Insert those rows that are new.

        Args:
            rows: A query for rows `f`, open to more conditions.
            known: Where those are that may be known.
            stages: The first and the last stage of the rows.
        """
        count = self._count(
            f"INSERT INTO triple {rows} AND NOT EXISTS"
            f" (SELECT 1 FROM {known} t WHERE t.s = f.s AND t.p = f.p AND t.o = f.o)"
        )
        if count:
            self._settle(count, self._kinds(stages), stages)

    def _settle(
        self,
        count: int,
        kinds: Collection[Axiom],
        stages: tuple[int, int],
        *pairs: str,
    ) -> None:
        """Take in new rows, and join the classes of what is found equal or queries say is."""
        self._total += count
        predicates = self._take_in(kinds, stages)
        self._stage = max(self._stage, stages[1])
        if self._rules.numbers[SAME_AS] in predicates:
            pairs += (
                f"SELECT s AS a, o AS b FROM triple WHERE stage BETWEEN {stages[0]}"
                f" AND {stages[1]} AND p = {self._rules.numbers[SAME_AS]}",
            )
        if pairs and self._options.sameas:
            self._merge(" UNION ALL ".join(pairs))
        self._require_few()

    def _take_in(self, kinds: Collection[Axiom], stages: tuple[int, int]) -> set[int]:
        """Copy the axioms among the rows of some stages, and return the predicates of all."""
        named, classes = self._rules.axiom_predicates(), self._rules.axiom_classes()
        new = [axiom for axiom in kinds if axiom[0] in named or axiom[1] in classes]
        if new:
            self._arrivals.axioms.update(dict.fromkeys(new, stages[1]))
            wanted, of_these = (", ".join(map(str, terms)) for terms in (named, classes))
            self._database.execute(
                f"INSERT INTO axiom SELECT * FROM triple"
                f" WHERE stage BETWEEN {stages[0]} AND {stages[1]} AND (p IN ({wanted})"
                f" OR p = {self._rules.numbers[TYPE]} AND o IN ({of_these}))"
            )
        return self._arrivals.note(kinds, stages[1])

    def _kinds(self, stages: tuple[int, int]) -> list[Axiom]:
        rows = f"triple WHERE stage BETWEEN {stages[0]} AND {stages[1]}"
        return removal.kinds(self._database, rows, self._rules.numbers[TYPE])

    def _merge(self, pairs: str) -> None:
        """Join the classes of equal terms and write what there is over their representatives."""
        same = self._rules.numbers[SAME_AS]
        equal = equality.merge(self._database, pairs, same, self._stage + 1)
        if equal is None:
            return
        self._rules.rename(equality.representatives(self._database, len(self._rules.numbers)))
        self._stage = equality.rewrite(self._database, equal)
        stages = equal + 1, self._stage
        rewritten = self._take_in(self._kinds(stages), stages)
        # A property may turn out to be another name of owl:sameAs.
        if self._rules.numbers[SAME_AS] in rewritten:
            self._merge(
                f"SELECT s AS a, o AS b FROM triple WHERE stage > {equal}"
                f" AND p = {self._rules.numbers[SAME_AS]}"
            )

    def _read_axioms(self) -> None:
        """Read lists, and what depends on the axioms, anew where there are new axioms."""
        if max(self._arrivals.axioms.values(), default=_NEVER) <= self._read_stage:
            return
        self._read_stage = self._stage
        self._arrivals.read_names(self._rules.plans, self._rules.numbers[TYPE])
        reading = schema.read_axioms(self._database, self._rules.numbers.__getitem__)
        self.faults |= reading.faults
        self._lists.write(reading.items, reading.chains, reading.keys, self._stage)
        lengths = sorted({len(reading.items[key]) for key in reading.keys})
        self._rules.take_key_lengths(tuple(lengths))
        if reading.asks_for_things and self._leaves_out_things:
            self._leaves_out_things = False
            self._seen = dict.fromkeys(self._seen, _NEVER)
        if reading.compares_equals and not self._compares_equals:
            self._compares_equals = True
            same = self._rules.numbers[SAME_AS]
            columns = " UNION ".join(f"SELECT {column} AS x FROM triple" for column in "spo")
            self._add(f"SELECT x, {same}, x FROM ({columns}) WHERE x > 0", self._stage + 1)

    def _count(self, query: str) -> int:
        row = self._database.execute(query).fetchone()
        return int(row[0]) if row else 0

    def _require_few(self) -> None:
        limit, progress = self._options.max_inferred, self._options.progress
        if limit is None and progress is None:
            return
        row = self._database.execute(
            "SELECT (SELECT count(*) FROM triple), (SELECT count(*) FROM stated)"
        ).fetchone()
        total, stated = row or (0, 0)
        if progress is not None:
            progress("reasoning", total)
        if limit is not None and total - stated > limit:
            raise too_many(limit)
