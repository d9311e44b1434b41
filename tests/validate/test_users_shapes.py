"""Shapes that users bring: they do their work, or one clear message says why they cannot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import InputError
from si_graph.validate import Report, validate_files
from si_graph.validate.report import VIOLATION, WARNING
from si_graph.validate.shacl.engines import engine
from si_graph.validate.shacl.well_formed import require_well_formed
from support import ROOT

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix ex: <http://example.org/> .
"""
DATA = "ex:tom ex:age 3 ; ex:name 'Tom' . ex:ann ex:age 'old' ."


def validate(folder: Path, shapes: str, data: str = DATA) -> Report:
    """Validate statements against shapes, from files as a user has them."""
    for name, text in (("data.ttl", data), ("shapes.ttl", shapes)):
        (folder / name).write_text(PREFIXES + text, encoding="utf-8")
    return validate_files([folder / "data.ttl"], [folder / "shapes.ttl"])


def refusal(folder: Path, shapes: str) -> InputError:
    with pytest.raises(InputError) as caught:
        validate(folder, shapes)
    assert caught.value.file == str(folder / "shapes.ttl")
    assert "Traceback" not in str(caught.value)
    return caught.value


def sparql(query: str, prefix: str = "", namespace: str = "http://example.org/") -> str:
    return f"""ex:prefixes sh:declare [ sh:prefix '''{prefix}''' ;
            sh:namespace '''{namespace}'''^^xsd:anyURI ] .
        ex:Shape a sh:NodeShape ; sh:targetNode ex:tom ;
            sh:sparql [ sh:prefixes ex:prefixes ; sh:select \"\"\"{query}\"\"\" ] ."""


def test_a_finding_has_its_focus_path_value_and_place(tmp_path: Path) -> None:
    report = validate(
        tmp_path,
        """ex:Shape a sh:NodeShape ; sh:targetSubjectsOf ex:age ; sh:property ex:Shape-age .
        ex:Shape-age a sh:PropertyShape ; sh:path ex:age ; sh:datatype xsd:integer ;
            sh:severity sh:Warning ; sh:message "leeftijd"@nl , "age"@en .""",
    )
    (result,) = report.results
    assert str(result.focus) == "<http://example.org/ann>"
    assert str(result.path) == "http://example.org/age"
    assert str(result.value) == '"old"'
    assert str(result.shape) == "<http://example.org/Shape-age>"
    assert result.message == {"nl": "leeftijd", "en": "age"}
    assert str(result.location).startswith(f"{tmp_path / 'data.ttl'}:6")
    assert not report.conforms
    assert report.passed


def test_the_bundled_ontology_and_shapes_stay_out_of_a_users_own_check(tmp_path: Path) -> None:
    report = validate(tmp_path, "ex:S a sh:NodeShape ; sh:targetClass ex:None .")
    assert report.conforms


def test_a_message_of_a_query_keeps_its_language_and_its_values(tmp_path: Path) -> None:
    report = validate(
        tmp_path,
        """ex:Shape a sh:NodeShape ; sh:targetNode ex:tom ;
            sh:sparql [ sh:message "te jong: {?value}"@nl , "too young: {?value}"@en ;
                sh:select "SELECT $this ?value { $this <http://example.org/age> ?value }" ] .""",
    )
    assert [result.message for result in report.results] == [
        {"nl": "te jong: 3", "en": "too young: 3"}
    ]


def test_a_shape_without_a_message_still_says_something(tmp_path: Path) -> None:
    report = validate(
        tmp_path, "ex:S sh:targetNode ex:ann ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
    )
    assert [bool(result.text("nl")) for result in report.results] == [True]


@pytest.mark.parametrize(
    ("shapes", "about"),
    [
        ("ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:property [ sh:minCount 1 ] .", "S"),
        ("ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:minCount 'one' .", "S"),
        ("ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:in ex:notAList .", "S"),
        ("ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:severity 'bad' .", "S"),
        ("ex:S a sh:PropertyShape ; sh:targetNode ex:tom ; sh:path 'age' .", "S"),
        ("ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:nodeKind sh:Thing .", "S"),
        ("ex:S a sh:PropertyShape ; sh:targetNode ex:tom ; sh:path ex:name ; sh:pattern '(' .", ""),
    ],
)  # fmt: skip
def test_ill_formed_shapes_are_refused_and_never_pass_for_conforming(
    tmp_path: Path, shapes: str, about: str
) -> None:
    error = refusal(tmp_path, shapes)
    assert "ill-formed" in error.message or "cannot be evaluated" in error.message
    assert about in error.message


def test_a_query_with_a_syntax_error_is_reported_with_its_shape(tmp_path: Path) -> None:
    shapes = sparql("SELECT $this WHERE { $this ex:from }")
    assert "http://example.org/Shape" in refusal(tmp_path, shapes).message
    shapes = sparql("SELECT $this WHERE { $this ex:age }")
    assert "cannot be evaluated" in refusal(tmp_path, shapes).message


@pytest.mark.parametrize(
    "shapes",
    [
        "ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:node ex:S .",
        """ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:not ex:T .
        ex:T a sh:NodeShape ; sh:not ex:S .""",
    ],
)
def test_recursive_shapes_are_refused(tmp_path: Path, shapes: str) -> None:
    error = refusal(tmp_path, shapes)
    assert "cannot be evaluated" in error.message
    assert "ecurs" in error.message


@pytest.mark.parametrize(
    "text", ["", DATA, "[] a sh:ValidationReport ; sh:conforms true .", "ex:a sh:name 'a' ."]
)
def test_a_file_without_shapes_is_refused_and_not_passed(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text).message == "there are no SHACL shapes here"


@pytest.fixture
def requests() -> Iterator[tuple[str, list[str]]]:
    """Serve an address that keeps count of who comes by."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - http.server's own name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - overridden
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", seen
        server.shutdown()


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        ("SELECT $this { $this ?p ?o SERVICE <URL> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT $this { $this ?p ?o service silent <URL> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT $this { $this ?p ?o . SERVICE:x{ ?s ?p ?o } }", "SERVICE"),
        ("SELECT $this { $this ?p ?o . SE\\\\u0052VICE <URL> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT $this { $this ?p ?o . SERV\u0131CE <URL> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT $this { BIND(<URL> AS ?s) FILTER(1<2)SERVICE?s{?a?b?c}FILTER(3>2) }", "SERVICE"),
        ("SELECT $this { FILTER NOT EXISTS { { SERVICE <URL> { ?s ?p ?o } } } }", "SERVICE"),
        ("SELECT $this FROM <URL> { $this ?p ?o }", "FROM"),
        ("SELECT $this FROM NAMED <URL> { $this ?p ?o }", "FROM"),
        ("SELECT $this FROM:g { $this ?p ?o }", "FROM"),
    ],
)
def test_a_query_that_reaches_out_is_refused_however_it_is_written(
    tmp_path: Path, requests: tuple[str, list[str]], query: str, clause: str
) -> None:
    url, seen = requests
    error = refusal(tmp_path, sparql(query.replace("URL", url), namespace=url))
    assert error.message.startswith(f"a query in the shapes uses {clause} (")
    assert "Shape" in error.message
    assert error.hint
    assert seen == []


@pytest.mark.parametrize(
    ("prefix", "namespace"),
    [
        ("x", "http://e.org/> SELECT $this { SERVICE <URL> {} FILTER('' "),
        ("x: <http://e.org/> SELECT $this { SERVICE <URL> {} } #", "http://e.org/"),
    ],
)
def test_a_prefix_cannot_smuggle_a_clause_into_a_query(
    tmp_path: Path, requests: tuple[str, list[str]], prefix: str, namespace: str
) -> None:
    url, seen = requests
    shapes = sparql(
        "SELECT $this { $this ?p ?o } #' = '')}",
        prefix.replace("URL", url),
        namespace.replace("URL", url),
    )
    assert "prefix" in refusal(tmp_path, shapes).message
    assert seen == []


@pytest.mark.parametrize(
    "query",
    [
        'SELECT $this { $this ?p ?o FILTER(?o = "FROM here, SERVICES there") }',
        "SELECT $this { $this ?p ?o } # FROM a comment",
        "SELECT $this { $this <http://example.org/age#FROM> ?service }",
        "SELECT $this { $this ex:FROM ?FROM . ?FROM ex:services ex:from }",
    ],
)
def test_the_words_themselves_are_no_offence(tmp_path: Path, query: str) -> None:
    validate(tmp_path, sparql(query.replace('"', "'"), prefix="ex"))


def test_a_shape_that_is_named_but_nowhere_described_is_left_out_with_a_note(
    tmp_path: Path,
) -> None:
    shapes = (
        "ex:S sh:targetNode ex:ann ; sh:property ex:Missing , [ sh:path ex:name ; sh:minCount 1 ] ."
    )
    report = validate(tmp_path, shapes)
    assert len(report.results) == 1
    assert [note["nl"].split(":")[0] for note in report.notes] == [
        "Weggelaten, want de vormen noemen dit zonder het te beschrijven"
    ]
    assert "http://example.org/Missing" in report.notes[0]["en"]


def test_owl_imports_are_not_followed(tmp_path: Path, requests: tuple[str, list[str]]) -> None:
    url, seen = requests
    owl = "http://www.w3.org/2002/07/owl#"
    imports = f"<http://example.org/o> a <{owl}Ontology> ; <{owl}imports> <{url}> ."
    validate(
        tmp_path, f"{imports} ex:S a sh:NodeShape ; sh:targetNode ex:tom .", f"{imports} {DATA}"
    )
    assert seen == []


def test_broken_data_and_broken_shapes_are_reported_with_their_place(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        validate(tmp_path, "ex:S a sh:NodeShape .", "ex:a ex:b")
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "data.ttl"), 6)
    with pytest.raises(InputError) as caught:
        validate(tmp_path, "ex:S a")
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "shapes.ttl"), 6)


def test_shapes_are_checked_before_they_are_used_only_where_a_user_brings_them() -> None:
    shapes = f"{PREFIXES} ex:S a sh:NodeShape ; sh:targetNode ex:tom ; sh:severity 'bad' ."
    quads = list(ox.parse(shapes, format=ox.RdfFormat.TURTLE))
    assert engine().validate([], quads).conforms
    with pytest.raises(InputError, match="ill-formed"):
        require_well_formed(quads)


def test_what_is_reported_is_not_logged_as_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = "ex:tom ex:age 'three'^^xsd:integer ."
    report = validate(
        tmp_path,
        "ex:S sh:targetNode ex:tom ; sh:property [ sh:path ex:age ; sh:datatype xsd:integer ] .",
        data,
    )
    assert len(report.results) == 1
    assert caplog.records == []


def test_files_of_data_are_merged_but_their_blank_nodes_stay_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.ttl").write_text(f"{PREFIXES} _:b ex:age '{name}' .")
    (tmp_path / "shapes.ttl").write_text(
        f"{PREFIXES} ex:S sh:targetSubjectsOf ex:age ;"
        " sh:property [ sh:path ex:age ; sh:maxCount 1 ] ."
    )
    report = validate_files([tmp_path / "one.ttl", tmp_path / "two.ttl"], [tmp_path / "shapes.ttl"])
    assert report.conforms


def test_the_bundled_shapes_check_a_users_file_where_no_others_are_given() -> None:
    path = ROOT / "data" / "examples" / "shapes" / "Level" / "fail.trig"
    (result, *_) = validate_files([path]).results
    assert result.location is not None
    line = path.read_text(encoding="utf-8").splitlines()[(result.location.line or 0) - 1]
    assert line.strip().startswith("ex:province a si:PublicAuthority")


MISSPELT = """
@prefix si: <https://w3id.org/si-graph/ontology#> .
@prefix awt84: <https://w3id.org/si-graph/id/awt84/> .
awt84:mine a si:Recomendation ; si:adressedTo awt84:you ; si:entirelyElsewhere awt84:you .
awt84:you si:adressedTo awt84:mine .
"""


def test_terms_that_do_not_exist_are_reported_once_with_what_may_be_meant(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.write_text(MISSPELT, encoding="utf-8")
    found = {
        result.message["en"]: (result.severity, result.mend.get("en"), str(result.location))
        for result in validate_files([file]).results
        if result.component.endswith("KnownTerm")
    }
    assert found == {
        "si:Recomendation does not exist in the ontology (used once).": (
            VIOLATION,
            "Perhaps si:Recommendation is meant.",
            f"{file}:4:14",
        ),
        "si:adressedTo does not exist in the ontology (used 2 times).": (
            VIOLATION,
            "Perhaps si:addressedTo is meant.",
            f"{file}:4:47",
        ),
        "si:entirelyElsewhere does not exist in the ontology (used once).": (
            WARNING,
            None,
            f"{file}:4:80",
        ),
    }


def test_terms_that_the_data_itself_describes_do_exist(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    new = "si:entirelyElsewhere a <http://www.w3.org/2002/07/owl#ObjectProperty> ."
    file.write_text(f"{MISSPELT}\n{new}", encoding="utf-8")
    before = tmp_path / "before.ttl"
    before.write_text(f"{MISSPELT.partition('awt84:mine')[0]}{new}", encoding="utf-8")
    for report in (validate_files([file]), validate_files([file], changed_from=[before])):
        assert "si:entirelyElsewhere" not in str([result.message for result in report.results])
