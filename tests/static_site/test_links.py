"""Every link of the static site leads somewhere, wherever the site stands."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from published import ADDRESS, Pages
from si_graph.namespaces import BASE

if TYPE_CHECKING:
    from pathlib import Path

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    return Pages(site)


def test_every_link_leads_to_a_file_and_to_a_place_in_it_below_any_path(pages: Pages) -> None:
    below = "/somebody/else/"
    own = {BASE: below, ADDRESS: below}
    # A page for addresses that are not there is shown at any of them: it knows where it stands.
    links = [link for link in pages.links if not link.page.endswith("404.html")]
    assert len(links) > 100_000
    faults = Counter(
        (fault, link.href) for link in links if (fault := pages.fault(link, below, own))
    )
    assert not faults, faults.most_common(10)


def test_the_page_for_what_is_not_there_links_from_any_depth(pages: Pages) -> None:
    links = [link for link in pages.links if link.page.endswith("404.html")]
    assert links
    for link in links:
        lost = link._replace(page="a/b/c.html")
        if not link.href.startswith("#"):
            assert pages.fault(lost, "/si-graph/", {ADDRESS: "/si-graph/"}) == "", link


def test_the_site_map_lists_every_page_once_in_both_languages(pages: Pages, site: Path) -> None:
    tree = ElementTree.parse(site / "sitemap.xml")  # noqa: S314 - our own
    listed = [one.text or "" for one in tree.iter(f"{SITEMAP}loc")]
    assert len(listed) == len(set(listed))
    found = {pages.file(unquote(one.removeprefix(ADDRESS))) for one in listed}
    # What leads elsewhere, and the pages for what is not there, are left out.
    others = {path for path, anchors in pages.anchors.items() if "content" not in anchors}
    assert found == set(pages.anchors) - others - {"404.html", "en/404.html"}
    others_of_each = tree.iter("{http://www.w3.org/1999/xhtml}link")
    assert {one.get("href") for one in others_of_each} == set(listed)


def test_feeds_and_robots_lead_to_what_is_there(pages: Pages, site: Path) -> None:
    for name in ("feed.xml", "en/feed.xml", "robots.txt"):
        text = (site / name).read_text(encoding="utf-8")
        links = re.findall(re.escape(ADDRESS) + r"([^\s<\"]*)", text)
        assert links, name
        for link in links:
            assert pages.file(link), f"{name}: {link}"


def test_a_release_stays_the_same_entry_of_the_feed(site: Path) -> None:
    dutch, english = (
        ElementTree.parse(site / name).find("channel/item")  # noqa: S314 - our own
        for name in ("feed.xml", "en/feed.xml")
    )
    assert dutch is not None
    assert english is not None
    assert dutch.findtext("guid") == english.findtext("guid") == f"{BASE}ontology/1.0.0"
    assert dutch.findtext("pubDate") == "Tue, 24 Nov 2026 00:00:00 GMT"
    assert (dutch.findtext("description"), english.findtext("description")) == (
        "Eerste uitgave.",
        "First release.",
    )
