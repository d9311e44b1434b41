"""A dataset on disk: where it comes from, which version is current, and who may write."""

from __future__ import annotations

import pickle
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import InconsistentError, InputError, SnapshotError, UsageError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import GRAPH_INFERRED
from si_graph.serve.dataset import versions
from si_graph.serve.dataset.creation import bundled, create, from_files
from si_graph.serve.dataset.versions import Dataset, Version
from si_graph.serve.dataset.writer import Rules, Writer

EX = "http://example.org/"
OWL = "http://www.w3.org/2002/07/owl#"
DATA = """
PREFIX : <http://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:City rdfs:subClassOf :Place .
:g { :utrecht a :City ; :number "01"^^xsd:integer . }
"""


def quads(trig: str = DATA) -> list[ox.Quad]:
    return list(ox.parse(trig, format=ox.RdfFormat.TRIG))


def ask(version: Version, pattern: str, *, asserted: bool = False) -> bool:
    """Tell whether a version has a pattern in its default graph or where it says."""
    graph = version.open(asserted=asserted)
    answer = graph.store.query(f"PREFIX : <{EX}> ASK {{ {pattern} }}")
    assert isinstance(answer, ox.QueryBoolean)
    return bool(answer)


IN_INFERRED = f"GRAPH <{GRAPH_INFERRED}> {{ :utrecht a :Place }}"


def test_the_bundled_graph_is_served_where_it_lies() -> None:
    version = bundled()
    for asserted in (False, True):
        graph, same = version.open(asserted=asserted), KnowledgeGraph.open(asserted=asserted)
        assert set(graph.quads()) == set(same.quads())
        assert len(graph.store.oxigraph) == len(same.store.oxigraph)


def test_proofs_of_the_bundled_graph_use_its_rounds() -> None:
    version = bundled()
    stated = ("awt84:rec2-b", "si:concerns", "instrument:deals")
    expected = KnowledgeGraph.open().explain(*stated)
    assert str(version.open().explain(*stated)) == str(expected)
    assert version._replace(rounds_path=None).open()._rounds() is None
    assert version.open()._rounds()


def test_files_are_served_as_they_would_be_loaded(tmp_path: Path) -> None:
    file = tmp_path / "data.trig"
    file.write_text(DATA, encoding="utf-8")
    (tmp_path / "served").mkdir()
    version = from_files([file], str(tmp_path / "served"))
    loaded = KnowledgeGraph.load([file])
    graph = version.open()
    assert set(graph.quads()) == set(loaded.quads())
    assert set(graph.store.oxigraph) == set(loaded.store.oxigraph)
    assert ask(version, ":utrecht a :Place")
    assert not ask(version, ":utrecht a :Place", asserted=True)
    assert ask(version, ":utrecht a :City", asserted=True)


def test_files_that_are_not_reasoned_over_keep_their_own_default_graph(tmp_path: Path) -> None:
    file = tmp_path / "data.trig"
    file.write_text(DATA, encoding="utf-8")
    (tmp_path / "served").mkdir()
    version = from_files([file], str(tmp_path / "served"), reason=False)
    assert set(version.open().store.oxigraph) == set(
        KnowledgeGraph.load([file], reason=False).store.oxigraph
    )
    # Pages show what all graphs have.
    merge = version.open(merged=True).store.query(f"ASK {{ <{EX}utrecht> a <{EX}City> }}")
    assert merge
    assert not ask(version, ":utrecht a :City")


@pytest.mark.parametrize("reason", [True, False])
def test_a_small_version_is_the_same_in_memory(tmp_path: Path, reason: bool) -> None:
    file = tmp_path / "data.trig"
    file.write_text(DATA, encoding="utf-8")
    (tmp_path / "served").mkdir()
    for version in (bundled(), from_files([file], str(tmp_path / "served"), reason=reason)):
        held, opened = version.in_memory(), version.open()
        assert held is not None
        assert set(held.store.oxigraph) == set(opened.store.oxigraph)
        assert set(held.quads()) == set(opened.quads())
        assert held._rounds() == opened._rounds()


def test_a_large_version_stays_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_IN_MEMORY_AT_MOST", 100)
    assert bundled().in_memory() is None


def test_a_broken_file_is_reported_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.write_text("<a> <b> .", encoding="utf-8")
    (tmp_path / "served").mkdir()
    with pytest.raises(InputError, match=r"data\.ttl:1"):
        from_files([file], str(tmp_path / "served"))


def test_a_dataset_has_an_ordinary_default_graph_and_what_follows_apart(tmp_path: Path) -> None:
    version = create(tmp_path / "d", quads()).current()
    assert ask(version, ":City ?p :Place")
    assert not ask(version, ":utrecht ?p ?o")
    assert ask(version, IN_INFERRED)
    assert not ask(version, IN_INFERRED, asserted=True)
    assert ask(version, "GRAPH :g { :utrecht a :City }", asserted=True)


def test_what_follows_is_not_taken_from_the_files(tmp_path: Path) -> None:
    wrong = f"<{GRAPH_INFERRED}> {{ <{EX}x> a <{EX}Y> }}"
    version = create(tmp_path / "d", quads(DATA + wrong)).current()
    assert not ask(version, f"GRAPH <{GRAPH_INFERRED}> {{ :x a :Y }}")
    assert ask(version, IN_INFERRED)


def test_a_dataset_is_found_again(tmp_path: Path) -> None:
    created = create(tmp_path / "d", quads())
    opened = Dataset.open(tmp_path / "d")
    assert opened.current() == created.current()
    sent = pickle.dumps(opened.current())
    assert pickle.loads(sent) == created.current()  # noqa: S301 - our own


def test_two_datasets_have_no_version_with_the_same_tag(tmp_path: Path) -> None:
    tags = {create(tmp_path / name, quads()).current().tag for name in ("a", "b")}
    assert len(tags) == 2


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match="something else"):
        create(tmp_path, quads())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    create(tmp_path / "d", quads())
    with pytest.raises(UsageError, match="already"):
        create(tmp_path / "d", quads())


def test_a_folder_without_a_dataset_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no dataset"):
        Dataset.open(tmp_path)


def test_a_creation_that_failed_can_be_done_again(tmp_path: Path) -> None:
    clash = f"<{EX}a> <{OWL}sameAs> <{EX}b> ; <{OWL}differentFrom> <{EX}b> ."
    with pytest.raises(InconsistentError):
        create(tmp_path / "d", quads(clash))
    with pytest.raises(UsageError):
        Dataset.open(tmp_path / "d")
    assert ask(create(tmp_path / "d", quads()).current(), IN_INFERRED)


@pytest.mark.parametrize(("name", "content"), [("current", "one"), ("dataset.json", "{")])
def test_a_damaged_dataset_is_reported(tmp_path: Path, name: str, content: str) -> None:
    create(tmp_path / "d", quads())
    (tmp_path / "d" / name).write_text(content, encoding="utf-8")
    with pytest.raises(SnapshotError):
        Dataset.open(tmp_path / "d").current()


def test_a_dataset_of_another_release_is_not_misread(tmp_path: Path) -> None:
    create(tmp_path / "d", quads())
    about = tmp_path / "d" / "dataset.json"
    text = about.read_text(encoding="utf-8").replace('"format": 1', '"format": 99')
    about.write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match="another release"):
        Dataset.open(tmp_path / "d")


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    dataset = create(tmp_path / "d", quads())
    writer = Writer(dataset)
    with pytest.raises(UsageError, match="another server"):
        Writer(Dataset.open(tmp_path / "d"))
    writer.close()
    Writer(Dataset.open(tmp_path / "d")).close()


def test_versions_that_nobody_uses_are_removed(tmp_path: Path) -> None:
    dataset = create(tmp_path / "d", quads())
    writer = Writer(dataset)
    versions = [dataset.current()]
    for number in range(3):
        versions.append(writer.update(f"INSERT DATA {{ <{EX}s> <{EX}p> {number} }}"))
    writer.sweep([2])
    left = {int(path.name) for path in (tmp_path / "d" / "versions").iterdir()}
    assert left == {2, 4}
    with pytest.raises(SnapshotError, match="version 1"):
        versions[0].open()
    writer.close()


def test_a_reader_keeps_its_version_while_others_come_and_it_goes(tmp_path: Path) -> None:
    dataset = create(tmp_path / "d", quads())
    writer = Writer(dataset)
    old = dataset.current().open()
    new = writer.update(f"INSERT DATA {{ <{EX}s> <{EX}p> 1 }}")
    writer.sweep([])
    assert not old.query(f"ASK {{ <{EX}s> ?p ?o }}")
    assert ask(new, ":s :p 1")
    assert len(list(old.quads())) == len(quads()) + 1
    writer.close()


def test_another_reasoner_derives_all_anew(tmp_path: Path) -> None:
    dataset = create(tmp_path / "d", quads(), reason=False)
    assert not ask(dataset.current(), IN_INFERRED)
    Writer(dataset).close()
    version = Dataset.open(tmp_path / "d").current()
    assert version.number == 2
    assert ask(version, IN_INFERRED)
    Writer(Dataset.open(tmp_path / "d")).close()
    assert Dataset.open(tmp_path / "d").current() == version
    Writer(Dataset.open(tmp_path / "d"), Rules(reason=False)).close()
    assert not ask(Dataset.open(tmp_path / "d").current(), IN_INFERRED)
