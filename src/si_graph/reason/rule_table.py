"""The OWL 2 RL/RDF rules, read from the table in `ontology/rules/`.

The table has one row for each rule of tables 4 to 9 of https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
with the columns `id table premises conclusions nl en`, parted by tabs. Premises and conclusions
are parted by ` . ` and written in prefixed names; the conclusion `false` is an inconsistency.
A premise is one of these:

- `?x rdf:type ?c`: a triple;
- `LIST ?l HAS ?c`: a member of a list; `LIST ?l HAS ?a BEFORE ?b`: two members, in this order;
- `EVERY ?c IN ?l : PATTERN AND PATTERN`: the triples for every member of a list of one or more;
  a variable that stands nowhere else in the rule has a value of its own for each member;
- `CHAIN ?l FROM ?u TO ?v`: triples that lead from `?u` to `?v` by the properties of a list;
- `DATATYPE ?d`: a datatype of OWL 2 RL; `VALUE ?v IN ?d`, `VALUE ?v NOT IN ?d`: whether the
  value of a literal is one of a datatype; `VALUE ?v SAME AS ?w`, `VALUE ?v NOT SAME AS ?w`:
  whether two literals have the same value.

The sentences name variables in braces, for labels to be put in.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from si_graph import locations
from si_graph.errors import InputError
from si_graph.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = ("id", "table", "premises", "conclusions", "nl", "en")
LANGUAGES = ("nl", "en")


class Pattern(NamedTuple):
    """A triple; each part a variable (`?x`), a full IRI, or a literal as N-Triples writes it."""

    subject: str
    predicate: str
    object: str


class Member(NamedTuple):
    """An item of a list, or two of which the first stands before the other."""

    list: str
    item: str
    later: str | None = None


class Every(NamedTuple):
    """Triples that hold for every item of a list of one or more."""

    list: str
    item: str
    patterns: tuple[Pattern, ...]


class Chain(NamedTuple):
    """A path from start to end by the properties of a list, in their order."""

    list: str
    start: str
    end: str


class Datatype(NamedTuple):
    """A test on literals and datatypes.

    Attributes:
        test: `DATATYPE`, `IN`, `NOT IN`, `SAME AS` or `NOT SAME AS`.
        arguments: What it is about: one term for `DATATYPE`, otherwise two.
    """

    test: str
    arguments: tuple[str, ...]


Premise = Pattern | Member | Every | Chain | Datatype


class Rule(NamedTuple):
    """One rule.

    Attributes:
        id: The name that the W3C gives it.
        table: The number of the W3C's table that it stands in.
        premises: What must hold.
        conclusions: What then holds; nothing where that is an inconsistency.
        sentence: What the rule says, by language, with variables in braces.
    """

    id: str
    table: int
    premises: tuple[Premise, ...]
    conclusions: tuple[Pattern, ...]
    sentence: dict[str, str]

    @property
    def is_inconsistency(self) -> bool:
        """Whether the premises contradict each other."""
        return not self.conclusions


def path() -> str:
    """Return the file of the rule table."""
    return os.path.join(locations.root(), "ontology", "rules", "owl2-rl.tsv")


@cache
def owl2_rl() -> dict[str, Rule]:
    """Return the rules of OWL 2 RL by id, in the order of the W3C's tables."""
    return read(path())


def read(file: str) -> dict[str, Rule]:
    """Return the rules of a table by id, in its order.

    Raises:
        InputError: The table is missing or malformed; says where.
    """
    try:
        with open(file, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
    except OSError as error:
        raise InputError(f"the rule table cannot be read ({error.strerror})", file) from None
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise InputError(f"the first line must name the columns {' '.join(COLUMNS)}", file, 1)
    rules: dict[str, Rule] = {}
    for number, line in enumerate(lines[1:], start=2):
        try:
            rule = parse(line)
            if rule.id in rules:
                raise ValueError(f"the rule {rule.id} stands twice in the table")
        except ValueError as error:
            raise InputError(str(error), file, number) from None
        rules[rule.id] = rule
    return rules


def parse(line: str) -> Rule:
    """Return the rule of one line of the table.

    Raises:
        ValueError: The line is malformed.
    """
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"a rule has {len(COLUMNS)} columns, and this line {len(cells)}")
    identifier, table, premises, conclusions, *sentences = cells
    if not table.isdigit():
        raise ValueError(f"the number of the W3C's table is not a number: {table}")
    rule = Rule(
        identifier,
        int(table),
        tuple(_premise(text) for text in premises.split(" . ") if text),
        () if conclusions == "false" else tuple(map(_pattern, conclusions.split(" . "))),
        dict(zip(LANGUAGES, sentences, strict=True)),
    )
    _require_bound(rule)
    return rule


def variables(terms: Iterable[object]) -> set[str]:
    """Return the variables in a premise, a conclusion, or any nesting of these."""
    found: set[str] = set()
    for term in terms:
        if isinstance(term, str):
            found.update([term] if term.startswith("?") else [])
        elif isinstance(term, tuple):
            found |= variables(term)
    return found


_LIST = re.compile(r"LIST (\S+) HAS (\S+)(?: BEFORE (\S+))?")
_EVERY = re.compile(r"EVERY (\S+) IN (\S+) : (.+)")
_CHAIN = re.compile(r"CHAIN (\S+) FROM (\S+) TO (\S+)")
_DATATYPE = re.compile(r"DATATYPE (\S+)")
_VALUE = re.compile(r"VALUE (\S+) (IN|NOT IN|SAME AS|NOT SAME AS) (\S+)")
_LITERAL = re.compile(r'("[^"]*")\^\^(\S+)')
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def _premise(text: str) -> Premise:
    if found := _LIST.fullmatch(text):
        items, item, later = found.groups()
        return Member(_term(items), _term(item), _term(later) if later else None)
    if found := _EVERY.fullmatch(text):
        item, items, patterns = found.groups()
        return Every(_term(items), _term(item), tuple(map(_pattern, patterns.split(" AND "))))
    if found := _CHAIN.fullmatch(text):
        return Chain(*map(_term, found.groups()))
    if found := _DATATYPE.fullmatch(text):
        return Datatype("DATATYPE", (_term(found[1]),))
    if found := _VALUE.fullmatch(text):
        return Datatype(found[2], (_term(found[1]), _term(found[3])))
    return _pattern(text)


def _pattern(text: str) -> Pattern:
    parts = text.split(" ")
    if len(parts) != 3:
        raise ValueError(f"this is neither a triple nor any other premise: {text}")
    return Pattern(*map(_term, parts))


@cache
def _term(text: str) -> str:
    if re.fullmatch(r"\?\w+", text):
        return text
    if literal := _LITERAL.fullmatch(text):
        return f"{literal[1]}^^<{_term(literal[2])}>"
    iri = expand(text)
    if iri is None:
        raise ValueError(f"this is neither a variable nor a name with a known prefix: {text}")
    return iri


def _require_bound(rule: Rule) -> None:
    known = variables(rule.premises)
    for name in sorted(variables(rule.conclusions) - known):
        raise ValueError(f"the conclusion of {rule.id} names {name}, and no premise does")
    for language, sentence in rule.sentence.items():
        for name in _PLACEHOLDER.findall(sentence):
            if f"?{name}" not in known:
                raise ValueError(f"the {language} sentence of {rule.id} names {{{name}}}, unknown")
