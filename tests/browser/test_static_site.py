"""The static site in a real browser, over the plainest server there is: it answers by itself."""

from __future__ import annotations

import functools
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import pytest

from browsing import NARROW, WIDE, faults, keep, overflow, visit
from si_graph.graph import KnowledgeGraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PAGES = {
    "home": "",
    "search": "search/?q=gemeentn",
    "resource": "doc/awt84/rec1/",
    "proofs": "explain/awt84/rec2-b/",
    "question": "questions/CQ14/",
    "picture": "graph/actor/municipalities/",
    "downloads": "catalog/",
    "editor": "sparql/",
    "missing": "404.html",
}
PATIENCE = 90_000
"""Milliseconds that an engine of four megabytes may take to start on a busy machine."""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the library
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(site.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/si-graph/"
        server.shutdown()


@contextmanager
def asking(browser: Browser, address: str, query: str) -> Iterator[Page]:
    with visit(browser, f"{address}en/sparql/#query={quote(query)}") as page:
        yield page


def answered(page: Page) -> str:
    page.wait_for_selector("#answer h2, #answer .notice", timeout=PATIENCE)
    return page.locator("#answer").inner_text()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("folder", "width", "scheme"), [("", WIDE, "light"), ("en/", NARROW, "dark")]
)
def test_a_page_is_accessible_and_loads_nothing_from_elsewhere(
    browser: Browser,
    address: str,
    name: str,
    folder: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    with visit(browser, address + folder + PAGES[name], width=width, scheme=scheme) as page:
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("lang") == ("en" if folder else "nl")
        assert faults(page) == []
        assert overflow(page) == 0
        keep(page, f"static-{name}-{width}-{scheme}")


def test_a_query_is_answered_in_the_browser_as_the_graph_does(
    browser: Browser, address: str
) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    # The default graph is the merge, in which each triple stands once.
    whole, stated = (
        KnowledgeGraph.open(asserted=asserted).query(query).to_csv().split()[1]  # type: ignore[union-attr]  # a SELECT
        for asserted in (False, True)
    )
    assert whole != stated
    with asking(browser, address, query) as page:
        answered(page)
        assert page.locator("#answer td").inner_text() == whole
        keep(page, "static-editor-answer")
        page.check("#inference")
        page.click("#run")
        page.get_by_role("cell", name=stated, exact=True).wait_for()


def test_a_mistake_is_shown_at_its_place(browser: Browser, address: str) -> None:
    with asking(browser, address, "SELECT *\n{ ?s ?p") as page:
        assert "line 2" in answered(page)


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_others_are_never_asked(browser: Browser, address: str, silent: str) -> None:
    query = f"SELECT * {{ SERVICE {silent}<https://example.org/> {{ ?s ?p ?o }} }}"
    with asking(browser, address, query) as page:
        assert "SERVICE does not work here" in answered(page)


def test_a_word_in_a_text_asks_nobody(browser: Browser, address: str) -> None:
    with asking(browser, address, 'ASK { BIND("no SERVICE { }" AS ?x) } # SERVICE') as page:
        assert "Yes" in answered(page)


def test_an_endless_query_can_be_stopped_and_another_asked(browser: Browser, address: str) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with asking(browser, address, endless) as page:
        page.get_by_role("button", name="Cancel").click(timeout=PATIENCE)
        assert "Cancelled" in answered(page)
        page.select_option("#example", "CQ14")
        page.locator("#example-form button").click()
        page.locator(".cm-content").filter(has_text="municipalities").wait_for()
        page.click("#run")
        assert "15 rows" in answered(page)


def test_an_answer_can_be_kept_as_a_file(browser: Browser, address: str) -> None:
    with visit(browser, f"{address}en/sparql/") as page:
        page.select_option("#format", "csv")
        with page.expect_download(timeout=PATIENCE) as started:
            page.click("#run")
        assert started.value.suggested_filename == "si-graph.csv"
        content = started.value.path().read_text(encoding="utf-8")
        assert content.splitlines()[0] == "recommendation,label"


def test_a_search_forgives_a_mistake_and_suggestions_lead_to_pages(
    browser: Browser, address: str
) -> None:
    with visit(browser, f"{address}search/?q=gemeentn") as page:
        page.wait_for_selector("#found li a")
        assert page.locator("#found li a").first.inner_text() == "gemeenten"
    with visit(browser, f"{address}doc/awt84/rec1/") as page:
        page.fill("#site-search", "provin")
        page.wait_for_selector("[role=option]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}doc/actor/provinces/")


def test_an_address_that_is_not_there_offers_what_is_called_like_it(
    browser: Browser, address: str, site: Path
) -> None:
    page_of_host = (site / "404.html").read_text(encoding="utf-8")
    with visit(browser, address) as page:
        lost = f"{address}doc/actor/municipality"
        page.route(lost, lambda route: route.fulfill(body=page_of_host, content_type="text/html"))
        page.goto(lost)
        page.wait_for_selector("#found li a")


def test_a_picture_grows_from_files(browser: Browser, address: str) -> None:
    with visit(browser, f"{address}graph/actor/municipalities/") as page:
        page.locator(".expand").first.click()
        page.wait_for_selector("#links dd ul li a")
        link = page.locator("#links dd ul li a").first
        link.click()
        page.wait_for_load_state()
        assert page.locator("h1").count() == 1
