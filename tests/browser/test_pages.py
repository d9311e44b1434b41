"""Every page in a real browser: accessible, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from browsing import NARROW, WIDE, faults, keep, overflow, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from servers import Running

PAGES = {
    "home": "/",
    "search": "/search?q=gemeenten",
    "nothing-found": "/search?q=qqqqqq",
    "advice": "/advice",
    "questions": "/questions",
    "question": "/questions/CQ14",
    "matrix": "/matrix",
    "countries": "/countries",
    "explain": "/explain?s=rec1&p=si:asksActor&o=min-ocw",
    "explain-form": "/explain",
    "picture": "/graph?thing=actor:municipalities",
    "picture-start": "/graph",
    "editor": "/sparql",
    "editor-answer": "/sparql?query=SELECT+%2A+%7B+%3Fx+a+si%3AActor+%7D",
    "ontology": "/ontology",
    "vocabularies": "/vocab",
    "vocabulary": "/vocab/modality",
    "shapes": "/shapes",
    "resource": "/doc/awt84/rec1",
    "passage": "/doc/awt84/passage/R2b",
    "unknown": "/doc/actor/nobody",
}
REFUSED = {"unknown": (404,)}


@pytest.mark.parametrize("name", PAGES)
# Language, width and colours do not depend on each other: two visits meet each of the six.
@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("nl", WIDE, "light"), ("en", NARROW, "dark")]
)
def test_a_page_is_accessible_and_loads_nothing_from_elsewhere(
    browser: Browser,
    server: Running,
    name: str,
    lang: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    url, refused = server.url + PAGES[name], REFUSED.get(name, ())
    with visit(browser, url, lang=lang, width=width, scheme=scheme, refused=refused) as page:
        assert page.locator("html").get_attribute("lang") == lang
        assert faults(page) == []
        assert overflow(page) == 0
        keep(page, f"{name}-{lang}-{width}-{scheme}")


@pytest.mark.parametrize("name", ["home", "picture", "editor-answer"])
def test_a_page_that_has_scripts_says_the_same_without_them(
    browser: Browser, server: Running, name: str
) -> None:
    with visit(browser, server.url + PAGES[name], scripts=False) as page:
        assert page.locator("h1").count() == 1
        without = page.locator("main").inner_text()
        keep(page, f"{name}-without-scripts")
    with visit(browser, server.url + PAGES[name]) as page:
        links = page.locator("main a:not(.canvas a)").all_inner_texts()
    for text in links:
        assert text in without


@pytest.mark.parametrize("name", ["advice", "editor"])
def test_the_keyboard_gets_everywhere_and_past_the_menu(
    browser: Browser, server: Running, name: str
) -> None:
    with visit(browser, server.url + PAGES[name]) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_print_leaves_out_what_paper_cannot_do(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + PAGES["picture"]) as page:
        page.emulate_media(media="print")
        assert page.locator(".masthead nav").is_hidden()
        assert page.locator(".tools").is_hidden()
        keep(page, "picture-print")


def test_print_shows_the_passages_that_a_page_folds(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + "/questions/CQ14?actor=municipalities") as page:
        passage = page.locator("details a[href*='/passage/']").first
        assert not passage.is_visible()
        page.emulate_media(media="print")
        assert passage.evaluate("link => link.checkVisibility()")
