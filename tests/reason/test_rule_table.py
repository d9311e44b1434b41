"""The rule table: the W3C's rules, each once, in a notation that faults are found in."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from si_graph.errors import InputError
from si_graph.reason.rule_table import (
    Chain,
    Datatype,
    Every,
    Member,
    Pattern,
    owl2_rl,
    path,
    read,
    variables,
)
from si_graph.reason.rules_page import page

ROOT = Path(__file__).resolve().parents[2]
HEADER = "id\ttable\tpremises\tconclusions\tnl\ten\n"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def test_the_table_has_the_rules_of_the_w3c() -> None:
    by_table = Counter(rule.table for rule in owl2_rl().values())
    assert by_table == {4: 9, 5: 20, 6: 19, 7: 5, 8: 5, 9: 20}


def test_seventeen_rules_are_inconsistencies() -> None:
    assert {name for name, rule in owl2_rl().items() if rule.is_inconsistency} == {
        "eq-diff1", "eq-diff2", "eq-diff3", "prp-irp", "prp-asyp", "prp-pdw", "prp-adp",
        "prp-npa1", "prp-npa2", "cls-nothing2", "cls-com", "cls-maxc1", "cls-maxqc1",
        "cls-maxqc2", "cax-dw", "cax-adc", "dt-not-type",
    }  # fmt: skip


def test_premises_of_every_kind_are_read() -> None:
    rules = owl2_rl()
    assert rules["cax-sco"].premises[1] == Pattern("?x", RDF_TYPE, "?c1")
    assert rules["cls-oo"].premises[1] == Member("?l", "?yi")
    assert rules["cax-adc"].premises[2] == Member("?l", "?ci", "?cj")
    assert rules["cls-int1"].premises[1] == Every("?l", "?ci", (Pattern("?y", RDF_TYPE, "?ci"),))
    assert rules["prp-spo2"].premises[1] == Chain("?l", "?u", "?v")
    assert rules["dt-type2"].premises == (Datatype("IN", ("?lt", "?dt")),)
    zero = '"0"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>'
    assert zero in rules["cls-maxc1"].premises[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_rule_has_a_sentence_of_its_variables(language: str) -> None:
    for rule in owl2_rl().values():
        sentence = rule.sentence[language]
        assert sentence.endswith(".")
        named = {f"?{name}" for name in re.findall(r"\{(\w+)\}", sentence)}
        assert named <= variables(rule.premises)
        if rule.premises:
            assert named or rule.id == "eq-ref"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a\t4\t?x ?p\tfalse\tnl\ten", "neither a triple nor any other premise: ?x ?p"),
        ("a\t4\t?x no:p ?y\tfalse\tnl\ten", "no:p"),
        ("a\tIV\t?x ?p ?y\tfalse\tnl\ten", "not a number: IV"),
        ("a\t4\t?x ?p ?y\t?x ?p ?z\tnl\ten", "the conclusion of a names ?z"),
        ("a\t4\t?x ?p ?y\tfalse\tnl\t{q}", "the en sentence of a names {q}"),
        ("a\t4\t?x ?p ?y\tfalse", "a rule has 6 columns, and this line 4"),
        (
            "a\t4\t?x ?p ?y\tfalse\tnl\ten\na\t4\t?x ?p ?y\tfalse\tnl\ten",
            "the rule a stands twice",
        ),
    ],
)
def test_a_malformed_row_is_reported_with_its_place(tmp_path: Path, row: str, message: str) -> None:
    file = tmp_path / "rules.tsv"
    file.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(str(file))
    line = 2 + row.count("\n")
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert message in str(caught.value)


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rules.tsv"
    file.write_text("id\tpremises\n", encoding="utf-8")
    with pytest.raises(InputError, match="the first line must name the columns id table"):
        read(str(file))


def test_a_missing_table_is_reported() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read("/nowhere/rules.tsv")


def test_the_table_lies_where_the_package_looks() -> None:
    assert Path(path()) == ROOT / "ontology" / "rules" / "owl2-rl.tsv"


def test_the_page_of_rules_is_current() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page()
