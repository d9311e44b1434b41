"""The dumps: all of the graph, in every format, always the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import random
import subprocess
import sys
from io import BytesIO

import pyoxigraph as ox
import pytest

from si_graph.errors import UnknownError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, GRAPH_INFERRED
from si_graph.publish.dumps import (
    CHECKSUMS,
    COMPLETE,
    FORMATS,
    NAMES,
    PARTS,
    RDF_NAMES,
    RECORDED,
    content,
    described,
)
from si_graph.publish.rdf import both_in_order, in_order, rebase, write
from si_graph.store.writing import RDF_FORMATS

ELSEWHERE = "https://data.example.org/policy/"
_PRINT = """
import hashlib
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.publish.dumps import content
graph = KnowledgeGraph.open()
for suffix in ("trig", "jsonld", "rdf"):
    print(hashlib.sha256(content(graph, f"si-graph.{suffix}.gz", BASE)).hexdigest())
"""


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def quads(graph: KnowledgeGraph) -> set[ox.Quad]:
    return set(graph.quads())


def parsed(data: bytes, suffix: str) -> set[ox.Quad]:
    return set(ox.parse(BytesIO(data), format=RDF_FORMATS[FORMATS[suffix].name]))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_whole_graph_is_in_each_format(
    graph: KnowledgeGraph, quads: set[ox.Quad], suffix: str
) -> None:
    found = parsed(gzip.decompress(content(graph, f"si-graph.{suffix}.gz", BASE)), suffix)
    if FORMATS[suffix].has_graphs:
        assert found == quads
    else:
        assert {quad.triple for quad in found} == {quad.triple for quad in quads}


def test_what_is_stated_and_what_follows_are_apart(
    graph: KnowledgeGraph, quads: set[ox.Quad]
) -> None:
    asserted = parsed(content(graph, "si-graph-asserted.nq", BASE), "nq")
    inferred = parsed(content(graph, "si-graph-inferred.nq", BASE), "nq")
    assert {quad.graph_name for quad in inferred} == {ox.NamedNode(GRAPH_INFERRED)}
    assert ox.NamedNode(GRAPH_INFERRED) not in {quad.graph_name for quad in asserted}
    assert asserted | inferred == quads


def test_unpacked_and_packed_dumps_are_the_same(graph: KnowledgeGraph) -> None:
    packed = content(graph, "si-graph-inferred.ttl.gz", BASE)
    assert gzip.decompress(packed) == content(graph, "si-graph-inferred.ttl", BASE)


def test_dumps_are_the_same_bytes_in_every_process(graph: KnowledgeGraph) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _PRINT], capture_output=True, text=True, check=True, timeout=120
    )
    here = [content(graph, f"si-graph.{suffix}.gz", BASE) for suffix in ("trig", "jsonld", "rdf")]
    assert run.stdout.split() == [hashlib.sha256(data).hexdigest() for data in here]


def test_dumps_do_not_depend_on_the_order_of_statements(quads: set[ox.Quad]) -> None:
    some = sorted(quads, key=str)[:500]
    mixed = [*some, *some[:50]]
    random.Random(7).shuffle(mixed)  # noqa: S311 - it hides nothing
    assert write(in_order(mixed), "trig") == write(in_order(some), "trig")


def test_quads_and_their_triples_are_put_in_the_same_order_at_once(quads: set[ox.Quad]) -> None:
    some = [*quads][:2000]
    triples = [quad.triple for quad in some]
    assert len(set(triples)) < len(some), "no statement stands in two graphs"
    assert both_in_order([*some, *some]) == (in_order(some), in_order(triples))


def test_each_file_has_its_checksum(graph: KnowledgeGraph) -> None:
    lines = content(graph, CHECKSUMS, BASE).decode().splitlines()
    told = {name: checksum for checksum, name in (line.split("  ") for line in lines)}
    assert tuple(told) == RDF_NAMES
    for name in ("si-graph.nq.gz", "si-graph-asserted.rdf.gz", "si-graph-inferred.nt.gz"):
        assert told[name] == hashlib.sha256(content(graph, name, BASE)).hexdigest()


def test_what_is_told_of_a_dump_is_true(graph: KnowledgeGraph) -> None:
    told = described(graph, BASE, RECORDED)
    assert tuple(one.name for one in told) == RECORDED
    for one in told:
        data = content(graph, one.name, BASE)
        assert (one.size, one.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert one.part == one.name.partition(".")[0]


@pytest.mark.parametrize(
    "name", ["", "si-graph", "si-graph.csv.gz", "../si-graph.nq", "si-graph.nq.gz.gz"]
)
def test_an_unknown_name_is_refused(graph: KnowledgeGraph, name: str) -> None:
    with pytest.raises(UnknownError):
        content(graph, name, BASE)


def test_a_misspelt_name_is_answered_with_the_right_one(graph: KnowledgeGraph) -> None:
    with pytest.raises(UnknownError, match=r"si-graph\.trig\.gz"):
        content(graph, "si-grap.trig.gz", BASE)


def test_the_names_are_those_of_all_parts_in_all_formats() -> None:
    assert len(NAMES) == len(set(NAMES)) == len(PARTS) * len(FORMATS) + 1
    assert len(COMPLETE) == len(FORMATS)


def test_another_base_takes_the_place_of_ours_everywhere(
    graph: KnowledgeGraph, quads: set[ox.Quad]
) -> None:
    data = content(graph, "si-graph.nq", ELSEWHERE)
    found = parsed(data, "nq")
    assert f"<{BASE}".encode() not in data
    assert f'"{BASE}'.encode() not in data
    back = {str(one).replace(ELSEWHERE, BASE) for one in found}
    assert back == {str(one) for one in quads}


def test_a_base_is_changed_in_names_and_namespaces_but_not_in_prose() -> None:
    subject, predicate = ox.NamedNode(BASE + "a"), ox.NamedNode("http://example.org/p")
    prose = ox.Literal(f"{BASE}a is a thing", language="en")
    rest: list[ox.NamedNode | ox.Literal] = [
        ox.Literal(BASE),
        prose,
        ox.NamedNode("http://example.org/" + BASE),
    ]
    found = rebase([ox.Triple(subject, predicate, value) for value in rest], ELSEWHERE)
    moved = ox.NamedNode(ELSEWHERE + "a")
    assert [one.subject for one in found] == [moved] * 3
    assert [one.object for one in found] == [ox.Literal(ELSEWHERE), *rest[1:]]
