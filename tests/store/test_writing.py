"""What is written can be read again, and a file is either whole or as it was before."""

from __future__ import annotations

import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import UsageError
from si_graph.load.files import parse_file
from si_graph.store.writing import RDF_FORMATS, replacing, write_rdf, write_rdf_file

EX = "http://example.org/"
SI = "https://w3id.org/si-graph/ontology#"
TRIPLE = ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(SI + "number"), ox.Literal("é"))
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
OTHER = ox.Triple(TRIPLE.subject, TRIPLE.predicate, ox.Literal("01", datatype=INTEGER))
QUADS = [
    ox.Quad(TRIPLE.subject, TRIPLE.predicate, TRIPLE.object, ox.NamedNode(EX + "one")),
    ox.Quad(TRIPLE.subject, TRIPLE.predicate, TRIPLE.object, ox.NamedNode(EX + "two")),
    ox.Quad(OTHER.subject, OTHER.predicate, OTHER.object),
]
EXTENSIONS = {
    "turtle": ".ttl", "trig": ".trig", "ntriples": ".nt", "nquads": ".nq", "jsonld": ".jsonld",
    "xml": ".rdf",
}  # fmt: skip


@pytest.mark.parametrize("name", RDF_FORMATS)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_every_format_reads_back_as_it_was_written(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"data{EXTENSIONS[name]}{ending}"
    write_rdf_file(QUADS, str(path))
    read = list(parse_file(path))
    if RDF_FORMATS[name].supports_datasets:
        assert set(read) == set(QUADS)
    else:
        assert sorted(map(str, read)) == sorted(map(str, [TRIPLE, OTHER]))


def test_only_prefixes_that_are_used_are_declared() -> None:
    stream = io.BytesIO()
    write_rdf(QUADS, stream, ox.RdfFormat.TURTLE)
    text = stream.getvalue().decode()
    assert f"@prefix si: <{SI}>" in text
    assert "@prefix xsd:" in text
    assert text.count("@prefix") == 2


def test_the_same_content_gives_the_same_gzipped_file(tmp_path: Path) -> None:
    one, other = tmp_path / "one.nq.gz", tmp_path / "other.nq.gz"
    for path in (one, other):
        write_rdf_file(QUADS, str(path))
    assert one.read_bytes() == other.read_bytes()
    # RFC 1952, 2.3.1: the time of the file.
    assert one.read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize("name", ["data.csv", "data", "data.gz"])
def test_a_name_that_says_no_format_is_wrong_use(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="does not say which RDF format"):
        write_rdf_file(QUADS, str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    path = tmp_path / "data.ttl"
    path.write_text("before")

    def fail() -> None:
        with replacing(str(path)) as stream:
            stream.write(b"half")
            assert path.read_text() == "before"
            raise failure

    with pytest.raises(failure):
        fail()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_left_to_the_system_to_report(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_rdf_file(QUADS, str(tmp_path / "none" / "data.ttl"))


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    path = tmp_path / "data.ttl"
    write_rdf_file(QUADS, str(path))
    assert path.stat().st_mode == plain.stat().st_mode


def test_a_file_that_is_replaced_passes_on_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.touch()
    path.chmod(0o640)
    write_rdf_file(QUADS, str(path))
    assert path.stat().st_mode & 0o777 == 0o640
