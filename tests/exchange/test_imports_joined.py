"""The same questions over the bundled graph and over what was imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from exchange.importing import CORDIS, EXAMPLES
from si_graph import KnowledgeGraph
from si_graph.errors import UnknownError
from si_graph.exchange.imports import (
    import_files,
    load_profile,
    profile_names,
    source_of,
)
from si_graph.namespaces import IMPORTS, PREFIXES, local_name
from si_graph.query.catalogue import load
from si_graph.query.evaluate import evaluate_named
from si_graph.query.results import Rows
from si_graph.store.embedded import EmbeddedStore
from support import Finished


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, snapshot: object) -> Iterator[Path]:
    """Return the folder of a user who has imported CORDIS and ROR."""
    folder = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        patch.setenv(name, str(folder))
    import_files(load_profile("cordis"), [source_of(str(path)) for path in CORDIS])
    import_files(load_profile("ror"), [source_of(str(EXAMPLES / "ror.json"))])
    yield folder
    patch.undo()


def run(home: Path, *arguments: str) -> Finished:
    finished = subprocess.run(
        [sys.executable, "-m", "si_graph", *arguments],
        cwd=home,
        env=os.environ | {"LANG": "en_GB.UTF-8"},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in finished.stderr
    return finished


def column(graph: KnowledgeGraph, name: str, variable: str, **values: object) -> list[str]:
    rows = graph.named(name, **values)  # type: ignore[arg-type]  # texts, or lists of them
    assert isinstance(rows, Rows)
    return [local_name(row[variable].value) for row in rows if variable in row]  # type: ignore[union-attr]


def test_questions_find_projects_by_place_and_by_concept(home: Path) -> None:
    graph = KnowledgeGraph.open(imports=["cordis"])
    assert column(graph, "EU01", "project") == ["900000001", "900000002"]
    assert column(graph, "EU01", "concept") == ["social-innovation", "workplace-innovation"]
    assert column(graph, "EU01", "project", place="uk") == []
    both = column(graph, "EU01", "project", place=["place:nl", "place:flanders"])
    assert sorted(set(both)) == ["900000001", "900000002"]


def test_questions_find_the_instruments_of_projects_and_those_of_the_advice(home: Path) -> None:
    graph = KnowledgeGraph.open(imports=["cordis"])
    assert column(graph, "EU02", "scheme") == ["RIA", "CSA", "HORIZON-RIA"]
    assert set(column(graph, "EU02", "instrument")) == {"research-priority"}


def test_questions_find_actors_of_the_advice_and_say_on_what_that_rests(home: Path) -> None:
    graph = KnowledgeGraph.open(imports=["cordis"])
    assert column(graph, "EU03", "actor") == ["knaw", "knaw"]
    assert set(column(graph, "EU03", "match")) == {"name"}


def with_statement(graph: KnowledgeGraph, statement: str) -> EmbeddedStore:
    """Return a copy of a graph with one more statement."""
    store = ox.Store()
    store.extend(graph.store.oxigraph)
    declared = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items())
    store.update(f"{declared} INSERT DATA {{ {statement} }}")
    return EmbeddedStore(store)


def test_an_actor_with_the_same_identifier_is_no_presumption(home: Path) -> None:
    same = (
        "actor:pic-800000004 schema:sameAs <https://ror.org/043c0p156>"  # as the mappings have it
    )
    store = with_statement(KnowledgeGraph.open(imports=["cordis"]), same)
    rows = evaluate_named(store, load("EU03"), {})
    assert isinstance(rows, Rows)
    assert {row["match"].value for row in rows} == {"identifier"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "statement",
    [
        "{project} dcterms:subject eurovoc:c_5f90006e",
        "{project} dcterms:subject eurovoc:1 . eurovoc:1 skos:prefLabel 'Social Enterprise'@en",
        "{project} dcat:keyword 'sociale onderneming'@nl",
    ],
    ids=["mapped term", "name of a field", "keyword in Dutch"],
)
def test_a_project_touches_a_concept_in_each_of_three_ways(home: Path, statement: str) -> None:
    graph = KnowledgeGraph.open(imports=["cordis"])
    project = "<https://cordis.europa.eu/project/id/900000004>"
    store = with_statement(graph, statement.replace("{project}", project))
    rows = evaluate_named(store, load("EU01"), {})
    assert isinstance(rows, Rows)
    found = {
        local_name(row["concept"].value)  # type: ignore[union-attr]
        for row in rows
        if str(row["project"]) == project
    }
    assert found == {"social-enterprise"}


def test_a_project_may_be_in_a_place_without_a_participant_there(home: Path) -> None:
    statement = "<https://cordis.europa.eu/project/id/900000003> dcterms:spatial place:nl"
    store = with_statement(KnowledgeGraph.open(imports=["cordis"]), statement)
    rows = evaluate_named(store, load("EU02"), {})
    assert isinstance(rows, Rows)
    assert "HORIZON-PCP" in {local_name(row["scheme"].value) for row in rows}  # type: ignore[union-attr]


def test_each_triple_stands_once_in_the_default_graph_and_once_in_that_of_the_import(
    home: Path,
) -> None:
    graph = KnowledgeGraph.open(imports=["cordis", "ror"])
    store = graph.store.oxigraph
    imported = {
        quad.triple
        for name in ("cordis", "ror")
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(IMPORTS + name))
    }
    default = [q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    bundled = KnowledgeGraph.open().store.oxigraph
    before = {q.triple for q in bundled.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    assert len(default) == len(set(default))
    assert set(default) == imported | before
    assert len(imported) > 100
    assert set(graph.quads()) >= {*KnowledgeGraph.open().quads()}


def test_a_changed_import_is_asked_anew(home: Path) -> None:
    search = "https://ror.org/0example1"
    assert search in {hit.iri for hit in KnowledgeGraph.open(imports=["ror"]).search("Pool")}
    changed = home / "changed.json"
    changed.write_text('[{"id": "https://ror.org/0example3", "name": "Pool of the Town"}]')
    import_files(load_profile("ror"), [source_of(str(changed))])
    found = {hit.iri for hit in KnowledgeGraph.open(imports=["ror"]).search("Pool")}
    assert "https://ror.org/0example3" in found
    assert search not in found
    # The store of what was before is not kept.
    kept = [path.name for path in (home / "si-graph" / "joined").iterdir()]
    assert len([name for name in kept if name.startswith("ror-closure")]) == 1


def test_what_is_asserted_goes_with_imports_too(home: Path) -> None:
    graph = KnowledgeGraph.open(imports=["cordis"], asserted=True)
    assert column(graph, "EU01", "project") == ["900000001", "900000002"]
    assert not graph.query("ASK { GRAPH graph:inferred { ?s ?p ?o } }")


def test_an_unknown_import_is_answered_with_those_that_there_are(home: Path) -> None:
    with pytest.raises(UnknownError, match="There are cordis, ror"):
        KnowledgeGraph.open(imports=["eurovoc"])


# On the command line


def test_the_command_prints_the_quality_and_how_to_ask(home: Path) -> None:
    table = home / "project.csv"
    table.write_text("id;title;startDate\n1;A \x1b[31mpool;2020-01-01\n2;Pond;\x1b[31m\n")
    finished = run(home, "import", "cordis", str(table), "--name", "mine", "--on-error", "skip")
    assert (finished.returncode, "\x1b" in finished.stdout) == (0, False)
    assert finished.stdout.startswith("2 rows read, 1 kept, 1 refused; 4 statements\n")
    assert f"{table}:3: column startDate holds no date" in finished.stdout
    assert "--with mine" in finished.stderr
    asked = run(home, "query", "SELECT ?p { ?p a si:Project }", "--with", "mine", "--format", "csv")
    assert asked.stdout.splitlines() == ["p", "https://cordis.europa.eu/project/id/1"]
    stopped = run(home, "import", "cordis", str(table), "--name", "other")
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert f"{table}:3: column startDate" in stopped.stderr
    assert not (home / "si-graph" / "imports" / "other.nq.gz").exists()


def test_the_help_names_every_profile(home: Path) -> None:
    told = run(home, "import", "--help").stdout
    assert all(name in told for name in profile_names())


def test_the_report_comes_as_json(home: Path) -> None:
    target = home / "cordis.nq"
    finished = run(
        home, "import", "cordis", *map(str, CORDIS), "-o", str(target), "--format", "json"
    )
    told = json.loads(finished.stdout)
    assert (told["rows"], told["kept"], told["refused"], told["faults"]) == (12, 12, 0, [])
    assert told["graph"] == IMPORTS + "cordis"
    assert target.exists()


def test_data_and_imports_do_not_go_together(home: Path) -> None:
    finished = run(home, "ask", "EU01", "--with", "cordis", "--data", "x.ttl")
    assert finished.returncode == 2
    assert "--with adds to the bundled graph" in finished.stderr


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:1/data.csv", "127.0.0.1 is not on the public internet"),
        ("http://[::1]/data.csv", "::1 is not on the public internet"),
        ("http://169.254.169.254/latest/meta-data", "is not on the public internet"),
        ("file:///etc/passwd", "from http:// and https:// only"),
        ("ftp://files.example/data.csv", "from http:// and https:// only"),
        ("https://name:secret@data.example/", "user name or password"),
    ],
)
def test_no_address_inside_is_fetched(home: Path, url: str, message: str) -> None:
    finished = run(home, "import", "cordis", url)
    assert finished.returncode == 2
    assert message in finished.stderr


def test_an_import_is_a_vocabulary_to_align_with(home: Path) -> None:
    import_files(load_profile("eurovoc"), [source_of(str(EXAMPLES / "eurovoc.ttl"))])
    (home / "words.csv").write_text("prefLabel@en\nwild swimming\n")
    finished = run(home, "align", "words.csv", "--to", "eurovoc", "--format", "json")
    assert "900002" in finished.stdout
