"""A competency question that gets another answer than expected is a violation, at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from si_graph import KnowledgeGraph
from si_graph.query.competency import ENGINE, check_answers
from si_graph.store.embedded import EmbeddedStore
from support import ROOT


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Return a folder with two questions, of which one has rows in a fixed order."""
    for name in ("CQ14.rq", "CQ14.tsv", "CQ06.rq", "CQ06.tsv"):
        shutil.copy(ROOT / "queries" / name, tmp_path / name)
    return tmp_path


def change(path: Path, *, drop: int | None = None, add: str = "", swap: bool = False) -> None:
    """Drop a line of the expected answer, add one, or change the order."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    if drop is not None:
        del lines[drop]
    if swap:
        lines.reverse()
    text = "\n".join([head, *lines, *([add] if add else [])])
    path.write_text(text + "\n", encoding="utf-8")


def test_the_bundled_graph_answers_as_expected(closure: EmbeddedStore) -> None:
    assert check_answers(closure).conforms


def test_a_missing_row_is_told_at_its_line(closure: EmbeddedStore, questions: Path) -> None:
    change(questions / "CQ14.tsv", add="awt84:rec9\tAanbeveling 9")
    (result,) = check_answers(closure, str(questions)).results
    assert result.focus.value.endswith("query/CQ14")
    lines = (questions / "CQ14.tsv").read_text(encoding="utf-8").splitlines()
    assert result.location == (str(questions / "CQ14.tsv"), len(lines), None)
    assert "rows missing 1, rows too many 0" in result.text("en")
    assert "rijen die ontbreken 1" in result.text("nl")
    assert result.expected["nl"] == "awt84:rec9 / Aanbeveling 9"
    assert "correct CQ14.tsv instead" in result.mend["en"]


def test_a_row_too_many_is_the_value(closure: EmbeddedStore, questions: Path) -> None:
    change(questions / "CQ14.tsv", drop=0)
    (result,) = check_answers(closure, str(questions)).results
    assert result.value is not None
    assert result.value.value.startswith("awt84:rec1 / ")
    assert not result.expected


def test_another_order_or_other_columns_are_told(closure: EmbeddedStore, questions: Path) -> None:
    change(questions / "CQ14.tsv", swap=True)
    path = questions / "CQ06.tsv"
    path.write_text("?other\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    told = [result.text("en") for result in check_answers(closure, str(questions)).results]
    assert told == [
        "The answer to CQ06 has other columns than ?other.",
        "The answer to CQ14 stands in another order than expected.",
    ]


def test_a_question_that_cannot_be_asked_is_told(closure: EmbeddedStore, questions: Path) -> None:
    path = questions / "CQ06.rq"
    path.write_text(path.read_text(encoding="utf-8").replace("WHERE {", "WHERE {{ ??"))
    (result,) = check_answers(closure, str(questions)).results
    assert "syntax error" in result.text("en")
    assert result.location is not None
    assert result.location.file == str(path)


def test_a_question_without_an_expected_answer_is_not_checked(
    closure: EmbeddedStore, questions: Path
) -> None:
    (questions / "CQ14.tsv").unlink()
    assert check_answers(closure, str(questions)).conforms


def test_only_the_bundled_graph_is_asked_the_questions(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text("<http://example.org/a> a <http://example.org/B> .")
    assert ENGINE in KnowledgeGraph.open().validate().engine
    assert ENGINE not in KnowledgeGraph.open(asserted=True).validate().engine
    assert ENGINE not in KnowledgeGraph.load([path]).validate().engine
