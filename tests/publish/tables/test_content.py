"""Tables have the content of the graph: each thing, its names, its relations and its answers."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import UnknownError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, PREFIXES
from si_graph.publish.tables import rows
from si_graph.publish.tables.description import LANGUAGES, described, file_name, folder
from si_graph.publish.tables.files import ARCHIVE, WORKBOOKS, content, names, recorded, tables
from si_graph.query.catalogue import catalogue, load
from si_graph.query.results import Rows
from si_graph.query.tokens import result_variables
from si_graph.store.embedded import EmbeddedStore
from spreadsheets import Records, records

SI = PREFIXES["si"]
LABEL = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
TABLES = {table.name: table for table in described()}
THINGS = {
    "actions": "ProposedAction",
    "actors": "Actor",
    "instruments": "PolicyInstrument",
    "claims": "Claim",
    "passages": "Passage",
}
PAIRS = {
    "tasks": ("action", "asksActor", "actor"),
    "proposals": ("action", "directlyProposes", "instrument"),
    "evidence": ("thing", "hasEvidence", "passage"),
}
ELSEWHERE = "https://data.example.org/policy/"
_PRINT = """
import hashlib
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.publish.tables.files import tables
for name, data in tables(KnowledgeGraph.open(), BASE):
    print(hashlib.sha256(data).hexdigest(), name)
"""
_ALL = [(name, lang) for name in TABLES for lang in LANGUAGES]


class Published:
    """The rows of the tables, by the names of their columns."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def rows(self, name: str, lang: str) -> Records:
        columns = {column.titles[lang]: column.name for column in TABLES[name].columns}
        found = records(self.files[file_name(name, lang)])
        return [{columns[title]: cell for title, cell in row.items()} for row in found]

    def column(self, name: str, column: str, lang: str = "nl") -> list[str]:
        return [row[column] for row in self.rows(name, lang)]


@pytest.fixture(scope="module")
def tabled(published: dict[str, bytes]) -> Published:
    return Published(published)


def of_class(graph: KnowledgeGraph, name: str) -> set[str]:
    found = graph.store.oxigraph.quads_for_pattern(None, TYPE, ox.NamedNode(SI + name))
    return {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}


def values(graph: KnowledgeGraph, subject: str, *path: str) -> set[ox.NamedNode | ox.Literal]:
    """Return what is at the end of a path of properties."""
    found: set[ox.NamedNode | ox.Literal] = {ox.NamedNode(subject)}
    for iri in path:
        quads = [quad for one in found
                 for quad in graph.store.oxigraph.quads_for_pattern(one, ox.NamedNode(iri), None)]  # type: ignore[arg-type]  # fmt: skip
        found = {quad.object for quad in quads}  # type: ignore[misc]
    return found


def texts(graph: KnowledgeGraph, lang: str, subject: str, *path: str) -> set[str]:
    found = values(graph, subject, *path)
    return {one.value for one in found if isinstance(one, ox.Literal) and one.language == lang}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", THINGS)
def test_each_thing_has_one_row_with_its_name(
    graph: KnowledgeGraph, tabled: Published, name: str, lang: str
) -> None:
    found = tabled.rows(name, lang)
    (key,) = TABLES[name].key
    assert sorted(row[key] for row in found) == sorted(of_class(graph, THINGS[name]))
    for row in found:
        assert {row["name"]} == texts(graph, lang, row[key], LABEL.value)


@pytest.mark.parametrize("name", PAIRS)
def test_each_relation_has_one_row(graph: KnowledgeGraph, tabled: Published, name: str) -> None:
    subject, predicate, value = PAIRS[name]
    found = [(row[subject], row[value]) for row in tabled.rows(name, "nl")]
    quads = graph.store.oxigraph.quads_for_pattern(None, ox.NamedNode(SI + predicate), None)
    expected = {(quad.subject.value, quad.object.value) for quad in quads}  # type: ignore[union-attr]
    if name == "tasks":
        # A conclusion asks something too, but is no action.
        actions = of_class(graph, "ProposedAction")
        expected = {pair for pair in expected if pair[0] in actions}
    assert len(found) == len(set(found))
    assert set(found) == expected


@pytest.mark.parametrize(
    ("name", "column", "path"),
    [
        ("actions", "actors", ("si:addressedTo", "skos:prefLabel")),
        ("actions", "instruments", ("si:directlyProposes", "skos:prefLabel")),
        ("actions", "fields", ("si:concernsPolicyField", "skos:prefLabel")),
        ("actions", "conditions", ("si:condition", "skos:prefLabel")),
        ("actions", "notes", ("skos:editorialNote",)),
        ("actions", "modalityName", ("si:modality", "skos:prefLabel")),
        ("actors", "otherNames", ("skos:altLabel",)),
        ("actors", "groups", ("si:includedIn", "skos:prefLabel")),
        ("actors", "levelName", ("si:governmentLevel", "skos:prefLabel")),
        ("instruments", "otherNames", ("skos:altLabel",)),
        ("instruments", "stipTypes", ("si:stipType", "skos:prefLabel")),
        ("instruments", "targets", ("si:targets", "skos:prefLabel")),
        ("instruments", "notes", ("skos:editorialNote",)),
        ("claims", "subjects", ("dcterms:subject", "skos:prefLabel")),
        ("claims", "sourceName", ("si:attributedTo", "skos:prefLabel")),
        ("passages", "partOfName", ("dcterms:isPartOf", "skos:prefLabel")),
        ("passages", "notes", ("skos:editorialNote",)),
    ],
)
def test_a_cell_has_all_names_of_what_the_thing_is_related_to(
    graph: KnowledgeGraph,
    tabled: Published,
    name: str,
    column: str,
    path: tuple[str, ...],
) -> None:
    (key,) = TABLES[name].key
    iris = [PREFIXES[one.partition(":")[0]] + one.partition(":")[2] for one in path]
    (separator,) = [one.separator for one in TABLES[name].columns if one.name == column]
    filled = 0
    for lang in LANGUAGES:
        for row in tabled.rows(name, lang):
            found = row[column].split(separator) if separator else [row[column]]
            assert set(found) - {""} == texts(graph, lang, row[key], *iris)
            filled += bool(row[column])
    assert filled > 0


def test_passages_stand_where_the_graph_says(graph: KnowledgeGraph, tabled: Published) -> None:
    for row in tabled.rows("passages", "nl"):
        for column in ("page", "start", "end"):
            told = {one.value for one in values(graph, row["passage"], SI + column)}
            assert ({row[column]} if row[column] else set()) == told
        assert row["passage"] == PREFIXES["passage"] + row["code"]


def test_how_a_task_appears_is_what_the_graph_says(
    graph: KnowledgeGraph, tabled: Published
) -> None:
    ways: dict[str, set[tuple[bool, bool]]] = {}
    for row in tabled.rows("tasks", "en"):
        actor = ox.NamedNode(row["actor"])
        told = tuple(
            actor in values(graph, row["action"], SI + name)
            for name in ("explicitlyAddressedTo", "addressedTo")
        )
        ways.setdefault(row["wayName"], set()).add(told)  # type: ignore[arg-type]
    assert ways == {
        "says so explicitly": {(True, True)},
        "follows from the action it belongs to": {(False, True)},
        "follows through a group that includes the actor": {(False, False)},
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_question_has_its_answer_and_each_answer_a_row(
    graph: KnowledgeGraph, tabled: Published, lang: str
) -> None:
    asked = {row["code"]: row for row in tabled.rows("questions", lang)}
    assert list(asked) == [query.name for query in catalogue() if query.answer]
    answers = tabled.rows("answers", lang)
    for name in ("CQ12", "CQ14", "CQ53", "CQ93"):
        told = graph.ask(name, lang=lang)
        assert (asked[name]["question"], asked[name]["answer"]) == (told.question, told.sentence)
        assert [row["answer"] for row in answers if row["code"] == name] == told.rows
        assert int(asked[name]["answers"]) == len(told.rows)
        assert asked[name]["inferred"] == str(load(name).inference).lower()
        assert asked[name]["address"] == PREFIXES["query"] + name
    assert {row["code"] for row in answers} == {
        name for name, row in asked.items() if row["answers"] != "0"
    }


@pytest.mark.parametrize(("name", "lang"), _ALL)
def test_files_are_utf_8_with_commas_and_headings_in_their_language(
    published: dict[str, bytes], name: str, lang: str
) -> None:
    data = published[file_name(name, lang)]
    head, *lines = data.decode().split("\r\n")
    assert head.split(",") == [column.titles[lang] for column in TABLES[name].columns]
    assert lines[-1] == ""
    assert "\n" not in data.decode().replace("\r\n", "")


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"questions", "answers"}))
def test_the_query_of_a_table_finds_its_columns_and_one_value_where_there_is_one(
    graph: KnowledgeGraph, name: str
) -> None:
    table = TABLES[name]
    query = load(name, folder())
    assert result_variables(query.text) == [column.name for column in table.columns]
    found: dict[tuple[str, ...], dict[str, set[str]]] = {}
    answer = graph.query(query.text)
    assert isinstance(answer, Rows)
    for row in answer:
        of_thing = found.setdefault(tuple(str(row[key]) for key in table.key), {})
        for column in table.columns:
            if column.name in row and not column.separator:
                of_thing.setdefault(column.name, set()).add(str(row[column.name]))
    assert all(len(one) == 1 for of_thing in found.values() for one in of_thing.values())


def test_the_archive_has_all_tables_with_their_description(published: dict[str, bytes]) -> None:
    with zipfile.ZipFile(BytesIO(published[ARCHIVE])) as archive:
        assert archive.testzip() is None
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {
        name: data for name, data in published.items() if name.endswith((".csv", ".json"))
    }


def test_what_is_told_of_the_files_is_true(
    graph: KnowledgeGraph, published: dict[str, bytes]
) -> None:
    assert sorted(published) == sorted(names())
    told = {one.name: one for one in recorded(graph, BASE)}
    assert set(told) == {*WORKBOOKS.values(), ARCHIVE}
    for name, one in told.items():
        data = published[name]
        assert (one.size, one.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert content(graph, name, BASE) == data


def test_files_are_the_same_bytes_in_every_process(published: dict[str, bytes]) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _PRINT], capture_output=True, text=True, check=True, timeout=120
    )
    here = [f"{hashlib.sha256(data).hexdigest()} {name}" for name, data in published.items()]
    assert run.stdout.splitlines() == here


def test_rows_do_not_depend_on_the_order_of_statements(graph: KnowledgeGraph) -> None:
    quads = sorted(graph.store.oxigraph, key=str)
    found = []
    for seed in (1, 2):
        random.Random(seed).shuffle(quads)  # noqa: S311 - it hides nothing
        store = EmbeddedStore(ox.Store())
        store.oxigraph.extend(quads)
        made = {name: rows.rows(store, TABLES[name], "nl", BASE) for name in (*THINGS, *PAIRS)}
        found.append(made)
    assert found[0] == found[1]
    expected = {name: rows.rows(graph.store, TABLES[name], "nl", BASE) for name in found[0]}
    assert found[0] == expected


def test_another_base_takes_the_place_of_ours(graph: KnowledgeGraph) -> None:
    found = dict(tables(graph, ELSEWHERE))
    for name, data in found.items():
        if name.endswith((".csv", ".json")):
            # What the questions tell of as text stays as the graph has it.
            assert f",{BASE}".encode() not in data
            assert f'"{BASE}'.encode() not in data
    assert f"{ELSEWHERE}id/actor/municipalities" in Published(found).column("actors", "actor")


@pytest.mark.parametrize("name", ["", "actions.csv", "../actions.nl.csv", "actions.nl.csv.gz"])
def test_an_unknown_name_is_refused(graph: KnowledgeGraph, name: str) -> None:
    with pytest.raises(UnknownError):
        content(graph, name, BASE)


def test_a_misspelt_name_is_answered_with_the_right_one(graph: KnowledgeGraph) -> None:
    with pytest.raises(UnknownError, match=r"actions\.nl\.csv"):
        content(graph, "action.nl.csv", BASE)


def test_other_data_have_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text("<http://example.org/a> a <http://example.org/Boat> .", encoding="utf-8")
    with pytest.raises(UnknownError, match="no tables of these data"):
        content(KnowledgeGraph.load([path]), "actions.nl.csv", BASE)
