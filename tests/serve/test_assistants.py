"""Assistants get what people get, with IRIs and passages, by the protocol's own client."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import Client, MCPError
from mcp.types import CallToolResult, TextContent, TextResourceContents

from assisting import AWT, TOOLS, answer, call, talk, text_of
from si_graph.graph import KnowledgeGraph


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


def test_search_finds_what_people_find(address: str, graph: KnowledgeGraph) -> None:
    text, data = answer(address, "search", query="regelluwe ruimte", lang="nl", limit=5)
    hits = graph.search("regelluwe ruimte", lang="nl", limit=5)
    assert [one["iri"] for one in data["found"]] == [hit.iri for hit in hits]
    assert all(f"{hit.label}" in text and f"<{hit.iri}>" in text for hit in hits)


def test_show_tells_stated_and_inferred_apart_and_names_the_passages(
    address: str, graph: KnowledgeGraph
) -> None:
    text, data = answer(address, "show", thing="rec2-b", lang="nl", limit=500)
    found = graph.describe("rec2-b", lang="nl")
    assert len(data["stated"]) == len(found.stated)
    assert len(data["inferred"]) == len(found.inferred)
    assert [one["passages"] for one in data["stated"]] == [[*one.passages] for one in found.stated]
    assert all(one["inferred"] and not one["passages"] for one in data["inferred"])
    assert text.index("Gesteld") < text.index("deals> [R2b]") < text.index("Afgeleid")
    assert "passage R2b, Aanbeveling 2, p. 6 (tekens 5651–5704)" in text
    assert f"<{AWT}passage/R2b>" in text
    (passage,) = (one for one in data["evidence"] if one["name"] == "R2b")
    assert passage["characters"] == [5651, 5704]
    # What only the editors say is not taken for the source's.
    (inherits,) = (
        one for one in data["stated"] if one["property"].endswith("inheritsAddresseeFrom")
    )
    assert (inherits["passages"], inherits["others"]) == ([], ["de redactie"])
    assert "[de redactie]" in text


def test_show_says_how_much_it_leaves_out(address: str, graph: KnowledgeGraph) -> None:
    text, data = answer(address, "show", thing="actor:municipalities", limit=2)
    found = graph.describe("actor:municipalities")
    sections = (found.stated, found.inferred, found.incoming)
    assert data["left_out"] == sum(max(len(one) - 2, 0) for one in sections) > 0
    assert f"{data['left_out']} more statements are left out" in text


def test_every_ready_question_is_listed_in_both_languages(
    address: str, graph: KnowledgeGraph
) -> None:
    _, english = answer(address, "questions")
    _, dutch = answer(address, "questions", lang="nl")
    names = [query.name for query in graph.queries()]
    assert [one["name"] for one in english["questions"]] == names
    assert [one["name"] for one in dutch["questions"]] == names
    assert english["questions"] != dutch["questions"]
    _, some = answer(address, "questions", containing="GEMEENTEN gevraagd", lang="nl")
    assert len(some["questions"]) < len(names)


def test_questions_are_answered_as_people_are_answered(address: str, graph: KnowledgeGraph) -> None:
    async def conversation(client: Client) -> list[CallToolResult]:
        return [await client.call_tool("ask", {"name": name, "lang": "nl"}) for name in names]

    names = [query.name for query in graph.queries() if query.answer][::5]
    for name, result in zip(names, talk(address, conversation), strict=True):
        expected = graph.ask(name, lang="nl")
        data = result.structured_content
        assert data is not None
        assert data["answer"] == expected.sentence
        text = text_of(result)
        assert expected.sentence in text
        for passage in expected.evidence:
            assert f"{passage.citation('nl')} <{passage.iri}>" in text
        for thing in data["things"]:
            assert f"<{thing['iri']}>" in text


def test_a_question_takes_parameters_one_or_several(address: str, graph: KnowledgeGraph) -> None:
    both = ["min-ez", "municipalities"]
    _, data = answer(address, "ask", name="CQ14", parameters={"actor": both})
    assert data["answer"] == graph.ask("CQ14", actor=both).sentence


def test_explain_gives_the_proof_down_to_the_passages(address: str) -> None:
    text, data = answer(
        address, "explain", subject="rec1", predicate="si:asksActor", value="min-ez"
    )
    assert data["holds"]
    assert not data["stated"]
    assert data["proofs"][0][-1]["rule"] == "prp-spo2"
    assert "[prp-spo2]" in text
    assert f"<{AWT}passage/X14>" in text
    assert [one["name"] for one in data["evidence"]] == ["X14"]


def test_explain_tells_stated_from_what_does_not_hold(address: str) -> None:
    stated = {"subject": "rec2-b", "predicate": "a", "value": "SubAction", "lang": "nl"}
    text, data = answer(address, "explain", **stated)
    assert (data["holds"], data["stated"]) == (True, True)
    assert "Dit is zo gesteld" in text
    not_so = {"subject": "deals", "predicate": "si:asksActor", "value": "min-ez"}
    text, data = answer(address, "explain", **not_so)
    assert (data["holds"], data["proofs"]) == (False, [])
    assert "not stated, and nothing gives it" in text


def test_evidence_says_what_each_passage_says(address: str, graph: KnowledgeGraph) -> None:
    text, data = answer(address, "evidence", thing="instrument:deals", lang="nl")
    names = {one["passage"]["iri"] for one in data["evidence"]}
    assert {passage.iri for passage in graph.evidence("instrument:deals")} <= names
    for one in data["evidence"]:
        assert f"<{one['passage']['iri']}>" in text
        assert all(sentence in text for sentence in one["says"])
    assert "deals – rdf:type – afspraakinstrument" in text
    nothing, data = answer(address, "evidence", thing="si:number")
    assert data["evidence"] == []
    assert "No passage says anything of this." in nothing


def test_sparql_answers_with_rows_yes_or_no_or_a_graph(address: str) -> None:
    query = "SELECT ?x { ?x a si:Recommendation } ORDER BY ?x"
    text, data = answer(address, "sparql", query=query)
    assert [row["x"]["value"] for row in data["rows"]] == [f"{AWT}rec{n}" for n in (1, 2, 3)]
    assert text.splitlines() == ["x", *(f"{AWT}rec{n}" for n in (1, 2, 3))]
    text, data = answer(
        address, "sparql", query="ASK { awt84:rec1 a si:Recommendation }", lang="nl"
    )
    assert (text, data["boolean"]) == ("Ja.", True)
    text, data = answer(address, "sparql", query="CONSTRUCT WHERE { awt84:rec1 si:number ?o }")
    assert "si:number" in data["turtle"]
    assert text == data["turtle"]


def test_a_cut_answer_says_so(address: str) -> None:
    text, data = answer(address, "sparql", query="SELECT * { ?s ?p ?o }", limit=3)
    assert (len(data["rows"]), data["cut"]) == (3, True)
    assert "Cut off after 3" in text
    _, whole = answer(address, "sparql", query="SELECT * { ?x a si:Recommendation }", limit=3)
    assert not whole["cut"]


def test_sparql_can_leave_out_what_only_follows(address: str) -> None:
    query = "ASK { awt84:rec1 si:asksActor actor:min-ez }"
    assert answer(address, "sparql", query=query)[1]["boolean"]
    assert not answer(address, "sparql", query=query, inferred=False)[1]["boolean"]


WRONG: list[tuple[str, dict[str, object], str]] = [
    ("show", {}, "thing: Field required"),
    ("show", {"thing": "rec1", "language": "nl"}, "no argument 'language'.*\n.*lang"),
    ("show", {"thing": "rec1", "lang": "fr"}, "lang: Input should be 'nl' or 'en'"),
    ("show", {"thing": "rec1", "limit": 0}, "limit: Input should be greater"),
    ("show", {"thing": "nothing-here"}, "nothing in the graph is called 'nothing-here'"),
    ("show", {"thing": "<script>"}, "nothing in the graph is called '<script>'"),
    ("search", {"query": "?!"}, "there is no word to look for"),
    ("ask", {"name": "CQ999"}, "there is no query named 'CQ999'"),
    ("ask", {"name": "../CQ14"}, "there is no query named"),
    ("ask", {"name": "CQ14", "parameters": {"actr": "min-ez"}}, "no parameter 'actr'.*\n.*actor"),
    ("ask", {"name": "CQ14", "parameters": {"actor": "nobody"}}, "nobody"),
    ("explain", {"subject": "rec1", "predicate": "si:none", "value": "x"}, "si:none"),
    ("sparql", {"query": "SELECT * {\n ?x ?y }"}, "line 2, column 8"),
    ("sparql", {"query": "INSERT DATA { <x:a> <x:b> 1 }"}, "syntax error"),
    ("sparql", {"query": "ASK { SERVICE <http://127.0.0.1:9/> {} }"}, "does not call http://127"),
    ("sparql", {"query": "ASK " + "{" * 1000}, "more than 64 levels"),
    ("nothing", {}, "Unknown tool: nothing"),
]


@pytest.mark.parametrize(("tool", "arguments", "message"), WRONG)
def test_a_wrong_call_is_an_error_that_helps(
    address: str, tool: str, arguments: dict[str, object], message: str
) -> None:
    result = call(address, tool, **arguments)
    assert result.is_error
    assert re.search(message, text_of(result), re.DOTALL)
    assert not re.search(r"Traceback|site-packages|\.py\b|pydantic", text_of(result))


anything = st.text(max_size=20) | st.sampled_from(
    ["rec1", "a", "\0", "?x", "<", '"', "{}", "../..", "\u202e", "actor:", "x" * 300, "ASK {}", "1"]
)
calls = st.tuples(
    st.sampled_from(sorted(TOOLS)),
    st.dictionaries(
        st.sampled_from(["thing", "query", "name", "subject", "predicate", "value", "containing"]),
        anything,
        min_size=1,
    ),
)


@settings(max_examples=5, deadline=None)
@given(each=st.lists(calls, min_size=10, max_size=10))
def test_whatever_is_asked_the_answer_is_an_answer_or_a_message(
    address: str, each: list[tuple[str, dict[str, str]]]
) -> None:
    required = {
        "search": ["query"], "show": ["thing"], "questions": [], "ask": ["name"],
        "explain": ["subject", "predicate", "value"], "evidence": ["thing"], "sparql": ["query"],
    }  # fmt: skip

    async def conversation(client: Client) -> None:
        for tool, given_ in each:
            arguments = {name: given_.get(name, "rec1") for name in required[tool]}
            result = await client.call_tool(tool, arguments)
            text = text_of(result)
            assert "Traceback" not in text
            # So a crash would be told.
            assert text != f"Error executing tool {tool}"
            assert "unforeseen" not in text

    talk(address, conversation)


def test_things_are_resources_by_their_iris(address: str) -> None:
    async def conversation(client: Client) -> str:
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "https://w3id.org/si-graph/{+path}"
        with pytest.raises(MCPError, match="nothing in the graph is called"):
            await client.read_resource(f"{AWT}nothing")
        (content,) = (await client.read_resource(f"{AWT}rec1")).contents
        assert isinstance(content, TextResourceContents)
        assert content.mime_type == "text/turtle"
        return content.text

    assert "si:Recommendation" in talk(address, conversation)


@pytest.mark.parametrize(
    ("lang", "words"), [("nl", "Noem bij elke"), ("en", "For every statement")]
)
def test_a_prompt_asks_for_sources(address: str, lang: str, words: str) -> None:
    async def conversation(client: Client) -> str:
        given_ = {"question": "What {is} asked?", "lang": lang}
        (message,) = (await client.get_prompt("answer_with_sources", given_)).messages
        assert isinstance(message.content, TextContent)
        return message.content.text

    text = talk(address, conversation)
    assert words in text
    assert "What {is} asked?" in text
