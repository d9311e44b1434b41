"""A tiny graph with everything that a build needs, and helpers to break it."""

from __future__ import annotations

from pathlib import Path

import pytest

MODULE = """
@prefix ex: <https://w3id.org/si-graph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Ministry rdfs:subClassOf ex:Actor ; owl:disjointWith ex:PolicyInstrument .
"""
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix sish: <https://w3id.org/si-graph/shapes#> .
@prefix si: <https://w3id.org/si-graph/ontology#> .
sish:Actor a sh:NodeShape ; sh:targetClass si:Actor ;
    sh:property [ sh:path si:number ; sh:maxCount 1 ; sh:message "One number only."@en ] .
"""
DATA = """
@prefix si: <https://w3id.org/si-graph/ontology#> .
@prefix actor: <https://w3id.org/si-graph/id/actor/> .
@prefix passage: <https://w3id.org/si-graph/id/awt84/passage/> .
@prefix graph: <https://w3id.org/si-graph/graph/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
graph:passages {
    passage:P1 a si:Passage ; bibo:pages "5" ; oa:hasSelector [ oa:start 10 ; oa:end 20 ] .
    passage:P2 a si:Passage ; dcterms:hasPart <https://w3id.org/si-graph/id/awt84/passage/P2/1> ,
        <https://w3id.org/si-graph/id/awt84/passage/P2/2> .
    <https://w3id.org/si-graph/id/awt84/passage/P2/1> bibo:pages "5" ;
        oa:hasSelector [ oa:start 30 ; oa:end 40 ] .
    <https://w3id.org/si-graph/id/awt84/passage/P2/2> bibo:pages "6" ;
        oa:hasSelector [ oa:start 60 ; oa:end 75 ] .
}
passage:P1 { actor:min-ez a si:Ministry ; si:number 1 . }
passage:P2 { actor:min-ez a si:Ministry . }
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder of sources: one module, one shape, one document."""
    folder = tmp_path / "sources"
    for path, text in (
        ("ontology/modules/actors.ttl", MODULE),
        ("ontology/shapes/actors.ttl", SHAPES),
        ("data/awt84/statements.trig", DATA),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder
