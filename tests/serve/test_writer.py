"""The writer: every change is whole, checked, and followed by what follows from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from si_graph.errors import InconsistentError, InputError, UsageError, ValidationFailed
from si_graph.namespaces import GRAPH_INFERRED, GRAPH_SHAPES
from si_graph.reason.rules_engine import RulesEngine
from si_graph.serve.dataset.creation import as_inferred, bundled, create, is_reasoned_over
from si_graph.serve.dataset.versions import Dataset, Version
from si_graph.serve.dataset.writer import Rules, Writer
from si_graph.validate import validate_graph

EX = "http://example.org/"
PREFIXES = f"""
PREFIX : <{EX}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX si: <https://w3id.org/si-graph/ontology#>
"""
DATA = f"""
:City rdfs:subClassOf :Place ; owl:disjointWith :Person .
:g {{ :utrecht a :City ; :name "Utrecht" . }}
:h {{ :utrecht a :City . }}
:old {{ :nameless a :City . }}
<{GRAPH_SHAPES}> {{
    :Named a sh:NodeShape ; sh:targetClass :Place ;
        sh:property [ sh:path :name ; sh:minCount 1 ; sh:datatype xsd:string ] .
    :Neighbour a sh:NodeShape ; sh:targetSubjectsOf :near ;
        sh:property [ sh:path :near ; sh:class :Place ] .
    :Unique a sh:NodeShape ; sh:targetSubjectsOf :code ;
        sh:sparql [ sh:select '''SELECT $this {{
            $this <{EX}code> ?x . ?y <{EX}code> ?x . FILTER(?y != $this) }}''' ] .
}}
"""
INFERRED = ox.NamedNode(GRAPH_INFERRED)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a dataset, which tests copy."""
    folder = tmp_path_factory.mktemp("made") / "d"
    create(folder, ox.parse(PREFIXES + DATA, format=ox.RdfFormat.TRIG))
    return folder


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Dataset:
    return Dataset.open(shutil.copytree(made, tmp_path / "d"))


@pytest.fixture
def writer(dataset: Dataset) -> Iterator[Writer]:
    one = Writer(dataset)
    yield one
    one.close()


def content(version: Version) -> set[ox.Quad]:
    return set(version.open().store.oxigraph)


def require_fresh(version: Version) -> None:
    """Require that what stands as inferred is what follows from what is stated."""
    quads = content(version)
    whole = RulesEngine().close(quad.triple for quad in quads if is_reasoned_over(quad))
    assert {quad.triple for quad in quads if quad.graph_name == INFERRED} == whole.inferred


def has(version: Version, pattern: str) -> bool:
    return bool(version.open().store.query(f"{PREFIXES} ASK {{ {pattern} }}"))


def test_what_follows_comes_and_goes_with_what_is_stated(writer: Writer) -> None:
    assert has(writer.update(PREFIXES + "DELETE DATA { GRAPH :g { :utrecht a :City } }"),
               f"GRAPH <{GRAPH_INFERRED}> {{ :utrecht a :Place }}")  # fmt: skip
    version = writer.update(PREFIXES + "DELETE DATA { GRAPH :h { :utrecht a :City } }")
    assert not has(version, f"GRAPH <{GRAPH_INFERRED}> {{ :utrecht a :Place }}")
    require_fresh(version)


def test_what_is_stated_is_not_among_what_follows(writer: Writer) -> None:
    version = writer.update(PREFIXES + "INSERT DATA { :utrecht a :Place }")
    assert not has(version, f"GRAPH <{GRAPH_INFERRED}> {{ :utrecht a :Place }}")
    require_fresh(version)


def test_an_update_is_done_whole_or_not_at_all(writer: Writer) -> None:
    before = writer.update("")
    with pytest.raises(UsageError):
        writer.update(f"{PREFIXES} INSERT DATA {{ :a :b 1 }} ; CLEAR GRAPH :nothing")
    after = writer.update("")
    assert after == before
    assert content(after) == content(before)


def test_what_changes_nothing_makes_no_version(writer: Writer) -> None:
    before = writer.update("")
    assert writer.update(f"{PREFIXES} INSERT DATA {{ GRAPH :g {{ :utrecht a :City }} }}") == before
    assert writer.update(f"{PREFIXES} DELETE DATA {{ :a :b 1 }}") == before
    undone = f"{PREFIXES} INSERT DATA {{ :a :b 1 }} ; DELETE DATA {{ :a :b 1 }}"
    assert writer.update(undone) == before
    assert writer.update("CREATE GRAPH <http://example.org/new>") != before


def test_a_contradiction_is_refused_and_leaves_no_trace(writer: Writer) -> None:
    before = writer.update("")
    with pytest.raises(InconsistentError) as caught:
        writer.update(
            f"{PREFIXES} INSERT DATA {{ GRAPH :g {{ :ann a :City , :Person ; :name 'Ann' }}"
            " GRAPH :k { :bob a :City , :Person ; :name 'Bob' } }"
        )
    assert {clash.rule for clash in caught.value.inconsistencies} == {"cax-dw"}
    assert len(caught.value.inconsistencies) == 2
    assert "http://example.org/k" in str(caught.value)
    assert writer.update("") == before
    require_fresh(writer.update(f"{PREFIXES} INSERT DATA {{ :ann a :Person }}"))


def test_a_dataset_that_contradicts_itself_can_be_put_right_step_by_step(
    dataset: Dataset,
) -> None:
    lenient = Writer(dataset, Rules(checks=False))
    clash = "GRAPH :k {{ :{0} a :City , :Person ; :name 'x' }}"
    data = " ".join(clash.format(name) for name in ("ann", "bob"))
    require_fresh(lenient.update(f"{PREFIXES} INSERT DATA {{ {data} }}"))
    lenient.close()
    strict = Writer(dataset)
    strict.update(f"{PREFIXES} DELETE DATA {{ GRAPH :k {{ :ann a :Person }} }}")
    with pytest.raises(InconsistentError) as caught:
        strict.update(f"{PREFIXES} INSERT DATA {{ GRAPH :k {{ :ann a :Person }} }}")
    assert len(caught.value.inconsistencies) == 1
    strict.close()


def test_only_what_a_change_breaks_is_reported(writer: Writer) -> None:
    with pytest.raises(ValidationFailed) as caught:
        writer.update(f"{PREFIXES} INSERT DATA {{ :gouda a :City }}")
    (result,) = caught.value.report.results
    assert result.focus == ox.NamedNode(f"{EX}gouda")
    assert result.expected
    require_fresh(writer.update(f"{PREFIXES} INSERT DATA {{ :gouda a :City ; :name 'Gouda' }}"))


@pytest.mark.parametrize(
    ("update", "focus"),
    [
        ("DELETE DATA { GRAPH :g { :utrecht :name 'Utrecht' } }", "utrecht"),
        ("INSERT DATA { :x :near :y }", "x"),
        ("INSERT DATA { :utrecht :name 3 }", "utrecht"),
        ("INSERT DATA { :x :code 1 } ; INSERT DATA { :y :code 1 }", "x"),
        ("INSERT DATA { :Village rdfs:subClassOf :Place . :v a :Village }", "v"),
    ],
)
def test_a_broken_shape_is_refused_and_leaves_no_trace(
    writer: Writer, update: str, focus: str
) -> None:
    before = writer.update("")
    with pytest.raises(ValidationFailed) as caught:
        writer.update(PREFIXES + update)
    assert ox.NamedNode(EX + focus) in {one.focus for one in caught.value.report.results}
    assert writer.update("") == before
    require_fresh(writer.update(f"{PREFIXES} INSERT DATA {{ :p a :Person }}"))


def test_a_shape_is_broken_too_by_what_follows(writer: Writer) -> None:
    # That it is a place only follows.
    writer.update(f"{PREFIXES} INSERT DATA {{ :x :name 'x' ; :near :utrecht }}")
    with pytest.raises(ValidationFailed):
        writer.update(f"{PREFIXES} INSERT DATA {{ :lives rdfs:range :City . :ann :lives :y }}")


def test_a_shape_that_the_data_does_not_meet_is_refused(writer: Writer) -> None:
    shape = ":S sh:targetClass :City ; sh:property [ sh:path :mayor ; sh:minCount 1 ] ."
    with pytest.raises(ValidationFailed):
        writer.merge_graph(GRAPH_SHAPES, (PREFIXES + shape).encode(), ox.RdfFormat.TURTLE)
    harmless = shape.replace(":City", ":Nothing")
    writer.merge_graph(GRAPH_SHAPES, (PREFIXES + harmless).encode(), ox.RdfFormat.TURTLE)
    with pytest.raises(ValidationFailed):
        writer.update(f"{PREFIXES} INSERT DATA {{ :x a :Nothing }}")


def test_shapes_may_come_from_elsewhere_and_checks_may_be_left_out(tmp_path: Path) -> None:
    shape = ":S sh:targetClass :City ; sh:property [ sh:path :mayor ; sh:minCount 1 ] ."
    shapes = tuple(q.triple for q in ox.parse(PREFIXES + shape, format=ox.RdfFormat.TURTLE))
    dataset = create(tmp_path / "d", [])
    update = f"{PREFIXES} INSERT DATA {{ :gouda a :City }}"
    strict = Writer(dataset, Rules(shapes=shapes))
    with pytest.raises(ValidationFailed):
        strict.update(update)
    strict.close()
    lenient = Writer(dataset, Rules(shapes=shapes, checks=False))
    assert has(lenient.update(update), ":gouda a :City")
    lenient.close()


FACTS = st.tuples(
    st.sampled_from([":a", ":b", ":c", ":utrecht"]),
    st.sampled_from([("a", ":City"), ("a", ":Person"), (":near", ":a"), (":near", ":b"),
                     (":name", "'n'"), (":name", "1"), (":code", "1"), (":code", "2"),
                     ("rdfs:subClassOf", ":Place")]),
    st.sampled_from(["{} ", "GRAPH :g {{ {} }} ", "GRAPH :h {{ {} }} "]),
).map(lambda parts: parts[2].format(f"{parts[0]} {' '.join(parts[1])}"))  # fmt: skip
CHANGES = st.tuples(st.sampled_from(["INSERT", "DELETE"]), st.lists(FACTS, min_size=1, max_size=4))


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(
    [("DELETE", ["GRAPH :h { :utrecht a :City } "]), ("INSERT", ["GRAPH :h { :a a :Person } "])]
)
@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_what_is_refused_is_what_a_check_of_everything_finds_new(
    made: Path, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, list[str]]]
) -> None:
    def violations(quads: set[ox.Quad]) -> set[tuple[object, ...]]:
        # That a graph is no passage is for `si-graph validate` to say: whoever writes may name any.
        found = (one for one in validate_graph(quads).results if one.shape is not None)
        worst = (one for one in found if one.severity.endswith("Violation"))
        return {(one.focus, one.path, one.value, one.component, one.shape) for one in worst}

    folder = shutil.copytree(made, tmp_path_factory.mktemp("copy") / "d")
    writer = Writer(Dataset.open(folder))
    try:
        for verb, facts in changes:
            before = content(writer.update(""))
            update = f"{PREFIXES} {verb} DATA {{ {''.join(facts)} }}"
            model = ox.Store()
            model.extend(quad for quad in before if quad.graph_name != INFERRED)
            model.update(update)
            closure = RulesEngine().close(q.triple for q in model if is_reasoned_over(q))
            after = set(model) | {as_inferred(triple) for triple in closure.inferred}
            if closure.inconsistencies or violations(after) - violations(before):
                with pytest.raises((InconsistentError, ValidationFailed)):
                    writer.update(update)
                assert content(writer.update("")) == before
            else:
                assert content(writer.update(update)) == after
    finally:
        writer.close()


# Whole graphs


def test_a_graph_is_put_merged_and_deleted(writer: Writer) -> None:
    graph, turtle = f"{EX}new", ox.RdfFormat.TURTLE
    put = writer.replace_graph(graph, b"<a> <p> '01'^^<http://www.w3.org/2001/XMLSchema#integer> .",
                               turtle)  # fmt: skip
    assert not put.existed
    assert has(put.version, "GRAPH :new { :a :p 1 }")
    merged = writer.merge_graph(graph, b"<a> <p> 2 .", turtle)
    assert merged.existed
    assert has(merged.version, "GRAPH :new { :a :p 1 , 2 }")
    replaced = writer.replace_graph(graph, b"<a> <p> 2 . <a> <p> 3 .", turtle)
    assert replaced.existed
    assert has(replaced.version, "GRAPH :new { :a :p 2 , 3 } MINUS { GRAPH :new { :a :p 1 } }")
    deleted = writer.delete_graph(graph)
    assert deleted.existed
    assert not writer.delete_graph(graph).existed
    assert ox.NamedNode(graph) not in deleted.version.open().store.oxigraph.named_graphs()


def test_an_empty_graph_is_there_all_the_same(writer: Writer) -> None:
    put = writer.replace_graph(f"{EX}empty", b"", ox.RdfFormat.TURTLE)
    assert ox.NamedNode(f"{EX}empty") in put.version.open().store.oxigraph.named_graphs()
    assert writer.replace_graph(f"{EX}empty", b"", ox.RdfFormat.TURTLE).existed


def test_the_default_graph_is_always_there(writer: Writer) -> None:
    assert writer.replace_graph(None, b"", ox.RdfFormat.TURTLE).existed
    version = writer.merge_graph(
        None, b"[] <http://example.org/p> 1 .", ox.RdfFormat.TURTLE
    ).version
    assert has(version, "?x :p 1")
    assert writer.delete_graph(None).existed
    assert not has(writer.update(""), "?x :p 1")


@pytest.mark.parametrize(
    ("body", "rdf_format", "message"),
    [
        (b"<a> <b>\n <c> , .", ox.RdfFormat.TURTLE, "request:2:8"),
        (b"<a> <b> '\xff' .", ox.RdfFormat.TURTLE, "not UTF-8"),
        (b"<rdf", ox.RdfFormat.RDF_XML, "request:1"),
        (b'{"@context": "http://example.org/c"}', ox.RdfFormat.JSON_LD, "nothing is fetched"),
        (b"<http://x/g> { <http://x/a> <http://x/b> 1 }", ox.RdfFormat.TRIG, "named graphs"),
    ],
)
def test_a_malformed_body_is_reported_and_changes_nothing(
    writer: Writer, body: bytes, rdf_format: ox.RdfFormat, message: str
) -> None:
    before = writer.update("")
    with pytest.raises(InputError, match=message):
        writer.replace_graph(f"{EX}g", body, rdf_format)
    assert writer.update("") == before


def test_nobody_puts_or_deletes_what_follows(writer: Writer) -> None:
    with pytest.raises(UsageError, match="follows from"):
        writer.replace_graph(GRAPH_INFERRED, b"", ox.RdfFormat.TURTLE)
    with pytest.raises(UsageError, match="follows from"):
        writer.delete_graph(GRAPH_INFERRED)


# The bundled graph


def test_the_bundled_graph_takes_changes(tmp_path: Path) -> None:
    stated = bundled().open(asserted=True).quads()
    writer = Writer(create(tmp_path / "d", stated))
    before = content(writer.update(""))
    inserted = writer.update(
        f"{PREFIXES} INSERT DATA {{ GRAPH :g {{ :m a si:Ministry ; rdfs:label 'M'@en , 'M'@nl }} }}"
    )
    assert has(inserted, f"GRAPH <{GRAPH_INFERRED}> {{ :m a si:Actor }}")
    with pytest.raises(ValidationFailed):
        writer.update(f"{PREFIXES} INSERT DATA {{ GRAPH :g {{ :step a si:Step }} }}")
    deleted = writer.update(f"{PREFIXES} DROP GRAPH :g")
    assert content(deleted) == before
    writer.close()
