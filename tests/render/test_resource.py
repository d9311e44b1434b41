"""The page of a thing: what is stated, what follows, who says so, and how to take it along."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pyoxigraph import NamedNode

from reading_pages import HOSTILE, LANGUAGES, graph_of, read, shown
from si_graph.errors import UsageError
from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE
from si_graph.query.results import Rows
from si_graph.render.resource import MOST_SHOWN

NESTED = """
<urn:a> skos:prefLabel "a thing" ; <urn:at> [ <urn:in> [ <urn:deep> "far inside" ] ] ;
    <urn:list> ( "first" [ <urn:in> "second" ] "third" ) .
_:self <urn:me> _:self . <urn:a> <urn:circle> _:self .
"""


def part(html: str, id_: str) -> str:
    """Return the text from the heading with an id to the next section."""
    return html.partition(f'<h2 id="{id_}"')[2].partition('<h2 id="')[0]


def structured(html: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data: dict[str, Any] = json.loads(text)
    return data


def test_every_thing_of_the_graph_has_a_page_in_both_languages(bundled: KnowledgeGraph) -> None:
    rows = bundled.query(
        "SELECT DISTINCT ?x { ?x a ?class FILTER(STRSTARTS(STR(?x), "
        f"'{BASE}') && !CONTAINS(STR(?x), '/passage/')) }}"
    )
    assert isinstance(rows, Rows)
    things = [row["x"].value for row in rows if isinstance(row["x"], NamedNode)]
    assert len(things) > 300
    for iri in things:
        path = iri.removeprefix(BASE)
        path = f"doc/{path.removeprefix('id/')}" if path.startswith("id/") else path
        given = {"iri": iri} if "#" in iri else {}
        for lang in LANGUAGES:
            made = shown(bundled, "resource", "doc" if given else path, lang, **given)
            assert read(made).headings[0][0] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_stated_and_what_follows_stand_apart(bundled: KnowledgeGraph, lang: str) -> None:
    html = shown(bundled, "resource", "doc/awt84/rec2-b", lang).html
    stated, inferred = part(html, "stated"), part(html, "inferred")
    assert "/doc/instrument/deals" in stated
    assert "/explain?" not in stated
    assert "/doc/actor/municipalities" in inferred
    assert "/doc/actor/municipalities" not in stated
    mark = "afgeleid" if lang == "nl" else "inferred"
    assert mark in html.partition('<h2 id="inferred"')[2].partition("</h2>")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_says_so_stands_beside_each_statement(bundled: KnowledgeGraph, lang: str) -> None:
    html = shown(bundled, "resource", "doc/awt84/rec2-b", lang).html
    (cell,) = [one for one in part(html, "stated").split("<dd>") if "/instrument/deals" in one]
    where = "Aanbeveling 2, p. 6" if lang == "nl" else "Recommendation 2, p. 6"
    assert "/doc/awt84/passage/R2b" in cell
    assert f"passage R2b, {where}" in cell
    (reading,) = [one for one in part(html, "stated").split("<dd>") if 'class="mark"' in one]
    assert ("de redactie" if lang == "nl" else "the editors") in reading


def test_every_inferred_row_leads_to_a_proof(bundled: KnowledgeGraph) -> None:
    html = shown(bundled, "resource", "doc/awt84/rec2-c").html
    rows = part(html, "inferred").split("<dd>")[1:]
    links = [re.findall(r'class="why" href="(/explain\?[^"]+)"', row) for row in rows]
    assert links
    assert all(len(found) == 1 for found in links)
    incoming = re.findall(r'class="why" href="(/explain\?[^"]+)"', part(html, "incoming"))
    assert incoming
    for link in (links[0][0], links[-1][0], *incoming[:2]):
        asked = dict(parse_qsl(unescape(link).partition("?")[2]))
        assert bundled.explain(asked["s"], asked["p"], asked["o"]), link


def test_what_refers_to_a_thing_is_cut_until_all_is_asked_for(bundled: KnowledgeGraph) -> None:
    short = shown(bundled, "resource", "doc/awt84/summary-page")
    whole = shown(bundled, "resource", "doc/awt84/summary-page", all="1")
    assert part(short.html, "incoming").count("<dd>") <= MOST_SHOWN + 20
    assert 'href="/doc/awt84/summary-page?all=1#incoming"' in short.html
    count = len(bundled.describe("awt84:summary-page").incoming)
    assert part(whole.html, "incoming").count("/doc/") > count > MOST_SHOWN
    assert "all=1#incoming" not in whole.html


def test_a_passage_shows_what_it_says(bundled: KnowledgeGraph) -> None:
    page = shown(bundled, "resource", "doc/awt84/passage/R2b")
    table = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count("<tr>") == 5
    assert "/doc/instrument/low-regulation-zones" in table


def test_things_without_a_name_are_told_by_what_they_are(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    own = graph_of(NESTED, tmp_path_factory.mktemp("own"))
    page = shown(own, "resource", "doc", iri="<urn:a>")
    read(page)
    assert "_:" not in page.html
    stated = part(page.html, "stated")
    assert "far inside" in stated
    items = re.findall(r'<ol class="items">(.*)</ol>', stated, re.DOTALL)
    assert len(items) == 1
    order = [items[0].index(word) for word in ("first", "second", "third")]
    assert order == sorted(order)
    assert stated.count("something without a name") == 1  # the one that leads to itself


def test_terms_of_the_ontology_have_a_page_too(bundled: KnowledgeGraph) -> None:
    words = read(shown(bundled, "resource", "doc", "nl", iri="si:concerns")).words
    assert "verband tussen dingen" in words
    assert "heeft als deel" in words  # in the chain that it follows from


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("doc/actor/min-ez", "Organization"),
        ("doc/place/nl", "Country"),
        ("doc/place/flanders", "Place"),
        ("doc/concept/innovation", "DefinedTerm"),
        ("doc/awt84/advice", "Report"),
        ("doc/awt84/passage/R2b", "CreativeWork"),
        ("doc/awt84/rec1", "Thing"),
    ],
)
def test_search_engines_learn_what_a_page_is_about(
    bundled: KnowledgeGraph, path: str, kind: str
) -> None:
    data = structured(shown(bundled, "resource", path, "nl").html)
    assert data["mainEntity"]["@type"] == kind
    assert data["mainEntity"]["@id"] == BASE + path.replace("doc/", "id/")
    assert data["inLanguage"] == "nl"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_thing_can_be_cited_and_taken_along(bundled: KnowledgeGraph, lang: str) -> None:
    page = shown(bundled, "resource", "doc/actor/min-ez", lang)
    words = read(page).words
    assert f"{BASE}id/actor/min-ez" in words
    assert "1.0.0" in words
    assert "@misc{actor-min-ez," in words
    for suffix in ("ttl", "nt", "jsonld", "rdf", "trig"):
        assert f'href="/doc/actor/min-ez.{suffix}"' in page.html
    assert len(re.findall(r'<link rel="alternate" type="', page.html)) == 5


@pytest.mark.parametrize("hostile", HOSTILE[:-1])
def test_what_the_data_say_is_never_markup(
    hostile: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = json.dumps(hostile)
    turtle = f"""<urn:a> skos:prefLabel {text} ; skos:definition {text}@ar ; rdfs:comment {text} ;
        skos:editorialNote {text} ; <urn:p> {text}@fr , <javascript:alert(1)> , "</script>" ;
        a <urn:C> . <urn:C> rdfs:label {text} . <urn:b> <urn:q> <urn:a> ; rdfs:label {text} ."""
    own = graph_of(turtle, tmp_path_factory.mktemp("own"))
    page = shown(own, "resource", "doc", iri="<urn:a>")
    reader = read(page)
    assert {given.get("src") for tag, given in reader.tags if tag in ("script", "img")} <= {
        "/static/suggest.js",
        None,
    }
    assert structured(page.html)["mainEntity"]["name"] == hostile
    assert '<bdi lang="fr">' in page.html


@pytest.mark.parametrize("name", [*HOSTILE, "", "nothing"])
def test_what_the_graph_does_not_know_is_an_error(bundled: KnowledgeGraph, name: str) -> None:
    for path, given in ((f"doc/{name}", {}), ("doc", {"iri": name})):
        with pytest.raises(UsageError):
            shown(bundled, "resource", path, **given)
