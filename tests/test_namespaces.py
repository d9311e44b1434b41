"""Prefixed names stand for exactly one IRI, there and back."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from si_graph import namespaces
from si_graph.namespaces import BASE, PREFIXES, expand, local_name, shorten
from support import ROOT

prefixes = st.sampled_from(sorted(PREFIXES))
locals_ = st.text("abcXYZ019-_./é:# \t<>\"'", max_size=10)


def test_where_one_namespace_begins_another_the_longer_one_stands_first() -> None:
    seen: list[str] = []
    for namespace in PREFIXES.values():
        assert not any(namespace.startswith(earlier) for earlier in seen), namespace
        seen.append(namespace)


def test_every_namespace_is_an_iri_that_ends_where_a_name_can_begin() -> None:
    for namespace in PREFIXES.values():
        ox.NamedNode(namespace)
        assert namespace.endswith(("#", "/"))


def test_the_named_graphs_are_those_of_the_contract() -> None:
    graphs = {value for name, value in vars(namespaces).items() if name.startswith("GRAPH_")}
    assert graphs == {
        f"{BASE}graph/{name}"
        for name in (
            "ontology", "vocab", "shapes", "passages", "editorial", "alignments", "inferred",
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("si:Recommendation", BASE + "ontology#Recommendation"),
        ("actor:min-ez", BASE + "id/actor/min-ez"),
        ("awt84:rec2-b", BASE + "id/awt84/rec2-b"),
        ("passage:F16/1", BASE + "id/awt84/passage/F16/1"),
        ("level:national", BASE + "vocab/government-level/national"),
        ("query:CQ14", BASE + "query/CQ14"),
        ("skos:exactMatch", "http://www.w3.org/2004/02/skos/core#exactMatch"),
    ],
)
def test_names_people_cite_stand_for_the_iris_of_the_contract(name: str, iri: str) -> None:
    assert expand(name) == iri
    assert shorten(iri) == name


@pytest.mark.parametrize(
    "text", ["", "min-ez", "unknown:x", ":x", "http://example.org/", "ACTOR:x"]
)
def test_what_has_no_known_prefix_has_no_expansion(text: str) -> None:
    assert expand(text) is None


@given(prefixes, locals_)
def test_what_is_shortened_expands_to_the_same_iri(prefix: str, local: str) -> None:
    iri = PREFIXES[prefix] + local
    short = shorten(iri)
    assert short == iri or expand(short) == iri


@given(prefixes, st.text("abcXYZ019-_", min_size=1, max_size=10))
def test_every_plain_local_name_is_shortened(prefix: str, local: str) -> None:
    assume(not local.startswith(("passage", "awt84")))
    assert shorten(f"{PREFIXES[prefix]}{local}") == f"{prefix}:{local}"


@pytest.mark.parametrize(
    "iri",
    [
        BASE + "ontology#",
        BASE + "id/actor/a b",
        BASE + "ontology#a#b",
        BASE + "id/actor/a:b",
        BASE + "id/actor/x?y",
        "http://example.org/x",
        BASE + "something/else",
    ],
)
def test_what_would_not_read_as_one_name_stays_an_iri(iri: str) -> None:
    assert shorten(iri) == iri


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (BASE + "id/actor/min-ez", "min-ez"),
        (BASE + "ontology#Step", "Step"),
        (BASE + "id/awt84/passage/F16/1", "F16/1"),
        ("urn:x", "urn:x"),
        ("http://example.org/a#b/c", "c"),
    ],
)
def test_a_local_name_is_what_follows_the_last_separator(iri: str, name: str) -> None:
    assert local_name(iri) == name


def test_the_sources_use_a_prefix_as_the_package_does() -> None:
    """Or a name copied from a source would mean something else on the command line."""
    for path in [*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "data" / "awt84").rglob("*.trig")]:
        parser = ox.parse(path=path)
        list(parser)
        for prefix, namespace in parser.prefixes.items():
            assert PREFIXES.get(prefix, namespace) == namespace, f"{prefix}: in {path.name}"
