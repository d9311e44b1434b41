"""The shapes' promises: documented, readable for whoever has never seen RDF, and up to date."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.namespaces import PREFIXES, expand, shorten
from si_graph.validate import bundled_shapes, render, validate_files
from si_graph.validate.shacl.well_formed import require_well_formed
from support import ROOT

FILES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
PREFIX_LINES = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
SISH = PREFIXES["sish"]
# Words that only those understand who know the technique already.
JARGON = re.compile(
    r"\b(IRI|URI|RDF|SHACL|OWL|SKOS|xsd|triple|literal|node|selector|hash|blank|graph|label|"
    r"range|instance|class|property)s?\b",
    re.I,
)


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(f"{PREFIX_LINES}\n{query}")
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(cell.value for cell in row) for row in found]


@pytest.fixture(scope="module")
def shapes() -> ox.Store:
    store = ox.Store()
    store.extend(bundled_shapes())
    return store


REPORTING = """?shape a ?kind . VALUES ?kind { sh:NodeShape sh:PropertyShape }
    FILTER EXISTS { ?shape sh:severity|sh:message ?any }"""


@cache
def messages(language: str) -> list[tuple[str, str]]:
    store = ox.Store()
    store.extend(bundled_shapes())
    query = f'SELECT ?shape ?text {{ ?shape sh:message ?text FILTER(LANG(?text) = "{language}") }}'
    return [(shorten(shape), text) for shape, text in rows(store, query)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_shapes_has_a_full_header(path: Path) -> None:
    store = ox.Store()
    store.load(path=str(path))
    complete = rows(
        store,
        """SELECT ?o { ?o a owl:Ontology ; owl:versionIRI ?v ; owl:versionInfo ?i ;
             dcterms:license ?l ; dcterms:creator ?c ; rdfs:label ?ln, ?le ;
             dcterms:abstract ?an, ?ae ; skos:changeNote ?cn, ?ce .
           FILTER(LANG(?ln)="nl" && LANG(?le)="en" && LANG(?an)="nl" && LANG(?ae)="en"
             && LANG(?cn)="nl" && LANG(?ce)="en") }""",
    )
    assert len(complete) == 1


def test_the_shapes_are_well_formed_by_the_shapes_that_the_w3c_has_for_shapes() -> None:
    require_well_formed(bundled_shapes())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_shape_says_what_it_is_for(shapes: ox.Store, language: str) -> None:
    for kind, name in (
        ("sh:NodeShape", "rdfs:label"),
        ("sh:NodeShape", "rdfs:comment"),
        ("sh:PropertyShape", "sh:description"),
    ):
        query = f"""SELECT ?shape {{ ?shape a {kind} FILTER NOT EXISTS {{
            ?shape {name} ?text FILTER(LANG(?text) = "{language}") }} }}"""
        assert rows(shapes, query) == [], name


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_shape_that_reports_has_one_message_in_each_language(
    shapes: ox.Store, language: str
) -> None:
    query = f"""SELECT ?shape {{ {REPORTING}
        OPTIONAL {{ ?shape sh:message ?text FILTER(LANG(?text) = "{language}") }}
        }} GROUP BY ?shape HAVING(COUNT(?text) != 1)"""
    assert rows(shapes, query) == []


def test_every_shape_that_reports_has_one_severity(shapes: ox.Store) -> None:
    query = f"""SELECT ?shape {{ {REPORTING}
        OPTIONAL {{ ?shape sh:severity ?severity
            FILTER(?severity IN (sh:Violation, sh:Warning, sh:Info)) }}
        }} GROUP BY ?shape HAVING(COUNT(?severity) != 1)"""
    assert rows(shapes, query) == []


@pytest.mark.parametrize(("shape", "text"), [*messages("nl"), *messages("en")])
def test_a_message_reads_without_its_brackets(shape: str, text: str) -> None:
    """Plain words say what is wrong and what to do; the name to type stands in brackets."""
    plain = re.sub(r" \([^()]*\)", "", text)
    assert not re.search(r"\b\w+:\w", plain), f"a technical name outside brackets: {plain}"
    assert not JARGON.search(plain), f"{JARGON.search(plain)}: {plain}"
    assert re.fullmatch(r"[A-Z].*\.", plain)
    assert ":" in plain or ";" in plain, "it says what is wrong, and then what to do about it"
    assert len(text.split()) <= 45


@pytest.mark.parametrize("shape", sorted({shape for shape, _ in messages("nl")}))
def test_both_languages_name_the_same_terms(shape: str) -> None:
    def terms(language: str) -> set[str]:
        text = dict(messages(language))[shape]
        return set(re.findall(r"\b(?!https?:)[a-z]+:\w[\w-]*", text))

    assert terms("nl") == terms("en")


def test_messages_name_terms_that_exist() -> None:
    known = ox.Store()
    for path in (ROOT / "ontology").glob("*/*.ttl"):
        known.load(path=str(path))
    ours = {prefix for prefix, iri in PREFIXES.items() if iri.startswith(PREFIXES["si"][:24])}
    for _, text in messages("nl"):
        for name in re.findall(r"\b[a-z]+:\w[\w-]*", text):
            iri = expand(name)
            assert iri, name
            if name.partition(":")[0] in ours:
                assert any(known.quads_for_pattern(ox.NamedNode(iri), None, None)), name


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        ("Modality-listed", "?code skos:inScheme vocab:modality"),
        ("FollowUp-status", "?code skos:inScheme vocab:follow-up-status"),
        ("Level-actor", "?code skos:inScheme vocab:government-level"),
        ("Level-phenomenon", "?code skos:inScheme vocab:government-level"),
        ("Instrument-type", "?code skos:inScheme vocab:instrument-type ; skos:broader ?group"),
    ],
)
def test_a_closed_list_is_that_of_its_vocabulary(shapes: ox.Store, shape: str, codes: str) -> None:
    listed = rows(shapes, f"SELECT ?code {{ sish:{shape} sh:in/rdf:rest*/rdf:first ?code }}")
    vocabulary = ox.Store()
    for path in (ROOT / "ontology" / "vocab").glob("*.ttl"):
        vocabulary.load(path=str(path))
    prefix = f"PREFIX vocab: <{PREFIXES['sish'].removesuffix('shapes#')}vocab/>"
    found = vocabulary.query(f"{PREFIX_LINES}\n{prefix} SELECT ?code {{ {codes} }}")
    assert isinstance(found, ox.QuerySolutions)
    assert sorted(listed) == sorted((row[0].value,) for row in found)
    assert listed


# What an editor may rightly do, and what is wrong in a way that the examples do not show.

EXAMPLE_PREFIXES = (
    "@prefix ex: <https://w3id.org/si-graph/id/example/> .\n"
    "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
    + "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items() if p != "foaf")
)


def shapes_that_report(tmp_path: Path, trig: str, *about: str) -> set[str]:
    """Validate statements; return the names of the shapes with results, of the kinds asked for."""
    path = tmp_path / "data.trig"
    path.write_text(EXAMPLE_PREFIXES + trig, encoding="utf-8")
    found = {shorten(r.shape.value)[5:] for r in validate_files([path]).results if r.shape}
    return {name for name in found if name.split("-")[0] in about}


def test_two_advices_may_both_have_a_recommendation_1(tmp_path: Path) -> None:
    text = """ex:a a si:Recommendation ; si:recommendationOf ex:one ; si:number 1 .
        ex:b a si:Recommendation ; si:recommendationOf ex:two ; si:number 1 ."""
    assert shapes_that_report(tmp_path, text, "RecommendationNumber") == set()


@pytest.mark.parametrize(
    ("numbers", "found"),
    [((1, 2, 3), set()), ((2, 3), {"StepSequence-gap"}), ((1, 2, 4), {"StepSequence-gap"})],
)
def test_steps_count_from_one_in_each_recommendation(
    tmp_path: Path, numbers: tuple[int, ...], found: set[str]
) -> None:
    text = "ex:other a si:Step ; si:stepOf ex:rec2 ; si:number 1 .\n" + "\n".join(
        f"ex:step{n} a si:Step ; si:stepOf ex:rec1 ; si:number {n} ." for n in numbers
    )
    assert shapes_that_report(tmp_path, text, "StepSequence") == found


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ("ex:a si:includes ex:b , ex:c . ex:b si:includes ex:d . ex:c si:includes ex:d .", set()),
        ("ex:a si:includes ex:b . ex:b si:includes ex:c . ex:c si:includes ex:a .", {"GroupCycle"}),
        ("ex:a si:includes ex:b . ex:a si:includedIn ex:b .", {"GroupCycle"}),
        ("ex:a si:includes ex:a .", {"GroupCycle"}),
    ],
)
def test_a_group_in_two_groups_is_no_cycle_and_a_long_way_round_is_one(
    tmp_path: Path, links: str, found: set[str]
) -> None:
    assert shapes_that_report(tmp_path, links, "GroupCycle") == found


@pytest.mark.parametrize(
    ("addressee", "found"),
    [
        ("ex:x a si:Country .", set()),
        ("ex:x a si:ActorGroup . ex:y si:includedIn ex:x .", set()),
        ("ex:x a si:ActorGroup .", {"Addressee-known"}),
        ("ex:x a skos:Concept .", {"Addressee-explicit"}),
        ("", {"Addressee-explicit"}),
    ],
)
def test_an_addressee_is_reported_once_for_what_is_wrong_with_it(
    tmp_path: Path, addressee: str, found: set[str]
) -> None:
    text = f"ex:rec si:explicitlyAddressedTo ex:x . {addressee}"
    assert shapes_that_report(tmp_path, text, "Addressee") == found


@pytest.mark.parametrize(
    ("matches", "found"),
    [
        ("<http://one.org/a> , <http://two.org/a>", set()),
        ("<http://one.org/list#a> , <http://one.org/list#b>", {"MappingSanity-scheme"}),
        ("<http://one.org/x/a> , <http://two.org/y/b> . <http://one.org/x/a> skos:inScheme ex:s ."
         " <http://two.org/y/b> skos:inScheme ex:s", {"MappingSanity-scheme"}),
    ],
)  # fmt: skip
def test_exact_matches_clash_within_one_vocabulary_only(
    tmp_path: Path, matches: str, found: set[str]
) -> None:
    assert (
        shapes_that_report(tmp_path, f"ex:c skos:exactMatch {matches} .", "MappingSanity") == found
    )


@pytest.mark.parametrize(
    ("issued", "bound", "valid"),
    [
        ('"2014-01"', 'schema:validFrom "2014"', True),
        ('"2014-01-14"', 'schema:validFrom "2014-01-15"', False),
        ('"2014"', 'schema:validFrom "2014-12-31"', True),
        ('"2014-01"', 'schema:validThrough "2013-12-31"', False),
        ('"2014-01"', 'schema:validThrough "2014-01-01"', True),
        ('"2014-01"', 'schema:validFrom "2010" ; schema:validThrough "2012"', False),
    ],
)
def test_dates_are_compared_as_precisely_as_the_less_precise_one(
    tmp_path: Path, issued: str, bound: str, *, valid: bool
) -> None:
    text = f"""ex:advice a si:AdvisoryReport ; dcterms:issued {issued} .
        ex:p a si:Passage ; oa:hasSource ex:advice . <http://code.org/1> {bound} .
        ex:p {{ ex:actor schema:sameAs <http://code.org/1> . }}"""
    found = shapes_that_report(tmp_path, text, "Period")
    assert found == (set() if valid else {"Period-identifier"})


def test_only_things_of_the_project_need_a_label(tmp_path: Path) -> None:
    text = """<http://elsewhere.org/x> a skos:Concept .
        <https://w3id.org/si-graph/vocab/x/y> a skos:Concept .
        ex:note a rdf:Statement . ex:part a si:Passage .
        ex:p a si:Passage ; dcterms:hasPart ex:part ; skos:prefLabel "p"@nl , "p"@en ."""
    path = tmp_path / "data.trig"
    path.write_text(EXAMPLE_PREFIXES + text, encoding="utf-8")
    report = validate_files([path])
    labels = {SISH + "Labels-nl", SISH + "Labels-en"}
    about = {r.focus.value for r in report.results if r.shape and r.shape.value in labels}
    assert about == {"https://w3id.org/si-graph/vocab/x/y"}


def test_every_contact_datum_is_found_and_none_is_repeated(
    tmp_path: Path, shapes: ox.Store
) -> None:
    """The targets and the query of the shape each list the properties; the two must agree."""
    query = "SELECT ?property { sish:Privacy sh:targetSubjectsOf ?property }"
    listed = {iri for (iri,) in rows(shapes, query)}
    foaf, schema, vcard = PREFIXES["foaf"], PREFIXES["schema"], "http://www.w3.org/2006/vcard/ns#"
    assert {foaf + "phone", foaf + "mbox", foaf + "account", schema + "telephone"} <= listed
    for name in (
        "fn",
        "n",
        "tel",
        "email",
        "adr",
        "bday",
        "hasTelephone",
        "hasEmail",
        "hasAddress",
    ):
        assert vcard + name in listed
    path = tmp_path / "data.ttl"
    path.write_text(
        "".join(f'<http://x.org/{n}> <{p}> "06-12345678" .\n' for n, p in enumerate(listed))
    )
    report = validate_files([path])
    assert {r.path.predicate for r in report.results if r.path} == listed
    for name in ("text", "turtle", "json", "sarif"):
        assert "12345678" not in render(report, name)
