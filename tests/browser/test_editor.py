"""The SPARQL editor with its scripts: typing, completing, mistakes and answers."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from browsing import NARROW, faults, keep, overflow, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from servers import Running

RECOMMENDATIONS = "SELECT ?x ?label { ?x a si:Recommendation ; skos:prefLabel ?label }"
COUNTS = "SELECT ?class (COUNT(?x) AS ?n) { ?x a ?class } GROUP BY ?class ORDER BY DESC(?n)"
LINKS = "CONSTRUCT { ?x si:asksActor ?y } { ?x si:explicitlyAddressedTo ?y }"


def asking(server: Running, query: str) -> str:
    return f"{server.url}/sparql?query={quote(query)}"


def typed(page: Page, text: str) -> None:
    """Type in the empty editor."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def query_of(page: Page) -> str:
    return page.locator("#query").input_value()


def test_a_query_is_answered_in_the_page_and_its_address_is_a_link_to_it(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + "/sparql", lang="nl") as page:
        page.get_by_role("button", name="Voer uit").click()
        page.locator(".views").wait_for()
        assert page.locator("#answer tbody tr").count() == 3
        assert "3 rijen in" in page.locator("#answer").inner_text()
        first = page.locator("#answer tbody a").first
        assert first.inner_text() == "awt84:rec1"
        assert first.get_attribute("href") == "/doc/awt84/rec1"
        assert parse_qs(urlsplit(page.url).query)["query"] == [query_of(page)]
        page.reload()
        page.locator(".views").wait_for()
        assert page.locator("#answer tbody tr").count() == 3


def test_a_query_after_the_hash_is_taken_too(browser: Browser, server: Running) -> None:
    with visit(browser, f"{server.url}/sparql#query={quote('ASK { ?x a si:Step }')}") as page:
        page.get_by_text("Yes.", exact=True).wait_for()


def test_terms_are_completed_by_their_names_and_prefixes_declared(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + "/sparql", lang="nl") as page:
        typed(page, "SELECT * { ?action si:asksActor gemeent")
        page.locator(".cm-tooltip-autocomplete li").first.wait_for()
        keep(page, "editor-completion")
        page.keyboard.press("Enter")
        assert query_of(page) == (
            "PREFIX actor: <https://w3id.org/si-graph/id/actor/>\n"
            "PREFIX si: <https://w3id.org/si-graph/ontology#>\n"
            "SELECT * { ?action si:asksActor actor:municipalities}"
        )
        page.keyboard.press("Control+Enter")
        page.locator(".views").wait_for()
        assert page.locator("#answer tbody tr").count() > 10


def test_a_prefix_that_is_declared_is_not_declared_again(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql") as page:
        typed(page, "PREFIX si: <https://w3id.org/si-graph/ontology#> ASK { ?x a si:Step . ")
        page.keyboard.type("?x si:number 1 ")
        assert query_of(page).count("PREFIX") == 1


def test_a_selection_is_typed_over_and_put_in_brackets(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql") as page:
        # Keywords have a colour, which the browser would keep as a style of its own.
        page.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("A")
        assert query_of(page) == "A"
        page.keyboard.press("Control+A")
        page.keyboard.type("(")
        assert query_of(page) == "(A)"


def test_a_mistake_is_marked_at_its_place(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql", refused=(400,)) as page:
        typed(page, "SELECT * {\n?x a }")
        page.keyboard.press("Control+Enter")
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert "an error at line 2" in alert.inner_text()
        marked = page.locator(".cm-line").nth(1).locator(".cm-lintRange-error")
        assert marked.inner_text() == "}"
        assert page.evaluate("document.activeElement.className") == "code-editor"


def test_tab_leaves_the_editor(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql") as page:
        page.locator(".cm-content").click()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "inference"


def test_columns_are_sorted_as_numbers_and_back(browser: Browser, server: Running) -> None:
    with visit(browser, asking(server, COUNTS)) as page:
        numbers = page.locator("#answer tbody td:nth-child(2)")
        page.locator(".views").wait_for()
        page.get_by_role("button", name="n", exact=True).click()
        found = [int(text) for text in numbers.all_inner_texts()]
        assert found == sorted(found)
        assert found[0] < 10 < found[-1]
        page.get_by_role("button", name="n", exact=True).click()
        assert [int(text) for text in numbers.all_inner_texts()] == found[::-1]
        sorted_by = page.locator("th[aria-sort]")
        assert sorted_by.get_attribute("aria-sort") == "descending"


def test_numbers_are_drawn_as_bars(browser: Browser, server: Running) -> None:
    with visit(browser, asking(server, COUNTS + " LIMIT 5")) as page:
        page.get_by_role("button", name="Chart").click()
        chart = page.get_by_role("img", name="n by class")
        widths = [float(bar.get_attribute("width") or 0) for bar in chart.locator(".bar").all()]
        assert len(widths) == 5
        assert widths == sorted(widths, reverse=True)
        assert faults(page) == []
        keep(page, "editor-chart")


def test_numbers_along_numbers_are_drawn_as_a_line(browser: Browser, server: Running) -> None:
    query = "SELECT ?at ?n { VALUES (?at ?n) { (2014 3) (2010 1) (2012 7) } }"
    with visit(browser, asking(server, query)) as page:
        page.get_by_role("button", name="Chart").click()
        dots = page.locator(".chart .dot")
        places = [float(dot.get_attribute("cx") or 0) for dot in dots.all()]
        assert places == sorted(places)
        assert dots.locator("title").all_text_contents() == ["2010: 1", "2012: 7", "2014: 3"]


def test_words_offer_no_chart(browser: Browser, server: Running) -> None:
    with visit(browser, asking(server, RECOMMENDATIONS)) as page:
        page.locator(".views").wait_for()
        assert page.locator(".views button").all_inner_texts() == ["Table", "Raw"]


def test_triples_are_drawn_as_a_map(browser: Browser, server: Running) -> None:
    with visit(browser, asking(server, LINKS)) as page:
        page.get_by_role("button", name="Map").click()
        page.get_by_role("button", name="Save as SVG").wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as SVG").click()
        svg = download.value.path().read_text(encoding="utf-8")
        assert "municipalities" in svg
        assert "asks actor" in svg
        assert faults(page) == []
        keep(page, "editor-map")


def test_a_cut_answer_says_so(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql") as page:
        typed(page, "SELECT ?s { ?s ?p ?o . ?x ?y ?z ")
        page.keyboard.press("Control+Enter")
        notice = page.locator("#answer .notice")
        notice.wait_for(timeout=60_000)
        assert "cut off after 100000" in notice.inner_text()
        assert page.locator("#answer tbody tr").count() == 500
        page.get_by_role("button", name="Show more rows").click()
        assert page.locator("#answer tbody tr").count() == 1000


def test_a_running_query_can_be_cancelled(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql") as page:
        typed(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i ")
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled.").wait_for()


def test_an_answer_can_be_had_as_a_file(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql") as page:
        typed(page, RECOMMENDATIONS)
        page.get_by_label("Answer as").select_option("csv")
        with page.expect_download() as download:
            page.get_by_role("button", name="Run").click()
        lines = download.value.path().read_text(encoding="utf-8").splitlines()
        assert next(csv.reader(lines)) == ["x", "label"]
        assert len(lines) == 7


@pytest.mark.parametrize("scripts", [True, False])
def test_an_example_is_put_in_the_editor(browser: Browser, server: Running, scripts: bool) -> None:
    with visit(browser, server.url + "/sparql", scripts=scripts) as page:
        page.get_by_label("Example").select_option("CQ14")
        page.get_by_role("button", name="Put in the editor").click()
        page.wait_for_url("**/sparql?example=CQ14*")
        assert "si:asksActor ?actor" in query_of(page)


def test_without_scripts_the_form_answers(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/sparql", scripts=False) as page:
        page.locator("#query").fill(RECOMMENDATIONS)
        page.get_by_role("button", name="Run").click()
        assert page.locator("#answer tbody tr").count() == 6
        page.locator("#answer a").first.click()
        assert "/doc/awt84/rec" in page.url


def test_without_scripts_a_mistake_is_shown_with_what_was_typed(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + "/sparql", scripts=False, refused=(400,)) as page:
        page.locator("#query").fill("SELECT * {\n?x a }")
        page.get_by_role("button", name="Run").click()
        assert "an error at line 2" in page.get_by_role("alert").inner_text()
        assert query_of(page) == "SELECT * {\n?x a }"


def test_an_answer_fits_on_a_phone(browser: Browser, server: Running) -> None:
    with visit(browser, asking(server, LINKS), width=NARROW) as page:
        page.locator(".views").wait_for()
        assert overflow(page) == 0
        assert faults(page) == []
    with visit(browser, asking(server, COUNTS), width=NARROW) as page:
        page.get_by_role("button", name="Chart").click()
        assert overflow(page) == 0
        assert faults(page) == []
