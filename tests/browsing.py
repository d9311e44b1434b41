"""Visits pages with a real browser, and checks what every visit owes the visitor."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

HERE = Path(__file__).resolve().parent
AXE = HERE / "browser" / "vendor" / "axe.js"
SCREENSHOTS = HERE.parent / "build" / "screenshots"
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
WIDE, NARROW = 1280, 320
# What WCAG 2.2 asks for at level AA, and all levels and versions below it.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; without it the test is skipped, unless everybody waits for the verdict."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    assert path is not None, "Chromium is not installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visit(
    browser: Browser,
    url: str,
    *,
    lang: str = "en",
    width: int = WIDE,
    scheme: Literal["light", "dark"] = "light",
    scripts: bool = True,
    refused: tuple[int, ...] = (),
) -> Iterator[Page]:
    """Open a page in a fresh window that reaches nothing but the server of that page.

    At the end nothing may have been asked of anybody else, and the console may have no errors.

    Args:
        browser: The browser.
        url: The page.
        lang: The language that the browser asks for.
        width: The width of the window.
        scheme: The colours that the reader prefers.
        scripts: Whether scripts run.
        refused: Statuses of answers that are meant to be refusals.
    """
    host = urlsplit(url).netloc
    elsewhere: list[str] = []
    errors: list[str] = []

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        is_meant = any(f"status of {status} " in message.text for status in refused)
        if message.type in ("error", "warning") and not is_meant:
            errors.append(message.text)

    context = browser.new_context(
        locale=LOCALES[lang],
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    context.route("**/*", guard)
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert not elsewhere, f"asked of others: {elsewhere}"
    assert not errors, errors


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with a page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("tags => axe.run(document, { runOnly: tags })", WCAG)
    return [
        f"{violation['id']}: {violation['help']} at {node['target']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def keep(page: Page, name: str) -> None:
    """Keep a picture of the whole page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
