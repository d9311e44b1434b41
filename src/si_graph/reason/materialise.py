"""The rules run on DuckDB, set at a time, until nothing is new.

Terms are numbers and triples stand over representatives of equal terms. The rules over axioms run
first, then those over one triple of data, then the joins, and from the start again after whatever
is new: what the data says about the schema is found too. Every step joins only what is newer than
the step of its kind before it, so the stage of a triple is above that of the triples it follows
from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason import equality, removal, schema
from si_graph.reason.explosion import too_many
from si_graph.reason.lists import ListTables
from si_graph.reason.plans import (
    JOIN,
    LINEAR,
    SCHEMA,
    Axiom,
    Plan,
    paths_through,
    plans,
    says_of_data,
    together,
)
from si_graph.reason.rule_table import owl2_rl
from si_graph.reason.transitive import TransitiveClosure
from si_graph.reason.vocabulary import (
    SAME_AS,
    THING,
    TRANSITIVE,
    TYPE,
    axiom_classes,
    axiom_predicates,
    axiomatic,
    numbers,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

    from si_graph.reason.lists import Fault

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
        self._seen = dict.fromkeys((SCHEMA, LINEAR, JOIN), _NEVER)
        self._numbers = dict(numbers())
        self._axioms: dict[Axiom, int] = {}
        self._changed: dict[int, int] = {}
        self._named: dict[tuple[Axiom, str], set[int]] = {}
        self._lists = ListTables(database)
        self._read_stage = _NEVER
        self._renamed: dict[int, int] = {}
        self._plans: list[Plan] = []
        self._key_lengths: list[int] = []
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
        self._choose_plans()
        self._add("SELECT s, p, o FROM stated", 0)
        self._add(f"VALUES {', '.join(map(str, axiomatic()))}", 1)
        self._literals = schema.Literals(self._database)
        self._read_literals("stated")
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
        same = self._numbers[SAME_AS]
        foundations = {*self._axiom_predicates(), same}
        supports = [
            plan.support for plan in self._plans if plan.support and self._promises(plan, _NEVER)
        ]
        while True:
            if removal.touches_foundations(self._database, foundations, self._axiom_classes()):
                return False
            since, self._stage = self._stage, self._stage + 1
            marked = removal.mark(self._database, self._stage)
            self._changed.update(dict.fromkeys(marked, self._stage))
            # Every premise of a key is about equal things, which is found out above.
            chosen = [p for p in self._plans if p.rule != "prp-key" and self._promises(p, since)]
            # Equal things have one name here, so two of them are one.
            queries = [together(chosen, since, apart="<=")] if chosen else []
            if paths := marked & self._transitive():
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
        near = removal.renew(self._database, self._stage)
        self._changed.update(dict.fromkeys(near, self._stage))
        self._seen = dict.fromkeys(self._seen, since)
        always = [
            plan
            for plan in self._plans
            if plan.reach == SCHEMA and says_of_data(plan) and self._promises(plan, _NEVER)
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
            again = any(self._step(reach) for reach in (SCHEMA, LINEAR, JOIN))

    def clash_plans(self) -> list[Plan]:
        """Return the plans of the inconsistencies that there may be."""
        found = (
            plan
            for rule in owl2_rl().values()
            if rule.is_inconsistency
            for plan in plans(rule, self._numbers)
        )
        return [plan for plan in found if all(axiom in self._axioms for axiom in plan.needs)]

    def _choose_plans(self) -> None:
        self._plans = [
            plan
            for rule in owl2_rl().values()
            if not rule.is_inconsistency
            and (self._options.sameas or rule.conclusions[0].predicate != SAME_AS)
            for plan in plans(rule, self._numbers, self._key_lengths)
        ]

    def _step(self, reach: int) -> bool:
        """Run the plans of one reach on what is new to them, and tell whether anything came."""
        since, before = self._seen[reach], self._stage
        chosen = [
            plan for plan in self._plans if plan.reach == reach and self._promises(plan, since)
        ]
        self._seen[reach] = before
        if reach == JOIN:
            self._transitive_closure.close(self._transitive(), self._changed, self._grow)
        if chosen:
            self._grow(together(chosen, since))
        return self._stage > before

    def _grow(self, query: str) -> int:
        """Add what a query finds in a stage of its own, and return the last stage."""
        self._add(query, self._stage + 1)
        return self._stage

    def _transitive(self) -> set[int]:
        axiom = (self._numbers[TYPE], self._numbers[TRANSITIVE])
        named = self._named.get((axiom, "s"), set()) | self._lists.own_chains
        return named - {self._numbers[SAME_AS]}

    def _promises(self, plan: Plan, since: int) -> bool:
        """Tell whether a plan may find anything new."""
        if any(axiom not in self._axioms for axiom in plan.needs):
            return False
        if since == _NEVER and not plan.first:
            return False
        if plan.fresh_axiom is not None:
            return self._axioms[plan.fresh_axiom] > since
        if plan.fresh in ("item", "chain"):
            return self._lists.stage > since
        if plan.rule == "prp-spo2" and self._lists.stage == _NEVER:
            return False
        if plan.predicate is None:
            return self._stage > since
        if isinstance(plan.predicate, int):
            return self._changed.get(plan.predicate, _NEVER) > since
        named = self._named.get(plan.predicate, ())
        return any(self._changed.get(predicate, _NEVER) > since for predicate in named)

    def _add(self, query: str, stage: int) -> None:
        """Add what a query finds and is new, and join the classes of what is found equal."""
        kept = ""
        if self._leaves_out_things and stage:
            kept = f"WHERE NOT (f.p = {self._numbers[TYPE]} AND f.o = {self._numbers[THING]})"
        rows = self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE found AS SELECT DISTINCT f.s, f.p, f.o"
            f" FROM ({query}) f(s, p, o) {kept}"
        )
        count = (rows.fetchone() or (0,))[0]
        if not count:
            return
        # Of many triples few are among what is found: to look these up is quicker than to
        # look up each that is found among all.
        few = count * _FEW < self._total
        known = "(SELECT t.s, t.p, t.o FROM triple t JOIN found g USING (s, p, o))"
        rows = self._database.execute(
            f"INSERT INTO triple SELECT f.s, f.p, f.o, {stage} FROM found f WHERE NOT EXISTS"
            f" (SELECT 1 FROM {known if few else 'triple'} t"
            " WHERE t.s = f.s AND t.p = f.p AND t.o = f.o)"
        )
        count = (rows.fetchone() or (0,))[0]
        if not count:
            return
        self._total += count
        predicates = self._take_in(stage)
        self._stage = max(stage, self._stage)
        if self._options.sameas and self._numbers[SAME_AS] in predicates:
            self._merge(
                f"SELECT s AS a, o AS b FROM triple WHERE stage = {stage}"
                f" AND p = {self._numbers[SAME_AS]}"
            )
        self._require_few()

    def _take_in(self, stage: int) -> set[int]:
        """Copy the axioms among the rows of a stage, and return the predicates of all."""
        kind = self._numbers[TYPE]
        classes = ", ".join(map(str, self._axiom_classes()))
        rows = self._database.execute(
            f"SELECT DISTINCT p, CASE WHEN p = {kind} AND o IN ({classes}) THEN o END"
            f" FROM triple WHERE stage = {stage}"
        )
        found = set(rows.fetchall())
        predicates = {predicate for predicate, _ in found}
        self._changed.update(dict.fromkeys(predicates, stage))
        named = self._axiom_predicates()
        axioms = {axiom for axiom in found if axiom[0] in named or axiom[1] is not None}
        if axioms:
            self._axioms.update(dict.fromkeys(axioms, stage))
            wanted = ", ".join(map(str, named))
            self._database.execute(
                f"INSERT INTO axiom SELECT * FROM triple WHERE stage = {stage}"
                f" AND (p IN ({wanted}) OR p = {kind} AND o IN ({classes}))"
            )
        return predicates

    def _axiom_predicates(self) -> set[int]:
        return {self._renamed.get(number, number) for number in axiom_predicates()}

    def _axiom_classes(self) -> set[int]:
        return {self._renamed.get(number, number) for number in axiom_classes()}

    def _merge(self, pairs: str) -> None:
        """Join the classes of equal terms and write what there is over their representatives."""
        same = self._numbers[SAME_AS]
        equal = equality.merge(self._database, pairs, same, self._stage + 1)
        if equal is None:
            return
        renamed = equality.representatives(self._database, len(self._numbers))
        if renamed != self._renamed:
            self._renamed = renamed
            self._numbers = {term: renamed.get(n, n) for term, n in numbers().items()}
            self._choose_plans()
        self._stage = equality.rewrite(self._database, equal)
        for stage in range(equal + 1, self._stage + 1):
            self._take_in(stage)
        # A property may turn out to be another name of owl:sameAs.
        self._merge(
            f"SELECT s AS a, o AS b FROM triple WHERE stage > {equal}"
            f" AND p = {self._numbers[SAME_AS]}"
        )

    def _read_axioms(self) -> None:
        """Read lists, and what depends on the axioms, anew where there are new axioms."""
        if max(self._axioms.values(), default=_NEVER) <= self._read_stage:
            return
        self._read_stage = self._stage
        self._read_names()
        reading = schema.read_axioms(self._database, self._numbers.__getitem__)
        self.faults |= reading.faults
        self._lists.write(reading.items, reading.chains, self._stage)
        if reading.key_lengths != self._key_lengths:
            self._key_lengths = reading.key_lengths
            self._choose_plans()
        if reading.asks_for_things and self._leaves_out_things:
            self._leaves_out_things = False
            self._seen = dict.fromkeys(self._seen, _NEVER)
        if reading.compares_equals and not self._compares_equals:
            self._compares_equals = True
            same = self._numbers[SAME_AS]
            columns = " UNION ".join(f"SELECT {column} AS x FROM triple" for column in "spo")
            self._add(f"SELECT x, {same}, x FROM ({columns}) WHERE x > 0", self._stage + 1)

    def _read_names(self) -> None:
        """Note the properties that axioms speak of: only triples with these call for a join."""
        sources = {plan.predicate for plan in self._plans if isinstance(plan.predicate, tuple)}
        wanted = {axiom[0] for axiom, _ in sources} | {self._numbers[TYPE]}
        kind = self._numbers[TYPE]
        rows = self._database.execute(
            f"SELECT DISTINCT p, CASE WHEN p = {kind} THEN o END, s, o FROM axiom"
            f" WHERE p IN ({', '.join(map(str, wanted))})"
        )
        self._named = {}
        for predicate, name, subject, value in rows.fetchall():
            self._named.setdefault(((predicate, name), "s"), set()).add(subject)
            self._named.setdefault(((predicate, name), "o"), set()).add(value)

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
