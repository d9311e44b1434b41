"""The page of rules for readers, written from the rule table.

`python -m si_graph.reason.rules_page` writes it to standard output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.namespaces import shorten
from si_graph.reason.rule_table import Chain, Datatype, Every, Member, Pattern, owl2_rl

if TYPE_CHECKING:
    from si_graph.reason.rule_table import Premise, Rule

_TABLES = {
    4: "Equality",
    5: "Properties",
    6: "Classes",
    7: "Class axioms",
    8: "Datatypes",
    9: "Schema vocabulary",
}
_TESTS = {
    "IN": "one of",
    "NOT IN": "not one of",
    "SAME AS": "the same as that of",
    "NOT SAME AS": "not the same as that of",
}
_HEAD = """\
# The rules

<!-- Written from ontology/rules/owl2-rl.tsv by `python -m si_graph.reason.rules_page`. -->

The engine `rules` applies these {count} rules, and no others. They are the OWL 2 RL/RDF rules of
the W3C, with its names ([OWL 2 Profiles, section 4.3][w3c]); {clashes} of them find
inconsistencies. What holds of any graph, such as that everything is itself, is used but not told.

[w3c]: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""


def page() -> str:
    """Return the page in Markdown."""
    rules = owl2_rl().values()
    clashes = sum(rule.is_inconsistency for rule in rules)
    parts = [_HEAD.format(count=len(rules), clashes=clashes)]
    for number, title in _TABLES.items():
        parts.append(f"## {title}\n")
        parts += [_section(rule) for rule in rules if rule.table == number]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    lines = [*map(_written, rule.premises)]
    lines += [f"=> {_triple(pattern)}" for pattern in rule.conclusions] or ["=> inconsistent"]
    code = "\n".join(lines)
    said = [f"*{language}:* {text}" for language, text in rule.sentence.items()]
    return f"### {rule.id}\n\n```\n{code}\n```\n\n" + "  \n".join(said) + "\n"


def _written(premise: Premise) -> str:
    match premise:
        case Pattern():
            return _triple(premise)
        case Member(items, item, None):
            return f"{item} stands in the list {items}"
        case Member(items, item, later):
            return f"{item} stands before {later} in the list {items}"
        case Every(items, item, patterns):
            return f"for every {item} in the list {items}: {'; '.join(map(_triple, patterns))}"
        case Chain(items, start, end):
            return f"the properties of the list {items} lead from {start} to {end}"
        case Datatype(test, (datatype,)):
            return f"{datatype} is a {test.lower()} of OWL 2 RL"
        case Datatype(test, (value, other)):
            return f"the value of {value} is {_TESTS[test]} {other}"
    raise TypeError(premise)


def _triple(pattern: Pattern) -> str:
    return " ".join(map(_term, pattern))


def _term(term: str) -> str:
    if term.startswith('"'):
        value, _, datatype = term.partition("^^")
        return f"{value}^^{shorten(datatype[1:-1])}"
    return shorten(term)


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
