"""The map of links with its scripts: it grows when asked, and can be taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from browsing import NARROW, faults, keep, overflow, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from servers import Running
from watching import eventually

SVG = "{http://www.w3.org/2000/svg}"
MUNICIPALITIES = "/graph?thing=actor:municipalities"
EXPAND = "Show the links of support for problem-solving capacity too"


def kept_svg(page: Page) -> ElementTree.Element:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as SVG").click()
    assert download.value.suggested_filename == "si-graph.svg"
    return ElementTree.parse(download.value.path()).getroot()  # noqa: S314 - our own drawing


def texts(svg: ElementTree.Element) -> str:
    return " ".join(" ".join(svg.itertext()).split())


def test_a_thing_is_expanded_from_the_list_by_keyboard(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + MUNICIPALITIES) as page:
        before = texts(kept_svg(page))
        button = page.get_by_role("button", name=EXPAND)
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_text("new ones linked to support for problem-solving capacity").wait_for()
        # The focus stays where the reader was, though the button is gone.
        assert button.count() == 0
        assert page.evaluate("document.activeElement.closest('[data-thing]') !== null")
        after = texts(kept_svg(page))
        new = [text for text in page.locator("#links ul a").all_inner_texts() if text not in before]
        assert new
        assert all(text in after for text in new)
        assert faults(page) == []
        keep(page, "picture-expanded")


def test_a_click_on_the_drawing_expands_too(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + MUNICIPALITIES) as page:
        canvas = page.locator(".canvas")
        canvas.scroll_into_view_if_needed()
        svg = kept_svg(page)
        # The drawing has the same shape as the one that is kept, in another size.
        left, top, width, height = map(float, (svg.get("viewBox") or "").split())
        box = canvas.bounding_box()
        assert box is not None
        node = next(link for link in svg.iter(f"{SVG}a") if link.get("href", "").endswith("/rec2"))
        rect = node.find(f"{SVG}rect")
        assert rect is not None
        x, y, w, h = (float(rect.get(name) or 0) for name in ("x", "y", "width", "height"))
        scale = min(box["width"] / width, box["height"] / height)
        canvas.click(
            position={
                "x": box["width"] / 2 + (x + w / 2 - left - width / 2) * scale,
                "y": box["height"] / 2 + (y + h / 2 - top - height / 2) * scale,
            }
        )
        page.get_by_text("new ones linked to Recommendation 2").wait_for()


def test_the_drawing_is_kept_as_svg_with_the_names_that_hold_everywhere(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + MUNICIPALITIES, lang="nl") as page:
        with page.expect_download() as download:
            page.get_by_role("button", name="Bewaar als SVG").click()
        svg = ElementTree.parse(download.value.path()).getroot()  # noqa: S314 - our own drawing
        assert svg.tag == f"{SVG}svg"
        hrefs = {link.get("href") for link in svg.iter(f"{SVG}a")}
        assert "https://w3id.org/si-graph/id/actor/municipalities" in hrefs
        assert "uitdrukkelijk gericht aan" in texts(svg)
        dashed = [path for path in svg.iter(f"{SVG}path") if path.get("stroke-dasharray")]
        assert len(dashed) == page.locator("#links > dl > dd > .mark-inferred").count() > 0


def test_the_drawing_is_kept_as_png(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + MUNICIPALITIES) as page:
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as PNG").click()
        assert download.value.suggested_filename == "si-graph.png"
        content = download.value.path().read_bytes()
        assert content.startswith(b"\x89PNG")
        assert int.from_bytes(content[16:20], "big") > 1000


def test_the_colours_follow_the_reader(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + MUNICIPALITIES) as page:
        light = kept_svg(page)
        page.emulate_media(color_scheme="dark")
        dark = kept_svg(page)
        fills = [{rect.get("fill") for rect in svg.iter(f"{SVG}rect")} for svg in (light, dark)]
        assert fills[0].isdisjoint(fills[1])


def test_the_drawing_on_the_page_changes_its_colours_too(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + MUNICIPALITIES) as page:
        nodes = page.locator(".canvas canvas[data-id='layer2-node']")
        light = nodes.evaluate("canvas => canvas.toDataURL()")
        page.emulate_media(color_scheme="dark")
        assert eventually(lambda: light != nodes.evaluate("canvas => canvas.toDataURL()"))


def test_what_cannot_be_fetched_is_told(browser: Browser, server: Running) -> None:
    with visit(browser, server.url + MUNICIPALITIES) as page:
        page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')); }")
        page.get_by_role("button", name=EXPAND).click()
        page.get_by_text("The links could not be fetched.").wait_for()
        assert page.get_by_role("button", name=EXPAND).is_visible()


def test_without_scripts_one_goes_from_drawing_to_drawing(
    browser: Browser, server: Running
) -> None:
    with visit(browser, server.url + MUNICIPALITIES, scripts=False, width=NARROW) as page:
        assert overflow(page) == 0
        page.locator("svg.drawing a", has_text="Recommendation 2").click()
        assert "Connections: Recommendation 2" in page.locator("h1").inner_text()
        keep(page, "picture-without-scripts")
