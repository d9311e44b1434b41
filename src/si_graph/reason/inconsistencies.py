"""The clashes in a materialisation, each with the triples that clash and a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from si_graph.namespaces import PREFIXES, shorten
from si_graph.reason import literals
from si_graph.reason.datatypes import DATATYPES
from si_graph.reason.plans import together
from si_graph.reason.protocol import Inconsistency
from si_graph.reason.rule_table import Pattern, owl2_rl
from si_graph.reason.vocabulary import FIRST, SAME_AS, TYPE, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from si_graph.reason.plans import Plan

    Term = ox.NamedNode | ox.BlankNode | ox.Literal

MOST_SHOWN = 100
"""How many clashes of one rule are reported; that there are more is said."""

_DIFFERENT = PREFIXES["owl"] + "differentFrom"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Clashes:
    """The clashes in a materialisation.

    Attributes:
        found: The clashes.
        more: The rules with more clashes than are shown.
    """

    def __init__(self, database: DuckDBPyConnection, plans: Iterable[Plan]) -> None:
        self.more: list[str] = []
        self._database = database
        found: dict[tuple[str, frozenset[object]], Inconsistency] = {}
        for rule, rows in self._rows(plans):
            if len(rows) > MOST_SHOWN:
                self.more.append(rule)
            for row in rows[:MOST_SHOWN]:
                clash = self._told(rule, row)
                found.setdefault((rule, frozenset(clash.premises or clash.terms)), clash)
        self.found = tuple(sorted(found.values(), key=lambda clash: clash[:2]))

    def _rows(self, plans: Iterable[Plan]) -> Iterator[tuple[str, list[dict[str, int]]]]:
        """Yield for each rule the values of its variables in each clash."""
        seen = set()
        for plan in plans:
            # Of the plans of one rule the first joins all with all, when everything is new.
            if plan.rule not in seen:
                seen.add(plan.rule)
                is_of_pair = plan.rule == "eq-diff1"
                one = f"SELECT DISTINCT * FROM ({together([plan], -1)})"
                rows = self._select(_EQUAL_AND_DIFFERENT if is_of_pair else one, plan.columns)
                if plan.rule in ("eq-diff2", "eq-diff3"):
                    rows = list(map(self._told_apart, rows))
                yield plan.rule, rows
        yield "eq-diff1", self._unequal_literals()
        yield "dt-not-type", self._misplaced_literals()

    def _select(self, query: str, columns: Sequence[str]) -> list[dict[str, int]]:
        rows = self._database.execute(f"{query} LIMIT {MOST_SHOWN + 1}").fetchall()
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def _told_apart(self, row: dict[str, int]) -> dict[str, int]:
        """Put two names of one thing, as they stand in lists, for the one that represents it."""
        first = numbers()[FIRST]
        names = self._database.execute(
            "SELECT DISTINCT o FROM stated LEFT JOIN same ON same.id = stated.o"
            f" WHERE p = {first} AND coalesce(same.rep, o) = {row['zi']} ORDER BY o LIMIT 2"
        ).fetchall()
        return {**row, "zi": names[0][0], "zj": names[-1][0]} if names else row

    def _unequal_literals(self) -> list[dict[str, int]]:
        """Return literals of different values (rule dt-diff) that are said to be the same."""
        self._database.execute(
            "CREATE OR REPLACE TEMP TABLE equal_literal AS SELECT term.id, term.text, member.rep"
            " FROM member JOIN term ON term.id = member.id WHERE text LIKE '\"%'"
            " AND rep IN (SELECT rep FROM member JOIN term ON term.id = member.id"
            " WHERE text LIKE '\"%' GROUP BY rep HAVING count(*) > 1)"
        )
        if self._database.execute("SELECT count(*) FROM equal_literal").fetchone() == (0,):
            return []
        return self._select(
            f"WITH valued AS ({literals.values('equal_literal', DATATYPES)})"
            " SELECT min(v.id), max(v.id) FROM (SELECT e.rep, v.space, v.value, min(v.id) AS id"
            " FROM valued v JOIN equal_literal e ON e.id = v.id WHERE v.value IS NOT NULL"
            " GROUP BY ALL) v GROUP BY v.rep HAVING count(*) > 1",
            ("x", "y"),
        )

    def _misplaced_literals(self) -> list[dict[str, int]]:
        """Return literals with a datatype that they are written with or said to be of, but not."""
        counted = "SELECT count(*), count(*) FILTER (value IS NULL) FROM literal"
        count, count_ill_typed = self._database.execute(counted).fetchone() or (0, 0)
        if not count:
            return []
        datatypes = {numbers()[iri]: iri for iri in DATATYPES}
        rows = self._database.execute(
            f"SELECT DISTINCT o FROM triple WHERE p = {numbers()[TYPE]}"
            f" AND o IN ({', '.join(map(str, datatypes))})"
        ).fetchall()
        queries = []
        if count_ill_typed:
            queries.append(
                f"SELECT l.id, d.id FROM literal l JOIN {_listed(datatypes)} ON d.iri = l.datatype"
                " WHERE l.value IS NULL"
            )
        if named := {row[0]: datatypes[row[0]] for row in rows}:
            queries.append(
                "SELECT l.id, d.id FROM literal l LEFT JOIN same ON same.id = l.id"
                f" JOIN triple t ON t.s = coalesce(same.rep, l.id) AND t.p = {numbers()[TYPE]}"
                f" JOIN {_listed(named)} ON d.id = t.o"
                f" WHERE NOT {literals.contained('d.iri', named.values())}"
            )
        return self._select(" UNION ".join(queries), ("lt", "dt")) if queries else []

    def _told(self, rule_id: str, row: Mapping[str, int]) -> Inconsistency:
        rule = owl2_rl()[rule_id]
        terms = {name: self._term(number) for name, number in row.items()}
        premises = [
            triple
            for premise in rule.premises
            if isinstance(premise, Pattern)
            for triple in _instance(premise, terms)
        ]
        if not premises:
            # What clashes says something of literals: what is stated with these shows it best.
            premises = [triple for number in row.values() for triple in self._used(number)]
        names = {name: _shown(term) for name, term in terms.items()}
        about = dict.fromkeys(_PLACEHOLDER.findall(rule.sentence["en"]))
        return Inconsistency(
            rule_id,
            rule.sentence["en"].format_map(names).removesuffix("."),
            tuple(dict.fromkeys(terms[name] for name in about)),
            (),
            tuple(dict.fromkeys(premises)),
            rule.sentence["nl"].format_map(names).removesuffix("."),
        )

    def _used(self, literal: int) -> Iterator[ox.Triple]:
        """Yield a triple that states something with a literal."""
        row = self._database.execute(
            f"SELECT s, p, o FROM stated WHERE o = {literal} ORDER BY s, p LIMIT 1"
        ).fetchone()
        if row is not None:
            yield ox.Triple(*map(self._term, row))  # type: ignore[arg-type]  # stated, so sound

    def _term(self, number: int) -> Term:
        row = self._database.execute(f"SELECT text FROM term WHERE id = {number}").fetchone()
        return term(row[0]) if row else ox.BlankNode()


def term(text: str) -> Term:
    """Return the term that N-Triples writes like this."""
    quad = next(iter(ox.parse(f"<a:a> <a:a> {text} .", format=ox.RdfFormat.N_TRIPLES)))
    found: Term = quad.object
    return found


def _listed(datatypes: Mapping[int, str]) -> str:
    """Return datatypes as a table `d` of numbers and IRIs."""
    return f"(VALUES {', '.join(f'({n}, {iri!r})' for n, iri in datatypes.items())}) d(id, iri)"


def _instance(pattern: Pattern, terms: Mapping[str, Term]) -> Iterator[ox.Triple]:
    """Yield the triple of a pattern, if RDF has such a triple and it says something."""
    parts = [
        terms[part[1:]]
        if part.startswith("?")
        else term(part if part.startswith('"') else f"<{part}>")
        for part in pattern
    ]
    subject, predicate, value = parts
    if pattern.predicate == SAME_AS and subject == value:
        return
    if not isinstance(subject, ox.Literal) and isinstance(predicate, ox.NamedNode):
        yield ox.Triple(subject, predicate, value)


def _shown(found: Term) -> str:
    if isinstance(found, ox.NamedNode):
        return shorten(found.value)
    return f"'{found.value}'" if isinstance(found, ox.Literal) else str(found)


_EQUAL_AND_DIFFERENT = f"""
    SELECT DISTINCT t.s, t.o FROM
        (SELECT s, p, o FROM triple UNION ALL SELECT s, p, o FROM former) t
    LEFT JOIN same a ON a.id = t.s LEFT JOIN same b ON b.id = t.o
    WHERE t.p = {numbers()[_DIFFERENT]} AND coalesce(a.rep, t.s) = coalesce(b.rep, t.o)
        AND (t.s <> t.o OR NOT EXISTS (SELECT 1 FROM same WHERE same.rep = t.s))"""
