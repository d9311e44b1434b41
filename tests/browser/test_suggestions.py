"""The search box offers things while one types, also to those who do not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsing import faults, keep, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from servers import Running


def test_a_suggestion_is_chosen_with_the_arrow_keys(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/", lang="nl") as page:
        box = page.get_by_role("combobox", name="Zoek in de graaf")
        box.press_sequentially("gemeent")
        page.get_by_role("option").first.wait_for()
        assert box.get_attribute("aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        chosen = page.get_by_role("option", selected=True)
        assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        assert chosen.inner_text().startswith("gemeenten")
        assert faults(page) == []
        keep(page, "suggestions")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/actor/municipalities*")


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + "/") as page:
        box = page.get_by_role("combobox")
        box.press_sequentially("munici")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("Escape")
        assert page.get_by_role("listbox").count() == 0
        assert box.get_attribute("aria-expanded") == "false"
        assert box.input_value() == "munici"
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=munici*")


def test_a_click_chooses_too(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/") as page:
        page.get_by_role("combobox").press_sequentially("municipalit")
        page.get_by_role("option").first.click()
        page.wait_for_url("**/doc/**")


def test_a_click_is_not_lost_when_other_suggestions_arrive_meanwhile(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + "/") as page:
        page.get_by_role("combobox").press_sequentially("municipalit")
        page.get_by_role("option").first.hover()
        page.mouse.down()
        with page.expect_response("**/search.json*q=municipalitie"):
            page.keyboard.type("ie")
        page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
        page.mouse.up()
        page.wait_for_url("**/doc/actor/municipalities*")


def test_where_it_is_asked_what_to_draw_a_suggestion_is_drawn(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + "/graph") as page:
        page.get_by_role("combobox", name="Whose links").press_sequentially("municipalit")
        page.get_by_role("option", name="municipalities").first.click()
        page.wait_for_url("**/graph?thing=municipalities*")
        assert page.locator(".canvas").is_visible()


def test_without_suggestions_the_box_searches(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/", scripts=False) as page:
        page.get_by_role("searchbox", name="Search the graph").fill("municipalities")
        page.get_by_role("button", name="Search").click()
        page.wait_for_url("**/search?q=municipalities*")
        assert page.get_by_role("link", name="municipalities").count() > 0
