"""Every standard constraint says what it expected and how to mend it, in Dutch and English."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from si_graph.namespaces import PREFIXES
from si_graph.validate import Report, render, validate_files
from support import ROOT

TABLE = ROOT / "ontology" / "shapes" / "expectations.tsv"
HEADER = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# Each component: what a property shape for skos:note says, and the values of ex:x that break it.
BROKEN = {
    "Class": ("sh:class skos:Concept", "ex:y"),
    "Datatype": ("sh:datatype xsd:date", '"31-12-2014"'),
    "NodeKind": ("sh:nodeKind sh:IRI", '"x"'),
    "MinCount": ("sh:minCount 2", '"x"'),
    "MaxCount": ("sh:maxCount 1", '"x" , "y"'),
    "MinExclusive": ("sh:minExclusive 1", "1"),
    "MinInclusive": ("sh:minInclusive 1", "0"),
    "MaxExclusive": ("sh:maxExclusive 1", "1"),
    "MaxInclusive": ("sh:maxInclusive 1", "2"),
    "MinLength": ("sh:minLength 5", '"x"'),
    "MaxLength": ("sh:maxLength 5", '"longer"'),
    "Pattern": ('sh:pattern "^[A-Z]+$"', '"x"'),
    "LanguageIn": ('sh:languageIn ("nl" "en")', '"x"@de'),
    "UniqueLang": ("sh:uniqueLang true", '"x"@nl , "y"@nl'),
    "Equals": ("sh:equals skos:prefLabel", '"x"'),
    "Disjoint": ("sh:disjoint skos:altLabel", '"alt"'),
    "LessThan": ("sh:lessThan skos:notation", "9"),
    "LessThanOrEquals": ("sh:lessThanOrEquals skos:notation", "9"),
    "Not": ("sh:not [ sh:nodeKind sh:Literal ]", '"x"'),
    "And": ("sh:and ( [ sh:nodeKind sh:IRI ] [ sh:class skos:Concept ] )", '"x"'),
    "Or": ("sh:or ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:date ] )", '"x"'),
    "Xone": ("sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:date ] )", '"x"'),
    "Node": ("sh:node ex:Other", '"x"'),
    "QualifiedMinCount": (
        "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1",
        '"x"',
    ),
    "QualifiedMaxCount": (
        "sh:qualifiedValueShape [ sh:nodeKind sh:Literal ] ; sh:qualifiedMaxCount 0",
        '"x"',
    ),
    "HasValue": ("sh:hasValue ex:y", '"x"'),
    "In": ("sh:in ( ex:national ex:regional )", "ex:nationl"),
}


def checked(folder: Path, shapes: str, data: str, engine: str = "native") -> Report:
    """Validate data against shapes."""
    from si_graph.validate.shacl.engines import engine as make_engine

    (folder / "shapes.ttl").write_text(HEADER + shapes, encoding="utf-8")
    (folder / "data.ttl").write_text(HEADER + data, encoding="utf-8")
    return validate_files([folder / "data.ttl"], [folder / "shapes.ttl"], make_engine(engine))


def one(folder: Path, asked: str, values: str) -> Report:
    shapes = f"ex:Shape sh:targetNode ex:x ; sh:property [ sh:path skos:note ; {asked} ] .\n"
    shapes += "ex:Other a sh:NodeShape ; sh:nodeKind sh:IRI .\n"
    data = f'ex:x skos:note {values} ; skos:altLabel "alt" ; skos:notation 1 .'
    return checked(folder, shapes, data)


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, dialect="excel-tab", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("component", BROKEN)
def test_every_component_tells_what_it_expected_in_both_languages(
    tmp_path: Path, component: str
) -> None:
    (result,) = one(tmp_path, *BROKEN[component]).results
    assert result.component == f"{PREFIXES['sh']}{component}ConstraintComponent"
    assert result.expected.keys() == {"nl", "en"}
    assert result.message == {
        "nl": f"Verwacht: {result.expected['nl']}.",
        "en": f"Expected: {result.expected['en']}.",
    }
    for text in (*result.expected.values(), *result.mend.values()):
        assert not re.search(r"[{}]|_:|None", text.replace("^[A-Z]+$", ""))
        assert "s1n" not in text, "the labels of unnamed shapes tell a reader nothing"


def test_the_table_has_every_component_in_both_languages() -> None:
    told = {row["component"] for row in rows()}
    named = {f"sh:{name}ConstraintComponent" for name in (*BROKEN, "Closed")}
    assert told == named
    for row in rows():
        assert row["expected_nl"]
        assert row["expected_en"]
        assert bool(row["mend_nl"]) == bool(row["mend_en"])
        for column in ("expected", "mend"):
            names = [set(re.findall(r"\{\w+\}", row[f"{column}_{lang}"])) for lang in ("nl", "en")]
            assert names[0] == names[1], row


@pytest.mark.parametrize(
    ("asked", "values", "expected", "mend"),
    [
        ("sh:minCount 1 ; sh:class ex:C", "ex:y", "something of the class http", "give http"),
        ("sh:class ex:C", '"y"', "something of the class", "Refer to something that is a http"),
        ("sh:datatype xsd:date", '"1-2"', "a date: year-month-day", '"2014-01-31"^^xsd:date'),
        ("sh:datatype xsd:duration", '"1"', "datatype xsd:duration", "^^xsd:duration"),
        ("sh:maxCount 1", "1 , 2", "at most one value for skos:note", "Keep the right value"),
        ("sh:minCount 3", "1", "at least 3 values for skos:note", "until there are 3"),
        ("sh:in ( ex:national )", "ex:nationl", "http://example.org/national", "Did you mean"),
        ('sh:in ( "a"@nl 2 )', '"far off"', 'one of these values: "a"@nl, 2', "Choose one"),
        ("sh:in ( 1 2 3 4 5 6 7 8 9 10 )", "0", "6, 7, 8, … (10)", "Choose one"),
    ],
)
def test_the_sentence_fits_the_parameters(
    tmp_path: Path, asked: str, values: str, expected: str, mend: str
) -> None:
    (result,) = one(tmp_path, asked, values).results
    assert expected in result.expected["en"]
    assert mend in result.mend["en"]


def test_conditions_are_spelt_out_and_named_shapes_are_named(tmp_path: Path) -> None:
    either = """sh:or ( [ sh:path skos:altLabel ; sh:minCount 1 ; sh:maxCount 1 ]
        [ rdfs:label "kleur"@nl , "colour"@en ; sh:nodeKind sh:IRI ] ex:Other )"""
    (result,) = one(tmp_path, either, '"x"').results
    assert result.expected["en"].endswith(
        "a value for skos:altLabel and at most one value for skos:altLabel; «colour»; "
        "http://example.org/Other"
    )
    assert "«kleur»" in result.expected["nl"]


def test_a_closed_shape_offers_the_property_that_was_meant(tmp_path: Path) -> None:
    shapes = """ex:Shape sh:targetNode ex:x ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
        sh:property [ sh:path skos:prefLabel ] , [ sh:path skos:note ] ."""
    report = checked(tmp_path, shapes, 'ex:x skos:preflabel "x" ; ex:colour "y" ; a ex:C .')
    mend = {str(result.path): result.mend["en"] for result in report.results}
    assert mend.keys() == {"skos:preflabel", "http://example.org/colour"}
    assert "Did you mean skos:prefLabel?" in mend["skos:preflabel"]
    assert mend["http://example.org/colour"] == "Remove http://example.org/colour."
    assert report.results[0].expected["en"] == (
        "only the properties skos:prefLabel, skos:note, rdf:type"
    )


def test_the_shapes_own_message_comes_first(tmp_path: Path) -> None:
    (result,) = one(tmp_path, 'sh:minCount 2 ; sh:message "Twee graag."@nl', '"x"').results
    assert result.message == {"nl": "Twee graag."}
    assert result.expected["nl"] == "ten minste 2 waarden voor skos:note"
    assert not result.mend, "how to come by what is missing, the shape itself says best"
    (result,) = one(tmp_path, 'sh:maxCount 1 ; sh:message "Eén graag."@nl', '"x" , "y"').results
    assert result.mend


def test_a_condition_of_a_users_own_has_only_its_message(tmp_path: Path) -> None:
    asked = 'sh:sparql [ sh:message "No."@en ; sh:select "SELECT $this WHERE { $this ?p ?o }" ]'
    shapes = f"ex:Shape a sh:NodeShape ; sh:targetNode ex:x ; {asked} ."
    results = checked(tmp_path, shapes, 'ex:x skos:note "x" .').results
    assert results
    assert {(result.text("en"), *result.expected, *result.mend) for result in results} == {("No.",)}


def test_both_engines_tell_the_same(tmp_path: Path) -> None:
    properties = " , ".join(f"[ sh:path skos:note ; {asked} ]" for asked, _ in BROKEN.values())
    values = " , ".join(values for _, values in BROKEN.values())
    shapes = (
        f"ex:Shape sh:targetNode ex:x ; sh:property {properties} .\nex:Other sh:nodeKind sh:IRI ."
    )
    data = f'ex:x skos:note {values} ; skos:altLabel "alt" ; skos:notation 1 .'
    told = [
        render(checked(tmp_path, shapes, data, engine)._replace(engine="", notes=()), lang="nl")
        for engine in ("native", "pyshacl")
    ]
    assert told[0] == told[1]
    assert told[0].count("FOUT") > 20


def test_conditions_are_not_spelt_out_where_the_shape_says_what_it_wants(tmp_path: Path) -> None:
    own = 'sh:message "Say who it is for."@en ;'
    condition = "sh:or ( [ sh:path ex:for ; sh:minCount 1 ] [ sh:path ex:to ; sh:minCount 1 ] )"
    found = {}
    for name, message in (("own", own), ("none", "")):
        shapes, data = tmp_path / f"{name}.ttl", tmp_path / "data.ttl"
        shapes.write_text(
            f"{HEADER} ex:S a sh:NodeShape ; sh:targetNode ex:x ; {message} {condition} ."
        )
        data.write_text(f"{HEADER} ex:x a ex:Thing .")
        (result,) = validate_files([data], [shapes]).results
        found[name] = result.expected.get("en")
    assert found["own"] is None
    assert "a value for" in (found["none"] or "")
