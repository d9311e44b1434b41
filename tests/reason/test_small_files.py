"""Small files are read and written in memory: with the same result as by the database."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import PREFIXES

from si_graph.errors import InputError, LimitError
from si_graph.reason import in_memory, texts_in_memory
from si_graph.reason.rules_engine import FileClosure, RulesEngine, Settings

if TYPE_CHECKING:
    from pathlib import Path

GRAPH = """
    :C owl:intersectionOf (:D :E) ; rdfs:subClassOf owl:Thing . :a a :D, :E ; owl:sameAs :b, :c .
    :K owl:hasKey (:p :q) . :k a :K ; :p 1, 2 ; :q "x" . :l a :K ; :p 02 ; :q "x" ; :r _:n .
    :p owl:sameAs :same . :r a owl:TransitiveProperty . _:n :r :m . :m :r "é\\n\\"q\\""@nl .
    :s owl:inverseOf :r . :t owl:propertyChainAxiom (:r :r :r) . :c rdfs:label "a . b" .
    :F owl:maxCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty :r .
"""
TERMS = [":a", ":b", ":p", "rdf:type", "owl:Thing", "_:n", '"x"', '"x y ."', '"x"@nl']
TERMS += ['"1"^^xsd:integer', '"01"^^xsd:integer', '"0"^^xsd:nonNegativeInteger']


def close(
    folder: Path, text: str, name: str, how: Settings, *, only_inferred: bool = False
) -> tuple[FileClosure, set[ox.Quad]]:
    file, output = folder / "graph.nt", folder / name
    file.write_text(text, encoding="utf-8")
    closure = RulesEngine(how).close_files([file], output, only_inferred=only_inferred)
    quads = list(ox.parse(path=str(output))) if not closure.inconsistencies else []
    assert len(quads) == len(set(quads))
    return closure, set(quads)


def both_ways(
    folder: Path, text: str, name: str, how: Settings, *, only_inferred: bool = False
) -> list[tuple[FileClosure, set[ox.Quad]]]:
    found = [close(folder, text, name, how, only_inferred=only_inferred)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_memory, "MOST_TRIPLES", 0)
        patch.setattr(texts_in_memory, "MOST_BYTES", 0)
        return [*found, close(folder, text, name, how, only_inferred=only_inferred)]


def n_triples(turtle: str) -> str:
    parsed = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return "".join(f"{quad.triple} .\n" for quad in parsed)


@pytest.mark.parametrize(
    ("name", "trivial", "only_inferred"),
    list(product(["c.nt", "c.nq"], [False, True], [False, True])),
)
def test_a_small_graph_comes_out_as_it_does_by_the_database(
    tmp_path: Path, name: str, *, trivial: bool, only_inferred: bool
) -> None:
    how = Settings(trivial=trivial)
    small, other = both_ways(tmp_path, n_triples(GRAPH), name, how, only_inferred=only_inferred)
    assert small == other
    assert small[0].inferred > 20


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from([term for term in TERMS if not term.startswith('"')]),
            st.sampled_from([":p", ":q", "rdf:type", "owl:sameAs", "owl:equivalentClass"]),
            st.sampled_from(TERMS),
        ),
        max_size=8,
    )
)
def test_small_random_graphs_come_out_as_they_do_by_the_database(
    tmp_path: Path, lines: list[tuple[str, str, str]]
) -> None:
    text = n_triples(" ".join(f"{' '.join(line)} ." for line in lines))
    small, other = both_ways(tmp_path, text, "c.nt", Settings())
    assert small == other


@pytest.mark.parametrize(
    "line",
    [
        '"x" <a:p> <a:o> .',
        '"0"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> <a:p> <a:o> .',
        "<a:s> _:b <a:o> .",
        '<a:s> "0"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> <a:o> .',
        "<a:s> <a:p> .",
        "<a:s> <a:p> <a:o> <a:o> <a:o> .",
        "<a:s> <a:p> <a:o> <a:o>",
        "<a:s> <a:p> <no colon> .",
        '<a:s> <a:p> "an end .',
    ],
)
def test_what_is_no_triple_is_reported_with_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError) as caught:
        close(tmp_path, f"<a:s> <a:p> <a:o> .\n{line}\n", "c.nt", Settings())
    assert str(caught.value).startswith(f"{tmp_path / 'graph.nt'}:2:")


@pytest.mark.parametrize(
    "text",
    [
        "<a:s>\t<a:p>  <a:o>.\n",
        "# a comment\n<a:s> <a:p> <a:o> . # and another\n",
        "<a:s> <a:p> <a:o> .\r\n",
        "\n<a:s> <a:p> <a:o> .\n\n",
        "<a:s> <a:p> <a:o> .",
        "<a:s> <a:p> <a:o> .\n<a:s> <a:p> <a:o> .\n",
        "<\\u0061:s> <a:p> <a:o> .\n",
    ],
)
def test_a_line_in_another_form_is_read_all_the_same(tmp_path: Path, text: str) -> None:
    closure, quads = close(tmp_path, text, "c.nt", Settings())
    assert closure.stated == 1
    assert [str(quad.triple) for quad in quads] == ["<a:s> <a:p> <a:o>"]


def test_a_text_is_the_same_with_its_datatype_and_without(tmp_path: Path) -> None:
    string = "<http://www.w3.org/2001/XMLSchema#string>"
    text = f'<a:s> <a:p> "x" .\n<a:s> <a:p> "x"^^{string} .\n'
    closure, quads = close(tmp_path, text, "c.nt", Settings())
    assert (closure.stated, len(quads)) == (1, 1)


def test_nothing_comes_of_an_empty_file(tmp_path: Path) -> None:
    assert close(tmp_path, "", "c.nt", Settings()) == (FileClosure(0, 0, (), ()), set())


def test_nothing_is_written_where_more_follows_than_is_allowed(tmp_path: Path) -> None:
    # Both have a dozen names, and only what comes out has them all.
    names = " ".join(f":a owl:sameAs :a{n} . :b owl:sameAs :b{n} ." for n in range(11))
    text = n_triples(f":a :p :b . {names}")
    enough = close(tmp_path, text, "enough.nt", Settings())[0].inferred
    close(tmp_path, text, "enough.nt", Settings(max_inferred=enough))
    with pytest.raises(LimitError):
        close(tmp_path, text, "less.nt", Settings(max_inferred=enough - 1))
    assert not (tmp_path / "less.nt").exists()
