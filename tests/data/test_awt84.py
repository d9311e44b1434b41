"""The data's promises: complete against the inventory, true to the passages, own words only."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SI_GRAPH_SHARED", ROOT.parent / "shared"))
SOURCE = SHARED / "source" / "awt-2014-summary.txt"
INVENTORY = SHARED / "domain" / "inventory.tsv"
PASSAGE = "https://w3id.org/si-graph/id/awt84/passage/"
PREFIXES = """
PREFIX si: <https://w3id.org/si-graph/ontology#>
PREFIX awt84: <https://w3id.org/si-graph/id/awt84/>
PREFIX graph: <https://w3id.org/si-graph/graph/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX schema: <http://schema.org/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
# Page chrome and a private person's contact data: never part of the graph.
NOISE = {"D08", "D09", "D10"}

needs_source = pytest.mark.skipif(
    not SOURCE.exists(), reason="the source text is not at hand (set SI_GRAPH_SHARED)"
)
needs_inventory = pytest.mark.skipif(
    not INVENTORY.exists(), reason="the inventory is not at hand (set SI_GRAPH_SHARED)"
)


@pytest.fixture(scope="module")
def data() -> ox.Store:
    store = ox.Store()
    for path in sorted((ROOT / "data" / "awt84").rglob("*.trig")):
        store.load(path=str(path))
    return store


@pytest.fixture(scope="module")
def source() -> str:
    return SOURCE.read_bytes().decode("utf-8")


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """Return a query's rows as plain text values."""
    solutions = store.query(PREFIXES + query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    width = len(solutions.variables)
    return [tuple(getattr(row[i], "value", "") for i in range(width)) for row in solutions]


@needs_inventory
def test_every_row_of_the_inventory_is_in_the_graph(data: ox.Store) -> None:
    with INVENTORY.open(encoding="utf-8", newline="") as file:
        inventory = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    spans = {
        passage.removeprefix(PASSAGE): (int(start), int(end))
        for passage, start, end in rows(
            data,
            """SELECT ?p (MIN(?s) AS ?start) (MAX(?e) AS ?end) WHERE {
                 ?p a si:Passage ; dcterms:hasPart?/oa:hasSelector ?x . ?x oa:start ?s ; oa:end ?e
               } GROUP BY ?p""",
        )
        if "/" not in passage.removeprefix(PASSAGE)
    }
    assert spans == {
        name: (int(row["start"]), int(row["end"]))
        for name, row in inventory.items()
        if name not in NOISE
    }
    stated = {
        graph.value.removeprefix(PASSAGE)
        for graph in data.named_graphs()
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(PASSAGE)
    }
    notes_on_the_text = {name for name in inventory if name.startswith("N")}
    assert stated == set(inventory) - NOISE - notes_on_the_text


@needs_source
def test_no_passage_has_drifted(data: ox.Store, source: str) -> None:
    parts: dict[str, list[tuple[int, int]]] = {}
    for passage, start, end in rows(
        data,
        """SELECT ?p ?s ?e WHERE { ?p a si:Passage ; dcterms:hasPart?/oa:hasSelector ?x .
             ?x oa:start ?s ; oa:end ?e } ORDER BY ?s""",
    ):
        parts.setdefault(passage, []).append((int(start), int(end)))
    hashes: dict[str, str] = {}
    for passage, digest in rows(data, "SELECT ?p ?h WHERE { ?p a si:Passage ; schema:sha256 ?h }"):
        hashes[passage] = digest
    assert hashes.keys() == parts.keys()
    for passage, spans in parts.items():
        text = "".join(source[start:end] for start, end in spans)
        assert hashlib.sha256(text.encode()).hexdigest() == hashes[passage], passage


@needs_source
def test_the_length_of_the_source_is_right(data: ox.Store, source: str) -> None:
    assert rows(data, "SELECT ?n WHERE { awt84:summary-page si:characters ?n }") == [
        (str(len(source)),)
    ]


@needs_source
def test_no_sentence_of_the_source_is_copied(source: str) -> None:
    """No file of the project shares seven words in a row with the source."""

    def shingles(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", re.sub(r"(\w)- (?!en\b)(\w)", r"\1\2", text.lower()))
        return {tuple(words[i : i + 7]) for i in range(len(words) - 6)}

    of_the_source = shingles(source)
    for folder in ("ontology", "data", "queries", "src", "docs", "tests"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".ttl", ".trig", ".tsv", ".rq", ".py", ".md"}:
                text = path.read_text(encoding="utf-8")
                # What stands in two cells of a table is no sentence.
                parts = re.split(r"[\t\n]", text) if path.suffix == ".tsv" else [text]
                shared = set().union(*map(shingles, parts)) & of_the_source
                assert not shared, f"{path.relative_to(ROOT)}: {' '.join(next(iter(shared)))}"


def test_no_personal_contact_data(data: ox.Store) -> None:
    for predicate in {quad.predicate.value for quad in data}:
        assert not re.search(r"(?i)phone|mbox|email|account|vcard", predicate), predicate
    for quad in data:
        if isinstance(quad.object, ox.Literal):
            assert not re.search(r"\S@\S+\.\w|linkedin", quad.object.value), quad


def test_everything_has_one_label_a_language(data: ox.Store) -> None:
    base = "https://w3id.org/si-graph/id/"
    for language in ("nl", "en"):
        bad = rows(
            data,
            f"""SELECT ?s (COUNT(DISTINCT ?l) AS ?n) WHERE {{
                 GRAPH ?g {{ ?s a ?kind }} FILTER(STRSTARTS(STR(?s), "{base}"))
                 FILTER(!STRSTARTS(STR(?s), "{base}concept/") && !CONTAINS(STR(?s), "/note-"))
                 OPTIONAL {{ ?s skos:prefLabel ?l . FILTER(LANG(?l) = "{language}") }}
               }} GROUP BY ?s HAVING (COUNT(DISTINCT ?l) != 1)""",
        )
        assert bad == []


def test_editors_speak_in_their_own_graph_only(data: ox.Store) -> None:
    """Labels, notes and inherited addressees never stand in the graph of a passage."""
    for quad in data:
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(PASSAGE):
            assert not re.search(
                r"core#(prefLabel|altLabel|editorialNote)|inheritsAddresseeFrom|hasEvidence",
                quad.predicate.value,
            ), quad


def test_the_two_readings_are_on_record(data: ox.Store) -> None:
    noted = {
        thing.rsplit("/", 1)[1]
        for (thing,) in rows(data, "SELECT DISTINCT ?s WHERE { ?s skos:editorialNote ?n }")
    }
    assert noted >= {
        "rec2-b", "explicit-policy", "open-topsectors", "step2-a", "step3-b", "step3-c",
        "step1", "step6", "step6-c",
    }  # fmt: skip
