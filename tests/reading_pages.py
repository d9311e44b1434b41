"""Reads a page as its visitors do, and checks what all pages owe them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from si_graph.graph import KnowledgeGraph
from si_graph.namespaces import PREFIXES
from si_graph.render.page import Page, View
from si_graph.render.pages import render
from si_graph.render.site import Site

LANGUAGES = ("nl", "en")
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "‮evil",
    "x" * 5000,
    "\udc80",
)
PATHS = re.compile(
    r"/(|search|advice|questions(/(CQ|EU)\d+)?|matrix|countries|explain|rules|graph(/.+)?|sparql|catalog|\.well-known/void|vocab(/.+)?"
    r"|dumps/.+|tables/.+|ontology([./].+)?|shapes([./].+)?|query/(CQ|EU)\d+|doc(/.+)?|data|static/.+|opensearch\.xml|search\.json|graph\.json)"
)
_WORDS_END = {"p", "li", "dt", "dd", "td", "th", "br", "h1", "h2", "h3", "h4", "option", "label"}
_VOID = {"meta", "link", "input", "br", "img", "hr"}


class Reader(HTMLParser):
    """A page, read.

    Attributes:
        ids: All ids, in order.
        links: Where its links lead.
        headings: The levels of its headings with their texts.
        words: The text of the page, one space between words.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.parts: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.of_ids: dict[str, list[str]] = {}
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        return " ".join("".join(self.parts).split())

    def within(self, id_: str) -> str:
        """Return the text inside the element with an id."""
        return " ".join("".join(self.of_ids[id_]).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag in _WORDS_END:
            self.handle_data(" ")
        if "id" in given:
            self.ids.append(given["id"])
            self.of_ids.setdefault(given["id"], [])
        if "href" in given:
            self.links.append(given["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in _VOID:
            self.open.append((tag, given.get("id", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        opened, _ = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        for tag, id_ in self.open:
            if id_:
                self.of_ids[id_].append(data)
            if re.fullmatch("h[1-6]", tag):
                level, text = self.headings[-1]
                self.headings[-1] = (level, text + data)


def shown(graph: KnowledgeGraph, page: str, path: str, lang: str = "en", **values: str) -> Page:
    """Return a page of a graph."""
    return render(page, View(graph, Site(), lang, path, values))


def read(page: Page) -> Reader:
    """Read a page and check what all pages owe their visitors."""
    reader = Reader(page.html)
    assert not reader.open, f"{reader.open} is not closed"
    assert [level for level, _ in reader.headings].count(1) == 1
    for (before, _), (after, text) in zip(reader.headings, reader.headings[1:], strict=False):
        assert after <= before + 1, f"the heading {text!r} skips a level"
    twice = {one for one in reader.ids if reader.ids.count(one) > 1}
    assert not twice, f"these ids stand twice: {twice}"
    for link in reader.links:
        _check_link(link, reader.ids)
    for tag, given in reader.tags:
        assert "style" not in given, f"<{tag}> has a style of its own"
        assert not [name for name in given if name.startswith("on")], f"<{tag}> runs a script"
        if tag == "script":
            assert "src" in given or given.get("type", "").endswith("json")
        if tag in ("input", "select") and given.get("type") not in ("hidden", "checkbox"):
            labels = [one for name, one in reader.tags if name == "label"]
            assert given["id"] in {one.get("for") for one in labels}, f"{given} has no label"
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(given.get(name, "").split()) <= set(reader.ids), f"{given} is not described"
    return reader


def _check_link(link: str, ids: list[str]) -> None:
    parts = urlsplit(link)
    if link.startswith("#"):
        assert unquote(parts.fragment) in ids, f"{link} leads nowhere"
    elif parts.scheme:
        assert parts.scheme in ("http", "https"), f"{link} is no link"
    else:
        assert PATHS.fullmatch(unquote(parts.path)), f"{link} leads nowhere"


def graph_of(turtle: str, folder: Path) -> KnowledgeGraph:
    """Return the graph of somebody's own file; the project's prefixes need no declaration."""
    path = folder / "own.ttl"
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    path.write_text(prefixes + turtle, encoding="utf-8")
    return KnowledgeGraph.load([path])
