"""The ways that people go: from a word to a recommendation, its reasons, a query and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsing import keep, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from servers import Running


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_from_a_word_to_a_recommendation_its_reasons_a_query_and_a_file(
    browser: Browser, server: Running, scripts: bool
) -> None:
    name = f"journey-{'with' if scripts else 'without'}-scripts"
    with visit(browser, server.url + "/", lang="nl", scripts=scripts) as page:
        # Search.
        box = page.locator("#site-search")
        box.fill("aanbeveling 2")
        box.press("Enter")
        page.wait_for_url("**/search?q=*")
        page.locator("main").get_by_role("link", name="Aanbeveling 2: ruimte").first.click()
        # Read the recommendation.
        page.wait_for_url("**/doc/awt84/rec2*")
        assert page.locator("h1").inner_text().startswith("Aanbeveling 2")
        assert page.locator("cite.passage a").count() > 0
        keep(page, f"{name}-1-recommendation")
        # Ask why something follows.
        page.get_by_role("link", name="waarom?").first.click()
        page.wait_for_url("**/explain?*")
        assert page.locator(".proof li").count() > 1
        keep(page, f"{name}-2-why")
        # Change the language, and stay at the same place.
        page.get_by_role("link", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"
        assert "/explain?" in page.url
        # Run a query.
        page.get_by_role("link", name="SPARQL", exact=True).first.click()
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_label("Example").select_option("CQ14")
        page.get_by_role("button", name="Put in the editor").click()
        page.wait_for_url("**/sparql?example=*")
        page.get_by_role("button", name="Run").click()
        page.locator("#answer tbody tr").first.wait_for()
        assert page.locator("#answer tbody tr").count() == 15
        keep(page, f"{name}-3-answer")
        # Take the answer along.
        page.get_by_label("Answer as").select_option("csv")
        with page.expect_download() as download:
            page.get_by_role("button", name="Run").click()
        assert "rec2" in download.value.path().read_text(encoding="utf-8")


def test_from_a_question_to_its_answer_and_its_sparql(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/questions", lang="nl") as page:
        page.locator("a[href^='/questions/CQ14']").first.click()
        page.wait_for_url("**/questions/CQ14*")
        page.locator("select[name=actor]").select_option("actor:provinces")
        page.locator("main form button").first.click()
        page.wait_for_url("**actor=actor*")
        assert "provincies" in page.locator("h1").inner_text()
        page.locator("summary", has_text="SPARQL").click()
        page.locator("a[href*='/sparql?query=']").click()
        page.locator(".views").wait_for()
        assert "actor:provinces" in page.locator("#query").input_value() or (
            "id/actor/provinces" in page.locator("#query").input_value()
        )
        assert page.locator("#answer tbody tr").count() > 5
