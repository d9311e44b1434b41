"""The page of one question: its form, answer, sources, rows, query and downloads."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from reading_pages import HOSTILE, LANGUAGES, Reader, read, shown
from si_graph.errors import UsageError
from si_graph.graph import KnowledgeGraph
from si_graph.query.catalogue import catalogue
from si_graph.query.results import Rows
from si_graph.query.tokens import result_variables
from si_graph.render.page import Page, View
from si_graph.render.pages import render
from si_graph.render.site import Site
from si_graph.render.texts import texts


def asked(graph: KnowledgeGraph, name: str, lang: str = "en", **values: str) -> Page:
    return shown(graph, "question", f"questions/{name}", lang, name=name, **values)


def rows_in(page: Reader) -> int:
    """Return the number of rows of the table."""
    return max([tag for tag, _ in page.tags].count("tr") - 1, 0)


def query_in(page: Reader) -> str:
    """Return the SPARQL that the link to the editor carries."""
    (link,) = [link for link in page.links if link.startswith("/sparql?query=")]
    return parse_qs(urlsplit(link).query)["query"][0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_has_a_page_with_its_answer_and_rows(
    bundled: KnowledgeGraph, lang: str
) -> None:
    for query in bundled.queries():
        page = asked(bundled, query.name, lang)
        reader = read(page)
        assert page.status == 200
        assert " ".join(bundled.ask(query.name, lang=lang).sentence.split()) in reader.words
        rows = bundled.named(query.name, lang=lang)
        assert isinstance(rows, Rows)
        assert rows_in(reader) == len(rows)


def test_every_column_of_every_answer_is_called_something() -> None:
    columns = {name for query in catalogue() for name in result_variables(query.text)}
    plain = {name for name in columns if name.removesuffix("Label") not in columns - {name}}
    for lang in LANGUAGES:
        assert {name for name in plain if not texts(lang).get(f"column_{name}")} == set()


def test_another_value_gives_its_own_answer_query_and_links(bundled: KnowledgeGraph) -> None:
    page = read(asked(bundled, "CQ14", actor="actor:central-government"))
    assert "Asked of central government" in page.words
    assert rows_in(page) == 1
    chosen = [given["value"] for tag, given in page.tags if tag == "option" and "selected" in given]
    assert chosen == ["actor:central-government"]
    rows = bundled.query(query_in(page))
    assert isinstance(rows, Rows)
    assert [str(row["action"].value)[-6:] for row in rows] == ["rec2-e"]  # type: ignore[union-attr]
    downloads = [link for link in page.links if link.startswith("/query/CQ14?")]
    assert {parse_qs(urlsplit(link).query)["format"][0] for link in downloads} == {
        "csv", "tsv", "json", "xml",
    }  # fmt: skip
    for link in downloads:
        assert parse_qs(urlsplit(link).query)["actor"] == ["actor:central-government"]
    own = [link for link in page.links if link.startswith("/questions/CQ14?")]
    assert own
    assert all("central-government" in link for link in own)


def test_a_thing_may_be_named_as_on_the_command_line(bundled: KnowledgeGraph) -> None:
    page = read(asked(bundled, "CQ14", actor="provinces"))
    chosen = [given["value"] for tag, given in page.tags if tag == "option" and "selected" in given]
    assert chosen == ["actor:provinces"]


def test_several_values_ask_for_any_of_them_and_stay_chosen(bundled: KnowledgeGraph) -> None:
    page = read(asked(bundled, "CQ09", action="awt84:step4\nawt84:step6"))
    assert rows_in(page) == 6
    (select,) = [given for tag, given in page.tags if tag == "select"]
    assert "multiple" in select
    chosen = {given["value"] for tag, given in page.tags if tag == "option" and "selected" in given}
    assert chosen == {"awt84:step4", "awt84:step6"}


def test_the_choices_are_all_things_that_fit_with_their_names_in_order(
    bundled: KnowledgeGraph,
) -> None:
    page = asked(bundled, "CQ83", "nl", country="uk")
    names = re.findall(r"<option [^>]*>([^<]*)</option>", page.html)
    assert names == ["Australië", "België", "Nederland", "Verenigd Koninkrijk", "Verenigde Staten"]


def test_where_there_is_too_much_to_choose_from_a_name_is_typed(bundled: KnowledgeGraph) -> None:
    page = read(asked(bundled, "CQ98"))
    (field,) = [given for tag, given in page.tags if given.get("name") == "passage"]
    assert field["value"] == "passage:R2b"
    assert "select" not in {tag for tag, _ in page.tags}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_value_that_does_not_fit_is_refused_beside_its_field(
    bundled: KnowledgeGraph, lang: str
) -> None:
    page = asked(bundled, "CQ21", lang, actor="gemeentes", asked="actor:ministries")
    assert page.status == 400
    reader = read(page)
    near = {"nl": "Bedoelt u: gemeenten", "en": "“gemeentes” is not known here"}
    assert near[lang] in reader.within("field-actor-error")
    assert "field-asked-error" not in reader.ids
    (invalid,) = [given for _, given in reader.tags if given.get("aria-invalid") == "true"]
    assert invalid["aria-describedby"] == "field-actor-error"
    # Nothing else is chosen instead of what was refused, and there is no answer to it.
    assert "answer" not in reader.ids
    chosen = {given["value"] for _, given in reader.tags if "selected" in given}
    assert chosen == {"", "actor:ministries"}


@pytest.mark.parametrize("value", HOSTILE, ids=lambda text: repr(text[:8]))
@pytest.mark.parametrize("name", ["CQ14", "CQ98"])
def test_values_of_anyone_are_refused_and_shown_as_text(
    bundled: KnowledgeGraph, name: str, value: str
) -> None:
    page = asked(bundled, name, **{"actor" if name == "CQ14" else "passage": value})
    assert page.status == 400
    read(page)
    assert "<script>alert" not in page.html
    assert "<img" not in page.html


def test_an_unknown_parameter_changes_nothing(bundled: KnowledgeGraph) -> None:
    assert asked(bundled, "CQ06", campaign="x").status == 200


def test_an_unknown_question_is_an_error_that_names_the_nearest(bundled: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="CQ14"):
        asked(bundled, "CQ144")
    with pytest.raises(UsageError):
        asked(bundled, "../CQ14")


def test_the_answer_without_reasoning_is_told_where_it_is_another(
    bundled: KnowledgeGraph, stated: KnowledgeGraph
) -> None:
    def words(name: str, **values: str) -> str:
        values |= {"name": name}
        view = View(bundled, Site(), "en", f"questions/{name}", values, stated)
        return read(render("question", view)).words

    without = "Without what only follows"
    assert f"{without} Nothing is asked of municipalities." in words("CQ14")
    assert without not in words("CQ12")
    assert without not in words("CQ05", concept="concept:innovation")
    assert "nothing is inferred" in words("CQ12")
    assert "follows in part from rules" in words("CQ14")


def test_sources_are_linked_and_numbers_stand_as_numbers(bundled: KnowledgeGraph) -> None:
    page = read(asked(bundled, "CQ10"))
    assert "/doc/awt84/passage/S1" in page.links
    assert [given.get("class") for tag, given in page.tags if tag == "td"] == ["number"]


def test_a_cut_table_says_how_much_is_left_out(
    bundled: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("si_graph.render.question._MOST_ROWS", 10)
    page = read(asked(bundled, "CQ57"))
    assert rows_in(page) == 10
    assert "These are the first 10 of 148 rows." in page.words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_a_graph_without_anything_every_question_has_a_page(
    nothing: KnowledgeGraph, lang: str
) -> None:
    for query in catalogue():
        page = asked(nothing, query.name, lang)
        assert page.status == 200
        read(page)
    assert "There is nothing in this graph" in read(asked(nothing, "CQ14")).words
