"""The mapping sets' promises: complete, without doubles, true to their targets and to the time."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from si_graph.load.sssom import LABEL_LANGUAGE, Mapping, read_mappings
from si_graph.namespaces import BASE, PREFIXES, shorten
from si_graph.validate import validate_files
from support import ROOT, SHARED

SETS = sorted((ROOT / "ontology" / "alignments").glob("*.sssom.tsv"))
EXTRACTS = SHARED / "eu"
SKOS = PREFIXES["skos"]
EXACT = {SKOS + "exactMatch", PREFIXES["schema"] + "sameAs"}
# Seen in a published copy of the table, of which the extracts hold no row.
NOT_IN_THE_EXTRACTS = {PREFIXES["euauth"] + "corporate-body/EURUN"}
# The extracts give these identifiers without their full name.
NAMELESS = {
    "http://www.wikidata.org/entity/" + code for code in ("Q253439", "Q129724", "Q8880", "Q1049362")
}

each_set = pytest.mark.parametrize("path", SETS, ids=lambda path: path.name.split(".")[0])
with_extracts = pytest.mark.skipif(
    not EXTRACTS.is_dir(), reason="the extracts of reference data are not at hand"
)


def rows(path: Path) -> list[Mapping]:
    return list(read_mappings(path))


def stated() -> list[Mapping]:
    return [one for path in SETS for one in rows(path) if one.states]


def subject(mapping: Mapping) -> ox.NamedNode:
    assert isinstance(mapping.subject, ox.NamedNode)
    return mapping.subject


def names(store: ox.Store, thing: ox.NamedNode | None) -> Iterator[tuple[str, ox.Literal]]:
    for quad in store.quads_for_pattern(thing, ox.NamedNode(SKOS + "prefLabel"), None):
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.Literal)
        yield quad.subject.value, quad.object


def pair(mapping: Mapping) -> str:
    return f"{shorten(mapping.subject.value)} and {shorten(mapping.target.value)}"


@each_set
def test_every_mapping_says_by_whom_when_how_and_where_it_was_found(path: Path) -> None:
    columns = ("author_id", "mapping_date", "mapping_justification", "object_source", "comment")
    for one in rows(path):
        for column in columns:
            assert one.cells.get(column), f"{pair(one)}: no {column}"


def test_every_mapping_that_states_something_says_how_sure_it_is() -> None:
    assert [pair(one) for one in stated() if not one.cells.get("confidence")] == []


def test_no_pair_is_mapped_twice() -> None:
    pairs = [pair(one) for one in stated()]
    assert sorted({one for one in pairs if pairs.count(one) > 1}) == []


@pytest.fixture(scope="module")
def ours() -> ox.Store:
    """What the project says itself: vocabularies and data, without the mappings."""
    store = ox.Store()
    for path in [*(ROOT / "ontology" / "vocab").glob("*.ttl"), *(ROOT / "data").rglob("*.trig")]:
        if "examples" not in path.parts:
            store.load(path=str(path))
    return store


def test_a_subject_exists_and_is_called_what_the_set_says(ours: ox.Store) -> None:
    for one in stated():
        found = {name.value for _, name in names(ours, subject(one))}
        assert one.cells["subject_label"] in found, f"{pair(one)}: it is called {sorted(found)}"


def test_only_concepts_carry_mappings_of_skos(ours: ox.Store) -> None:
    concept = (ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(SKOS + "Concept"))
    for one in stated():
        assert one.states is not None
        is_concept = any(ours.quads_for_pattern(subject(one), *concept))
        assert one.states.value.startswith(SKOS) == is_concept, pair(one)


# The words and names of reference data, as far as the extracts hold them.


def table(name: str) -> list[dict[str, str]]:
    with (EXTRACTS / "tables" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, dialect="excel-tab"))


@cache
def references() -> dict[str, set[tuple[str, str]]]:
    """Return what reference data call each thing, with the language where it is known."""
    found: dict[str, set[tuple[str, str]]] = {}
    for iri, name, language in (*thesaurus(), *tables(), *ministries()):
        found.setdefault(iri, set()).add((plain(name), language))
    return found


def thesaurus() -> Iterator[tuple[str, str, str]]:
    for concept, name in names(eurovoc(), None):
        yield concept, name.value, name.language or ""
    for row in table("eurovoc_report_concepts.tsv"):
        for language in ("en", "nl"):
            yield row["uri"], row[f"prefLabel_{language}"], language


def tables() -> Iterator[tuple[str, str, str]]:
    for row in table("authority_tables.tsv"):
        yield row["uri"], row["label_en"], "nl" if row["scheme"].startswith("nuts") else "en"
    for row in table("identifiers.tsv"):
        if row["status"].startswith("verified"):
            yield row["uri"], row["label"], ""
            yield row["uri"], row["entity"], ""
    for row in table("stip_compass_2021_codes.tsv"):
        for scheme in ("instrument-type", "stip-theme"):
            code = f"{BASE}vocab/{scheme}/{row['code']}"
            yield code, (row["label1"] or "").rpartition("|")[2], "en"


def ministries() -> Iterator[tuple[str, str, str]]:
    for ministry in tooi_ministries():
        for label in ministry.get(PREFIXES["rdfs"] + "label", []):
            yield ministry["@id"], label["@value"], "nl"


def tooi_ministries() -> list[dict[str, Any]]:
    path = EXTRACTS / "samples" / "tooi" / "rwc_ministeries_compleet_1.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def eurovoc() -> ox.Store:
    store = ox.Store()
    store.load(path=str(EXTRACTS / "samples" / "eurovoc_en_nl_fr_rebuilt.ttl"))
    return store


def plain(name: str) -> str:
    """Return a name without what is added in brackets, in small letters."""
    return re.sub(r"\s*\([^()]*\)$", "", name).casefold()


@with_extracts
@each_set
def test_every_target_exists_in_the_extracts(path: Path) -> None:
    for one in rows(path):
        if one.target.value not in NOT_IN_THE_EXTRACTS:
            assert one.target.value in references(), f"{pair(one)}: there is no such target"


@with_extracts
@each_set
def test_every_target_is_called_what_the_set_says_in_that_language(path: Path) -> None:
    for one in rows(path):
        if one.target.value in NOT_IN_THE_EXTRACTS | NAMELESS:
            continue
        language = one.cells.get(LABEL_LANGUAGE) or "en"
        known = {name for name, of in references()[one.target.value] if of in ("", language)}
        assert plain(one.cells["object_label"]) in known, f"{pair(one)}: it is called {known}"


@with_extracts
def test_no_target_in_eurovoc_is_deprecated_or_replaced() -> None:
    gone = {
        ox.NamedNode(iri)
        for iri in (PREFIXES["owl"] + "deprecated", PREFIXES["dcterms"] + "isReplacedBy")
    }
    for one in stated():
        said = {quad.predicate for quad in eurovoc().quads_for_pattern(one.target, None, None)}
        assert not said & gone, f"{pair(one)}: the target is gone"


@with_extracts
def test_the_names_of_a_ministry_are_those_of_the_time() -> None:
    """What a source of 2014 means ended later, and the code that is said to be it says so."""
    ministries = {one["@id"]: one for one in tooi_ministries()}
    end = "https://identifier.overheid.nl/tooi/def/ont/einddatum"
    others = {
        old["@id"]
        for one in ministries.values()
        for old in one.get(PREFIXES["prov"] + "specializationOf", [])
    }
    same = [one for one in stated() if one.states and one.states.value in EXACT]
    checked = [one for one in same if one.target.value in ministries]
    assert checked
    for one in checked:
        ends = [day["@value"] for day in ministries[one.target.value].get(end, [])]
        assert not ends or min(ends) > "2014-01", f"{pair(one)}: it ended before the source"
        assert one.target.value not in others, f"{pair(one)}: it went by other names as well"


# The mapping rules are shapes, and what the sets say conforms to them.


@pytest.mark.parametrize(
    "word", [one for path in SETS for one in rows(path) if one.negated], ids=pair
)
@pytest.mark.parametrize("match", ["skos:exactMatch", "skos:closeMatch", "schema:sameAs"])
def test_a_false_friend_of_the_list_is_reported(tmp_path: Path, word: Mapping, match: str) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(
        f"@prefix skos: <{SKOS}> . @prefix schema: <{PREFIXES['schema']}> .\n"
        f'<http://example.org/a> {match} {word.target} ; skos:altLabel "{word.subject.value}"@nl .',
        encoding="utf-8",
    )
    found = {one.shape.value for one in validate_files([path]).results if one.shape}
    assert PREFIXES["sish"] + "MappingSanity-falseFriend" in found


def test_the_shape_lists_no_other_false_friends_than_the_set() -> None:
    text = (ROOT / "ontology" / "shapes" / "alignments.ttl").read_text(encoding="utf-8")
    lists = re.findall(r"\?value = eurovoc:(\w+) && LCASE\(STR\(\?name\)\) IN \((.*?)\)\)", text)
    listed = {
        (code, word.replace("\\\\'", "'"))
        for code, words in lists
        for word in re.findall(r"'((?:[^'\\]|\\\\')*)'", words)
    }
    friends = rows(ROOT / "ontology" / "alignments" / "false-friends.sssom.tsv")
    assert listed == {(shorten(one.target.value)[8:], one.subject.value) for one in friends}
