"""The static site has what the server has: each thing, its data, its proofs, the answers."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from published import ADDRESS
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, GRAPH_INFERRED
from si_graph.publish.static.links import anchor
from si_graph.query.catalogue import catalogue
from si_graph.query.overviews.surroundings import PROFILES, Shared, surroundings
from si_graph.query.results import Rows
from si_graph.render.terms import spelled

FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def things(graph: KnowledgeGraph) -> set[str]:
    found = {str(quad.subject)[1:-1] for quad in graph.quads()}
    return {iri for iri in found if iri.startswith(f"{BASE}id/")}


def parsed(path: Path) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(path=str(path), format=FORMATS[path.suffix[1:]])}


def named(triples: set[ox.Triple]) -> set[ox.Triple]:
    """Return the triples without nameless things, which are called anew in each file."""
    return {
        one for one in triples
        if not isinstance(one.subject, ox.BlankNode) and not isinstance(one.object, ox.BlankNode)
    }  # fmt: skip


def test_every_thing_has_pages_data_and_an_address_that_leads_to_them(
    site: Path, things: set[str]
) -> None:
    assert len(things) > 400
    for iri in things:
        name = iri.removeprefix(f"{BASE}id/")
        expected = [f"{lang}doc/{name}/index.html" for lang in ("", "en/")]
        expected += [f"doc/{name}.{suffix}" for suffix in FORMATS]
        for path in (*expected, f"id/{name}/index.html"):
            assert (site / path).is_file(), path
        moved = (site / f"id/{name}/index.html").read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{ADDRESS}doc/{name}/">' in moved


def test_data_say_the_same_in_every_format(site: Path, graph: KnowledgeGraph) -> None:
    name = "awt84/rec2-b"
    store = graph.store.oxigraph
    found = surroundings(store, f"{BASE}id/{name}", PROFILES["everything"], 10**6)
    expected = {quad.triple for quad in found.quads}
    for suffix in FORMATS:
        told = parsed(site / f"doc/{name}.{suffix}")
        assert len(told) == len(expected), suffix
        assert named(told) == named(expected), suffix


def test_what_things_share_is_found_for_each_of_them(
    graph: KnowledgeGraph, things: set[str]
) -> None:
    store, shared = graph.store.oxigraph, Shared()
    for iri in sorted(things)[::25]:
        alone = surroundings(store, iri, PROFILES["everything"], 10**6)
        assert surroundings(store, iri, PROFILES["everything"], 10**6, shared) == alone


def test_all_things_together_say_what_the_dump_says(site: Path, things: set[str]) -> None:
    dump = gzip.decompress((site / "dumps/si-graph.nt.gz").read_bytes())
    everything = {quad.triple for quad in ox.parse(input=dump, format=ox.RdfFormat.N_TRIPLES)}
    of_things = {
        one for one in everything if isinstance(one.subject, ox.NamedNode)
        and one.subject.value in things and not isinstance(one.object, ox.BlankNode)
    }  # fmt: skip
    told: set[ox.Triple] = set()
    for path in (site / "doc").rglob("*.nt"):
        told |= parsed(path)
    assert of_things <= told
    assert {one for one in told if one in of_things} == of_things


def test_what_follows_has_a_proof_where_its_page_says(site: Path, graph: KnowledgeGraph) -> None:
    inferred = ox.NamedNode(GRAPH_INFERRED)
    pages: dict[str, str] = {}
    count = 0
    for quad in graph.quads():
        named = isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode)
        if quad.graph_name != inferred or not named:
            continue
        path = str(quad.subject)[1:-1].removeprefix(BASE).partition("#")[0].removeprefix("id/")
        if path not in pages:
            pages[path] = (site / "explain" / path / "index.html").read_text(encoding="utf-8")
        place = anchor(*(spelled(part) for part in quad.triple))
        section = re.search(rf'<section id="{place}">(.*?)</section>', pages[path], re.DOTALL)
        assert section, f"{quad.triple}: no proof on {path}"
        assert '<ul class="proof">' in section[1]
        count += 1
    assert count > 2000


def test_questions_have_the_answers_that_the_graph_gives(site: Path, graph: KnowledgeGraph) -> None:
    for query in catalogue():
        for lang, folder in (("nl", ""), ("en", "en/")):
            page = site / folder / "questions" / query.name / "index.html"
            assert f'<html lang="{lang}">' in page.read_text(encoding="utf-8")
    for path, values in (
        ("en/query/CQ14", {"lang": "en"}),
        ("query/CQ14/actor/provinces", {"lang": "nl", "actor": "provinces"}),
    ):
        rows = graph.named("CQ14", **values)
        assert isinstance(rows, Rows)
        assert (site / f"{path}.csv").read_bytes() == rows.to_csv().encode()


def test_the_checksums_are_those_of_the_files(site: Path) -> None:
    lines = (site / "dumps/SHA256SUMS").read_text(encoding="ascii").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    dumps = {path.name for path in (site / "dumps").iterdir()} - {"SHA256SUMS"}
    assert set(sums) == dumps
    listed = json.loads((site / "published.json").read_text())["files"]
    found = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert set(listed) == found - {"published.json"}
    for path, digest in [*listed.items(), *((f"dumps/{name}", one) for name, one in sums.items())]:
        assert hashlib.sha256((site / path).read_bytes()).hexdigest() == digest, path


def test_the_record_offers_files_and_no_endpoint(site: Path) -> None:
    record = (site / "catalog.nt").read_text(encoding="utf-8")
    assert f"{ADDRESS}dumps/si-graph.nq.gz" in record
    assert "DataService" not in record
    assert "sparql" not in record
    void = (site / ".well-known" / "void").read_text(encoding="utf-8")
    assert "sparqlEndpoint" not in void
    assert "dataDump" in void


def test_a_page_says_its_address_and_that_in_the_other_language(site: Path) -> None:
    for lang, folder in (("nl", ""), ("en", "en/")):
        page = (site / folder / "doc/actor/min-ez/index.html").read_text(encoding="utf-8")
        assert f'<html lang="{lang}">' in page
        assert f'<link rel="canonical" href="{ADDRESS}{folder}doc/actor/min-ez/">' in page
        for other, there in (("nl", ""), ("en", "en/")):
            assert f'hreflang="{other}" href="{ADDRESS}{there}doc/actor/min-ez/"' in page


def test_pages_state_what_they_may_load_and_one_may_run_an_engine(site: Path) -> None:
    for path in site.rglob("index.html"):
        page = path.read_text(encoding="utf-8")
        if "<main" not in page:
            continue
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert policy, path
        assert policy[1].startswith("default-src &#39;none&#39;")
        may_run = "wasm-unsafe-eval" in policy[1]
        assert may_run == (path.parent.name == "sparql"), path
