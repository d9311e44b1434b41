"""A misspelt prefix, namespace or term is mended where only one can be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from mending_files import PREFIXES, data, mended

from si_graph.errors import InputError
from si_graph.validate.mending.patches import propose
from si_graph.validate.mending.text import Text
from support import ROOT


@pytest.fixture
def no_shapes(tmp_path: Path) -> Path:
    """Return shapes that find nothing."""
    return data(tmp_path, PREFIXES + "ex:S a sh:NodeShape ; sh:targetNode ex:s .", "none.ttl")


# Names


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("awt84:x a si:Recomendation .", "awt84:x a si:Recommendation ."),
        ("awt84:x si:adressedTo awt84:y .", "awt84:x si:addressedTo awt84:y ."),
        ("awt84:x si:modality modality:exampel .", "awt84:x si:modality modality:example ."),
        (
            "awt84:x a <https://w3id.org/si-graph/ontology#Recomendation> .",
            "awt84:x a <https://w3id.org/si-graph/ontology#Recommendation> .",
        ),
        ('awt84:x awt84:y "a"^^si:Recomendation, si:Recomendation .', None),
        ("awt84:x skso:note si:Step .", "awt84:x skos:note si:Step ."),
        ("awt84:x skoss:note si:Step .", "awt84:x skos:note si:Step ."),
    ],
)
def test_a_name_with_one_near_match_is_mended(
    tmp_path: Path, no_shapes: Path, wrong: str, right: str | None
) -> None:
    head = """@prefix si: <https://w3id.org/si-graph/ontology#> .
@prefix awt84: <https://w3id.org/si-graph/id/awt84/> . # si:Recomendation
@prefix modality: <https://w3id.org/si-graph/vocab/modality/> .
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
    path = data(tmp_path, head + wrong)
    after = head + (right or wrong.replace("Recomend", "Recommend"))
    assert mended(path, no_shapes) == after
    path.write_text(after, encoding="utf-8")
    assert propose([path], [no_shapes]) == []


@pytest.mark.parametrize(
    "uncertain",
    [
        "awt84:x si:addressed awt84:y .",  # near nothing
        "awt84:x si:requesteOf awt84:y .",  # near two
        "awt84:x si:numbr2 5 .",  # a code is no word
        "awt84:x si:stipType itype:PI034 .",  # one figure from several codes
        "awt84:x si:stipType itype:PI0033 .",
        "awt84:x si:asksActor actor:min-ezz .",  # anybody may name an actor
        "si:Recomendation a <http://www.w3.org/2002/07/owl#Class> . awt84:x a si:Recomendation .",
        "awt84:x si:Recomendation awt84:y .",  # near a class, but used as a property
        "awt84:x si:usesConcept concept:market-failur .",  # or a concept
        "awt84:x si:en 5 .",
        "awt84:x ex:Recomendation 5 .",  # not ours to say
    ],
)
def test_a_name_that_may_be_right_or_several_is_left_alone(
    tmp_path: Path, no_shapes: Path, uncertain: str
) -> None:
    head = """@prefix si: <https://w3id.org/si-graph/ontology#> .
@prefix ex: <http://example.org/> .
@prefix awt84: <https://w3id.org/si-graph/id/awt84/> .
@prefix actor: <https://w3id.org/si-graph/id/actor/> .
@prefix concept: <https://w3id.org/si-graph/id/concept/> .
@prefix itype: <https://w3id.org/si-graph/vocab/instrument-type/> .
"""
    assert propose([data(tmp_path, head + uncertain)], [no_shapes]) == []


@pytest.mark.parametrize(
    "text",
    [
        # One name for two things.
        """@prefix p: <http://example.org/> . p:a a p:Recomendation .
           @prefix p: <https://w3id.org/si-graph/ontology#> . p:b a p:Recomendation .""",
        # Written out in full as well: was that meant too?
        """@prefix skos: <https://www.w3.org/2004/02/skos/core#> .
           skos:a skos:note <https://www.w3.org/2004/02/skos/core#a> .""",
    ],
)
def test_a_change_that_would_reach_too_far_or_not_far_enough_is_not_made(
    tmp_path: Path, no_shapes: Path, text: str
) -> None:
    assert propose([data(tmp_path, text)], [no_shapes]) == []


def test_a_term_that_another_file_describes_exists(tmp_path: Path, no_shapes: Path) -> None:
    head = "@prefix si: <https://w3id.org/si-graph/ontology#> . "
    one = data(tmp_path, head + "<http://example.org/a> a si:Recomendation .", "one.ttl")
    two = data(tmp_path, head + 'si:Recomendation si:number "1" .', "two.ttl")
    assert propose([one, two], [no_shapes]) == []


def test_a_well_known_prefix_is_declared(tmp_path: Path, no_shapes: Path) -> None:
    text = "# Mine.\n@prefix ex: <http://example.org/> .\nex:a skos:note ex:b .\n"
    declared = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    assert mended(data(tmp_path, text), no_shapes) == text.replace("@prefix", declared + "@prefix")


@pytest.mark.parametrize(
    ("prefix", "wrong", "right"),
    [
        ("si", "http://w3id.org/si-graph/ontology#", "https://w3id.org/si-graph/ontology#"),
        ("skos", "https://w3.org/2004/02/skos/core", "http://www.w3.org/2004/02/skos/core#"),
        ("dcterms", "https://purl.org/dc/terms/", "http://purl.org/dc/terms/"),
        ("schema", "https://schema.org/", None),  # both are in use
        ("skos", "http://www.w3.org/2008/05/skos-xl#", None),
        ("my", "https://purl.org/dc/terms/", None),
    ],
)
def test_a_namespace_is_mended_where_its_prefix_says_which(
    tmp_path: Path, no_shapes: Path, prefix: str, wrong: str, right: str | None
) -> None:
    text = f"@prefix {prefix}: <{wrong}> .\n<http://example.org/a> {prefix}:note {prefix}:b .\n"
    assert mended(data(tmp_path, text), no_shapes) == (right and text.replace(wrong, right))


@pytest.mark.parametrize(
    "text",
    [
        "ex:a my:note ex:b .",
        "ex:a exx:note ex:b .",  # too short to tell
        "ex:a dct:note ex:b .",  # near dcat, and the usual name of another
        "ex:a rdfa:note ex:b .",
        "ex:a skso:note ex:b ; .. ex:c .",
    ],
)
def test_a_file_that_cannot_be_read_otherwise_stays_an_error(
    tmp_path: Path, no_shapes: Path, text: str
) -> None:
    head = "@prefix ex: <http://example.org/> .\n@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
    head += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    path = data(tmp_path, head + text)
    with pytest.raises(InputError) as caught:
        propose([path], [no_shapes])
    assert (caught.value.file, caught.value.line) == (str(path), 4)


def test_the_bundled_shapes_are_the_ones_to_mend_for_where_none_are_given(tmp_path: Path) -> None:
    text = """@prefix si: <https://w3id.org/si-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/si-graph/id/actor/x> a si:Actor ; skos:prefLabel "iemand" , "someone"@en .
"""
    path = data(tmp_path, text)
    assert mended(path) == text.replace('"iemand"', '"iemand"@nl')
    path.write_text(text.replace(' , "someone"@en', ""), encoding="utf-8")
    assert propose([path]) == []


def test_the_examples_and_sources_of_the_project_need_no_names_mended() -> None:
    from si_graph.validate.mending import names as mending_names

    for path in [*ROOT.glob("ontology/*/*.ttl"), *ROOT.glob("data/**/*.trig")]:
        text = Text(path.read_text(encoding="utf-8"), str(path))
        quads = text.quads()
        described = {quad.subject for quad in quads}
        assert mending_names.undeclared(text) == ({}, []), path
        assert list(mending_names.namespaces(text)) == [], path
        assert list(mending_names.terms(quads, described)) == [], path
