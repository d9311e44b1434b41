"""The sources of the bundled graph: which files, in which order, each in its graph."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import InputError
from si_graph.load.inventory import source_files
from si_graph.load.sources import bundled_sources, read_sources
from si_graph.namespaces import GRAPH_ALIGNMENTS, GRAPH_ONTOLOGY, GRAPH_SHAPES, GRAPH_VOCAB
from support import ROOT

STATEMENT = "<http://example.org/s> <http://example.org/p> [] .\n"
SSSOM = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "ontology/modules/b.ttl": STATEMENT,
        "ontology/modules/a.ttl": STATEMENT,
        "ontology/modules/notes.md": "no RDF",
        "ontology/vocab/codes.ttl": STATEMENT,
        "ontology/shapes/shapes.ttl": STATEMENT,
        "ontology/alignments/x.sssom.tsv": SSSOM + "owl:a\trdfs:seeAlso\towl:b\tsemapv:x\n",
        "ontology/alignments/x.tsv": "no mapping set",
        "data/awt84/statements/two.trig": f"<http://example.org/g> {{ {STATEMENT} }}",
        "data/awt84/one.trig": f"<http://example.org/g> {{ {STATEMENT} }}",
        "data/awt84/source.txt": "no RDF",
        "data/examples/broken.trig": "no part of the graph",
        "data/loose.trig": "in no folder of a document",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_files_stand_in_a_fixed_order_each_with_its_graph(root: Path) -> None:
    assert source_files(str(root)) == [
        ("ontology/modules/a.ttl", GRAPH_ONTOLOGY),
        ("ontology/modules/b.ttl", GRAPH_ONTOLOGY),
        ("ontology/vocab/codes.ttl", GRAPH_VOCAB),
        ("ontology/shapes/shapes.ttl", GRAPH_SHAPES),
        ("ontology/alignments/x.sssom.tsv", GRAPH_ALIGNMENTS),
        ("data/awt84/one.trig", None),
        ("data/awt84/statements/two.trig", None),
    ]


def test_every_quad_stands_in_a_named_graph(root: Path) -> None:
    graphs = [quad.graph_name for quad in read_sources(root)]
    given = [GRAPH_ONTOLOGY] * 2 + [GRAPH_VOCAB, GRAPH_SHAPES] + [GRAPH_ALIGNMENTS] * 6
    assert graphs == [ox.NamedNode(name) for name in [*given, *["http://example.org/g"] * 2]]


def test_two_readings_are_equal_and_no_two_files_share_a_blank_node(root: Path) -> None:
    quads = list(read_sources(root))
    assert quads == list(read_sources(root))
    blank = [quad.object for quad in quads if isinstance(quad.object, ox.BlankNode)]
    assert len(set(blank)) == len(blank) == 6


def test_a_statement_in_no_graph_is_refused_with_the_file_that_states_it(root: Path) -> None:
    path = root / "data" / "awt84" / "one.trig"
    path.write_text(STATEMENT)
    with pytest.raises(InputError, match="stands in no graph") as caught:
        list(read_sources(root))
    assert caught.value.file == str(path)
    assert "http://example.org/s" in caught.value.message
    assert caught.value.hint is not None


def test_a_relative_iri_is_refused_in_the_sources(root: Path) -> None:
    """It would depend on where the sources happen to stand."""
    (root / "ontology" / "modules" / "a.ttl").write_text("<s> <p> <o> .")
    with pytest.raises(InputError, match="relative IRI") as caught:
        list(read_sources(root))
    assert (caught.value.line, caught.value.column) == (1, 1)


def test_a_folder_without_sources_is_no_empty_graph(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="there are no sources here") as caught:
            list(read_sources(root))
        assert caught.value.file == str(root)


def test_every_rdf_file_of_the_project_is_a_source() -> None:
    # Examples are what users bring, the rules of style are about any ontology, and the catalogue
    # record is about the graph.
    apart = {ROOT / "data" / "examples", ROOT / "data" / "catalog", ROOT / "ontology" / "style"}
    listed = {source.path for source in bundled_sources(ROOT)}
    there = {
        path
        for folder in ("ontology", "data")
        for pattern in ("*.ttl", "*.trig", "*.sssom.tsv")
        for path in (ROOT / folder).rglob(pattern)
        if apart.isdisjoint(path.parents)
    }
    assert there
    assert listed == there
