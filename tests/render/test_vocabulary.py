"""The pages of the vocabularies: every scheme, every concept, the narrower below the broader."""

from __future__ import annotations

import pytest

from reading_pages import HOSTILE, LANGUAGES, read, shown
from si_graph.errors import UsageError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import local_name
from si_graph.query.overviews.schemes import Concept, schemes
from si_graph.query.results import Rows


def counted(graph: KnowledgeGraph) -> dict[str, set[str]]:
    """Return the concepts of each scheme."""
    rows = graph.query("SELECT ?x ?s WHERE { ?s a skos:ConceptScheme . ?x skos:inScheme ?s }")
    assert isinstance(rows, Rows)
    found: dict[str, set[str]] = {}
    for row in rows:
        scheme, concept = str(row["s"].value), str(row["x"].value)  # type: ignore[union-attr]
        found.setdefault(local_name(scheme), set()).add(local_name(concept))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_vocabularies_are_listed(bundled: KnowledgeGraph, lang: str) -> None:
    page = read(shown(bundled, "vocabulary", "vocab", lang))
    linked = {link.removeprefix("/vocab/") for link in page.links if link.startswith("/vocab/")}
    assert linked == set(counted(bundled))
    assert all(len(scheme.title) > 3 for scheme in schemes(bundled.store, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_concept_of_a_vocabulary_stands_on_its_page_once(
    bundled: KnowledgeGraph, lang: str
) -> None:
    for scheme, concepts in counted(bundled).items():
        page = read(shown(bundled, "vocabulary", f"vocab/{scheme}", lang, name=scheme))
        assert concepts <= set(page.ids)
        assert f"/vocab/{scheme}.ttl" in page.links


def test_narrower_concepts_stand_inside_broader_ones(bundled: KnowledgeGraph) -> None:
    page = read(shown(bundled, "vocabulary", "vocab/concept", name="concept"))
    assert "social innovation" in page.within("innovation")
    assert "civic initiative" in page.within("social-innovation")
    assert "civic initiative" not in page.within("market-failure")


def test_concepts_that_are_broader_than_each_other_are_all_found() -> None:
    from pyoxigraph import NamedNode, Quad

    from si_graph.namespaces import GRAPH_VOCAB, PREFIXES
    from si_graph.store.embedded import EmbeddedStore

    a, b, scheme = (NamedNode(f"urn:{name}") for name in ("a", "b", "scheme"))
    graph = NamedNode(GRAPH_VOCAB)
    rdf_type, skos = NamedNode(PREFIXES["rdf"] + "type"), PREFIXES["skos"]
    quads = [Quad(scheme, rdf_type, NamedNode(skos + "ConceptScheme"), graph)]
    quads += [Quad(one, NamedNode(skos + "inScheme"), scheme, graph) for one in (a, b)]
    quads += [Quad(a, NamedNode(skos + "broader"), b), Quad(b, NamedNode(skos + "broader"), a)]
    (found,) = schemes(EmbeddedStore.from_quads(quads), "en")

    def below(concepts: list[Concept]) -> list[str]:
        return [iri for one in concepts for iri in (one.iri, *below(one.narrower))]

    assert sorted(below(found.top)) == ["urn:a", "urn:b"]


def test_one_concept_has_the_page_of_a_thing(bundled: KnowledgeGraph) -> None:
    path = "vocab/modality/option"
    page = read(shown(bundled, "vocabulary", path, "nl", name="modality/option"))
    assert any("mogelijkheid" in text for level, text in page.headings if level == 1)


def test_an_unknown_vocabulary_is_an_error_that_names_the_nearest(bundled: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="modality"):
        shown(bundled, "vocabulary", "vocab/modalities", name="modalities")


@pytest.mark.parametrize("name", HOSTILE, ids=lambda text: repr(text[:8]))
def test_names_of_anyone_are_unknown(bundled: KnowledgeGraph, name: str) -> None:
    with pytest.raises(UsageError):
        shown(bundled, "vocabulary", f"vocab/{name}", name=name)


def test_a_graph_without_vocabularies_says_so(nothing: KnowledgeGraph) -> None:
    page = read(shown(nothing, "vocabulary", "vocab"))
    assert "There are no vocabularies in this graph." in page.words
