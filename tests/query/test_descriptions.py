"""Everything about one thing: what is stated, what follows, who says so, and what it is called."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from si_graph.errors import UsageError
from si_graph.namespaces import GRAPH_INFERRED, local_name, shorten
from si_graph.query.describe import describe
from si_graph.query.evaluate import evaluate
from si_graph.query.labels import kinds, label, labels
from si_graph.query.passages import passages, passages_behind, passages_stating
from si_graph.query.results import Rows
from si_graph.query.table import table
from si_graph.store.embedded import EmbeddedStore

AWT = "https://w3id.org/si-graph/id/awt84/"
PASSAGE = AWT + "passage/"


def test_what_is_stated_comes_with_the_passage_that_states_it(closure: EmbeddedStore) -> None:
    found = describe(closure, "rec2-b", "nl")
    assert (found.iri, found.label, found.kinds) == (
        AWT + "rec2-b",
        "regelluwe ruimtes en deals gebruiken",
        ["deelactie"],
    )
    proposed = [one for one in found.stated if one.predicate.endswith("#directlyProposes")]
    assert [shorten(str(one.term)[1:-1]) for one in proposed] == [
        "instrument:deals",
        "instrument:low-regulation-zones",
    ]
    assert {one.passages for one in proposed} == {(PASSAGE + "R2b",)}
    assert [one.citation("nl") for one in found.evidence] == [
        "passage R2b, Aanbeveling 2, p. 6 (tekens 5651–5704)"
    ]
    assert any("twee deelacties" in note for note in found.notes)


def test_what_follows_is_kept_apart_from_what_is_stated(
    closure: EmbeddedStore, asserted: EmbeddedStore
) -> None:
    found = describe(closure, "rec2-b", "nl")
    asked = {shorten(str(one.term)[1:-1]) for one in found.inferred if "asksActor" in one.predicate}
    assert "actor:municipalities" in asked
    assert all(one.inferred and not one.passages for one in found.inferred)
    assert not any(one.inferred for one in found.stated)
    assert describe(asserted, "rec2-b", "nl").inferred == []
    assert describe(asserted, "rec2-b", "nl").stated == found.stated


def test_what_the_default_graph_leaves_out_does_not_hold() -> None:
    """With only what is stated in the default graph, nothing that follows is described."""
    thing, stated, follows = (ox.NamedNode(f"http://e/{name}") for name in ("a", "p", "q"))
    store = EmbeddedStore.from_quads(
        [
            ox.Quad(thing, stated, thing),
            ox.Quad(thing, follows, thing, ox.NamedNode(GRAPH_INFERRED)),
        ]
    )
    found = describe(store, "http://e/a", "en")
    assert [one.predicate for one in found.stated] == ["http://e/p"]
    assert found.inferred == []


def test_what_refers_to_a_thing_is_found_too(closure: EmbeddedStore) -> None:
    found = describe(closure, "instrument:deals", "en")
    proposing = {
        local_name(str(one.term)[1:-1])
        for one in found.incoming
        if one.predicate.endswith("#directlyProposes")
    }
    assert proposing == {"rec2-b"}


def test_a_passage_shows_what_it_states(closure: EmbeddedStore) -> None:
    found = describe(closure, "passage:R2b", "en")
    assert len(found.states) == 5
    assert {str(triple.subject) for triple in found.states} == {f"<{AWT}rec2-b>"}
    assert found.name(AWT + "rec2-b") == "use low-regulation zones and deals"


def test_texts_come_in_the_language_asked_for(closure: EmbeddedStore) -> None:
    for lang, definition in (("nl", "Vernieuwing"), ("en", "Innovation")):
        found = describe(closure, "social-innovation", lang)
        assert found.definition.startswith(definition)
        languages = {one.term.language for one in found.stated if isinstance(one.term, ox.Literal)}
        assert languages <= {lang, None}


def test_what_editors_say_of_one_statement_is_among_the_notes(closure: EmbeddedStore) -> None:
    (note,) = (n for n in describe(closure, "conc4", "nl").notes if n.startswith("gerechtvaardigd"))
    assert "lezing van de redactie" in note


def test_where_a_mapping_was_checked_is_among_the_notes_and_nowhere_else(
    closure: EmbeddedStore,
) -> None:
    found = describe(closure, "tax-deduction", "en")
    (note,) = (n for n in found.notes if n.startswith("rdfs:seeAlso tax relief"))
    assert "checked in public copies of EuroVoc" in note
    assert "owl:annotatedSource" not in {shorten(one.predicate) for one in found.incoming}


def test_an_unknown_thing_is_not_described(closure: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match="Did you mean"):
        describe(closure, "rec2-bb", "nl")


TINY = EmbeddedStore.from_quads(
    ox.parse(
        """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX e: <http://e/>
        e:all skos:prefLabel "alles"@nl , "all"@en , "tout"@fr ; rdfs:label "whole"@en .
        e:plain rdfs:label "plain" , "only English"@en .
        e:english rdfs:label "English"@en , "français"@fr .
        e:belgian rdfs:label "Vlaams"@nl-BE , "Flemish"@en .
        e:french rdfs:label "français"@fr .
        e:none a e:Special , e:General .
        e:Special rdfs:subClassOf e:General ; rdfs:label "special"@en .
        e:General rdfs:subClassOf e:Special2 .
        """,
        format=ox.RdfFormat.TURTLE,
    )
)


def test_labels_prefer_the_language_then_none_then_english_then_any() -> None:
    names = ["all", "plain", "english", "belgian", "french", "none"]
    found = labels(TINY, [f"http://e/{name}" for name in names], "nl")
    assert found == {
        "http://e/all": "alles",
        "http://e/plain": "plain",
        "http://e/english": "English",
        "http://e/belgian": "Vlaams",
        "http://e/french": "français",
    }
    assert label(TINY, "http://e/all", "en") == "all"  # the preferred label before others
    assert label(TINY, "http://e/none", "nl") == "http://e/none"
    assert labels(TINY, [], "nl") == {}


def test_kinds_are_the_most_specific_classes() -> None:
    assert kinds(TINY, ["http://e/none"], "en") == {"http://e/none": ["special"]}
    assert kinds(TINY, [], "en") == {}


def test_passages_come_in_the_order_of_the_source(closure: EmbeddedStore) -> None:
    iris = [PASSAGE + name for name in ("S6a", "X01", "F16", "X01", "R2b")]
    found = passages(closure, iris, "en")
    assert [local_name(one.iri) for one in found] == ["X01", "F16", "R2b", "S6a"]
    assert found[1].page == "5-6"  # a footer cuts it
    assert passages(closure, [], "en") == []
    (unknown,) = passages(closure, [PASSAGE + "nowhere"], "en")
    assert unknown.citation("en") == "passage nowhere"


def test_the_passages_of_a_statement_and_of_a_thing(closure: EmbeddedStore) -> None:
    action = f"<{AWT}rec2-b>"
    follows = f"{action} <https://w3id.org/si-graph/ontology#asksActor> ?actor"
    assert passages_stating(closure, follows) == []
    assert passages_behind(closure, action, follows) == [PASSAGE + "R2b"]
    assert passages_behind(closure, action) == [PASSAGE + "R2b"]
    assert passages_behind(closure, action, f"{action} <http://e/never> ?x") == []


def rows(store: EmbeddedStore, query: str) -> Rows:
    result = evaluate(store, query)
    assert isinstance(result, Rows)
    return result


def test_a_table_puts_labels_beside_things_that_have_none_yet(closure: EmbeddedStore) -> None:
    query = (
        "SELECT ?a ?n ?b ?bLabel { VALUES (?a ?n ?b ?bLabel) { (actor:vsnu 1 actor:nwo 'NWO') } }"
    )
    columns, cells = table(rows(closure, query), closure, "nl")
    assert columns == ["a", "aLabel", "n", "b", "bLabel"]
    assert cells == [
        ["actor:vsnu", "VSNU (vereniging van universiteiten)", "1", "actor:nwo", "NWO"]
    ]
    columns, cells = table(rows(closure, query), None, "nl")
    assert columns == ["a", "n", "b", "bLabel"]


def test_a_table_shows_nothing_where_there_is_nothing(closure: EmbeddedStore) -> None:
    query = "SELECT ?a { VALUES ?a { UNDEF <http://e/nowhere> 'text'@nl } }"
    assert table(rows(closure, query), closure, "nl") == (
        ["a"],
        [[""], ["http://e/nowhere"], ["text"]],
    )
    assert table(rows(closure, "SELECT ?a { ?a ?a ?a }"), closure, "nl") == (["a"], [])


NAMELESS = EmbeddedStore.from_quads(
    ox.parse(
        """
        PREFIX e: <http://e/>
        e:a e:at [ e:in [ e:deep "far" ] ; e:value 1 ] ; e:named e:b .
        e:b e:at [ e:in "elsewhere" ] .
        [ e:part [ e:hidden "behind" ] ; e:of e:a ] e:says "of a" .
        """,
        format=ox.RdfFormat.TURTLE,
    )
)


def test_what_has_no_name_is_told_as_far_as_only_the_thing_leads_to_it() -> None:
    found = describe(NAMELESS, "http://e/a", "en")
    told = {str(value) for said in found.nameless.values() for _, value in said}
    assert {'"far"', '"of a"', '"behind"'} <= told
    assert '"elsewhere"' not in told
    assert describe(NAMELESS, "http://e/b", "en").nameless.keys().isdisjoint(found.nameless)


def test_a_long_list_is_told_to_the_end_and_a_tangle_ends() -> None:
    items = " ".join(f"[ <http://e/n> {number} ]" for number in range(15))
    knot = " . ".join(f"_:k{a} <http://e/k> _:k{b}" for a in range(6) for b in range(6))
    store = EmbeddedStore.from_quads(
        ox.parse(
            f"<http://e/a> <http://e/l> ( {items} ) ; <http://e/k> _:k0 . {knot} .",
            format=ox.RdfFormat.TURTLE,
        )
    )
    found = describe(store, "http://e/a", "en")
    assert len(found.nameless) == 15 + 15 + 6
    numbers = {str(x) for said in found.nameless.values() for p, x in said if p == "http://e/n"}
    assert len(numbers) == 15


def test_what_stands_in_no_passage_has_the_graph_that_it_stands_in(closure: EmbeddedStore) -> None:
    found = describe(closure, "rec2-b", "nl")
    (reading,) = [one for one in found.stated if "inheritsAddresseeFrom" in one.predicate]
    assert [shorten(graph) for graph in reading.graphs] == ["graph:editorial"]
    stating = {iri for one in found.stated for iri in one.passages}
    assert stating == {PASSAGE + "R2b"}
    assert stating <= found.cited.keys()
