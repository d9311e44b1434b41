"""Random shapes with every Core constraint component, and random data for them to look at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

from hypothesis import strategies as st

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/> .
"""
NODES = [f"ex:n{number}" for number in range(5)]
CLASSES = [f"ex:C{number}" for number in range(3)]
PREDICATES = [f"ex:p{number}" for number in range(3)]
LITERALS = [
    '"a"', '"b"', '"aab"', '"a"@en', '"b"@en', '"a"@nl', '"x"@nl-BE', '""', "1", "2", "3", "2.5",
    '"01"^^xsd:integer', '"x"^^xsd:integer', "1.5e0",
]  # fmt: skip
KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
DATATYPES = ["string", "integer", "date", "decimal", "boolean", "byte", "dateTime"]
BLANKS = ["_:b0", "_:b1"]

node = st.sampled_from(NODES + BLANKS)
value = st.sampled_from(NODES + BLANKS + LITERALS)
term = st.sampled_from(NODES + LITERALS)
name = st.sampled_from(PREDICATES)
kind = st.sampled_from(CLASSES)
small = st.integers(0, 3)
# On what stands in engine_differences.tsv the engines differ, so it is not among these.


def data(most: int = 25) -> st.SearchStrategy[list[str]]:
    """Return statements, one a line of Turtle."""
    link = st.builds("{} {} {} .".format, node, name, value)
    member = st.builds("{} a {} .".format, node, kind)
    below = st.builds("{} rdfs:subClassOf {} .".format, kind, kind)
    return st.lists(st.one_of(link, link, link, member, member, below), max_size=most, unique=True)


def _paths(unbounded: bool) -> st.SearchStrategy[str]:
    operators = ["inversePath", "zeroOrOnePath"]
    operators += ["zeroOrMorePath", "oneOrMorePath"] if unbounded else []
    return st.recursive(
        name,
        lambda inner: st.one_of(
            st.builds("[ sh:{} {} ]".format, st.sampled_from(operators), inner),
            st.builds("( {} {} )".format, inner, inner),
            st.builds("[ sh:alternativePath ( {} {} ) ]".format, inner, inner),
        ),
        max_leaves=3,
    )


def _simple() -> st.SearchStrategy[str]:
    """Return constraints on each value, for node and property shapes alike."""
    limits = st.sampled_from(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"])
    bound = st.sampled_from(["1", "2"])
    pattern = st.sampled_from(["^a", "b$", "A", "a+b"])
    return st.one_of(
        st.builds("sh:class {}".format, kind),
        st.builds("sh:datatype xsd:{}".format, st.sampled_from(DATATYPES)),
        st.builds("sh:nodeKind sh:{}".format, st.sampled_from(KINDS)),
        st.builds("sh:{} {}".format, limits, bound),
        st.builds("sh:minLength {}".format, st.integers(1, 3)),
        st.builds("sh:maxLength {}".format, small),
        st.builds("sh:pattern '{}'".format, pattern),
        st.builds("sh:pattern '{}' ; sh:flags 'i'".format, pattern),
        st.builds("sh:in ( {} {} )".format, term, term),
        st.builds("sh:languageIn ( '{}' )".format, st.sampled_from(["en", "nl"])),
        st.builds("sh:hasValue {}".format, term),
        st.builds("sh:equals {}".format, name),
        st.builds("sh:disjoint {}".format, name),
    )


def _property(inner: st.SearchStrategy[str], unbounded: bool) -> st.SearchStrategy[str]:
    more = st.one_of(
        inner,
        st.builds("sh:minCount {}".format, small),
        st.builds("sh:maxCount {}".format, small),
        st.just("sh:uniqueLang true"),
        st.builds("sh:qualifiedValueShape [ {} ] ; sh:qualifiedMinCount {}".format, inner, small),
        st.builds("sh:qualifiedValueShape [ {} ] ; sh:qualifiedMaxCount {}".format, inner, small),
    )
    severity = st.sampled_from(["", "", "; sh:severity sh:Warning", "; sh:severity sh:Info"])
    return st.builds("sh:property [ sh:path {} ; {} {} ]".format, _paths(unbounded), more, severity)


def constraints(*, unbounded: bool = True) -> st.SearchStrategy[str]:
    """Return constraints of a node shape, nested some levels deep."""
    return st.recursive(
        _simple(),
        lambda inner: st.one_of(
            _property(inner, unbounded),
            st.builds("sh:not [ {} ]".format, inner),
            st.builds("sh:node [ {} ]".format, inner),
            st.builds("sh:and ( [ {} ] [ {} ] )".format, inner, inner),
            st.builds("sh:or ( [ {} ] [ {} ] )".format, inner, inner),
            st.builds("sh:xone ( [ {} ] [ {} ] )".format, inner, inner),
            st.just("sh:closed true ; sh:ignoredProperties ( rdf:type ex:p0 )"),
        ),
        max_leaves=4,
    )


def shapes(*, unbounded: bool = True) -> st.SearchStrategy[str]:
    """Return a few shapes with targets, as Turtle."""
    target = st.one_of(
        st.builds("sh:targetClass {}".format, kind),
        st.builds("sh:targetNode {}".format, term),
        st.builds("sh:targetSubjectsOf {}".format, name),
        st.builds("sh:targetObjectsOf {}".format, name),
    )
    severity = st.sampled_from(
        ["", "sh:severity sh:Warning ;", "sh:severity sh:Info ;", "sh:message 'x'@nl , 'y'@en ;"]
    )
    body = st.lists(constraints(unbounded=unbounded), min_size=1, max_size=2, unique=True)
    shape = st.builds(
        lambda number, aim, how, parts: (
            f"ex:S{number} a sh:NodeShape ; {aim} ; {how} "
            + " ".join(
                f"sh:node [ {part} ] ;" if i else f"{part} ;" for i, part in enumerate(parts)
            )
            + " ."
        ),
        st.integers(0, 3),
        target,
        severity,
        body,
    )
    return st.lists(shape, min_size=1, max_size=3, unique_by=lambda text: text[:5]).map("\n".join)


MARK = "[ sh:property [ sh:path ex:p1 ; sh:minCount 1 ] ]"
# Each looks away from its focus node in one way of its own, and on what it sees there all depends.
FAR_SIGHTED = [
    "sh:class ex:C0",
    "sh:closed true ; sh:ignoredProperties ( rdf:type ex:p0 )",
    "sh:equals ex:p0",
    "sh:disjoint ex:p0",
    "sh:property [ sh:path ex:p0 ; sh:class ex:C0 ]",
    "sh:property [ sh:path ex:p0 ; sh:equals ex:p1 ]",
    "sh:property [ sh:path ex:p0 ; sh:disjoint ex:p1 ]",
    "sh:property [ sh:path ex:p0 ; sh:lessThan ex:p1 ]",
    "sh:property [ sh:path ex:p0 ; sh:lessThanOrEquals ex:p1 ]",
    "sh:property [ sh:path ex:p0 ; sh:maxCount 1 ]",
    "sh:property [ sh:path [ sh:inversePath ex:p0 ] ; sh:minCount 1 ]",
    "sh:property [ sh:path ( ex:p0 ex:p1 ) ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:inversePath ( ex:p0 ex:p1 ) ] ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:alternativePath ( ex:p0 ex:p1 ) ] ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:zeroOrOnePath ex:p0 ] ; sh:minCount 2 ]",
    f"sh:property [ sh:path [ sh:zeroOrOnePath ex:p0 ] ; sh:node {MARK} ]",
    "sh:property [ sh:path ex:p0 ; sh:property [ sh:path ex:p1 ; sh:minCount 1 ] ]",
    f"sh:property [ sh:path ex:p0 ; sh:qualifiedValueShape {MARK} ; sh:qualifiedMinCount 1 ]",
    f"sh:node {MARK}",
    f"sh:not {MARK}",
    f"sh:and ( [ sh:nodeKind sh:IRI ] {MARK} )",
    f"sh:or ( [ sh:nodeKind sh:Literal ] {MARK} )",
    f"sh:xone ( [ sh:nodeKind sh:Literal ] {MARK} )",
    f"""sh:property [ sh:path ex:p0 ; sh:qualifiedValueShapesDisjoint true ;
        sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1 ] , [
        sh:path ex:p2 ; sh:qualifiedValueShape {MARK} ; sh:qualifiedMinCount 0 ]""",
    "sh:sparql [ sh:select 'SELECT $this { $this ^<http://example.org/p0>* ?one }' ]",
    "sh:property [ sh:path [ sh:oneOrMorePath ex:p0 ] ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:zeroOrMorePath ex:p0 ] ; sh:minCount 3 ]",
]
_CHANGES = [
    *(f"{one} {name} {end} ." for one, name, end in product(NODES[:3], PREDICATES[:2], NODES[:3])),
    *(f"{one} {name} {end} ." for one, name, end in product(NODES[:2], PREDICATES[:2], "12")),
    *(f"{one} a {kind} ." for one, kind in product(NODES[:3], CLASSES[:2])),
    *["ex:C0 rdfs:subClassOf ex:C1 .", "ex:C1 rdfs:subClassOf ex:C0 ."] * 3,
]


def changing(seed: str, steps: int) -> Iterator[list[str]]:
    """Yield data that changes by one statement at a time, and stays small so that each matters."""
    # What is random here is no secret.
    random = Random(seed)  # noqa: S311
    stated: list[str] = []
    for _ in range(steps):
        absent = [one for one in _CHANGES if one not in stated]
        if random.randrange(12) < len(stated):
            gone = random.choice(stated)
            stated = [one for one in stated if one != gone]
        else:
            stated = [*stated, random.choice(absent)]
        yield stated
