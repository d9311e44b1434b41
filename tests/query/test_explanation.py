"""Explanations read well, in every format, and lead to where each statement stands."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import BASE, PREFIXES
from si_graph.query.explanation.explanation import Explanation
from si_graph.query.explanation.render_html import Links, as_fragment
from si_graph.query.explanation.render_text import WIDTH
from si_graph.query.explanation.wording import is_structure
from support import SHARED

TEXT = SHARED / "source" / "awt-2014-summary.txt"
INFERRED = {
    "chain": ("rec2-b", "asksActor", "min-ocw"),
    "nameless class": ("min-ez", "a", "si:RequesterAndAddressee"),
    "equivalence": ("actor:central-government", "a", "si:NationalActor"),
    "part": ("actor:central-government", "includes", "min-ez"),
    "kind": ("awt84:advice", "concerns", "nwo"),
}
RDF, PROV = PREFIXES["rdf"], PREFIXES["prov"]
OWN = """@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:says rdfs:subPropertyOf :tells ; rdfs:label "says \\"<b>&`|]"@en .
:ann :says "<script>alert('x')</script> \\"]; end\\n--> n1" .
:knows a owl:TransitiveProperty ; rdfs:label "knows"@en .
[ a owl:Restriction ; owl:onProperty :knows ; owl:someValuesFrom :Actor ] rdfs:subClassOf :Known .
:Actor rdfs:label "actor"@en . :Known rdfs:label "well-known one"@en .
:ben :knows :cas . :cas a :Actor .
"""


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    path = tmp_path_factory.mktemp("own") / "own.ttl"
    path.write_text(OWN, encoding="utf-8")
    return KnowledgeGraph.load([path])


@pytest.fixture(scope="module")
def odd(own: KnowledgeGraph) -> Explanation:
    """Return the explanation of a statement whose words look like markup."""
    (value,) = {str(quad.object) for quad in own.quads() if str(quad.predicate).endswith("/tells>")}
    return own.explain("http://example.org/ann", "http://example.org/tells", value)


def leaves(explanation: Explanation) -> set[tuple[str, ...]]:
    return {tuple(map(str, leaf)) for proof in explanation.proofs for leaf in proof.leaves}


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("names", INFERRED.values(), ids=INFERRED.keys())
def test_the_text_is_whole_sentences_within_80_columns(
    graph: KnowledgeGraph, names: tuple[str, str, str], lang: str
) -> None:
    explanation = graph.explain(*names, lang=lang)
    assert explanation, names
    text = str(explanation)
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].lstrip("‘“")[0].isupper()
    told = re.sub(r"\s+", " ", re.sub(r"[│├└─]", " ", text))
    assert not re.search(r"[{}]|\bNone\b|_:|\ba [aeio]\w| een iets\b| a something\b", told), told
    for step in explanation.proofs[0].steps():
        if step.rule is not None:
            assert f"[{step.rule}]" in text
    assert ("Bron: " if lang == "nl" else "Source: ") in text


def test_a_class_without_a_name_is_told_by_what_it_is_made_of(own: KnowledgeGraph) -> None:
    explanation = own.explain("http://example.org/ben", "a", "http://example.org/Known")
    told = " ".join(re.sub("[│├└─]", " ", str(explanation)).split())
    assert "Everything with ‘knows’ an actor is a well-known one" in told
    assert "http://example.org/ben is something with ‘knows’ an actor" in told
    dutch = str(own.explain("http://example.org/ben", "a", "http://example.org/Known", lang="nl"))
    assert "iets met ‘knows’ een actor" in " ".join(re.sub("[│├└─]", " ", dutch).split())


def test_relations_are_quoted_and_classes_are_not(graph: KnowledgeGraph) -> None:
    text = " ".join(str(graph.explain(*INFERRED["kind"], lang="nl")).split())
    assert re.search(r"‘[^’]+’ houdt ‘betreft’ in", text)


@pytest.mark.parametrize("names", INFERRED.values(), ids=INFERRED.keys())
def test_the_turtle_parses_and_holds_every_statement_and_leaf(
    graph: KnowledgeGraph, names: tuple[str, str, str]
) -> None:
    explanation = graph.explain(*names)
    store = Store()
    store.load(explanation.to_turtle().encode(), RdfFormat.TURTLE)
    rows = store.query(
        f"SELECT ?p ?inferred WHERE {{ ?e <{RDF}subject> ?s ; <{RDF}predicate> ?p ;"
        f" <{RDF}object> ?o "
        f"BIND(EXISTS {{ ?e <{PROV}wasGeneratedBy> ?a }} AS ?inferred) }}"
    )
    assert isinstance(rows, QuerySolutions)
    told = sorted((str(row["p"]), str(row["inferred"])) for row in rows)
    (proof,) = explanation.proofs
    steps = {step.conclusion: step.rule for step in proof.steps()}
    wanted = [
        (str(conclusion.predicate), str(Literal(rule is not None)))
        for conclusion, rule in steps.items()
        if conclusion is not None
    ]
    assert told == sorted(wanted)
    rows = store.query(f"SELECT ?e WHERE {{ ?a a <{PROV}Activity> ; <{PROV}used> ?e }}")
    assert isinstance(rows, QuerySolutions)
    premises = {
        step.conclusion: {one.conclusion for one in step.premises} for step in proof.steps()
    }
    assert len(list(rows)) == sum(map(len, premises.values()))


def test_literals_survive_the_turtle_and_the_json(odd: Explanation) -> None:
    assert odd.statement is not None
    assert isinstance(odd.statement.object, Literal)
    value = str(odd.statement.object)
    triples = {quad.triple for quad in parse(odd.to_turtle(), format=RdfFormat.TURTLE)}
    assert value in {str(triple.object) for triple in triples}
    data = json.loads(odd.to_json())
    assert data["statement"]["o"] == value


@pytest.mark.parametrize("names", INFERRED.values(), ids=INFERRED.keys())
def test_the_json_is_a_proof_that_can_be_followed(
    graph: KnowledgeGraph, names: tuple[str, str, str]
) -> None:
    explanation = graph.explain(*names)
    (steps,) = json.loads(explanation.to_json())["proofs"]
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    used = {premise for step in steps for premise in step["premises"]}
    assert used == set(range(1, len(steps)))
    stated = {tuple(step["conclusion"][part] for part in "spo") for step in steps
              if step["rule"] is None}  # fmt: skip
    assert stated == leaves(explanation)


def test_the_html_escapes_everything_and_loads_and_runs_nothing(odd: Explanation) -> None:
    page = odd.to_html()
    words: list[str] = []
    tags: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            assert not any(name.startswith("on") or name == "src" for name, _ in attrs)

        def handle_data(self, data: str) -> None:
            words.append(data)

    Reader().feed(page)
    assert tags <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "p", "ul", "li",
                    "strong", "br", "small", "cite", "a", "q"}  # fmt: skip
    assert "<script>alert('x')</script>" in "".join(words)
    assert html.escape("<script>") in page


def test_the_mermaid_chart_has_one_sound_node_for_each_statement(odd: Explanation) -> None:
    head, *lines = odd.to_mermaid().splitlines()
    assert head == "flowchart TD"
    nodes = [line for line in lines if " --> " not in line or '"' in line]
    for line in nodes:
        assert re.fullmatch(r'  n\d+(\("[^"`<>]*"\)|\["(?:[^"`<>]|<br/>)*"\])', line), line
    names = {line.split("(")[0].split("[")[0].strip() for line in nodes}
    links = [line for line in lines if line not in nodes]
    for line in links:
        match = re.fullmatch(r"  (n\d+) -- [\w-]+ --> (n\d+)", line)
        assert match, line
        assert set(match.groups()) <= names
    assert len(links) == 2


# Origins


def test_a_passage_is_cited_with_section_page_and_offsets(graph: KnowledgeGraph) -> None:
    explanation = graph.explain("rec2-b", "a", "SubAction")
    ((origin, *_),) = explanation.origins.values()
    assert origin.passage is not None
    place = f"(characters {origin.passage.start}–{origin.passage.end})"
    assert origin.name == f"passage R2b, Recommendation 2, p. 6 {place}"
    assert origin.graph == f"{BASE}id/awt84/passage/R2b"
    assert origin.words == ""


@pytest.mark.skipif(not TEXT.exists(), reason="the source text is not at hand (SI_GRAPH_SHARED)")
def test_the_words_of_a_passage_are_those_at_its_offsets(graph: KnowledgeGraph) -> None:
    explanation = graph.explain("rec2-b", "a", "SubAction", text=TEXT)
    ((origin, *_),) = explanation.origins.values()
    assert origin.passage is not None
    source = TEXT.read_text("utf-8")
    words = source[origin.passage.start : origin.passage.end]
    assert origin.words == " ".join(words.split()) != ""
    assert origin.words in " ".join(re.sub("[│├└─]", " ", str(explanation)).split())


def test_another_text_is_not_passed_off_as_the_source(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    (tmp_path / "other.txt").write_text("x" * 9000, encoding="utf-8")
    explanation = graph.explain("rec2-b", "a", "SubAction", text=tmp_path / "other.txt")
    ((origin, *_),) = explanation.origins.values()
    assert "xxx" not in origin.words
    assert "differs" in origin.words


@pytest.mark.parametrize(("lang", "note"), [("nl", "Algemeen bekend"), ("en", "Common knowledge")])
def test_the_editors_are_named_with_their_note(graph: KnowledgeGraph, lang: str, note: str) -> None:
    explanation = graph.explain(
        "actor:government", "includes", "actor:central-government", lang=lang
    )
    (origins,) = explanation.origins.values()
    assert [origin.graph for origin in origins] == [f"{BASE}graph/editorial"]
    assert any(said.startswith(note) for origin in origins for said in origin.notes)


def test_a_users_statement_is_found_in_its_file_and_line(own: KnowledgeGraph) -> None:
    explanation = own.explain("http://example.org/ben", "a", "http://example.org/Known")
    for leaf, origins in explanation.origins.items():
        if leaf.subject == NamedNode("http://example.org/ben"):
            assert [origin.name.rpartition("/")[2] for origin in origins] == ["own.ttl:9"]
    assert all(origins for origins in explanation.origins.values())


def test_what_does_not_hold_has_the_missing_premise_in_words(graph: KnowledgeGraph) -> None:
    explanation = graph.explain("step3", "asksActor", "municipalities", lang="nl")
    assert not explanation
    assert explanation.missing
    text = " ".join(str(explanation).split())
    assert "Dit geldt niet" in text
    assert "Het zou volgen als ook dit gold:" in text
    for written in (explanation.to_html(), explanation.to_json()):
        assert explanation.missing[0].rule in written


def test_triples_of_the_turtle_are_all_about_the_proof(odd: Explanation) -> None:
    triples: set[Triple] = {quad.triple for quad in parse(odd.to_turtle(), format=RdfFormat.TURTLE)}
    statement = NamedNode(RDF + "Statement")
    told = {t.subject for t in triples if t.object == statement}
    derived = {t for t in triples if t.predicate == NamedNode(PROV + "wasDerivedFrom")}
    assert {t.subject for t in derived} | {t.object for t in derived} == told


def test_in_a_site_each_thing_passage_and_rule_is_linked(graph: KnowledgeGraph) -> None:
    explanation = graph.explain(*INFERRED["chain"])
    links = Links(lambda iri: f"t:{iri}", lambda iri: f"p:{iri}", lambda name: f"r:{name}")
    written = as_fragment(explanation, links)
    found = {html.unescape(one) for one in re.findall(r'<a href="([^"]*)"', written)}
    (proof,) = explanation.proofs
    rules = {f"r:{step.rule}" for step in proof.steps() if step.rule is not None}
    things = {f"t:{part.value}" for leaf in proof.leaves for part in (leaf.subject, leaf.object)
              if isinstance(part, NamedNode) and not is_structure(leaf)}  # fmt: skip
    passages = {f"p:{origin.passage.iri}" for stated in explanation.origins.values()
                for origin in stated if origin.passage}  # fmt: skip
    assert rules
    assert passages
    assert rules | things | passages <= found
    without = as_fragment(explanation)
    assert re.sub("<[^>]*>", "", written) == re.sub("<[^>]*>", "", without)
