"""The rules of style: each finds what it is for, and nothing else, in any ontology."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import InputError
from si_graph.load.files import parse_file
from si_graph.namespaces import PREFIXES, local_name, shorten
from si_graph.validate.report import Report
from si_graph.validate.shacl.pyshacl_engine import PyShacl
from si_graph.validate.style import check_style, read_ontology, rules, style_files
from support import ROOT, SHARED

EXAMPLES = ROOT / "data" / "examples" / "style"
OWN = sorted((ROOT / "ontology").glob("modules/*.ttl")) + sorted(
    (ROOT / "ontology").glob("shapes/*.ttl")
)
NAMES = sorted({local_name(rule.shape.value) for rule in rules()})
# What is wrong in two ways at once.
ALSO = {"P04": {"P11"}}
# What the second or third constraint of a rule is for, said of terms below.
FURTHER = [
    ("P08", "ex:Bicycle a owl:Class ; skos:definition 'Vehicle.'@en ."),
    ("SC-R3", "ex:Bicycle a owl:Class ; rdfs:label 'bicycle'@en ; skos:definition 'Vehicle.'@en ."),
    ("SC-R3", "ex:Bicycle a owl:Class ; rdfs:label 'bicycle'@en ."),
    ("SC-R5", "ex:a a owl:ObjectProperty ; rdfs:subPropertyOf ex:b ."
              " ex:b a owl:ObjectProperty ; rdfs:subPropertyOf ex:a ."),
    ("SC-R5", "ex:rides a owl:ObjectProperty ; rdfs:domain ex:rides ."),
    ("P20", "ex:Bicycle a owl:Class ; rdfs:label ' '@en ."),
    ("CMC-R4", "ex:bicycle a owl:Class ."),
    ("P04", "ex:Bicycle a owl:Class ."),
    ("DSC-R4", "ex:Bicycle a owl:Class ."),
    ("PC-R2", "<urn:cycling> a owl:Ontology ."),
    ("PC-R3", "ex:Bicycle a owl:Class ."),
    ("owl2-rl-superclass", "ex:Bicycle a owl:Class ; rdfs:subClassOf [ a owl:Restriction ;"
                           " owl:onProperty ex:wheel ; owl:maxCardinality 2 ] ."),
    ("owl2-rl-axiom", "ex:Vehicle a owl:Class ; owl:disjointUnionOf ( ex:Bicycle ex:Car ) ."),
    ("owl2-rl-datatype", "ex:weight a owl:DatatypeProperty ; rdfs:range owl:real ."),
]  # fmt: skip
HEADER = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <https://example.org/terms/> .
"""


def found(report: Report) -> set[str]:
    return {local_name(result.shape.value) for result in report.results if result.shape}


def written(folder: Path, text: str) -> Path:
    path = folder / "my.ttl"
    path.write_text(HEADER + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_finds_what_it_is_for_and_nothing_in_what_is_right(name: str) -> None:
    assert found(check_style([EXAMPLES / f"{name}.bad.ttl"])) == {name} | ALSO.get(name, set())
    assert not check_style([EXAMPLES / f"{name}.good.ttl"]).results


def test_there_are_examples_of_all_rules_and_of_nothing_else() -> None:
    examples = {path.name.split(".")[0] for path in EXAMPLES.glob("*.ttl")}
    assert examples == set(NAMES)


def test_every_constraint_of_every_rule_is_broken_by_an_example(tmp_path: Path) -> None:
    reports = [check_style([path]) for path in EXAMPLES.glob("*.bad.ttl")]
    for name, text in FURTHER:
        own = "<https://example.org/terms/> a owl:Ontology ."
        report = check_style([written(tmp_path, own + text)])
        assert name in found(report), text
        reports.append(report)
    broken = {result.text("en") for report in reports for result in report.results}
    assert {rule.message["en"] for rule in rules()} == broken


@pytest.mark.parametrize("name", NAMES)
def test_a_shacl_engine_finds_the_same_as_the_quick_way(name: str) -> None:
    path = EXAMPLES / f"{name}.bad.ttl"
    # A shape that targets nothing is not run, and costs the engine nothing.
    shapes = [
        quad
        for file in style_files()
        for quad in parse_file(file)
        if quad.subject == ox.NamedNode(PREFIXES["sish"] + name)
        or not quad.predicate.value.startswith(PREFIXES["sh"] + "target")
    ]
    theirs = PyShacl().validate(iter(read_ontology([path])), shapes)

    def seen(report: Report) -> set[tuple[str, ...]]:
        return {
            (str(result.focus), str(result.shape), result.severity, result.message["nl"])
            for result in report.results
        }

    ours = {one for one in seen(check_style([path])) if one[1].endswith(f"#{name}>")}
    assert ours == seen(theirs) != set()


def test_every_rule_says_in_both_languages_what_is_wrong_and_where_it_comes_from() -> None:
    store = ox.Store()
    for file in style_files():
        store.extend(parse_file(file))
    for rule in rules():
        assert set(rule.message) == {"nl", "en"}, rule.shape
        assert all(": " in text and text.endswith((".", "?")) for text in rule.message.values())
        labels = store.quads_for_pattern(rule.shape, ox.NamedNode(PREFIXES["rdfs"] + "label"), None)
        assert {quad.object.language for quad in labels} == {"nl", "en"}  # type: ignore[union-attr]
        if local_name(rule.shape.value)[0].isupper():
            links = store.quads_for_pattern(
                rule.shape, ox.NamedNode(PREFIXES["rdfs"] + "seeAlso"), None
            )
            assert any(
                "semiceu" in str(quad.object) or "oops" in str(quad.object) for quad in links
            )


def test_the_ids_of_semic_rules_are_those_of_the_style_guide() -> None:
    table = SHARED / "eu" / "tables" / "semic_style_guide_rules.tsv"
    if not table.is_file():
        pytest.skip("the table of SEMIC's rules is not at hand")
    known = {line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()}
    assert {name for name in NAMES if "-R" in name} <= known


def test_our_own_ontology_keeps_every_rule() -> None:
    report = check_style(OWN)
    assert [
        f"{local_name(result.shape.value)} {shorten(str(result.focus.value))}: {result.text('en')}"
        for result in report.results
        if result.shape
    ] == []


def test_a_finding_has_its_place_and_its_value() -> None:
    (result,) = check_style([EXAMPLES / "GC-R5.bad.ttl"]).results
    assert result.value == ox.Literal("cycle for two", language="en")
    assert str(result.path) == "skos:definition"
    lines = (EXAMPLES / "GC-R5.bad.ttl").read_text(encoding="utf-8").splitlines()
    assert result.location is not None
    assert "cycle for two" in lines[(result.location.line or 0) - 1]


def test_terms_in_another_namespace_than_the_ontology_are_found_by_what_it_says(
    tmp_path: Path,
) -> None:
    said = '<https://example.org/o> a owl:Ontology ; vann:preferredNamespaceUri "{}" .'
    text = "ex:bicycle a owl:Class . ex:rides a owl:ObjectProperty ; rdfs:domain ex:bicycle ."
    named = written(tmp_path, said.format("https://example.org/terms/") + text)
    assert "CMC-R4" in found(check_style([named]))
    defined = written(
        tmp_path,
        "<https://example.org/o> a owl:Ontology ."
        " ex:bicycle a owl:Class ; rdfs:isDefinedBy <https://example.org/o> .",
    )
    assert "CMC-R4" in found(check_style([defined]))
    described = written(tmp_path, text + "ex:bicycle rdfs:label 'fiets'@nl .")
    assert {"CMC-R4", "P38"} <= found(check_style([described]))


def test_terms_of_others_are_left_alone(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """<https://example.org/terms/> a owl:Ontology . ex:Bicycle a owl:Class .
        foaf:name a owl:DatatypeProperty ; rdfs:label "name" ; rdfs:isDefinedBy foaf: .
        foaf:Person a owl:Class .""",
    )
    focuses = {str(result.focus) for result in check_style([path]).results}
    assert focuses == {"<https://example.org/terms/>", "<https://example.org/terms/Bicycle>"}


def test_a_term_belongs_to_the_nearest_of_two_ontologies(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """<https://example.org/> a owl:Ontology . <https://example.org/terms/> a owl:Ontology .
        <https://example.org/Bicycle> a owl:Class . ex:Car a owl:Class .""",
    )
    defined = read_ontology([path]).quads_for_pattern(
        None, ox.NamedNode(PREFIXES["rdfs"] + "isDefinedBy"), None
    )
    assert {(str(quad.subject), str(quad.object)) for quad in defined} == {
        ("<https://example.org/Bicycle>", "<https://example.org/>"),
        ("<https://example.org/terms/Car>", "<https://example.org/terms/>"),
    }


def test_without_an_ontology_a_term_that_is_only_repeated_is_left_alone(tmp_path: Path) -> None:
    text = "ex:Bicycle a owl:Class ; rdfs:subClassOf foaf:Agent . foaf:Agent a owl:Class ."
    focuses = {str(result.focus) for result in check_style([written(tmp_path, text)]).results}
    assert "<https://example.org/terms/Bicycle>" in focuses
    assert "<http://xmlns.com/foaf/0.1/Agent>" not in focuses


def test_a_file_without_an_ontology_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "ex:ann foaf:name 'Ann' .")
    with pytest.raises(InputError, match="no ontology here") as caught:
        check_style([path])
    assert caught.value.file == str(path)


def test_a_text_in_another_script_is_not_called_circular(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """<https://example.org/terms/> a owl:Ontology .
        ex:Bicycle a owl:Class ; rdfs:label "ποδήλατο"@el ;
            rdfs:comment "Όχημα με δύο τροχούς."@el .
        """,
    )
    assert "SC-R5" not in found(check_style([path]))


@pytest.mark.parametrize("name", ["adms.ttl", "930.ttl"])
def test_an_ontology_of_others_can_be_checked(name: str) -> None:
    path = SHARED / "eu" / "samples" / "semic-vocabularies" / name
    if not path.is_file():
        pytest.skip("the samples of EU ontologies are not at hand")
    assert check_style([path]).results


def test_the_page_on_style_has_every_rule_with_its_severity() -> None:
    page = (ROOT / "docs" / "style.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([\w-]+)` \|.*\| (\w+) \|$", page, re.M))
    severities = {local_name(rule.shape.value): local_name(rule.severity) for rule in rules()}
    assert listed == {name: severity.lower() for name, severity in severities.items()}
