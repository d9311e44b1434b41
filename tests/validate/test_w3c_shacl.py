"""The W3C's SHACL test suite, Core and SPARQL, every test of it, through our interface.

What an engine gets wrong is listed beside this file, each test with its reason. The list is checked
in both directions, so it can neither hide a fault nor outlive its reason.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from w3c_shacl import SUITE, Row, read_cases, row

from si_graph.errors import InputError
from si_graph.validate.shacl.engines import ENGINES, engine

pytestmark = pytest.mark.skipif(
    not SUITE.exists(), reason="the W3C's SHACL test suite is not at hand (set SI_GRAPH_W3C_SUITES)"
)
MISSES_FILE = Path(__file__).with_name("w3c_shacl_misses.tsv")
CASES = read_cases() if SUITE.exists() else {}


def read_misses() -> dict[tuple[str, str], str]:
    """Return the reason of each listed miss by engine and test."""
    header, *lines = MISSES_FILE.read_text(encoding="utf-8").splitlines()
    assert header == "engine\ttest\treason"
    return {(name, test): why for name, test, why in (line.split("\t") for line in lines)}


MISSES = read_misses()


def outcome(name: str, test: str) -> list[Row] | None:
    """Return what an engine finds, or None where it refuses."""
    case = CASES[test]
    try:
        report = engine(name).validate(case.data, case.shapes)
    except InputError:
        return None
    assert report.notes == ()
    results = [
        row(
            one.focus,
            one.value,
            ox.NamedNode(one.severity),
            ox.NamedNode(one.component),
            one.shape,
        )
        for one in report.results
    ]
    return sorted(results, key=repr)


def test_the_whole_suite_is_read() -> None:
    assert len(CASES) == 121
    assert sum(case.expected is None for case in CASES.values()) == 7


def test_every_listed_miss_names_a_test_and_gives_a_reason() -> None:
    assert set(MISSES) <= {(name, test) for name in ENGINES for test in CASES}
    assert all(len(reason.split()) > 3 for reason in MISSES.values())


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("test", CASES)
def test_an_engine_finds_what_the_w3c_expects_unless_it_is_listed(name: str, test: str) -> None:
    found = outcome(name, test)
    if (name, test) in MISSES:
        assert found != CASES[test].expected, (
            f"this is right by now: take it off {MISSES_FILE.name}"
        )
    else:
        assert found == CASES[test].expected
