"""Queries checked before they run: what is wrong in them, where, and what was meant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from si_graph.errors import InputError
from si_graph.namespaces import BASE, PREFIXES, expand, local_name, shorten
from si_graph.store.tokens import tokens
from si_graph.validate.queries.checks import check_queries
from si_graph.validate.queries.vocabulary import QueryVocabulary, bundled_vocabulary
from si_graph.validate.report import Report, Result
from support import ROOT

BUNDLED = sorted((ROOT / "queries").glob("*.rq"))
SI = f"PREFIX si: <{PREFIXES['si']}>\n"


class Term(NamedTuple):
    """A term of ours where a bundled query uses it."""

    path: Path
    name: str
    start: int
    end: int


def terms() -> list[Term]:
    found = []
    for path in BUNDLED:
        words = list(tokens(path.read_text(encoding="utf-8")))
        for before, word in pairwise(words):
            iri = expand(word.group()) if word.lastgroup == "name" else None
            if iri and iri.startswith(BASE) and before.group().upper() != "PREFIX":
                found.append(Term(path, word.group(), word.start(), word.end()))
    return found


@pytest.fixture(scope="module")
def vocabulary() -> QueryVocabulary:
    return bundled_vocabulary()


@pytest.fixture
def check(tmp_path: Path, vocabulary: QueryVocabulary) -> Callable[[str], Report]:
    """Return what checks one query, as it stands in a file."""

    def check(text: str) -> Report:
        path = tmp_path / "my.rq"
        path.write_text(text, encoding="utf-8")
        return check_queries([path], vocabulary)

    return check


def only(report: Report, name: str) -> Result:
    (result,) = report.results
    assert local_name(result.component) == name, result.message
    assert set(result.message) == {"nl", "en"}
    return result


def place(result: Result) -> tuple[int | None, int | None]:
    assert result.location is not None
    return result.location.line, result.location.column


def test_the_bundled_queries_have_nothing_wrong(vocabulary: QueryVocabulary) -> None:
    report = check_queries(BUNDLED, vocabulary)
    assert [f"{result.location}: {result.text('en')}" for result in report.results] == []
    assert not report.notes


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(term=st.sampled_from(terms()), data=st.data())
def test_a_term_that_lacks_a_letter_is_told_with_the_nearest_one_that_exists(
    term: Term, data: st.DataObject, vocabulary: QueryVocabulary, tmp_path: Path
) -> None:
    prefix, _, local = term.name.partition(":")
    dropped = data.draw(st.integers(0, len(local) - 1))
    wrong = local[:dropped] + local[dropped + 1 :]
    iri = PREFIXES[prefix] + wrong
    text = term.path.read_text(encoding="utf-8")
    path = tmp_path / "my.rq"
    path.write_text(f"{text[: term.start]}{prefix}:{wrong}{text[term.end :]}", encoding="utf-8")
    if not vocabulary.is_unknown(iri):
        return
    report = check_queries([path], vocabulary)
    (result,) = (one for one in report.results if local_name(one.component) == "QueryTerm")
    assert result.value == ox.NamedNode(iri)
    before = text[: term.start]
    assert place(result) == (before.count("\n") + 1, term.start - before.rfind("\n"))
    offered = result.mend["en"].removeprefix("Did you mean ").removesuffix("?")
    if offered != term.name:
        # Another name may come as near.
        other = offered.partition(":")[2]
        assert OSA.distance(other.casefold(), wrong.casefold()) <= 1
        assert (expand(offered) or "") in vocabulary.known


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from(BUNDLED), data=st.data())
def test_a_query_with_any_piece_missing_is_checked_without_a_crash(
    path: Path,
    data: st.DataObject,
    vocabulary: QueryVocabulary,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = path.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = tmp_path_factory.mktemp("damaged") / "my.rq"
    damaged.write_text(text[:start] + text[end:], encoding="utf-8")
    for result in check_queries([damaged], vocabulary).results:
        assert result.location is not None
        assert result.location.file == str(damaged)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (si:f(1) AS ?x) {}",
        "SELECT ?s { ?s !(si:number|^si:stepOf) ?o }",
        "SELECT ?s { ?s (si:stepOf|^si:hasPart)+/si:number? ?o }",
        "SELECT ?s { ?s a <http://example.org/\\u00e9> }",
        "SELECT ?s { ?s a <no-base> }",
        "SELECT ?s { <<?s ?p ?o>> ?q ?r }",
        "SELECT ?d (AVG(?t) AS ?n) { ?s si:number ?t } GROUP BY (?t * 2 AS ?d)",
        "CONSTRUCT WHERE { ?s a si:Step }",
        "DESCRIBE si:Step",
        "INSERT DATA { si:a si:b 1 }",
    ],
)
def test_rare_forms_of_queries_are_checked_without_a_crash(
    query: str, check: Callable[[str], Report]
) -> None:
    check(SI + query)


def test_a_relative_name_is_read_from_its_base(check: Callable[[str], Report]) -> None:
    query = f"BASE <{BASE}>\nSELECT ?s WHERE {{ ?s a <ontology#Stpe> }}"
    assert only(check(query), "QueryTerm").mend["en"] == "Did you mean si:Step?"
    assert not check(query.replace("Stpe", "Step")).results


def test_a_name_under_the_wrong_prefix_is_told_with_the_right_one(
    check: Callable[[str], Report],
) -> None:
    query = f"PREFIX actor: <{PREFIXES['actor']}>\nSELECT ?s WHERE {{ ?s ?p actor:flanders }}"
    result = only(check(query), "QueryTerm")
    assert result.mend["nl"] == "Is place:flanders bedoeld?"


def test_a_term_of_ours_that_is_wrong_is_worse_than_a_thing_that_is_not_here(
    check: Callable[[str], Report],
) -> None:
    term = only(check(SI + "SELECT ?s WHERE { ?s a si:Recomendation }"), "QueryTerm")
    assert term.severity.endswith("#Violation")
    thing = f"SELECT ?p WHERE {{ <{PREFIXES['actor']}our-own-town> ?p ?o }}"
    assert only(check(thing), "QueryTerm").severity.endswith("#Warning")


def test_what_stands_in_comments_and_texts_is_no_term(check: Callable[[str], Report]) -> None:
    query = SI + '# si:Nothing\nSELECT ?s WHERE { ?s a si:Step . FILTER("si:None" != "") }'
    assert not check(query).results


def test_a_name_with_an_escaped_sign_is_understood(check: Callable[[str], Report]) -> None:
    prefix = f"PREFIX passage: <{PREFIXES['passage']}>\n"
    assert not check(prefix + r"SELECT ?o WHERE { passage:F16\/1 ?p ?o }").results


def test_a_deprecated_term_is_told_with_what_replaces_it(tmp_path: Path) -> None:
    old, new = (ox.NamedNode(PREFIXES["si"] + name) for name in ("Stage", "Step"))
    kind = ox.NamedNode(PREFIXES["rdf"] + "type")
    said: dict[str, ox.NamedNode | ox.Literal] = {
        PREFIXES["owl"] + "deprecated": ox.Literal(True),
        PREFIXES["dcterms"] + "isReplacedBy": new,
    }
    quads = [ox.Quad(old, ox.NamedNode(name), value) for name, value in said.items()]
    quads += [ox.Quad(new, kind, ox.NamedNode(PREFIXES["owl"] + "Class"))]
    quads += [ox.Quad(ox.NamedNode(BASE + "id/x"), kind, one) for one in (old, new)]
    path = tmp_path / "my.rq"
    path.write_text(SI + "SELECT ?s WHERE { ?s a si:Stage }", encoding="utf-8")
    result = only(check_queries([path], QueryVocabulary(quads)), "QueryDeprecated")
    assert result.mend["en"] == "Write si:Step"
    path.write_text(SI + "SELECT ?s WHERE { ?s a si:Step }", encoding="utf-8")
    assert not check_queries([path], QueryVocabulary(quads)).results


def test_a_fault_in_the_grammar_has_its_line_and_column(check: Callable[[str], Report]) -> None:
    result = only(check("#+ inference = true\nSELECT ?s\nWHERE { ?s ?p }"), "QuerySyntax")
    assert place(result) == (3, 15)


@pytest.mark.parametrize("text", ["", "#", "SELECT", "\x00", "{" * 500, "SELECT ?s { ?s ?p 'a }"])
def test_a_text_that_is_no_query_is_told_as_such(text: str, check: Callable[[str], Report]) -> None:
    assert local_name(check(text).results[0].component) == "QuerySyntax"


@pytest.mark.parametrize(
    ("query", "place_of_it", "mend"),
    [
        ("SELECT ?s WHERE { ?s a si:Step }", (1, 24), f"Write PREFIX si: <{PREFIXES['si']}>"),
        (
            "PREFIX si: <http://example.org/>\nSELECT ?s WHERE { ?s ?p si:x } LIMIT 1",
            (1, 12),
            f"Write PREFIX si: <{PREFIXES['si']}>",
        ),
        (SI + "SELECT ?s WHERE { ?s ?p ?o }", (1, 12), None),
    ],
    ids=["undeclared", "bound to something else", "unused"],
)
def test_a_prefix_that_is_wrong_is_told(
    query: str,
    place_of_it: tuple[int, int],
    mend: str | None,
    check: Callable[[str], Report],
) -> None:
    found = [one for one in check(query).results if local_name(one.component) == "QueryPrefix"]
    (result,) = found
    assert place(result) == place_of_it
    assert result.mend.get("en") == mend


def test_a_column_that_nothing_gives_a_value_is_told(check: Callable[[str], Report]) -> None:
    result = only(check(SI + "SELECT ?acton WHERE { ?action a si:Step }"), "QueryVariable")
    assert result.severity.endswith("#Violation")
    assert result.value == ox.Literal("?acton")
    assert result.mend["en"] == "Did you mean ?action?"


def test_a_variable_that_is_only_tested_is_told(check: Callable[[str], Report]) -> None:
    query = SI + "SELECT ?s WHERE { ?s a si:Step FILTER(?number > 1) }"
    assert only(check(query), "QueryVariable").severity.endswith("#Warning")


@pytest.mark.parametrize(
    "where",
    [
        "?s a si:Step . BIND(1 AS ?x)",
        "?s a si:Step . VALUES ?x { 1 }",
        "{ ?s a si:Step } UNION { ?s si:number ?x }",
        "GRAPH ?x { ?s a si:Step }",
        "?s a si:Step . OPTIONAL { ?s si:number ?x }",
        "{ SELECT ?s (COUNT(?y) AS ?x) WHERE { ?s a si:Step ; si:number ?y } GROUP BY ?s }",
        "?s a si:Step ; si:stepOf/si:number ?x",
    ],
)
def test_what_gives_a_variable_a_value_is_recognised(
    where: str, check: Callable[[str], Report]
) -> None:
    assert not check(f"{SI}SELECT ?s ?x WHERE {{ {where} }}").results


def test_a_column_that_only_a_test_would_fill_is_told(check: Callable[[str], Report]) -> None:
    query = SI + "SELECT ?s ?x WHERE { ?s a si:Step FILTER NOT EXISTS { ?s si:condition ?x } }"
    assert only(check(query), "QueryVariable").value == ox.Literal("?x")
    assert not check(query.replace("?s ?x", "?s", 1)).results


@pytest.mark.parametrize(
    ("where", "term"),
    [
        ("?s a si:Actor , si:Step", "si:Step"),
        ("?s a si:Ministry , si:Recommendation", "si:Recommendation"),
        ("?s a si:Actor ; si:recommendationOf ?report", "si:recommendationOf"),
        ("?x si:requestedBy ?s . ?s a si:Step", "si:requestedBy"),
        ('?s si:asksActor "gemeenten"', "si:asksActor"),
        ("?s si:number si:Step", "si:number"),
        ("?s si:number ?x . ?x a ?kind", "si:number"),
        ("{ ?s a si:Step } UNION { ?s a si:Actor , si:Step }", "si:Step"),
        ("?s a si:Actor , si:Step MINUS { ?s si:number 1 }", "si:Step"),
        ("?x si:explicitlyAddressedTo ?s . ?s a si:Step", "si:explicitlyAddressedTo"),
    ],
)
def test_a_pattern_that_can_never_match_is_told(
    where: str, term: str, check: Callable[[str], Report]
) -> None:
    result = only(check(f"{SI}SELECT ?s WHERE {{ {where} }}"), "QueryNeverMatches")
    assert result.severity.endswith("#Violation")
    assert shorten(str(result.value)[1:-1]) == term


@pytest.mark.parametrize(
    "where",
    [
        "{ ?s a si:Actor } UNION { ?s a si:Step }",
        "?s a si:Step MINUS { ?s a si:Actor }",
        "?s a si:Step FILTER NOT EXISTS { ?s a si:Actor }",
    ],
)
def test_alternatives_and_tests_exclude_nothing(where: str, check: Callable[[str], Report]) -> None:
    assert not check(f"{SI}SELECT ?s WHERE {{ {where} }}").results


def test_a_pattern_that_nothing_matches_is_told_with_the_nearest_term(
    check: Callable[[str], Report],
) -> None:
    query = f"PREFIX skos: <{PREFIXES['skos']}>\nSELECT ?s ?l WHERE {{ ?s skos:prefLable ?l }}"
    result = only(check(query), "QueryMatchesNothing")
    assert result.severity.endswith("#Warning")
    assert result.mend["en"] == "Did you mean skos:prefLabel?"


def test_a_pattern_that_only_an_inference_matches_is_no_fault(
    check: Callable[[str], Report], vocabulary: QueryVocabulary
) -> None:
    pattern = f"?s <{PREFIXES['si']}asksActor> ?actor"
    stated = vocabulary.store.query(f"ASK {{ GRAPH ?g {{ {pattern} }} }}")
    assert not bool(stated)
    assert not check(f"SELECT ?s WHERE {{ {pattern} }}").results


def test_checking_a_query_asks_no_endpoint(check: Callable[[str], Report]) -> None:
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

        do_POST = do_GET  # noqa: N815 - the name that the server calls

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    for form in ("ASK", "SELECT ?s"):
        query = (
            f"{form} FROM <{url}> {{ SERVICE SILENT <{url}> {{ ?s a <{PREFIXES['si']}Stpe> }} }}"
        )
        assert "QueryTerm" in {local_name(one.component) for one in check(query).results}
    server.shutdown()
    assert asked == []


def test_a_query_file_that_cannot_be_read_is_one_clear_message(
    tmp_path: Path, vocabulary: QueryVocabulary
) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        check_queries([tmp_path / "none.rq"], vocabulary)
    (tmp_path / "my.rq").write_bytes(b"\xff")
    with pytest.raises(InputError, match="UTF-8"):
        check_queries([tmp_path / "my.rq"], vocabulary)
