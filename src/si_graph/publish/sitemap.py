"""The list of pages that search engines read (sitemaps.org)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_ADDRESSES = 50_000
"""How many addresses one file may hold."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(pages: Iterable[Mapping[str, str]]) -> bytes:
    """Return the list of some pages.

    Args:
        pages: The addresses of each page by its language; one alone needs none.
    """
    entries = "".join(_entries(page) for page in pages)
    has_languages = 'hreflang="' in entries
    xhtml = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"' if has_languages else ""
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}"{xhtml}>\n{entries}</urlset>\n'.encode()


def index(addresses: Iterable[str]) -> bytes:
    """Return the list of several lists, by their addresses."""
    entries = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>\n" for one in addresses)
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{entries}</sitemapindex>\n'.encode()


def _entries(page: Mapping[str, str]) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href={quoteattr(address)}/>'
        for lang, address in page.items()
        if lang
    )
    return "".join(f"<url><loc>{escape(one)}</loc>{others}</url>\n" for one in page.values())
