"""The description of the tables: a CSVW processor accepts it, and gets back what the graph says."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from csvw import CSVW
from csvw.jsonld import Triple

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import PREFIXES
from si_graph.publish.tables.description import LANGUAGES, METADATA

SI, SKOS = PREFIXES["si"], PREFIXES["skos"]
TYPE = PREFIXES["rdf"] + "type"
STRING = ox.NamedNode(PREFIXES["xsd"] + "string")


@pytest.fixture
def folder(tmp_path: Path, published: dict[str, bytes]) -> Path:
    for name, data in published.items():
        if name.endswith((".csv", ".json")):
            (tmp_path / name).write_bytes(data)
    return tmp_path


def read(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    return told


def processed(folder: Path, told: dict[str, Any]) -> CSVW:
    """Return what the processor makes of a description.

    To compare keys it looks for columns by headings that have no language.
    """
    for table in told["tables"]:
        for column in table["tableSchema"]["columns"]:
            if "titles" in column:
                column["titles"] = column["titles"][table["lang"]]
    path = folder / "one-language-metadata.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return CSVW(str(path), validate=True)


def is_valid(found: CSVW) -> bool:
    try:
        return bool(found.is_valid)
    except ValueError:
        return False


def test_a_processor_finds_nothing_wrong(folder: Path) -> None:
    found = processed(folder, read(folder))
    assert is_valid(found), [str(one) for one in found.warnings]
    assert len(found.tables) == 2 * 10


def test_a_processor_knows_the_headings_in_the_language_of_each_file(folder: Path) -> None:
    # With the titles in both languages, as they are published.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for table in CSVW(str(folder / METADATA), validate=True).tables:
            assert list(table.iterdicts(strict=False))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # A row twice, an action that there is not, and a number that is none.
        ("actors.nl.csv", None, None),
        ("tasks.nl.csv", "id/awt84/rec1-a\r\n", "id/awt84/rec1-z\r\n"),
        ("passages.en.csv", ",139,170,", ",one,170,"),
        ("actors.en.csv", "Actor,", "Party,"),
    ],
)
def test_a_processor_sees_what_is_broken(
    folder: Path, name: str, old: str | None, new: str | None
) -> None:
    path = folder / name
    text = path.read_bytes().decode()
    if old is None or new is None:
        broken = text + text.split("\r\n")[1] + "\r\n"
    else:
        broken = text.replace(old, new, 1)
    assert broken != text
    path.write_bytes(broken.encode())
    assert not is_valid(processed(folder, read(folder)))


def test_the_titles_are_there_in_both_languages(folder: Path) -> None:
    told = read(folder)
    for table in (told, *told["tables"]):
        for name in ("dc:title", "dc:description"):
            assert {one["@language"] for one in table[name]} == set(LANGUAGES)
    for table in told["tables"]:
        for column in table["tableSchema"]["columns"]:
            assert column.get("virtual") or set(column["titles"]) == set(LANGUAGES)
    assert told["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert told["dc:source"] == {"@id": PREFIXES["awt84"] + "advice"}
    assert told["schema:version"] == "1.0.0"


def statements(folder: Path) -> set[ox.Triple]:
    """Return the statements that the processor makes of all rows."""
    told = read(folder)
    # The processor leaves the languages of texts to others.
    languages = {
        (table["url"], column["name"]): column.get("lang", table["lang"])
        for table in told["tables"]
        for column in table["tableSchema"]["columns"]
    }
    found = set()
    for table in processed(folder, told).tables:
        about = table.tableSchema.inherit("aboutUrl")
        for number, row in enumerate(table.iterdicts(), 1):
            subject = table.expand(about, row, _row=number) if about else None
            for column in table.tableSchema.columns:
                value = row.get(column.header)
                if column.suppressOutput or (value in (None, [], "") and not column.virtual):
                    continue
                for one in value if isinstance(value, list) else [value]:
                    made = Triple.from_col(table, column, row, column.header, one, number)
                    lang = languages[str(table.url), column.name]
                    found.add(statement(made, subject, column, lang))
    return found


def statement(made: Any, subject: Any, column: Any, lang: str) -> ox.Triple:
    about, predicate = ox.NamedNode(made.about or subject), ox.NamedNode(expanded(made.property))
    value: ox.NamedNode | ox.Literal
    if column.valueUrl:
        value = ox.NamedNode(expanded(made.value))
    elif isinstance(made.value, int):
        value = ox.Literal(made.value)
    else:
        value = ox.Literal(made.value, language=None if lang == "und" else lang)
    return ox.Triple(about, predicate, value)


def expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    namespaces = {**PREFIXES, "dc": PREFIXES["dcterms"]}
    return name if local.startswith("//") else namespaces[prefix] + local


def test_what_the_tables_state_is_in_the_graph(folder: Path, graph: KnowledgeGraph) -> None:
    made = statements(folder)
    known = {quad.triple for quad in graph.store.oxigraph}
    assert [str(one) for one in made - known] == []
    # All that the columns are for comes back.
    for predicate, least in {
        TYPE: 40 + 48 + 18 + 22 + 256,
        SKOS + "prefLabel": 2 * (40 + 48 + 18 + 22 + 256),
        SKOS + "altLabel": 30,
        SKOS + "editorialNote": 40,
        SI + "asksActor": 126,
        SI + "directlyProposes": 18,
        SI + "hasEvidence": 285,
        SI + "isPartOf": 37,
        SI + "modality": 40,
        SI + "attributedTo": 22,
        SI + "governmentLevel": 6,
        SI + "start": 256,
        SI + "page": 245,
        PREFIXES["dcterms"] + "isPartOf": 256,
    }.items():
        assert sum(one.predicate.value == predicate for one in made) >= least, predicate
