"""The rules as plans: plain SQL SELECTs over a few tables of numbers, for any engine to run.

The tables, all with a column `stage` that says when a row was added:

- `triple(s, p, o, stage)`: every triple so far, over representatives of equal terms;
- `axiom(s, p, o, stage)`: a copy of those whose predicate or class the rules name;
- `item(list, position, item, length, stage)`: the members of the lists that axioms point to;
- `chain(p, first, second, stage)`: property chains, cut in steps of two; `second` is 0 in a
  chain of one.

Equal terms have one representative, so the rules eq-sym, eq-trans and eq-rep-* need no plan, and
`?x owl:sameAs ?y` as a premise says that both have the same one.

Rule prp-trp has queries of its own, in `transitive`: a join of all with all finds each pair of a
long path by every point in between.

A plan joins new rows of one premise with all rows of the others: `{since}` in its text stands
for the last stage that is not new, and `{apart}` for how two things that are found the same
are told apart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from si_graph.reason.rule_table import Chain, Every, Member, Pattern, Rule, owl2_rl, variables
from si_graph.reason.vocabulary import SAME_AS, TYPE, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Axiom = tuple[int, int | None]
"""What tells axioms apart: the predicate and, where that is `rdf:type`, the class."""

Source = int | tuple[Axiom, str] | str | None
"""Where a property or a class comes from: its number, the axioms and the column that it stands in,
what stands in lists (`item`, `key`) or chains (`first`, `second`), or None for any."""

_KEYS_COMPARED_FIRST = 3
# Of classes that are equivalent each is under the other by scm-eqc1, so cax-sco does what these
# do; it is the same with properties.
_COVERED = ("cax-eqc1", "cax-eqc2", "prp-eqp1", "prp-eqp2")

SCHEMA, LINEAR, JOIN, QUERY = range(4)
"""How far a rule reaches: over axioms only, over one triple of data, over several; or by a query
that is no join."""


class Join(NamedTuple):
    """A plan as data: tables `t0`, `t1`, …, which agree in some columns.

    Attributes:
        tables: The tables.
        conditions: What is compared, and how: columns such as `t0.s`, and numbers.
        chosen: The columns and numbers of the result.
        fresh: The place of the table of which new rows are joined.
    """

    tables: tuple[str, ...]
    conditions: tuple[tuple[str, str, str], ...]
    chosen: tuple[str, ...]
    fresh: int

    def sql(self, columns: Iterable[str]) -> str:
        """Return the SELECT for the columns of the result, by their names."""
        selected = _named(self.chosen, columns)
        compared = [" ".join(condition) for condition in self.conditions]
        compared.append(f"t{self.fresh}.stage > {{since}}")
        # What is new in two premises is found once.
        compared += [f"t{earlier}.stage <= {{since}}" for earlier in range(self.fresh)]
        return f"SELECT {selected} FROM {_listed(self.tables)} WHERE {' AND '.join(compared)}"


class Plan(NamedTuple):
    """One way for one rule to find something new.

    Attributes:
        rule: The rule's id.
        reach: `SCHEMA`, `LINEAR`, `JOIN` or `QUERY`.
        needs: The axioms without which it finds nothing.
        fresh: The table of which new rows are joined.
        fresh_axiom: The axioms of which these are, where they are axioms.
        watched: The new rows that matter, where they are data: the property, and the class if
            that is `rdf:type`; any of these is enough.
        first: Whether this plan alone finds all when everything is new.
        columns: The names of the columns: `s p o`, or for a clash the rule's variables.
        sql: The SELECT, with `{since}` and `{apart}`.
        join: What the SELECT says, where it is a join and no more.
        support: For rules over one triple of data, the SELECT for what they find in the table
            `near` instead of `triple`, with the stage of the latest premise.
    """

    rule: str
    reach: int
    needs: tuple[Axiom, ...]
    fresh: str
    fresh_axiom: Axiom | None
    watched: tuple[tuple[Source, Source], ...]
    first: bool
    columns: tuple[str, ...]
    sql: str
    join: Join | None = None
    support: str | None = None


def plans_of_rules(
    renamed: tuple[tuple[int, int], ...] = (), key_lengths: tuple[int, ...] = ()
) -> list[tuple[Rule, list[Plan]]]:
    """Return the plans of all rules.

    Args:
        renamed: The terms that the rules name and another one stands for, with that one.
        key_lengths: How long the lists of keys are that there are.
    """
    return [
        # Of all rules only that on keys depends on their lengths.
        (rule, _plans_of(rule.id, renamed, key_lengths if rule.id == "prp-key" else ()))
        for rule in owl2_rl().values()
    ]


@lru_cache(maxsize=1000)
def _plans_of(
    rule: str, renamed: tuple[tuple[int, int], ...], key_lengths: tuple[int, ...]
) -> list[Plan]:
    others = dict(renamed)
    known = {term: others.get(number, number) for term, number in numbers().items()}
    return _plans(owl2_rl()[rule], known, key_lengths)


def _plans(rule: Rule, numbers: Mapping[str, int], key_lengths: Iterable[int]) -> list[Plan]:
    if rule.id.startswith("dt-") or rule.id in ("eq-ref", "eq-sym", "eq-trans", "prp-trp"):
        return []
    if rule.id.startswith("eq-rep-") or rule.id in _COVERED or not rule.premises:
        return []
    if any(isinstance(premise, Chain) for premise in rule.premises):
        return list(_chain(rule))
    if any(isinstance(premise, Every) for premise in rule.premises):
        if rule.conclusions[0].predicate == SAME_AS:
            return [plan for length in key_lengths for plan in _key(rule, numbers, length)]
        return list(_intersection(rule, numbers))
    join = _Join(rule, numbers)
    heads = rule.conclusions or (None,)
    return [join.plan(head, fresh) for head in heads for fresh in range(len(join.tables))]


def is_axiom(pattern: Pattern) -> bool:
    """Tell whether triples of a pattern are axioms."""
    if pattern.predicate == TYPE:
        return not pattern.object.startswith("?")
    return not pattern.predicate.startswith("?")


class _Join:
    """A rule's premises as tables, conditions, and columns that give variables their values."""

    def __init__(self, rule: Rule, numbers: Mapping[str, int]) -> None:
        self.rule = rule
        self._numbers = numbers
        self.tables: list[str] = []
        self._axioms: list[Axiom | None] = []
        self._watched: list[tuple[Source, Source]] = []
        self._conditions: list[tuple[str, str, str]] = []
        self._columns: dict[str, str] = {}
        # Of terms that are the same, one name is enough.
        self._alias: dict[str, str] = {}
        for premise in rule.premises:
            if isinstance(premise, Pattern) and premise.predicate == SAME_AS:
                self._alias[premise.object] = premise.subject
        for premise in rule.premises:
            if isinstance(premise, Member):
                self._member(premise)
            elif isinstance(premise, Pattern) and premise.predicate != SAME_AS:
                self._pattern(premise)
        self._data = self.tables.count("triple")

    def plan(self, head: Pattern | None, fresh: int) -> Plan:
        conditions = list(self._conditions)
        if head is None:
            names = sorted(variables(self.rule.premises))
            columns = tuple(name[1:] for name in names)
            chosen = [self._value(name) for name in names]
        else:
            columns = ("s", "p", "o")
            chosen = [self._value(part) for part in head]
            if head.predicate == SAME_AS:
                conditions.append((chosen[0], "{apart}", chosen[2]))
        join = Join(tuple(self.tables), tuple(conditions), tuple(chosen), fresh)
        return Plan(
            self.rule.id,
            min(self._data, JOIN),
            tuple(axiom for axiom in self._axioms if axiom is not None),
            self.tables[fresh],
            self._axioms[fresh],
            (self._watched[fresh],),
            fresh == 0,
            columns,
            join.sql(columns),
            join,
            self._support(_named(chosen, columns)) if self._data == 1 and fresh == 0 else None,
        )

    def _support(self, selected: str) -> str:
        tables = _listed(table.replace("triple", "near") for table in self.tables)
        stages = ", ".join(f"t{place}.stage" for place in range(len(self.tables)))
        return (
            f"SELECT {selected}, greatest({stages}) AS stage FROM {tables}"
            f" WHERE {' AND '.join(' '.join(condition) for condition in self._conditions)}"
        )

    def _value(self, term: str) -> str:
        term = self._alias.get(term, term)
        return self._columns[term] if term.startswith("?") else str(self._numbers[term])

    def _pattern(self, pattern: Pattern) -> None:
        axiom: Axiom | None = None
        if is_axiom(pattern):
            predicate = self._numbers[pattern.predicate]
            is_type = pattern.predicate == TYPE
            axiom = (predicate, self._numbers[pattern.object] if is_type else None)
        alias = self._add("triple" if axiom is None else "axiom", axiom)
        if axiom is None:
            is_type = pattern.predicate == TYPE
            kind = self._source(pattern.object) if is_type else None
            self._watched[-1] = (self._source(pattern.predicate), kind)
        for column, term in zip("spo", pattern, strict=True):
            self._bind(term, f"{alias}.{column}")

    def _source(self, term: str) -> Source:
        """Return where the property or the class of a pattern over data comes from."""
        if not term.startswith("?"):
            return self._numbers[term]
        alias, _, column = self._columns.get(term, "").partition(".")
        if not alias or column == "item":
            return column or None
        axiom = self._axioms[int(alias[1:])]
        return (axiom, column) if axiom is not None else None

    def _member(self, member: Member) -> None:
        first = self._add("item", None)
        self._bind(member.list, f"{first}.list")
        self._bind(member.item, f"{first}.item")
        if member.later is not None:
            second = self._add("item", None)
            self._bind(member.list, f"{second}.list")
            self._bind(member.later, f"{second}.item")
            self._conditions.append((f"{first}.position", "<", f"{second}.position"))

    def _add(self, table: str, axiom: Axiom | None) -> str:
        self.tables.append(table)
        self._axioms.append(axiom)
        self._watched.append((None, None))
        return f"t{len(self.tables) - 1}"

    def _bind(self, term: str, column: str) -> None:
        term = self._alias.get(term, term)
        if not term.startswith("?"):
            self._conditions.append((column, "=", str(self._numbers[term])))
        elif term in self._columns:
            self._conditions.append((column, "=", self._columns[term]))
        else:
            self._columns[term] = column


def _chain(rule: Rule) -> Iterator[Plan]:
    """Yield the plans of a property chain: one step, and two in a row."""
    columns = ("s", "p", "o")
    first, second = ("t1.p", "=", "t0.first"), ("t2.p", "=", "t0.second")
    one = (("t0.second", "=", "0"), first), ("t1.s", "t0.p", "t1.o")
    two = (first, second, ("t2.s", "=", "t1.o")), ("t1.s", "t0.p", "t2.o")
    sources: tuple[Source, ...] = (None, "first", "second")
    for (conditions, chosen), tables in (
        (one, ("chain", "triple")),
        (two, ("chain", "triple", "triple")),
    ):
        for fresh, table in enumerate(tables):
            join = Join(tables, conditions, chosen, fresh)
            watched = ((sources[fresh], None),)
            sql = join.sql(columns)
            yield Plan(rule.id, JOIN, (), table, None, watched, not fresh, columns, sql, join)


def _listed(tables: Iterable[str]) -> str:
    return ", ".join(f"{table} t{place}" for place, table in enumerate(tables))


def _named(values: Iterable[str], columns: Iterable[str]) -> str:
    return ", ".join(f'{value} AS "{name}"' for value, name in zip(values, columns, strict=True))


def _intersection(rule: Rule, numbers: Mapping[str, int]) -> Iterator[Plan]:
    """Yield the plans of a rule that asks for membership of every class of a list."""
    kind = numbers[TYPE]
    axiom = (numbers[_first(rule).predicate], None)
    for fresh, alias in (("triple", "t"), ("axiom", "a"), ("item", "i")):
        yield Plan(
            rule.id,
            QUERY,
            (axiom,),
            fresh,
            axiom if fresh == "axiom" else None,
            ((kind, "item"),),
            fresh == "triple",
            ("s", "p", "o"),
            "SELECT candidate.s, "
            f"{kind} AS p, candidate.class AS o FROM (SELECT DISTINCT t.s, i.list, i.length,"
            " a.s AS class FROM axiom a, item i, triple t"
            f" WHERE a.p = {axiom[0]} AND i.list = a.o AND t.p = {kind}"
            f" AND t.o = i.item AND {alias}.stage > {{since}}) candidate, item i, triple t"
            f" WHERE i.list = candidate.list AND t.s = candidate.s AND t.p = {kind}"
            " AND t.o = i.item"
            " GROUP BY candidate.s, candidate.class, candidate.list, candidate.length"
            " HAVING count(DISTINCT i.position) = candidate.length",
        )


def _key(rule: Rule, numbers: Mapping[str, int], length: int) -> Iterator[Plan]:
    """Yield the plans of a rule on keys, for keys of one length.

    The values of the first keys are brought together before things are compared, as many things
    may share one of them; what agrees in these is then compared in all. Where only things are
    new, these are compared with those that have the same first values.
    """
    axiom, same = (numbers[part] for part in (_first(rule).predicate, SAME_AS))
    places = range(1, min(length, _KEYS_COMPARED_FIRST) + 1)
    alike = " INTERSECT ".join(
        f"SELECT v.s FROM item i, triple v WHERE i.position = {n} AND i.length = {length}"
        f" AND v.p = i.item AND v.o IN (SELECT z{n} FROM one)"
        for n in places
    )
    anew = (
        "fresh AS (SELECT DISTINCT s FROM triple WHERE stage > {since}),"
        f" one AS ({_keyed(axiom, numbers[TYPE], length)} AND t.s IN (SELECT s FROM fresh)),"
        f" alike AS ({alike}),"
        f" other AS ({_keyed(axiom, numbers[TYPE], length)} AND t.s IN (SELECT s FROM alike))"
    )
    whole = f"one AS ({_keyed(axiom, numbers[TYPE], length)}), other AS (SELECT * FROM one)"
    equal = " AND ".join(f"a.z{n} = b.z{n}" for n in places)
    pairs = (
        "SELECT DISTINCT a.list, a.s, b.s AS o FROM one a, other b WHERE a.list = b.list"
        f" AND a.class = b.class AND {equal} AND a.s <> b.s"
    )
    if length > len(places):
        pairs = (
            f"SELECT f.s, f.o FROM ({pairs}) f, item i, triple a, triple b"
            " WHERE i.list = f.list AND a.s = f.s AND a.p = i.item AND b.s = f.o"
            " AND b.p = i.item AND b.o = a.o GROUP BY f.s, f.o, f.list"
            f" HAVING count(DISTINCT i.position) = {length}"
        )
    for fresh, tables in (("axiom", whole), ("item", whole), ("triple", anew)):
        yield Plan(
            rule.id,
            QUERY,
            ((axiom, None),),
            fresh,
            (axiom, None) if fresh == "axiom" else None,
            (("key", None), (numbers[TYPE], ((axiom, None), "s"))),
            fresh == "axiom",
            ("s", "p", "o"),
            f"WITH {tables} SELECT s, {same} AS p, o FROM ({pairs})",
        )


def _keyed(axiom: int, kind: int, length: int) -> str:
    """Return the query for the values that things have for the first keys of their classes."""
    places = range(1, min(length, _KEYS_COMPARED_FIRST) + 1)
    values = ", ".join(f"v{n}.o AS z{n}" for n in places)
    tables = ", ".join(f"item i{n}, triple v{n}" for n in places)
    joined = " AND ".join(
        f"i{n}.list = c.o AND i{n}.position = {n} AND v{n}.s = t.s AND v{n}.p = i{n}.item"
        for n in places
    )
    return (
        f"SELECT c.o AS list, c.s AS class, t.s, {values} FROM axiom c, triple t, {tables}"
        f" WHERE c.p = {axiom} AND i1.length = {length} AND t.p = {kind} AND t.o = c.s"
        f" AND {joined}"
    )


def together(chosen: Iterable[Plan], since: int, apart: str = "<") -> str:
    """Return the query for all that some plans find."""
    return " UNION ALL ".join(f"({plan.sql.format(since=since, apart=apart)})" for plan in chosen)


def says_of_data(plan: Plan) -> bool:
    """Tell whether what a plan finds is no axiom."""
    return not any(is_axiom(head) for head in owl2_rl()[plan.rule].conclusions)


def _first(rule: Rule) -> Pattern:
    """Return the axiom that a rule on lists begins with."""
    return next(premise for premise in rule.premises if isinstance(premise, Pattern))
