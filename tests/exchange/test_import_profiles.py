"""Each profile brings in what its publisher offers, mapped to the classes of this graph."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest

from exchange.importing import CORDIS, EXAMPLES, bring_in, values
from si_graph.errors import InputError, UnknownError
from si_graph.exchange.imports import load_profile, profile_names
from si_graph.exchange.imports.mapping import read_mapping
from si_graph.namespaces import IMPORTS, PREFIXES
from support import SHARED

SAMPLES = SHARED / "eu" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not at hand")
GOLF = "https://w3id.org/si-graph/import/kohesio/beneficiary/"


def test_every_profile_has_two_titles_and_mappings_that_parse() -> None:
    assert {"eurovoc", "authority", "nuts", "tooi", "ror", "cordis", "kohesio", "dcat", "esid"} == {
        *profile_names()
    }
    for name in profile_names():
        profile = load_profile(name)
        assert profile.title.keys() == {"nl", "en"}
        for iri in (profile.homepage, profile.publisher, profile.licence):
            assert iri is None or ox.NamedNode(iri)
        assert profile.mappings()
        for mapping in profile.mappings():
            assert "CONSTRUCT" in read_mapping(mapping)


def test_cordis_becomes_projects_with_participants(tmp_path: Path) -> None:
    store, report = bring_in("cordis", CORDIS, tmp_path / "cordis.nq")
    assert (report.rows, report.kept, report.refused) == (12, 12, 0)
    one = "<https://cordis.europa.eu/project/id/900000001>"
    assert values(store, f"{one} a ?x") == {PREFIXES["si"] + "Project"}
    assert values(store, f"{one} dcat:keyword ?x") == {"social innovation", "energy cooperative"}
    assert values(store, f"{one} si:totalCost ?x") == {"1250000.5"}
    assert values(store, f"{one} si:hasParticipant/skos:prefLabel ?x") == {
        "Stichting Buurtstroom",
        "Burgerkracht vzw",
    }
    assert values(store, f"{one} si:hasCoordinator/skos:prefLabel ?x") == {"Stichting Buurtstroom"}
    assert values(store, f"{one} dcterms:subject/skos:prefLabel ?x") == {"governance"}
    places = values(store, "?o skos:prefLabel 'Burgerkracht vzw' ; si:locatedIn ?x")
    assert places == {
        "http://data.europa.eu/nuts/code/BE234",
        PREFIXES["place"] + "be",
        PREFIXES["place"] + "flanders",
    }
    types = values(store, "?s skos:notation 'HORIZON-PCP' ; dcterms:type ?x")
    assert types == {PREFIXES["itype"] + "PI010"}


def test_cordis_is_the_same_in_json_and_in_archives(tmp_path: Path) -> None:
    plain, _ = bring_in("cordis", CORDIS, tmp_path / "plain.nq")
    import csv

    archive = tmp_path / "cordis.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in CORDIS:
            rows = list(csv.DictReader(path.open(encoding="utf-8"), delimiter=";"))
            packed.writestr(f"json/{path.stem}.json", json.dumps(rows))
        packed.writestr("readme.pdf", b"no data")
    store, report = bring_in("cordis", [archive], tmp_path / "archive.nq")
    assert report.unread == [f"{archive}/readme.pdf"]
    from_cordis = "{ ?p a si:Project ; ?any ?x } UNION { ?o a si:Organisation ; ?any ?x }"
    assert values(store, from_cordis) == values(plain, from_cordis) != set()


def test_cordis_as_rdf_becomes_the_same_classes(tmp_path: Path) -> None:
    store, _ = bring_in("cordis", [EXAMPLES / "eurio.ttl"], tmp_path / "eurio.nq")
    project = "?p a si:Project ; skos:prefLabel 'Pools for all' ; dcterms:identifier '900000009' ;"
    assert values(store, f"{project} dcat:keyword ?x") == {"social innovation"}
    assert values(store, f"{project} si:hasCoordinator/skos:prefLabel ?x") == {"Zwemclub De Golf"}
    assert values(store, f"{project} si:hasParticipant/si:locatedIn ?x") == {
        PREFIXES["place"] + "nl"
    }


def test_eurovoc_comes_with_labels_that_are_things_of_their_own(tmp_path: Path) -> None:
    store, _ = bring_in("eurovoc", [EXAMPLES / "eurovoc.ttl"], tmp_path / "eurovoc.nq")
    assert values(store, "eurovoc:900002 skos:prefLabel ?x") == {"open-water swimming"}
    assert values(store, "eurovoc:900002 skos:altLabel ?x") == {"wild swimming"}
    assert values(store, "eurovoc:900002 skos:broader/skos:prefLabel ?x") == {"swimming", "zwemmen"}
    assert values(store, "?x a skos:Concept") == {
        "http://eurovoc.europa.eu/900001",
        "http://eurovoc.europa.eu/900002",
    }


def test_eurovoc_in_xml_gives_the_same_concepts(tmp_path: Path) -> None:
    paths = [EXAMPLES / f"eurovoc-{name}.xml" for name in ("desc_en", "uf_en", "relation_bt")]
    store, report = bring_in("eurovoc", paths, tmp_path / "eurovoc.nq")
    assert report.kept == 4
    assert values(store, "eurovoc:900002 skos:prefLabel ?x") == {"open-water swimming"}
    assert values(store, "eurovoc:900002 skos:altLabel ?x") == {"wild swimming", "river swimming"}
    assert values(store, "eurovoc:900002 skos:broader/skos:prefLabel ?x") == {"swimming"}


def test_an_authority_table_comes_as_genericode_and_as_rdf(tmp_path: Path) -> None:
    paths = [EXAMPLES / "authority.gc", EXAMPLES / "authority.ttl"]
    store, _ = bring_in("authority", paths, tmp_path / "authority.nq")
    pool = "http://publications.europa.eu/resource/authority/pool/"
    assert values(store, f"<{pool}INDOOR> skos:prefLabel ?x") == {"indoor pool", "binnenbad"}
    assert values(store, f"<{pool}INDOOR> skos:notation ?x") == {"INDOOR"}
    assert values(store, "?x a skos:Concept") == {pool + "INDOOR", pool + "OUTDOOR"}
    # A definition without an address of its own would lead nowhere.
    assert values(store, f"<{pool}OUTDOOR> skos:definition ?x") == set()


def test_nuts_regions_lie_within_the_places_of_the_advice(tmp_path: Path) -> None:
    store, _ = bring_in("nuts", [EXAMPLES / "nuts.ttl"], tmp_path / "nuts.nq")
    assert values(store, "?r skos:notation 'BE23' ; si:within ?x") == {
        "http://data.europa.eu/nuts/code/BE2",
        PREFIXES["place"] + "be",
        PREFIXES["place"] + "flanders",
    }


def test_kohesio_comes_as_tables_and_as_items(tmp_path: Path) -> None:
    paths = [EXAMPLES / f"kohesio-{name}" for name in ("projects.csv", "beneficiaries.tsv")]
    store, report = bring_in("kohesio", [*paths, EXAMPLES / "kohesio-items.ttl"], tmp_path / "k.nq")
    assert report.refused == 0
    assert values(store, "?p a si:Project ; skos:prefLabel ?x") == {
        "A pool that neighbours run",
        "Lessons, for everyone",
        "a pool that neighbours run",
    }
    golf = values(store, "?x skos:prefLabel 'Zwemclub De Golf'")
    assert len(golf) == 1, "one beneficiary of two projects is one organisation"
    assert values(store, "?p dcterms:spatial place:nl ; dcterms:identifier ?x") == {"NL-1", "NL-2"}
    flemish = "?o si:locatedIn place:flanders ; skos:prefLabel ?x"
    assert values(store, flemish) == {'"De Golf" vzw'}
    cost = values(store, "<https://linkedopendata.eu/entity/Q900001> si:totalCost ?x")
    assert cost == {"100000.5"}


def test_ror_comes_in_both_its_schemas(tmp_path: Path) -> None:
    store, _ = bring_in("ror", [EXAMPLES / "ror.json"], tmp_path / "ror.nq")
    one, two = "<https://ror.org/0example1>", "<https://ror.org/0example2>"
    assert values(store, f"{one} skos:prefLabel ?x") == {"University of the Pool"}
    assert values(store, f"{one} skos:altLabel ?x") == {
        "Pool University",
        "UP",
        "Universiteit van het Zwembad",
    }
    assert values(store, f"{two} skos:prefLabel ?x") == {"Institute for Swimming"}
    assert values(store, f"{two} skos:altLabel ?x") == {"Instituut voor Zwemmen"}
    assert values(store, f"{two} foaf:homepage ?x") == {"https://swimming.example/"}
    assert values(store, f"{one} si:locatedIn ?x") == {PREFIXES["place"] + "nl"}
    assert values(store, f"{two} si:locatedIn ?x") == {PREFIXES["place"] + "be"}


def test_tooi_bodies_have_their_names_and_their_end(tmp_path: Path) -> None:
    store, _ = bring_in("tooi", [EXAMPLES / "tooi.json"], tmp_path / "tooi.nq")
    body = "?b a si:Ministry ; skos:prefLabel 'ministerie van Zwemmen'@nl ;"
    assert values(store, f"{body} skos:altLabel ?x") == {"Zwem"}
    assert values(store, f"{body} schema:validThrough ?x") == {"2020-12-31"}


def test_esid_projects_have_their_four_scores(tmp_path: Path) -> None:
    store, _ = bring_in("esid", [EXAMPLES / "esid.csv"], tmp_path / "esid.nq")
    project = "?p a si:Project ; skos:prefLabel 'Swim together' ;"
    assert values(store, f"{project} dcterms:subject ?x") == {
        PREFIXES["concept"] + "social-innovation"
    }
    assert values(store, f"{project} dcterms:spatial ?x") == {PREFIXES["place"] + "nl"}
    assert values(store, f"{project} si:hasParticipant ?x") == set()
    sosa = "http://www.w3.org/ns/sosa/"
    scores = f"?o <{sosa}hasFeatureOfInterest> ?p ; <{sosa}hasSimpleResult> ?score ;"
    assert values(store, f"{project} a ?c . {scores} <{sosa}observedProperty> ?x") == {
        f"https://w3id.org/si-graph/import/esid/criterion/{name}"
        for name in ("objectives", "actors", "outputs", "innovativeness")
    }


def test_a_catalogue_keeps_what_has_no_address_of_its_own(tmp_path: Path) -> None:
    paths = [EXAMPLES / "dcat.ttl", EXAMPLES / "ckan.json"]
    store, _ = bring_in("dcat", paths, tmp_path / "dcat.nq")
    file = "dcat:distribution/(dcat:downloadURL|dcat:accessURL) ?x"
    assert values(store, f"?d dcat:keyword 'swimming'@en ; {file}") == {
        "https://pool.example/visitors.csv"
    }
    assert values(store, f"?d dcat:keyword 'swimming' ; {file}") == {
        "https://pool.example/water.csv"
    }


# What holds for every profile


@pytest.mark.parametrize(
    ("profile", "name"),
    [("cordis", "cordis-project.csv"), ("dcat", "dcat.ttl"), ("ror", "ror.json")],
)
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, profile: str, name: str) -> None:
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.nq.gz"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "si_graph",
                "import",
                profile,
                str(EXAMPLES / name),
                "-o",
                target,
            ],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
        )
    one, two = ((tmp_path / f"{seed}.nq.gz").read_bytes() for seed in ("1", "2"))
    assert one == two
    assert one[4:8] == bytes(4), "the time of packing is in the file"


def test_an_import_says_where_it_comes_from(tmp_path: Path) -> None:
    store, report = bring_in("esid", [EXAMPLES / "esid.csv"], tmp_path / "esid.nq", name="mine")
    graph = ox.NamedNode(IMPORTS + "mine")
    assert set(store.named_graphs()) == {graph}
    assert list(store.quads_for_pattern(None, None, None, ox.DefaultGraph())) == []
    source = f"<{graph.value}> prov:wasDerivedFrom ?s . ?s"
    assert values(store, f"{source} dcterms:title ?x") == {"esid.csv"}
    assert len(values(store, f"{source} schema:sha256 ?x").pop()) == 64
    assert values(store, f"<{graph.value}> dcterms:license ?x") == {
        "https://creativecommons.org/licenses/by/4.0/"
    }
    assert values(
        store,
        f"<{graph.value}> prov:wasGeneratedBy/prov:wasAssociatedWith/schema:softwareVersion ?x",
    )
    # No statement in it names a folder of whoever imported it.
    assert str(EXAMPLES) not in (tmp_path / "esid.nq").read_text()
    assert report.statements > 0


def test_rdf_is_mapped_whole_however_it_is_cut_and_ordered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = sorted(
        f"{quad.triple} .\n"
        for name in ("nuts.ttl", "eurovoc.ttl")
        for quad in ox.parse(path=str(EXAMPLES / name))
        if not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode)
    )
    (tmp_path / "apart.nt").write_text("".join(lines[::3] + lines[1::3] + lines[2::3]))
    for name, value in (("_BATCH", 1), ("_SORTED_TOGETHER", 300), ("MOST_IN_MEMORY", 0)):
        monkeypatch.setattr(f"si_graph.exchange.imports.rdf.{name}", value)
    store, _ = bring_in("nuts", [tmp_path / "apart.nt"], tmp_path / "nuts.nq")
    within = values(store, "<http://data.europa.eu/nuts/code/BE23> si:within ?x")
    assert within >= {"http://data.europa.eu/nuts/code/BE2", PREFIXES["place"] + "flanders"}
    store, _ = bring_in("eurovoc", [tmp_path / "apart.nt"], tmp_path / "eurovoc.nq")
    assert values(store, "eurovoc:900002 skos:altLabel ?x") == {"wild swimming"}


def test_a_profile_of_ones_own_is_a_file_that_can_be_changed(tmp_path: Path) -> None:
    (tmp_path / "pools.rq").write_text(
        "CONSTRUCT { ?pool a si:Organisation ; skos:prefLabel ?name } "
        "{ ?row <https://w3id.org/si-graph/import/column#name> ?name "
        "BIND(IRI(CONCAT('https://pool.example/', ?name)) AS ?pool) }"
    )
    (tmp_path / "pools.toml").write_text(
        'homepage = "https://pool.example"\nlicence = "https://pool.example/l"\n'
        'title = { en = "Pools" }\n'
        '[[tables]]\nname = "pools"\nmapping = "pools.rq"\n'
        'columns = [{ name = "name", required = true, titles = ["Zwembad"] }]\n'
    )
    (tmp_path / "pools.csv").write_text("Zwembad,Water\ngolf,25\n")
    store, _ = bring_in(str(tmp_path / "pools.toml"), [tmp_path / "pools.csv"], tmp_path / "p.nq")
    assert values(store, "?x a si:Organisation") == {"https://pool.example/golf"}
    # What nobody says of the data is not made up.
    assert values(store, "[] dcterms:license ?x") == {"https://pool.example/l"}
    assert values(store, "[] dcterms:publisher ?x") == set()
    (tmp_path / "pools.rq").write_text("SELECT * { ?s ?p ?o }")
    with pytest.raises(Exception, match="a mapping is a CONSTRUCT query"):
        bring_in(str(tmp_path / "pools.toml"), [tmp_path / "pools.csv"], tmp_path / "p.nq")


def test_an_unknown_profile_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownError, match="cordis"):
        load_profile("corids")


def test_a_profile_with_a_mistake_is_told_which(tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text('title = { en = "x" }\n')
    with pytest.raises(InputError, match="homepage is missing"):
        load_profile(str(profile))


# The publishers' own files


@needs_samples
@pytest.mark.parametrize(
    ("profile", "files", "pattern", "least"),
    [
        ("eurovoc", ["eurovoc_en_nl_fr_rebuilt.ttl"], "?x a skos:Concept", 7000),
        ("authority", ["authority-semic/data-theme-skos-ap-act.rdf"], "?x a skos:Concept", 13),
        ("nuts", ["nuts/lblod-nuts2024-lau-vlaanderen.ttl"], "?x si:within place:flanders", 200),
        ("tooi", ["tooi/rwc_ministeries_compleet_1.json"], "?x a si:Ministry", 20),
        ("ror", ["ror-nl-head.json"], "?x a si:Organisation", 90),
        ("kohesio", ["kohesio/kohesio-beneficiaries-head.tsv"], "?x a si:Organisation", 900),
        ("dcat", ["dcat-catalogs/ckanext-dcat_catalog.rdf"], "?x a dcat:Dataset", 2),
    ],
)
def test_what_publishers_offer_can_be_read(
    tmp_path: Path, profile: str, files: list[str], pattern: str, least: int
) -> None:
    store, report = bring_in(profile, [SAMPLES / file for file in files], tmp_path / "all.nq.gz")
    assert report.refused == 0
    assert len(values(store, pattern)) >= least
    if profile == "eurovoc":
        assert values(store, "eurovoc:1439 skos:prefLabel ?x") >= {"innovation", "vernieuwing"}
    with gzip.open(tmp_path / "all.nq.gz") as stream:
        assert b"file://" not in stream.read()
