"""What others follow the site by: the site map, the rules for robots, and the feed of releases."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from pyoxigraph import Literal, NamedNode

from si_graph.namespaces import PREFIXES
from si_graph.publish import sitemap
from si_graph.publish.static.links import FOLDERS, LANGUAGES, page_file
from si_graph.publish.static.making import File
from si_graph.query.record import DATASET, written_by_hand
from si_graph.query.release import release
from si_graph.render.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from si_graph.graph import KnowledgeGraph
    from si_graph.publish.configuration import Configuration

_INDEX = "index.html"
_ISSUED = NamedNode(PREFIXES["dcterms"] + "issued")
_NOTES = NamedNode("http://www.w3.org/ns/adms#versionNotes")


def files(graph: KnowledgeGraph, by: Configuration, pages: Iterable[str]) -> Iterator[File]:
    """Make them.

    Args:
        graph: The graph.
        by: Who publishes it, and where.
        pages: The pages that the site has, without those that lead elsewhere.
    """
    yield from _sitemaps(by.site, set(pages))
    robots = f"User-agent: *\nAllow: /\nSitemap: {by.site}sitemap.xml\n"
    yield File("robots.txt", robots.encode())
    for lang in LANGUAGES:
        yield File(page_file("feed.xml", lang), _feed(graph, by, lang))


def _sitemaps(site: str, pages: set[str]) -> Iterator[File]:
    folders = FOLDERS.items()
    first = [path for path in sorted(pages) if not path.startswith(FOLDERS[LANGUAGES[1]])]
    listed = [
        {lang: f"{site}{folder}{path.removesuffix(_INDEX)}" for lang, folder in folders}
        for path in first
    ]
    most = sitemap.MOST_ADDRESSES // len(LANGUAGES)
    parts = [listed[start : start + most] for start in range(0, len(listed), most)]
    if len(parts) == 1:
        yield File("sitemap.xml", sitemap.sitemap(parts[0]))
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield File("sitemap.xml", sitemap.index(site + name for name in names))
    for name, part in zip(names, parts, strict=True):
        yield File(name, sitemap.sitemap(part))


def _feed(graph: KnowledgeGraph, by: Configuration, lang: str) -> bytes:
    """Return the feed of releases (RSS 2.0); its dates are those of the releases."""
    version, t = release(graph.store).version, texts(lang)
    told = written_by_hand(by.site)
    day = datetime.fromisoformat(_of_dataset(told, _ISSUED, None)).replace(tzinfo=UTC)
    date = format_datetime(day, usegmt=True)
    home = by.site + FOLDERS[lang]
    title = f"{t['site_name']} {version}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(t['feed_title'])}</title>\n<link>{escape(home)}</link>\n"
        f"<description>{escape(t['feed_description'])}</description>\n"
        f"<language>{lang}</language>\n<lastBuildDate>{date}</lastBuildDate>\n"
        f'<atom:link rel="self" type="application/rss+xml" href="{escape(home)}feed.xml"/>\n'
        f"<item>\n<title>{escape(title)}</title>\n<link>{escape(home)}catalog/</link>\n"
        f"<description>{escape(_of_dataset(told, _NOTES, lang))}</description>\n"
        f'<guid isPermaLink="false">{escape(by.base)}ontology/{escape(version)}</guid>\n'
        f"<pubDate>{date}</pubDate>\n</item>\n</channel>\n</rss>\n"
    ).encode()


def _of_dataset(told: Iterable[Triple], predicate: NamedNode, lang: str | None) -> str:
    """Return what the record says of the release."""
    return " ".join(
        one.object.value
        for one in told
        if one.subject == NamedNode(DATASET)
        and one.predicate == predicate
        and isinstance(one.object, Literal)
        and one.object.language == lang
    )
