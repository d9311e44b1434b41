"""What the database cannot join: lists, the datatypes of literals, axioms about the axioms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from si_graph.namespaces import PREFIXES
from si_graph.reason import literals
from si_graph.reason.datatypes import DATATYPES
from si_graph.reason.lists import Cells, Fault
from si_graph.reason.vocabulary import (
    FIRST,
    HAS_KEY,
    REST,
    SAME_AS,
    THING,
    TYPE,
    list_predicates,
    numbers,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

_CHAIN_AXIOM = PREFIXES["owl"] + "propertyChainAxiom"
_RDFS, _OWL = PREFIXES["rdfs"], PREFIXES["owl"]
# Axioms that make things an owl:Thing, or that ask for one in a rule that takes anything.
_ABOUT_ANYTHING = (
    TYPE,
    _RDFS + "subClassOf",
    _RDFS + "domain",
    _RDFS + "range",
    _OWL + "someValuesFrom",
    _OWL + "allValuesFrom",
    _OWL + "onClass",
)
_REFLEXIVE = (_RDFS + "subClassOf", _OWL + "equivalentClass")

EQUAL_LITERALS = """
    SELECT coalesce(a.rep, l.id) AS a, coalesce(b.rep, lowest.id) AS b FROM literal l JOIN
    (SELECT space, value, min(id) AS id FROM literal WHERE value IS NOT NULL
        GROUP BY space, value HAVING count(*) > 1) lowest
    ON lowest.space = l.space AND lowest.value = l.value
    LEFT JOIN same a ON a.id = l.id LEFT JOIN same b ON b.id = lowest.id"""
"""The query for the representatives of literals with the same value, in columns `a` and `b`."""


class Reading(NamedTuple):
    """What the axioms of a moment come to.

    Attributes:
        items: The items of each list.
        chains: The chains of each property.
        keys: The lists of these that are keys.
        faults: What is wrong with lists that are none.
        asks_for_things: Whether it matters to some rule what is an `owl:Thing`.
        compares_equals: Whether it matters to some rule which terms are equal to themselves.
    """

    items: dict[int, tuple[int, ...]]
    chains: dict[int, list[tuple[int, ...]]]
    keys: set[int]
    faults: set[Fault]
    asks_for_things: bool
    compares_equals: bool


def read_axioms(database: DuckDBPyConnection, current: Callable[[str], int]) -> Reading:
    """Read the lists that axioms point to, and the axioms about what most rules need not know.

    Args:
        database: The database with the table `axiom`.
        current: Gives the number of a term that the rules name.
    """
    heads = {number for number in numbers().values() if number in list_predicates()}
    listed = sorted({*heads, current(FIRST), current(REST)})
    thing, same, kind = current(THING), current(SAME_AS), current(TYPE)
    rows = database.execute(
        f"SELECT DISTINCT s, p, o FROM axiom WHERE p IN ({', '.join(map(str, listed))})"
        f" OR s IN ({thing}, {same}, {kind}) OR o IN ({thing}, {same}, {kind})"
        f" AND NOT (p = {current(_RDFS + 'subClassOf')} AND o = {thing})"
    ).fetchall()
    links = (current(FIRST), current(REST))
    cells = Cells([row for row in rows if row[1] in links], links)
    reading = Reading({}, {}, set(), set(), False, False)
    for row in rows:
        if row[1] not in heads:
            continue
        items = cells.items(row)
        if isinstance(items, Fault):
            reading.faults.add(items)
        elif items:
            reading.items[row[2]] = items
            if row[1] == current(_CHAIN_AXIOM):
                reading.chains.setdefault(row[0], []).append(items)
    keys = {row[2] for row in rows if row[1] == current(HAS_KEY)}
    about = {term: current(term) for term in (*_ABOUT_ANYTHING, *_REFLEXIVE)}
    reflexive = {about[term] for term in _REFLEXIVE}
    idle = {about[term] for term in _ABOUT_ANYTHING}
    asks = any(
        kind in (s, o)
        or (s == thing and p != kind and not (o == thing and p in reflexive))
        or (o == thing and p not in idle and not (s == thing and p in reflexive))
        for s, p, o in rows
    )
    return reading._replace(
        keys=keys & set(reading.items),
        asks_for_things=asks,
        compares_equals=any(same in (s, o) for s, _, o in rows),
    )


class Literals:
    """The table `literal` of the values that matter to some rule, kept up with the terms.

    Attributes:
        grew: Whether the last reading brought literals that may equal others.
    """

    def __init__(self, database: DuckDBPyConnection) -> None:
        self._database = database
        self.grew = False
        self._valued: set[str] = set()
        self._named: dict[int, str] = {}
        self._last = len(numbers())
        database.execute(
            "CREATE OR REPLACE TABLE literal (id INTEGER, datatype VARCHAR, space VARCHAR,"
            " value VARCHAR, number HUGEINT)"
        )

    def read(self, stated: str) -> str | None:
        """Value the literals among the terms that are new.

        Args:
            stated: The table with the triples that are new.

        Returns:
            The query for the literals that are of a datatype that the graph names (rule
            dt-type2), as far as they are new; None where nothing is.
        """
        self.grew = False
        first, new = self._last, f"(SELECT * FROM term WHERE id > {self._last})"
        rows = self._database.execute(literals.written_datatypes(new)).fetchall()
        written = {row[0] for row in rows if row[0] in DATATYPES}
        known = {numbers()[iri]: iri for iri in DATATYPES}
        within = f"BETWEEN {min(known)} AND {max(known)}"
        rows = self._database.execute(
            f"SELECT s FROM {stated} WHERE s {within} UNION SELECT o FROM {stated} WHERE o {within}"
        ).fetchall()
        named = {row[0]: known[row[0]] for row in rows} | self._named
        if written or named:
            needed = written | self._valued | {PREFIXES["xsd"] + "nonNegativeInteger"}
            # A text is of no other datatype than those of texts, which may be a clash too.
            needed |= {literals.STRING} if named else set()
            old = f"(SELECT * FROM term WHERE id <= {first})"
            turns = [(old, needed - self._valued), (new, needed)]
            # At first, all terms at once.
            turns = turns if self._valued else [("term", needed)]
            grown = [self._value(terms, datatypes) for terms, datatypes in turns]
            self.grew = any(grown)
            self._valued = needed
        fresh, self._named = set(named) - set(self._named), named
        row = self._database.execute("SELECT max(id) FROM term").fetchone()
        self._last = row[0] if row else first
        if not (self.grew or fresh):
            return None
        newly = ", ".join(map(str, fresh)) or "0"
        return next(iter(self.memberships(f"l.id > {first} OR d.id IN ({newly})")), None)

    def memberships(self, condition: str = "true") -> list[str]:
        """Return the query for the literals that are of a datatype that the graph names.

        Args:
            condition: What the literal `l` and the datatype `d` have to meet.

        Returns:
            The one query; none where no datatype is named.
        """
        if not self._named:
            return []
        pairs = ", ".join(f"({number}, '{iri}')" for number, iri in self._named.items())
        return [
            f"SELECT l.id, {numbers()[TYPE]}, d.id FROM literal l,"
            f" (VALUES {pairs}) d(id, iri) WHERE ({condition})"
            f" AND {literals.contained('d.iri', list(self._named.values()))}"
        ]

    def _value(self, terms: str, datatypes: set[str]) -> bool:
        """Value the literals of some datatypes, and tell whether there are any."""
        if not datatypes:
            return False
        rows = self._database.execute(f"INSERT INTO literal {literals.values(terms, datatypes)}")
        return rows.fetchone() != (0,)
