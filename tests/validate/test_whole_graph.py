"""All checks on one graph: what is stated, what follows, and the passages, each reported once."""

from __future__ import annotations

import pyoxigraph as ox

from si_graph.namespaces import PREFIXES, shorten
from si_graph.validate import Report, validate_graph
from si_graph.validate.shacl.validation import validate_asserted, validate_closure

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
SHAPES = """graph:shapes { sish:Old a sh:NodeShape ; sh:targetSubjectsOf si:number ;
    sh:property [ sh:path si:number ; sh:maxInclusive 3 ; sh:message "te hoog"@nl ] . }"""
STATED = "graph:x { actor:a si:number 1 . actor:b si:number 9 . }"
FOLLOWS = "graph:inferred { actor:c si:number 8 . actor:b si:number 9 . }"


def quads(trig: str) -> list[ox.Quad]:
    return list(ox.parse(HEAD + trig, format=ox.RdfFormat.TRIG))


def about(report: Report) -> list[str]:
    return [shorten(result.focus.value) for result in report.results]


def test_what_is_stated_and_what_follows_are_checked_apart() -> None:
    graph = quads(SHAPES + STATED + FOLLOWS)
    assert about(validate_asserted(graph)) == ["actor:b"]
    assert sorted(about(validate_closure(graph))) == ["actor:b", "actor:c"]


def test_what_is_wrong_as_stated_is_not_reported_again_for_what_follows() -> None:
    report = validate_graph(quads(SHAPES + STATED + FOLLOWS))
    assert sorted(about(report)) == ["actor:b", "actor:c"]


def test_passages_are_checked_along() -> None:
    report = validate_graph(quads(SHAPES + "actor:x { actor:a si:number 1 . }"))
    assert [shorten(result.component) for result in report.results] == ["sish:StatementsInPassage"]
    assert "passages" in report.engine
    assert "shacl 0" in report.engine


def test_a_graph_without_shapes_is_checked_by_the_bundled_ones() -> None:
    report = validate_graph(quads('graph:x { actor:a si:governmentLevel "provincial" . }'))
    assert "sish:Level-actor" in {
        shorten(result.shape.value) for result in report.results if result.shape
    }
